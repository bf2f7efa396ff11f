"""The same network without a penalty, with L1 and with L2: its weights, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lab.core.events import Array, Histogram
from lab.core.figures import Words
from lab.core.quantities import Numbers, Quantity, Value
from lab.core.text import message
from lab.nets.dense.network import Network
from lab.training.dense.beside import Beside
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged
from lab.training.dense.spec import TrainingSpec

KINDS = ("none", "l1", "l2")
COLUMNS = message("quantity"), message("no penalty"), "L1", "L2"
BIN, MOST_BARS, SHOWN = 0.01, 1000, 128
"""The width of a bar of the histograms, to how many to each side it holds, and how many histograms a run has."""


def weights(network: Network) -> Array:
    """Return all weights (W,), without biases."""
    return np.concatenate([weight.ravel() for weight in network.weights])


def penalty(recipe: TrainingSpec, network: Network) -> float:
    """Return what is added to the loss: l1 · Σ|w| + l2/2 · Σw²."""
    all_weights = weights(network)
    squares = float((all_weights**2).sum())
    if recipe.l2_biases:
        squares += sum(float((bias**2).sum()) for bias in network.biases)
    return float(recipe.l1 * np.abs(all_weights).sum() + recipe.l2 / 2 * squares)


def near_zero(network: Network, threshold: float) -> int:
    """Return how many weights are nearer to 0 than a threshold."""
    return int((np.abs(weights(network)) < threshold).sum())


def push(recipe: TrainingSpec, steps: int) -> float:
    """Return how far L1 can have moved a weight in so many steps: each moves it by rate · l1 at most."""
    return steps * recipe.learning_rate * recipe.l1


def by_kind(learner: Learner) -> dict[str, Learner]:
    """Return the three learners, in the order of KINDS."""
    assert isinstance(learner, Beside)
    kind = next(kind for kind in KINDS if kind not in learner.others)
    return {each: learner if each == kind else learner.others[each] for each in KINDS}


def histograms(learner: Learner) -> Iterator[Histogram]:
    """Yield how the weights of each of the three are spread, over the same bars, one of which has 0 in its middle."""
    found = {kind: weights(one.network) for kind, one in by_kind(learner).items() if one.network.finite}
    reach = max((float(np.abs(each).max()) for each in found.values()), default=0.0)
    width = max(BIN, reach / MOST_BARS)
    bars = int(np.ceil(reach / width)) + 1
    edges = width * (np.arange(-bars, bars + 2) - 0.5)
    for kind, each in found.items():
        counts, _edges = np.histogram(each, edges)
        yield Histogram(f"{kind}/weights", learner.steps, edges, counts)


def numbers(learner: Learner, threshold: float) -> Numbers:
    """Return the three side by side."""
    three = by_kind(learner)
    plain = weights(three["none"].network)
    found = {kind: judged(one.recipe, one.network) for kind, one in three.items()}
    all_weights = {kind: weights(one.network) for kind, one in three.items()}
    below = message("nearer to 0 than {threshold}: that is what counts as zero here", threshold=f"{threshold:g}")
    exact = message("L1 by the gradient steps over 0, to and fro: a weight is exactly 0 only by chance, so never")
    pushed = message("steps · rate · λ: each step moves a weight by rate · λ, whatever the data say")
    apart = message(
        "the largest difference of one weight from the network without a penalty: what was pushed, and how the "
        "gradients of the loss have answered since"
    )
    third = message("of {steps} steps", steps=learner.steps)
    rows: tuple[tuple[Words, Sequence[Value], Words], ...] = (
        (message("loss"), [found[kind]["loss"] for kind in KINDS], message("cross-entropy, without the penalty")),
        (message("penalty"), [penalty(one.recipe, one.network) for one in three.values()], message("is added to it")),
        (message("weights as good as 0"), [near_zero(one.network, threshold) for one in three.values()], below),
        (message("weights exactly 0"), [int((all_weights[kind] == 0).sum()) for kind in KINDS], exact),
        ("Σ|w|", [float(np.abs(all_weights[kind]).sum()) for kind in KINDS], message("over all weights")),
        ("Σw²", [float((all_weights[kind] ** 2).sum()) for kind in KINDS], message("over all weights")),
        (message("most that L1 can push"), [None, push(three["l1"].recipe, three["l1"].steps), None], pushed),
        (message("away from no penalty"), [float(np.abs(all_weights[k] - plain).max()) for k in KINDS], apart),
    )
    shares = tuple(
        tuple(Quantity(words, found[kind][name], third, share=True) for kind in KINDS)
        for words, name in ((message("accuracy"), "accuracy"), (message("test accuracy"), "test_accuracy"))
    )
    quantities = [tuple(Quantity(words, value, why, about=why) for value in values) for words, values, why in rows]
    note = message("All began with the same {count} weights and see the same batches.", count=f"{len(plain):,}")
    return Numbers((*quantities[:2], *shares, *quantities[2:]), columns=COLUMNS, note=note)
