"""Networks of blocks: how a list of them is read, and what layers they plan. No torch.

    conv channels=10 kernel=5 padding=1; pool kernel=2; relu; flatten; linear units=50; relu

Blocks stand in any order that fits. A classifier has one linear layer behind the last block, with an output a class.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from lab.core.blocks import ReadBlock, read_block
from lab.core.events import Layer
from lab.core.migrations import Migration
from lab.core.params import ParamError, Params, blocks, choice
from lab.core.text import message
from lab.nets.convolutional.earlier import AS_BLOCKS
from lab.nets.convolutional.kinds import COURSE, KINDS, PRESETS
from lab.nets.convolutional.layers import Shape, layer_of, linear_layer, refused, spelled
from lab.nets.registry.initialisations import LABELS

MOST_BLOCKS = 48
MOST_PARAMETERS = 20_000_000
MOST_VALUES = 4_000_000
"""Values that one image may become in one layer; more would not fit into memory a batch at a time."""


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

    migrations: ClassVar[tuple[Migration, ...]] = (AS_BLOCKS,)

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
        layer = layer_of(block, name, shape, place)
        shape, parameters = layer.shape_out, parameters + layer.parameters
        if math.prod(shape) > MOST_VALUES:
            found_values, most = f"{math.prod(shape):,}", f"{MOST_VALUES:,}"
            raise refused(place, block, message(
                "it would make {found} values of one image; allowed are at most {most}", found=found_values, most=most
            ))  # fmt: skip
        found.append(Planned(layer, block))
    if outputs is not None:
        if len(shape) > 1:
            raise ParamError(
                "network",
                "{field}: the last block leaves an image, {arithmetic} numbers, and an output layer takes them in a "
                "row: put flatten at the end",
                arithmetic=spelled(shape),
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
