"""What a network learns from, made of a table: features as numbers, and a label for each example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lab.core.text import Message, Verbatim, message
from lab.data.tables.columns import Column
from lab.data.tables.errors import Place, TableError, cut, listed
from lab.data.tables.roles import MOST_CATEGORIES, Limits, Role
from lab.data.tables.table import TableFile

Missing = Literal["leave_out", "mean", "keep"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Examples:
    """The examples of a table, in the order of its rows; arrays are read-only.

    features: float64 (N, F). labels: int64 (N,), 0 … K − 1 by the order of `class_names`; empty where numbers are
    learnt. targets: float64 (N,), the numbers to be learnt, or the labels as such. rows: int64 (N,), the rows of the
    table that were used, from 0. means, deviations: float64 (F,), what was subtracted and divided by, 0 and 1 where
    features were left as they are.
    """

    features: Floats
    labels: NDArray[np.int64]
    targets: Floats
    rows: NDArray[np.int64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    label_name: str
    means: Floats
    deviations: Floats
    remark: Message
    """A sentence that says what was used, and what was not."""


def make_examples(
    table: TableFile, roles: Mapping[str, Role], missing: Missing, standardise: bool, limits: Limits | None = None
) -> Examples:
    """Make examples of a table.

    A category becomes a feature of its own, 0 or 1. A row whose label is missing is left out; one whose feature is
    missing is left out too, or has the column's mean there (of a category: the share of rows that have it), or is kept
    as NaN, for those who have to know first which rows the mean may be of.

    Raises TableError: columns that cannot have their role, nothing left to learn, classes that cannot be learnt.
    """
    limits = limits or Limits()
    chosen = [column for column in table.columns if roles.get(column.name) == "feature"]
    label = next((column for column in table.columns if roles.get(column.name) == "label"), None)
    if table.rows == 1:
        raise TableError(
            "{where} has one row only: {values}. Two classes with two rows each are needed at least; add rows.",
            Place(table.path.name, int(table.lines[0])),
            values=listed([cut(column.samples[0]) if column.samples else "-" for column in table.columns]),
        )
    if label is None:
        raise TableError(
            "{where}: no column is the label; choose one. Its columns are {names}.",
            Place(table.path.name),
            names=_described(table.columns),
        )
    if not chosen:
        raise TableError(
            "{where}: no column is a feature; choose one at least. The label is “{label}”; its columns are {names}.",
            Place(table.path.name),
            label=cut(label.name),
            names=_described(table.columns),
        )
    if label.constant and label.kind != "empty":
        _refuse_one_class(label, table, limits)
    for column in (*chosen, label):
        _check_column(column, table)
    rows = _rows(chosen, label, missing, table)
    values, names = _features(chosen, rows, limits.most, table)
    if missing == "mean":
        values = np.where(np.isnan(values), _means(values), values)
    if not limits.least <= len(names) <= limits.most:
        raise TableError(
            "{where}: features chosen are {names}; {allowed} are needed here, and these are {found}. The label is "
            "“{label}”. Change the roles of the columns, or the file: they are {columns}.",
            Place(table.path.name),
            found=len(names),
            allowed=limits.least
            if limits.least == limits.most
            else message("{low} to {high}", low=limits.least, high=limits.most),
            names=listed([cut(name) for name in names]),
            label=cut(label.name),
            columns=_described(table.columns),
        )
    labels, classes = _classes(label, rows, limits, table) if limits.task == "classes" else (rows[:0], ())
    if limits.task == "numbers" and label.kind != "numeric":
        raise TableError("{where}: a number is to be learnt here, and this column holds texts.", table.place(label))
    means, deviations = np.zeros(len(names)), np.ones(len(names))
    if standardise:
        values, means, deviations = _standardised(values)
    targets = labels.astype(np.float64) if limits.task == "classes" else label.values[rows]
    for array in (values, labels, targets, rows, means, deviations):
        array.flags.writeable = False
    remark = _remark(table, label, rows, len(names), labels, classes, chosen)
    return Examples(values, labels, targets, rows, names, classes, label.name, means, deviations, remark)


def _described(columns: Sequence[Column]) -> Message | str:
    """Name columns with the first of their values, such as: x (1.5), kind (a)."""
    return listed(
        [
            message("{name} ({value})", name=cut(column.name), value=cut(column.samples[0]))
            if column.samples
            else message("{name} (empty)", name=cut(column.name))
            for column in columns
        ]
    )


def _refuse_one_class(label: Column, table: TableFile, limits: Limits) -> None:
    if limits.task == "classes":
        raise TableError(
            "{where}: the label is “{value}” in every row, so there is one class, and two at least are needed. Add "
            "rows of another class, or choose another column as the label.",
            table.place(label),
            value=cut(label.samples[0]),
        )
    raise TableError(
        "{where}: the label is “{value}” in every row, so nothing can be learnt. Choose another column as the label.",
        table.place(label),
        value=cut(label.samples[0]),
    )


def _check_column(column: Column, table: TableFile) -> None:
    place = table.place(column)
    if column.kind == "empty":
        raise TableError("{where}: all values of this column are missing; ignore it.", place)
    if column.kind == "date":
        raise TableError(
            "{where}: this column holds dates, such as “{value}”; a network needs numbers. Ignore it, or write days "
            "as numbers.",
            place,
            value=cut(column.samples[0]),
        )
    if column.constant:
        raise TableError(
            "{where}: this column is “{value}” in every row, so nothing can be learnt from it; ignore it.",
            place,
            value=cut(column.samples[0]),
        )


def _rows(chosen: list[Column], label: Column, missing: Missing, table: TableFile) -> NDArray[np.int64]:
    kept = ~np.isnan(label.values)
    if missing == "leave_out":
        for column in chosen:
            kept &= ~np.isnan(column.values)
    if not kept.any():
        raise TableError(
            "{where}: every row has a missing value in the columns that are used, so none is left. Ignore the columns "
            "with many, or put the mean in their place.",
            Place(table.path.name),
        )
    return np.flatnonzero(kept).astype(np.int64)


def _features(
    chosen: list[Column], rows: NDArray[np.int64], most: int, table: TableFile
) -> tuple[Floats, tuple[str, ...]]:
    parts: list[Floats] = []
    names: list[str] = []
    for column in chosen:
        values = column.values[rows]
        different = np.unique(values[~np.isnan(values)])
        if len(different) < 2:
            raise TableError(
                "{where}: in the rows that are left this column has no two values that differ; ignore it.",
                table.place(column),
            )
        if column.kind == "numeric":
            parts.append(values[:, None])
            names.append(column.name)
            continue
        if len(names) + len(different) > most:
            raise TableError(
                "{where}: with a feature for each of its {found} categories there are more than {limit} features; "
                "ignore it.",
                table.place(column),
                found=len(different),
                limit=most,
            )
        one_hot = (values[:, None] == different).astype(np.float64)
        one_hot[np.isnan(values)] = np.nan
        parts.append(one_hot)
        names += [f"{column.name} = {_called(column, code)}" for code in different]
    return np.concatenate(parts, axis=1), tuple(names)


def _called(column: Column, value: float) -> str:
    """Return what stands in the table for a value: its category, or the number."""
    if column.categories:
        return column.categories[int(value)]
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(float(value))


def _means(values: Floats) -> Floats:
    """Return the means of columns (F,), without what is missing, and without overflow on the way."""
    largest = _largest(values)
    return np.asarray(np.nanmean(values / largest, axis=0) * largest)


def _largest(values: Floats) -> Floats:
    """Return a power of two for each column (F,) that its values are no larger than, by which they divide exactly."""
    largest = np.nanmax(np.abs(values), axis=0)
    return np.asarray(2.0 ** np.clip(np.frexp(np.where(largest > 0, largest, 1.0))[1], -1021, 1023))


def _standardised(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Return columns with mean 0 and deviation 1 (N, F), and their means and deviations (F,) before."""
    largest = _largest(values)
    scaled = values / largest
    means, deviations = np.mean(scaled, axis=0), np.std(scaled, axis=0)
    # Values that differ by less than their rounding.
    deviations = np.where(deviations > 0, deviations, 1.0)
    return (scaled - means) / deviations, means * largest, deviations * largest


