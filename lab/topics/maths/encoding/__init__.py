"""Categories become numbers and numbers categories: integer codes, one-hot, drop first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event
from lab.core.figures import Matrices
from lab.core.numbers import NumbersPage
from lab.core.params import ParamError, Params, choice, text
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.maths.matrices import parse_matrix
from lab.topics.maths.encoding.categories import MOST_ROWS, Column, encode, read_column
from lab.topics.maths.encoding.figures import decoded, encoded
from lab.topics.maths.encoding.numbers import apart, shapes


@dataclass(frozen=True, kw_only=True)
class EncodingParams(Params):
    """A column of categories, and how it becomes numbers."""

    values: str = text(
        "cat; dog; cat; bird; dog", label="Values",
        help="The category of each row, separated by commas or semicolons. You can also edit the cells themselves.",
        group="Categories",
    )  # fmt: skip
    categories: str = text(
        "", label="Known categories",
        help="All categories in their order. Empty: those that occur, sorted. Another one is then refused.",
        group="Categories",
    )  # fmt: skip
    encoding: str = choice(
        "one_hot",
        {
            "codes": "Integer codes: 1 column",
            "one_hot": "One-hot: K columns",
            "drop_first": "Dummy variables (drop first): K − 1 columns",
        },
        label="Encoding", help="How many columns one category becomes, and what stands in them.", group="Categories",
    )  # fmt: skip
    matrix: str = text(
        "", label="Numbers to decode",
        help="What is turned back into categories: edit the cells, or empty this field for the numbers of the table.",
        group="Way back", longest=2000,
    )  # fmt: skip

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


class Encoding(NumbersPage[EncodingParams]):
    """Encode a column, decode it again, and show what each encoding says about distances and rank."""

    id: ClassVar[str] = "maths.encoding"
    title: ClassVar[str] = "Categories as numbers"
    params: ClassVar[type[Params]] = EncodingParams

    def figures(self, params: EncodingParams) -> Iterator[Event]:
        """Yield there and back."""
        column = params.column()
        yield encoded(column, params.encoding)
        yield _back(params)[0]

    def numbers(self, params: EncodingParams) -> Sequence[Numbers]:
        """Return shapes and distances, and whether the numbers can be decoded."""
        column, found = params.column(), _back(params)[1]
        alike = None
        if found is not None and len(found) == len(column.values):
            alike = float(np.mean(column.codes == found))
        decodes = (
            Quantity(message("decoded"), int(found is not None), name="decoded", listed=False),
            Quantity(message("decoded as in the table"), alike, name="decoded_as_table", listed=False),
        )
        return shapes(column, params.encoding), apart(column), Numbers(decodes)


def _back(params: EncodingParams) -> tuple[Matrices, list[int] | None]:
    return decoded(params.column(), params.numbers(), params.encoding, typed=bool(params.matrix.strip()))


EXPERIMENT = Encoding
