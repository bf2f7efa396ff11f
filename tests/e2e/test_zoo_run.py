"""A picture through a network: a layer is clicked in the tree and its maps are seen; another answer by the keyboard."""

from __future__ import annotations

import pytest
import torch  # noqa: F401  Before SciPy is used: it looks for torch, which a thread of the window may have half loaded.
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.views.maps import FeatureMapsView
from app.views.tree.view import LayerTreeView
from lab.core.pictures import Pictures
from tests.app.mouse import LEFT
from tests.app.pages import named, type_over, values
from tests.app.windows import Opener
from tests.e2e.acts import Acts, shown


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def seen(page: Page) -> Pictures:
    """Return the picture with what is shown of its answer."""
    found = page.runner.history.newest(Pictures)
    assert isinstance(found, Pictures)
    return found


def test_a_layer_is_clicked_in_the_tree_and_its_maps_are_seen(acts: Acts) -> None:
    _, page = acts.open("zoo.run")
    # Not by the arrow keys, which would ask all networks in between.
    page.form.set_texts({"weights": "random", "network": "squeezenet1_1", "repeats": "1"})
    maps = named(page, FeatureMapsView, "layer")
    acts.wait(lambda: maps.choice.chosen == "features.0")
    tree = shown(page, LayerTreeView, "network")
    acts.wait(lambda: "features" in tree.seen)
    if "features.3" not in tree.seen:
        QTest.keyClick(tree, "*")
    QTest.mouseClick(tree, LEFT, pos=tree.row_area("features.3").center().toPoint())
    assert values(page).layer == "features.3"
    acts.wait(lambda: maps.choice.chosen == "features.3")
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_Up)
    QTest.keyClick(tree, Qt.Key.Key_Return)
    assert values(page).layer == "features.2"
    acts.wait(lambda: len(seen(page).panels) == 3)
    before = seen(page).panels[1].title
    type_over(page, "answer", "2")
    acts.wait(lambda: seen(page).panels[1].title != before)
    page.form.set_texts({"network": "mobilenet_v3_small"})
    acts.wait(lambda: "No class activation map" in str(seen(page).note))
