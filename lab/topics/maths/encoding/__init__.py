"""Categories become numbers and numbers categories: integer codes, one-hot, drop first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event, Metrics
from lab.core.experiment import ClosedForm
from lab.core.params import ParamError, Params, choice, text
from lab.maths.matrices import parse_matrix
from lab.topics.maths.encoding.categories import MOST_ROWS, Column, distances, encode, pairs, read_column, with_ones
from lab.topics.maths.encoding.figures import check_table, decoded, distance_table, encoded, shape_table


@dataclass(frozen=True, kw_only=True)
class EncodingParams(Params):
    """A column of categories, and how it becomes numbers."""

    values: str = text(
        "cat; dog; cat; bird; dog",
        label="Values",
        help="The category of each row, separated by commas or semicolons. You can also edit the cells themselves.",
        group="Categories",
    )
    categories: str = text(
        "",
        label="Known categories",
        help="All categories in their order. Empty: those that occur, sorted. Another one is then refused.",
        group="Categories",
    )
    encoding: str = choice(
        "one_hot",
        {
            "codes": "Integer codes: 1 column",
            "one_hot": "One-hot: K columns",
            "drop_first": "Dummy variables (drop first): K − 1 columns",
        },
        label="Encoding",
        help="How many columns one category becomes, and what stands in them.",
        group="Categories",
    )
    matrix: str = text(
        "",
        label="Numbers to decode",
        help="What is turned back into categories: edit the cells, or empty this field for the numbers of the table.",
        group="Way back",
        longest=2000,
    )

    def check(self) -> None:
        """Refuse unknown categories, what is no matrix, and to drop the only column."""
        column = self.column()
        if self.encoding == "drop_first" and len(column.categories) < 2:
            raise ParamError("encoding", "{field}: without its first column nothing is left of a single category")
        self.numbers()

    def column(self) -> Column:
        """Return the categories of the rows. Raises ParamError."""
        return read_column(self.values, self.categories)

    def encoded(self) -> Array:
        """Return the table as numbers (N, columns)."""
        column = self.column()
        return encode(column.codes, len(column.categories), self.encoding)

    def numbers(self) -> Array:
        """Return the numbers to decode: those typed, or those of the table. Raises ParamError."""
        return parse_matrix("matrix", self.matrix, MOST_ROWS) if self.matrix.strip() else self.encoded()


class Encoding(ClosedForm[EncodingParams]):
    """Encode a column, decode it again, and show what each encoding says about distances and rank."""

    id: ClassVar[str] = "maths.encoding"
    title: ClassVar[str] = "Categories as numbers"
    params: ClassVar[type[Params]] = EncodingParams

    def compute(self, params: EncodingParams) -> Iterator[Event]:
        """Yield there, back, shapes and distances."""
        column, matrix, numbers = params.column(), params.encoded(), params.numbers()
        back, found = decoded(column, numbers, params.encoding, typed=bool(params.matrix.strip()))
        yield encoded(column, params.encoding)
        yield back
        yield shape_table(column, params.encoding)
        yield distance_table(column)
        count = len(column.categories)
        apart = [float(distances(count, params.encoding)[pair]) for pair in pairs(count)]
        intercept = with_ones(matrix)
        yield Metrics(
            {
                "rows": float(len(matrix)),
                "categories": float(count),
                "columns": float(matrix.shape[1]),
                "rank": float(np.linalg.matrix_rank(matrix)),
                "columns_with_intercept": float(intercept.shape[1]),
                "rank_with_intercept": float(np.linalg.matrix_rank(intercept)),
                **({"smallest_distance": min(apart), "largest_distance": max(apart)} if apart else {}),
                "decoded": float(found is not None),
                **({"decoded_as_table": float(np.mean(column.codes == found))} if _comparable(column, found) else {}),
            }
        )

    def verify(self, params: EncodingParams) -> Iterator[Event]:
        """Yield what torch and scikit-learn make of the same column."""
        yield check_table(params.column())


def _comparable(column: Column, found: list[int] | None) -> bool:
    return found is not None and len(found) == len(column.values)


EXPERIMENT = Encoding