def _classes(
    label: Column, rows: NDArray[np.int64], limits: Limits, table: TableFile
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    values = label.values[rows]
    different, labels, counts = np.unique(values, return_inverse=True, return_counts=True)
    names = tuple(_called(label, value) for value in different)
    if len(different) > limits.classes:
        raise TableError(
            "{where}: the label has {found} different values, and {limit} classes are allowed. Choose another column "
            "as the label.",
            table.place(label),
            found=len(different),
            limit=limits.classes,
        )
    if len(different) < 2:
        raise TableError(
            "{where}: all rows that are left are of one class, “{value}”; two at least are needed.",
            table.place(label),
            value=cut(names[0]),
        )
    if counts.min() < 2:
        alone = int(np.argmin(counts))
        raise TableError(
            "{where}: “{value}” is the only example of its class in the rows that are used; two at least are needed. "
            "Is it a misprint? Correct it, or leave the cell empty.",
            table.place(label, int(rows[labels == alone][0])),
            value=cut(names[alone]),
        )
    return labels.astype(np.int64), names


def _unused(column: Column) -> Message | str:
    """Name a column that is not used, and why it could not be where that is easily overlooked."""
    if column.kind == "category" and len(column.categories) > MOST_CATEGORIES:
        return message(
            "{name} ({count} different texts, such as “{value}”)",
            name=cut(column.name),
            count=len(column.categories),
            value=cut(column.samples[0]),
        )
    return cut(column.name)


def _remark(
    table: TableFile,
    label: Column,
    rows: NDArray[np.int64],
    features: int,
    labels: NDArray[np.int64],
    classes: tuple[str, ...],
    chosen: list[Column],
) -> Message:
    counts = np.bincount(labels, minlength=len(classes))
    counted = message("1 feature") if features == 1 else message("{count} features", count=features)
    learnt = (
        message(
            "{file}: {rows} examples, {features}; “{label}” has {count} classes: {classes}.",
            file=Verbatim(table.path.name),
            rows=len(rows),
            features=counted,
            label=cut(label.name),
            count=len(classes),
            classes=listed(
                [
                    message("{name} {count}", name=cut(name), count=int(n))
                    for name, n in zip(classes, counts, strict=True)
                ]
            ),
        )
        if classes
        else message(
            "{file}: {rows} examples, {features}; the numbers of “{label}” are learnt.",
            file=Verbatim(table.path.name),
            rows=len(rows),
            features=counted,
            label=cut(label.name),
        )
    )
    left_out = table.rows - len(rows)
    filled = int(sum(np.isnan(column.values[rows]).sum() for column in chosen))
    if left_out == 1:
        learnt = message("{said} 1 row with missing values is left out.", said=learnt)
    elif left_out:
        learnt = message("{said} {count} rows with missing values are left out.", said=learnt, count=left_out)
    if filled:
        learnt = message(
            "{said} Missing values that became the mean of their column: {count}.", said=learnt, count=filled
        )
    used_names = {column.name for column in chosen} | {label.name}
    unused = [column for column in table.columns if column.name not in used_names]
    if unused:
        learnt = message("{said} Not used: {names}.", said=learnt, names=listed([_unused(each) for each in unused]))
    return learnt
