"""Which image goes through which network, and which of its numbers is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lab.core.metaparameters import seed_field
from lab.core.params import Params, choice, integer, integers, text
from lab.data.images.drawn import strokes_of
from lab.topics.cnn.by_layer.sheet import Place

DEEPEST = 30
SEVEN = "76,68 180,68 160,104 140,144 124,200"


@dataclass(frozen=True, kw_only=True)
class ByLayerParams(Params):
    """The network, the image, the number that was clicked, and the layer that is looked at."""

    essentials: ClassVar[tuple[str, ...]] = ("layer", "at", "answer")

    layer: int = integer(
        4, 0, DEEPEST, slider=True, label="Layer", group="Number",
        help="The layer that is looked at: 0 is the image, the last has the probabilities. From the number that was "
        "clicked it is followed down by what counts for most in it, and up by what it does most by.",
    )  # fmt: skip
    at: tuple[int, ...] = integers(
        (4, 1, 4, 7), 0, 100_000, length=(4, 4), label="Clicked", group="Number",
        help="Layer, channel, row and column of the number that was clicked last, from 0; a vector has rows and "
        "columns 0. Click any number.",
    )  # fmt: skip
    answer: int = integer(
        -1, -1, 999, label="Class", group="Number",
        help="The class whose score is asked about: how it changes with the number. −1 is the one that the network "
        "gives most to.",
    )  # fmt: skip
    image: str = choice(
        "test", {"test": "Test image", "drawing": "Own drawing", "blank": "Blank"},
        label="Image", help="What the network is given. In a blank image every pixel is 0.", group="Image",
    )  # fmt: skip
    number: int = integer(
        0, 0, 100_000, label="Which one", help="Which of the test images of the network's data, from 0.", group="Image",
        when=("image", ("test",)),
    )  # fmt: skip
    drawing: str = text(
        SEVEN, label="Drawing", group="Image", longest=20_000, dialog="drawing", when=("image", ("drawing",)),
        help="Pencil strokes on a square of 256 × 256: points x,y from the top left corner, strokes apart by "
        "semicolons. It is made a digit of 28 × 28 pixels as in the Draw tab.",
    )  # fmt: skip
    network: str = choice(
        "small",
        {
            "small": "Small, trained",
            "drawn": "Small, not trained",
            "digits": "That of the Draw tab",
            "newest": "Newest run of MNIST digits",
            "folder": "A run's folder",
        },
        label="Network", group="Network",
        help="The small one has 4 and 6 channels and 12 hidden units; that of the Draw tab has five convolutions. A "
        "run that still goes on is read as it was kept last, each time something changes here.",
    )  # fmt: skip
    model: str = text(
        "", label="Folder", help="The folder of a run of the CNN tab.", group="Network", longest=1000, dialog="folder",
        when=("network", ("folder",)),
    )  # fmt: skip
    seed: int = seed_field(help="Where the weights of the small network that is not trained are drawn from.")

    @classmethod
    def implied(cls, name: str, text: str = "") -> dict[str, str]:
        """Return what else is set: with the number that is clicked, its layer."""
        return {"layer": text.split(",")[0].strip()} if name == "at" and text else super().implied(name, text)

    def check(self) -> None:
        """Refuse a drawing that cannot be read."""
        if self.image == "drawing":
            strokes_of(self.drawing)

    @property
    def clicked(self) -> tuple[int, Place]:
        """The layer and the place of the number that was clicked."""
        layer, *place = self.at
        return layer, (place[0], place[1], place[2])
