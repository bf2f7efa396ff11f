"""What each column of a table is for: a feature, the label, or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lab.core.text import DataError, Verbatim
from lab.data.tables.columns import Column
from lab.data.tables.errors import cut, listed
from lab.data.tables.table import TableFile

Role = Literal["feature", "label", "ignored"]
Task = Literal["classes", "numbers"]
ROLES: dict[str, Role] = {"feature": "feature", "label": "label", "ignored": "ignored"}
MOST_CATEGORIES = 20
"""So many categories a column may have to be a feature by default; each becomes a feature of its own."""
_ROW_NAMES = {"id", "index", "row", "no", "no.", "nr", "number", "unnamed: 0", "ردیف", "شماره", "شناسه"}
_LABEL_NAMES = {
    "label",
    "labels",
    "class",
    "classes",
    "target",
    "kind",
    "species",
    "category",
    "برچسب",
    "دسته",
    "کلاس",
    "نوع",
}
# One entry: a name, in quotation marks where it holds one of : , ، " itself, and a role.
_ENTRY = re.compile(r'\s*("(?:[^"]|"")+"|[^:,،"]+?)\s*:\s*([^:,،"]*?)\s*(?:[,،]|$)')


@dataclass(frozen=True)
class Limits:
    """How many features an experiment can take, from `least` to `most`, how many classes, and what is learnt."""

    least: int = 1
    most: int = 200
    classes: int = 20
    task: Task = "classes"


def default_roles(table: TableFile, limits: Limits | None = None) -> dict[str, Role]:
    """Return a role for each column, by its name.

    The label is the last column of categories, or else the last one of few whole numbers, or else the last one; before
    numbers, one that is called so, or comes last, though it has one class only. Where numbers are learnt, it is the
    last one of numbers. Features are the others, as long as they say something: numbers of rows, dates, constant
    columns and those of more than 20 categories are ignored. Where there would be more than the limits allow, each
    category counted, columns of numbers go first.
    """
    limits = limits or Limits()
    useful = [column for column in table.columns if _useful(column, table)]
    label = _default_label(useful, limits, table)
    features: set[str] = set()
    left = limits.most
    for column in sorted(useful, key=lambda column: column.kind != "numeric"):
        width = max(1, len(column.categories))
        if column.name != label and width <= left:
            features.add(column.name)
            left -= width
    return {name: "label" if name == label else "feature" if name in features else "ignored" for name in table.names}


def _default_label(useful: list[Column], limits: Limits, table: TableFile) -> str:
    numbers = [column for column in useful if column.kind == "numeric"]
    if limits.task == "numbers":
        fitting = numbers
    else:
        categories = [column for column in useful if column.kind == "category"]
        # What is wrong with that is said of it, rather than of another column that would stand in for it.
        categories = categories or [column for column in table.columns if _of_one_class(column, table)]
        fitting = categories or [column for column in numbers if _coded(column, limits.classes)] or numbers
    return fitting[-1].name if fitting else ""


def _of_one_class(column: Column, table: TableFile) -> bool:
    """Tell whether a column is the label by its name or its place, with one class in it."""
    named = column.name.lower() in _LABEL_NAMES
    texts = column.kind == "category" and column is table.columns[-1]
    return column.kind in ("category", "numeric") and column.constant and (named or texts)


def _coded(column: Column, most: int) -> bool:
    """Tell whether numbers may well be those of classes."""
    different = np.unique(column.values[~np.isnan(column.values)])
    return len(different) <= min(most, len(column.values) // 2) and bool((different % 1 == 0).all())


def _useful(column: Column, table: TableFile) -> bool:
    if column.kind in ("date", "empty") or column.constant:
        return False
    if column.counts_rows and column.place == 1 and len(table.columns) > 2:
        # A column without a name in the header is what programs write their row numbers under.
        return column.name.lower() not in _ROW_NAMES and not (table.header and column.name == "column 1")
    return column.kind == "numeric" or len(column.categories) <= MOST_CATEGORIES


def read_roles(text: str, table: TableFile, limits: Limits | None = None) -> dict[str, Role]:
    """Read roles such as "height: feature, width: feature, species: label".

    What is not named has its default role; but where features are named they are all, and where a label is named it
    is the only one. Raises DataError: the text is no list of roles, or names a column that is not there, or one twice.
    """
    named = _entries(text, table)
    roles = default_roles(table, limits)
    labels = [name for name, role in named.items() if role == "label"]
    if len(labels) > 1:
        raise DataError(
            "“{first}” and “{second}” are both the label; one column is, and the others are features or ignored.",
            first=cut(labels[0]),
            second=cut(labels[1]),
        )
    if labels:
        # Unless something else is said, what would be the label by default may be learnt from.
        roles = {name: "feature" if role == "label" else role for name, role in roles.items()}
    if "feature" in named.values():
        roles = {name: "ignored" if role == "feature" else role for name, role in roles.items()}
    return {**roles, **named}


def _entries(text: str, table: TableFile) -> dict[str, Role]:
    named: dict[str, Role] = {}
    place = 0
    while place < len(text.rstrip()):
        found = _ENTRY.match(text, place)
        if found is None:
            raise DataError(
                "“{text}” is not a role; write a name, a colon and feature, label or ignored, and commas between: "
                "height: feature, species: label",
                text=cut(text[place:]),
            )
        name, role = found[1], found[2]
        if name.startswith('"'):
            name = name[1:-1].replace('""', '"')
        if name not in table.names:
            raise DataError(
                "there is no column “{name}” in {file}; its columns are {names}",
                name=cut(name),
                file=Verbatim(table.path.name),
                names=listed([cut(name) for name in table.names]),
            )
        if role.lower() not in ROLES:
            raise DataError(
                "“{role}” is not a role of column “{name}”; choose feature, label or ignored",
                role=cut(role),
                name=cut(name),
            )
        if name in named:
            raise DataError("column “{name}” is named twice; each column has one role", name=cut(name))
        named[name] = ROLES[role.lower()]
        place = found.end()
    return named


def write_roles(roles: Mapping[str, Role], everything: bool = False) -> str:
    """Write roles so that `read_roles` gives the same.

    Features and a label are enough, as what is not named is ignored then; where there are none, or none is certain,
    `everything` writes the others too.
    """
    return ", ".join(f"{_quoted(name)}: {role}" for name, role in roles.items() if everything or role != "ignored")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if re.search(r'[:,،"]', name) else name
