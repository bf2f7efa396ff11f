"""Kernels on whole photographs, one or many at once, as they are edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Array, Event
from lab.core.experiment import ClosedForm, RunMode
from lab.core.numbers import all_of
from lab.core.params import Params, choice, flag, integer, integers, text
from lab.core.text import DataError
from lab.data.images.code import picture_lines
from lab.data.images.planes import unit_planes
from lab.data.images.reading import Photo
from lab.data.images.sources import PictureParams
from lab.data.store import DataStore
from lab.nets.convolution.filtering import all_channels, each_channel
from lab.nets.convolution.kernels import GALLERY, own_kernel
from lab.nets.convolution.numbers import Pair
from lab.nets.convolution.sizes import convolved
from lab.topics.convolution.kernels.figures import Filtered, kernel_matrix, pictures, taken_apart
from lab.topics.convolution.kernels.numbers import numbers, program_lines


@dataclass(frozen=True, kw_only=True)
class KernelsParams(PictureParams):
    """The picture, the kernel, and what is done with it."""

    implies: ClassVar = {"weights": {"kernel": "own", "together": "one"}}

    together: str = choice(
        "one", {"one": "One kernel", "edges": "Both directions and their size", "gallery": "The whole gallery"},
        label="At once",
        help="One kernel; Sobel's two and √(x² + y²) of them; or all kernels of the gallery, a channel each.",
        group="Kernel",
    )  # fmt: skip
    kernel: str = choice(
        "vertical",
        {
            **{name: kernel.label for name, kernel in GALLERY.items()},
            "own": "Own kernel",
            "learned": "Learned by a network",
        },
        label="Kernel",
        help="Those that everybody should have seen, one's own, or one that a network has learned in its first layer.",
        group="Kernel", when=("together", ("one",)),
    )  # fmt: skip
    weights: str = text(
        "1 0 -1; 1 0 -1; 1 0 -1", label="Own kernel",
        help="Numbers separated by spaces, rows by semicolons, up to 15 × 15. You can also edit the cells themselves.",
        group="Kernel", longest=6000, when=("kernel", ("own",)),
    )  # fmt: skip
    network: str = text(
        "digits", label="Network",
        help="digits is the network that comes with Descent; or the folder of a run of the CNN tab.", group="Kernel",
        longest=1000, when=("kernel", ("learned",)),
    )  # fmt: skip
    number: int = integer(
        1, 1, 512, slider=False, label="Which one", help="The number of the kernel in the first layer of the network.",
        group="Kernel", when=("kernel", ("learned",)),
    )  # fmt: skip
    grey: bool = flag(
        True, label="Grey",
        help="The brightness of the picture instead of its three colours, each of which goes through the kernel alone.",
        group="Picture", when=("together", ("one",)),
    )  # fmt: skip
    padding: str = choice(
        "same", {"same": "Zeros around, same size", "valid": "None"}, label="Padding",
        help="Zeros around the picture, half a kernel wide, or none.", group="Convolution",
    )  # fmt: skip
    stride: int = integer(
        1, 1, 16, slider=True, label="Stride", help="How many pixels the kernel goes from one place to the next.",
        group="Convolution",
    )  # fmt: skip
    after: str = choice(
        "nothing", {"nothing": "Nothing", "relu": "ReLU", "magnitude": "Magnitude"}, label="Afterwards",
        help="ReLU keeps what is positive: edges of one direction. The magnitude keeps edges of both.",
        group="Convolution", when=("together", ("one",)),
    )  # fmt: skip
    at: tuple[int, ...] = integers(
        (150, 330), 0, 100_000, length=(2, 2), label="Pixel",
        help="Row and column of the result, from 0, that is taken apart. Click into a picture.", group="Convolution",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what is no kernel."""
        super().check()
        if self.kernel == "own":
            own_kernel("weights", self.weights)

    @property
    def written_kernel(self) -> Array | None:
        """The kernel (kh, kw), unless it has to be read from a network."""
        if self.kernel == "learned":
            return None
        return own_kernel("weights", self.weights) if self.kernel == "own" else GALLERY[self.kernel].array

    @property
    def coloured(self) -> bool:
        """Whether the three colours go through the kernel, each alone."""
        return self.together == "one" and not self.grey


