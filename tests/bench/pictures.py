"""From a changed cell of a kernel to the filtered photograph on the screen, small and large."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QElapsedTimer, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.pages.page import Page
from app.shell.window import Window
from app.views.pictures.view import PicturesView
from lab.core.pictures import Pictures
from lab.data.images.sources import PictureParams
from lab.nets.convolution.kernels import gaussian, written_rows
from tests.bench.figures import figure, percentile
from tests.bench.windows import open_window, until, wait

CHANGES = 100
LARGE = (3000, 1675)
EVERY_MS = 5


def kernels_of(count: int) -> list[str]:
    """Return 7 × 7 kernels that differ by one cell each, as they are typed."""
    kernel = np.round(gaussian(7, 7.0) / 20, 3)
    texts = []
    for change in range(count):
        kernel[change % 7, change // 7 % 7] += 0.01
        texts.append(written_rows(np.round(kernel, 3)))
    return texts


class Watched:
    """The page of kernels, and its view of the filtered picture."""

    def __init__(self, window: Window, **texts: str) -> None:
        page = window.open("convolution.kernels")
        assert isinstance(page, Page)
        self.page = page
        self.view = next(view for view in page.views if isinstance(view, PicturesView))
        page.form.set_texts({"kernel": "own", "grey": "false", **texts})
        until(lambda: self.event is not None)
        wait(1500)

    @property
    def event(self) -> Pictures | None:
        """The pictures that were computed last."""
        found = [event for event in self.page.runner.history.replay() if isinstance(event, Pictures)]
        return found[-1] if found else None

    def change(self, weights: str) -> None:
        """Do what editing a cell does."""
        self.page.grid.selected.emit("weights", weights)

    def milliseconds(self, weights: str) -> float:
        """Change the kernel, and wait until the result is painted."""
        before = self.event
        began = time.perf_counter()
        self.change(weights)
        while self.event is before or self.view.dirty:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        self.view.repaint()
        return (time.perf_counter() - began) * 1000


def longest_gap(watched: Watched, texts: list[str]) -> tuple[float, float]:
    """Change a kernel every few milliseconds; return how late the window's clock came at most, and how long after the
    last change its result was there.
    """
    late: list[float] = []
    clock = QElapsedTimer()
    timer = QTimer(interval=EVERY_MS)
    left = list(texts)

    def tick() -> None:
        late.append(clock.restart() - EVERY_MS)
        if left:
            watched.change(left.pop())

    timer.timeout.connect(tick)
    clock.start()
    timer.start()
    until(lambda: not left)
    took = watched.milliseconds(texts[len(texts) // 2])
    timer.stop()
    wait(500)
    return max(late), took


def main() -> None:
    """Measure a photograph of 640 × 427 in colours, and one of 3000 × 1675."""
    window = open_window("home")
    wait(15_000)
    small = Watched(window)
    texts = kernels_of(CHANGES)
    times = [small.milliseconds(weights) for weights in texts]
    figure("kernel_cell_to_picture_640x427_p50_ms", percentile(times, 0.5), "ms", None, "at most")
    figure("kernel_cell_to_picture_640x427_p95_ms", percentile(times, 0.95), "ms", 33, "at most")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.png"
        with Image.fromarray(PictureParams().photo().pixels) as photo, photo.resize(LARGE) as large:
            large.save(path)
        watched = Watched(window, picture="own", path=str(path))
        times = [watched.milliseconds(weights) for weights in texts[:30]]
        figure("kernel_cell_to_picture_3000x1675_p95_ms", percentile(times, 0.95), "ms", 300, "at most")
        late, took = longest_gap(watched, 5 * texts)
        figure("window_lateness_beside_3000x1675_longest_ms", late, "ms", 50, "at most")
        figure("newest_kernel_to_picture_3000x1675_ms", took, "ms", None, "at most")
        # The file goes with its folder.
        watched.page.form.set_texts({"picture": "china"})
        wait(1500)
    window.close()


if __name__ == "__main__":
    main()
