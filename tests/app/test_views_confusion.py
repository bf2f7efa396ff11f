"""The confusion matrix."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core import theme
from app.views.confusion import ConfusionView
from app.views.confusion_cells import cell_words, worst
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
    assert view.by == "truth"
    assert cell_words(view.counts, view.by)[0] == ["80", "20", ""]
    qtbot.keyClick(view, Qt.Key.Key_S)
    assert view.by == "predicted"
    assert cell_words(view.counts, view.by)[0] == ["100", "33", ""]
    qtbot.keyClick(view, Qt.Key.Key_S)
    assert view.by == "counts"


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


def test_shares_of_the_column_are_said(view: ConfusionView) -> None:
    fill(view)
    before = view.grab().toImage()
    view.choice.choose("predicted")
    assert view.grab().toImage() != before
    words = view.describe(view.cell_area(0, 1).center().toPoint())
    assert "33.33 % of the 6 images that are predicted dog" in words


# Many classes.

MANY_CLASSES = tuple(f"class {place}" for place in range(100))


def many(view: ConfusionView) -> None:
    """Class 3 is taken for class 70 nine times, class 50 for class 2 four times of four."""
    truth = [*range(100)] * 5 + [3] * 9 + [50] * 4
    predicted = [*range(100)] * 5 + [70] * 9 + [2] * 4
    view.take(predictions(truth, predicted, MANY_CLASSES))
    view.refresh()


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK])
def test_a_hundred_classes_are_all_painted(
    view: ConfusionView, monkeypatch: pytest.MonkeyPatch, colours: theme.Colours
) -> None:
    monkeypatch.setattr(theme, "_colours", colours)
    view.resize(700, 600)
    many(view)
    image = view.grab().toImage()

    def colour(truth: int, predicted: int) -> QColor:
        return image.pixelColor(view.cell_area(truth, predicted).center().toPoint())

    assert colour(40, 40) == QColor(colours.accent)
    assert colour(3, 70) == QColor(colours.bad)
    assert colour(3, 71) == colour(10, 90) == QColor(colours.raised)
    assert "truth class 3, predicted class 70: 9 of 14" in view.describe(view.cell_area(3, 70).center().toPoint())


def test_the_worst_pairs_stand_beside_it_and_can_be_picked(view: ConfusionView, qtbot: QtBot) -> None:
    view.resize(700, 400)
    many(view)
    pairs = view.pairs()
    assert pairs.cells == [(3, 70), (50, 2)]
    at = pairs.line(1).center().toPoint()
    assert "truth class 50, predicted class 2: 4 of 9" in view.describe(at)
    with qtbot.waitSignal(view.selected) as caught:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert caught.args == ["cell", (50, 2)]
    assert view.content().contains(view.cell_area(99, 99))
    assert view.cell_area(99, 99).right() < pairs.area.left()
    view.choice.choose("predicted")
    assert view.pairs().cells == [(3, 70), (50, 2)]
    view.resize(260, 180)
    assert view.pairs().cells == []
    view.grab()


def test_a_key_leads_from_the_worst_pair_to_the_next(view: ConfusionView, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("app.views.confusion.QToolTip.showText", lambda _at, words, _widget: said.append(words))
    QTest.keyClick(view, Qt.Key.Key_N)
    many(view)
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_N)
    assert [words.split(":")[0] for words in said] == [
        "truth class 3, predicted class 70",
        "truth class 50, predicted class 2",
        "truth class 3, predicted class 70",
    ]


def test_worst_by_counts_and_by_shares() -> None:
    counts = np.array([[90, 10, 0], [3, 0, 1], [0, 0, 50]])
    assert worst(counts, "counts") == [(0, 1), (1, 0), (1, 2)]
    assert worst(counts, "truth") == [(1, 0), (1, 2), (0, 1)]
    assert worst(counts, "predicted")[0] == (0, 1)
    assert worst(np.zeros((3, 3), np.int64), "truth") == []


def test_answers_among_the_first_few(view: ConfusionView) -> None:
    top = np.array([[0, 1], [1, 2], [2, 0], [0, 1]])
    view.take(Predictions("test", np.array([0, 2, 1, 0]), np.array([0, 1, 2, -1]), np.ones(4), CLASSES, 7, top))
    view.refresh()
    assert "33.33 % of 3 images right" in view.caption()
    assert "among the first 2 answers 66.67 %" in view.caption()


def test_a_matrix_that_is_judged_in_turn_says_so(view: ConfusionView) -> None:
    for rolling in (False, True):
        view.take(replace(predictions([0, 1], [0, 0]), rolling=rolling))
        view.refresh()
        assert ("judged in turn" in view.caption()) == rolling
        assert "50.00 % of 2 images right" in view.caption()
