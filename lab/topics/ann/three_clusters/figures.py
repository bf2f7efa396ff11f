"""What a softmax before cross-entropy costs: curves of both networks with what the second can reach, and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.text import message
from lab.nets.registry.activations import softmax
from lab.topics.ann.three_clusters.twins import ROW, Twins

CLASSES = 3
MOST = math.e / (math.e + CLASSES - 1)
"""The largest probability that the loss sees behind a softmax: logits are at most 1 and at least 0."""
LEAST = math.log(1 + (CLASSES - 1) / math.e)
"""The smallest loss there: −ln of that."""
ENOUGH = 0.9
SHOWN = 400
"""Points of a curve; more could not be told apart."""
WITHOUT, WITH = message("one softmax"), message("two softmaxes")


def confidence(shares: Array) -> float:
    """Return the mean over examples of the largest probability."""
    return float(shares.max(axis=1).mean())


def charts(learner: Twins) -> Iterator[Event]:
    """Yield loss, accuracy and confidence of both networks over the epochs."""
    for name in ROW:
        yield lazily(Chart, name, _chart, name, learner)


def _chart(name: str, learner: Twins) -> Chart:
    history = learner.history
    epochs = np.unique(np.linspace(0, len(history) - 1, SHOWN).astype(int))
    axis = Axis(message("Epoch"))
    marks = {
        "loss": (Mark("y", LEAST, message("least with softmax: {value}", value=f"{LEAST:.4f}")),),
        "confidence": (Mark("y", MOST, message("most with softmax: {value}", value=f"{MOST:.4f}")),),
    }
    labels = {
        "loss": Axis(message("loss"), low=0.0),
        "accuracy": Axis(message("accuracy"), low=0.0, high=1.02),
        "confidence": Axis(message("mean of the largest probability"), low=0.0, high=1.02),
    }
    lines = tuple(
        Line(words, epochs.astype(float), history[epochs, place, ROW[name]], "line", place)
        for place, words in enumerate((WITHOUT, WITH))
    )
    return Chart(name, lines, axis, labels[name], marks.get(name, ()))


def numbers(learner: Twins) -> Table:
    """Return the numbers of both networks side by side."""
    history = learner.history
    now = history[-1]
    inputs = learner.recipe.inputs
    outputs = [one.network.outputs(inputs) for one in (learner.plain, learner.double)]
    # What each network itself answers; the loss of the second one sees a softmax of that.
    answers = [softmax(outputs[0]), outputs[1]]
    seen = [float(softmax(each).max()) for each in outputs]
    why_seen = message(
        "The loss applies softmax to what it is given. Behind a softmax those are at most 1 and at least 0: "
        "e / (e + {rest}) = {most} is the most.",
        rest=CLASSES - 1,
        most=f"{MOST:.4f}",
    )
    least = message("Behind a softmax no loss is below ln(1 + {rest}/e) = {least}.", rest=2, least=f"{LEAST:.4f}")
    enough = message("the first epoch with 9 of 10 examples right")
    rows = (
        (
            Cell(message("loss"), least),
            Cell(float(now[0, ROW["loss"]]), message("cross-entropy of the sums")),
            Cell(float(now[1, ROW["loss"]]), least),
        ),
        (
            Cell(message("accuracy")),
            *(Cell(float(value), message("share of {count} examples", count=len(inputs))) for value in now[:, 1]),
        ),
        (
            Cell(message("epochs to {percent} %", percent=90), enough),
            *(Cell(_first(history[:, place, ROW["accuracy"]]), enough) for place in range(2)),
        ),
        (
            Cell(message("largest p for the loss"), why_seen),
            *(Cell(value, why_seen) for value in seen),
        ),
        (
            Cell(message("largest p of its answer"), message("What a person would take as the answer.")),
            Cell(float(answers[0].max()), message("softmax of the sums, applied after training")),
            Cell(float(answers[1].max()), message("what its last layer gives")),
        ),
        (
            Cell(message("least loss possible"), least),
            Cell(0.0, message("never reached, but there is no other limit")),
            Cell(LEAST, least),
        ),
    )
    note = message("Both began with the same weights; {epoch} epochs are done.", epoch=learner.epoch)
    return Table("numbers", (message("Quantity"), WITHOUT, WITH), rows, note)


def _first(accuracy: Array) -> int | str:
    """Return the first epoch with enough accuracy, a dash where there is none yet."""
    places = np.flatnonzero(accuracy >= ENOUGH)
    return int(places[0]) if len(places) else "–"
