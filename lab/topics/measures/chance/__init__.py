"""Chance: what an accuracy of so many examples says, and how large a difference has to be before it means anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lab.core.events import Array, Event
from lab.core.numbers import NumbersPage
from lab.core.params import ParamError, Params, integer, real, reals
from lab.core.quantities import Numbers
from lab.topics.measures.chance.figures import by_luck, over_examples, over_seeds, with_other_signs
from lab.topics.measures.chance.numbers import of_one, of_two

MOST_SEEDS = 12


def _seeds(default: tuple[float, ...], label: str, help: str) -> Any:
    return reals(default, 0.0, 1.0, length=(2, MOST_SEEDS), label=label, help=help, group="Two networks")


@dataclass(frozen=True, kw_only=True)
class ChanceParams(Params):
    """One accuracy, and two networks over the same seeds."""

    tests: int = integer(
        30, 1, 10_000, scale="log", slider=True, label="Test examples", group="One accuracy",
        help="How many examples were not learned from. Iris at 80/20 leaves 30.",
    )  # fmt: skip
    right: int = integer(
        28, 0, 10_000, scale="linear", label="Right answers", group="One accuracy",
        help="How many of them got the right answer.",
    )  # fmt: skip
    base: float = real(
        0.5, 0.001, 0.999, slider=True, label="Base rate", group="One accuracy",
        help="How often one is right who always says the most frequent class, without having learned anything.",
    )  # fmt: skip
    confidence: float = real(
        0.95, 0.5, 0.999, slider=True, label="Confidence", group="One accuracy",
        help="In how many of all experiments the interval has to hold the true accuracy.",
    )  # fmt: skip
    difference: float = real(
        0.01, 0.0005, 0.5, scale="log", slider=True, label="Difference to be seen", group="One accuracy",
        help="How far apart two accuracies are, of which one wants to know whether that is chance.",
    )  # fmt: skip
    first: tuple[float, ...] = _seeds(
        (0.936, 0.921, 0.944, 0.93, 0.915, 0.94, 0.927, 0.933),
        "First network",
        "Its test accuracy with each seed.",
    )
    second: tuple[float, ...] = _seeds(
        (0.929, 0.917, 0.941, 0.931, 0.905, 0.932, 0.92, 0.93),
        "Second network",
        "Its test accuracy with the same seeds, in the same order: the same split, the same first weights.",
    )

    def check(self) -> None:
        """Refuse more right answers than examples, and seeds that have no partner."""
        if self.right > self.tests:
            raise ParamError(
                "right", "{field}: {value} of {most} examples cannot be right", value=self.right, most=self.tests
            )
        if len(self.first) != len(self.second):
            raise ParamError(
                "second",
                "{field}: there are {found} numbers, and {wanted} of the first network; each seed needs both",
                found=len(self.second),
                wanted=len(self.first),
            )

    @property
    def differences(self) -> Array:
        """First minus second (n,), seed by seed, without what rounding does to decimal fractions."""
        return np.asarray(np.round(np.array(self.first) - np.array(self.second), 12))


class Chance(NumbersPage[ChanceParams]):
    """Intervals of an accuracy, and tests of a difference over seeds."""

    id: ClassVar[str] = "measures.chance"
    title: ClassVar[str] = "Is it chance?"
    params: ClassVar[type[Params]] = ChanceParams

    def figures(self, params: ChanceParams) -> Iterator[Event]:
        """Yield what luck gives, the interval over the number of examples, the seeds, and all choices of signs."""
        yield by_luck(params.tests, params.right, params.base)
        yield over_examples(params.tests, params.right, params.confidence)
        yield over_seeds(np.array(params.first), np.array(params.second))
        yield with_other_signs(params.differences)

    def numbers(self, params: ChanceParams) -> Sequence[Numbers]:
        """Return the numbers of one accuracy, and those of two networks."""
        return [
            of_one(params.tests, params.right, params.base, params.confidence, params.difference),
            of_two(np.array(params.first), np.array(params.second), params.differences),
        ]


EXPERIMENT = Chance
