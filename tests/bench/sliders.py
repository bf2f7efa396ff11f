"""From a movement of a slider to everything painted anew, on each page that follows the hand."""

from __future__ import annotations

import time

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from app.pages.catalogue import layouts
from app.pages.page import Page
from app.shell.window import Window
from app.widgets.fields import SliderEdit
from lab.core.catalogue import experiments
from lab.core.experiment import verifies
from tests.bench.figures import figure, percentile
from tests.bench.windows import open_window, until, wait

MOVES = 100


def milliseconds(window: Window, name: str) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each movement on a page, over all its sliders: to the next frame, in which as many
    views are painted as it has time for, and until all of them are.
    """
    page = window.open(name)
    assert isinstance(page, Page)
    if verifies(experiments()[name]):
        # The first answer of torch is not one of a slider: parts of it are loaded for it.
        until(lambda: any(page.runner.history.replay()))
    wait(500)
    frame, whole = [], []
    for slider in page.form.findChildren(SliderEdit):
        for move in range(MOVES):
            place = slider.minimum() + (slider.maximum() - slider.minimum()) * (move + 1) // (MOVES + 1)
            began = time.perf_counter()
            slider.setValue(place)
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
            frame.append((time.perf_counter() - began) * 1000)
            until(lambda: not any(view.dirty for view in page.views))
            whole.append((time.perf_counter() - began) * 1000)
        page.press("reset")
        wait(20)
    return frame, whole


def main() -> None:
    """Move every slider of every page that follows its form, with torch there to check each number meanwhile."""
    window = open_window("home")
    wait(15_000)
    for name in layouts():
        if not experiments()[name].persistent:
            frame, whole = milliseconds(window, name)
            if frame:
                figure(f"slider_to_frame_{name}_p95_ms", percentile(frame, 0.95), "ms", 16, "at most")
                figure(f"slider_to_all_views_{name}_p95_ms", percentile(whole, 0.95), "ms", None, "at most")
    window.close()


if __name__ == "__main__":
    main()
