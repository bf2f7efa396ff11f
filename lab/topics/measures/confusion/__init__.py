"""What is read off a confusion matrix: the same table, many numbers, and each of them answers another question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from lab.core.events import Array, Event
from lab.core.numbers import NumbersPage
from lab.core.params import ParamError, Params, choice, integer, text
from lab.core.quantities import Numbers
from lab.maths.matrices import parse_matrix
from lab.topics.measures.confusion.figures import class_bars, matrices
from lab.topics.measures.confusion.numbers import averages, numbers

MOST = 6
MOST_COUNT = 1_000_000


def _count(default: int, label: str, help: str) -> Any:
    return integer(
        default, 0, MOST_COUNT, label=label, help=help, group="Counts", unit="examples", when=("counted", ("four",))
    )


@dataclass(frozen=True, kw_only=True)
class ConfusionParams(Params):
    """The counts, and what is made of a division by zero."""

    implies: ClassVar = MappingProxyType({"matrix": {"counted": "matrix"}})

    counted: str = choice(
        "four",
        {"four": "Four counts of two classes", "matrix": "A matrix of two to six classes"},
        label="Given by",
        help="Editing a cell of the matrix chooses the matrix.",
        group="Counts",
    )
    tp: int = _count(40, "True positives", "Positive, and taken for positive.")
    fp: int = _count(10, "False positives", "Negative, but taken for positive: a false alarm.")
    fn: int = _count(20, "False negatives", "Positive, but taken for negative: missed.")
    tn: int = _count(30, "True negatives", "Negative, and taken for negative.")
    matrix: str = text(
        "45 3 2; 6 38 6; 1 9 40",
        label="Matrix",
        help="Counts separated by spaces, rows by semicolons: a row for each true class, a column for each predicted "
        "one. You can also edit the cells themselves.",
        group="Counts",
        when=("counted", ("matrix",)),
    )
    classes: int = integer(
        0, 0, MOST, slider=True, label="Number of classes", group="Counts", when=("counted", ("matrix",)),
        help="0: as many as the matrix has. More: the others begin without examples. Fewer: the last ones are taken "
        "together.",
    )  # fmt: skip
    positive: int = integer(
        1, 1, MOST, slider=True, label="Positive class", group="Measures",
        help="The class of which precision, recall and F1 are told; all others together are negative.",
    )  # fmt: skip
    zero_division: str = choice(
        "0",
        {"0": "0, as in scikit-learn", "1": "1", "nan": "no number (NaN)"},
        label="0 divided by 0 is",
        help="A class that is never predicted has no precision, one without examples no recall. scikit-learn takes 0 "
        "and warns, unless its zero_division says otherwise.",
        group="Measures",
    )

    def check(self) -> None:
        """Refuse what are no counts, or none at all, and a class that is not there."""
        if self.classes == 1:
            raise ParamError(
                "classes", "{field}: one class leaves nothing to confuse; allowed is 0, or 2 to {most}", most=MOST
            )
        counts = self.counts()
        if not counts.sum():
            raise ParamError("matrix" if self.counted == "matrix" else "tp", "{field}: there is not a single example")
        if self.positive > len(counts):
            raise ParamError(
                "positive",
                "{field}: there is no class {value}; allowed is 1 to {most}",
                value=self.positive,
                most=len(counts),
            )

    @property
    def undefined(self) -> float:
        """What 0 divided by 0 is."""
        return float(self.zero_division)

    def counts(self) -> Array:
        """Return the counts (K, K) as whole numbers; of four counts the positive class is the first."""
        if self.counted == "four":
            return np.array([[self.tp, self.fn], [self.fp, self.tn]])
        given = parse_matrix("matrix", self.matrix, MOST)
        for row, column in zip(*np.nonzero((given < 0) | (given % 1 != 0) | (given > MOST_COUNT)), strict=True):
            raise ParamError(
                "matrix",
                "{field}: in row {row}, column {column} stands {found}; allowed is a whole number from 0 to {high}",
                row=int(row) + 1,
                column=int(column) + 1,
                found=f"{given[row, column]:g}",
                high=MOST_COUNT,
            )
        return _sized(given.astype(np.int64), self.classes)


def _sized(given: Array, classes: int) -> Array:
    """Return counts of so many classes, or of 0 as many as there are, at least two; what lacks is empty."""
    own = max(2, classes, *given.shape)
    counts = np.zeros((own, own), np.int64)
    counts[: given.shape[0], : given.shape[1]] = given
    groups = np.minimum(np.arange(own), (classes or own) - 1)
    together = np.zeros((groups[-1] + 1,) * 2, np.int64)
    np.add.at(together, (groups[:, None], groups[None, :]), counts)
    return together


class Confusion(NumbersPage[ConfusionParams]):
    """A matrix to type into, and all that is read off it."""

    id: ClassVar[str] = "measures.confusion"
    title: ClassVar[str] = "Confusion matrix"
    params: ClassVar[type[Params]] = ConfusionParams

    def figures(self, params: ConfusionParams) -> Iterator[Event]:
        """Yield the matrix, the shares of its rows and columns, and the measures of each class."""
        counts = params.counts()
        yield matrices(counts, params.positive - 1, params.undefined)
        yield class_bars(counts, params.undefined)

    def numbers(self, params: ConfusionParams) -> Sequence[Numbers]:
        """Return the measures of the positive class, and the averages over all classes."""
        counts, undefined = params.counts(), params.undefined
        return [numbers(counts, params.positive - 1, undefined), averages(counts, undefined)]


EXPERIMENT = Confusion
