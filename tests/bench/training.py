"""Training under the window against the bare loop, and how late the window is meanwhile."""

from __future__ import annotations

import statistics
import threading
import time

from PySide6.QtCore import Qt, QTimer

from app.pages.page import Page
from app.runs.runner import window_threads
from lab.core.catalogue import experiment
from lab.core.events import Progress
from lab.core.experiment import Context
from lab.core.files import home
from lab.data.store import DataStore
from lab.running.device import use_threads
from tests.bench.figures import figure, percentile
from tests.bench.windows import open_window, until, wait

SECONDS = 8
ROUNDS = 4
TIMER_MS = 10


def bare() -> float:
    """Return steps a second of the experiment alone, with as many threads as the window gives it."""
    chosen = experiment("cnn.mnist")
    found: list[float] = []

    def drive() -> None:
        use_threads(window_threads())
        events = chosen().run(chosen.params(epochs=1000), Context("cpu", DataStore(home() / "datasets")))
        began, first = 0.0, 0
        for event in events:
            if isinstance(event, Progress):
                if event.step == 50:
                    began, first = time.perf_counter(), event.step
                elif began and time.perf_counter() - began > SECONDS:
                    found.append((event.step - first) / (time.perf_counter() - began))
                    break
        events.close()

    thread = threading.Thread(target=drive)
    thread.start()
    thread.join()
    return found[0]


def main() -> None:
    """Alternate the bare loop and the page with everything visible and live."""
    window = open_window("cnn.mnist")
    page = window.page("cnn.mnist")
    assert isinstance(page, Page)
    ratios: list[float] = []
    lateness: list[float] = []
    last = [0.0]
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(TIMER_MS)

    def fired() -> None:
        now = time.perf_counter()
        if last[0]:
            lateness.append(max(0.0, (now - last[0]) * 1000 - TIMER_MS))
        last[0] = now

    timer.timeout.connect(fired)
    page.form.set_texts({"epochs": "1000"})
    for _ in range(ROUNDS):
        window.hide()
        alone = bare()
        window.show()
        page.press("run")
        until(lambda: page.runner.speed.progress is not None and page.runner.speed.progress.step > 50)
        wait(500)
        progress = page.runner.speed.progress
        assert progress is not None
        first, began = progress.step, time.perf_counter()
        wait(SECONDS * 1000)
        progress = page.runner.speed.progress
        assert progress is not None
        ratios.append((progress.step - first) / (time.perf_counter() - began) / alone)
        # Apart: a clock that looks a hundred times a second takes the interpreter as often from the training.
        last[0] = 0.0
        timer.start()
        wait(SECONDS * 500)
        timer.stop()
        page.press("stop")
        until(lambda: page.runner.status == "stopped")
        # Run would go on with that one, and its progress would be taken for that of the next.
        page.press("reset")
        until(lambda: page.runner.status == "idle" and page.runner.speed.progress is None)
    window.close()
    figure("gui_vs_bare", statistics.median(ratios), "ratio", 0.95)
    figure("gui_lateness_p99_ms", percentile(lateness, 0.99), "ms", 10, "at most")
    figure("gui_lateness_max_ms", max(lateness), "ms", 50, "at most")


if __name__ == "__main__":
    main()
