"""Shapes, ranks and distances of encodings, and what torch and scikit-learn make of the same column."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, CellMark, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.maths.matrices import shape_words
from lab.topics.maths.encoding.categories import ENCODINGS, Column, distances, encode, pairs, with_ones
from lab.topics.maths.encoding.figures import NAMES

_CODE = {"codes": "codes[:, None].double()", "one_hot": "one_hot", "drop_first": "one_hot[:, 1:]"}
_SKLEARN = {
    "codes": ("OrdinalEncoder(categories=known).fit_transform(table)",),
    "one_hot": ("OneHotEncoder(categories=known, sparse_output=False).fit_transform(table)",),
    "drop_first": ('OneHotEncoder(categories=known, drop="first", sparse_output=False).fit_transform(table)',),
}


def shapes(column: Column, encoding: str) -> Numbers:
    """Return shape and rank of each encoding, with a column of ones beside it as a linear model has it."""
    count = len(column.categories)
    quantities = [_shape(column, name, "strong" if name == encoding else "") for name in ENCODINGS]
    matrix = encode(column.codes, count, encoding)
    ones, rank = with_ones(matrix), np.linalg.matrix_rank
    apart = [float(distances(count, encoding)[pair]) for pair in pairs(count)]
    found: list[tuple[Message, float | None, str, str]] = [
        (message("rows"), len(matrix), "rows", "len(matrix)"),
        (message("categories"), count, "categories", "len(categories)"),
        (message("columns"), matrix.shape[1], "columns", "matrix.shape[1]"),
        (message("rank"), int(rank(matrix)), "rank", "torch.linalg.matrix_rank(matrix).item()"),
        (message("columns with ones"), ones.shape[1], "columns_with_intercept", "ones.shape[1]"),
        (message("rank with ones"), int(rank(ones)), "rank_with_intercept", "torch.linalg.matrix_rank(ones).item()"),
        (message("smallest distance"), min(apart, default=None), "smallest_distance", "apart.min().item()"),
        (message("largest distance"), max(apart, default=None), "largest_distance", "apart.max().item()"),
    ]
    quantities += [
        Quantity(label, value, "", name, "" if value is None else code, listed=False)
        for label, value, name, code in found
    ]
    back = message("the largest number of each row")
    quantities.append(
        Quantity(message("categories"), column.codes, back, code="torch.argmax(one_hot, dim=1)", listed=False)
    )
    vectors = {
        "codes": "torch.arange(float(len(categories)))[:, None]",
        "one_hot": "every",
        "drop_first": "every[:, 1:]",
    }
    setup = (
        "import torch",
        "from torch.nn import functional as F",
        "",
        f"values = {list(column.values)!r}",
        f"categories = {list(column.categories)!r}",
        "codes = torch.tensor([categories.index(value) for value in values])",
        "one_hot = F.one_hot(codes, len(categories)).double()",
        f"matrix = {_CODE[encoding]}",
        "ones = torch.cat([torch.ones(len(values), 1), matrix], dim=1)",
        "every = torch.eye(len(categories), dtype=torch.float64)",
        f"apart = torch.pdist({vectors[encoding]})",
    )
    aside = (
        "import numpy",
        "from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder",
        "known, table = [categories], numpy.array(values, object)[:, None]",
    )
    heads = message("encoding"), message("shape"), message("rank with ones"), message("weights")
    note = message("With a column of ones, all one-hot columns add up to it: that is the dummy-variable trap.")
    return Numbers(quantities, "shapes", heads, note, setup, aside)


def _shape(column: Column, name: str, mark: CellMark) -> Quantity:
    matrix: Array = encode(column.codes, len(column.categories), name)
    if not matrix.shape[1]:
        nothing = message("Nothing is left of a single category.")
        return Quantity(NAMES[name], None, cells=(Cell(shape_words(matrix), nothing, "muted"), Cell(None), Cell(None)))
    ones = with_ones(matrix)
    rank = int(np.linalg.matrix_rank(ones))
    full = rank == ones.shape[1]
    ranked = message("{rank} of {columns}", rank=rank, columns=ones.shape[1])
    by_numpy = message("numpy.linalg.matrix_rank of the ones and the columns")
    unique = Cell(message("unique"), mark="good")
    cells = (
        Cell(shape_words(matrix), mark=mark),
        Cell(ranked, by_numpy, "" if full else "bad"),
        unique if full else Cell(message("not unique"), _trap(column, name), "bad"),
    )
    return Quantity(NAMES[name], matrix, code=_CODE[name], others=_SKLEARN[name], mark=mark, cells=cells)


def _trap(column: Column, encoding: str) -> Message:
    """Say why the columns depend on each other."""
    if encoding == "one_hot":
        return message("The one-hot columns add up to the column of ones: adding 5 there and −5 here changes nothing.")
    if column.unseen:
        return message("No row is {names}: a column that is always the same.", names=", ".join(column.unseen))
    return message("All rows are the same category: a column that is always the same.")


def apart(column: Column) -> Numbers:
    """Return how far apart each encoding puts any two categories."""
    count = len(column.categories)
    far = {name: distances(count, name) for name in ENCODINGS}
    even = {name: len({round(float(far[name][pair]), 9) for pair in pairs(count)}) <= 1 for name in ENCODINGS}
    quantities = []
    for i, j in pairs(count):
        cells = []
        for name in ENCODINGS:
            value = float(far[name][i, j])
            why = f"|{i} − {j}| = {j - i}" if name == "codes" else f"√{round(value * value)}"
            cells.append(Cell(value, why, "good" if even[name] else "bad" if name == "codes" else ""))
        quantities.append(Quantity(f"{column.categories[i]} – {column.categories[j]}", None, cells=tuple(cells)))
    if not quantities:
        nothing = (Cell(None),) * len(ENCODINGS)
        quantities.append(Quantity(message("none: one category alone"), None, cells=nothing))
    columns = message("distance"), message("codes"), message("one-hot"), message("dummies")
    return Numbers(quantities, "distances", columns, _lie(column))


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
