"""Networks of blocks: what each block is, how a list of them is read, and the arithmetic of their shapes. No torch.

    conv channels=10 kernel=5 padding=1; pool kernel=2; relu; flatten; linear units=50; relu

Blocks stand in any order that fits. A classifier has one linear layer behind the last block, with an output a class.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from lab.core.blocks import Block, Number, ReadBlock, read_block
from lab.core.events import Layer
from lab.core.migrations import Migration
from lab.core.params import ParamError, Params, blocks, choice
from lab.core.text import Message, message
from lab.nets.convolution.sizes import Size, convolved, transposed
from lab.nets.registry.activations import ACTIVATIONS, HIDDEN
from lab.nets.registry.initialisations import LABELS

MOST_BLOCKS = 48
MOST_PARAMETERS = 20_000_000
MOST_VALUES = 4_000_000
"""Values that one image may become in one layer; more would not fit into memory a batch at a time."""

Shape = tuple[int, ...]
"""Of one example, (C, H, W) or (F,)."""

_CHANNELS = Number("channels", 10, 1, 1024, "Channels")
_STRIDE, _PADDING = Number("stride", 1, 1, 8, "Stride"), Number("padding", 1, 0, 16, "Padding")

KINDS: Mapping[str, Block] = MappingProxyType(
    {
        "conv": Block(
            "Convolution", "Kernels of weights over all channels, each with a bias.",
            (_CHANNELS, Number("kernel", 3, 1, 31, "Kernel size"), _STRIDE, _PADDING),
        ),
        "transposed": Block(
            "Transposed convolution", "Each pixel puts down a kernel: images become larger.",
            (
                _CHANNELS, Number("kernel", 2, 1, 31, "Kernel size"), Number("stride", 2, 1, 8, "Stride"),
                Number("padding", 0, 0, 16, "Padding"), Number("output_padding", 0, 0, 7, "Output padding"),
            ),
        ),
        "resize": Block(
            "Resize", "Images become larger without weights.",
            (
                Number("factor", 2, 1, 8, "Factor"),
                Number("how", "nearest", 0, 0, "Between the pixels",
                       choices=(("nearest", "Nearest pixel"), ("bilinear", "Bilinear"))),
            ),
        ),
        "pool": Block(
            "Pooling", "The largest or the mean of each window; windows lie side by side.",
            (
                Number("kernel", 2, 1, 15, "Kernel size"),
                Number("how", "max", 0, 0, "Pooling", choices=(("max", "Maximum"), ("mean", "Mean"))),
            ),
        ),
        "batch_norm": Block("Batch norm", "Each channel has mean 0 and deviation 1 over the batch."),
        **{name: Block(label, "A non-linearity, number by number.") for name, label in HIDDEN.items()},
        "dropout": Block(
            "Dropout", "A share is set to zero while training.",
            (
                Number("share", 0.5, 0, 0.95, "Share", whole=False),
                Number("by", "element", 0, 0, "What is dropped",
                       choices=(("element", "Single numbers"), ("channel", "Whole channels"))),
            ),
        ),
        "flatten": Block("Flatten", "All numbers of an image in a row, as linear layers take them."),
        "linear": Block("Linear layer", "Weighted sums of all numbers.", (Number("units", 50, 1, 4096, "Units"),)),
    }
)  # fmt: skip

COURSE = (
    *("conv channels=10 kernel=5 padding=1", "pool kernel=2", "relu"),
    *("conv channels=20 kernel=5 padding=1", "pool kernel=2", "relu"),
    *("flatten", "linear units=50", "relu"),
)
"""The network of the course's section on CNNs, without its output layer."""
SHIPPED = (
    *("conv channels=32", "batch_norm", "relu", "dropout share=0.15"),
    *("conv channels=32", "batch_norm", "pool", "relu", "dropout share=0.15"),
    *("conv channels=64", "batch_norm", "relu", "dropout share=0.15"),
    *("conv channels=64", "batch_norm", "pool", "relu", "dropout share=0.15"),
    *("conv channels=128", "batch_norm", "pool", "relu", "dropout share=0.15"),
    "flatten",
)
"""The network of the model that answers for drawings."""
PRESETS: Mapping[str, Sequence[str]] = MappingProxyType(
    {"The course's": COURSE, "The model that Draw has": SHIPPED, "None: a linear classifier": ("flatten",)}
)


