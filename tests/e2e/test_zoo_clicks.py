"""The pages of VGG and of torchvision's networks: what is clicked there is looked at."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.views.chart.lines import Spot
from app.views.chart.view import ChartView
from app.views.graph.view import GraphView
from app.views.strip import StripView
from app.views.table.view import TableView
from app.views.tree.view import LayerTreeView
from tests.app.pages import beside, rows, type_over, values
from tests.app.windows import Opener
from tests.e2e.acts import Acts, click, open_point, shown


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def test_a_layer_of_vgg_is_clicked_in_the_table_and_in_the_strip(acts: Acts) -> None:
    _, page = acts.open("zoo.vgg")
    type_over(page, "classes", "10")
    paper, numbers = shown(page, TableView, "paper"), shown(page, TableView, "numbers")
    acts.wait(lambda: bool(rows(paper)) and bool(rows(numbers)))
    # The fourth convolution of a block is there in E only.
    place = next(place for place, row in enumerate(rows(paper)) if [str(each) for each in row][1:6] == ["None"] * 5)
    click(paper, paper.cell_area(place, 6).center())
    assert values(page).configuration == "E"
    assert values(page).classes == 10
    acts.wait(lambda: beside(numbers, "its parameters") == 590_080)
    strip = next(view for view in page.views if isinstance(view, StripView))
    last = values(page).layer
    acts.wait(lambda: not strip.dirty)
    click(strip, strip.layer_area(last - 1).center())
    assert values(page).layer == last - 1
    acts.wait(lambda: str(rows(numbers)[0][0]).startswith("conv3_3"))


def test_a_network_is_clicked_in_the_plane_and_a_module_in_the_tree(acts: Acts) -> None:
    _, page = acts.open("zoo.networks", compare="ResNet, SqueezeNet")
    chart = shown(page, ChartView, "plane")
    tree = next(view for view in page.views if isinstance(view, LayerTreeView))
    graph = next(view for view in page.views if isinstance(view, GraphView))
    acts.wait(lambda: tree.seen[:2] == ["", "conv1"])
    open_point(chart, Spot(1, 0))
    assert values(page).name == "squeezenet1_1"
    assert values(page).compare == "ResNet, SqueezeNet"
    acts.wait(lambda: "features" in tree.seen and graph._node("features_3_squeeze") is not None)
    assert "squeeze" in graph.describe_node("features_3_squeeze")
    tree._toggle_all()
    acts.wait(lambda: not tree.dirty)
    click(tree, tree.row_area("features.4").center())
    assert values(page).layer == "features.4"
    acts.wait(lambda: graph._node("features_4_squeeze") is not None)
