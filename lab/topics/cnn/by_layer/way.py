"""One image on its way through a network: what each number is made of, and what it goes into.

Numbers are float64. Those of a layer are (C, H, W), of a vector (F, 1, 1); a place is (channel, row, column), and layer
0 is the image. Sums of products are written out here from the weights themselves; torch says what comes of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import torch
from torch import Tensor, nn

from lab.core.events import Array
from lab.topics.cnn.by_layer.sheet import Place

Kind = Literal["pixel", "sum", "largest", "copy", "function", "softmax"]
Span = tuple[int, int]
"""The first and the last row, or column."""


@dataclass(frozen=True)
class Made:
    """What a number is made of: numbers (n,) of the layer below at `places` (n, 3), and their weights.

    Of a "sum" the weights are those of the layer; of anything else, by how much the number grows with each of them.
    """

    kind: Kind
    value: float
    places: Array
    inputs: Array
    weights: Array
    bias: float = 0.0

    @property
    def products(self) -> Array:
        """Each input times its weight, (n,)."""
        return self.inputs * self.weights

    @property
    def order(self) -> Array:
        """The inputs from the one that counts for most on; of equals, the first comes first."""
        counts = self.inputs if self.kind == "softmax" else np.abs(self.products)
        if self.kind == "largest":
            counts = self.weights
        return np.argsort(-counts, kind="stable")


@dataclass(frozen=True)
class Uses:
    """What a number goes into: numbers of the next layer at `places` (n, 3), and by how much each grows with it."""

    places: Array
    weights: Array
    slopes: Array
    """∂score/∂ each of them; NaN after the score."""

    @property
    def products(self) -> Array:
        """What the number does to the score by way of each."""
        return self.weights * self.slopes

    @property
    def order(self) -> Array:
        """From what it does most by on; where it does nothing, by weight."""
        counts = np.nan_to_num(np.abs(self.products))
        return np.lexsort((-np.abs(self.weights), -counts))


class Way:
    """The numbers of all layers for one image, (1, 1, H, W)."""

    def __init__(self, layers: tuple[tuple[str, nn.Module], ...], image: Tensor) -> None:
        self.names = ("image", *(name for name, _module in layers))
        self.modules = (nn.Identity(), *(module for _name, module in layers))
        self._tensors = [image.detach().requires_grad_()]
        for module in self.modules[1:]:
            self._tensors.append(module(self._tensors[-1]))
        self.numbers = tuple(_as_maps(tensor[0].detach().numpy()) for tensor in self._tensors)
        self._slopes: dict[int, tuple[Array, ...]] = {}

    @property
    def last(self) -> int:
        """The layer of the probabilities; the one before has the scores."""
        return len(self.names) - 1

    def slopes(self, answer: int) -> tuple[Array, ...]:
        """Return ∂(score of a class)/∂ each number, of each layer; NaN for probabilities, which come after it."""
        if answer not in self._slopes:
            score = self._tensors[-2][0, answer]
            found = torch.autograd.grad(score, self._tensors[:-1], retain_graph=True)
            nothing = np.full(self.numbers[-1].shape, np.nan)
            self._slopes[answer] = (*(_as_maps(each[0].numpy()) for each in found), nothing)
        return self._slopes[answer]

    def by_pixel(self, layer: int, place: Place) -> Array:
        """Return ∂number/∂pixel, (H, W)."""
        output = self._tensors[layer][0]
        number = output[place] if output.ndim == 3 else output[place[0]]
        (found,) = torch.autograd.grad(number, self._tensors[0], retain_graph=True)
        pixels: Array = found[0, 0].numpy()
        return pixels

    def nearest(self, layer: int, place: Place) -> Place:
        """Return the place of a layer that is nearest to one."""
        return cast(Place, tuple(min(at, size - 1) for at, size in zip(place, self.numbers[layer].shape, strict=True)))

    def name(self, layer: int, place: Place) -> str:
        """Return a number as torch has it, without the batch: conv1[2, 5, 6]."""
        if layer == 0:
            return f"image[{place[1]}, {place[2]}]"
        vector = self.numbers[layer].shape[1:] == (1, 1)
        return f"{self.names[layer]}[{place[0] if vector else ', '.join(map(str, place))}]"

    def made(self, layer: int, place: Place) -> Made:
        """Return what a number is made of."""
        value = float(self.numbers[layer][place])
        if layer == 0:
            return Made("pixel", value, np.zeros((0, 3), int), np.zeros(0), np.zeros(0))
        module, below = self.modules[layer], self.numbers[layer - 1]
        every, bias = _every(below.shape), 0.0
        kind: Kind = "sum"
        match module:
            case nn.Conv2d():
                taps = [*_taps(module, place, below.shape)]
                places = np.array([(c, row, column) for c in range(len(below)) for row, column, _tap in taps])
                kernel = _array(module.weight)[place[0]]
                weights = np.array([kernel[c][tap] for c in range(len(below)) for _row, _column, tap in taps])
                bias = _bias(module, place[0])
            case nn.Linear():
                places, weights, bias = every, _array(module.weight)[place[0]], _bias(module, place[0])
            case nn.MaxPool2d():
                kind = "largest"
                places = np.array([(place[0], row, column) for row, column, _tap in _taps(module, place, below.shape)])
                weights = np.zeros(len(places))
                weights[below[tuple(places.T)].argmax()] = 1.0
            case nn.Flatten():
                kind, weights = "copy", np.ones(1)
                places = every[place[0]][None]
            case nn.Softmax():
                kind, places = "softmax", every
                probabilities = self.numbers[layer].ravel()
                weights = value * ((np.arange(len(every)) == place[0]) - probabilities)
            case _:
                places, weights = self._by_torch(layer, place)
                kind = "function" if len(places) == 1 else "sum"
                if isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d):
                    # γ·(x − μ)/√(σ² + ε) + β is w·x + b, as long as nothing is learned.
                    kind, bias = "sum", value - float(below[place] * weights[0])
                elif isinstance(module, nn.ConvTranspose2d):
                    bias = _bias(module, place[0])
        return Made(kind, value, places, below[tuple(places.T)], weights, bias)

    def _by_torch(self, layer: int, place: Place) -> tuple[Array, Array]:
        """Return where a number of any other layer comes from, and how it grows with each, by its gradient."""
        output = self._tensors[layer][0]
        if output.shape == self._tensors[layer - 1][0].shape:
            number = output[place] if output.ndim == 3 else output[place[0]]
            (found,) = torch.autograd.grad(number, self._tensors[layer - 1], retain_graph=True)
            return np.array([place]), _as_maps(found[0].numpy())[place][None]
        (found,) = torch.autograd.grad(output[place], self._tensors[layer - 1], retain_graph=True)
        slopes = _as_maps(found[0].numpy())
        return np.argwhere(slopes), slopes[slopes != 0]

    def uses(self, layer: int, place: Place, answer: int) -> Uses:
        """Return what a number goes into."""
        if layer == self.last:
            return Uses(np.zeros((0, 3), int), np.zeros(0), np.zeros(0))
        module, above = self.modules[layer + 1], self.numbers[layer + 1]
        match module:
            case nn.Conv2d():
                found = [*_covering(module, place, above.shape)]
                places = np.array([(c, row, column) for c in range(len(above)) for row, column, _tap in found])
                kernels = _array(module.weight)[:, place[0]]
                weights = np.array([kernels[c][tap] for c in range(len(above)) for _row, _column, tap in found])
            case nn.Linear():
                places, weights = _every(above.shape), _array(module.weight)[:, place[0]]
            case nn.MaxPool2d():
                places = np.array([(place[0], row, column) for row, column, _ in _covering(module, place, above.shape)])
                # It goes into each window that it lies in, and counts where it is the largest.
                weights = np.array([float(self._wins(layer + 1, tuple(each), place)) for each in places.tolist()])
            case nn.Flatten():
                places, weights = np.array([(np.ravel_multi_index(place, self.numbers[layer].shape), 0, 0)]), np.ones(1)
            case nn.Softmax():
                places, probabilities = _every(above.shape), above.ravel()
                weights = probabilities * ((np.arange(len(places)) == place[0]) - probabilities[place[0]])
            case _:
                places, weights = self._forwards(layer, place)
        # Where no window reaches it, it goes into nothing.
        places = places.reshape(-1, 3).astype(int)
        slopes = self.slopes(answer)[layer + 1][tuple(places.T)]
        return Uses(places, weights, slopes)

    def _wins(self, layer: int, window: Place, place: Place) -> bool:
        made = self.made(layer, window)
        return bool((made.places[made.weights.argmax()] == place).all())

    def _forwards(self, layer: int, place: Place) -> tuple[Array, Array]:
        """Return where a number goes in any other layer, and how each grows with it."""
        if self.numbers[layer].shape == self.numbers[layer + 1].shape:
            return np.array([place]), self._by_torch(layer + 1, place)[1]
        below = self._tensors[layer].detach().requires_grad_()
        output = self.modules[layer + 1](below)
        way = torch.zeros_like(below)
        way[(0, *place) if below.ndim == 4 else (0, place[0])] = 1.0
        # What comes back from an output is linear in it: its own derivative is the way forwards.
        back = torch.zeros_like(output, requires_grad=True)
        (returned,) = torch.autograd.grad(output, below, back, create_graph=True)
        (found,) = torch.autograd.grad(returned, back, way)
        slopes = _as_maps(found[0].numpy())
        return np.argwhere(slopes), slopes[slopes != 0]

    def path(self, layer: int, place: Place, answer: int) -> tuple[Place, ...]:
        """Return a place of each layer: down from a number what counts for most in it, up what it does most by."""
        found = [place]
        for below in range(layer, 0, -1):
            made = self.made(below, found[0])
            found.insert(0, cast(Place, tuple(made.places[made.order[0]].tolist())))
        for above in range(layer, self.last):
            uses = self.uses(above, found[-1], answer)
            # What goes into nothing stays where it is.
            ahead = uses.places[uses.order[0]].tolist() if len(uses.places) else self.nearest(above + 1, found[-1])
            found.append(cast(Place, tuple(ahead)))
        return tuple(found)

    def field(self, layer: int, place: Place) -> tuple[Span, Span]:
        """Return the rows and the columns of the image that a number can see."""
        rows, columns = (place[1], place[1]), (place[2], place[2])
        for below in range(layer, 0, -1):
            module, shape = self.modules[below], self.numbers[below - 1].shape
            if isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
                rows, columns = (_seen(module, axis, span, shape) for axis, span in enumerate((rows, columns)))
            elif isinstance(module, nn.Flatten) and below == layer:
                _channel, row, column = (int(at) for at in np.unravel_index(place[0], shape))
                rows, columns = (row, row), (column, column)
            elif self.numbers[below].shape != shape or isinstance(module, nn.Softmax):
                rows, columns = (0, shape[1] - 1), (0, shape[2] - 1)
        return rows, columns


def _as_maps(array: Array) -> Array:
    return array if array.ndim == 3 else array.reshape(-1, 1, 1)


def _array(tensor: Tensor) -> Array:
    array: Array = tensor.detach().numpy()
    return array


def _bias(module: nn.Conv2d | nn.ConvTranspose2d | nn.Linear, channel: int) -> float:
    return 0.0 if module.bias is None else float(module.bias.detach()[channel])


def _every(shape: tuple[int, ...]) -> Array:
    return np.stack(np.unravel_index(np.arange(np.prod(shape)), shape), 1)


def _axis(module: nn.Module, axis: int) -> tuple[int, int, int, int]:
    """Return kernel, stride, padding and dilation of a convolution or pooling along rows (0) or columns (1)."""
    given = (getattr(module, name, 1) for name in ("kernel_size", "stride", "padding", "dilation"))
    kernel, stride, padding, dilation = (each[axis] if isinstance(each, tuple) else int(each) for each in given)
    return kernel, stride, padding, dilation


def _taps(module: nn.Module, place: Place, below: tuple[int, ...]) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Yield the row, the column and the weight (i, j) of all in the window of a place that is no padding."""
    lines = []
    for axis in (0, 1):
        kernel, stride, padding, dilation = _axis(module, axis)
        first = place[1 + axis] * stride - padding
        lines.append([(first + i * dilation, i) for i in range(kernel) if 0 <= first + i * dilation < below[1 + axis]])
    return ((row, column, (i, j)) for row, i in lines[0] for column, j in lines[1])


def _covering(module: nn.Module, place: Place, above: tuple[int, ...]) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Yield the row and the column of each window that a place lies in, and by which weight (i, j)."""
    lines = []
    for axis in (0, 1):
        kernel, stride, padding, dilation = _axis(module, axis)
        firsts = [(place[1 + axis] + padding - i * dilation, i) for i in range(kernel)]
        lines.append(
            sorted((at // stride, i) for at, i in firsts if at % stride == 0 and 0 <= at // stride < above[1 + axis])
        )
    return ((row, column, (i, j)) for row, i in lines[0] for column, j in lines[1])


def _seen(module: nn.Module, axis: int, span: Span, below: tuple[int, ...]) -> Span:
    kernel, stride, padding, dilation = _axis(module, axis)
    first, last = span[0] * stride - padding, span[1] * stride - padding + (kernel - 1) * dilation
    return max(first, 0), min(last, below[1 + axis] - 1)