def _as_blocks(values: dict[str, Any]) -> dict[str, Any]:
    """Return parameters of when a network was a list of numbers for each kind of layer, as blocks."""
    before: dict[str, Any] = {
        "channels": (10, 20), "kernel_size": (5,), "padding": (1,), "stride": (1,), "pooling": (2,), "units": (50,),
        "activation": "relu", "batch_norm": False, "conv_dropout": 0.0, "dropout": 0.0,
    }  # fmt: skip
    rest = {name: value for name, value in values.items() if name not in before}
    if len(rest) == len(values):
        return rest
    was = before | values
    count, found, sizes = len(was["channels"]), list[str](), list[list[int]]()
    for name in _PER_BLOCK:
        if len(was[name]) not in (1, count):
            raise ValueError(f"{name}: {len(was[name])} numbers for {count} blocks")
        sizes.append([*was[name]] * (count // len(was[name])))
    for channels, kernel, padding, stride, pooling in zip(was["channels"], *sizes, strict=True):
        found.append(f"conv channels={channels} kernel={kernel} stride={stride} padding={padding}")
        found += ["batch_norm"] if was["batch_norm"] else []
        found += [f"pool kernel={pooling}"] if pooling > 1 else []
        found.append(was["activation"])
        found += [f"dropout share={was['conv_dropout']}"] if was["conv_dropout"] else []
    found.append("flatten")
    for units in was["units"]:
        found += [f"linear units={units}", was["activation"]]
        found += [f"dropout share={was['dropout']}"] if was["dropout"] else []
    return rest | {"network": found}


_PER_BLOCK = ("kernel_size", "padding", "stride", "pooling")


@dataclass(frozen=True, kw_only=True)
class BlocksParams(Params):
    """All that describes a network of blocks."""

    network: tuple[str, ...] = blocks(
        COURSE,
        KINDS,
        length=(0, MOST_BLOCKS),
        presets=PRESETS,
        label="Blocks",
        help="Its blocks from the image on.",
        group="Network",
    )
    initialisation: str = choice(
        "default", LABELS, label="Initialisation", help="How the first weights are drawn.", group="Network"
    )


@dataclass(frozen=True, kw_only=True)
class ConvolutionalParams(BlocksParams):
    """A network of blocks for grey images, and the scale of its input."""

    migrations: ClassVar[tuple[Migration, ...]] = (
        Migration(
            _as_blocks,
            {
                **dict.fromkeys(("channels", *_PER_BLOCK, "units"), "integers"),
                **{"batch_norm": "flag", "conv_dropout": "real", "dropout": "real"},
            },
        ),
    )

    pixels: str = choice(
        "unit",
        {"unit": "0 to 1", "standard": "mean 0, deviation 1", "symmetric": "−1 to 1"},
        label="Pixels",
        help="How the grey values 0 to 255 are scaled.",
        group="Data",
    )


@dataclass(frozen=True)
class Planned:
    """A layer with the block that asks for it; none asks for the output layer."""

    layer: Layer
    block: ReadBlock | None

    def number(self, name: str) -> int:
        """Return a whole number of the block."""
        assert self.block is not None
        return int(self.block.values[name])

    def word(self, name: str) -> str:
        """Return a word of the block."""
        assert self.block is not None
        return str(self.block.values[name])

    def share(self) -> float:
        """Return the share that is dropped."""
        assert self.block is not None
        return float(self.block.values["share"])


def plan(params: BlocksParams, shape: Shape, outputs: int | None) -> tuple[Layer, ...]:
    """Return the layers for examples of `shape`, with all sizes; `outputs` of the last, None for no such layer.

    Raises ParamError, which names the block and shows the arithmetic, when something does not fit.
    """
    return tuple(planned.layer for planned in planned_layers(params, shape, outputs))


def planned_layers(params: BlocksParams, shape: Shape, outputs: int | None) -> tuple[Planned, ...]:
    """Return the layers as `plan` does, each with its block. Raises ParamError."""
    found, counts, parameters = [], Counter[str](), 0
    for place, text in enumerate(params.network, 1):
        block = read_block(KINDS, text, place)
        counts[block.kind] += 1
        number = counts[block.kind]
        # There is one flatten as a rule.
        name = "flatten" if block.kind == "flatten" and number == 1 else f"{block.kind}{number}"
        layer = _layer(block, name, shape, place)
        shape, parameters = layer.shape_out, parameters + layer.parameters
        if math.prod(shape) > MOST_VALUES:
            found_values, most = f"{math.prod(shape):,}", f"{MOST_VALUES:,}"
            raise _refused(place, block, message(
                "it would make {found} values of one image; allowed are at most {most}", found=found_values, most=most
            ))  # fmt: skip
        found.append(Planned(layer, block))
    if outputs is not None:
        if len(shape) > 1:
            raise ParamError(
                "network",
                "{field}: the last block leaves an image, {arithmetic} numbers, and an output layer takes them in a "
                "row: put flatten at the end",
                arithmetic=_spelled(shape),
            )
        found.append(Planned(linear_layer("output", shape[0], outputs), None))
        parameters += found[-1].layer.parameters
    if parameters > MOST_PARAMETERS:
        raise ParamError(
            "network",
            "{field}: the network would have {found} parameters; allowed are at most {most}",
            found=f"{parameters:,}",
            most=f"{MOST_PARAMETERS:,}",
        )
    return tuple(found)


def _layer(block: ReadBlock, name: str, shape: Shape, place: int) -> Layer:
    """Return the layer of a block for examples of `shape`. Raises ParamError."""
    values = block.values
    if block.kind in ("conv", "transposed", "resize", "pool") and len(shape) != 3:
        raise _refused(place, block, message(
            "it takes an image, and behind flatten there are {count} numbers in a row: put it before flatten",
            count=shape[0],
        ))  # fmt: skip
    match block.kind:
        case "conv":
            return _convolution(name, (shape[0], shape[1], shape[2]), block, place)
        case "transposed":
            return _transposed(name, (shape[0], shape[1], shape[2]), block, place)
        case "resize":
            factor = int(values["factor"])
            larger = (shape[0], factor * shape[1], factor * shape[2])
            arithmetic = f"{factor}·{shape[1]} = {larger[1]}"
            return Layer(name, "resize", shape, larger, 0, 0, r"f \cdot M", arithmetic)
        case "pool":
            window = int(values["kernel"])
            rows, columns = (convolved(size, window, stride=window) for size in shape[1:])
            _fits(place, block, rows, columns)
            return Layer(
                name, "pool", shape, (shape[0], rows.value, columns.value), 0, 0, _SIZE_FORMULA,
                _said(shape[1], window, 0, window),
            )  # fmt: skip
        case "batch_norm":
            return batch_norm_layer(name, shape)
        case "dropout":
            if values["by"] == "channel" and len(shape) != 3:
                raise _refused(place, block, message(
                    "whole channels are dropped of images, and behind flatten there are {count} numbers in a row: take "
                    "by=element, or put it before flatten", count=shape[0],
                ))  # fmt: skip
            return dropout_layer(name, shape, float(values["share"]))
        case "flatten":
            return _flatten(name, shape)
        case "linear":
            if len(shape) > 1:
                raise _refused(place, block, message(
                    "it takes numbers in a row, and an image of {arithmetic} comes to it: put flatten before it",
                    arithmetic=_spelled(shape),
                ))  # fmt: skip
            return linear_layer(name, shape[0], int(values["units"]))
        case activation:
            return Layer(name, activation, shape, shape, 0, 0, ACTIVATIONS[activation].formula, "")


_SIZE_FORMULA = r"\left\lfloor \frac{M + 2p - k}{s} \right\rfloor + 1"


def _said(size: int, kernel: int, padding: int, stride: int) -> str:
    """Return the arithmetic of a size along one axis."""
    value = (size + 2 * padding - kernel) // stride + 1
    return f"⌊({size} + 2·{padding} − {kernel})/{stride}⌋ + 1 = {value}".replace("-", "−")


def _fits(place: int, block: ReadBlock, rows: Size, columns: Size) -> None:
    """Refuse a block that leaves nothing of its input along one of its axes. Raises ParamError."""
    for size in (rows, columns):
        if size.problem is not None:
            raise _refused(place, block, message(
                "it does not fit: {arithmetic}. {problem}", arithmetic=size.arithmetic, problem=size.problem
            ))  # fmt: skip


def _convolution(name: str, shape: tuple[int, int, int], block: ReadBlock, place: int) -> Layer:
    before, channels = shape[0], int(block.values["channels"])
    kernel, stride, padding = (int(block.values[number]) for number in ("kernel", "stride", "padding"))
    rows, columns = (convolved(size, kernel, padding, stride) for size in shape[1:])
    _fits(place, block, rows, columns)
    parameters = channels * (before * kernel * kernel + 1)
    return Layer(
        name,
        "conv",
        shape,
        (channels, rows.value, columns.value),
        parameters,
        channels * rows.value * columns.value * before * kernel * kernel,
        _SIZE_FORMULA,
        f"{_said(shape[1], kernel, padding, stride)};  {channels}·({before}·{kernel}·{kernel} + 1) = {parameters:,}",
    )


def _transposed(name: str, shape: tuple[int, int, int], block: ReadBlock, place: int) -> Layer:
    before, channels = shape[0], int(block.values["channels"])
    kernel, stride, padding = (int(block.values[number]) for number in ("kernel", "stride", "padding"))
    more = int(block.values["output_padding"])
    if more >= stride:
        raise _refused(place, block, message(
            "an output padding of {more} is not allowed with stride {stride}; allowed is less than the stride",
            more=more, stride=stride,
        ))  # fmt: skip
    rows, columns = (transposed(size, kernel, padding, stride, output_padding=more) for size in shape[1:])
    _fits(place, block, rows, columns)
    parameters = channels * before * kernel * kernel + channels
    return Layer(
        name,
        "transposed",
        shape,
        (channels, rows.value, columns.value),
        parameters,
        before * shape[1] * shape[2] * channels * kernel * kernel,
        r"s\,(M - 1) + k - 2p + o",
        f"{rows.arithmetic};  {channels}·({before}·{kernel}·{kernel} + 1) = {parameters:,}",
    )


def _refused(place: int, block: ReadBlock, reason: Message) -> ParamError:
    return ParamError(
        "network",
        "{field}: block {block}, {kind}: {reason}",
        block=place,
        kind=Message(KINDS[block.kind].label),
        reason=reason,
    )


def _spelled(shape: Shape) -> str:
    return f"{'·'.join(map(str, shape))} = {math.prod(shape):,}"


def _flatten(name: str, shape: Shape) -> Layer:
    return Layer(name, "flatten", shape, (math.prod(shape),), 0, 0, r"C \cdot H \cdot W", _spelled(shape))


def batch_norm_layer(name: str, shape: Shape) -> Layer:
    """Return the batch norm of `shape` (C, H, W) or (F,): a scale and a shift for each of its first numbers."""
    formula = r"\gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta"
    return Layer(name, "batch_norm", shape, shape, 2 * shape[0], 0, formula, f"2·{shape[0]} = {2 * shape[0]}")


def activation_layer(kind: str, number: int, shape: Shape) -> Layer:
    """Return the activation of a name; it keeps the shape."""
    return Layer(f"{kind}{number}", kind, shape, shape, 0, 0, ACTIVATIONS[kind].formula, "")


def dropout_layer(name: str, shape: Shape, share: float) -> Layer:
    """Return dropout of a share; it keeps the shape."""
    return Layer(name, "dropout", shape, shape, 0, 0, r"\frac{m\,x}{1-p},\; P(m = 0) = p", f"p = {share:g}")


def linear_layer(name: str, in_features: int, out_features: int) -> Layer:
    """Return a layer of weighted sums, with its biases."""
    parameters = out_features * (in_features + 1)
    return Layer(
        name,
        "linear",
        (in_features,),
        (out_features,),
        parameters,
        in_features * out_features,
        r"W x + b",
        f"{out_features}·({in_features} + 1) = {parameters:,}",
    )
