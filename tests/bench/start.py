"""From launch to the first window, against an empty one, as seen from outside; and to the first answer.

From inside, until the first paint, the ratio is smaller by about 0.05: the first paint of an empty plot takes 50 ms,
that of Home 15, and from outside a window is there before either.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

from tests.bench import outside
from tests.bench.figures import figure

ANSWER = """
import sys
from PySide6.QtCore import QPointF, QTimer
from PySide6.QtWidgets import QApplication
from app.core import theme
from app.shell.gallery import SEVEN
from app.core.settings import Settings
from app.widgets.canvas import Stroke
from app.shell.window import Window
from lab.core.events import Probabilities
from lab.core.files import home
application = QApplication(sys.argv)
theme.load_fonts(application)
window = Window(Settings(page="draw.digit"), home() / "settings.json")
window.show()
page = window.page("draw.digit")
page.canvas.set_strokes((Stroke(tuple(QPointF(x, y) for x, y in SEVEN), 22, False),))
def delivered(events):
    if any(isinstance(event, Probabilities) and event.values is not None for event in events):
        application.quit()
page.runner.delivered.connect(delivered)
QTimer.singleShot(0, window.warm_up)
application.exec()
window.close()
"""
ROUNDS = 7


def seconds(script: str) -> float:
    """Return the seconds from the launch of a process to the end of its event loop.

    The process tells when that was, as joining its threads afterwards does not count; the monotonic clock is the
    same for all processes.
    """
    marked = script.replace("application.exec()", "application.exec(); print(time.monotonic(), flush=True)")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DESCENT_HOME": folder}
        began = time.monotonic()
        command = [sys.executable, "-c", "import time\n" + marked]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1]) - began


def main() -> None:
    """Alternate both windows."""
    figure("first_window_vs_empty", statistics.median(outside.ratios(ROUNDS)), "ratio", 1.3, "at most")
    figure("first_answer_s", statistics.median(seconds(ANSWER) for _ in range(3)), "s", None)


if __name__ == "__main__":
    main()
