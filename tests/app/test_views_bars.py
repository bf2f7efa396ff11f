"""The bars of an answer, and one picture."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.core import theme
from app.views.bars import ProbabilitiesView
from app.views.picture import PictureView
from lab.core.events import Picture, Probabilities
from lab.core.text import message

CLASSES = tuple("0123456789")


@pytest.fixture
def bars(qtbot: QtBot) -> ProbabilitiesView:
    view = ProbabilitiesView("Answer", "draw")
    qtbot.addWidget(view)
    view.resize(400, 250)
    view.show()
    return view


@pytest.fixture
def picture(qtbot: QtBot) -> PictureView:
    view = PictureView("What the network sees", "draw")
    qtbot.addWidget(view)
    view.resize(240, 260)
    view.show()
    return view


def answer(view: ProbabilitiesView, values: list[float] | None, sure: bool = True) -> None:
    array = None if values is None else np.array(values)
    view.take(Probabilities("draw", array, CLASSES, message("This is a {name}", name="7"), sure))
    view.refresh()


def row_has(view: ProbabilitiesView, index: int, colour: str) -> bool:
    area = view.bar_area(index).toRect()
    image = view.grab().toImage()
    wanted = QColor(colour).name()
    middle = area.center()
    return any(image.pixelColor(x, middle.y()).name() == wanted for x in range(area.left(), area.right())) or any(
        image.pixelColor(middle.x(), y).name() == wanted for y in range(area.top(), area.bottom())
    )


@pytest.mark.parametrize("size", [(400, 250), (260, 180)])
def test_the_best_bar_has_the_accent(bars: ProbabilitiesView, size: tuple[int, int]) -> None:
    bars.resize(*size)
    assert bars.empty()
    answer(bars, [0.0] * 7 + [0.9, 0.1, 0.0])
    accent = theme.colours().accent
    assert [row_has(bars, index, accent) for index in range(10)] == [False] * 7 + [True] + [False] * 2
    assert "softmax probability of 7: 0.9" in bars.describe(bars.bar_area(7).center().toPoint())


def test_bars_of_many_classes_stand_in_columns_and_have_the_height_for_their_text(bars: ProbabilitiesView) -> None:
    bars.resize(420, 250)
    names = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    bars.take(Probabilities("draw", np.eye(26)[1], names, message("This is a {name}", name="B"), True))
    bars.refresh()
    areas = [bars.bar_area(index) for index in range(26)]
    assert min(area.height() for area in areas) >= 13
    assert all(bars.content().adjusted(0, 0, 1, 1).contains(area) for area in areas)
    assert not any(one.intersects(other) for at, one in enumerate(areas) for other in areas[:at])
    assert "probability of B: 1" in bars.describe(areas[1].center().toPoint())
    assert "probability of Z: 0" in bars.describe(areas[25].center().toPoint())


def test_no_answer_leaves_the_bars_empty(bars: ProbabilitiesView) -> None:
    answer(bars, None)
    assert not any(row_has(bars, index, theme.colours().accent) for index in range(10))
    assert "no answer" in bars.describe(bars.bar_area(3).center().toPoint())


def test_sure_and_not_sure_look_different(bars: ProbabilitiesView) -> None:
    values = [0.0] * 8 + [0.6, 0.4]
    answer(bars, values, sure=True)
    sure = bars.grab().toImage()
    answer(bars, values, sure=False)
    assert bars.grab().toImage() != sure


def test_strange_answers(bars: ProbabilitiesView) -> None:
    answer(bars, [float("nan")] * 10)
    bars.grab()
    bars.take(Probabilities("draw", np.ones(1), ("only",), message("only"), True))
    bars.refresh()
    bars.grab()
    bars.take(Probabilities("draw", np.full(47, 1 / 47), tuple("x" * 47), message("x" * 200), False))
    bars.refresh()
    bars.grab()
    bars.clear()
    assert bars.empty()


def test_pixels(picture: PictureView) -> None:
    assert picture.empty()
    pixels = np.zeros((28, 28), np.uint8)
    pixels[3, 20] = 200
    picture.take(Picture("draw", pixels))
    picture.refresh()
    box = picture.image_area()
    step = box.width() / 28
    at = QPoint(int(box.left() + 20.5 * step), int(box.top() + 3.5 * step))
    assert picture.grab().toImage().pixelColor(at).red() == 200
    assert picture.describe(at) == "row 3, column 20 of 28 × 28: 200 of 255"
    assert step == int(step)


def test_picture_of_nothing_and_of_much(picture: PictureView) -> None:
    picture.take(Picture("draw", None))
    picture.refresh()
    picture.grab()
    assert picture.empty()
    picture.take(Picture("draw", np.full((600, 900), 77, np.uint8)))
    picture.refresh()
    image = picture.grab().toImage()
    assert image.pixelColor(picture.image_area().center().toPoint()).red() == 77
    picture.clear()
    assert picture.empty()
