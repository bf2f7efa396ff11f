"""The parameters by which an experiment learns from a table of the user's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import ClassVar, cast

from lab.core.params import ParamError, Params, Spec, choice, flag, text
from lab.core.specs import When
from lab.core.text import LabError
from lab.data.tables.examples import Examples, Missing, make_examples
from lab.data.tables.roles import Limits, read_roles
from lab.data.tables.table import TableFile, located, read_table

Stamp = tuple[int, int]
_FIELDS = ("file", "roles", "missing", "standardise")


@dataclass(frozen=True, kw_only=True)
class OwnDataParams(Params):
    """Base of parameters that name a table.

    `limits` says what the experiment can learn from; `own_when` with which values of which field the table matters,
    such as ("data", ("own",)).
    """

    limits: ClassVar[Limits] = Limits()
    own_when: ClassVar[When | None] = None

    file: str = text(
        "",
        label="File",
        help="A CSV file: a table of text with a row for each example. Separators , ; | and tab are recognised.",
        group="Own data",
        longest=1000,
        dialog="file",
    )
    roles: str = text(
        "",
        label="Roles of the columns",
        help="What each column is: feature, label or ignored, as in: height: feature, species: label. Empty: the last "
        "column of categories is the label, the others are features.",
        group="Own data",
        longest=20_000,
        dialog="roles",
    )
    missing: str = choice(
        "leave_out",
        {"leave_out": "Leave the row out", "mean": "Mean of the column"},
        label="Missing values",
        help="What happens to a row that lacks a feature. A row that lacks its label is always left out.",
        group="Own data",
    )
    standardise: bool = flag(
        True,
        label="Standardise",
        help="Shift and scale each feature so that its mean is 0 and its standard deviation 1.",
        group="Own data",
    )

    @classmethod
    def specs(cls) -> dict[str, Spec]:
        """Return the declarations, those of the table with `own_when`."""
        specs = super().specs()
        return {**specs, **{name: _with_when(specs[name], cls.own_when) for name in _FIELDS}}

    def examples(self) -> Examples:
        """Return the examples of the file; quick when neither it nor the parameters changed since the last time.

        Raises ParamError that names the field to blame: "file", or "roles".
        """
        return examples_of(self.file, self.roles, cast(Missing, self.missing), self.standardise, self.limits)


def examples_of(file: str, roles: str, missing: Missing, standardise: bool, limits: Limits) -> Examples:
    """Return the examples of a file. Raises ParamError that names the field to blame: "file", or "roles"."""
    table_of(file)
    outcome = _examples(file, _stamp(file), roles, missing, standardise, limits)
    if isinstance(outcome, LabError):
        raise ParamError("roles", "{field}: {problem}", problem=outcome.message)
    return outcome


def table_of(file: str) -> TableFile:
    """Return the table in a file, kept until the file changes. Raises ParamError for the field "file"."""
    if not file.strip():
        raise ParamError("file", "{field}: no file is chosen; choose a CSV file")
    outcome = _table(file, _stamp(file))
    if isinstance(outcome, LabError):
        raise ParamError("file", "{field}: {problem}", problem=outcome.message)
    return outcome


def _stamp(file: str) -> Stamp:
    """Return what changes with the contents of a file."""
    try:
        found = located(file).stat()
    except (OSError, ValueError):
        return 0, 0
    return found.st_mtime_ns, found.st_size


@cache
def _with_when(spec: Spec, when: When | None) -> Spec:
    return replace(spec, when=when)


# Forms ask again at each letter that is typed, sweeps for each of their models; errors are kept as well.
@lru_cache(maxsize=2)
def _table(file: str, stamp: Stamp) -> TableFile | LabError:
    try:
        return read_table(file)
    except LabError as error:
        return error.with_traceback(None)


@lru_cache(maxsize=16)
def _examples(
    file: str, stamp: Stamp, roles: str, missing: Missing, standardise: bool, limits: Limits
) -> Examples | LabError:
    table = table_of(file)
    try:
        return make_examples(table, read_roles(roles, table, limits), missing, standardise, limits)
    except LabError as error:
        return error.with_traceback(None)
