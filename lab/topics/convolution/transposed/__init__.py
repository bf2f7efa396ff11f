"""A transposed convolution: each number becomes a stamp, and stamps add up."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event, Remark
from lab.core.experiment import ClosedForm, Context, RunMode
from lab.core.metaparameters import seed_field
from lab.core.numbers import all_of, check
from lab.core.params import ParamError, Params, choice, integer, integers, text
from lab.data.store import DataStore
from lab.nets.convolution.code import refusal
from lab.nets.convolution.kernels import gaussian, own_kernel
from lab.nets.convolution.numbers import Pair, pair
from lab.topics.convolution.transposed.matrices import back, equation, stamping
from lab.topics.convolution.transposed.numbers import arithmetic, checked, numbers
from lab.topics.convolution.transposed.stamp_pictures import matrix_pictures, pictures
from lab.topics.convolution.transposed.working import AxisStamps, Stamping

MOST_STEPS = 64
_BOTH = " One number for both axes, or two: rows, columns."


@dataclass(frozen=True, kw_only=True)
class TransposedParams(Params):
    """An input, a kernel, and how the stamps are set."""

    implies: ClassVar = {"own": {"weights": "own"}, "at": {"step": "0"}}

    step: int = integer(
        0, 0, MOST_STEPS, slider=True, label="Stamps so far", group="Shown",
        help="How many numbers of the input have been stamped, row by row; 0 is all of them.",
    )  # fmt: skip
    at: tuple[int, ...] = integers(
        (1, 1), 0, 511, length=(2, 2), label="Number looked at", group="Shown", when=("step", (0,)),
        help="Row and column of the input, from 0, whose stamp is marked. Click into the input.",
    )  # fmt: skip
    size: tuple[int, ...] = integers(
        (4, 4), 1, 512, length=(1, 2), label="Size M", unit="pixels", group="Input",
        help="Rows and columns of the input; one number for a square.",
    )  # fmt: skip
    values: str = choice(
        "counting",
        {"counting": "Counting: 1, 2, 3 …", "middle": "One 1 in the middle", "ones": "Ones", "random": "Random"},
        label="Numbers", help="What stands in the input.", group="Input",
    )  # fmt: skip
    weights: str = choice(
        "ones", {"ones": "Ones", "gaussian": "Gaussian", "random": "Random", "own": "Own kernel"}, label="Weights",
        help="What stands in the kernel. Type into its cells to make it yours.", group="Kernel",
    )  # fmt: skip
    own: str = text(
        "1 2 1; 2 4 2; 1 2 1", label="Own kernel",
        help="Numbers separated by spaces, rows by semicolons, up to 15 × 15. You can also edit the cells themselves.",
        group="Kernel", longest=6000, when=("weights", ("own",)),
    )  # fmt: skip
    kernel: tuple[int, ...] = integers(
        (3,), 1, 15, length=(1, 2), label="Kernel size k", unit="pixels", group="Kernel",
        when=("weights", ("ones", "gaussian", "random")), help="The size of a stamp." + _BOTH,
    )  # fmt: skip
    stride: tuple[int, ...] = integers(
        (2,), 1, 8, length=(1, 2), label="Stride s", unit="pixels", group="Stamps",
        help="How far in the output the next stamp is set." + _BOTH,
    )  # fmt: skip
    padding: tuple[int, ...] = integers(
        (0,), 0, 16, length=(1, 2), label="Padding p", unit="pixels", group="Stamps",
        help="How much is cut off from each side of the output." + _BOTH,
    )  # fmt: skip
    output_padding: tuple[int, ...] = integers(
        (0,), 0, 7, length=(1, 2), label="Output padding", unit="pixels", group="Stamps",
        help="What is added at the end of the output, less than a stride or a dilation. A convolution whose stride "
        "rounds down comes from several sizes; this says from which.",
    )  # fmt: skip
    dilation: tuple[int, ...] = integers(
        (1,), 1, 8, length=(1, 2), label="Dilation d", unit="pixels", group="Stamps",
        help="How far the cells of a stamp lie apart; 1 is side by side." + _BOTH,
    )  # fmt: skip
    seed: int = seed_field()

    def check(self) -> None:
        """Refuse what is no kernel, and an output padding that torch refuses."""
        if self.weights == "own":
            own_kernel("own", self.own)
        for more, stride, dilation in zip(
            pair(self.output_padding), pair(self.stride), pair(self.dilation), strict=True
        ):
            if more >= max(stride, dilation):
                raise ParamError(
                    "output_padding",
                    "{field}: {value} is not allowed; allowed is less than the stride {stride} or the dilation "
                    "{dilation}, at most {most}: more would only be zeros that no stamp reaches",
                    value=more,
                    stride=stride,
                    dilation=dilation,
                    most=max(stride, dilation) - 1,
                )

    @property
    def matrix(self) -> Array:
        """The kernel (kh, kw)."""
        kh, kw = pair(self.kernel)
        match self.weights:
            case "own":
                return own_kernel("own", self.own)
            case "random":
                kernel: Array = np.random.default_rng(self.seed + 1).standard_normal((kh, kw)).round(2)
                return kernel
            case "gaussian":
                # Wide enough to be seen, narrow enough to fade out within the kernel.
                bells = [gaussian(side, 2 * (side / 4) ** 2)[side // 2] for side in (kh, kw)]
                product: Array = np.outer(*(bell / bell.sum() for bell in bells)).round(4)
                return product
        return np.ones((kh, kw))

    def stamping(self) -> Stamping:
        """Return all that there is to be worked out."""
        size, kernel = pair(self.size), self.matrix
        settings = [pair(each) for each in (self.padding, self.stride, self.dilation, self.output_padding)]
        rows, columns = (
            AxisStamps(size[axis], kernel.shape[axis], *(values[axis] for values in settings)) for axis in (0, 1)
        )
        count = size[0] * size[1]
        done = min(self.step or count, count)
        last = divmod(done - 1, size[1])
        at = last if self.step else (min(self.at[0], size[0] - 1), min(self.at[1], size[1] - 1))
        fill = partial(filled, self.values, self.seed)
        return Stamping(fill(size), kernel, rows, columns, at, done, fill)


def filled(values: str, seed: int, size: Pair) -> Array:
    """Return an image (H, W) float64 of one of the choices of numbers."""
    match values:
        case "counting":
            return np.arange(1.0, size[0] * size[1] + 1).reshape(size)
        case "random":
            return np.random.default_rng(seed).integers(-9, 10, size).astype(np.float64)
        case "ones":
            return np.ones(size)
    image = np.zeros(size)
    image[size[0] // 2, size[1] // 2] = 1.0
    return image


class Transposed(ClosedForm[TransposedParams]):
    """Stamp number by number, count overlaps, and hold it against the convolution that it is the transpose of."""

    id: ClassVar[str] = "convolution.transposed"
    title: ClassVar[str] = "Transposed convolution"
    params: ClassVar[type[Params]] = TransposedParams
    mode: ClassVar[RunMode] = "background"

    def preview(self, params: TransposedParams, data: DataStore) -> Iterator[Event]:
        """Yield the stamping, number by number, and the arithmetic."""
        found = params.stamping()
        yield stamping(found)
        yield arithmetic(found).table

    def compute(self, params: TransposedParams) -> Iterator[Event]:
        """Yield pictures, matrices, numbers and program; they say why, where the padding cuts everything off."""
        found = params.stamping()
        yield pictures(found)
        yield matrix_pictures(found)
        yield equation(found)
        yield back(found)
        yield from all_of([numbers(found, params.values, params.seed), arithmetic(found), *refusal(found.problem)])

    def verify(self, params: TransposedParams) -> Iterator[Event]:
        """Yield what torch makes of the same numbers, and the gradient of its convolution."""
        yield check(checked(params.stamping(), params.values, params.seed))

    def run(self, params: TransposedParams, context: Context) -> Generator[Event, None, None]:
        """Say why nothing is left in words too, where there is no picture to see."""
        problem = params.stamping().problem
        if problem is not None:
            yield Remark("size", problem, "warning")
        yield from super().run(params, context)


EXPERIMENT = Transposed
