"""The arithmetic of the layers, against torch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from lab.core.params import ParamError
from lab.nets.convolutional import ACTIVATIONS, MOST_PARAMETERS, ConvolutionalParams, plan
from lab.nets.network import Dropout, build

SHAPE = (1, 28, 28)


def test_the_course_s_network() -> None:
    layers = {layer.name: layer for layer in plan(ConvolutionalParams(), SHAPE, 10)}
    assert layers["conv1"].shape_out == (10, 26, 26)
    assert layers["pool1"].shape_out == (10, 13, 13)
    assert layers["conv2"].shape_out == (20, 11, 11)
    assert layers["pool2"].shape_out == (20, 5, 5)
    assert layers["flatten"].shape_out == (500,)
    assert layers["linear1"].shape_out == (50,)
    assert layers["output"].shape_out == (10,)
    assert "⌊(28 + 2·1 − 5)/1⌋ + 1 = 26" in layers["conv1"].arithmetic
    assert list(layers) == [
        *("conv1", "pool1", "relu1", "conv2", "pool2", "relu2"),
        *("flatten", "linear1", "relu3", "output"),
    ]


def params(draw: st.DrawFn) -> ConvolutionalParams | None:
    blocks = draw(st.integers(1, 3))

    def each(low: int, high: int) -> tuple[int, ...]:
        return tuple(draw(st.integers(low, high)) for _ in range(draw(st.sampled_from([1, blocks]))))

    try:
        return ConvolutionalParams(
            channels=tuple(draw(st.integers(1, 6)) for _ in range(blocks)),
            kernel_size=each(1, 7),
            padding=each(0, 4),
            stride=each(1, 3),
            pooling=each(1, 3),
            units=tuple(draw(st.integers(1, 9)) for _ in range(draw(st.integers(0, 2)))),
            activation=draw(st.sampled_from(list(ACTIVATIONS))),
            batch_norm=draw(st.booleans()),
            conv_dropout=draw(st.sampled_from([0.0, 0.5])),
            dropout=draw(st.sampled_from([0.0, 0.5])),
        )
    except ParamError:
        return None


@settings(max_examples=60)
@given(data=st.data())
def test_shapes_parameters_and_multiply_adds_equal_torch_s(data: st.DataObject) -> None:
    chosen = data.draw(st.composite(params)())
    if chosen is None:
        return
    try:
        layers = plan(chosen, SHAPE, 10)
    except ParamError:
        return
    network = build(chosen, SHAPE, 10).eval()
    assert [name for name, _ in network.named_children()] == [layer.name for layer in layers]
    values = torch.zeros(1, *SHAPE)
    for layer, module in zip(layers, network.children(), strict=True):
        assert tuple(values.shape[1:]) == layer.shape_in
        values = module(values)
        assert tuple(values.shape[1:]) == layer.shape_out, layer
        assert sum(p.numel() for p in module.parameters()) == layer.parameters, layer
    with FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, *SHAPE))
    # torch counts a multiplication and an addition as two.
    assert counter.get_total_flops() == 2 * sum(layer.multiply_adds for layer in layers)


@settings(max_examples=100)
@given(st.integers(1, 15), st.integers(0, 7), st.integers(1, 4), st.integers(1, 4), st.integers(4, 28))
def test_a_size_is_refused_exactly_where_torch_refuses_it(
    kernel: int, padding: int, stride: int, pooling: int, side: int
) -> None:
    chosen = ConvolutionalParams(
        channels=(2,), kernel_size=(kernel,), padding=(padding,), stride=(stride,), pooling=(pooling,)
    )
    try:
        made = torch.nn.functional.conv2d(
            torch.zeros(1, 1, side, side), torch.zeros(2, 1, kernel, kernel), None, stride, padding
        )
        made = torch.nn.functional.max_pool2d(made, pooling)
        expected = tuple(made.shape[1:])
    except RuntimeError:
        with pytest.raises(ParamError, match=r"⌊.*⌋ \+ 1 = "):
            plan(chosen, (1, side, side), 10)
    else:
        flatten = next(layer for layer in plan(chosen, (1, side, side), 10) if layer.kind == "flatten")
        assert flatten.shape_in == expected


def test_the_layer_that_does_not_fit_is_named_with_its_arithmetic() -> None:
    with pytest.raises(ParamError) as caught:
        plan(ConvolutionalParams(kernel_size=(5, 15)), SHAPE, 10)
    assert caught.value.field == "kernel_size" or caught.value.field == "pooling"
    assert "pool2" in str(caught.value) or "conv2" in str(caught.value)
    assert "⌊" in str(caught.value)


def test_networks_that_no_computer_holds_are_refused() -> None:
    with pytest.raises(ParamError, match=f"{MOST_PARAMETERS:,}"):
        plan(ConvolutionalParams(channels=(512,), pooling=(1,), units=(2048,)), SHAPE, 10)


def test_lists_must_match_the_blocks() -> None:
    with pytest.raises(ParamError, match="3 numbers for 2 blocks"):
        plan(ConvolutionalParams(padding=(1, 1, 1)), SHAPE, 10)


def test_weights_begin_as_torch_s_do() -> None:
    network = build(ConvolutionalParams(), SHAPE, 10, torch.Generator().manual_seed(1))
    torch.manual_seed(1)
    reference = torch.nn.Linear(500, 50)
    own = network.get_submodule("linear1").weight.detach()
    assert own.abs().max() <= 500**-0.5
    assert abs(float(own.std()) - float(reference.weight.detach().std())) < 0.001


def test_dropout_scales_and_draws_from_its_own_generator() -> None:
    layer = Dropout(0.25)
    layer.generator = torch.Generator().manual_seed(3)
    ones = torch.ones(100_000)
    torch.manual_seed(0)
    before = torch.get_rng_state()
    first = layer(ones)
    assert torch.equal(torch.get_rng_state(), before)
    assert first.unique().tolist() == pytest.approx([0.0, 1 / 0.75])
    assert abs(float((first == 0).float().mean()) - 0.25) < 0.01
    layer.eval()
    assert torch.equal(layer(ones), ones)
