"""The confusion matrix."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.core import theme
from app.views.confusion import ConfusionView
from app.views.confusion_cells import cell_words
from app.views.painted import blend
from lab.core.events import Predictions

CLASSES = ("cat", "dog", "emu")


def predictions(truth: list[int], predicted: list[int], classes: tuple[str, ...] = CLASSES) -> Predictions:
    confidence = np.full(len(truth), 0.9)
    return Predictions("test", np.array(truth), np.array(predicted), confidence, classes, 7)


@pytest.fixture
def view(qtbot: QtBot) -> ConfusionView:
    view = ConfusionView("Confusion matrix", "test")
    qtbot.addWidget(view)
    view.resize(400, 250)
    view.show()
    return view


def fill(view: ConfusionView) -> None:
    view.take(predictions([0] * 10 + [1] * 4 + [2], [0] * 8 + [1] * 2 + [1] * 4 + [-1]))
    view.refresh()


def colour_in(view: ConfusionView, truth: int, predicted: int) -> QColor:
    cell = view.cell_area(truth, predicted)
    return view.grab().toImage().pixelColor(int(cell.left()) + 3, int(cell.top()) + 3)


def test_counts(view: ConfusionView) -> None:
    assert "Press Run" in view.empty()
    fill(view)
    np.testing.assert_array_equal(view.counts, [[8, 2, 0], [0, 4, 0], [0, 0, 0]])
    assert "85.71 % of 14" in view.caption()
    assert "1 not judged yet" in view.caption()


def test_right_and_wrong_have_their_colours(view: ConfusionView) -> None:
    fill(view)
    colours = theme.colours()
    assert colour_in(view, 0, 0) == QColor(colours.accent)
    assert colour_in(view, 2, 0) == QColor(colours.raised)
    strength = 0.12 + 0.88 * (2 / 4) ** 0.5
    wrong, wanted = colour_in(view, 0, 1), blend(colours.bad, colours.raised, strength)
    assert abs(wrong.red() - wanted.red()) <= 1
    assert abs(wrong.blue() - wanted.blue()) <= 1


def test_click_picks_and_lets_go(view: ConfusionView, qtbot: QtBot) -> None:
    fill(view)
    picked: list[tuple[str, object]] = []
    view.selected.connect(lambda name, value: picked.append((name, value)))
    at = view.cell_area(0, 1).center().toPoint()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert picked == [("cell", (0, 1)), ("cell", None)]


def test_keys(view: ConfusionView, qtbot: QtBot) -> None:
    fill(view)
    picked: list[object] = []
    view.selected.connect(lambda name, value: picked.append(value))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Escape):
        qtbot.keyClick(view, key)
    assert picked == [(1, 1), None]
    qtbot.keyClick(view, Qt.Key.Key_S)
    assert view._shares.isChecked()
    assert cell_words(view.counts, shares=True)[0] == ["80", "20", ""]


def test_describe(view: ConfusionView) -> None:
    fill(view)
    words = view.describe(view.cell_area(0, 1).center().toPoint())
    assert "truth cat, predicted dog: 2 of 10 images (20.00 %)" in words
    assert "after step 7" in words


def test_other_names_are_ignored(view: ConfusionView) -> None:
    view.take(Predictions("train", np.zeros(1, int), np.zeros(1, int), np.ones(1), CLASSES, 0))
    view.refresh()
    assert view.empty()


@pytest.mark.parametrize("count", [1, 2, 47])
@pytest.mark.parametrize("size", [(260, 180), (900, 700)])
def test_any_number_of_classes(view: ConfusionView, count: int, size: tuple[int, int]) -> None:
    view.resize(*size)
    view.take(predictions([0, count - 1], [0, 0], tuple(f"class {place}" for place in range(count))))
    view.refresh()
    view.grab()
    assert view.cell_at(view.cell_area(count - 1, 0).center()) == (count - 1, 0)


def test_nothing_asked_and_no_images(view: ConfusionView) -> None:
    view.take(predictions([0, 1], [-1, -1]))
    view.refresh()
    view.grab()
    assert view.caption() == "nothing has been judged yet"
    view.take(predictions([], []))
    view.refresh()
    view.grab()
    view.clear()
    assert view.empty()


def test_pick_from_elsewhere_is_shown(view: ConfusionView) -> None:
    fill(view)
    before = view.grab().toImage()
    view.select("cell", (0, 1))
    assert view.grab().toImage() != before
    view.select("cell", None)
    assert view._picked is None
