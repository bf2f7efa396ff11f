"""Parameters: which pictures, how they are divided, and what the head on the features is like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lab.core.params import Params, choice, integer, real, redeclared, text
from lab.sweeps.within import seeds
from lab.topics.transfer.photographs.pictures import Found, drawn, of_folder, tiles
from lab.training.metaparameters import TrainingParams


@dataclass(frozen=True, kw_only=True)
class AskParams(Params):
    """A picture that the head is asked about."""

    ask: str = text(
        "", label="Picture to ask", group="Ask", longest=1000, dialog="image",
        help="A picture of your own that the head is asked about; after a run at once. Empty: one of the test.",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PhotographsParams(TrainingParams, AskParams):
    """A linear head on pretrained features, and the same on random weights and on pixels."""

    essentials: ClassVar[tuple[str, ...]] = ("folder", "pictures", "ask", "hidden", "learning_rate", "epochs")

    folder: str = text(
        "", label="Folder", group="Pictures", longest=1000, dialog="folder",
        help="A folder of your own with a folder of pictures for each class, such as cats/1.jpg and dogs/1.jpg. "
        "Empty: the pictures that are chosen below.",
    )  # fmt: skip
    pictures: str = choice(
        "drawings", {"drawings": "Drawings of six things", "tiles": "Tiles of five photographs"}, label="Pictures",
        group="Pictures", when=("folder", ("",)),
        help="Drawings that Descent makes, each otherwise; or its photographs, cut into 16 tiles that do not overlap.",
    )  # fmt: skip
    things: int = integer(
        6, 2, 6, label="Things", group="Pictures", when=("pictures", ("drawings",)),
        help="How many of the six things are drawn: boat, cup, face, fish, house, tree.",
    )  # fmt: skip
    each: int = integer(
        16, 3, 100, scale="log", label="Drawings of each", group="Pictures", when=("pictures", ("drawings",)),
        help="How many drawings of each thing are made.",
    )  # fmt: skip
    most: int = integer(
        100, 2, 500, scale="log", label="At most", unit="pictures", group="Pictures",
        help="Of each class of a folder of your own at most so many are taken, the first by name.",
    )  # fmt: skip
    test_share: float = real(
        0.25, 0.05, 0.9, slider=True, label="Share for testing", group="Pictures",
        help="The share of each class that is kept from learning: at least one picture, and never all. Folders called "
        "train and test say it themselves.",
    )  # fmt: skip
    hidden: int = integer(
        0, 0, 512, label="Hidden units", group="Head",
        help="Units of a layer before the output, with ReLU; 0: the head is one linear layer.",
    )  # fmt: skip
    dropout: float = real(
        0.0, 0.0, 0.9, slider=True, label="Dropout", group="Head",
        help="The share of the numbers before the output that is dropped while it learns.",
    )  # fmt: skip
    splits: int = integer(
        5, 1, 20, label="Splits", group="Head",
        help="So many times the pictures are divided anew, and heads trained, to see how much chance there is.",
    )  # fmt: skip
    learning_rate: float = redeclared(TrainingParams, "learning_rate", 0.001)
    batch_size: int = redeclared(TrainingParams, "batch_size", 16)
    epochs: int = redeclared(TrainingParams, "epochs", 20)

    def found(self) -> Found:
        """Return the pictures. Raises DataError: they cannot be used."""
        if self.folder.strip():
            return of_folder(self.folder.strip(), self.most)
        return tiles() if self.pictures == "tiles" else drawn(self.things, self.each, self.seed)

    def divisions(self) -> tuple[int, ...]:
        """Return the seeds by which the pictures are divided and heads are trained; the first is shown."""
        return seeds(self, self.splits)

    def files(self) -> tuple[str, ...]:
        """Return no file: what is asked is no part of what is learned from."""
        return ()

    def layers(self) -> Iterator[str]:
        """Yield the layers of the head before its output."""
        if self.hidden:
            yield from (f"linear units={self.hidden}", "relu")
        if self.dropout:
            yield f"dropout share={self.dropout!r}"
