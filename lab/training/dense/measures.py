"""How a dense network does: the measures of a training, and the numbers of its page."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lab.core.quantities import Quantity
from lab.core.text import Message, message
from lab.nets.dense.network import Network
from lab.nets.registry import losses
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec

LOSS = {"": message("loss"), "test_": message("test loss")}
ACCURACY = {"": message("accuracy"), "test_": message("test accuracy")}


def judged(recipe: TrainingSpec, network: Network) -> dict[str, float]:
    """Return "loss" and, of classes, "accuracy" on the training data, and "test_…" where there are test data."""
    return {name: value for name, _words, value, _why in _judged(recipe, network)}


def tested(recipe: TrainingSpec, network: Network) -> dict[str, float]:
    """Return the accuracy on the training data, and loss and accuracy on the test data, where there are any."""
    found = {}
    if recipe.classifies:
        found["train_accuracy"] = float(recipe.right(network.outputs(recipe.inputs), recipe.targets).mean())
    if recipe.test_inputs is not None and recipe.test_targets is not None and len(recipe.test_inputs):
        outputs = network.outputs(recipe.test_inputs)
        found["test_loss"] = losses.value(recipe.loss, outputs, recipe.test_targets)
        if recipe.classifies:
            found["test_accuracy"] = float(recipe.right(outputs, recipe.test_targets).mean())
    return found


def of_training(learner: Learner) -> tuple[Quantity, ...]:
    """Return the numbers that every training of a dense network has: how far it is, how good, and how large."""
    recipe, plan = learner.recipe, learner.recipe.plan
    terms = " + ".join(f"({before}·{after} + {after})" for before, after in plan.shapes)
    largest = max(float(np.abs(weight).max()) for weight in learner.network.weights)
    return (
        Quantity(message("epoch"), learner.epoch, message("of {epochs}", epochs=recipe.epochs), "epochs"),
        Quantity(message("steps"), learner.steps, message("of the optimiser, a batch each")),
        *(
            Quantity(words, value, why, name, share=name.endswith("accuracy"))
            for name, words, value, why in _judged(recipe, learner.network)
        ),
        Quantity(
            message("parameters"), plan.parameters, message("weights and biases, layer by layer: {terms}", terms=terms)
        ),
        Quantity(message("largest weight"), largest, message("the largest |w| of all layers")),
    )


def _judged(recipe: TrainingSpec, network: Network) -> Iterator[tuple[str, Message, float, Message]]:
    """Yield what a network is worth: its name, what it is called, the number, and where it comes from."""
    for name, inputs, targets in (
        ("", recipe.inputs, recipe.targets),
        ("test_", recipe.test_inputs, recipe.test_targets),
    ):
        if inputs is None or targets is None or not len(inputs):
            continue
        outputs = network.outputs(inputs)
        of = {"loss": losses.LOSSES[recipe.loss].label, "count": len(inputs)}
        mean = message("{loss}: the mean over {count} examples", **of)
        why = message("{loss}: the mean over {count} examples it has never seen", **of) if name else mean
        yield f"{name}loss", LOSS[name], losses.value(recipe.loss, outputs, targets), why
        if recipe.classifies:
            right = recipe.right(outputs, targets)
            counted = message("{right} of {count}", right=int(right.sum()), count=len(right))
            yield f"{name}accuracy", ACCURACY[name], float(right.mean()), counted
