"""What both pages have in common: the same images in four ways, side by side, and over several seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, TypeVar

import numpy as np

from lab.core.code import Code, definitions
from lab.core.events import Array, Event
from lab.core.figures import Axis, Chart, Line
from lab.core.headline import TEST_ACCURACY, Headline
from lab.core.metaparameters import DescentParams, epochs_field, rate_field
from lab.core.params import choice, integer
from lab.core.quantities import Numbers, Quantity
from lab.core.streams import streams
from lab.core.text import Message, message
from lab.data.base import ImageDataset
from lab.data.params import ImageDataParams
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.params import hidden_field
from lab.nets.dense.spec import dense
from lab.sweeps.comparison import side_by_side
from lab.sweeps.outcomes import Results
from lab.topics.data.doubled.images import HELD, doubled
from lab.topics.data.held import PRINTED, Held, judged_twice
from lab.training.dense.beside import Beside
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import code_of

PIXELS, CLASSES = 784, 10
WAYS = {
    "plain": "As they are",
    "longer": "As they are, twice the epochs",
    "train": "Doubled after the split",
    "leak": "Doubled before the split (leak)",
}
NAMES = message("as they are"), message("twice as long"), message("doubled"), message("leak")
"""What they are called in tables and charts, in their order."""
COLOURS = 0, 2, 1, 3


@dataclass(frozen=True, kw_only=True)
class DoubledParams(ImageDataParams, DescentParams):
    """Base of both pages; the course's values are the defaults."""

    essentials: ClassVar[tuple[str, ...]] = ("way", "examples", "networks")

    way: str = choice(
        "train", WAYS, label="Way", group="Data",
        help="Of which network the result is. All four are trained beside each other. Twice the epochs are as many "
        "updates as with twice the data.",
    )  # fmt: skip
    examples: int = integer(
        500, 50, 4000, scale="log", slider=True, unit="images", label="Images", group="Data",
        help="So many images are there; a tenth of them is held back. The test images judge.",
    )  # fmt: skip
    hidden: tuple[int, ...] = hidden_field((64, 32, 32), 128)
    learning_rate: float = rate_field(0.01)
    batch_size: int = integer(
        20, 1, 1000, scale="log", slider=True, unit="images", label="Batch size",
        help="How many images one step looks at.", group="Training",
    )  # fmt: skip
    epochs: int = epochs_field(50, 500)
    networks: int = integer(
        5, 0, 20, label="Networks of each way", group="Comparison",
        help="When the run has ended, so many networks are trained in each way, each on other images; 0 for none.",
    )  # fmt: skip

    @property
    def strength(self) -> float:
        """How much noise a copy has."""
        return 0.0


P = TypeVar("P", bound=DoubledParams)


@dataclass(frozen=True, eq=False, kw_only=True)
class Doubled(Held):
    """Of the images that are held back, the share `seen` has its twin among those that are learned from."""

    seen: float


