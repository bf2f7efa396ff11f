"""Receptive fields: the formula against gradients of torch, and the effective field against the ways it counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from lab.core.events import Event, Metrics, Remark
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.params import ParamError
from lab.core.pictures import Pictures
from lab.data.store import DataStore
from lab.terminal.cli import cli
from lab.topics.convolution.receptive_field import ReceptiveField, ReceptiveParams
from lab.topics.convolution.receptive_field.gradient import effective_width, gradient
from lab.topics.convolution.receptive_field.layers import Layer, Stack, layers_of, vgg
from lab.topics.convolution.receptive_field.numbers import Draws


@st.composite
def layer(draw: st.DrawFn) -> Layer:
    kernel, stride = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    if draw(st.booleans()):
        return Layer(kernel, stride, draw(st.integers(0, kernel // 2)), how="mean")
    return Layer(kernel, stride, draw(st.integers(0, 3)), draw(st.integers(1, 3)))


LAYERS = st.lists(layer(), min_size=1, max_size=3).map(tuple)


def torch_net(layers: tuple[Layer, ...]) -> nn.Sequential:
    """Written anew for the test, with weights of 1."""
    modules: list[nn.Module] = []
    for each in layers:
        if each.how:
            modules.append(nn.AvgPool2d(each.kernel, each.stride, each.padding))
        else:
            modules.append(nn.Conv2d(1, 1, each.kernel, each.stride, each.padding, each.dilation, bias=False))
            nn.init.ones_(modules[-1].weight)
    return nn.Sequential(*modules).double()


def seen_by_torch(layers: tuple[Layer, ...], size: int, unit: tuple[int, int]) -> np.ndarray:
    image = torch.zeros(1, 1, size, size, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch_net(layers)(image)[0, 0][unit], image)
    return slope[0, 0].numpy()


@settings(max_examples=40)
@given(LAYERS, st.integers(8, 40), st.tuples(st.integers(0, 39), st.integers(0, 39)))
def test_the_view_by_formula_is_where_torch_has_a_gradient(
    layers: tuple[Layer, ...], size: int, at: tuple[int, int]
) -> None:
    stack = Stack(layers, size, (min(at[0], size - 1), min(at[1], size - 1)))
    assume(stack.fits)
    shape = torch_net(layers)(torch.zeros(1, 1, size, size, dtype=torch.float64)).shape
    assert tuple(shape[2:]) == (stack.top.size.value,) * 2
    rows, columns = np.nonzero(seen_by_torch(layers, size, stack.unit))
    for places, unit in zip((rows, columns), stack.unit, strict=True):
        first = stack.top.start + stack.top.jump * unit
        last = first + stack.top.field - 1
        if len(places):
            # No pixel outside has a gradient.
            assert first <= places.min()
            assert places.max() <= last
        if first >= 0 and last < size and len(rows):
            assert (places.min(), places.max()) == (first, last)


@settings(max_examples=30)
@given(LAYERS)
def test_a_view_that_lies_within_is_the_box_and_neighbours_are_a_jump_apart(layers: tuple[Layer, ...]) -> None:
    small = tuple(Layer(each.kernel, each.stride, each.padding, each.dilation, each.how) for each in layers)
    size = (
        Stack(small, 1, (0, 0)).top.field + 2 * Stack(small, 1, (0, 0)).top.jump - 2 * Stack(small, 1, (0, 0)).top.start
    )
    assume(size <= 140)
    stack = Stack(small, size, (size // 2, size // 2))
    assume(stack.fits)
    row, column = stack.unit
    found = seen_by_torch(small, size, (row, column))
    start = stack.nested()[-1]
    places = np.argwhere(found)
    assume(len(places) > 0)
    if all(place >= 0 and place + stack.top.field <= size for place in start):
        assert tuple(places.min(0)) == start
        assert tuple(places.max(0)) == tuple(place + stack.top.field - 1 for place in start)
    # The views of the layers below lie one within the other.
    for (inner, outer), (below, above) in zip(
        zip(stack.nested(), stack.nested()[1:], strict=False),
        zip(stack.views, stack.views[1:], strict=False),
        strict=True,
    ):
        for axis in (0, 1):
            assert outer[axis] <= inner[axis]
            assert inner[axis] + below.field <= outer[axis] + above.field


@settings(max_examples=20)
@given(LAYERS, st.integers(10, 30))
def test_with_ones_the_gradient_counts_ways(layers: tuple[Layer, ...], size: int) -> None:
    stack = Stack(layers, size, (size // 2, size // 2))
    assume(stack.fits)
    found = gradient(stack, Draws("ones", channels=1, count=1))
    wanted = seen_by_torch(layers, size, stack.unit)
    # Weights of each layer are divided by their number; a mean pooling divides by itself.
    weights = np.prod([each.kernel**2 for each in layers if not each.how])
    np.testing.assert_allclose(found * weights, wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("texts", "field", "jump"),
    [
        # Published: VGG-16 pool5 212, jump 32 (Araujo, Norris and Sim 2019); LeNet-5 sees all of its 32 × 32.
        (vgg(5), 212, 32),
        (vgg(1), 6, 2),
        (("conv kernel=5", "pool kernel=2", "conv kernel=5", "pool kernel=2", "conv kernel=5"), 32, 4),
        (("conv kernel=3",) * 3, 7, 1),
        (("conv kernel=7",), 7, 1),
        (("conv kernel=3", "conv kernel=3 dilation=2", "conv kernel=3 dilation=4"), 15, 1),
        # AlexNet, up to pool5.
        (("conv kernel=11 stride=4", "pool kernel=3", "conv kernel=5 padding=2", "pool kernel=3",
          *("conv kernel=3 padding=1",) * 3, "pool kernel=3"), 195, 32),
    ],
)  # fmt: skip
def test_well_known_networks(texts: tuple[str, ...], field: int, jump: int) -> None:
    top = Stack(layers_of(texts), 256, (0, 0)).top
    assert (top.field, top.jump) == (field, jump)


def events(params: ReceptiveParams) -> list[Event]:
    return list(ReceptiveField().run(params, Context("cpu", DataStore(Path("unused")))))


def of(found: list[Event], kind: Any, name: str = "") -> Any:
    return next(event for event in found if isinstance(event, kind) and getattr(event, "name", "") == name)


def test_the_effective_field_is_brightest_in_the_middle_and_smaller_than_the_box() -> None:
    layers = ("conv kernel=3 padding=1",) * 8
    shown = events(ReceptiveParams(preset="own", layers=layers, draws=24))
    mean = of(shown, Pictures, "fields").panels[1].values
    assert mean.max() == pytest.approx(1)
    middle, edge = mean[14:19, 14:19].mean(), mean[8:25, 8].mean()
    assert middle > 10 * edge
    assert mean[:8].max() == 0
    width = of(shown, Metrics).values["effective_width"]
    assert width < 17
    inside = mean[16 - int(width) // 2 : 17 + int(width) // 2, 16 - int(width) // 2 : 17 + int(width) // 2].sum()
    assert inside >= 0.95 * mean.sum()


def test_an_effective_width_is_the_smallest_that_has_95_percent() -> None:
    stack = Stack(layers_of(("conv kernel=5 padding=2",)), 9, (4, 4))
    mean = np.zeros((9, 9))
    assert effective_width(mean, stack) == 0
    mean[4, 4] = 95.0
    mean[2, 4] = 5.0
    assert effective_width(mean, stack) == 1
    mean[3, 4] = 10.0
    assert effective_width(mean, stack) == 3


def test_a_layer_that_does_not_fit_is_named_with_its_arithmetic() -> None:
    shown = events(ReceptiveParams(preset="lenet", size=20))
    assert "Layer 5: The kernel spans 5 pixels and the padded input has 2" in str(of(shown, Remark, "size").message)
    found = of(shown, Metrics)
    assert found.values["fits"] == 0
    # What it would see is known all the same.
    assert found.lists == {"receptive_field": (32, 32)}
    table = of(shown, Table, "layers")
    assert str(table.rows[5][1].value) == "none"
    assert table.rows[5][2].value == "16 + (5 − 1)·1·4 = 32"
    assert of(shown, Pictures, "fields").panels[0].values.shape == (20, 20)


def test_a_point_of_the_chart_gives_its_layers_to_edit() -> None:
    line = of(events(ReceptiveParams(preset="vgg", block=2, size=32)), Chart, "growth").lines[0]
    assert line.y.tolist() == [1, 3, 5, 6, 10, 14, 16]
    params = ReceptiveParams.from_texts(line.links[3].texts)
    assert params.preset == "own"
    assert layers_of(params.layers) == layers_of(vgg(1))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"preset": "own", "layers": ("pool kernel=2 padding=2",)}, "layers"),
        ({"preset": "own", "layers": ("conv kernel=99",)}, "layers"),
        ({"preset": "own", "layers": ()}, "layers"),
        ({"size": 0}, "size"),
    ],
)
def test_bad_input_is_refused_by_name(values: dict[str, Any], field: str) -> None:
    with pytest.raises(ParamError) as error:
        ReceptiveParams(**values)
    assert error.value.field == field


def test_the_command_line_gives_the_numbers_and_leaves_the_random_numbers_alone() -> None:
    torch.manual_seed(1)
    wanted = torch.rand(1)
    torch.manual_seed(1)
    line = "run convolution.receptive_field --preset vgg --block 3 --size 64 --draws 2 --json"
    answer = CliRunner().invoke(cli, line.split())
    assert torch.rand(1) == wanted
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout.splitlines()[-1])["metrics"]
    assert (found["receptive_field"], found["jump"], found["output_size"]) == ([44, 44], 8, [8, 8])
