"""The sheet of images."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.views.sheet import SheetView
from app.views.thumbnails import ranked
from lab.core.events import Images, Predictions
from lab.core.text import message

CLASSES = ("0", "1", "2")


def images(labels: list[int], shape: tuple[int, ...] = (28, 28)) -> Images:
    """The image with index n has the grey 10 * n."""
    pixels = np.stack([np.full(shape, 10 * index % 256, np.uint8) for index in range(len(labels))])
    return Images("test", pixels, np.array(labels), CLASSES, message("test digits"))


def predictions(truth: list[int], predicted: list[int], confidence: list[float]) -> Predictions:
    return Predictions("test", np.array(truth), np.array(predicted), np.array(confidence), CLASSES, 5)


@pytest.fixture
def view(qtbot: QtBot) -> SheetView:
    view = SheetView("Test images", "test")
    qtbot.addWidget(view)
    view.resize(400, 250)
    view.show()
    return view


def fill(view: SheetView) -> None:
    truth = [0, 1, 2, 0, 1, 2]
    view.take(images(truth))
    view.take(predictions(truth, [0, 2, 2, 1, 2, -1], [0.9, 0.6, 0.4, 0.8, 0.7, 0.0]))
    view.refresh()


def test_images_come_in_order_until_they_are_asked(view: SheetView) -> None:
    assert "Press Run" in view.empty()
    view.take(images([2, 1, 0]))
    view.refresh()
    assert list(view.order) == [0, 1, 2]
    assert "3 images" in view.caption()
    assert "test digits" in view.caption()


def test_wrong_ones_first(view: SheetView) -> None:
    fill(view)
    assert list(view.order) == [3, 4, 1, 2, 0, 5]
    assert view.caption().startswith("3 of 6 wrong")


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 2), st.floats(0, 1)), max_size=30))
def test_ranking(rows: list[tuple[int, int, float]]) -> None:
    labels, predicted, confidence = (np.array([row[place] for row in rows]) for place in range(3))

    def rank(index: int) -> tuple[float, ...]:
        if predicted[index] < 0:
            return (2, confidence[index], index)
        wrong = predicted[index] != labels[index]
        return (0, -confidence[index], index) if wrong else (1, confidence[index], index)

    order, wrong = ranked(labels, predicted, confidence, None)
    assert list(order) == sorted(range(len(rows)), key=rank)
    assert wrong == sum(1 for label, answer, _ in rows if answer >= 0 and answer != label)


def test_first_tile_shows_the_first_image(view: SheetView) -> None:
    fill(view)
    tiles = view._tiles()
    centre = view._tile_area(0, tiles).topLeft().toPoint()
    at_x, at_y = int(centre.x() + tiles.width / 2), int(centre.y() + tiles.image_height / 2)
    colour = view.grab().toImage().pixelColor(at_x, at_y)
    assert (colour.red(), colour.green(), colour.blue()) == (30, 30, 30)


def test_filter_and_way_back(view: SheetView, qtbot: QtBot) -> None:
    fill(view)
    view.select("cell", (1, 2))
    assert list(view.order) == [4, 1]
    assert view.caption() == "truth 1, predicted 2: 2 images"
    assert view._all.isVisible()
    with qtbot.waitSignal(view.selected) as caught:
        qtbot.mouseClick(view._all, Qt.MouseButton.LeftButton)
    assert caught.args == ["cell", None]
    assert len(view.order) == 6
    assert not view._all.isVisible()
    view.select("cell", (2, 0))
    view.grab()
    assert list(view.order) == []


def test_click_and_keys_pick(view: SheetView, qtbot: QtBot) -> None:
    fill(view)
    picked: list[object] = []
    view.selected.connect(lambda name, value: picked.append((name, value)))
    second = view._tile_area(1, view._tiles()).center().toPoint()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=second)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert picked == [("image", 4), ("image", 1)]


def test_describe(view: SheetView) -> None:
    fill(view)
    words = view.describe(view._tile_area(0, view._tiles()).center().toPoint())
    assert "image 3, 28 × 28. test digits" in words
    assert "truth: 0" in words
    assert "predicted: 1, probability 0.8" in words


def test_many_images_scroll_to_the_end(view: SheetView, qtbot: QtBot) -> None:
    labels = [0] * 10_000
    view.take(images(labels, (8, 8)))
    view.take(predictions(labels, labels, [0.5] * 10_000))
    view.refresh()
    view.grab()
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view._bar.value() == view._bar.maximum() > 1000
    view.grab()
    last = view._tile_area(9999, view._tiles())
    assert view.content().adjusted(-1, -1, 1, 1).contains(last)


@pytest.mark.parametrize("shape", [(28, 28), (32, 32, 3), (150, 120)])
def test_kinds_of_images(view: SheetView, shape: tuple[int, ...]) -> None:
    view.take(images([0, 1], shape))
    view.take(predictions([0, 1], [1, 1], [float("nan"), 1.0]))
    view.refresh()
    view.grab()


def test_clear(view: SheetView) -> None:
    fill(view)
    view.clear()
    assert view.empty()
    assert list(view.order) == []


def test_between_two_redraws_order_and_answers_belong_together(view: SheetView) -> None:
    fill(view)
    before = view.grab().toImage()
    words = view.describe(view._tile_area(0, view._tiles()).center().toPoint())
    count = len(view.order)
    view.take(predictions([0] * count, [0] * count, [1.0] * count))
    assert view.grab().toImage() == before
    assert view.describe(view._tile_area(0, view._tiles()).center().toPoint()) == words
    view.refresh()
    assert view.grab().toImage() != before
