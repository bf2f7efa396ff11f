"""From a movement of the mouse to the answer on the screen, idle and while a network trains."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.page import Page
from app.topics.draw import DrawPage
from app.widgets.canvas import Canvas
from app.window import Window
from lab.events import Event, Probabilities
from tests.bench.figures import figure, percentile
from tests.bench.windows import open_window, until, wait

MOVES = 300


def latencies(window: Window) -> list[float]:
    """Return milliseconds from each mouse event to the answer for the drawing with it, painted."""
    page = window.open("draw.digit")
    assert isinstance(page, DrawPage)
    wait(300)
    page.canvas.clear()
    wait(100)
    loop = QEventLoop()
    answered: list[float] = []

    def delivered(events: list[Event]) -> None:
        if any(isinstance(event, Probabilities) for event in events):
            page.bars.repaint()
            answered.append(time.perf_counter())
            loop.quit()

    page.runner.delivered.connect(delivered)
    patience = QTimer(interval=2000, singleShot=True)
    patience.timeout.connect(loop.quit)
    found = []
    centre = page.canvas.rect().center()
    _mouse(page.canvas, QEvent.Type.MouseButtonPress, centre)
    wait(100)
    for move in range(MOVES):
        place = centre + QPoint(move % 60 - 30, (move * 7) % 80 - 40)
        answered.clear()
        patience.start()
        began = time.perf_counter()
        _mouse(page.canvas, QEvent.Type.MouseMove, place)
        loop.exec()
        found.append((answered[0] - began) * 1000 if answered else 2000.0)
        wait(7)
    _mouse(page.canvas, QEvent.Type.MouseButtonRelease, centre)
    page.runner.delivered.disconnect(delivered)
    return found


def _mouse(canvas: Canvas, kind: QEvent.Type, place: QPoint) -> None:
    """Send the event itself: QTest would move the pointer of the display."""
    button, spot = Qt.MouseButton.LeftButton, QPointF(place)
    pressed = button if kind is not QEvent.Type.MouseButtonRelease else Qt.MouseButton.NoButton
    spots = spot, spot, QPointF(canvas.mapToGlobal(place))
    QApplication.sendEvent(canvas, QMouseEvent(kind, *spots, button, pressed, Qt.KeyboardModifier.NoModifier))


def main() -> None:
    """Draw while nothing runs, then while the CNN tab trains."""
    window = open_window("draw.digit")
    page = window.page("draw.digit")
    assert isinstance(page, DrawPage)
    until(lambda: page.runner.status == "finished")
    latencies(window)
    figure("stroke_to_answer_p95_ms", percentile(latencies(window), 0.95), "ms", 10, "at most")
    trainer = window.open("cnn.mnist")
    assert isinstance(trainer, Page)
    trainer.form.set_texts({"epochs": "1000"})
    trainer.press("run")
    until(lambda: trainer.runner.speed.progress is not None and trainer.runner.speed.progress.step > 50)
    figure("stroke_to_answer_training_p95_ms", percentile(latencies(window), 0.95), "ms", 10, "at most")
    window.close()


if __name__ == "__main__":
    main()
