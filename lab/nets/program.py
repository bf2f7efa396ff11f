"""Lines of Python that make a convolutional classifier, from the plan of its layers. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator

from lab.core.events import Layer
from lab.nets.convolutional import ConvolutionalParams, plan
from lab.nets.registry.activations import ACTIVATIONS


def network_lines(params: ConvolutionalParams, shape: tuple[int, int, int], classes: int) -> tuple[str, ...]:
    """Return the statement that makes `network`; dropout is a `Dropout` that the program has to define."""
    layers = plan(params, shape, classes)
    return ("network = nn.Sequential(", *(f"    {line}," for layer in layers for line in _module(params, layer)), ")")


def _module(params: ConvolutionalParams, layer: Layer) -> Iterator[str]:
    block = int("".join(c for c in layer.name if c.isdigit()) or 0) - 1
    before, after = layer.shape_in[0], layer.shape_out[0]
    match layer.kind:
        case "conv":
            kernel, stride, padding = (params.per_block(name)[block] for name in ("kernel_size", "stride", "padding"))
            yield f"nn.Conv2d({before}, {after}, {kernel}, stride={stride}, padding={padding})"
        case "batch_norm":
            yield f"nn.BatchNorm2d({before})"
        case "pool":
            yield f"nn.MaxPool2d({params.per_block('pooling')[block]})"
        case "dropout":
            yield f"Dropout({params.conv_dropout if len(layer.shape_in) == 3 else params.dropout!r})"
        case "flatten":
            yield "nn.Flatten()"
        case "linear":
            yield f"nn.Linear({before}, {after})"
        case activation:
            yield ACTIVATIONS[activation].module
