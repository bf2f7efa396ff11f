"""Rows of images under each other."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core import theme
from app.views.image_rows.view import ImageRowsView
from lab.core.events import Array, ImageRows
from lab.core.text import message

ORIGINALS, NOISY = message("originals"), message("noisy")


@pytest.fixture
def view(qtbot: QtBot) -> ImageRowsView:
    view = ImageRowsView("Reconstructions", "test")
    qtbot.addWidget(view)
    view.resize(500, 260)
    view.show()
    return view


def rows(count: int = 4, side: int = 4, indices: Array | None = None) -> ImageRows:
    rng = np.random.default_rng(0)
    originals = rng.integers(0, 256, (count, side, side)).astype(np.uint8)
    noisy = rng.uniform(-1, 1, (count, side, side)).astype(np.float32)
    return ImageRows("test", ((ORIGINALS, originals), (NOISY, noisy)), (-1.0, 1.0), indices, 1500)


def fill(view: ImageRowsView, event: ImageRows) -> None:
    view.take(event)
    view.refresh()


def pixel(view: ImageRowsView, row: int, place: int, at: tuple[int, int], side: int = 4) -> QPoint:
    area = view.image_area(row, place)
    step = area.width() / side
    return QPointF(area.left() + (at[1] + 0.5) * step, area.top() + (at[0] + 0.5) * step).toPoint()


def test_every_pixel_is_painted_and_told(view: ImageRowsView) -> None:
    assert "Press Run" in view.empty()
    event = rows()
    fill(view, event)
    image = view.grab().toImage()
    for at in ((0, 0), (3, 1), (2, 3)):
        grey = int(event.rows[0][1][2][at])
        assert image.pixelColor(pixel(view, 0, 2, at)) == QColor(grey, grey, grey)
        value = float(event.rows[1][1][3][at])
        grey = int((value + 1) * 127.5 + 0.5)
        assert image.pixelColor(pixel(view, 1, 3, at)) == QColor(grey, grey, grey)
        words = view.describe(pixel(view, 1, 3, at))
        assert f"noisy: image 3\nrow {at[0]}, column {at[1]}: {value:.6g}\nafter step 1,500" in words
        assert "black is -1, white 1" in words
    assert "originals: image 2\nrow 3, column 1: " in view.describe(pixel(view, 0, 2, (3, 1)))
    assert "black" not in view.describe(pixel(view, 0, 2, (3, 1)))


def test_rows_stand_under_each_other(view: ImageRowsView) -> None:
    fill(view, rows())
    for place in range(4):
        first, second = view.image_area(0, place), view.image_area(1, place)
        assert first.left() == second.left()
        assert first.bottom() < second.top()
    assert view.image_area(0, 0).right() < view.image_area(0, 1).left()


def test_colours(view: ImageRowsView) -> None:
    colours = np.zeros((1, 2, 2, 3), np.uint8)
    colours[0, 0, 1] = 10, 200, 90
    fill(view, ImageRows("test", (("rgb", colours), ("float", colours / 255))))
    image = view.grab().toImage()
    for row in range(2):
        assert image.pixelColor(pixel(view, row, 0, (0, 1), 2)) == QColor(10, 200, 90)
    assert "row 0, column 1: 10, 200, 90" in view.describe(pixel(view, 0, 0, (0, 1), 2))


def test_a_click_picks_the_number_in_the_data(view: ImageRowsView, qtbot: QtBot) -> None:
    fill(view, rows(indices=np.array([40, 7, 9, 3])))
    before = view.grab().toImage()
    with qtbot.waitSignal(view.selected) as caught:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=pixel(view, 1, 2, (1, 1)))
    assert caught.args == ["image", 9]
    assert "noisy: image 9" in view.describe(pixel(view, 1, 2, (1, 1)))
    picked = view.grab().toImage()
    assert picked != before
    view.select("image", 40)
    assert view.grab().toImage() not in (picked, before)
    view.select("image", None)


def test_keyboard_leads_and_picks(view: ImageRowsView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("app.views.image_rows.view.QToolTip.showText", lambda _at, words, _widget: said.append(words))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert not said
    fill(view, rows())
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(view, key)
    assert [words.split("\n")[0] for words in said] == [
        "originals: image 0",
        "originals: image 1",
        "originals: image 2",
        "noisy: image 2",
    ]
    with qtbot.waitSignal(view.selected) as caught:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert caught.args == ["image", 2]


def test_many_images_are_moved_by_wheel_and_keys(view: ImageRowsView) -> None:
    fill(view, rows(300))
    assert view.image_area(0, 299).left() > view.width()
    for _ in range(299):
        QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.content().contains(view.image_area(0, 299))
    assert "image 299" in view.describe(pixel(view, 0, 299, (1, 1)))
    view.grab()
    before = view.image_area(0, 0).left()
    place = QPointF(view.rect().center())
    event = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)
    assert view.image_area(0, 0).left() > before


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_hatched_and_said(view: ImageRowsView, value: float) -> None:
    images = np.zeros((2, 4, 4))
    images[0, 1, 2] = images[1] = value
    fill(view, ImageRows("test", (("a", images),)))
    image = view.grab().toImage()
    black = QColor(0, 0, 0)
    assert image.pixelColor(pixel(view, 0, 0, (0, 0))) == black
    assert image.pixelColor(pixel(view, 0, 0, (1, 2))) != black
    assert image.pixelColor(pixel(view, 0, 1, (0, 0))) != black
    assert str(value) in view.describe(pixel(view, 0, 0, (1, 2)))


@pytest.mark.parametrize(
    "event",
    [
        ImageRows("test", ()),
        ImageRows("test", (("a", np.zeros((0, 8, 8))),)),
    ],
)
def test_nothing_to_show(view: ImageRowsView, event: ImageRows) -> None:
    fill(view, event)
    assert view.empty()
    view.grab()
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))


def test_rows_of_other_lengths_and_sizes(view: ImageRowsView) -> None:
    codes = np.ones((2, 1, 3))
    fill(view, ImageRows("test", (("a", np.zeros((5, 8, 8), np.uint8)), ("code", codes), ("none", codes[:0]))))
    image = view.grab().toImage()
    area = view.image_area(1, 1)
    assert area.width() > 2.5 * area.height()
    assert image.pixelColor(area.center().toPoint()) == QColor("white")
    assert view.describe(view.image_area(1, 1).center().toPoint()).startswith("code: image 1")
    assert view.describe(area.center().toPoint() + QPoint(0, round(area.height()))).count("\n") == 1


@pytest.mark.parametrize("size", [(150, 120), (300, 150), (1400, 800)])
@pytest.mark.parametrize("side", [1, 28, 224])
def test_sizes(view: ImageRowsView, size: tuple[int, int], side: int) -> None:
    fill(view, rows(3, side))
    view.resize(*size)
    view.grab()
    first = view.image_area(0, 0)
    assert view.content().contains(first)
    assert first.width() >= 20


def test_themes(view: ImageRowsView, monkeypatch: pytest.MonkeyPatch) -> None:
    event = rows()
    fill(view, event)
    light = view.grab().toImage()
    monkeypatch.setattr(theme, "_colours", theme.DARK)
    view.restyle()
    dark = view.grab().toImage()
    assert dark.pixelColor(4, 40) != light.pixelColor(4, 40)
    at = pixel(view, 0, 0, (0, 0))
    assert dark.pixelColor(at) == light.pixelColor(at)
