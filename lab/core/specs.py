"""What is declared of one parameter, and how its values are read, checked and written."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lab.core.blocks import Block, BlockError, read_blocks, split_blocks, usage
from lab.core.reading import cut
from lab.core.text import LabError, Message, ascii_digits, message

LONGEST_SHOWN = 100
Kind = Literal["integer", "real", "choice", "flag", "integers", "reals", "text", "blocks"]
Scale = Literal["linear", "log"]
Dialog = Literal["", "file", "roles", "image", "folder", "drawing"]
When = tuple[str, tuple[Any, ...]]
"""The name of another field, and those of its values with which a field matters."""


class ParamError(LabError):
    """A value that a parameter does not allow: which field, what value, what is allowed.

    The template's {field} is the field's name; `called` gives it another one, for instance that of an option.
    """

    def __init__(self, field_name: str, template: str, /, **values: Any) -> None:
        super().__init__(template, **values, field=field_name)
        self.field = field_name

    def called(self, name: str | Message) -> Message:
        """Return the sentence with the field called `name`."""
        return Message(self.message.template, {**self.message.values, "field": name})


@dataclass(frozen=True)
class Spec:
    """What is declared of one field.

    `low` and `high` bound the value, or each entry of a list, both included; `length` bounds the number of entries.
    `group` is the heading under which a form shows the field, `slider` whether it is something to drag there.
    """

    kind: Kind
    label: str
    help: str
    group: str
    low: float | None = None
    high: float | None = None
    scale: Scale = "linear"
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    length: tuple[int, int] = (1, 1)
    slider: bool = False
    dialog: Dialog = ""
    """What a form offers to choose a text by: a table, the roles of its columns, an image, a folder, or strokes."""
    kinds: Mapping[str, Block] = field(default_factory=dict, hash=False)
    """The kinds of blocks that a list of blocks is made of."""
    presets: Mapping[str, Sequence[str]] = field(default_factory=dict, hash=False)
    """Lists of blocks that a form offers as a whole, by their labels."""
    when: When | None = None
    """With which values of which other field it matters, if not with all; a form shows it only then."""

    def allowed(self) -> Message:
        """Say which values are allowed."""
        match self.kind:
            case "integer":
                return message("a whole number from {low} to {high}", low=self.low, high=self.high)
            case "real":
                return message("a number from {low} to {high}", low=self.low, high=self.high)
            case "choice":
                return message("one of {choices}", choices=", ".join(value for value, _ in self.choices))
            case "flag":
                return message("true or false")
            case "integers":
                return message(
                    "{least} to {most} whole numbers from {low} to {high}",
                    least=self.length[0],
                    most=self.length[1],
                    low=self.low,
                    high=self.high,
                )
            case "reals":
                return message(
                    "{least} to {most} numbers from {low} to {high}",
                    least=self.length[0],
                    most=self.length[1],
                    low=self.low,
                    high=self.high,
                )
            case "text":
                return message("a text of at most {high} characters", high=self.high)
            case "blocks":
                return message(
                    "{least} to {most} blocks separated by “;”, of {kinds}",
                    least=self.length[0],
                    most=self.length[1],
                    kinds=usage(self.kinds),
                )


def needed(specs: Mapping[str, Spec], values: Mapping[str, Any]) -> set[str]:
    """Return the names of the fields that matter, by the values of the fields they depend on.

    A field that depends on one that does not matter does not matter either. What is not in `values`, since it could
    not be read, might be anything.
    """

    def matters(name: str) -> bool:
        when = specs[name].when
        if when is None:
            return True
        other, wanted = when
        return matters(other) and (other not in values or values[other] in wanted)

    return {name for name in specs if matters(name)}


_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
"""What is thousands to one reader and a decimal comma to another."""


def _refuse(name: str, spec: Spec, value: Any) -> ParamError:
    if isinstance(value, str) and not value.strip():
        return ParamError(name, "{field} is empty; allowed is {allowed}", allowed=spec.allowed())
    return ParamError(
        name, "{field}: {value} is not allowed; allowed is {allowed}", value=_shown(value), allowed=spec.allowed()
    )


def _shown(value: Any) -> Any:
    """Return a refused value as it is said: one that is too long for a sentence is cut."""
    return value if isinstance(value, int | float) and abs(value) < 1e30 else cut(value, LONGEST_SHOWN)


def checked(name: str, spec: Spec, value: Any) -> Any:
    """Return `value` in the field's own type, or raise ParamError."""
    match spec.kind:
        case "integer" if isinstance(value, int) and not isinstance(value, bool) and _within(spec, value):
            return value
        case "real" if isinstance(value, int | float) and not isinstance(value, bool) and _within(spec, value):
            return float(value)
        case "choice" if value in [allowed for allowed, _ in spec.choices]:
            return value
        case "flag" if isinstance(value, bool):
            return value
        case "integers" if isinstance(value, Sequence) and not isinstance(value, str):
            entries = tuple(value)
            whole = all(isinstance(entry, int) and not isinstance(entry, bool) for entry in entries)
            fitting = spec.length[0] <= len(entries) <= spec.length[1]
            if whole and fitting and all(_within(spec, entry) for entry in entries):
                return entries
        case "reals" if isinstance(value, Sequence) and not isinstance(value, str):
            numbers = tuple(value)
            plain = all(isinstance(entry, int | float) and not isinstance(entry, bool) for entry in numbers)
            fitting = spec.length[0] <= len(numbers) <= spec.length[1]
            if plain and fitting and all(_within(spec, entry) for entry in numbers):
                return tuple(float(entry) for entry in numbers)
        case "text" if isinstance(value, str) and _short(spec, value):
            return value
        case "blocks" if isinstance(value, Sequence) and not isinstance(value, str):
            if all(isinstance(entry, str) for entry in value):
                return _blocks(name, spec, value)
    shown = show(spec, value) if isinstance(value, Sequence) and not isinstance(value, str) else value
    raise _refuse(name, spec, shown)


