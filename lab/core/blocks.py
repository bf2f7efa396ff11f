"""Lists of blocks, such as the layers of a stack: what is declared of a block, and how its text is read and written.

    conv kernel=3 stride=2; pool kernel=2

A block is its kind, and after it the numbers that differ from their defaults. The canonical text of a block has all
its numbers, in the order in which they are declared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab.core.reading import cut
from lab.core.text import LabError, Message, ascii_digits, message

Value = float | int | str

_BLOCK = re.compile(r"\s*([^\s=]*)(.*)", re.DOTALL)
_PLACED = re.compile(r"(?P<kind>[a-z]\w*?)(?P<place>[1-9][0-9]?)\.(?P<number>\w+)", re.ASCII)
# Spaces are free, so that a value reaches to the next name.
_NAME = re.compile(r"([A-Za-z_]\w*)\s*=", re.ASCII)


class BlockError(LabError):
    """A list of blocks that cannot be read; `block` is the place of the wrong one, from 1, or 0 for the whole list."""

    def __init__(self, block: int, template: str, /, **values: Any) -> None:
        # What was typed may be as long as anybody likes; what is `allowed` is ours.
        said = {n: cut(v, 100) if isinstance(v, str) and n != "allowed" else v for n, v in values.items()}
        super().__init__(template, **said, block=block)
        self.block = block


@dataclass(frozen=True)
class Number:
    """What is declared of one number of a block: from `low` to `high`, whole or not.

    With `choices`, words and their labels, it is one of the words; `low` and `high` mean nothing then.
    """

    name: str
    default: Value
    low: float
    high: float
    label: str
    whole: bool = True
    choices: tuple[tuple[str, str], ...] = ()

    def read(self, typed: str) -> Value:
        """Return what was typed: either digits, either decimal mark. Raises ValueError for what is not allowed."""
        plain = ascii_digits(typed).strip()
        if self.choices:
            if plain not in dict(self.choices):
                raise ValueError(typed)
            return plain
        value = int(plain) if self.whole else float(plain.replace(",", "."))
        # The comparison is false for NaN.
        if not self.low <= value <= self.high:
            raise ValueError(typed)
        return value if self.whole else value + 0.0  # No minus before a zero.

    def write(self, value: Value) -> str:
        """Return the shortest text that reads back as the same value."""
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e9
        return f"{value:.0f}" if whole else str(value)

    def allowed(self) -> Message:
        """Say which values are allowed."""
        if self.choices:
            return message("one of {choices}", choices=", ".join(value for value, _ in self.choices))
        if self.whole:
            return message("a whole number from {low} to {high}", low=self.low, high=self.high)
        return message("a number from {low} to {high}", low=self.low, high=self.high)

    def usage(self) -> str:
        """Return how it is written: its name and its values."""
        if self.choices:
            return f"{self.name}={'|'.join(value for value, _ in self.choices)}"
        return f"{self.name}={self.low:g}…{self.high:g}"


@dataclass(frozen=True)
class Block:
    """What is declared of one kind of block. `code` is the expression that makes it, numbers by name in braces."""

    label: str
    help: str
    numbers: tuple[Number, ...] = ()
    code: str = ""

    def usage(self, kind: str) -> str:
        """Return how a block of this kind is written."""
        return " ".join((kind, *(number.usage() for number in self.numbers)))


@dataclass(frozen=True)
class ReadBlock:
    """One block: its kind, and all its numbers by their names."""

    kind: str
    values: dict[str, Value]


def split_blocks(text: str) -> list[str]:
    """Return the texts of the blocks of a list, whatever they are, with Latin digits."""
    parts = ascii_digits(text).replace("؛", ";").split(";")
    return [part.strip() for part in parts if part.strip()]


def block_parts(text: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Return what stands in the text of a block: its kind, what cannot be read, and names with what follows them."""
    found = _BLOCK.fullmatch(text)
    assert found is not None, "the pattern fits every text"
    stray, *pairs = _NAME.split(found[2])
    return found[1], stray.strip(), [(n, v.strip()) for n, v in zip(pairs[::2], pairs[1::2], strict=True)]