class Kernels(ClosedForm[KernelsParams]):
    """Filter a photograph as the kernel is edited, and take each pixel of the result apart."""

    id: ClassVar[str] = "convolution.kernels"
    title: ClassVar[str] = "Kernels on photographs"
    params: ClassVar[type[Params]] = KernelsParams
    needs_torch: ClassVar[bool] = True
    mode: ClassVar[RunMode] = "background"

    def __init__(self) -> None:
        self._photo: tuple[Photo, bool] | None = None
        self._image = np.zeros((1, 1, 1), np.float32)

    def validate(self, params: KernelsParams, data: DataStore) -> None:
        """Raise LabError where the picture or the network whose kernel it is cannot be read."""
        params.photo()
        _kernels(params)

    def preview(self, params: KernelsParams, data: DataStore) -> Iterator[Event]:
        """Yield the kernel, which is edited."""
        if params.together == "one" and params.written_kernel is not None:
            yield kernel_matrix(params.written_kernel)

    def compute(self, params: KernelsParams) -> Iterator[Event]:
        """Yield the filtered picture, the arithmetic of one pixel, numbers and program. Raises LabError."""
        photo = params.photo()
        filtered = self._filtered(params, photo)
        yield pictures(filtered, params.at, photo.name)
        if params.kernel == "learned" and params.together == "one":
            yield kernel_matrix(filtered.kernels[0])
        yield taken_apart(filtered, params.at)
        lines = program_lines(picture_lines(params), params.together, params.coloured, params.after, filtered)
        yield from all_of([numbers(filtered, params.at, lines)])

    def _filtered(self, params: KernelsParams, photo: Photo) -> Filtered:
        if self._photo is None or self._photo[0] is not photo or self._photo[1] != params.coloured:
            self._image, self._photo = unit_planes(photo.pixels, not params.coloured), (photo, params.coloured)
        names, kernels = _kernels(params)
        size: Pair = kernels[0].shape
        padding = (size[0] // 2, size[1] // 2) if params.padding == "same" else (0, 0)
        for axis, span, around in zip(self._image.shape, size, padding, strict=False):
            problem = convolved(axis, span, around, params.stride).problem
            if problem is not None:
                raise DataError(problem.template, **problem.values)
        stride = (params.stride, params.stride)
        if len(kernels) == 1:
            result = each_channel(self._image, kernels[0], padding=padding, stride=stride)
            if params.after == "relu":
                result = np.maximum(result, 0)
            elif params.after == "magnitude":
                result = np.abs(result)
            results = [result]
        else:
            bank = np.stack([_centred(kernel, size) for kernel in kernels])[:, None]
            maps = all_channels(self._image, bank, np.zeros(len(bank)), padding=padding, stride=stride)
            results = [plane[:, :, None] for plane in maps]
            if params.together == "edges":
                results.append(np.sqrt(results[0] ** 2 + results[1] ** 2))
        return Filtered(self._image, names, kernels, tuple(results), padding, params.stride)


def _kernels(params: KernelsParams) -> tuple[tuple[str, ...], tuple[Array, ...]]:
    """Return the names of the results and the kernels, the first of which is that with the largest size."""
    if params.together == "edges":
        return ("sobel_x", "sobel_y", "size"), (GALLERY["sobel_x"].array, GALLERY["sobel_y"].array)
    if params.together == "gallery":
        largest_first = sorted(GALLERY, key=lambda name: -len(GALLERY[name].rows))
        return tuple(largest_first), tuple(GALLERY[name].array for name in largest_first)
    kernel = params.written_kernel
    return (params.kernel,), (_learned(params) if kernel is None else kernel,)


def _learned(params: KernelsParams) -> Array:
    """Return a kernel (kh, kw) of the first layer of a network; the mean over the colours where it has three."""
    from lab.running.classifier import load_model

    weights = load_model(params.network).arrays["conv1.weight"]
    if params.number > len(weights):
        raise DataError(
            "The first layer of {network} has {count} kernels; there is no number {number}.",
            network=params.network,
            count=len(weights),
            number=params.number,
        )
    return np.asarray(weights[params.number - 1].mean(0), np.float64)


def _centred(kernel: Array, size: Pair) -> Array:
    """Return a smaller odd kernel with zeros around, of a given size."""
    rows, columns = ((whole - part) // 2 for whole, part in zip(size, kernel.shape, strict=True))
    return np.pad(kernel, ((rows, rows), (columns, columns)))


EXPERIMENT = Kernels
