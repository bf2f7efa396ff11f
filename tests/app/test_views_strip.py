"""The strip of layers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core import theme
from app.views.strip import StripView
from lab.core.events import Architecture, Layer

LAYERS = (
    Layer("conv1", "convolution", (1, 28, 28), (10, 26, 26), 260, 169_000, r"M + 2p", "(28+2·1−5)/1+1 = 26"),
    Layer("pool1", "max-pool", (10, 26, 26), (10, 13, 13), 0, 0, "", "26/2 = 13"),
    Layer("flatten", "flatten", (10, 13, 13), (1690,), 0, 0, "", ""),
    Layer("fc1", "linear", (1690,), (10,), 16_910, 16_900, "", "10·(1690+1) = 16910"),
)


@pytest.fixture
def view(qtbot: QtBot) -> StripView:
    view = StripView("Network")
    qtbot.addWidget(view)
    view.resize(800, view.height())
    view.show()
    return view


def test_shows_the_layers(view: StripView) -> None:
    assert view.empty()
    view.take(Architecture(LAYERS))
    view.refresh()
    assert "17,170 parameters" in view.summary()
    assert "185,900 multiply-adds" in view.summary()
    image = view.grab().toImage()
    accent = QColor(theme.colours().accent).name()

    def learns(place: int) -> bool:
        box = view.layer_area(place).toRect()
        return any(
            image.pixelColor(x, y).name() == accent
            for x in range(box.left(), box.right())
            for y in range(box.top(), box.top() + 44)
        )

    assert [learns(place) for place in range(5)] == [False, True, False, False, True]


def test_describe_says_the_arithmetic(view: StripView) -> None:
    view.take(Architecture(LAYERS))
    view.refresh()
    words = view.describe(view.layer_area(1).center().toPoint())
    for part in ("conv1: convolution", "1 × 28 × 28 → 10 × 26 × 26", "(28+2·1−5)/1+1 = 26", "260 parameters"):
        assert part in words
    assert "data:image/png;base64," in words
    assert "1 × 28 × 28" in view.describe(view.layer_area(0).center().toPoint())


def test_click_and_keys_pick(view: StripView, qtbot: QtBot) -> None:
    view.take(Architecture(LAYERS))
    view.refresh()
    picked: list[object] = []
    view.selected.connect(lambda name, value: picked.append((name, value)))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.layer_area(2).center().toPoint())
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert picked == [("layer", "pool1"), ("layer", "flatten"), ("layer", None)]


def test_long_network_scrolls(view: StripView, qtbot: QtBot) -> None:
    view.resize(260, view.height())
    view.take(Architecture(LAYERS * 5))
    view.refresh()
    for _ in range(25):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    view.grab()
    assert view.layer_area(20).right() == pytest.approx(view.content().right(), abs=1)
    start = view.content().center().toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start + QPoint(90, 0))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(90, 0))
    view.grab()


def test_clear(view: StripView) -> None:
    view.take(Architecture(LAYERS))
    view.refresh()
    view.clear()
    view.grab()
    assert view.empty()


def test_where_it_goes_on_beyond_an_edge_an_arrow_says_so(view: StripView, qtbot: QtBot) -> None:
    view.resize(300, view.height())
    view.take(Architecture(LAYERS * 5))
    view.refresh()

    def arrows() -> tuple[bool, bool]:
        """Return whether the left and the right edge say that there is more."""
        places = (view._edge(leading).center().toPoint() for leading in (True, False))
        left, right = ("Further layers" in view.describe(place) for place in places)
        return left, right

    assert arrows() == (False, True)
    right = view._edge(False).center().toPoint()
    first = view.layer_area(0).left()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=right)
    assert view.layer_area(0).left() < first - 100
    assert arrows() == (True, True)
    for _ in range(30):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=right)
        if arrows() == (True, False):
            break
    assert arrows() == (True, False)
    view.resize(3000, view.height())
    view.grab()
    assert arrows() == (False, False)


def test_where_it_picks_a_number_clicks_and_arrows_set_it(view: StripView) -> None:
    heard: list[tuple[str, object]] = []
    view.selected.connect(lambda name, value: heard.append((name, value)))
    view.take(Architecture(LAYERS, "layer", 2))
    view.refresh()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.layer_area(0).center().toPoint())
    assert heard == [("layer", 0)]
    view.take(Architecture(LAYERS, "layer", 2))
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert heard[1:] == [("layer", 3), ("layer", 2)]
