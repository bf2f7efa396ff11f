"""Early stopping: a dev set says when to stop and which weights to keep, and a test set what they are worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from lab.core.code import Code
from lab.core.events import Event, Metrics, Moment
from lab.core.experiment import Context
from lab.core.headline import Headline
from lab.core.params import Params
from lab.core.quantities import Numbers, Quantity
from lab.core.streams import streams
from lab.core.text import message
from lab.data.clusters import letters
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.spec import dense
from lab.sweeps.within import comparing
from lab.topics.overfitting.early_stopping.params import EarlyStoppingParams
from lab.topics.overfitting.early_stopping.program import program_lines
from lab.topics.overfitting.early_stopping.seeds import Histories, histories, over_seeds, promised
from lab.topics.overfitting.early_stopping.three_sets import (
    BETTER,
    CENTRES,
    ThreeSets,
    ThreeSetsEngine,
    best_possible,
    drawn,
    judged_dev,
)
from lab.training.dense.boundary import boundary
from lab.training.dense.experiment import DenseExperiment, LearnerEngine
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged, of_training
from lab.training.dense.spec import TrainingSpec
from lab.training.hooks import BestWeights, EarlyStopping, Hook

SEEDS = 40
"""Trainings over which is measured how much the dev set promises."""
MOST_WORK = 300_000
"""Epochs times training points up to which a run that is watched is followed by those trainings."""
MEASURES = {"accuracy": message("the dev accuracy"), "loss": message("the dev loss")}


class EarlyStopped(DenseExperiment[EarlyStoppingParams]):
    """2–8–8–3 on three clusters, in three sets."""

    id: ClassVar[str] = "overfitting.early_stopping"
    title: ClassVar[str] = "Early stopping"
    params: ClassVar[type[Params]] = EarlyStoppingParams
    headline: ClassVar[Headline | None] = Headline("test_accuracy", message("test accuracy"), live="kept_test_accuracy")
    steps_per_second: ClassVar[float | None] = 60.0

    def recipe(self, params: EarlyStoppingParams, data: DataStore) -> ThreeSets:
        """Return the network of the course on its clusters, with a dev set."""
        sets = drawn((params.train, params.dev, params.test), params.blur, streams(params.seed).data)
        (x, y), (dev_x, dev_y), (test_x, test_y) = sets
        return ThreeSets(
            dense(2, params.hidden, len(CENTRES), params.activation), "cross_entropy", x, y, params.learning_rate,
            params.epochs, params.seed, test_x, test_y, params.optimiser, batch_size=params.batch_size,
            dev_inputs=dev_x, dev_targets=dev_y,
        )  # fmt: skip

    def hooks(self, params: EarlyStoppingParams) -> tuple[Hook, ...]:
        """Return what stops, and what keeps the best weights."""
        metric, better, words = f"dev_{params.measure}", BETTER[params.measure], MEASURES[params.measure]
        found: list[Hook] = []
        if params.patience:
            found.append(EarlyStopping((metric,), params.patience, better, words))
        if params.keep:
            found.append(BestWeights(metric, better, words))
        return tuple(found)

    def begin(self, params: EarlyStoppingParams, context: Context) -> LearnerEngine:
        """Draw the first weights."""
        self._params, self._data = params, context.data
        learner = self.learner(params, context.data)
        return self.engine or ThreeSetsEngine(learner, self.hooks(params), params.measure, params.keep)

    def metrics(self, params: EarlyStoppingParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return loss and accuracy of the three sets, and how much more the dev set says than the test set."""
        assert isinstance(recipe, ThreeSets)
        found = {**judged(recipe, network), **judged_dev(recipe, network)}
        return found | {"optimism": found["dev_accuracy"] - found["test_accuracy"]}

    def figures(self, params: EarlyStoppingParams, learner: Learner) -> Iterator[Event]:
        """Yield the plane with the points that are learned from."""
        recipe = learner.recipe
        yield from boundary(recipe, learner.network, recipe.inputs, recipe.targets, letters(len(CENTRES)))

    def program(self, params: EarlyStoppingParams, recipe: TrainingSpec) -> Code:
        """Return the program that trains with a dev set and keeps the best weights."""
        note = message("It keeps a copy: without deepcopy the dictionary would follow the training.")
        return Code("code", program_lines(recipe, params), note)

    def numbers(self, params: EarlyStoppingParams, learner: Learner) -> Numbers:
        """Return the numbers of the network as it is now, of all three sets."""
        recipe = learner.recipe
        found = self.metrics(params, recipe, learner.network)
        counted = message("of {count} points that only decide when to stop", count=params.dev)
        apart = message("above 0: the dev set says more than the test set; in one run that is mostly chance")
        ceiling = message("Nearest centre: no rule is right more often on ever new points.")
        return Numbers((
            *of_training(learner),
            Quantity(message("dev accuracy"), found["dev_accuracy"], counted, "dev_accuracy", share=True),
            Quantity(message("dev − test"), found["optimism"], apart, "optimism", share=True),
            Quantity(message("best possible"), best_possible(params.blur), ceiling, share=True),
        ))  # fmt: skip

    def closing(self, engine: LearnerEngine, watched: bool) -> Iterator[Event]:
        """Mark the epoch whose weights are kept."""
        assert isinstance(engine, ThreeSetsEngine)
        if self._params.keep and engine.best_epoch:
            yield Moment(engine.best_epoch, message("best weights"))
        yield from super().closing(engine, watched)

    def ends(self, params: EarlyStoppingParams, learner: Learner) -> Iterator[Event]:
        """Train with many seeds, and show what the dev set promised and what came of it."""
        if params.epochs * params.train > MOST_WORK:
            return
        recipes = [self.recipe(params.replace(seed=(params.seed + n) % 2**31), self._data) for n in range(SEEDS)]
        for found in histories(recipes, params.measure):
            if isinstance(found, Histories):
                yield promised(found, best_possible(params.blur))
                yield over_seeds(found, params.patience)
            # A step ends here, so that it can be stopped.
            done = params.epochs if isinstance(found, Histories) else found
            yield comparing(SEEDS * done / params.epochs, SEEDS, params.epochs)

    def result(self, engine: LearnerEngine) -> Metrics:
        """Return the measures of the end, and the best epoch."""
        assert isinstance(engine, ThreeSetsEngine)
        return Metrics({**super().result(engine).values, "best_epoch": engine.best_epoch})


EXPERIMENT = EarlyStopped
