"""Nodes, weights and biases against torch and torchinfo."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torchinfo import summary

from lab.core.events import Event, Metrics
from lab.core.figures import Chart, Table
from lab.core.params import ParamError
from lab.core.units import Units
from lab.topics.ann.parameters import Parameters, ParametersParams

WIDTHS = st.lists(st.integers(1, 20), min_size=2, max_size=6).map(tuple)


def shown(**values: object) -> tuple[dict[str, Event], dict[str, float]]:
    events = list(Parameters().compute(ParametersParams(**values)))
    assert isinstance(events[-1], Metrics)
    return {getattr(event, "name", ""): event for event in events}, dict(events[-1].values)


def module(widths: tuple[int, ...]) -> nn.Sequential:
    return nn.Sequential(*(nn.Linear(a, b) for a, b in pairwise(widths)))


def test_the_numbers_of_the_course() -> None:
    _, metrics = shown()
    assert metrics == {
        "wide_nodes": 9,
        "wide_weights": 20,
        "wide_biases": 7,
        "wide_parameters": 27,
        "deep_nodes": 9,
        "deep_weights": 14,
        "deep_biases": 7,
        "deep_parameters": 21,
    }


@settings(max_examples=40)
@given(WIDTHS, WIDTHS)
def test_counts_are_those_of_torch_and_torchinfo(wide: tuple[int, ...], deep: tuple[int, ...]) -> None:
    _, metrics = shown(wide=wide, deep=deep)
    for name, widths in (("wide", wide), ("deep", deep)):
        made = module(widths)
        sizes = {kind: sum(p.numel() for n, p in made.named_parameters() if kind in n) for kind in ("weight", "bias")}
        assert metrics[f"{name}_weights"] == sizes["weight"]
        assert metrics[f"{name}_biases"] == sizes["bias"]
        assert metrics[f"{name}_parameters"] == summary(made, input_size=(1, widths[0]), verbose=0).trainable_params
        assert metrics[f"{name}_nodes"] == sum(widths)


@settings(max_examples=40)
@given(WIDTHS)
def test_the_drawing_has_every_weight_and_bias(widths: tuple[int, ...]) -> None:
    figures, metrics = shown(wide=widths)
    drawing = figures["wide"]
    assert isinstance(drawing, Units)
    assert [len(labels) for labels in drawing.labels] == list(widths)
    assert sum(weight.size for weight in drawing.weights) == metrics["wide_weights"]
    assert sum(bias.size for bias in drawing.biases) == metrics["wide_biases"]
    # As torch draws them: within one over the root of the units before.
    for weight, before in zip(drawing.weights, widths, strict=False):
        assert np.abs(weight).max() <= before**-0.5


def test_each_number_tells_its_arithmetic() -> None:
    table = shown()[0]["numbers"]
    assert isinstance(table, Table)
    told = {str(row[0].value): (row[1].why, row[2].why) for row in table.rows}
    assert told["weights"] == ("2·4 + 4·3 = 20", "2·2 + 2·2 + 2·3 = 14")
    assert told["biases"] == ("4 + 3 = 7", "2 + 2 + 3 = 7")
    assert told["parameters"] == ("20 + 7 = 27", "14 + 7 = 21")
    assert str(table.note) == "Equal nodes, 9 each, but 27 and 21 parameters."
    layers = shown()[0]["layers"]
    assert isinstance(layers, Table)
    assert layers.rows[0][5].why == "2·4 + 4 = 12"


def test_what_is_not_comparable_is_said() -> None:
    table = shown(deep=(2, 2, 3, 3))[0]["numbers"]
    assert isinstance(table, Table)
    assert "9 and 10 nodes" in str(table.note)
    table = shown(deep=(2, 4, 3))[0]["numbers"]
    assert isinstance(table, Table)
    assert "equal parameters" in str(table.note)


def test_the_chart_divides_the_hidden_nodes_evenly() -> None:
    chart = shown(wide=(3, 10, 2))[0]["divided"]
    assert isinstance(chart, Chart)
    even = chart.lines[0]
    assert even.x.tolist() == list(range(1, 11))
    for depth, found in zip(even.x.astype(int).tolist(), even.y.tolist(), strict=True):
        each = [len(part) for part in np.array_split(np.arange(10), depth)]
        assert found == sum(p.numel() for p in module((3, *each, 2)).parameters())


def test_without_hidden_units_there_is_nothing_to_divide() -> None:
    figures, metrics = shown(wide=(2, 3))
    chart = figures["divided"]
    assert isinstance(chart, Chart)
    assert len(chart.lines[0].x) == 0
    assert metrics["wide_parameters"] == 9


def test_torchinfo_agrees_on_the_page() -> None:
    (table,) = Parameters().verify(ParametersParams(wide=(784, 32, 10)))
    assert isinstance(table, Table)
    theirs = {str(row[0].value): row[3].value for row in table.rows}
    assert theirs["parameters, wide, 784→32→10"] == 25450
    assert (theirs["wide, hidden 1, parameters"], theirs["wide, output, parameters"]) == (25120, 330)
    assert theirs["wide, output, output shape"] == "1 × 10"
    assert {row[4].mark for row in table.rows} == {"good"}


def test_networks_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(ParamError, match="deep: a network of 1002001 parameters"):
        ParametersParams(deep=(1000, 1000, 1))
    with pytest.raises(ParamError, match="wide"):
        ParametersParams(wide=(2,))
    with pytest.raises(ParamError, match="wide"):
        ParametersParams(wide=(2, 0, 3))
