"""Train, dev and test: the same rows divided in several ways, and two that go wrong without an error."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event, Remark
from lab.core.experiment import Context
from lab.core.headline import Headline
from lab.core.metaparameters import SeedParams
from lab.core.numbers import NumbersPage
from lab.core.params import ParamError, Params, choice, integer, reals
from lab.core.quantities import Numbers
from lab.core.text import message
from lab.data.classical import load_table
from lab.topics.overfitting.rows import rows_in_colour
from lab.topics.overfitting.split.figures import by_way, parts_of
from lab.topics.overfitting.split.numbers import numbers
from lab.topics.overfitting.split.ways import ORDERS, PARTS, WAYS, Divided, divide

ROUNDING = 1e-6
"""How far the sum of the shares may be from 1."""


@dataclass(frozen=True, kw_only=True)
class SplitParams(SeedParams):
    """Which rows, in which shares, and how they are divided."""

    data: str = choice(
        "numbered", {"numbered": "Numbered rows", "iris": "Iris: 150 flowers, species after species"},
        label="Rows", group="Data", help="What is divided. In the file the rows of a class stand together.",
    )  # fmt: skip
    rows: int = integer(
        1000, 3, 5000, scale="log", slider=True, label="Number of rows", group="Data", when=("data", ("numbered",)),
        help="The first half is of class 0, the second of class 1. The notebook has 10.",
    )  # fmt: skip
    shares: tuple[float, ...] = reals(
        (0.8, 0.1, 0.1), 0.0, 1.0, length=(3, 3), label="Shares of train, dev, test", group="Division",
        help="They have to sum to 1. A share of 0 leaves that part out.",
    )  # fmt: skip
    way: str = choice(
        "sklearn", WAYS, label="Way", group="Division",
        help="By hand and by index, shares are rounded; scikit-learn rounds those of train_size down.",
    )  # fmt: skip
    order: str = choice(
        "shuffled", ORDERS, label="Order", group="Division",
        help="Which rows come first. Stratified: of each class the same share, as stratify=labels. In the order of "
        "the file: shuffle=False.",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse shares that do not sum to 1, and a division that leaves nothing to learn from."""
        if abs(sum(self.shares) - 1) > ROUNDING:
            raise ParamError(
                "shares", "{field}: they sum to {total}; three shares of one whole sum to 1",
                total=f"{sum(self.shares):.6g}",
            )  # fmt: skip
        if not 0 < self.shares[0] < 1:
            raise ParamError("shares", "{field}: train has to have a share between 0 and 1, so that both are possible")

    @cached_property
    def labels(self) -> Array:
        """The class of each row (N,), in the order of the file."""
        if self.data == "iris":
            return load_table("iris").target
        return (np.arange(self.rows) >= self.rows / 2).astype(np.int64)

    @property
    def classes(self) -> tuple[str, ...]:
        """What the classes are called."""
        return load_table("iris").classes if self.data == "iris" else ("y = 0", "y = 1")

    def divided(self, way: str = "", order: str = "") -> Divided:
        """Return the part of each row, in this way or in another."""
        return divide(self.labels, self.shares, way or self.way, order or self.order, self.seed)


class Split(NumbersPage[SplitParams]):
    """Each row gets a part: by hand, by index, or by scikit-learn twice."""

    id: ClassVar[str] = "overfitting.split"
    title: ClassVar[str] = "Train, dev and test"
    params: ClassVar[type[Params]] = SplitParams
    headline: ClassVar[Headline | None] = Headline("train", message("rows to train on"), "number")

    def figures(self, params: SplitParams) -> Iterator[Event]:
        """Yield the rows in the colours of their parts, the parts beside each other, and all ways."""
        found = params.divided()
        yield from rows_in_colour("rows", found.parts, params.labels, params.classes, PARTS, message("part"))
        yield parts_of(found, params.labels, params.classes, params.shares)
        yield by_way(params)

    def numbers(self, params: SplitParams) -> Sequence[Numbers]:
        """Return how many rows each part has, of each class too, and what went wrong."""
        return [numbers(params, params.divided())]

    def run(self, params: SplitParams, context: Context) -> Generator[Event, None, None]:
        """Say what was refused in words too, where there is no table to see."""
        if (reason := params.divided().reason) is not None:
            yield Remark("refused", message("scikit-learn refuses: {reason}.", reason=reason), "warning")
        yield from super().run(params, context)


EXPERIMENT = Split
