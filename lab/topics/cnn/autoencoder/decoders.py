"""The same network with another decoder: images are made larger first, and then convolved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from lab.core.blocks import ReadBlock, read_block
from lab.nets.convolutional.kinds import KINDS


def resized(network: Sequence[str]) -> tuple[str, ...]:
    """Return the blocks with each transposed convolution as a resize by its stride and a convolution; the sizes stay.

    Its kernel is the same where that can be, else one less.
    """
    blocks = [read_block(KINDS, text, place) for place, text in enumerate(network, 1)]
    return tuple(chain.from_iterable(_resized(block, text) for block, text in zip(blocks, network, strict=True)))


def _resized(block: ReadBlock, text: str) -> Iterator[str]:
    stride = int(block.values.get("stride", 1))
    if block.kind != "transposed" or stride == 1:
        yield text
        return
    kernel, padding, more = (int(block.values[name]) for name in ("kernel", "padding", "output_padding"))
    # Of s·M pixels s·(M − 1) + k − 2p + o are to be made: 2p' = k' + (k − s − 2p + o) − 1.
    beyond = kernel - stride - 2 * padding + more - 1
    sizes = (kernel, *([kernel - 1] if kernel > 2 else []), *range(kernel + 1, kernel + abs(beyond) + 3))
    size = next(size for size in sizes if size + beyond >= 0 and (size + beyond) % 2 == 0)
    yield f"resize factor={stride} how=nearest"
    yield f"conv channels={block.values['channels']} kernel={size} stride=1 padding={(size + beyond) // 2}"


def period(network: Sequence[str]) -> int:
    """Return after how many pixels a decoder repeats: the product of the strides of its transposed convolutions, or of
    the factors of its resizes; 2 where it has neither.
    """
    found = 1
    for place, text in enumerate(network, 1):
        block = read_block(KINDS, text, place)
        if block.kind in ("transposed", "resize"):
            found *= int(block.values["stride" if block.kind == "transposed" else "factor"])
    return max(found, 2)
