"""Letters, then digits, or the other way round: strokes of pens on both sides, and another number of classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lab.core.params import Params, choice, redeclared
from lab.data.catalogue import EMNIST, SYNTHETIC
from lab.data.params import LETTERS_HERE, LetterDataParams
from lab.data.store import DataStore
from lab.nets.convolutional import ConvolutionalParams
from lab.topics.transfer.gain import Gain, GainParams, direction_field

BLOCK = ("conv channels=6 kernel=3 padding=1", "pool kernel=2", "batch_norm", "leaky_relu")


@dataclass(frozen=True, kw_only=True)
class LettersToDigitsParams(GainParams):
    """The course's network for letters, with batch norm; there it learns letters for 5 epochs and digits for one."""

    direction: str = direction_field("Letters to digits", "Digits to letters")
    network: tuple[str, ...] = redeclared(
        ConvolutionalParams, "network", (*BLOCK, *BLOCK, "flatten", "linear units=50", "leaky_relu")
    )
    dataset: str = choice(
        LETTERS_HERE,
        {
            LETTERS_HERE: "EMNIST letters where they are here, else synthetic letters",
            SYNTHETIC: "Synthetic letters (bundled)",
            EMNIST: "EMNIST letters (import or download)",
        },
        label="Letters", help="Which letters; the digits are the 10,000 of MNIST that are bundled.", group="Data",
    )  # fmt: skip

    def names(self, data: DataStore | None) -> tuple[str, str]:
        """Return the data sets of source and target, by name."""
        names = LetterDataParams(dataset=self.dataset).chosen(data), "digits"
        return names if self.direction == "there" else names[::-1]


class LettersToDigits(Gain[LettersToDigitsParams]):
    """26 classes and 10: the output layer is new, whatever else is copied."""

    id: ClassVar[str] = "transfer.letters_to_digits"
    title: ClassVar[str] = "Letters to digits"
    params: ClassVar[type[Params]] = LettersToDigitsParams


EXPERIMENT = LettersToDigits
