"""Shapes of weights, against torch."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
import torch
from click.testing import CliRunner
from torch import nn

from lab.core.code import Code
from lab.core.events import Architecture, Metrics
from lab.core.figures import Matrices, Table
from lab.core.params import ParamError
from lab.terminal.cli import cli
from lab.topics.weights.shapes import Shapes, ShapesParams
from tests.lab.contracts import agrees_with_references, prints_its_metrics


def shown(**values: Any) -> list[Any]:
    return list(Shapes().compute(ShapesParams(**values)))


def of(events: list[Any], kind: type, name: str = "") -> Any:
    [found] = [event for event in events if isinstance(event, kind) and (not name or event.name == name)]
    return found


def test_the_command_line_takes_layers_as_numbers() -> None:
    words = ["run", "weights.shapes", "--layers", "3", "5", "8", "4", "--json"]
    found = json.loads(CliRunner().invoke(cli, words, catch_exceptions=False).stdout.splitlines()[-1])
    assert found["metrics"]["shapes"] == [[5, 3], [8, 5], [4, 8]]
    assert found["metrics"]["parameters"] == 104
    plain = CliRunner().invoke(cli, words[:-1], catch_exceptions=False).stdout
    assert "[5, 3] [8, 5] [4, 8]" in plain


@pytest.mark.parametrize("layers", [(10, 14, 19, 8), (3, 5, 8, 4), (1, 1), (2, 100, 1), (7,) * 9])
def test_torch_counts_the_same(layers: tuple[int, ...]) -> None:
    network = nn.Sequential(*(nn.Linear(a, b) for a, b in pairwise(layers)))
    found = of(shown(layers=layers), Metrics).everything
    assert found["shapes"] == [list(layer.weight.shape) for layer in network]
    assert found["parameters"] == sum(numbers.numel() for numbers in network.parameters())
    assert found["output_shape"] == list(network(torch.zeros(5, layers[0])).shape)
    assert found["fits"] == 1


def test_a_wrong_size_is_noticed_in_the_forward_pass_alone() -> None:
    wrong = {"layers": (10, 14, 9, 8), "wrong": 3, "in_features": 19, "shown": 3}
    events = shown(**wrong)
    found = of(events, Metrics).everything
    assert found["shapes"] == [[14, 10], [9, 14], [8, 19]] and found["fits"] == 0
    assert "output_shape" not in found
    said = str(of(events, Matrices).refusal)
    assert "(5×9)·(19×8)" in said
    network = nn.Sequential(nn.Linear(10, 14), nn.Linear(14, 9), nn.Linear(19, 8))
    with pytest.raises(RuntimeError, match=r"5x9 and 19x8"):
        network(torch.zeros(5, 10))
    agrees_with_references(Shapes, ShapesParams(**wrong))
    prints_its_metrics(of(events, Code).source, found)


def test_the_first_layer_that_does_not_fit_stops_all_behind_it() -> None:
    events = shown(layers=(3, 5, 8, 4), wrong=1, in_features=2, shown=3)
    assert "Nothing comes so far" in str(of(events, Matrices).refusal)
    outputs = [row[-1].value for row in of(events, Table, "layers").rows]
    assert [str(value) for value in outputs] == ["none"] * 3


def test_a_wrong_layer_of_the_right_size_is_none() -> None:
    assert of(shown(layers=(3, 5, 8), wrong=2, in_features=5), Metrics).everything["fits"] == 1


def test_the_product_is_that_of_torch_and_each_cell_says_its_sum() -> None:
    events = shown(layers=(3, 5, 8, 4), shown=2)
    x, weight, bias, y = of(events, Matrices).items
    theirs = torch.tensor(x.rows) @ torch.tensor([row[:4] for row in weight.rows])
    assert y.whole == (5, 8) and len(y.rows[0]) == 6, "of eight columns four and the last stand there"
    assert y.rows[0][0] == float(theirs[0, 0]) + bias.rows[0][0]
    terms, _, total = str(y.whys[0][0]).partition(" = ")
    assert float(total.replace("−", "-")) == y.rows[0][0] and terms.count("·") == 5


def test_the_strip_has_all_layers() -> None:
    assert [layer.parameters for layer in of(shown(), Architecture).layers] == [154, 285, 160]


def test_one_width_is_no_network() -> None:
    with pytest.raises(ParamError, match="2 to 9"):
        ShapesParams(layers=(3,))
