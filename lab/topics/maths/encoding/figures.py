"""There and back as matrices, shapes and distances as tables, and what torch and scikit-learn make of it."""

from __future__ import annotations

from typing import Literal

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Matrices, MatrixItem, Table, Words
from lab.core.text import Message, message
from lab.maths.matrices import rows_of, shape_words, written
from lab.topics.maths.encoding.categories import (
    ENCODINGS,
    MOST_ROWS,
    Column,
    decode,
    distances,
    encode,
    pairs,
    width,
    with_ones,
)

_NAMES = {
    "codes": message("integer codes"),
    "one_hot": message("one-hot"),
    "drop_first": message("dummy variables"),
}


def _labels(categories: tuple[str, ...], encoding: str) -> tuple[str, ...]:
    return {"codes": (), "one_hot": categories, "drop_first": categories[1:]}[encoding]


def encoded(column: Column, encoding: str) -> Matrices:
    """Return the table (N, 1), its codes (N, 1), and its encoding where that is not the codes."""
    count = len(column.categories)
    codes, matrix = encode(column.codes, count, "codes"), encode(column.codes, count, encoding)
    table = tuple((value,) for value in column.values)
    where = ", ".join(f"{name} = {code}" for code, name in enumerate(column.categories))
    code_whys = tuple((message("place among the categories: {where}", where=where),) for _ in column.values)
    items = [
        MatrixItem(message("table"), table, field="values", most=(MOST_ROWS, 1)),
        MatrixItem(_NAMES["codes"], rows_of(codes), "→", whys=code_whys, parts={0: "row"}),
    ]
    if encoding != "codes":
        labels = _labels(column.categories, encoding)
        yes, no = message("yes"), message("no")
        whys = tuple(
            tuple(
                message(
                    "{value} = {category}? {answer}: {number}",
                    value=value,
                    category=label,
                    answer=yes if value == label else no,
                    number=int(value == label),
                )
                for label in labels
            )
            for value in column.values
        )
        items.append(
            MatrixItem(
                _NAMES[encoding],
                rows_of(matrix),
                "→",
                column_labels=labels,
                whys=whys,
                parts={0: "row", 1: "row"},
            )
        )
    return Matrices("encoded", tuple(items))


def decoded(column: Column, numbers: Array, encoding: str, *, typed: bool) -> tuple[Matrices, list[int] | None]:
    """Return the way back from numbers (N, columns), and the places of the categories, None where a row has none."""
    name = message("numbers") if typed else _NAMES[encoding]
    categories = column.categories
    expected = width(len(categories), encoding)
    if numbers.shape[1] != expected:
        item = MatrixItem(name, rows_of(numbers), field="matrix")
        refusal = message(
            "There are {found} columns, and {encoding} of {names} has {expected}. Empty the field of numbers to have"
            " those of the table.",
            found=numbers.shape[1],
            encoding=_NAMES[encoding],
            names=", ".join(categories),
            expected=expected,
        )
        return Matrices("decoded", (item,), refusal), None
    item = MatrixItem(name, rows_of(numbers), column_labels=_labels(categories, encoding), field="matrix")
    places: list[int] = []
    for row, values in enumerate(numbers, 1):
        found = decode(values, categories, encoding)
        if isinstance(found, Message):
            refusal = message(
                "Row {row}, ({values}), means no category: {reason}.",
                row=row,
                values=", ".join(map(written, values.tolist())),
                reason=found,
            )
            return Matrices("decoded", (item,), refusal), None
        places.append(found)
    names = tuple((categories[place],) for place in places)
    whys = tuple((_why_category(column, row, place, encoding),) for row, place in enumerate(places))
    back = MatrixItem(message("categories"), names, "→", whys=whys, parts={0: "row"})
    return Matrices("decoded", (item, back)), places


def _why_category(column: Column, row: int, place: int, encoding: str) -> Message:
    reason = {
        "codes": message("number {place} of the categories, counted from 0", place=place),
        "one_hot": message("the largest number stands in column {column}", column=place + 1),
        "drop_first": message("the 1 stands in column {column}", column=place),
    }[encoding]
    if encoding == "drop_first" and place == 0:
        reason = message("only zeros: the first category, which has no column")
    if row < len(column.values) and column.values[row] != column.categories[place]:
        return message("{reason}; the table says {value}", reason=reason, value=column.values[row])
    return reason


