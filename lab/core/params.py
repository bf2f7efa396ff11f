"""Parameters of an experiment, declared once.

A subclass of `Params` is a frozen, keyword-only dataclass whose fields are made by `integer`, `real`, `choice`,
`flag`, `integers`, `reals`, `text` and `blocks`. From that one declaration come the form of the window, the options of
the command line, the JSON of a run and the reference in the documentation. `when` names another field and those of its
values with which a field matters; it is checked and kept all the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from lab.core.blocks import Block
from lab.core.specs import Dialog, ParamError, Scale, Spec, When, checked, needed, parse, show

__all__ = [
    "ParamError",
    "Params",
    "Scale",
    "Spec",
    "blocks",
    "choice",
    "flag",
    "integer",
    "integers",
    "needed",
    "parse",
    "real",
    "reals",
    "show",
    "text",
]


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
    slider: bool = False,
    when: When | None = None,
) -> Any:
    """Declare a whole number in [low, high]."""
    return _declare(default, Spec("integer", label, help, group, low, high, scale, unit, slider=slider, when=when))


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
    slider: bool = False,
    when: When | None = None,
) -> Any:
    """Declare a finite number in [low, high]."""
    return _declare(default, Spec("real", label, help, group, low, high, scale, unit, slider=slider, when=when))


def choice(
    default: str, choices: Mapping[str, str], *, label: str, help: str, group: str, when: When | None = None
) -> Any:
    """Declare one of several values; `choices` maps each value to its label."""
    return _declare(default, Spec("choice", label, help, group, choices=tuple(choices.items()), when=when))


def flag(default: bool, *, label: str, help: str, group: str, when: When | None = None) -> Any:
    """Declare a yes or no."""
    return _declare(default, Spec("flag", label, help, group, when=when))


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
    when: When | None = None,
) -> Any:
    """Declare a short list of whole numbers, for instance one a layer."""
    return _declare(default, Spec("integers", label, help, group, low, high, unit=unit, length=length, when=when))


def reals(
    default: tuple[float, ...],
    low: float,
    high: float,
    *,
    length: tuple[int, int],
    label: str,
    help: str,
    group: str,
    unit: str = "",
    when: When | None = None,
) -> Any:
    """Declare a short list of finite numbers, for instance a point or a distribution."""
    return _declare(default, Spec("reals", label, help, group, low, high, unit=unit, length=length, when=when))


def text(
    default: str,
    *,
    label: str,
    help: str,
    group: str,
    longest: int = 500,
    dialog: Dialog = "",
    when: When | None = None,
) -> Any:
    """Declare a line of text; `dialog` is what a form offers to choose it by."""
    return _declare(default, Spec("text", label, help, group, high=longest, dialog=dialog, when=when))


def blocks(
    default: tuple[str, ...],
    kinds: Mapping[str, Block],
    *,
    length: tuple[int, int],
    label: str,
    help: str,
    group: str,
    when: When | None = None,
) -> Any:
    """Declare a list of blocks in order, for instance layers; a value is the canonical text of each (`blocks`).

    A check that refuses one of them gives its error `block=`, the place of it from 1: a form marks that one.
    """
    spec = Spec("blocks", label, help, group, length=length, kinds=kinds, when=when)
    return _declare(checked(label, spec, default), spec)


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

    implies: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """What else is set when a view sets a field: one who edits a cell of a given matrix means his own."""

    def __post_init__(self) -> None:
        for name, spec in self.specs().items():
            object.__setattr__(self, name, checked(name, spec, getattr(self, name)))
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
