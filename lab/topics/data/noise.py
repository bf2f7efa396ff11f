"""Noisy copies of the data, with the same care."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event, ImageRows, lazily
from lab.core.params import Params, real
from lab.core.text import message
from lab.topics.data.doubled.page import DoubledExperiment, DoubledParams
from lab.training.dense.learner import Learner

SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class NoiseCopiesParams(DoubledParams):
    """The course's values are the defaults."""

    essentials: ClassVar[tuple[str, ...]] = ("noise", "way", "examples", "networks")

    noise: float = real(
        0.5, 0.01, 2.0, slider=True, label="Noise", group="Data",
        help="To each pixel of a copy is added something between 0 and this; black is 0, white is 1.",
    )  # fmt: skip

    @property
    def strength(self) -> float:
        """How much noise a copy has."""
        return self.noise


class NoiseCopies(DoubledExperiment[NoiseCopiesParams]):
    """The same images twice, the second time with noise."""

    id: ClassVar[str] = "data.noise"
    title: ClassVar[str] = "Noisy copies"
    params: ClassVar[type[Params]] = NoiseCopiesParams

    def figures(self, params: NoiseCopiesParams, learner: Learner) -> Iterator[Event]:
        """Yield images and their noisy copies."""
        if not learner.epoch:
            yield lazily(ImageRows, "copies", self._copies, params)

    def _copies(self, params: NoiseCopiesParams) -> ImageRows:
        inputs = self.recipe(params.replace(way="train"), self._data).inputs
        half = len(inputs) // 2
        rows = (inputs[:half][:SHOWN], inputs[half:][:SHOWN])
        named = zip((message("image"), message("copy")), rows, strict=True)
        return ImageRows("copies", tuple((words, images.reshape(-1, 28, 28)) for words, images in named),
                         (0.0, 1.0 + params.noise))  # fmt: skip


EXPERIMENT = NoiseCopies
