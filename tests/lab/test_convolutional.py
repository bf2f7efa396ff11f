"""The arithmetic of the layers, against torch."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from lab.core.params import ParamError
from lab.nets.convolutional import MOST_PARAMETERS, ConvolutionalParams, plan
from lab.nets.convolutional.kinds import COURSE, KINDS, SHIPPED
from lab.nets.network import Dropout, build
from lab.nets.program import network_lines

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


KERNELS = st.integers(1, 7)


@st.composite
def a_block(draw: st.DrawFn) -> str:
    """Draw a block of any kind."""
    kind = draw(st.sampled_from(list(KINDS)))
    match kind:
        case "conv":
            sizes = f"kernel={draw(KERNELS)} stride={draw(st.integers(1, 3))} padding={draw(st.integers(0, 4))}"
            return f"conv channels={draw(st.integers(1, 6))} {sizes}"
        case "transposed":
            sizes = f"kernel={draw(KERNELS)} stride={draw(st.integers(1, 3))} padding={draw(st.integers(0, 2))}"
            return f"transposed channels={draw(st.integers(1, 6))} {sizes} output_padding={draw(st.integers(0, 2))}"
        case "resize":
            return f"resize factor={draw(st.integers(1, 3))} how={draw(st.sampled_from(['nearest', 'bilinear']))}"
        case "pool":
            return f"pool kernel={draw(st.integers(1, 4))} how={draw(st.sampled_from(['max', 'mean']))}"
        case "dropout":
            return f"dropout by={draw(st.sampled_from(['element', 'channel']))}"
        case "linear":
            return f"linear units={draw(st.integers(1, 9))}"
        case other:
            return other


@settings(max_examples=200)
@given(data=st.data())
def test_shapes_parameters_and_multiply_adds_equal_torch_s(data: st.DataObject) -> None:
    images = data.draw(st.lists(a_block().filter(lambda text: not text.startswith(("flatten", "linear"))), max_size=5))
    numbers = data.draw(st.lists(a_block(), max_size=3))
    try:
        chosen = ConvolutionalParams(network=(*images, "flatten", *numbers))
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
    sizes = f"kernel={kernel} stride={stride} padding={padding}"
    chosen = ConvolutionalParams(network=(f"conv channels=2 {sizes}", f"pool kernel={pooling}", "flatten"))
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


@pytest.mark.parametrize(
    ("blocks", "place", "said"),
    [
        (("conv", "conv kernel=31 padding=0", "flatten"), 2, "⌊(28 + 2·0 − 1·(31 − 1) − 1)/1⌋ + 1 = −2"),
        (("pool kernel=15", "pool kernel=2", "flatten"), 2, "spans 2 pixels and the padded input has 1"),
        (("transposed kernel=1 stride=1 padding=15", "flatten"), 1, "1·(28 − 1) + 1 − 2·15 = −2"),
        (("transposed output_padding=2", "flatten"), 1, "less than the stride"),
        (("conv channels=6", "linear"), 2, "6·28·28 = 4,704 comes to it: put flatten before it"),
        (("flatten", "pool"), 2, "784 numbers in a row: put it before flatten"),
        (("flatten", "dropout by=channel"), 2, "take by=element"),
        (("resize factor=8", "resize factor=8", "resize factor=8"), 3, "at most 4,000,000"),
    ],
)
def test_the_block_that_does_not_fit_is_named_with_its_arithmetic(
    blocks: tuple[str, ...], place: int, said: str
) -> None:
    with pytest.raises(ParamError) as caught:
        plan(ConvolutionalParams(network=blocks), SHAPE, 10)
    assert caught.value.field == "network"
    assert caught.value.message.values["block"] == place
    assert said in str(caught.value)


def test_an_image_is_no_row_of_numbers_for_the_output() -> None:
    with pytest.raises(ParamError, match="put flatten at the end"):
        plan(ConvolutionalParams(network=("conv",)), SHAPE, 10)
    assert plan(ConvolutionalParams(network=("conv channels=3",)), SHAPE, None)[-1].shape_out == (3, 28, 28)


def test_networks_that_no_computer_holds_are_refused() -> None:
    with pytest.raises(ParamError, match=f"{MOST_PARAMETERS:,}"):
        plan(ConvolutionalParams(network=("conv channels=512", "flatten", "linear units=2048")), SHAPE, 10)


@pytest.mark.parametrize(
    "blocks",
    [
        COURSE,
        SHIPPED,
        ("conv channels=3 stride=2", "batch_norm", "transposed channels=2", "leaky_relu", "pool how=mean", "flatten"),
        ("resize how=bilinear", "conv", "dropout by=channel", "tanh", "flatten", "batch_norm", "dropout", "linear"),
    ],
)
def test_the_program_makes_the_same_network_by_names(blocks: tuple[str, ...]) -> None:
    chosen = ConvolutionalParams(network=blocks)
    names: dict[str, Any] = {"nn": torch.nn, "Dropout": Dropout}
    exec("\n".join(network_lines(chosen, SHAPE, 10)), names)
    assert [str(module) for module in names["network"]] == [str(module) for module in build(chosen, SHAPE, 10)]


OLD: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    (
        {"channels": [3], "kernel_size": [3], "pooling": [1], "units": []},
        ("conv channels=3 kernel=3", "relu", "flatten"),
    ),
    (
        {
            "channels": [3, 4],
            "padding": [0, 2],
            "stride": [2],
            "activation": "tanh",
            "dropout": 0.25,
            "batch_norm": True,
        },
        (
            *("conv channels=3 kernel=5 stride=2 padding=0", "batch_norm", "pool", "tanh"),
            *("conv channels=4 kernel=5 stride=2 padding=2", "batch_norm", "pool", "tanh"),
            *("flatten", "linear units=50", "tanh", "dropout share=0.25"),
        ),
    ),
    ({"conv_dropout": 0.1}, (*COURSE[:3], "dropout share=0.1", *COURSE[3:6], "dropout share=0.1", *COURSE[6:])),
    ({}, COURSE),
]


@pytest.mark.parametrize(("written", "meant"), OLD)
def test_networks_of_earlier_versions_are_the_same_as_blocks(written: dict[str, Any], meant: tuple[str, ...]) -> None:
    assert ConvolutionalParams.from_json({"schema_version": 1, **written}) == ConvolutionalParams(network=meant)
    texts = {name: str(value).strip("[]").replace("True", "true") for name, value in written.items()}
    assert ConvolutionalParams.from_texts(texts) == ConvolutionalParams(network=meant)


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


def test_dropout_of_whole_channels_drops_all_of_a_channel_or_nothing() -> None:
    layer = Dropout(0.5, channels=True)
    layer.generator = torch.Generator().manual_seed(3)
    kept = layer(torch.ones(100, 20, 4, 4)).flatten(2)
    assert kept.unique().tolist() == [0.0, 2.0]
    assert bool((kept.amin(2) == kept.amax(2)).all())
