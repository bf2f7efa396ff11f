"""From a movement of the mouse in the plane of a code to the decoded image on the screen, idle and while it learns."""

from __future__ import annotations

import math
import time
from unittest.mock import patch

from PySide6.QtCore import QEvent, QEventLoop, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

from app.pages.page import Page
from app.shell.window import Window
from app.views.field.view import FieldView
from app.views.picture import PictureView
from lab.core.events import Event
from tests.bench.figures import figure, percentile
from tests.bench.windows import open_window, until, wait

MOVES = 200
PAGES = ("autoencoders.latent", "autoencoders.variational")


def latencies(page: Page) -> list[float]:
    """Return milliseconds from each mouse event to the next decoded image, painted."""
    plane = next(view for view in page.views if isinstance(view, FieldView) and view.name == "plane")
    decoded = next(view for view in page.views if isinstance(view, PictureView))
    loop, taken, painted = QEventLoop(), list[Event](), list[float]()
    paint, keep = decoded.paint, decoded.keep

    def timed_keep(event: Event) -> None:
        keep(event)
        taken.append(event)

    def timed_paint(painter: QPainter, area: QRectF) -> None:
        paint(painter, area)
        if taken and not painted:
            painted.append(time.perf_counter())
            loop.quit()

    patience = QTimer(interval=2000, singleShot=True)
    patience.timeout.connect(loop.quit)
    area = plane.plane().area
    times = []
    with patch.object(decoded, "keep", timed_keep), patch.object(decoded, "paint", timed_paint):
        _mouse(plane, QEvent.Type.MouseButtonPress, area.center())
        wait(100)
        for move in range(MOVES):
            taken.clear()
            painted.clear()
            angle = 0.13 * move
            away = QPointF(math.cos(angle) * area.width() / 3, math.sin(1.7 * angle) * area.height() / 3)
            patience.start()
            began = time.perf_counter()
            _mouse(plane, QEvent.Type.MouseMove, area.center() + away)
            loop.exec()
            times.append((painted[0] - began) * 1000 if painted else 2000.0)
            wait(7)
        _mouse(plane, QEvent.Type.MouseButtonRelease, area.center())
    return times


def _mouse(plane: FieldView, kind: QEvent.Type, place: QPointF) -> None:
    button = Qt.MouseButton.LeftButton
    pressed = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else button
    spots = place, place, QPointF(plane.mapToGlobal(place.toPoint()))
    QApplication.sendEvent(plane, QMouseEvent(kind, *spots, button, pressed, Qt.KeyboardModifier.NoModifier))


def measure(window: Window, name: str) -> None:
    """Train a network for an epoch and drag in its code; then the same while it goes on learning."""
    page = window.open(name)
    assert isinstance(page, Page)
    page.form.set_texts({"epochs": "1000"})
    page.press("epoch")
    until(lambda: page.runner.status == "paused")
    wait(500)
    latencies(page)
    figure(f"dragged_to_decoded_{name}_p95_ms", percentile(latencies(page), 0.95), "ms", 16, "at most")
    page.press("run")
    until(lambda: page.runner.status == "running")
    wait(500)
    figure(f"dragged_to_decoded_{name}_training_p95_ms", percentile(latencies(page), 0.95), "ms", 16, "at most")
    page.press("stop")


def main() -> None:
    """Drag in every plane that is decoded."""
    window = open_window("home")
    wait(5000)
    for name in PAGES:
        measure(window, name)
    window.close()


if __name__ == "__main__":
    main()
