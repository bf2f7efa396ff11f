"""From an array to batches: what each step makes of types, shapes and order, and what torch refuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event
from lab.core.figures import Axis, Field
from lab.core.metaparameters import seed_field
from lab.core.numbers import NumbersPage
from lab.core.params import Params, choice, flag, integer
from lab.core.quantities import Numbers
from lab.core.text import message
from lab.maths.torch_stream import TorchStream
from lab.topics.data.tensors_numbers import precision, steps, verdicts


@dataclass(frozen=True, kw_only=True)
class TensorsParams(Params):
    """The array, what its labels become, and the loader."""

    shuffle: bool = flag(False, group="Loader", label="Shuffle", help="Another order of the examples in each epoch.")
    batch_size: int = integer(
        25, 1, 1000, scale="log", slider=True, group="Loader", label="Batch size", help="The examples of one batch."
    )
    drop_last: bool = flag(
        False, group="Loader", label="Drop the last", help="Leave out the last batch where it is not full."
    )
    precision: str = choice(
        "float32", {"float32": "float32, with .float()", "float64": "float64, as NumPy made it"},
        group="Tensor", label="Features as", help="Layers of torch have weights of float32.",
    )  # fmt: skip
    labels: str = choice(
        "long", {"long": "long (int64)", "int32": "int32", "float32": "float32", "float64": "float64"},
        group="Tensor", label="Labels as", help="The type of the labels in the tensor.",
    )  # fmt: skip
    first: int = integer(
        0, 0, 1, group="Tensor", label="First label", help="Whether classes count from 0, or from 1 as people do."
    )
    column: bool = flag(
        False, group="Tensor", label="Labels as a column", help="The shape (N, 1), in place of (N,)."
    )  # fmt: skip
    examples: int = integer(100, 2, 1000, scale="log", group="Array", label="Examples", help="The rows N of the array.")
    features: int = integer(20, 1, 100, group="Array", label="Features", help="The columns of the array.")
    classes: int = integer(4, 2, 10, group="Array", label="Classes", help="They follow one another, in equal parts.")
    seed: int = seed_field(group="Array", help="The same seed gives the same numbers and the same order.")

    def array(self) -> Array:
        """Return the features (N, F), float64."""
        return np.random.default_rng(self.seed).standard_normal((self.examples, self.features))

    def marks(self) -> Array:
        """Return the labels (N,), float64, 1 … K."""
        return np.asarray(np.ceil(np.linspace(0.01, self.classes, self.examples)))

    def order(self) -> Array:
        """Return the order (N,) in which the loader asks for the examples."""
        return shuffled(self.examples, self.seed) if self.shuffle else np.arange(self.examples)

    def batches(self) -> list[Array]:
        """Return the labels of each batch, 1 … K."""
        sizes = self.sizes()
        return np.split(self.marks()[self.order()], np.cumsum(sizes, dtype=int))[: len(sizes)]

    def sizes(self) -> list[int]:
        """Return how many examples each batch has."""
        full, rest = divmod(self.examples, self.batch_size)
        return [self.batch_size] * full + [rest] * bool(rest and not self.drop_last)

    def label_shape(self, count: int) -> tuple[int, ...]:
        """Return the shape of so many labels."""
        return (count, 1) if self.column else (count,)


def shuffled(count: int, seed: int) -> Array:
    """Return the order of torch's `DataLoader(…, shuffle=True, generator=torch.Generator().manual_seed(seed))`.

    The loader first draws one whole number of 64 bits: the seed of its processes.
    """
    stream = TorchStream(seed)
    stream.whole()
    return stream.permutation(count)


class Tensors(NumbersPage[TensorsParams]):
    """Array, tensor, TensorDataset, DataLoader."""

    id: ClassVar[str] = "data.tensors"
    title: ClassVar[str] = "From array to batch"
    params: ClassVar[type[Params]] = TensorsParams

    def figures(self, params: TensorsParams) -> Iterator[Event]:
        """Yield the labels of each batch."""
        parts = params.batches()
        # At least one column, so that there is something to say where no batch is full.
        columns = np.full((max(1, len(parts)), params.batch_size), np.nan)
        for column, part in zip(columns, parts, strict=False):
            column[: len(part)] = part - 1
        yield Field(
            "batches", columns.T,
            Axis(message("batch"), low=0.5, high=len(columns) + 0.5, whole=True),
            Axis(message("place in the batch"), low=0.5, high=params.batch_size + 0.5, whole=True),
            (0.5, len(columns) + 0.5), (0.5, params.batch_size + 0.5), message("label"), "classes",
            classes=tuple(str(params.first + place) for place in range(params.classes)), smooth=False,
            missing=message("no example"),
        )  # fmt: skip

    def numbers(self, params: TensorsParams) -> Sequence[Numbers]:
        """Return the steps, what layer and losses say, and what float32 loses."""
        return [steps(params), verdicts(params), precision(params)]


EXPERIMENT = Tensors
