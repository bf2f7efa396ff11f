"""A drawing on a page is asked about while the pen moves, and outlives a run."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.views.sketch import SketchView
from app.widgets.canvas import Stroke


def test_what_is_drawn_is_asked_about(qtbot: QtBot) -> None:
    view = SketchView("Your drawing")
    qtbot.addWidget(view)
    view.resize(260, 300)
    view.show()
    asked = []
    view.selected.connect(lambda name, drawing: asked.append((name, drawing)))
    centre = view.canvas.rect().center()
    QTest.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=centre)
    QTest.mouseMove(view.canvas, centre + QPoint(30, 0))
    QTest.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=centre + QPoint(30, 0))
    assert asked and {name for name, _ in asked} == {"drawing"}
    last = asked[-1][1]
    assert last.shape == (280, 280) and last[140].max() == 255
    view.clear()
    assert view.canvas.drawing().any()
    view.findChild(QToolButton).click()
    assert not asked[-1][1].any()


def test_it_keeps_within_its_frame(qtbot: QtBot) -> None:
    view = SketchView("Your drawing")
    qtbot.addWidget(view)
    view.show()
    for size in ((150, 120), (400, 250), (250, 600)):
        view.resize(*size)
        assert view.content().toRect().contains(view.canvas.geometry())
    view.canvas.set_strokes((Stroke((QPointF(10, 10), QPointF(20, 20)), 22, False),))
    assert view.canvas.drawing().any()
