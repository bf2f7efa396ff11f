"""The page that takes a network apart: any number is clicked, its layer stepped through."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.pictures.view import PicturesView
from app.views.strip import StripView
from app.views.table.view import TableView
from tests.app.mouse import LEFT
from tests.app.pages import named, opened, rows, values
from tests.app.windows import Opener, view, waiter


def test_numbers_are_followed_back_and_forth_by_hand(qtbot: QtBot, open_window: Opener) -> None:
    _window, page = opened(open_window, "cnn.by_layer", {})
    before, here, after = (named(page, PicturesView, name) for name in ("before", "here", "after"))
    uses = named(page, TableView, "uses")
    wait = waiter(qtbot)
    wait(lambda: not here.empty() and bool(rows(uses)))

    def shows(layer: str) -> bool:
        return not here.empty() and str(here._scene.panels[0].title).startswith(layer)

    # Backwards: the first weight of the window is that of a number of the layer below.
    picked = before._scene.panels[1].picked(0, 0)
    QTest.mouseClick(before, LEFT, pos=before.pixel_area(1, 0, 0).center().toPoint())
    assert values(page).at == picked and values(page).layer == 3
    wait(lambda: shows("relu1"))
    # Forwards, by the table: into the convolution again.
    wait(lambda: "conv2" in str(rows(uses)[0][0]))
    QTest.mouseClick(uses, LEFT, pos=uses.cell_area(0, 0).center().toPoint())
    assert values(page).layer == 4
    wait(lambda: shows("conv2") and not after.empty())
    # By the keys, along the strip.
    strip = view(page, StripView)
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert values(page).layer == 5
    wait(lambda: shows("pool2"))
