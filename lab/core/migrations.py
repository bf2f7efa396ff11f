"""What became of parameters since they were first written: one small function a change, told once.

A class that owns fields lists its changes in order, oldest first:

    migrations: ClassVar[tuple[Migration, ...]] = (Migration(_delay_in_milliseconds, {"delay": "real"}),)

Its version is their number, and what is written carries the version of each class that it is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lab.core.blocks import split_blocks
from lab.core.specs import Kind, ParamError, Spec, parse, show

FORM = 2
"""The form in which parameters are written: 1 was without the versions of their classes."""


@dataclass(frozen=True)
class Migration:
    """One change of what the fields of a class are called, of what their values mean, or of which there are.

    `change` gets what the version before wrote, by name, as JSON holds it, and returns what is written now. Any field
    may be missing. A field that is new is set to what was so before there was a choice: `{"decay_on": "all"} | values`.

    The same function serves what was typed, of which all is text; `reads` names the fields that it calculates with and
    their kinds: those it gets as numbers, and what it returns is written as text again.
    """

    change: Callable[[dict[str, Any]], dict[str, Any]]
    reads: Mapping[str, Kind] = field(default_factory=dict)

    def of_texts(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return what was typed in the version before as it is typed now; what cannot be read stays as it stands."""
        values: dict[str, Any] = dict(texts)
        unread: dict[str, str] = {}
        for name in self.reads.keys() & texts.keys():
            try:
                values[name] = _parsed(name, self.reads[name], texts[name])
            except ParamError:
                unread[name] = values.pop(name)
        return {name: _typed(value) for name, value in self.change(values).items()} | unread


def declared(params: type) -> dict[str, tuple[Migration, ...]]:
    """Return the migrations of a class and of all that it is made of, by the name of the class, mix-ins first."""
    classes = {base.__name__: base.__dict__.get("migrations", ()) for base in reversed(params.__mro__)}
    return {name: migrations for name, migrations in classes.items() if migrations}


def changed_since(
    declared: Mapping[str, Sequence[Migration]], versions: Mapping[str, int], values: Mapping[str, Any], typed: bool
) -> dict[str, Any]:
    """Return values (texts, if `typed`) of `versions` of their classes as they are today. Raises ParamError."""
    found = dict(values)
    try:
        for name, migrations in declared.items():
            for migration in migrations[versions.get(name, 0) :]:
                found = migration.of_texts(found) if typed else migration.change(found)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ParamError("", "what an earlier version wrote is damaged: {reason}", reason=str(error)) from error
    return found


def noted_versions(data: Mapping[str, Any]) -> dict[str, int] | None:
    """Return the versions that JSON notes of its classes; None where somebody wrote it himself. Raises ParamError."""
    form = data.get("schema_version", FORM if "versions" in data else None)
    if form is None:
        return None
    if not _counts(form) or form > FORM:
        raise _newer("schema_version", form, FORM)
    versions = data.get("versions", {})
    if not isinstance(versions, Mapping) or not all(map(_counts, versions.values())):
        raise ParamError(
            "versions", "{field}: {value} is not allowed; allowed is a whole number a class", value=versions
        )
    return dict(versions)


def check_versions(versions: Mapping[str, int], known: Mapping[str, int]) -> None:
    """Refuse what a later version of a class wrote, or a class that is not known. Raises ParamError."""
    for name, version in versions.items():
        if version > known.get(name, 0):
            raise _newer(name, version, known.get(name, 0))


def _counts(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _newer(field_name: str, version: Any, allowed: int) -> ParamError:
    return ParamError(
        field_name,
        "{field}: {value} was written by a newer Descent; this one reads up to {allowed}",
        value=version,
        allowed=allowed,
    )


def _parsed(name: str, kind: Kind, typed: str) -> Any:
    return split_blocks(typed) if kind == "blocks" else parse(name, Spec(kind, "", "", ""), typed)


def _typed(value: Any) -> str:
    match value:
        case bool():
            kind: Kind = "flag"
        case float():
            kind = "real"
        case str():
            kind = "text"
        case [str(), *_]:
            kind = "blocks"
        case Sequence():
            kind = "reals"
        case _:
            kind = "integer"
    return show(Spec(kind, "", "", ""), value)
