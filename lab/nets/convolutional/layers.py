"""The layer of each block: its shapes, parameters and products, with their arithmetic."""

from __future__ import annotations

import math

from lab.core.blocks import ReadBlock
from lab.core.events import Layer
from lab.core.params import ParamError
from lab.core.text import Message, message
from lab.nets.convolution.sizes import Size, convolved, transposed
from lab.nets.convolutional.kinds import KINDS
from lab.nets.registry.activations import ACTIVATIONS

Shape = tuple[int, ...]
"""Of one example, (C, H, W) or (F,)."""
_SIZE_FORMULA = r"\left\lfloor \frac{M + 2p - k}{s} \right\rfloor + 1"


def layer_of(block: ReadBlock, name: str, shape: Shape, place: int) -> Layer:
    """Return the layer of a block for examples of `shape`. Raises ParamError."""
    values = block.values
    if block.kind in ("conv", "transposed", "resize", "pool") and len(shape) != 3:
        raise refused(place, block, message(
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
                raise refused(place, block, message(
                    "whole channels are dropped of images, and behind flatten there are {count} numbers in a row: take "
                    "by=element, or put it before flatten", count=shape[0],
                ))  # fmt: skip
            return dropout_layer(name, shape, float(values["share"]))
        case "flatten":
            return _flatten(name, shape)
        case "linear":
            if len(shape) > 1:
                raise refused(place, block, message(
                    "it takes numbers in a row, and an image of {arithmetic} comes to it: put flatten before it",
                    arithmetic=spelled(shape),
                ))  # fmt: skip
            return linear_layer(name, shape[0], int(values["units"]))
        case activation:
            return Layer(name, activation, shape, shape, 0, 0, ACTIVATIONS[activation].formula, "")


def _said(size: int, kernel: int, padding: int, stride: int) -> str:
    """Return the arithmetic of a size along one axis."""
    value = (size + 2 * padding - kernel) // stride + 1
    return f"⌊({size} + 2·{padding} − {kernel})/{stride}⌋ + 1 = {value}".replace("-", "−")


def _fits(place: int, block: ReadBlock, rows: Size, columns: Size) -> None:
    """Refuse a block that leaves nothing of its input along one of its axes. Raises ParamError."""
    for size in (rows, columns):
        if size.problem is not None:
            raise refused(place, block, message(
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
        raise refused(place, block, message(
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


def refused(place: int, block: ReadBlock, reason: Message) -> ParamError:
    """Return the error that names a block, and says why it does not fit."""
    return ParamError(
        "network",
        "{field}: block {block}, {kind}: {reason}",
        block=place,
        kind=Message(KINDS[block.kind].label),
        reason=reason,
    )


def spelled(shape: Shape) -> str:
    """Return a shape as a product, with what it comes to."""
    return f"{'·'.join(map(str, shape))} = {math.prod(shape):,}"


def _flatten(name: str, shape: Shape) -> Layer:
    return Layer(name, "flatten", shape, (math.prod(shape),), 0, 0, r"C \cdot H \cdot W", spelled(shape))


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