def read_block(kinds: Mapping[str, Block], text: str, place: int = 1) -> ReadBlock:
    """Read a block, canonical or typed; `place` is where it stands, from 1. Raises BlockError."""
    kind, stray, pairs = block_parts(ascii_digits(text))
    if kind not in kinds:
        raise BlockError(
            place, "block {block}: there is no {kind}; choose from {allowed}", kind=kind, allowed=", ".join(kinds)
        )
    block, label = kinds[kind], Message(kinds[kind].label)
    numbers = {number.name: number for number in block.numbers}
    if stray:
        raise BlockError(
            place,
            "block {block}, {kind}: {words} cannot be read; allowed is {allowed}",
            kind=label,
            words=stray,
            allowed=block.usage(kind),
        )
    values = {number.name: number.read(number.write(number.default)) for number in block.numbers}
    for name, typed in pairs:
        if name not in numbers:
            raise BlockError(
                place,
                "block {block}, {kind}: there is no {name}; allowed is {allowed}",
                kind=label,
                name=name,
                allowed=block.usage(kind),
            )
        if [other for other, _ in pairs].count(name) > 1:
            raise BlockError(place, "block {block}, {kind}: {name} is given twice", kind=label, name=name)
        try:
            values[name] = numbers[name].read(typed)
        except ValueError:
            raise _refused(place, label, numbers[name], typed) from None
    return ReadBlock(kind, values)


def write_block(kinds: Mapping[str, Block], block: ReadBlock) -> str:
    """Return the canonical text of a block."""
    numbers = kinds[block.kind].numbers
    return " ".join((block.kind, *(f"{number.name}={number.write(block.values[number.name])}" for number in numbers)))


def read_blocks(kinds: Mapping[str, Block], length: tuple[int, int], texts: Sequence[str]) -> tuple[str, ...]:
    """Return the canonical texts of a list of blocks. Raises BlockError."""
    found = tuple(write_block(kinds, read_block(kinds, text, place)) for place, text in enumerate(texts, 1))
    if not length[0] <= len(found) <= length[1]:
        raise BlockError(
            0,
            "the number of blocks is {count}; allowed is {least} to {most}",
            count=len(found),
            least=length[0],
            most=length[1],
        )
    return found


def located(kinds: Mapping[str, Block], name: str) -> tuple[str, int, Number] | None:
    """Return what "conv1.channels" names: the kind, the how-manieth of it from 1, the number; None where nothing."""
    found = _PLACED.fullmatch(name)
    if found is None or found["kind"] not in kinds:
        return None
    number = next((each for each in kinds[found["kind"]].numbers if each.name == found["number"]), None)
    return None if number is None else (found["kind"], int(found["place"]), number)


def with_number(kinds: Mapping[str, Block], texts: Sequence[str], name: str, value: Value) -> tuple[str, ...]:
    """Return the texts of a list in which the number of a name, as `located` reads it, has another value.

    Raises LookupError where there is no such block.
    """
    place = located(kinds, name)
    blocks = [read_block(kinds, text) for text in texts]
    same = [index for index, block in enumerate(blocks) if place is not None and block.kind == place[0]]
    if place is None or not 1 <= place[1] <= len(same):
        raise LookupError(name)
    index = same[place[1] - 1]
    changed = ReadBlock(blocks[index].kind, {**blocks[index].values, place[2].name: value})
    return (*texts[:index], write_block(kinds, changed), *texts[index + 1 :])


def usage(kinds: Mapping[str, Block]) -> str:
    """Return how the blocks of all kinds are written."""
    return ", ".join(block.usage(kind) for kind, block in kinds.items())


def _refused(place: int, kind: Message, number: Number, typed: str) -> BlockError:
    if not typed:
        return BlockError(
            place,
            "block {block}, {kind}: {name} is empty; allowed is {allowed}",
            kind=kind,
            name=Message(number.label),
            allowed=number.allowed(),
        )
    return BlockError(
        place,
        "block {block}, {kind}: {name} {value} is not allowed; allowed is {allowed}",
        kind=kind,
        name=Message(number.label),
        value=typed,
        allowed=number.allowed(),
    )
