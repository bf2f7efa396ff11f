"""Convolutional classifiers: their parameters and the arithmetic of their shapes. Needs no torch.

A network is blocks of convolution, [batch norm,] max-pooling, activation[, dropout], then hidden linear layers with
activation[, dropout], then one linear layer with an output a class.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lab.core.events import Layer
from lab.core.params import ParamError, Params, choice, flag, integers, real
from lab.nets.registry.activations import ACTIVATIONS, HIDDEN
from lab.nets.registry.initialisations import LABELS

MOST_BLOCKS = 6
MOST_PARAMETERS = 20_000_000
MOST_VALUES = 4_000_000
"""Values that one image may become in one layer; more would not fit into memory a batch at a time."""

_EACH = "One number a block, or one for all."


@dataclass(frozen=True, kw_only=True)
class ConvolutionalParams(Params):
    """All that describes a convolutional classifier: its sizes, and the scale of its input."""

    channels: tuple[int, ...] = integers(
        (10, 20),
        1,
        512,
        length=(1, MOST_BLOCKS),
        label="Channels",
        help="Kernels of each convolution block, one number a block. The number of entries is the number of blocks.",
        group="Network",
    )
    kernel_size: tuple[int, ...] = integers(
        (5,), 1, 15, length=(1, MOST_BLOCKS), unit="pixels", label="Kernel size", help=_EACH, group="Network"
    )
    padding: tuple[int, ...] = integers(
        (1,), 0, 7, length=(1, MOST_BLOCKS), unit="pixels", label="Padding", help=_EACH, group="Network"
    )
    stride: tuple[int, ...] = integers(
        (1,), 1, 4, length=(1, MOST_BLOCKS), unit="pixels", label="Stride", help=_EACH, group="Network"
    )
    pooling: tuple[int, ...] = integers(
        (2,),
        1,
        4,
        length=(1, MOST_BLOCKS),
        unit="pixels",
        label="Pooling",
        help="Side of the max-pooling window, 1 for none. One number a block, or one for all.",
        group="Network",
    )
    units: tuple[int, ...] = integers(
        (50,),
        1,
        2048,
        length=(0, 4),
        label="Units",
        help="Units of each hidden linear layer; leave it empty for none.",
        group="Network",
    )
    activation: str = choice(
        "relu", HIDDEN, label="Activation", help="The non-linearity after each layer.", group="Network"
    )
    initialisation: str = choice(
        "default", LABELS, label="Initialisation", help="How the first weights are drawn.", group="Network"
    )
    batch_norm: bool = flag(
        False,
        label="Batch norm",
        help="Normalise each channel over the batch after a convolution.",
        group="Network",
    )
    conv_dropout: float = real(
        0.0,
        0.0,
        0.95,
        label="Dropout in blocks",
        help="Share of values set to zero after each convolution block while training.",
        group="Network",
    )
    dropout: float = real(
        0.0,
        0.0,
        0.95,
        label="Dropout",
        help="Share of values set to zero after each hidden linear layer while training.",
        group="Network",
    )

    pixels: str = choice(
        "unit",
        {"unit": "0 to 1", "standard": "mean 0, deviation 1"},
        label="Pixels",
        help="How the grey values 0 to 255 are scaled.",
        group="Data",
    )

    def per_block(self, name: str) -> tuple[int, ...]:
        """Return the values of a field with one entry a block. Raises ParamError when the numbers do not match."""
        values: tuple[int, ...] = getattr(self, name)
        blocks = len(self.channels)
        if len(values) == 1:
            return values * blocks
        if len(values) != blocks:
            raise ParamError(
                name,
                "{field}: there are {found} numbers for {blocks} blocks of channels; allowed is one number or {blocks}",
                found=len(values),
                blocks=blocks,
            )
        return values


def plan(params: ConvolutionalParams, shape: tuple[int, int, int], classes: int) -> tuple[Layer, ...]:
    """Return the layers for images of `shape` (C, H, W), with all sizes.

    Raises ParamError, which names the layer and shows the arithmetic, when a size does not fit.
    """
    layers = tuple(_layers(params, shape, classes))
    parameters = sum(layer.parameters for layer in layers)
    if parameters > MOST_PARAMETERS:
        raise ParamError(
            "channels",
            "{field}: the network would have {found} parameters; allowed are at most {most}",
            found=f"{parameters:,}",
            most=f"{MOST_PARAMETERS:,}",
        )
    return layers


def _layers(params: ConvolutionalParams, shape: tuple[int, int, int], classes: int) -> Iterator[Layer]:
    sizes = zip(*(params.per_block(name) for name in ("kernel_size", "padding", "stride", "pooling")), strict=True)
    for block, (out_channels, (kernel, padding, stride, pooling)) in enumerate(
        zip(params.channels, sizes, strict=True), start=1
    ):
        layer = _convolution(f"conv{block}", shape, out_channels, kernel, padding, stride)
        yield layer
        shape = (layer.shape_out[0], layer.shape_out[1], layer.shape_out[2])
        if params.batch_norm:
            yield batch_norm_layer(f"batch_norm{block}", shape)
        if pooling > 1:
            layer = _pooling(f"pool{block}", shape, pooling)
            yield layer
            shape = (layer.shape_out[0], layer.shape_out[1], layer.shape_out[2])
        yield activation_layer(params.activation, block, shape)
        if params.conv_dropout:
            yield dropout_layer(f"dropout{block}", shape, params.conv_dropout)
    features = shape[0] * shape[1] * shape[2]
    arithmetic = f"{shape[0]}·{shape[1]}·{shape[2]} = {features}"
    yield Layer("flatten", "flatten", shape, (features,), 0, 0, r"C \cdot H \cdot W", arithmetic)
    for hidden, units in enumerate(params.units, start=1):
        yield linear_layer(f"linear{hidden}", features, units)
        features = units
        yield activation_layer(params.activation, len(params.channels) + hidden, (units,))
        if params.dropout:
            yield dropout_layer(f"dropout{len(params.channels) + hidden}", (units,), params.dropout)
    yield linear_layer("output", features, classes)


def _size(name: str, field: str, size: int, kernel: int, padding: int, stride: int) -> tuple[int, str]:
    """Return the output size along one axis and its arithmetic; field is blamed when it does not fit."""
    result = (size + 2 * padding - kernel) // stride + 1
    arithmetic = f"⌊({size} + 2·{padding} − {kernel})/{stride}⌋ + 1 = {result}".replace("-", "−")
    if result < 1:
        raise ParamError(
            field,
            "{field}: the layer {layer} does not fit: {arithmetic}; allowed is a size of at least 1, so a kernel of"
            " at most {most} there",
            layer=name,
            arithmetic=arithmetic,
            most=size + 2 * padding,
        )
    return result, arithmetic


_SIZE_FORMULA = r"\left\lfloor \frac{M + 2p - k}{s} \right\rfloor + 1"


def _convolution(
    name: str, shape: tuple[int, int, int], out_channels: int, kernel: int, padding: int, stride: int
) -> Layer:
    in_channels = shape[0]
    height, arithmetic = _size(name, "kernel_size", shape[1], kernel, padding, stride)
    width, _ = _size(name, "kernel_size", shape[2], kernel, padding, stride)
    if out_channels * height * width > MOST_VALUES:
        raise ParamError(
            "channels",
            "{field}: the layer {layer} would make {found} values of one image; allowed are at most {most}",
            layer=name,
            found=f"{out_channels * height * width:,}",
            most=f"{MOST_VALUES:,}",
        )
    parameters = out_channels * (in_channels * kernel * kernel + 1)
    return Layer(
        name,
        "conv",
        shape,
        (out_channels, height, width),
        parameters,
        out_channels * height * width * in_channels * kernel * kernel,
        _SIZE_FORMULA,
        f"{arithmetic};  {out_channels}·({in_channels}·{kernel}·{kernel} + 1) = {parameters:,}",
    )


def _pooling(name: str, shape: tuple[int, int, int], window: int) -> Layer:
    height, arithmetic = _size(name, "pooling", shape[1], window, 0, window)
    width, _ = _size(name, "pooling", shape[2], window, 0, window)
    return Layer(name, "pool", shape, (shape[0], height, width), 0, 0, _SIZE_FORMULA, arithmetic)


def batch_norm_layer(name: str, shape: tuple[int, ...]) -> Layer:
    """Return the batch norm of `shape` (C, H, W) or (F,): a scale and a shift for each of its first numbers."""
    formula = r"\gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta"
    return Layer(name, "batch_norm", shape, shape, 2 * shape[0], 0, formula, f"2·{shape[0]} = {2 * shape[0]}")


def activation_layer(kind: str, number: int, shape: tuple[int, ...]) -> Layer:
    """Return the activation of a name; it keeps the shape."""
    return Layer(f"{kind}{number}", kind, shape, shape, 0, 0, ACTIVATIONS[kind].formula, "")


def dropout_layer(name: str, shape: tuple[int, ...], share: float) -> Layer:
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
