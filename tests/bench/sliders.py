"""From a movement of a slider to everything painted anew, on each page that follows the hand."""

from __future__ import annotations

import sys
import time
from typing import Any, cast

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from app.pages.catalogue import layouts
from app.pages.page import Page
from app.shell.window import Window
from app.widgets.fields import SliderEdit
from lab.core.catalogue import experiments
from lab.core.experiment import ClosedForm, verifies
from lab.running.sessions import data_store
from tests.bench.figures import figure, percentile
from tests.bench.windows import open_window, until, wait

MOVES = 100
WHOLE = 20
"""Movements after each of which the hand waits until everything is painted."""


def milliseconds(window: Window, name: str) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each movement on a page, over all its sliders: to the next frame, while the figures of
    the movements before it are still made and painted; and, of a hand that waits for them, until all are painted.
    """
    page = window.open(name)
    assert isinstance(page, Page)
    experiment = experiments()[name]()
    if verifies(type(experiment)):
        # The first answer of torch is not one of a slider: parts of it are loaded for it.
        experiment.data = data_store()
        list(cast(ClosedForm[Any], experiment).verify(page.form.params()))
        until(lambda: any(page.runner.history.replay()))
    until(lambda: page.lesson.settled)
    wait(500)
    frame, whole = [], []
    for slider in page.form.findChildren(SliderEdit):
        for move in range(MOVES):
            began = _move(slider, move / MOVES)
            frame.append((time.perf_counter() - began) * 1000)
            until(lambda: not any(view.dirty for view in page.views))
        for move in range(WHOLE):
            until(lambda: not page.previewer.waits)
            began = _move(slider, move / WHOLE)
            until(lambda: not page.previewer.waits and not any(view.dirty for view in page.views))
            whole.append((time.perf_counter() - began) * 1000)
        page.press("reset")
        wait(20)
    return frame, whole


def _move(slider: SliderEdit, share: float) -> float:
    """Move a slider to a share of its way, to the next frame; return when that began."""
    began = time.perf_counter()
    slider.setValue(round(slider.minimum() + (slider.maximum() - slider.minimum()) * (0.01 + 0.98 * share)))
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    return began


def main() -> None:
    """Move every slider of every page that follows its form, or of those named, with torch there to check numbers."""
    window = open_window("home")
    wait(15_000)
    for name in sys.argv[1:] or layouts():
        if not experiments()[name].persistent:
            frame, whole = milliseconds(window, name)
            if frame:
                figure(f"slider_to_frame_{name}_p95_ms", percentile(frame, 0.95), "ms", 16, "at most")
                figure(f"slider_to_all_views_{name}_p95_ms", percentile(whole, 0.95), "ms", None, "at most")
    window.close()


if __name__ == "__main__":
    main()
