"""What is asked for: the images, the kind of data set, its transforms, and the loader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lab.core.metaparameters import seed_field
from lab.core.params import Params, choice, flag, integer, real


@dataclass(frozen=True, kw_only=True)
class DatasetParams(Params):
    """The data, the kind of data set, the transforms and the loader."""

    dataset: str = choice(
        "fashion",
        {
            "fashion": "14,000 of Fashion-MNIST (bundled)",
            "digits": "10,000 MNIST digits (bundled)",
            "cifar-10": "CIFAR-10, in colour (import or download)",
            "own": "Own images (import)",
        },
        label="Data", help="Which images travel; the first few of the training set.", group="Data",
    )  # fmt: skip
    examples: int = integer(
        23, 4, 60, slider=True, group="Data",
        label="Images", help="So few that each can be followed. 23 do not fill all batches of 8.",
    )  # fmt: skip
    kind: str = choice(
        "own", {"own": "Own class with transforms", "tensors": "TensorDataset"}, group="Data set",
        label="Kind", help="A class of one's own, whose __getitem__ runs the transforms; or finished tensors.",
    )  # fmt: skip
    prepared: bool = flag(
        False, group="Data set", when=("kind", ("tensors",)),
        label="Transforms once, before", help="Let the transforms run once while the tensors are made; else never.",
    )  # fmt: skip
    flip: bool = flag(True, group="Transforms", label="Random flip", help="Left and right change places, or do not.")
    rotation: float = real(
        15.0, 0.0, 45.0, unit="°", slider=True, group="Transforms",
        label="Random rotation", help="By a random angle up to this, either way.",
    )  # fmt: skip
    normalise: bool = flag(
        True, group="Transforms", label="Normalize", help="(x − 0.5) / 0.5: from 0…1 to −1…1. Nothing random."
    )
    batch_size: int = integer(
        8, 1, 16, slider=True, group="Loader", label="Batch size", help="How many images are stacked into one tensor."
    )
    shuffle: bool = flag(True, group="Loader", label="Shuffle", help="Another order of the images in each epoch.")
    drop_last: bool = flag(
        False, group="Loader", label="Drop the last", help="Leave out the last batch where it is not full."
    )
    epochs: int = integer(2, 1, 3, group="Loader", label="Epochs", help="How often all images are asked for.")
    seed: int = seed_field(
        group="Loader",
        help="The same seed gives the same orders and the same transforms. All of it happens in this process "
        "(num_workers = 0): what other processes do could not be watched.",
    )

    @property
    def when(self) -> Literal["each time", "once", "never"]:
        """When the transforms run."""
        return "each time" if self.kind == "own" else "once" if self.prepared else "never"
