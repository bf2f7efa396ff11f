"""The page of torchvision's networks: what is compared, what blocks consist of, and how quickly it opens."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from torchvision import models

from lab.core.events import LayerTree, Metrics
from lab.core.figures import Chart, Graph, Table
from lab.core.numbers import check
from lab.core.params import ParamError
from lab.nets.zoo.catalogue import NETWORKS, names
from lab.running.sessions import data_store
from lab.topics.zoo.networks import Networks, NetworksParams


def previewed(**values: Any) -> list[Any]:
    return list(Networks().preview(NetworksParams(**values), data_store()))


def plane(**values: Any) -> Chart:
    return next(event for event in previewed(**values) if isinstance(event, Chart))


def block(name: str, layer: str = "") -> Graph:
    events = Networks().figures(NetworksParams(name=name, layer=layer))
    return next(event for event in events if isinstance(event, Graph))


def labels(graph: Graph) -> list[str]:
    return [str(node.label) for node in graph.nodes]


def ends(graph: Graph) -> set[tuple[str, str]]:
    called = {node.name: str(node.label) for node in graph.nodes}
    return {(called[edge.source], called[edge.target]) for edge in graph.edges}


def test_parameters_of_resnet18() -> None:
    found = next(event for event in Networks().compute(NetworksParams()) if isinstance(event, Metrics))
    assert found.values["parameters"] == 11689512
    assert found.values["multiply_adds"] == 1814073344


@pytest.mark.parametrize("cost", ["parameters", "multiply_adds", "memory", "file"])
@pytest.mark.parametrize("weights", ["newest", "first"])
def test_every_network_stands_in_the_plane_with_its_name_and_opens(cost: str, weights: str) -> None:
    chart = plane(cost=cost, weights=weights)
    assert chart.x.log
    points = {
        str(name): (x, y, link)
        for line in chart.lines
        if line.names
        for name, x, y, link in zip(line.names, line.x, line.y, line.links, strict=True)
    }
    assert set(points) == set(names())
    for name, (x, y, link) in points.items():
        assert NetworksParams.from_texts(dict(link.texts)) == NetworksParams(name=name, cost=cost, weights=weights)
        entry = models.get_model_weights(name)
        network = NETWORKS[name]
        chosen = entry[(network.first if weights == "first" else network.newest).name]
        assert y == chosen.meta["_metrics"]["ImageNet-1K"]["acc@1"]
        published = {"parameters": chosen.meta["num_params"], "file": chosen.meta["_file_size"]}
        assert x == published.get(cost, x) > 0


def test_what_is_compared_is_chosen_by_names_and_families() -> None:
    chosen = NetworksParams(compare="vgg, mobilenet_v2،resnet50").compared()
    assert chosen == (*names("VGG"), "mobilenet_v2", "resnet50")
    # What is looked at is among them in any case.
    table = next(event for event in previewed(compare="VGG") if isinstance(event, Table) and event.name == "compared")
    assert {str(row[0].value) for row in table.rows} == {"resnet18", *names("VGG")}
    costs = [row[4].value for row in table.rows]
    assert all(one <= other for one, other in pairwise(costs))
    with pytest.raises(ParamError, match="resnet19"):
        NetworksParams(compare="VGG, resnet19")


def test_the_tree_has_what_torch_has() -> None:
    events = Networks().figures(NetworksParams())
    tree = next(event for event in events if isinstance(event, LayerTree))
    network = models.resnet18()
    assert [layer.path for layer in tree.layers] == [path for path, _ in network.named_modules()]
    assert sum(layer.parameters for layer in tree.layers) == NETWORKS["resnet18"].parameters
    assert sum(layer.multiply_adds for layer in tree.layers) == NETWORKS["resnet18"].multiply_adds
    assert sum(layer.activations for layer in tree.layers) == NETWORKS["resnet18"].activations


def test_a_residual_block() -> None:
    graph = block("resnet18")
    assert labels(graph) == ["into layer1.0", "3×3, 64", "3×3, 64", "+, ReLU"]
    assert ("into layer1.0", "+, ReLU") in ends(graph)
    smaller = block("resnet18", "layer2.0")
    assert ("1×1, 128 ↓2", "+, ReLU") in ends(smaller)
    assert ("into layer2.0", "+, ReLU") not in ends(smaller)


def test_a_bottleneck() -> None:
    assert labels(block("resnet50", "layer1.1")) == ["into layer1.1", "1×1, 64", "3×3, 64", "1×1, 256", "+, ReLU"]


def test_a_dense_block() -> None:
    graph = block("densenet121")
    # Each of six layers, and the end, has all that was made before it.
    assert len(graph.nodes) == 8
    assert len(graph.edges) == 1 + 2 + 3 + 4 + 5 + 6 + 7


def test_an_inception_block() -> None:
    graph = block("googlenet")
    assert sum(target == "concat" for _, target in ends(graph)) == 4
    assert len({node.row for node in graph.nodes}) >= 4


def test_a_fire_module() -> None:
    assert ends(block("squeezenet1_1")) == {
        ("into features.3", "1×1, 16"), ("1×1, 16", "1×1, 64"), ("1×1, 16", "3×3, 64"),
        ("1×1, 64", "concat"), ("3×3, 64", "concat"),
    }  # fmt: skip


def test_an_inverted_residual_and_a_shuffle() -> None:
    inverted = block("mobilenet_v2")
    assert labels(inverted) == ["into features.3", "1×1, 144", "3×3 depthwise", "1×1, 24", "+"]
    assert ("into features.3", "+") in ends(inverted)
    assert ("concat", "shuffle") in ends(block("shufflenet_v2_x0_5"))


def test_a_layer_shows_what_is_around_it_and_an_unknown_one_the_first_block() -> None:
    assert labels(block("resnet18", "layer2.0.conv1")) == labels(block("resnet18", "layer2.0"))
    assert labels(block("resnet18", "features.9")) == labels(block("resnet18"))
    assert labels(block("resnet18", "network"))[:4] == ["image", "7×7, 64 ↓2", "max pool", "layer1"]


@pytest.mark.long
@pytest.mark.parametrize("name", names())
def test_each_network_is_drawn_and_agrees_with_its_program(name: str) -> None:
    page = Networks()
    for layer in ("", "network"):
        graph = block(name, layer)
        assert 2 <= len(graph.nodes) <= 26
        assert len({node.name for node in graph.nodes}) == len(graph.nodes)
        places = [(node.column, node.row) for node in graph.nodes]
        assert len(set(places)) == len(places)
    table = check(page.numbers(NetworksParams(name=name)))
    assert all(row[-1].mark == "good" for row in table.rows), [row for row in table.rows if row[-1].mark != "good"]
