"""Digits, then clothes, or the other way round: what is gained, against a network from scratch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lab.core.params import Params, choice
from lab.data.store import DataStore
from lab.topics.transfer.gain import Gain, GainParams, direction_field


@dataclass(frozen=True, kw_only=True)
class DigitsToClothesParams(GainParams):
    """The course's network; there it learns digits for 5 epochs and clothes for one, by plain SGD."""

    direction: str = direction_field("Digits to clothes", "Clothes to digits")
    dataset: str = choice(
        "bundled", {"bundled": "10,000 and 14,000 (bundled)", "whole": "70,000 of each (import)"},
        label="Data", group="Data",
        help="How many digits and clothes there are; all of MNIST and Fashion-MNIST come in under “Data …”.",
    )  # fmt: skip

    def names(self, data: DataStore | None) -> tuple[str, str]:
        """Return the data sets of source and target, by name."""
        names = ("digits", "fashion") if self.dataset == "bundled" else ("mnist", "fashion-mnist")
        return names if self.direction == "there" else names[::-1]


class DigitsToClothes(Gain[DigitsToClothesParams]):
    """Both have ten classes, and nothing else in common."""

    id: ClassVar[str] = "transfer.digits_to_clothes"
    title: ClassVar[str] = "Digits to clothes"
    params: ClassVar[type[Params]] = DigitsToClothesParams


EXPERIMENT = DigitsToClothes
