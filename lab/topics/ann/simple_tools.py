"""What k nearest neighbours and k-means make of the same points: simple problems deserve simple tools."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Table, Words
from lab.core.text import message
from lab.training.dense.learner import Learner

ENOUGH_SECONDS = 0.4
"""How long the network is trained again to be timed; a longer training is timed by its first epochs."""
TIMES = 2
"""How often the others are timed; the faster one counts, as the first also loads the library."""

Answers = tuple[Array, Array]


def compare(learner: Learner, neighbours: int, seed: int, fresh: Answers, half_way: float) -> Table:
    """Return accuracy on the examples and on `fresh` ones (positions, labels), and time, of the network and of others.

    The last of them is the line x = `half_way`. Imports scikit-learn, and torch before it.
    """
    import torch  # noqa: F401 - SciPy must not meet torch half loaded.
    from sklearn.cluster import KMeans
    from sklearn.neighbors import KNeighborsClassifier

    recipe = learner.recipe
    x, y = recipe.inputs, recipe.labels(recipe.targets)
    classes = len(np.unique(y))
    neighbours = min(neighbours, len(x))

    def nearest() -> Answers:
        knn = KNeighborsClassifier(neighbours).fit(x, y)
        return knn.predict(x), knn.predict(fresh[0])

    def means() -> Answers:
        kmeans = KMeans(classes, n_init=10, random_state=seed)
        found = kmeans.fit_predict(x)
        # It has never seen a label: each cluster is called by the class that most of its points have.
        names = np.array([np.bincount(y[found == place], minlength=classes).argmax() for place in range(classes)])
        return names[found], names[kmeans.predict(fresh[0])]

    def line() -> Answers:
        return (x[:, 0] > half_way).astype(int), (fresh[0][:, 0] > half_way).astype(int)

    truth = y, fresh[1]
    seconds, epochs = _training_seconds(learner)
    said = recipe.classes(learner.network.outputs(x)), recipe.classes(learner.network.outputs(fresh[0]))
    just_now = message("measured just now, fitting and answering")
    again = message("measured just now by training {count} epochs again", count=epochs)
    rows = [
        _row(
            message("this network"), message("after {epochs} epochs", epochs=learner.epoch), said, truth, seconds, again
        )
    ]
    for words, what, work in (
        (message("{k} nearest neighbours", k=neighbours), "sklearn.neighbors.KNeighborsClassifier", nearest),
        (
            message("k-means, no labels"),
            message("sklearn.cluster.KMeans; the labels only name its clusters"),
            means,
        ),
        (
            message("line x = {x}", x=f"{half_way:g}"),
            message("half-way between the middles, which only whoever made the points knows; nothing does better"),
            line,
        ),
    ):
        found, took = _timed(work)
        rows.append(_row(words, what, found, truth, took, just_now))
    columns = (message("Tool"), message("accuracy"), message("new points"), message("ms"))
    return Table("tools", columns, tuple(rows))


def _row(
    words: Words, what: Words, said: Answers, truth: Answers, seconds: float, measured: Words
) -> tuple[Cell, Cell, Cell, Cell]:
    (old, new), (known, fresh) = said, truth
    return (
        Cell(words, what),
        Cell(float((old == known).mean()), message("share of the {count} examples", count=len(known)), share=True),
        Cell(float((new == fresh).mean()), message("share of {count} new points", count=len(fresh)), share=True),
        Cell(float(f"{1000 * seconds:.3g}"), measured),
    )


def _training_seconds(learner: Learner) -> tuple[float, int]:
    """Return how long the training took, from the first epochs of one that begins anew, and how many these were."""
    again, began = Learner(learner.recipe), time.perf_counter()
    took = 0.0
    while again.epoch < learner.epoch and took < ENOUGH_SECONDS:
        again.train_epoch()
        took = time.perf_counter() - began
    return took * learner.epoch / max(1, again.epoch), again.epoch


def _timed(work: Callable[[], Answers]) -> tuple[Answers, float]:
    """Return what comes out, and the seconds of the fastest of some times."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        found = work()
        took.append(time.perf_counter() - began)
    return found, min(took)
