"""Features made of features: three clusters, told apart by x and y, and by what is typed beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np

from lab.core.code import Code, definitions
from lab.core.events import Array, Event, Lazy, lazily
from lab.core.figures import Axis, Chart, Field, Line
from lab.core.headline import TEST_ACCURACY, Headline
from lab.core.metaparameters import DescentParams, epochs_field, rate_field
from lab.core.params import Params, choice, integer, text
from lab.core.quantities import Numbers, Quantity
from lab.core.streams import streams
from lab.core.text import Message, message
from lab.data.clusters import best_possible, letters
from lab.data.planar import split
from lab.data.store import DataStore
from lab.maths.expressions.programs import in_torch
from lab.nets.dense.network import Network
from lab.nets.dense.params import hidden_field
from lab.nets.dense.spec import dense
from lab.nets.registry.optimisers import IN_NUMPY
from lab.sweeps.comparison import side_by_side
from lab.sweeps.outcomes import Results
from lab.topics.data.features.typed import expanded, read, refuse
from lab.topics.data.held import PRINTED, Held, judged_twice
from lab.topics.data.three_clusters import FRESH, ceiling, drawn
from lab.training.dense.beside import Beside
from lab.training.dense.boundary import boundary, plane
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.measures import tested
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of

CENTRES = ((1.0, 1.0), (5.0, 1.0), (4.0, 3.0))
BLUR, SHARE = 1.0, 0.9
PLAIN = "plain"
COMPARED = ("", "x + y", "sqrt(x^2 + y^2)", "log(x^2 + y^2)", "x y")
"""Nothing, a linear combination, and three that are none."""
ONE_SPLIT = 0
"""Where the points begin that are the same for all seeds."""


@dataclass(frozen=True, kw_only=True)
class FeaturesParams(DescentParams):
    """The course's values are the defaults."""

    essentials: ClassVar[tuple[str, ...]] = ("features", "split", "learning_rate", "optimiser")

    features: str = text(
        "sqrt(x^2 + y^2)", label="Further features", group="Features", longest=300,
        help="Functions of x and y, with semicolons between them, as in: x y; log(x^2 + y^2). Empty for none.",
    )  # fmt: skip
    split: str = choice(
        "new", {"new": "New ones with each seed", "same": "The same for all seeds"}, label="Points", group="Data",
        help="The notebook has one split of one set of points for all its networks: they differ in their first "
        "weights alone.",
    )  # fmt: skip
    points: int = integer(
        300, 10, 2000, scale="log", slider=True, label="Points a cluster", group="Data",
        help="A tenth of them is held back; 1,000 fresh ones of each cluster judge.",
    )  # fmt: skip
    hidden: tuple[int, ...] = hidden_field((8, 8), 64)
    optimiser: str = choice(
        "sgd", IN_NUMPY, label="Optimiser", help="How the gradient becomes a step.", group="Training"
    )
    learning_rate: float = rate_field(0.001)
    batch_size: int = integer(
        16, 1, 2000, scale="log", slider=True, label="Batch size", help="How many examples one step looks at.",
        group="Training",
    )  # fmt: skip
    epochs: int = epochs_field(200, 5000)
    networks: int = integer(
        10, 0, 30, label="Networks of each kind", group="Comparison",
        help="When the run has ended, so many networks are trained with each of five kinds of features; 0 for none.",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what cannot be read."""
        super().check()
        read(self.features)


class Features(DenseExperiment[FeaturesParams]):
    """2–8–8–3 with x and y, and beside it the same with further features."""

    id: ClassVar[str] = "data.features"
    title: ClassVar[str] = "Features of features"
    params: ClassVar[type[Params]] = FeaturesParams
    headline: ClassVar[Headline | None] = TEST_ACCURACY

    def recipe(self, params: FeaturesParams, data: DataStore) -> TrainingSpec:
        """Return the training with the features. Raises ParamError where one is no number."""
        random = streams(params.seed if params.split == "new" else ONE_SPLIT).data
        fresh, fresh_labels = drawn(CENTRES, FRESH, BLUR, random)
        positions, labels = drawn(CENTRES, params.points, BLUR, random)
        train = split(labels, SHARE, random)
        refuse(params.features, np.concatenate([positions, fresh]))
        inputs, typed = expanded(params.features, positions), read(params.features)
        return Held(
            dense(2 + len(typed), params.hidden, len(CENTRES)), "cross_entropy", inputs[train], labels[train],
            params.learning_rate, params.epochs, params.seed, expanded(params.features, fresh), fresh_labels,
            params.optimiser, batch_size=params.batch_size, drop_last=True, held_inputs=inputs[~train],
            held_targets=labels[~train],
        )  # fmt: skip

    def learner(self, params: FeaturesParams, data: DataStore) -> Beside:
        """Return the network with the features, and the one without beside it."""
        return Beside(self.recipe(params, data), {PLAIN: self.recipe(params.replace(features=""), data)})

    def metrics(self, params: FeaturesParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return the usual, of fresh points, and the accuracy on those that were held back."""
        return judged_twice(recipe, network)

    def also(self, params: FeaturesParams, learner: Learner) -> Mapping[str, float]:
        """Return the same of the network without them."""
        plain = _plain(learner)
        return {f"plain_{name}": value for name, value in tested(plain.recipe, plain.network).items()}

    def figures(self, params: FeaturesParams, learner: Learner) -> Iterator[Event]:
        """Yield both boundaries, and how the first feature is spread."""
        for name, one, typed in (("plane", learner, params.features), ("plain", _plain(learner), "")):
            recipe = one.recipe
            shown = boundary(
                recipe, one.network, recipe.inputs[:, :2], recipe.targets, letters(len(CENTRES)), name,
                features=partial(expanded, typed),
            )  # fmt: skip
            yield from (
                lazily(Field, name, _masked, each, typed) if isinstance(each, Lazy) and each.kind is Field else each
                for each in shown
            )
        if not learner.epoch:
            yield lazily(Chart, "values", _values, params, learner.recipe)

    def numbers(self, params: FeaturesParams, learner: Learner) -> Numbers:
        """Return both networks beside the best there can be."""
        both = learner, _plain(learner)
        found = [judged_twice(one.recipe, one.network) for one in both]
        held = len(learner.recipe.inputs) * (1 - SHARE) / SHARE
        rows = (
            ("test_accuracy", message("accuracy on fresh points"), message("of {count}", count=3 * FRESH)),
            ("held_accuracy", message("on what is held back"), message("of {count}: one is {step} %",
             count=round(held), step=f"{100 / held:.2g}")),
            ("accuracy", message("accuracy in training"), message("of {count}", count=len(learner.recipe.inputs))),
            ("test_loss", message("loss on fresh points"), message("of {count}", count=3 * FRESH)),
        )  # fmt: skip
        best = Quantity(
            message("best possible"), best_possible(CENTRES, BLUR),
            message("Nearest centre, by integration. A feature is made of x and y: it cannot know more than they do."),
            share=True,
        )  # fmt: skip
        quantities = [
            tuple(Quantity(words, each[name], why, share="loss" not in name, about=why) for each in found)
            for name, words, why in rows
        ]
        sizes = tuple(
            Quantity(message("inputs"), one.recipe.plan.inputs,
                     message("{count} parameters", count=one.recipe.plan.parameters)) for one in both
        )  # fmt: skip
        note = message("Epoch {epoch} of {epochs}.", epoch=learner.epoch, epochs=params.epochs)
        columns = message("quantity"), message("with the feature"), message("x and y alone")
        return Numbers((*quantities, (best, best), sizes), columns=columns, note=note)

    def program(self, params: FeaturesParams, recipe: TrainingSpec) -> Code:
        """Return the program, with the features as torch writes them."""
        made = ", ".join(["x", "y", *map(in_torch, read(params.features))])
        source = "seeds[0]" if params.split == "new" else f"np.random.SeedSequence({ONE_SPLIT}).spawn(4)[0]"
        lines = (
            *definitions(split, drawn),
            f"random = np.random.default_rng({source})",
            f"centres = {CENTRES}",
            f"fresh, test_labels = drawn(centres, {FRESH}, {BLUR}, random)",
            f"points, labels = drawn(centres, {params.points}, {BLUR}, random)",
            f"learned = split(labels, {SHARE}, random)",
            "",
            "",
            "def expanded(points):",
            "    x, y = torch.tensor(points).T",
            f"    return torch.stack([{made}], 1)",
            "",
            "",
            "inputs, held_inputs, test_inputs = map(expanded, (points[learned], points[~learned], fresh))",
            "targets, held_targets = torch.tensor(labels[learned]), torch.tensor(labels[~learned])",
            "test_targets = torch.tensor(test_labels)",
        )
        return code_of(recipe, "\n".join(lines), more=PRINTED)

    def ends(self, params: FeaturesParams, learner: Learner) -> Iterator[Event]:
        """Train networks with five kinds of features, and what is typed; show how they come in."""
        from lab.sweeps.grid import Axis as Over
        from lab.sweeps.within import seeds, within

        if not params.networks:
            return
        kinds = COMPARED if params.features in COMPARED else (*COMPARED, params.features)
        axes = Over("features", kinds), Over("seed", seeds(params, params.networks))
        yield from within(self.id, params, axes, self._data, params.epochs, partial(_compared, kinds))


def _compared(kinds: tuple[str, ...], results: Results) -> Iterator[Event]:
    labels = [_called(kind) for kind in kinds]
    yield from side_by_side(results, labels, {"held_accuracy": message("held back")})
    found = results.grid("test_accuracy")[..., 0]
    x = np.arange(1.0, found.shape[1] + 1)
    named = enumerate(zip(labels, found, strict=True))
    lines = [Line(label, x, runs, "line + points", place) for place, (label, runs) in named]
    best = ceiling(CENTRES, BLUR, np.array([0.5, len(x) + 0.5]))
    lines.append(best)
    low = float(np.nanmin(found)) if np.isfinite(found).any() else 0.5
    yield Chart(
        "seeds", tuple(lines), Axis(message("network"), low=0.5, high=len(x) + 0.5, whole=True),
        Axis(message("accuracy on fresh points"), low=max(0.0, low - 0.02), high=float(best.y[0]) + 0.015, share=True),
    )  # fmt: skip


def _called(kind: str) -> Message:
    shown = ", ".join(one.pretty() for one in read(kind))
    return message("{features}", features=shown) if kind else message("x and y alone")


def _plain(learner: Learner) -> Learner:
    assert isinstance(learner, Beside)
    return learner.others[PLAIN]


def _masked(field: Lazy, typed: str) -> Field:
    """Return a field with nothing where the features are no numbers."""
    made = field.make()
    assert isinstance(made, Field)
    positions = plane(made.x_range, made.y_range)
    known = np.isfinite(expanded(typed, positions)).all(1).reshape(made.values.shape)
    return replace(made, values=np.where(known, made.values, np.nan), missing=message("a feature is no number here"))


def _values(params: FeaturesParams, recipe: TrainingSpec) -> Chart:
    """Return how the first feature, or x, is spread in each cluster."""
    typed = read(params.features)
    values: Array = recipe.inputs[:, 2] if typed else recipe.inputs[:, 0]
    edges = np.linspace(values.min(), values.max() + 1e-9, 31)
    middles, wide = (edges[:-1] + edges[1:]) / 2, edges[1] - edges[0]
    lines = tuple(
        Line(words, middles + wide * (place - 1) / 4,
             np.histogram(values[recipe.targets == place], edges)[0].astype(float), "bars", place)
        for place, words in enumerate(letters(len(CENTRES)))
    )  # fmt: skip
    return Chart("values", lines, Axis(typed[0].pretty() if typed else "x"), Axis(message("points"), low=0.0))


EXPERIMENT = Features
