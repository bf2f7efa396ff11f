"""Layers one above another, and what a unit of each sees of the input: by formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from lab.core.blocks import Block, Number, read_block
from lab.nets.convolution.numbers import Pair
from lab.nets.convolution.sizes import Size, convolved, reach

_KERNEL, _STRIDE, _PADDING = "Kernel size", "Stride", "Padding"

KINDS: Mapping[str, Block] = MappingProxyType(
    {
        "conv": Block(
            "Convolution",
            "A kernel of weights.",
            (
                Number("kernel", 3, 1, 15, _KERNEL),
                Number("stride", 1, 1, 8, _STRIDE),
                Number("padding", 0, 0, 32, _PADDING),
                Number("dilation", 1, 1, 16, "Dilation"),
            ),
        ),
        "pool": Block(
            "Pooling",
            "The largest or the mean of a window.",
            (
                Number("kernel", 2, 1, 15, _KERNEL),
                Number("stride", 2, 1, 8, _STRIDE),
                Number("padding", 0, 0, 7, _PADDING),
                Number("how", "max", 0, 0, "Pooling", choices=(("max", "Maximum"), ("mean", "Mean"))),
            ),
        ),
    }
)
_THREE, _POOL, _MEAN = "conv kernel=3 padding=1", "pool kernel=2", "pool kernel=2 how=mean"
VGG = (2, 2, 3, 3, 3)
"""Convolutions in each block of VGG-16 (Simonyan and Zisserman 2014); each block ends with a pooling."""
PRESETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "three": (_THREE,) * 3,
        "seven": ("conv kernel=7 padding=3",),
        "dilated": (_THREE, "conv kernel=3 padding=2 dilation=2", "conv kernel=3 padding=4 dilation=4"),
        "lenet": ("conv kernel=5", _MEAN, "conv kernel=5", _MEAN, "conv kernel=5"),
    }
)


def vgg(blocks: int) -> tuple[str, ...]:
    """Return the layers of VGG-16 up to the end of a block, 1 to 5."""
    return tuple(text for count in VGG[:blocks] for text in (*(_THREE,) * count, _POOL))


@dataclass(frozen=True)
class Layer:
    """A convolution, or a pooling by the `how` of it, with square windows."""

    kernel: int
    stride: int
    padding: int
    dilation: int = 1
    how: str = ""

    @property
    def span(self) -> int:
        """How many units of the layer below a window reaches over."""
        return reach(self.kernel, self.dilation)


def layers_of(texts: Sequence[str]) -> tuple[Layer, ...]:
    """Read blocks. Raises BlockError."""
    found = []
    for place, text in enumerate(texts, 1):
        values = read_block(KINDS, text, place).values
        numbers = {name: int(values[name]) for name in ("kernel", "stride", "padding")}
        found.append(Layer(**numbers, dilation=int(values.get("dilation", 1)), how=str(values.get("how", ""))))
    return tuple(found)


@dataclass(frozen=True)
class View:
    """What the units of a layer see of the input, along an axis.

    field: how many pixels one unit sees. jump: how many pixels lie between neighbours. start: where the view of unit 0
    begins, which may lie in the padding. size: how many units there are, less than 1 where the windows do not fit.
    """

    layer: Layer | None
    size: Size
    field: int = 1
    jump: int = 1
    start: int = 0


def views(layers: Sequence[Layer], size: int) -> tuple[View, ...]:
    """Return the views of the input itself and of each layer over it.

    r_l = r_{l−1} + (k − 1)·d·j_{l−1}, j_l = j_{l−1}·s, t_l = t_{l−1} − p·j_{l−1} (Araujo, Norris and Sim 2019).
    """
    found = [View(None, Size(size, str(size)))]
    for layer in layers:
        below = found[-1]
        # From where nothing fits on there is nothing, not even a negative number of units.
        outputs = below.size
        if outputs.fits:
            outputs = convolved(outputs.value, layer.kernel, layer.padding, layer.stride, layer.dilation)
        field = below.field + (layer.kernel - 1) * layer.dilation * below.jump
        found.append(View(layer, outputs, field, below.jump * layer.stride, below.start - layer.padding * below.jump))
    return tuple(found)


@dataclass(frozen=True)
class Stack:
    """Layers over an input of `size` × `size` pixels, and the pixel `at` (row, column) that is asked about."""

    layers: tuple[Layer, ...]
    size: int
    at: Pair

    @property
    def views(self) -> tuple[View, ...]:
        """What each layer sees, from the input on."""
        return views(self.layers, self.size)

    @property
    def top(self) -> View:
        """What the last layer sees."""
        return self.views[-1]

    @property
    def fits(self) -> bool:
        """Whether there is an output."""
        return self.top.size.fits

    @property
    def unit(self) -> Pair:
        """The output (row, column) whose view has its middle nearest to the pixel that is asked about."""
        top = self.top
        row, column = (
            max(0, min(round((pixel - top.start - (top.field - 1) / 2) / top.jump), top.size.value - 1))
            for pixel in self.at
        )
        return row, column

    def nested(self) -> tuple[tuple[int, int], ...]:
        """Return where the views of one unit of each layer begin (row, column): of the output, of the unit in the
        middle of its window, and so on down to the input.
        """
        unit, found = self.unit, []
        for view in reversed(self.views):
            found.append((view.start + view.jump * unit[0], view.start + view.jump * unit[1]))
            if view.layer is not None:
                layer = view.layer
                middle = layer.dilation * ((layer.kernel - 1) // 2) - layer.padding
                unit = unit[0] * layer.stride + middle, unit[1] * layer.stride + middle
        return tuple(reversed(found))
