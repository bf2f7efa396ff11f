"""Far points: what they do to a fit and to scaling, and which rules find them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event
from lab.core.headline import Headline
from lab.core.metaparameters import seed_field
from lab.core.numbers import NumbersPage
from lab.core.params import Params, choice, integer, real
from lab.core.quantities import Numbers
from lab.core.text import message
from lab.topics.data.outliers.figures import farther, fit, scaled
from lab.topics.data.outliers.numbers import errors, rules, scalings
from lab.topics.data.outliers.samples import Points

FARTHEST = 50.0


@dataclass(frozen=True, kw_only=True)
class OutliersParams(Params):
    """The points, how far some of them are, and what is done about it."""

    task: str = choice(
        "regression", {"regression": "Regression: a line", "classes": "Classification: two classes"},
        label="Task", group="Points", help="A line by least squares, or logistic regression between two clusters.",
    )  # fmt: skip
    far: int = integer(1, 0, 30, slider=True, label="Far points", group="Points", help="How many lie far out.")
    distance: float = real(
        10.0, 0.0, FARTHEST, slider=True, label="Distance", group="Points",
        help="How far they are moved, in units of the axes; ordinary points lie within about 3 of the middle.",
    )  # fmt: skip
    place: str = choice(
        "across", {"across": "Against the rule", "along": "In line with the rule"}, label="Where", group="Points",
        help="Above the line, or deep in the other class; or else on the line, or deep in their own class.",
    )  # fmt: skip
    points: int = integer(
        40, 10, 500, scale="log", slider=True, label="Ordinary points", group="Points", help="Those that follow a rule."
    )
    rule: str = choice(
        "zscore",
        {"none": "None: keep all", "zscore": "z-score: mean and deviation", "robust": "Robust: median and MAD",
         "quartiles": "Quartiles: 1.5 · IQR"},
        label="Removed by", group="Remedy",
        help="A point is removed where x or y is too far out. MAD: the median of the distances from the median; IQR: "
        "the distance of the quartiles.",
    )  # fmt: skip
    threshold: float = real(
        3.0, 2.0, 6.0, slider=True, label="Threshold", group="Remedy", when=("rule", ("zscore", "robust")),
        help="How many standard deviations, or MADs scaled to one, are too far.",
    )  # fmt: skip
    loss: str = choice(
        "squared", {"squared": "Squared error", "huber": "Huber: squared up to 1, then straight"},
        label="Loss", group="Remedy", when=("task", ("regression",)),
        help="What is least for the points that are left. Beyond 1 Huber's loss pulls no harder than at 1.",
    )  # fmt: skip
    seed: int = seed_field(group="Points")

    def drawn(self) -> Points:
        """Return the points."""
        return Points(self.task, self.points, self.far, self.place, (self.distance,), self.seed)


class Outliers(NumbersPage[OutliersParams]):
    """Fits in closed form, so that a far point can be dragged."""

    id: ClassVar[str] = "data.outliers"
    title: ClassVar[str] = "Outliers"
    params: ClassVar[type[Params]] = OutliersParams
    headline: ClassVar[Headline | None] = Headline("error", message("error"), "number", "lower")

    def figures(self, params: OutliersParams) -> Iterator[Event]:
        """Yield the fits, their errors over the distance, and what scaling leaves of the ordinary points."""
        points = params.drawn()
        yield fit(params, points)
        yield farther(params, points, FARTHEST)
        yield scaled(params, points)

    def numbers(self, params: OutliersParams) -> Sequence[Numbers]:
        """Return what the fits are worth, what each rule finds, and what each scaling does."""
        points = params.drawn()
        return [errors(params, points), rules(params, points), scalings(params, points)]


EXPERIMENT = Outliers
