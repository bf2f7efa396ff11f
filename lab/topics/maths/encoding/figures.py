"""Categories as numbers, there and back, as matrices."""

from __future__ import annotations

from lab.core.events import Array
from lab.core.figures import Matrices, MatrixItem
from lab.core.text import Message, message
from lab.maths.matrices import rows_of, written
from lab.topics.maths.encoding.categories import MOST_ROWS, Column, decode, encode, width

NAMES = {
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
        MatrixItem(NAMES["codes"], rows_of(codes), "→", whys=code_whys, parts={0: "row"}),
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
                NAMES[encoding],
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
    name = message("numbers") if typed else NAMES[encoding]
    categories = column.categories
    expected = width(len(categories), encoding)
    if numbers.shape[1] != expected:
        item = MatrixItem(name, rows_of(numbers), field="matrix")
        refusal = message(
            "There are {found} columns, and {encoding} of {names} has {expected}. Empty the field of numbers to have"
            " those of the table.",
            found=numbers.shape[1],
            encoding=NAMES[encoding],
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
