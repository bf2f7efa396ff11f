"""Copies of the data: what they teach, and what they pretend where they are made before the split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lab.core.params import Params
from lab.topics.data.doubled.page import DoubledExperiment, DoubledParams


@dataclass(frozen=True, kw_only=True)
class OversamplingParams(DoubledParams):
    """The course's values are the defaults."""


class Oversampling(DoubledExperiment[OversamplingParams]):
    """The same images twice."""

    id: ClassVar[str] = "data.oversampling"
    title: ClassVar[str] = "Twice the same data"
    params: ClassVar[type[Params]] = OversamplingParams


EXPERIMENT = Oversampling
