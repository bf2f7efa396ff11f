"""Parameters of an experiment, declared once.

A subclass of `Params` is a frozen, keyword-only dataclass whose fields are made by `integer`, `real`, `choice`,
`flag`, `integers`, `reals`, `text` and `blocks`. From that one declaration come the form of the window, the options of
the command line, the JSON of a run and the reference in the documentation. `when` names another field and those of its
values with which a field matters; it is checked and kept all the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from lab.core.blocks import Block
from lab.core.migrations import FORM, Migration, changed_since, check_versions, declared, noted_versions
from lab.core.specs import Dialog, ParamError, Scale, Spec, When, checked, needed, parse, show

__all__ = [
    "Migration",
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
    "redeclared",
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
    presets: Mapping[str, Sequence[str]] | None = None,
    when: When | None = None,
) -> Any:
    """Declare a list of blocks in order, for instance layers; a value is the canonical text of each (`blocks`).

    presets: whole lists that a form offers, by their labels.

    A check that refuses one of them gives its error `block=`, the place of it from 1: a form marks that one.
    """
    spec = Spec("blocks", label, help, group, length=length, kinds=kinds, presets=presets or {}, when=when)
    return _declare(checked(label, spec, default), spec)


def redeclared(of: type[Params], name: str, default: Any, **changes: Any) -> Any:
    """Declare a field of a mix-in as it is there, with another default, and what else is declared otherwise."""
    spec = dataclasses.replace(of.specs()[name], **changes)
    return _declare(checked(name, spec, default), spec)


@dataclass(frozen=True, kw_only=True)
class Params:
    """Base of all parameters: validation, JSON, text.

    Raises ParamError when a value is not allowed; nothing is clamped or rounded in silence.
    """

    migrations: ClassVar[tuple[Migration, ...]] = ()
    """What became of the fields that this class itself declares, oldest change first. Those of mix-ins are theirs."""

    implies: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """What else is set when a view sets a field: one who edits a cell of a given matrix means his own.

    Each class says it of its own fields; `implied` knows those of all.
    """

    essentials: ClassVar[tuple[str, ...]] = ()
    """The fields that are changed most, in order: a form with many begins with them."""

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

    @classmethod
    def implied(cls, name: str, text: str = "") -> dict[str, str]:
        """Return what else is set, as texts, when a view sets the field `name` to `text`."""
        found: dict[str, str] = {}
        for base in reversed(cls.__mro__):
            found |= base.__dict__.get("implies", {}).get(name, {})
        return found

    @classmethod
    def versions(cls, values: Mapping[str, Any]) -> dict[str, int]:
        """Return the version of each class that `values` (JSON or texts) belong to, where it was ever changed."""
        return {name: len(changes) for name, changes in declared(cls).items()}

    @classmethod
    def updated(cls, values: Mapping[str, Any], versions: Mapping[str, int] | None, typed: bool) -> dict[str, Any]:
        """Return values of earlier `versions` of the classes as they are called and meant today.

        `typed` says whether they are texts. A class that `versions` do not name is in its first version. Where there
        are no `versions`, somebody wrote the values himself: then they are today's, unless a name or a choice is one
        that only an earlier version had. Numbers are never guessed at. Raises ParamError for a newer version.
        """
        changes = declared(cls)
        if versions is not None:
            check_versions(versions, cls.versions(values))
            return changed_since(changes, versions, values, typed)
        for back in range(max(map(len, changes.values()), default=0) + 1):
            before = {name: max(0, len(migrations) - back) for name, migrations in changes.items()}
            found = changed_since(changes, before, values, typed)
            if cls._named_today(found):
                return found
        return dict(values)

    def files(self) -> tuple[str, ...]:
        """Return the files that these parameters name, and that would be read."""
        specs, values = self.specs(), {name: getattr(self, name) for name in self.specs()}
        return tuple(
            values[name]
            for name in sorted(needed(specs, values))
            if specs[name].dialog in ("file", "image") and values[name].strip()
        )

    def to_json(self) -> dict[str, Any]:
        """Return values that JSON can hold, with the versions of their classes."""
        values = {name: getattr(self, name) for name in self.specs()}
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        versions = self.versions(plain)
        # A Descent of before there were versions says of the second format that it is too new.
        return {"schema_version": FORM, "versions": versions, **plain} if versions else {"schema_version": 1, **plain}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote, now or in an earlier version, or what somebody wrote himself."""
        if not isinstance(data, Mapping):
            raise ParamError("", "parameters must be a JSON object, not {found}", found=type(data).__name__)
        values = {name: value for name, value in data.items() if name not in ("schema_version", "versions")}
        found = cls.updated(values, noted_versions(data), typed=False)
        cls._known(found)
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in found.items()})

    @classmethod
    def from_texts(cls, texts: Mapping[str, str], versions: Mapping[str, int] | None = None) -> Self:
        """Read values that were typed, in a form, a link or on a command line, as `updated` understands them."""
        found = cls.updated(texts, versions, typed=True)
        cls._known(found)
        specs = cls.specs()
        return cls(**{name: parse(name, specs[name], typed) for name, typed in found.items()})

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

    @classmethod
    def _named_today(cls, values: Mapping[str, Any]) -> bool:
        """Tell whether all names, and the values of all choices, are among today's."""
        specs = cls.specs()
        return values.keys() <= specs.keys() and all(
            (value.strip() if isinstance(value, str) else value) in [allowed for allowed, _label in specs[name].choices]
            for name, value in values.items()
            if specs[name].kind == "choice"
        )
