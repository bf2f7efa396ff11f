"""The threshold: a network gives scores, and somebody has to say from where on they mean yes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event
from lab.core.experiment import RunMode
from lab.core.headline import Headline
from lab.core.metaparameters import DescentParams, epochs_field, rate_field
from lab.core.numbers import NumbersPage
from lab.core.params import Params, choice, integer, real
from lab.core.quantities import Numbers
from lab.core.text import message
from lab.nets.dense.params import hidden_field
from lab.topics.measures.threshold.figures import calibration, confused, costs, precision_recall, roc, scores
from lab.topics.measures.threshold.numbers import at_threshold, numbers
from lab.topics.measures.threshold.trained import Scored, recipe, scored
from lab.training.dense.training_code import code_of


@dataclass(frozen=True, kw_only=True)
class ThresholdParams(DescentParams):
    """What is learned, and what is made of the scores."""

    essentials: ClassVar[tuple[str, ...]] = ("threshold", "cost_false_alarm", "cost_missed")

    threshold: float = real(
        0.5, 0.0, 1.0, slider=True, label="Threshold", group="Decision",
        help="From this score on the answer is yes. 0.5 is a habit, not a law.",
    )  # fmt: skip
    cost_false_alarm: float = real(
        1.0, 0.0, 100.0, slider=True, label="Cost of a false alarm", group="Decision",
        help="What it costs to say yes where no is true.",
    )  # fmt: skip
    cost_missed: float = real(
        5.0, 0.0, 100.0, slider=True, label="Cost of a miss", group="Decision",
        help="What it costs to say no where yes is true.",
    )  # fmt: skip
    data: str = choice(
        "clusters",
        {"clusters": "Two overlapping clusters", "breast_cancer": "Breast cancer (569)"},
        label="Data", group="Data",
        help="What is told apart. Half of it is learned from, the other half gives the scores. Of the tumours, the "
        "malignant ones are positive.",
    )  # fmt: skip
    examples: int = integer(
        600, 40, 1000, scale="log", slider=True, label="Examples", group="Data", when=("data", ("clusters",)),
        help="Of both classes together; half of them are for testing.",
    )  # fmt: skip
    rare: float = real(
        0.3, 0.05, 0.5, slider=True, label="Share of positive ones", group="Data", when=("data", ("clusters",)),
        help="How many of the examples are positive.",
    )  # fmt: skip
    blur: float = real(
        1.2, 0.1, 5.0, slider=True, label="Blur", group="Data", when=("data", ("clusters",)),
        help="The standard deviation of the points about the middle of their cluster; the middles are 2 apart.",
    )  # fmt: skip
    hidden: tuple[int, ...] = hidden_field((8,), 64)
    learning_rate: float = rate_field(0.01, help="How far one step of Adam goes along the gradient.")
    epochs: int = epochs_field(200, 2000)

    @property
    def training(self) -> ThresholdParams:
        """The parameters of the training alone, with everything else at its default."""
        plain = ("threshold", "cost_false_alarm", "cost_missed")
        return self.replace(**{name: self.default(name) for name in plain})


class Threshold(NumbersPage[ThresholdParams]):
    """Train once, then move the threshold: errors change into each other, and the areas stay."""

    id: ClassVar[str] = "measures.threshold"
    title: ClassVar[str] = "Threshold, ROC and cost"
    params: ClassVar[type[Params]] = ThresholdParams
    mode: ClassVar[RunMode] = "background"
    headline: ClassVar[Headline | None] = Headline("auc", message("area under the ROC curve"), "number")

    def figures(self, params: ThresholdParams) -> Iterator[Event]:
        """Yield the scores, the curves through all thresholds, and what the one that is chosen costs."""
        found, prices = self._scored(params), (params.cost_false_alarm, params.cost_missed)
        yield scores(found, params.threshold)
        yield confused(found, params.threshold)
        yield roc(found, params.threshold)
        yield precision_recall(found, params.threshold)
        yield calibration(found)
        yield costs(found, params.threshold, *prices)
        yield code_of(recipe(params.training), name="training")

    def numbers(self, params: ThresholdParams) -> list[Numbers]:
        """Return the areas, which no threshold changes, and what follows from the threshold."""
        found, prices = self._scored(params), (params.cost_false_alarm, params.cost_missed)
        return [numbers(found), at_threshold(found, params.threshold, *prices)]

    @staticmethod
    def _scored(params: ThresholdParams) -> Scored:
        return scored(params.training)


EXPERIMENT = Threshold
