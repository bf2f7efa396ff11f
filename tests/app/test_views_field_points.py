"""Points over a field: those with values, hollow ones, one entry of the legend for several, and two colours alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core import theme
from app.views.curves import CurvesView, Panel, Series
from app.views.field.view import FieldView
from lab.core.events import Scalars
from lab.core.figures import Axis, Field, Line, Overlay
from lab.core.text import message
from tests.app.mouse import LEFT

AT = np.array([-0.5, 0.0, 0.5])


def slope(**changes: Any) -> Field:
    values = np.tile(np.linspace(-1, 1, 40), (40, 1))
    return Field("f", values, Axis("x"), Axis("y"), (-1, 1), (-1, 1), "z", "signed", limits=(-1, 1), **changes)


@pytest.fixture
def view(qtbot: QtBot) -> FieldView:
    view = FieldView("Field", "f")
    qtbot.addWidget(view)
    view.resize(520, 420)
    view.show()
    return view


def show(view: FieldView, field: Field, *lines: Line) -> QImage:
    view.take(field)
    view.take(Overlay("f", lines))
    view.refresh()
    QApplication.processEvents()
    return view.grab().toImage()


def colour_at(view: FieldView, image: QImage, x: float, y: float) -> tuple[int, int, int]:
    colour = image.pixelColor(view.plane().place(x, y).toPoint())
    return colour.red(), colour.green(), colour.blue()


def near(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(first, second, strict=True)) <= 24


def test_points_have_the_colours_of_their_values_and_hollow_ones_are_empty(view: FieldView) -> None:
    values, table = np.array([-1.0, 1.0, np.nan]), theme.signed_table()
    image = show(view, slope(), Line("p", AT, AT, "points", -1, values=values))
    assert near(colour_at(view, image, -0.5, -0.5), tuple(table[8]))
    assert near(colour_at(view, image, 0.0, 0.0), tuple(table[247]))
    # A value that is no number has no colour: there is the field alone.
    bare = show(view, slope())
    assert near(colour_at(view, image, 0.5, 0.5), colour_at(view, bare, 0.5, 0.5))
    hollow = show(view, slope(), Line("p", AT, AT, "faint points", -1, values=values))
    ground = QColor(theme.colours().surface)
    assert near(colour_at(view, hollow, -0.5, -0.5), (ground.red(), ground.green(), ground.blue()))
    assert "−1" in view.describe_content(view.plane().place(-0.5, -0.5)).replace("-", "−")


def test_lines_with_one_legend_share_an_entry_and_keep_their_own_words(view: FieldView) -> None:
    lines = [
        Line(name, AT, AT + place, "faint points", place, legend=message("test")) for place, name in enumerate("AB")
    ]
    show(view, slope(), *lines, Line("A", AT, -AT, "points", 0), Line("B", AT, 2 * AT, "points", 1))
    assert view._scene is not None
    assert [entry.words for row in view._scene.legend for _, entry in row] == ["A", "B", "test"]
    assert "A: point 1 of 3" in view.describe_content(view.plane().place(-0.5, -0.5))


def test_two_colours_alone_are_offered_where_the_sign_decides(view: FieldView) -> None:
    show(view, slope())
    assert view._halves.isHidden()
    smooth = show(view, slope(decides=True))
    assert not view._halves.isHidden()
    QTest.mouseClick(view._halves, LEFT)
    halves = view.grab().toImage()
    colours = {colour_at(view, halves, x, 0.3) for x in (-0.9, -0.4, -0.1, 0.1, 0.4, 0.9)}
    assert len(colours) == 2
    assert len({colour_at(view, smooth, x, 0.3) for x in (-0.9, -0.4, -0.1, 0.1, 0.4, 0.9)}) == 6
    # What the pointer says is the value itself, also of the next field.
    show(view, slope(decides=True))
    assert colour_at(view, view.grab().toImage(), 0.4, 0.3) in colours
    assert "0.43" in view.describe_content(view.plane().place(0.42, 0.3))
    QTest.mouseClick(view._halves, LEFT)
    assert view.grab().toImage() == smooth


def test_a_panel_of_which_a_run_has_nothing_leaves_its_room_to_the_others(qtbot: QtBot) -> None:
    panels = tuple(
        Panel(name, "", "", (Series("epoch", name.lower(), name, "line", 0),)) for name in ("Loss", "Accuracy")
    )
    view = CurvesView("Curves", "curves", panels)
    qtbot.addWidget(view)
    view.resize(700, 260)
    view.show()
    for step in range(1, 5):
        view.take(Scalars("epoch", step, {"loss": 1.0 / step}))
    view.refresh()
    loss, accuracy = view.plots
    assert accuracy.inside.isEmpty()
    assert loss.inside.width() > 600
    view.clear()
    for step in range(1, 5):
        view.take(Scalars("epoch", step, {"loss": 1.0 / step, "accuracy": 0.5}))
    view.refresh()
    assert 100 < loss.inside.width() < 400 and 100 < accuracy.inside.width() < 400
