"""Convolution against cross-correlation: SciPy turns the kernel round, torch does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from lab.core.events import Array, Event
from lab.core.experiment import ClosedForm, RunMode
from lab.core.numbers import all_of
from lab.core.params import Params, choice, flag, integer, integers, text
from lab.data.store import DataStore
from lab.nets.convolution.kernels import GALLERY, gaussian, own_kernel
from lab.nets.convolution.numbers import Pair, pair
from lab.topics.convolution.flip.figures import given, kernels, outcome
from lab.topics.convolution.flip.numbers import comparison, numbers
from lab.topics.convolution.flip.results import Extra, Mode, computed

COURSE_SIDE, COURSE_WIDTH = 7, 7.0
_OF_GALLERY = {"vertical": "vertical", "sobel": "sobel_x", "emboss": "emboss"}


@dataclass(frozen=True, kw_only=True)
class FlipParams(Params):
    """An image, a kernel, and how both libraries are asked."""

    implies: ClassVar = {"weights": {"kernel": "own"}}

    kernel: str = choice(
        "gaussian",
        {
            "gaussian": "Gaussian, 7 × 7",
            **{name: GALLERY[entry].label for name, entry in _OF_GALLERY.items()},
            "random": "Random",
            "own": "Own kernel",
        },
        label="Kernel",
        help="The Gaussian is exp(−(x² + y²)/7), as in the course. Type into the cells of a kernel to make it yours.",
        group="Kernel",
    )
    weights: str = text(
        "1 2 3; 4 5 6; 7 8 9", label="Own kernel",
        help="Numbers separated by spaces, rows by semicolons, up to 15 × 15. You can also edit the cells themselves.",
        group="Kernel", longest=6000, when=("kernel", ("own",)),
    )  # fmt: skip
    side: tuple[int, ...] = integers(
        (4,), 1, 15, length=(1, 2), group="Kernel", when=("kernel", ("random",)),
        label="Kernel size", help="Rows and columns of the random kernel; one number for both, or two.",
    )  # fmt: skip
    turn: bool = flag(
        False, label="Turn it for torch",
        help="Turn the kernel round, top to bottom and left to right, before torch gets it.", group="Kernel",
    )  # fmt: skip
    size: tuple[int, ...] = integers(
        (20,), 15, 96, length=(1, 2), group="Image",
        label="Image size", help="Rows and columns of the image; one number for both, or two.",
    )  # fmt: skip
    seed: int = integer(
        0, 0, 2**31 - 1, label="Seed", help="With the same seed the image and the random kernel are the same.",
        group="Image",
    )  # fmt: skip
    mode: Literal["valid", "same", "full"] = choice(
        "valid",
        {"valid": "valid: only whole windows", "same": "same: as large as the image", "full": "full: all that touches"},
        label="Mode", help="What SciPy calls it; torch gets as many zeros around the image.", group="Convolution",
    )  # fmt: skip
    extra: Literal["before", "after"] = choice(
        "before", {"before": "Before the image", "after": "After it"}, label="Extra zero",
        help="On which side torch gets the one zero more that an even kernel needs. SciPy's convolve2d has it before "
        'the image, torch\'s own padding="same" after it.',
        group="Convolution", when=("mode", ("same",)),
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what is no kernel."""
        if self.kernel == "own":
            own_kernel("weights", self.weights)

    def arrays(self) -> tuple[Array, Array]:
        """Return the image (H, W) and the kernel (kh, kw)."""
        random = np.random.default_rng(self.seed)
        image = random.standard_normal(pair(self.size))
        if self.kernel == "own":
            return image, own_kernel("weights", self.weights)
        if self.kernel == "random":
            return image, random.standard_normal(self.kernel_side)
        if self.kernel == "gaussian":
            return image, gaussian(COURSE_SIDE, COURSE_WIDTH)
        return image, GALLERY[_OF_GALLERY[self.kernel]].array

    @property
    def kernel_side(self) -> Pair:
        """Rows and columns of a random kernel."""
        return pair(self.side)


class Flip(ClosedForm[FlipParams]):
    """Give the same to SciPy and to torch, and show where they differ."""

    id: ClassVar[str] = "convolution.flip"
    title: ClassVar[str] = "Convolution or correlation?"
    params: ClassVar[type[Params]] = FlipParams
    needs_torch: ClassVar[bool] = True
    mode: ClassVar[RunMode] = "background"

    def preview(self, params: FlipParams, data: DataStore) -> Iterator[Event]:
        """Yield what is given to both."""
        image, kernel = params.arrays()
        yield given(image, kernel)
        yield kernels(kernel)

    def compute(self, params: FlipParams) -> Iterator[Event]:
        """Yield both results, their difference, what equals what, and the program."""
        mode: Mode = params.mode
        extra: Extra = params.extra
        results = computed(*params.arrays(), mode, extra)
        yield outcome(results, params.turn)
        told = numbers(results, params.seed, params.kernel, params.kernel_side, params.turn)
        yield from all_of([told, comparison(results)])


EXPERIMENT = Flip