def _within(spec: Spec, value: float) -> bool:
    # The comparison is false for NaN; infinities lie outside every declared range.
    return spec.low is not None and spec.high is not None and spec.low <= value <= spec.high


def _short(spec: Spec, value: str) -> bool:
    return spec.high is None or len(value) <= spec.high


def parse(name: str, spec: Spec, typed: str) -> Any:
    """Read a typed value: Persian or Latin digits, either decimal mark. Raises ParamError."""
    plain = ascii_digits(typed).strip()
    try:
        match spec.kind:
            case "integer":
                return int(plain)
            case "real":
                return _real(name, spec, plain)
            case "flag":
                return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[plain.lower()]
            case "integers":
                return tuple(int(entry) for entry in _entries(plain))
            case "reals":
                return tuple(float(entry) for entry in _entries(plain))
            case "blocks":
                return _blocks(name, spec, split_blocks(plain))
            case _:
                return typed.strip()
    except (ValueError, KeyError):
        raise _refuse(name, spec, typed) from None


def _real(name: str, spec: Spec, plain: str) -> float:
    """Read a number with a decimal point or comma. Raises ValueError, and ParamError where it says two things."""
    if _GROUPED.fullmatch(plain):
        raise ParamError(
            name,
            "{field}: {value} may mean {whole} or {fraction}; write the one that is meant, without a comma",
            value=plain,
            whole=plain.replace(",", ""),
            fraction=plain.replace(",", "."),
        )
    value = float(plain.replace(",", "."))
    if not math.isfinite(value):
        raise ValueError(plain)
    if value == 0 and any(digit in "123456789" for digit in plain.lower().partition("e")[0]):
        raise ParamError(
            name,
            "{field}: {value} is too small for a computer's number; allowed is {allowed}",
            value=cut(plain),
            allowed=spec.allowed(),
        )
    return value


def _blocks(name: str, spec: Spec, texts: Sequence[str]) -> tuple[str, ...]:
    try:
        return read_blocks(spec.kinds, spec.length, texts)
    except BlockError as error:
        # A form shows the block as wrong.
        raise ParamError(name, "{field}: {reason}", reason=error.message, block=error.block) from error


def _entries(plain: str) -> list[str]:
    for mark in "،,;()":
        plain = plain.replace(mark, " ")
    return plain.split()


def show(spec: Spec, value: Any) -> str:
    """Write a value as `parse` reads it."""
    match spec.kind:
        case "integer" | "integers" if isinstance(value, float):
            # A chart picks a place between whole numbers.
            return str(round(value))
        case "integers":
            return ", ".join(str(entry) for entry in value)
        case "reals":
            # A chart picks one number; it is a list of one here.
            entries = (value,) if isinstance(value, int | float) else value
            return ", ".join(_shortest(entry) for entry in entries)
        case "blocks":
            return "; ".join(str(entry) for entry in value)
        case "flag":
            return "true" if value else "false"
        case "real":
            # repr of a float is the shortest text that reads back as the same number.
            return repr(value)
        case _:
            return str(value)


def _shortest(entry: Any) -> str:
    """Write a number so that it reads back as the same; a whole one as a person would, without ".0"."""
    whole = isinstance(entry, float) and entry.is_integer() and abs(entry) < 1e9
    return f"{entry:.0f}" if whole else str(entry)