class DoubledExperiment(DenseExperiment[P]):
    """784–64–32–32–10 on few images, in four ways."""

    headline: ClassVar[Headline | None] = TEST_ACCURACY
    steps_per_second: ClassVar[float | None] = 20.0

    def validate(self, params: P, data: DataStore) -> None:
        """Raise LabError where the images are missing, damaged, or of other than ten classes."""
        params.images(data)

    def recipe(self, params: P, data: DataStore) -> Doubled:
        """Return the training of one way."""
        dataset = data.load(params.dataset)
        train, test = dataset.train, dataset.test
        random = streams(params.seed).data
        chosen = random.permutation(len(train))[: params.examples]
        x, y = _numbers(train.images[chosen]), train.labels[chosen]
        inputs, targets, held, held_targets, seen = doubled(x, y, params.way, params.strength, random)
        return Doubled(
            dense(PIXELS, params.hidden, CLASSES), "cross_entropy", inputs, targets, params.learning_rate,
            params.epochs * (2 if params.way == "longer" else 1), params.seed, _judging(dataset), test.labels,
            batch_size=params.batch_size, drop_last=True, held_inputs=held, held_targets=held_targets, seen=seen,
        )  # fmt: skip

    def learner(self, params: P, data: DataStore) -> Beside:
        """Return the network of the way, and the others beside it."""
        others = {way: self.recipe(params.replace(way=way), data) for way in WAYS if way != params.way}
        return Beside(self.recipe(params, data), others)

    def metrics(self, params: P, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return the usual, of the test images, and what those say that were held back."""
        assert isinstance(recipe, Doubled)
        return {**judged_twice(recipe, network), "seen": recipe.seen}

    def also(self, params: P, learner: Learner) -> Mapping[str, float]:
        """Return both accuracies of all ways."""
        found = {}
        for way, one in _each(params, learner).items():
            judged = judged_twice(one.recipe, one.network)
            found[f"{way}_accuracy"], found[f"{way}_held"] = judged["test_accuracy"], judged["held_accuracy"]
        return found

    def figures(self, params: P, learner: Learner) -> Iterator[Event]:
        """Yield nothing; pages may have something to show."""
        return iter(())

    def numbers(self, params: P, learner: Learner) -> Numbers:
        """Return all ways side by side."""
        each = _each(params, learner)
        found = {way: judged_twice(one.recipe, one.network) for way, one in each.items()}
        held = message("of those that were held back")
        rows: tuple[tuple[Message, Message, list[float]], ...] = (
            (message("test accuracy"), message("of {count} images, none of which any of them has seen",
             count=len(learner.recipe.test_targets if learner.recipe.test_targets is not None else ())),
             [one["test_accuracy"] for one in found.values()]),
            (message("held back"), held, [one["held_accuracy"] for one in found.values()]),
            (message("twin in training"), held, [_recipe(one).seen for one in each.values()]),
            (message("training accuracy"), message("of what is learned from"),
             [one["accuracy"] for one in found.values()]),
        )  # fmt: skip
        counts: tuple[tuple[Message, list[int]], ...] = (
            (message("learned from"), [len(one.recipe.inputs) for one in each.values()]),
            (message("updates so far"), [one.steps for one in each.values()]),
        )
        quantities = (
            *(tuple(Quantity(label, number) for number in numbers) for label, numbers in counts),
            *(tuple(Quantity(label, value, why, share=True, about=why) for value in values)
              for label, why, values in rows),
        )  # fmt: skip
        note = message("Epoch {epoch} of {epochs} of the way whose result is told.", epoch=learner.epoch,
                       epochs=learner.recipe.epochs)  # fmt: skip
        return Numbers(quantities, columns=(message("images"), *NAMES), note=note)

    def program(self, params: P, recipe: TrainingSpec) -> Code:
        """Return the program of the way whose result is told."""
        lines = (
            *definitions(doubled),
            *params.reading_lines(self._data),
            f"HELD, random = {HELD}, np.random.default_rng(seeds[0])",
            f"chosen = random.permutation(len(train))[:{params.examples}]",
            "x, y = train.flatten(1).double().numpy()[chosen], train_labels.numpy()[chosen]",
            f"inputs, targets, held, held_labels, seen = doubled(x, y, {params.way!r}, {params.strength!r}, random)",
            "inputs, targets, held_inputs, held_targets = map(torch.tensor, (inputs, targets, held, held_labels))",
            "test_inputs, test_targets = test.flatten(1).double(), test_labels",
        )
        renamed = "\n".join(lines).replace("    train, test = (", "    images, test = (").replace("train.", "images.")
        renamed = renamed.replace("len(train))", "len(images))")
        return code_of(recipe, renamed, more=(*PRINTED, 'print("seen:", seen)'))

    def preview(self, params: P, data: DataStore) -> Iterator[Event]:
        """Show the images, and the program."""
        self._data = data
        return super().preview(params, data)

    def ends(self, params: P, learner: Learner) -> Iterator[Event]:
        """Train networks in all ways over several seeds, and show how they come in."""
        from lab.sweeps.grid import Axis as Over
        from lab.sweeps.within import seeds, within

        if params.networks:
            axes = Over("way", tuple(WAYS)), Over("seed", seeds(params, params.networks))
            yield from within(self.id, params, axes, self._data, params.epochs, _compared)


def _compared(results: Results) -> Iterator[Event]:
    yield from side_by_side(results, NAMES, {"held_accuracy": message("held back")})
    test, held = (results.grid(metric)[..., 0] for metric in ("test_accuracy", "held_accuracy"))
    x = np.arange(1.0, test.shape[1] + 1)
    each = zip(NAMES, test, COLOURS, strict=True)
    lines = [Line(label, x, runs, "line + points", colour) for label, runs, colour in each]
    lines.append(Line(message("what the leak says of itself"), x, held[-1], "dashes", COLOURS[-1]))
    yield Chart(
        "seeds", tuple(lines), Axis(message("network"), low=0.5, high=len(x) + 0.5, whole=True),
        Axis(message("test accuracy"), share=True),
    )  # fmt: skip


def _each(params: DoubledParams, learner: Learner) -> dict[str, Learner]:
    """Return the learners of all ways, in their order."""
    assert isinstance(learner, Beside)
    return {way: learner if way == params.way else learner.others[way] for way in WAYS}


def _recipe(learner: Learner) -> Doubled:
    assert isinstance(learner.recipe, Doubled)
    return learner.recipe


@lru_cache(maxsize=1)
def _judging(dataset: ImageDataset) -> Array:
    """Return the test images (N, 784), which all networks share."""
    return _numbers(dataset.test.images)


def _numbers(images: Array) -> Array:
    """Return images (N, 784) in [0, 1], each number as float32 has it."""
    return (images.reshape(len(images), -1).astype(np.float32) / np.float32(255)).astype(np.float64)
