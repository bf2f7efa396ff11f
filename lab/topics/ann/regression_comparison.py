"""The regression with and without its ReLU, from the same first weights; and why a network is dead."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lab.core.events import Event, Remark
from lab.core.figures import Axis, Cell, Chart, Line, Table
from lab.core.text import message
from lab.maths.statistics import correlation
from lab.nets.dense.spec import dense
from lab.nets.registry.activations import HIDDEN
from lab.training.dense.learner import Learner
from lab.training.dense.open_units import open_units
from lab.training.dense.spec import TrainingSpec

MOST_EPOCHS = 10_000
"""Of each network in the comparison, so that it takes a second at most."""
ALWAYS = ("relu", "identity", "leaky_relu")


def compare(recipe: TrainingSpec) -> Iterator[Event]:
    """Yield the losses over the epochs, and what they came to, with the recipe's activation and with others."""
    chosen = recipe.plan.layers[0].activation
    names = tuple(dict.fromkeys((chosen, *ALWAYS)))
    epochs = min(recipe.epochs, MOST_EPOCHS)
    lines, rows = [], []
    for place, name in enumerate(names):
        learner = Learner(replace(recipe, plan=dense(1, (1,), 1, name), epochs=epochs))
        losses = np.array([learner.train_epoch() for _ in range(epochs)])
        words = message(HIDDEN[name])
        lines.append(Line(words, np.arange(1.0, epochs + 1), losses, "line", place))
        predicted = learner.network.outputs(recipe.inputs)[:, 0]
        dead = not open_units(learner)[0].any()
        related = correlation(predicted, recipe.targets[:, 0])
        flat = math.isnan(related)
        rows.append(
            (
                Cell(words, mark="strong" if name == chosen else ""),
                Cell(learner.loss(), message("after {epochs} epochs", epochs=epochs)),
                Cell(None if flat else related, message("a flat prediction has none") if flat else ""),
                Cell(message("dead") if dead else message("alive"), mark="bad" if dead else "good"),
            )
        )
    yield Chart("with_and_without", tuple(lines), Axis(message("Epoch")), Axis(message("Loss"), log=True))
    columns = (message("Activation"), message("loss"), message("correlation"), message("hidden unit"))
    note = message("All begin with the same weights and see the same points.")
    yield Table("with_and_without", columns, tuple(rows), note)


def why_dead(learner: Learner) -> Iterator[Event]:
    """Yield why the hidden unit is dead, where it is."""
    if open_units(learner)[0].any():
        return
    if open_units(Learner(learner.recipe))[0].any():
        words = message(
            "The hidden unit died on the way: it now gives the same for all {count} points, so its gradient is 0 and"
            " more epochs do not help. Try another seed.",
            count=len(learner.recipe.inputs),
        )
    else:
        words = message(
            "The hidden unit was born dead: already its first weights give the same for all {count} points, so it never"
            " had a gradient. Try another seed.",
            count=len(learner.recipe.inputs),
        )
    yield Remark("dead", words, "warning")
