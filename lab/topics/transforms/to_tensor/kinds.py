"""What a picture can be as an array, and what torchvision makes of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.core.code import executed
from lab.core.events import Array
from lab.core.figures import Words
from lab.core.text import Verbatim, message

if TYPE_CHECKING:
    import torch

KINDS: Mapping[str, str] = {
    "uint8": "uint8 H×W×C",
    "float64": "float64 from 0 to 1",
    "float255": "float32 from 0 to 255",
    "grey": "Grey H×W",
    "alpha": "With alpha, 4 channels",
    "planes": "Already C×H×W",
}
FUNCTIONS: Mapping[str, str] = {
    "to_tensor": "ToTensor()",
    "v2": "v2.ToImage, ToDtype",
    "permute": "permute and / 255",
    "from_numpy": "from_numpy alone",
}
SOURCE_LINES: Mapping[str, str] = {
    "uint8": "x = np.array(image)",
    "float64": "x = np.array(image) / 255",
    "float255": "x = np.array(image, dtype=np.float32)",
    "grey": 'x = np.array(Image.fromarray(image).convert("L"))',
    "alpha": 'x = np.array(Image.fromarray(image).convert("RGBA"))',
    "planes": "x = np.ascontiguousarray(np.array(image).transpose(2, 0, 1))",
}
"""What makes each kind of `image`, (H, W, 3) uint8."""
FUNCTION_LINES: Mapping[str, str] = {
    "to_tensor": "t = transforms.ToTensor()(x)",
    "v2": "t = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])(x)",
    "permute": "t = torch.from_numpy(x).permute(2, 0, 1) / 255",
    "from_numpy": "t = torch.from_numpy(x)",
}


@dataclass(frozen=True)
class Cut:
    """A rectangle of a picture, of which only one of `every` rows and columns is there; or the `whole` of it."""

    top: int
    left: int
    height: int
    width: int
    every: int = 1
    whole: bool = True

    def of(self, whole: Array) -> Array:
        """Return the rectangle, without a copy."""
        return whole[self.top : self.top + self.height, self.left : self.left + self.width]


@dataclass(frozen=True)
class Source:
    """A picture as it is given to a function: an array of its own, contiguous, and the names of its axes."""

    kind: str
    array: Array
    axes: tuple[str, ...]

    @property
    def channels(self) -> int:
        """How many channels it has."""
        return int(self.array.shape[self.axes.index("C")]) if "C" in self.axes else 1

    @property
    def size(self) -> tuple[int, int]:
        """Its height and width."""
        height, width = (self.array.shape[self.axes.index(name)] for name in "HW")
        return int(height), int(width)

    @property
    def pixels(self) -> Array:
        """The same as (H, W, C), without a copy."""
        if self.axes == ("C", "H", "W"):
            return self.array.transpose(1, 2, 0)
        return self.array if self.array.ndim == 3 else self.array[:, :, None]

    @property
    def white(self) -> float:
        """The number that means full brightness."""
        return 1.0 if self.kind == "float64" else 255.0


def source_of(kind: str, image: Array) -> Source:
    """Return `image`, (H, W, 3) uint8, as one of KINDS."""
    axes = {"grey": ("H", "W"), "planes": ("C", "H", "W")}.get(kind, ("H", "W", "C"))
    from PIL import Image

    array = executed((SOURCE_LINES[kind],), {"np": np, "Image": Image, "image": image})["x"]
    return Source(kind, array, axes)


@dataclass(frozen=True)
class Outcome:
    """What a function made of a source.

    values: the numbers, with torch's strides; None where torch refused, which `refusal` says, and `original` in
    torch's words. class_name: of the result. strides: in elements. shares: whether the memory is that of the source.
    network: what a convolution with as many input channels says; "" where it takes the tensor.
    """

    values: Array | None = None
    axes: tuple[str, ...] = ()
    class_name: str = ""
    strides: tuple[int, ...] = ()
    contiguous: bool = False
    channels_last: bool = False
    shares: bool = False
    refusal: Words = ""
    original: str = ""
    network: Words = ""
    network_original: str = ""

    def index(self, channel: int, row: int, column: int) -> tuple[int, ...]:
        """Return where a number of the picture stands."""
        return placed(self.axes, channel, row, column)


def placed(axes: tuple[str, ...], channel: int, row: int, column: int) -> tuple[int, ...]:
    """Return the index of a number of the picture in an array with these axes."""
    names = {"C": channel, "H": row, "W": column}
    return tuple(names[name] for name in axes)


def outcome(source: Source, function: str) -> Outcome:
    """Let a function have its way with a source; imports torch and torchvision."""
    import torch
    from torchvision import transforms
    from torchvision.transforms import v2

    known = {"torch": torch, "transforms": transforms, "v2": v2, "x": source.array}
    try:
        tensor = executed((FUNCTION_LINES[function],), known)["t"]
    except (RuntimeError, TypeError, ValueError) as error:
        return Outcome(refusal=_refusal(source, error), original=_first_line(error))
    class_name = type(tensor).__name__
    tensor = tensor.as_subclass(torch.Tensor)
    before = torch.from_numpy(source.array).untyped_storage().data_ptr()
    axes = source.axes if source.array.ndim == 3 else ("C", *source.axes) if tensor.ndim == 3 else source.axes
    if function != "from_numpy" and source.array.ndim == 3:
        axes = (axes[2], axes[0], axes[1])
    network, network_original = _network(tensor, 1 if source.kind == "grey" else 3)
    return Outcome(
        values=tensor.numpy(),
        axes=axes,
        class_name=class_name,
        strides=tuple(tensor.stride()),
        contiguous=tensor.is_contiguous(),
        channels_last=tensor.ndim == 3 and tensor[None].is_contiguous(memory_format=torch.channels_last),
        shares=tensor.untyped_storage().data_ptr() == before,
        network=network,
        network_original=network_original,
    )


def _network(tensor: torch.Tensor, channels: int) -> tuple[Words, str]:
    """Return what a convolution says to a tensor, in plain words and in torch's; nothing where it takes it."""
    import torch

    try:
        # Rows and columns beyond the first few would only cost time.
        torch.nn.functional.conv2d(tensor[..., :8, :8], torch.zeros(1, channels, 1, 1))
    except RuntimeError as error:
        said = _first_line(error)
        if tensor.ndim == 2:
            words = message("It wants C×H×W, and a batch axis if you like; this tensor has two axes.")
        elif tensor.shape[0] != channels:
            words = message(
                "Its kernels have {wanted} channels; the first axis, which it takes for the channels, has {found}.",
                wanted=channels,
                found=tensor.shape[0],
            )
        else:
            words = message(
                "Its weights are float32 and this tensor is {found}; it does not mix types.",
                found=str(tensor.dtype).removeprefix("torch."),
            )
        return words, said
    return "", ""


def _refusal(source: Source, error: Exception) -> Words:
    if source.array.ndim == 2:
        return message(
            "permute(2, 0, 1) names three axes, and a grey picture H×W has two. Give it a third one first: "
            "x[:, :, None]."
        )
    return message("torch refuses: {reason}", reason=Verbatim(_first_line(error)))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
