"""What the missing digit is taken for, and what became of its output, as figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.core.events import Array
from lab.core.figures import BarPanel, Bars, Cell, Table
from lab.core.text import message


@dataclass(frozen=True)
class Asked:
    """What a network says of the missing digit, each (K,): the shares of its images `taken` for a class, the mean
    probabilities `shares`, and scores; `biases` and `lengths` of the weights of each output, and `pushes`: the mean
    gradients of the biases on the images that are learned.
    """

    taken: Array
    shares: Array
    scores: Array
    biases: Array
    lengths: Array
    pushes: Array


def taken_bars(before: Asked, now: Asked, digit: int) -> Bars:
    """Return what the images of the missing digit are taken for, now and untrained."""
    panels = (
        BarPanel(message("taken for, % of the {digit}s", digit=digit), 100 * now.taken, 0.0, 100.0),
        BarPanel(message("the same, untrained"), 100 * before.taken, 0.0, 100.0, colour=-1),
        BarPanel(message("mean probability, %"), 100 * now.shares, 0.0, 100.0, colour=1),
    )
    return Bars("taken", tuple(map(str, range(len(now.taken)))), panels)


def output_table(before: Asked, now: Asked, digit: int) -> Table:
    """Return the numbers of the output of the missing digit, untrained and now."""
    others = np.arange(len(now.taken)) != digit
    rows = (
        (message("mean probability of it, on its own images"), before.shares[digit], now.shares[digit]),
        (message("its score on them"), before.scores[digit], now.scores[digit]),
        (message("highest other score on them"), before.scores[others].max(), now.scores[others].max()),
        (message("its bias"), before.biases[digit], now.biases[digit]),
        (message("mean of the other biases"), before.biases[others].mean(), now.biases[others].mean()),
        (message("length of its weights"), before.lengths[digit], now.lengths[digit]),
        (message("gradient of its bias, on the training images"), before.pushes[digit], now.pushes[digit]),
    )
    note = message("Its target is 0 in every image, so its gradient is its probability: it is always pushed down.")
    columns = (message("output {digit}", digit=digit), message("untrained"), message("now"))
    cells = tuple((Cell(label), Cell(float(first)), Cell(float(last))) for label, first, last in rows)
    return Table("output", columns, cells, note)
