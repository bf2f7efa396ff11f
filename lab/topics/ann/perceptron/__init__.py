"""One unit with two inputs: what it computes, what it learns, and what it never can."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from lab.core.events import Event, Metrics, Progress, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Chart, Field, Graph, Overlay, Table, Words
from lab.core.headline import ACCURACY, Headline
from lab.core.params import Params, choice, integer, integers, real
from lab.core.text import message
from lab.data.store import DataStore
from lab.topics.ann.perceptron import figures as figures
from lab.topics.ann.perceptron import plane as plane
from lab.topics.ann.perceptron import remarks as remarks
from lab.topics.ann.perceptron.unit import (
    CASES,
    PROBLEMS,
    UNIT_ACTIVATIONS,
    Example,
    Rule,
    Weights,
    judged,
    most_corrections,
    separators,
)

LIMIT = 1000.0
"""Weights beyond which a run has diverged."""
ROUNDS = 3
"""How often a run that repeats itself is shown going round."""


@dataclass(frozen=True, kw_only=True)
class PerceptronParams(Params):
    """A unit, what it should learn, and how."""

    problem: str = choice(
        "and", {"and": "AND", "or": "OR", "nand": "NAND", "xor": "XOR", "own": "Own targets"}, group="Problem",
        label="Problem", help="What the unit should say for the four pairs of inputs.",
    )  # fmt: skip
    targets: tuple[int, ...] = integers(
        (1, 0, 0, 1), 0, 1, length=(4, 4), group="Problem", when=("problem", ("own",)),
        label="Own targets", help="Where the problem is “Own targets”: those of (0, 0), (0, 1), (1, 0) and (1, 1).",
    )  # fmt: skip
    x1: float = real(
        1.0, 0.0, 1.0, slider=True, group="Unit",
        label="x₁", help="The first input, to try the unit; learning uses the four cases.",
    )  # fmt: skip
    x2: float = real(
        1.0, 0.0, 1.0, slider=True, group="Unit",
        label="x₂", help="The second input, to try the unit; learning uses the four cases.",
    )  # fmt: skip
    w1: float = real(
        -1.0, -figures.MOST, figures.MOST, slider=True, group="Unit",
        label="w₁", help="The weight of the first input, before anything is learned.",
    )  # fmt: skip
    w2: float = real(
        0.5, -figures.MOST, figures.MOST, slider=True, group="Unit",
        label="w₂", help="The weight of the second input, before anything is learned.",
    )  # fmt: skip
    bias: float = real(
        0.3, -figures.MOST, figures.MOST, slider=True, group="Unit",
        label="Bias", help="What is added whatever the inputs are, before anything is learned.",
    )  # fmt: skip
    activation: str = choice(
        "step", UNIT_ACTIVATIONS, group="Unit",
        label="Activation", help="What makes the output of the sum. Above ½ the unit says 1.",
    )  # fmt: skip
    rule: str = choice(
        "perceptron", {"perceptron": "Perceptron rule", "gradient": "Gradient descent"}, group="Training",
        label="Learning rule", help="Correct by the error alone, or by the gradient of the loss.",
    )  # fmt: skip
    learning_rate: float = real(
        0.5, 0.01, 10.0, scale="log", slider=True, group="Training",
        label="Learning rate", help="What the correction of a weight is multiplied by.",
    )  # fmt: skip
    passes: int = integer(
        25, 1, 2000, scale="log", group="Training",
        label="Passes", help="How often all four cases are shown at most, one a step. The perceptron rule ends sooner.",
    )  # fmt: skip

    @property
    def wanted(self) -> tuple[int, ...]:
        """The targets of the four cases."""
        return PROBLEMS.get(self.problem, self.targets)

    def example(self, weights: Weights, inputs: tuple[float, float]) -> Example:
        """Return what the unit does with these inputs."""
        target = float(self.wanted[CASES.index(inputs)]) if inputs in CASES else None
        rule: Rule = "gradient" if self.rule == "gradient" else "perceptron"
        return Example(weights, self.activation, inputs, target, rule)


class Perceptron(Experiment[PerceptronParams]):
    """One step shows one case to the unit and corrects its weights."""

    id: ClassVar[str] = "ann.perceptron"
    title: ClassVar[str] = "One unit: the perceptron"
    params: ClassVar[type[Params]] = PerceptronParams
    persistent: ClassVar[bool] = False
    needs_torch: ClassVar[bool] = False
    headline: ClassVar[Headline | None] = ACCURACY
    steps_per_second: ClassVar[float | None] = 4.0
    queries: ClassVar[tuple[str, ...]] = ("at",)

    def _begin(self, params: PerceptronParams) -> None:
        self._params = params
        self._start: Weights = (params.w1, params.w2, params.bias)
        self._path: list[Weights] = [self._start]
        self._made: tuple[Words, Words, Words] = (message("As the form says."),) * 3
        self._wrong: list[int] = []
        self._losses: list[float] = []
        self._corrections = self._cycle = 0
        self._learned = False
        self._now: int | None = None  # The case that is shown; None before and after a run.
        self._at: tuple[float, float] | None = None
        self._judge()

    def preview(self, params: PerceptronParams, data: DataStore) -> Iterator[Event]:
        """Show the unit of the form, with the inputs of the form."""
        self._begin(params)
        yield from self._figures(free=True)

    def run(self, params: PerceptronParams, context: Context) -> Generator[Event, None, None]:
        """Show the cases in turn, until the perceptron rule has nothing to correct for a whole pass or goes round."""
        self._begin(params)
        steps, quiet, ends = 4 * params.passes, 0, False
        counts = [0, 0, 0]  # Corrections so far, whole numbers: so that coming back to the same weights is exact.
        visited: dict[tuple[int, ...], list[int]] = {(0, 0, 0): [0]}
        for step in range(steps):
            self._now = step % 4
            example = self._example
            following = example.improved(params.learning_rate)
            if max(map(abs, following)) > LIMIT:
                yield remarks.diverged(step + 1, following, int(LIMIT))
                break
            self._at = None
            yield from context.made(self._figures())
            if example.rule == "perceptron":
                for place, value in enumerate((*example.inputs, 1.0)):
                    counts[place] += int(example.blame * value)
                w1, w2, bias = (
                    begun + params.learning_rate * count for begun, count in zip(self._start, counts, strict=True)
                )
                following = (w1, w2, bias)
            quiet = quiet + 1 if example.blame == 0 else 0
            self._corrections += example.blame != 0
            self._made = figures.changes(example, params.learning_rate)
            self._path.append(following)
            self._judge()
            if self._now == 3 and quiet < 4 and example.rule == "perceptron":
                times = visited.setdefault(tuple(counts), [])
                times.append(step + 1)
                self._cycle = times[-1] - times[-2] if len(times) > 1 else 0
                ends = len(times) > ROUNDS
            ends = ends or step + 1 == steps or quiet >= 4
            yield Progress(step + 1, steps, 1, 1, ends)
            if ends:
                break
        self._now = None
        self._learned = self._wrong[-1] == 0
        yield from context.made(self._figures(), everything=True)
        if ends:
            yield remarks.verdict(self._ending(quiet >= 4))
        yield Metrics(self._metrics())

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Show what the unit makes of the inputs `at`, with the weights that it has now; or where the run rests."""
        if not hasattr(self, "_params"):
            return
        if "at" not in request:
            self._at = None
            yield from self._figures()
            return
        self._at = (float(request["at"][0]), float(request["at"][1]))
        example, rate = self._example, self._params.learning_rate
        yield lazily(Graph, "unit", self._graph, example)
        yield lazily(Table, "step", partial(figures.step_table, example, rate, next_known=False))
        yield lazily(Overlay, "plane", self._overlay, example)

    @property
    def _example(self) -> Example:
        """What is shown to the unit: a place asked for, the case of this step, or the inputs of the form."""
        params = self._params
        inputs = self._at or ((params.x1, params.x2) if self._now is None else CASES[self._now])
        return params.example(self._path[-1], inputs)

    def _judge(self) -> None:
        """Judge the four cases with the newest weights."""
        self._found = judged(self._path[-1], self._params.activation, self._params.wanted)
        self._wrong.append(self._found.wrong)
        self._losses.append(self._found.mean_loss)

    def _figures(self, *, free: bool = False) -> Iterator[Event]:
        params, weights = self._params, self._path[-1]
        example, targets = self._example, params.wanted
        known = free or self._now is not None
        # As long as the run, but a run of thousands begins with what has been.
        steps = min(4 * params.passes, max(40, 2 * len(self._path)))
        yield lazily(Graph, "unit", partial(self._graph, example, free=free))
        yield lazily(Field, "plane", partial(plane.plane, weights, params.activation, follows="" if free else "at"))
        yield lazily(Overlay, "plane", self._overlay, example)
        yield lazily(Table, "step", partial(figures.step_table, example, params.learning_rate, next_known=known))
        yield lazily(Table, "cases", figures.cases_table, self._found, params.activation, targets, example.inputs)
        yield lazily(
            Table,
            "line",
            lambda: figures.line_table(weights, params.activation, targets, self._found, separators(targets)),
        )
        yield lazily(Chart, "progress", plane.progress_chart, example.rule, self._wrong, self._losses, steps)
        yield lazily(Chart, "weights", plane.weights_chart, self._path, steps)

    def _graph(self, example: Example, *, free: bool = False) -> Graph:
        return figures.graph(example, self._made, free=free)

    def _overlay(self, example: Example) -> Overlay:
        params, inputs = self._params, example.inputs
        following = example.improved(params.learning_rate) if self._now is not None and self._at is None else None
        now, at = (inputs, None) if inputs in CASES else (None, inputs)
        return plane.overlay(example.weights, following, params.activation, params.wanted, now, at)

    def _ending(self, still: bool) -> remarks.Ending:
        params, steps = self._params, len(self._path) - 1
        most = most_corrections(self._start, params.activation, params.wanted, params.learning_rate)
        perceptron = params.rule == "perceptron"
        loss = self._losses[-1]
        return remarks.Ending(steps, self._wrong[-1], loss, self._corrections, most, self._cycle, still, perceptron)

    def _metrics(self) -> dict[str, float]:
        w1, w2, bias = self._path[-1]
        return {
            "w1": w1,
            "w2": w2,
            "bias": bias,
            "accuracy": 1 - self._wrong[-1] / 4,
            "mean_loss": self._losses[-1],
            "learned": float(self._learned),
            "corrections": float(self._corrections),
            "steps": float(len(self._path) - 1),
            "cycle": float(self._cycle),
        }


EXPERIMENT = Perceptron
