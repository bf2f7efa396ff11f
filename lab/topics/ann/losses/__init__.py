"""Losses as functions of the prediction, their slopes, and the cost: their mean over a batch that can be dragged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event
from lab.core.numbers import NumbersPage
from lab.core.params import ParamError, Params, real, reals
from lab.core.quantities import Numbers
from lab.topics.ann.losses.figures import HIGHEST, LOWEST, batch_bars, losses_chart, slopes_chart
from lab.topics.ann.losses.numbers import numbers

MOST = 12


@dataclass(frozen=True, kw_only=True)
class LossesParams(Params):
    """One prediction with its target, and a batch of both."""

    prediction: float = real(
        0.25,
        LOWEST,
        HIGHEST,
        label="Prediction ŷ",
        help="What the network says. Drag it in a chart. From 0 to 1 it can be a probability.",
        group="One example",
        slider=True,
    )
    target: float = real(
        1.0,
        LOWEST,
        HIGHEST,
        label="Target y",
        help="What is true. For binary cross-entropy it has to be from 0 to 1.",
        group="One example",
        slider=True,
    )
    predictions: tuple[float, ...] = reals(
        (0.9, 0.2, 0.6, 0.7, 0.8),
        LOWEST,
        HIGHEST,
        length=(1, MOST),
        label="Predictions ŷ",
        help="One number an example. Drag their bars, or type them.",
        group="Batch",
    )
    targets: tuple[float, ...] = reals(
        (1.0, 0.0, 1.0, 0.0, 1.0),
        LOWEST,
        HIGHEST,
        length=(1, MOST),
        label="Targets y",
        help="As many as there are predictions.",
        group="Batch",
    )

    def check(self) -> None:
        """Refuse a batch in which not every prediction has its target."""
        if len(self.targets) != len(self.predictions):
            raise ParamError(
                "targets",
                "{field}: there are {targets} targets, but {predictions} predictions; each needs its own",
                targets=len(self.targets),
                predictions=len(self.predictions),
            )

    def batch(self) -> tuple[Array, Array]:
        """Return predictions and targets, (N,) each."""
        return np.array(self.predictions), np.array(self.targets)


class Losses(NumbersPage[LossesParams]):
    """Half the squared error, the absolute error and binary cross-entropy, side by side."""

    id: ClassVar[str] = "ann.losses"
    title: ClassVar[str] = "Losses and cost"
    params: ClassVar[type[Params]] = LossesParams

    def figures(self, params: LossesParams) -> Iterator[Event]:
        """Yield the losses over ŷ, their slopes, and the batch."""
        yield losses_chart(params.prediction, params.target)
        yield slopes_chart(params.prediction, params.target)
        yield batch_bars(*params.batch())

    def numbers(self, params: LossesParams) -> Sequence[Numbers]:
        """Return loss and slope of the one example, and the cost of the batch."""
        return [numbers(params.prediction, params.target, *params.batch())]


EXPERIMENT = Losses
