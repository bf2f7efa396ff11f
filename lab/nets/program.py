"""Lines of Python that make a network of blocks, by names instead of sizes. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator

from lab.nets.convolutional import BlocksParams, Planned, planned_layers
from lab.nets.convolutional.layers import Shape
from lab.nets.registry.activations import ACTIVATIONS

_SIZE = ("def size(pixels, kernel, stride, padding):", "    return (pixels + 2 * padding - kernel) // stride + 1")
_LARGER = (
    "def larger(pixels, kernel, stride, padding, output_padding):",
    "    return stride * (pixels - 1) + kernel - 2 * padding + output_padding",
)


def network_lines(params: BlocksParams, shape: Shape, outputs: int | None) -> tuple[str, ...]:
    """Return the lines that make `network`; dropout is a `Dropout` that the program has to define.

    Each size is told once: whoever changes a kernel need not count anew what comes behind it. Raises ParamError.
    """
    planned = planned_layers(params, shape, outputs)
    kinds = {each.layer.kind for each in planned}
    defined = [lines for kind, lines in (("conv", _SIZE), ("transposed", _LARGER)) if kind in kinds]
    begins = f"channels, height, width = {', '.join(map(str, shape))}" if len(shape) == 3 else f"features = {shape[0]}"
    return (
        *(line for lines in defined for line in (*lines, "", "")),
        begins,
        *(line for each in planned for line in _lines(each)),
        f"network = nn.Sequential({', '.join(each.layer.name for each in planned)})",
    )


def _lines(planned: Planned) -> Iterator[str]:
    """Yield the lines that make one layer, under its name, and what is behind it."""
    layer = planned.layer
    name, before = layer.name, "channels" if len(layer.shape_in) == 3 else "features"
    match layer.kind:
        case "conv":
            numbers = [planned.number(each) for each in ("kernel", "stride", "padding")]
            yield f"kernel, stride, padding = {', '.join(map(str, numbers))}"
            yield f"{name} = nn.Conv2d(channels, {planned.number('channels')}, kernel, stride, padding)"
            yield f"channels = {name}.out_channels"
            yield "height, width = (size(pixels, kernel, stride, padding) for pixels in (height, width))"
        case "transposed":
            numbers = [planned.number(each) for each in ("kernel", "stride", "padding", "output_padding")]
            yield f"sizes = {', '.join(map(str, numbers))}  # kernel, stride, padding, output padding"
            yield f"{name} = nn.ConvTranspose2d(channels, {planned.number('channels')}, *sizes)"
            yield f"channels = {name}.out_channels"
            yield "height, width = (larger(pixels, *sizes) for pixels in (height, width))"
        case "resize":
            yield f"factor = {planned.number('factor')}"
            yield f'{name} = nn.Upsample(scale_factor=factor, mode="{planned.word("how")}")'
            yield "height, width = factor * height, factor * width"
        case "pool":
            pooling = "MaxPool2d" if planned.word("how") == "max" else "AvgPool2d"
            yield f"window = {planned.number('kernel')}"
            yield f"{name} = nn.{pooling}(window)"
            yield "height, width = height // window, width // window"
        case "batch_norm":
            yield f"{name} = nn.BatchNorm{2 if before == 'channels' else 1}d({before})"
        case "dropout":
            channels = ", channels=True" if planned.word("by") == "channel" else ""
            yield f"{name} = Dropout({planned.share()!r}{channels})"
        case "flatten":
            yield f"{name} = nn.Flatten()"
            if before == "channels":
                yield "features = channels * height * width"
        case "linear":
            yield f"{name} = nn.Linear(features, {layer.shape_out[0]})"
            if planned.block is not None:
                yield f"features = {name}.out_features"
        case activation:
            yield f"{name} = {ACTIVATIONS[activation].module}"
