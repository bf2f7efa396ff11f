"""Where the numbers of an array lie in memory."""

from __future__ import annotations

from lab.core.events import Array
from lab.core.text import Message, Verbatim, message


def steps_of(array: Array) -> tuple[int, ...]:
    """Return the strides of an array in elements, as torch counts them."""
    return tuple(step // array.itemsize for step in array.strides)


def place_of(index: tuple[int, ...], strides: tuple[int, ...]) -> int:
    """Return how many numbers come before the one at `index`, with strides in elements."""
    return sum(at * stride for at, stride in zip(index, strides, strict=True))


def index_of(place: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> tuple[int, ...]:
    """Return the index of the number at a place of memory, of an array without gaps whose strides are positive."""
    found = [0] * len(shape)
    for axis in sorted(range(len(shape)), key=lambda each: -strides[each]):
        if shape[axis] > 1:
            found[axis], place = divmod(place, strides[axis])
    return tuple(found)


def place_arithmetic(name: str, index: tuple[int, ...], strides: tuple[int, ...], bytes_each: int) -> Message:
    """Say where a number lies: index times stride, summed over the axes, and the same in bytes."""
    place = place_of(index, strides)
    terms = " + ".join(f"{at}·{stride}" for at, stride in zip(index, strides, strict=True))
    return message(
        "{number} lies at {place}, which is byte {byte}.",
        number=Verbatim(f"{name}{list(index)}"),
        place=Verbatim(f"{terms} = {place}"),
        byte=Verbatim(f"{place} · {bytes_each} = {place * bytes_each}"),
    )
