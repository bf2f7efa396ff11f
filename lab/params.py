"""Parameters of an experiment, declared once.

A subclass of `Params` is a frozen, keyword-only dataclass whose fields are made by `integer`, `real`, `choice`,
`flag`, `integers` and `text`. From that one declaration come the form of the window, the options of the command
line, the JSON of a run and the reference in the documentation.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

from lab.text import LabError, Message, ascii_digits, message

Kind = Literal["integer", "real", "choice", "flag", "integers", "text"]
Scale = Literal["linear", "log"]


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

    `low` and `high` bound the value, or each entry of an `integers` field, both included; `length` bounds the
    number of entries. `group` is the heading under which a form shows the field.
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
            case "text":
                return message("a text of at most {high} characters", high=self.high)


def _declare(default: Any, spec: Spec) -> Any:
    return field(default=default, metadata={"spec": spec})


def integer(
    default: int,
    low: int,
    high: int,
    *,
    label: str,
    help: str,
    group: str,
    unit: str = "",
    scale: Scale = "linear",
) -> Any:
    """Declare a whole number in [low, high]."""
    return _declare(default, Spec("integer", label, help, group, low, high, scale, unit))


def real(
    default: float,
    low: float,
    high: float,
    *,
    label: str,
    help: str,
    group: str,
    unit: str = "",
    scale: Scale = "linear",
) -> Any:
    """Declare a finite number in [low, high]."""
    return _declare(default, Spec("real", label, help, group, low, high, scale, unit))


def choice(default: str, choices: Mapping[str, str], *, label: str, help: str, group: str) -> Any:
    """Declare one of several values; `choices` maps each value to its label."""
    return _declare(default, Spec("choice", label, help, group, choices=tuple(choices.items())))


def flag(default: bool, *, label: str, help: str, group: str) -> Any:
    """Declare a yes or no."""
    return _declare(default, Spec("flag", label, help, group))


def integers(
    default: tuple[int, ...],
    low: int,
    high: int,
    *,
    length: tuple[int, int],
    label: str,
    help: str,
    group: str,
    unit: str = "",
) -> Any:
    """Declare a short list of whole numbers, for instance one a layer."""
    return _declare(default, Spec("integers", label, help, group, low, high, "linear", unit, (), length))


def text(default: str, *, label: str, help: str, group: str, longest: int = 500) -> Any:
    """Declare a line of text."""
    return _declare(default, Spec("text", label, help, group, high=longest))


@dataclass(frozen=True, kw_only=True)
class Params:
    """Base of all parameters: validation, JSON, text.

    Raises ParamError when a value is not allowed; nothing is clamped or rounded in silence.
    """

    schema_version: ClassVar[int] = 1
    renamed: ClassVar[Mapping[str, str]] = {}
    """Old field name to new one, for files written by earlier versions."""
    removed: ClassVar[frozenset[str]] = frozenset()
    """Fields that earlier versions had and that no longer mean anything."""

    def __post_init__(self) -> None:
        for name, spec in self.specs().items():
            object.__setattr__(self, name, _checked(name, spec, getattr(self, name)))
        self.check()

    def check(self) -> None:
        """Refuse combinations that do not fit; subclasses override it and raise ParamError."""

    @classmethod
    def specs(cls) -> dict[str, Spec]:
        """Return the declaration of each field, in order."""
        return {f.name: f.metadata["spec"] for f in dataclasses.fields(cls)}

    @classmethod
    def default(cls, name: str) -> Any:
        """Return the default of a field."""
        return next(f.default for f in dataclasses.fields(cls) if f.name == name)

    def changed(self) -> Iterator[str]:
        """Yield the names of the fields that differ from their defaults."""
        for name in self.specs():
            if getattr(self, name) != self.default(name):
                yield name

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed."""
        self._known(changes)
        return dataclasses.replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Return values that JSON can hold, with the schema version."""
        values = {name: getattr(self, name) for name in self.specs()}
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        return {"schema_version": self.schema_version, **plain}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote, now or in an earlier version."""
        if not isinstance(data, Mapping):
            raise ParamError("", "parameters must be a JSON object, not {found}", found=type(data).__name__)
        version = data.get("schema_version", cls.schema_version)
        if not isinstance(version, int) or isinstance(version, bool) or version > cls.schema_version:
            raise ParamError(
                "schema_version",
                "{field}: {value} was written by a newer Descent; this one reads up to {allowed}",
                value=version,
                allowed=cls.schema_version,
            )
        values = {}
        for name, value in data.items():
            if name == "schema_version" or name in cls.removed:
                continue
            values[cls.renamed.get(name, name)] = tuple(value) if isinstance(value, list) else value
        cls._known(values)
        return cls(**values)

    @classmethod
    def from_texts(cls, texts: Mapping[str, str]) -> Self:
        """Read values that were typed, in a form, a link or on a command line."""
        cls._known(texts)
        specs = cls.specs()
        return cls(**{name: parse(name, specs[name], typed) for name, typed in texts.items()})

    def to_texts(self) -> dict[str, str]:
        """Return the values as `from_texts` reads them."""
        return {name: show(spec, getattr(self, name)) for name, spec in self.specs().items()}

    @classmethod
    def _known(cls, names: Mapping[str, Any]) -> None:
        for name in names:
            if name not in cls.specs():
                raise ParamError(
                    name,
                    "{field} is not a parameter here; choose from {allowed}",
                    allowed=", ".join(cls.specs()),
                )


def _refuse(name: str, spec: Spec, value: Any) -> ParamError:
    return ParamError(
        name, "{field}: {value} is not allowed; allowed is {allowed}", value=value, allowed=spec.allowed()
    )


def _checked(name: str, spec: Spec, value: Any) -> Any:
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
        case "text" if isinstance(value, str) and _short(spec, value):
            return value
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
                value = float(plain.replace(",", "."))
                if not math.isfinite(value):
                    raise ValueError(plain)
                return value
            case "flag":
                return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[plain.lower()]
            case "integers":
                separated = plain.replace("،", ",").replace(",", " ").replace("(", " ").replace(")", " ")
                return tuple(int(entry) for entry in separated.split())
            case _:
                return typed.strip()
    except (ValueError, KeyError):
        raise _refuse(name, spec, typed) from None


def show(spec: Spec, value: Any) -> str:
    """Write a value as `parse` reads it."""
    match spec.kind:
        case "integers":
            return ", ".join(str(entry) for entry in value)
        case "flag":
            return "true" if value else "false"
        case "real":
            # repr of a float is the shortest text that reads back as the same number.
            return repr(value)
        case _:
            return str(value)
