"""All flowers of Iris, as a network that learns some of them sees them."""

from __future__ import annotations

from lab.core.events import Array
from lab.core.examples import Examples
from lab.core.text import message
from lab.data.classical import load_table
from lab.training.dense.boundary import shares
from lab.training.dense.learner import Learner

NAMES = message("sepal length"), message("sepal width"), message("petal length"), message("petal width")


def flowers(learner: Learner, inputs: Array, trained: Array) -> Examples:
    """Return all flowers with the probabilities that the network gives them, of its `inputs` (N, 4); `trained` (N,)
    are those that it learns from.
    """
    table = load_table("iris")
    said = shares(learner.recipe, learner.network.outputs(inputs))
    kinds = table.target, table.classes, said, trained
    return Examples("flowers", table.features, NAMES, "cm", *kinds, message("flower"), learner.epoch)