def shape_table(column: Column, encoding: str) -> Table:
    """Return shape and rank of each encoding, with a column of ones beside it as a linear model has it."""
    rows = []
    for name in ENCODINGS:
        matrix = encode(column.codes, len(column.categories), name)
        chosen: Literal["", "strong"] = "strong" if name == encoding else ""
        if not matrix.shape[1]:
            nothing = message("Nothing is left of a single category.")
            rows.append((Cell(_NAMES[name]), Cell(shape_words(matrix), nothing, "muted"), Cell(None), Cell(None)))
            continue
        ones = with_ones(matrix)
        rank = int(np.linalg.matrix_rank(ones))
        full = rank == ones.shape[1]
        rank_words = message("{rank} of {columns}", rank=rank, columns=ones.shape[1])
        rows.append(
            (
                Cell(_NAMES[name], mark=chosen),
                Cell(shape_words(matrix), mark=chosen),
                Cell(
                    rank_words, message("numpy.linalg.matrix_rank of the ones and the columns"), "" if full else "bad"
                ),
                Cell(message("unique"), mark="good")
                if full
                else Cell(message("not unique"), _trap(column, name), "bad"),
            )
        )
    note = message("With a column of ones, all one-hot columns add up to it: that is the dummy-variable trap.")
    return Table(
        "shapes",
        (message("encoding"), message("shape"), message("rank with ones"), message("weights")),
        tuple(rows),
        note,
    )


def _trap(column: Column, encoding: str) -> Message:
    """Say why the columns depend on each other."""
    if encoding == "one_hot":
        return message("The one-hot columns add up to the column of ones: adding 5 there and −5 here changes nothing.")
    if column.unseen:
        return message("No row is {names}: a column that is always the same.", names=", ".join(column.unseen))
    return message("All rows are the same category: a column that is always the same.")


def distance_table(column: Column) -> Table:
    """Return how far apart each encoding puts any two categories."""
    count = len(column.categories)
    apart = {name: distances(count, name) for name in ENCODINGS}
    even = {name: len({round(float(apart[name][pair]), 9) for pair in pairs(count)}) <= 1 for name in ENCODINGS}
    rows = []
    for i, j in pairs(count):
        row = [Cell(f"{column.categories[i]} – {column.categories[j]}")]
        for name in ENCODINGS:
            value = float(apart[name][i, j])
            if name == "codes":
                row.append(Cell(value, f"|{i} − {j}| = {j - i}", "good" if even[name] else "bad"))
            else:
                squared = round(value * value)
                row.append(Cell(value, f"√{squared}", "good" if even[name] else ""))
        rows.append(tuple(row))
    columns = (message("distance"), message("codes"), message("one-hot"), message("dummies"))
    if not rows:
        rows.append((Cell(message("none: one category alone"), mark="muted"), *(Cell(None) for _ in ENCODINGS)))
    return Table("distances", columns, tuple(rows), _lie(column))


def _lie(column: Column) -> Words:
    """Say what integer codes pretend."""
    names = column.categories
    if len(names) == 1:
        return message("What is always the same says nothing, in any encoding.")
    if len(names) < 3:
        return message("With two categories, a single column of 0 and 1 says all there is to say.")
    return message(
        "Codes pretend an order: {first} would be nearer to {second} than to {last}.",
        first=names[0],
        second=names[1],
        last=names[-1],
    )


def check_table(column: Column) -> Table:
    """Return whether torch and scikit-learn encode and decode the same; imports both."""
    import torch
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

    count, values = len(column.categories), np.array(column.values, object)[:, None]
    codes = torch.from_numpy(column.codes)
    one_hot = torch.nn.functional.one_hot(codes, count)
    known = [list(column.categories)]
    attempts: list[tuple[str, str, Array, str]] = [
        ("torch one_hot", "torch.nn.functional.one_hot(codes, K)", one_hot.numpy(), "one_hot"),
        (
            "OneHotEncoder()",
            "sklearn.preprocessing.OneHotEncoder(sparse_output=False).fit_transform(table)",
            OneHotEncoder(categories=known, sparse_output=False).fit_transform(values),
            "one_hot",
        ),
        (
            "OrdinalEncoder()",
            "sklearn.preprocessing.OrdinalEncoder().fit_transform(table)",
            OrdinalEncoder(categories=known).fit_transform(values),
            "codes",
        ),
    ]
    if count > 1:
        dummies = OneHotEncoder(categories=known, drop="first", sparse_output=False).fit_transform(values)
        code = 'sklearn.preprocessing.OneHotEncoder(drop="first", sparse_output=False).fit_transform(table)'
        attempts.append(('… drop="first"', code, dummies, "drop_first"))
    expected = [(*attempt[:3], encode(column.codes, count, attempt[3])) for attempt in attempts]
    back = torch.argmax(one_hot, dim=1).numpy()
    expected.append(("torch argmax", "torch.argmax(one_hot, dim=1)", back, column.codes))
    rows = []
    for name, code, found, ours in expected:
        same = np.array_equal(found, ours)
        verdict = Cell(message("the same"), mark="good") if same else Cell(message("different"), mark="bad")
        rows.append((Cell(name, code), Cell(str(tuple(found.shape))), verdict))
    return Table("check", (message("code"), message("shape"), message("compared")), tuple(rows))
