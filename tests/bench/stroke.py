"""From a movement of the mouse to the answer on the screen, idle and while a network trains."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

from app.pages.page import Page
from app.shell.window import Window
from app.topics.draw import DrawPage
from app.widgets.canvas import Canvas
from lab.core.events import Event, Probabilities
from tests.bench.figures import figure, percentile
from tests.bench.windows import open_window, until, wait

MOVES = 300


def latencies(window: Window) -> tuple[list[float], list[float]]:
    """Return milliseconds from each mouse event to the prediction in the window, and to its being painted."""
    page = window.open("draw.digit")
    assert isinstance(page, DrawPage)
    wait(300)
    page.canvas.clear()
    wait(100)
    loop = QEventLoop()
    arrived: list[float] = []
    painted: list[float] = []
    paint = page.bars.paint

    def delivered(events: list[Event]) -> None:
        if any(isinstance(event, Probabilities) for event in events):
            arrived.append(time.perf_counter())

    def timed_paint(painter: QPainter, area: QRectF) -> None:
        paint(painter, area)
        if arrived and not painted:
            painted.append(time.perf_counter())
            loop.quit()

    # Before the page's own slot, which already shows the answer.
    page.runner.delivered.disconnect(page._take)
    page.runner.delivered.connect(delivered)
    page.runner.delivered.connect(page._take)
    page.bars.paint = timed_paint
    patience = QTimer(interval=2000, singleShot=True)
    patience.timeout.connect(loop.quit)
    to_answer, to_paint = [], []
    centre = page.canvas.rect().center()
    _mouse(page.canvas, QEvent.Type.MouseButtonPress, centre)
    wait(100)
    for move in range(MOVES):
        place = centre + QPoint(move % 60 - 30, (move * 7) % 80 - 40)
        arrived.clear()
        painted.clear()
        patience.start()
        began = time.perf_counter()
        _mouse(page.canvas, QEvent.Type.MouseMove, place)
        loop.exec()
        to_answer.append((arrived[0] - began) * 1000 if arrived else 2000.0)
        to_paint.append((painted[0] - began) * 1000 if painted else 2000.0)
        wait(7)
    _mouse(page.canvas, QEvent.Type.MouseButtonRelease, centre)
    page.runner.delivered.disconnect(delivered)
    page.bars.paint = paint
    return to_answer, to_paint


def _mouse(canvas: Canvas, kind: QEvent.Type, place: QPoint) -> None:
    """Send the event itself: QTest would move the pointer of the display."""
    button, spot = Qt.MouseButton.LeftButton, QPointF(place)
    pressed = button if kind is not QEvent.Type.MouseButtonRelease else Qt.MouseButton.NoButton
    spots = spot, spot, QPointF(canvas.mapToGlobal(place))
    QApplication.sendEvent(canvas, QMouseEvent(kind, *spots, button, pressed, Qt.KeyboardModifier.NoModifier))


def tell(when: str, to_answer: list[float], to_paint: list[float]) -> None:
    """Print both figures; the budget is one for the prediction."""
    figure(f"stroke_to_answer_{when}p95_ms", percentile(to_answer, 0.95), "ms", 10, "at most")
    figure(f"stroke_to_painted_{when}p95_ms", percentile(to_paint, 0.95), "ms", None, "at most")


def main() -> None:
    """Draw while nothing runs, then while the CNN tab trains."""
    window = open_window("draw.digit")
    page = window.page("draw.digit")
    assert isinstance(page, DrawPage)
    until(lambda: page.runner.status == "finished")
    latencies(window)
    tell("", *latencies(window))
    trainer = window.open("cnn.mnist")
    assert isinstance(trainer, Page)
    trainer.form.set_texts({"epochs": "1000"})
    trainer.press("run")
    until(lambda: trainer.runner.speed.progress is not None and trainer.runner.speed.progress.step > 50)
    tell("training_", *latencies(window))
    window.close()


if __name__ == "__main__":
    main()
