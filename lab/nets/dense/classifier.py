"""Dense classifiers of images: their parameters, their layers with all sizes, and their lines of torch. Needs no torch.

A network is flatten, then hidden layers of linear, [batch norm,] activation[, dropout], then one linear layer with an
output a class.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from lab.core.events import Layer
from lab.core.params import choice
from lab.nets.convolutional.layers import activation_layer, batch_norm_layer, dropout_layer, linear_layer
from lab.nets.dense.params import DenseNetParams, batch_norm_field, dropout_field, hidden_field
from lab.nets.registry.activations import ACTIVATIONS
from lab.nets.registry.initialisations import LABELS


@dataclass(frozen=True, kw_only=True)
class DenseClassifierParams(DenseNetParams):
    """All that describes a dense classifier; the course's 784–64–32–32–10 is the default."""

    hidden: tuple[int, ...] = hidden_field((64, 32, 32), most=1024)
    batch_norm: bool = batch_norm_field()
    dropout: float = dropout_field()
    initialisation: str = choice(
        "default", LABELS, label="Initialisation", help="How the first weights are drawn.", group="Network"
    )


def layers(params: DenseClassifierParams, shape: tuple[int, ...], classes: int) -> tuple[Layer, ...]:
    """Return the layers for images of `shape` (C, H, W), with all sizes."""
    return tuple(_layers(params, shape, classes))


def _layers(params: DenseClassifierParams, shape: tuple[int, ...], classes: int) -> Iterator[Layer]:
    before = math.prod(shape)
    arithmetic = f"{'·'.join(map(str, shape))} = {before}"
    yield Layer("flatten", "flatten", shape, (before,), 0, 0, r"C \cdot H \cdot W", arithmetic)
    for number, units in enumerate(params.hidden, start=1):
        yield linear_layer(f"hidden{number}", before, units)
        if params.batch_norm:
            yield batch_norm_layer(f"batch_norm{number}", (units,))
        yield activation_layer(params.activation, number, (units,))
        if params.dropout:
            yield dropout_layer(f"dropout{number}", (units,), params.dropout)
        before = units
    yield linear_layer("output", before, classes)


def network_lines(params: DenseClassifierParams, shape: tuple[int, ...], classes: int) -> tuple[str, ...]:
    """Return the statement that makes `network`; dropout is a `Dropout` that the program has to define."""
    made = (f"    {_module(params, layer)}," for layer in layers(params, shape, classes))
    return ("network = nn.Sequential(", *made, ")")


def _module(params: DenseClassifierParams, layer: Layer) -> str:
    match layer.kind:
        case "flatten":
            return "nn.Flatten()"
        case "linear":
            return f"nn.Linear({layer.shape_in[0]}, {layer.shape_out[0]})"
        case "batch_norm":
            return f"nn.BatchNorm1d({layer.shape_in[0]})"
        case "dropout":
            return f"Dropout({params.dropout!r})"
        case activation:
            return ACTIVATIONS[activation].module
