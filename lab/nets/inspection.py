"""What can be read from any torch network, however deep, without changing it: its layers, maps, weights.

A large network is read layer by layer: no event carries more than `LIMIT` numbers. What is asked with
`look({"layer": name})` is passed on as `names`:

    found = feature_maps(network, images, [request["layer"]] if request.get("layer") else ())
    yield FeatureMaps("test", image, found.layers, step, found.available, found.whole)
    found = weights_of(network, names)
    yield Weights("network", dict(found.layers), params, classes, step, found.available, found.whole)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from math import prod
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd

from lab.core.events import Array, Histogram, LayerTree, Lazy, TreeLayer, lazily
from lab.core.text import LabError
from lab.nets.network import Dropout

LIMIT = 4_000_000
"""Numbers that are copied at most for one event."""
MANY = 24
"""Layers up to which a network is shown whole."""
_SAME = (nn.Flatten, nn.Identity, Dropout, _DropoutNd)
"""Layers that change no number in evaluation mode."""


@dataclass(frozen=True)
class Excerpt:
    """What was read: `layers` are names and arrays, in order.

    `available` are all names that can be asked for, () where everything is here; `whole` has the shapes of those
    arrays of which only the first maps are here.
    """

    layers: tuple[tuple[str, Array], ...]
    available: tuple[str, ...] = ()
    whole: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


class _Room:
    """The numbers that may still be copied, and what was cut for that."""

    def __init__(self) -> None:
        self.left = LIMIT
        self.whole: dict[str, tuple[int, ...]] = {}

    def copy(self, name: str, tensor: Tensor) -> Array:
        """Return a copy of a tensor on the CPU, or of its first entries, one at least."""
        each = max(prod(tensor.shape[1:]), 1)
        count = max(self.left // each, 1)
        if tensor.ndim and count < len(tensor):
            self.whole[name] = tuple(tensor.shape)
            tensor = tensor[:count]
        self.left -= tensor.numel()
        return np.array(tensor.detach().to("cpu").contiguous().numpy(), copy=True)


def feature_maps(network: nn.Module, images: Tensor, names: Collection[str] = (), many: int = MANY) -> Excerpt:
    """Return what layers make of the first of `images` (N, C, H, W): maps (C, h, w), vectors as (F, 1, 1).

    Tokens (L, F) are one map. A network of up to `many` layers shows all of them whatever is asked for; of a larger one
    the layers `names`, such as "layer1.0.conv2", or the first one where none of them is there. A layer that is used
    more than once shows what it made first. The network is asked in evaluation mode and is afterwards what it was.
    """
    modules = dict(network.named_modules())
    shown = [name for name, module in modules.items() if not _has_children(module) and not isinstance(module, _SAME)]
    small = len(shown) <= many
    blocks = [n for n, m in modules.items() if n and _has_children(m) and not isinstance(m, nn.Sequential)]
    order = {name: place for place, name in enumerate(modules)}
    everything = tuple(sorted([*shown, *blocks], key=order.__getitem__))
    asked = [name for name in names if name in modules and not isinstance(modules[name], _SAME)]
    chosen = shown if small else asked or shown[:1]
    room, arrays = _Room(), dict[str, Array]()

    def read(name: str, _module: nn.Module, _inputs: Any, output: Any) -> None:
        # Copied at once: what follows may work in place.
        tensor = _tensor(output)
        if name not in arrays and tensor is not None:
            arrays[name] = room.copy(name, _as_maps(tensor[0]))

    with torch.no_grad(), _asked(network), _hooked({name: modules[name] for name in chosen}, read):
        network(images[:1])
    complete = small and not room.whole
    return Excerpt(tuple(arrays.items()), () if complete else everything, room.whole)


def outputs_of(network: nn.Module, images: Tensor, names: Collection[str] = ()) -> dict[str, Tensor]:
    """Return what layers make of all of `images` (N, C, H, W), by their names, on the device; of each layer, where no
    `names` are given. A layer that is used more than once is asked for what it makes first.

    For a small network and a few images: nothing is left out. The network is afterwards what it was.
    """
    modules = dict(network.named_modules())
    found = dict[str, Tensor]()

    def read(name: str, _module: nn.Module, _inputs: Any, output: Any) -> None:
        tensor = _tensor(output)
        if tensor is not None:
            # What follows may work in place.
            found.setdefault(name, tensor.clone())

    chosen = names or [name for name, module in modules.items() if not _has_children(module)]
    with torch.no_grad(), _asked(network), _hooked({name: modules[name] for name in chosen}, read):
        network(images)
    return found


def weights_of(network: nn.Module, names: Collection[str] = ()) -> Excerpt:
    """Return copies of weights and buffers, by the names of `state_dict`.

    All of a network of at most `LIMIT` numbers, whatever is asked for; of a larger one those within the modules
    `names`, or of the first module with kernels where none of them is there.
    """
    tensors = network.state_dict()
    if sum(tensor.numel() for tensor in tensors.values()) <= LIMIT:
        room = _Room()
        return Excerpt(tuple((name, room.copy(name, tensor)) for name, tensor in tensors.items()))
    parents = {name: name.rpartition(".")[0] for name in tensors}
    kernels = dict.fromkeys(parents[name] for name, tensor in tensors.items() if tensor.ndim > 2)
    available = tuple(kernels or dict.fromkeys(parents.values()))
    asked = [name for name in names if any(_within(each, name) for each in tensors)] or available[:1]
    room = _Room()
    arrays = [
        (each, room.copy(each, tensor))
        for each, tensor in tensors.items()
        if any(_within(each, name) for name in asked)
    ]
    return Excerpt(tuple(arrays), available, room.whole)


def histogram(name: str, step: int, values: Tensor, bins: int = 64) -> Histogram:
    """Return how the numbers of a tensor are spread. Waits for the device.

    What is not finite is left out; where nothing is left, all counts are zero.
    """
    values = values.detach().float().ravel()
    low, high = _ends(values)
    if not np.isfinite(high - low):
        values = values[values.isfinite()]
        low, high = _ends(values)
    if low == high:
        low, high = low - (abs(low) or 1.0) * 1e-3, high + (abs(high) or 1.0) * 1e-3
    counts = torch.histc(values, bins, low, high).cpu().numpy().astype(np.int64)
    return Histogram(name, step, np.linspace(low, high, bins + 1), counts)


def histograms(network: nn.Module, step: int, *, gradients: bool = False, vectors: bool = False) -> Iterator[Lazy]:
    """Yield, lazily, how the matrices and kernels of each layer are spread, or their gradients, where there are any.

    With `vectors`, also biases and the scales and shifts of norms. They are called "weights/conv1.weight" and
    "gradients/conv1.weight".
    """
    family = "gradients" if gradients else "weights"
    for name, parameter in network.named_parameters():
        values = parameter.grad if gradients else parameter
        if values is not None and (vectors or values.ndim > 1):
            yield lazily(Histogram, f"{family}/{name}", histogram, f"{family}/{name}", step, values)


def _ends(values: Tensor) -> tuple[float, float]:
    if not values.numel():
        return 0.0, 0.0
    low, high = torch.aminmax(values)
    return float(low), float(high)


def layer_tree(
    network: nn.Module,
    example_shape: tuple[int, ...],
    *,
    name: str = "network",
    held: Collection[str] | None = None,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
) -> LayerTree:
    """Return all modules of a network with what they make of one example of `example_shape`, without the batch.

    Shapes are found on the meta device, where nothing is computed; a network that has to know its numbers is asked on
    its own device; `shapes` are those that are known already, by path. Weights that two modules share are counted once.
    `held` are the paths of batch norms that stay in evaluation mode during training; without it, those that do so now
    while the network is in training mode.

    Raises:
        LabError: when the network does not take such an example.
    """
    modules = dict(network.named_modules())
    known = _shapes(network, example_shape) if shapes is None else shapes
    counted: set[int] = set()
    layers = []
    for path, module in modules.items():
        own = [each for each in module.parameters(recurse=False) if id(each) not in counted]
        counted.update(map(id, own))
        fixed = (network.training and not module.training) if held is None else path in held
        layers.append(
            TreeLayer(
                path,
                path.count(".") + 1 if path else 0,
                type(module).__name__,
                known.get(path),
                sum(each.numel() for each in own),
                sum(each.numel() for each in own if each.requires_grad),
                isinstance(module, _BatchNorm) and fixed,
            )
        )
    return LayerTree(name, tuple(layers))


def _shapes(network: nn.Module, example_shape: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of what modules make of an example, by their paths."""
    tensors = [*network.parameters(), *network.buffers()]
    shapes: dict[str, tuple[int, ...]] = {}

    def read(path: str, _module: nn.Module, _inputs: Any, output: Any) -> None:
        tensor = _tensor(output)
        if tensor is not None:
            shapes.setdefault(path, tuple(tensor.shape[1:]))

    with torch.no_grad(), _asked(network), _hooked(dict(network.named_modules()), read):
        try:
            state = {
                name: tensor.detach().to("meta")
                for name, tensor in [*network.named_parameters(), *network.named_buffers()]
            }
            torch.func.functional_call(network, state, (torch.empty(1, *example_shape, device="meta"),))
        except Exception as error:
            # What fails without numbers may work with them; if not, that says why.
            shapes.clear()
            device = tensors[0].device if tensors else torch.device("cpu")
            try:
                if device.type == "meta":
                    raise error
                with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
                    network(torch.zeros(1, *example_shape, device=device))
            except Exception as reason:
                raise LabError(
                    "The network does not take an example of shape {shape}: {reason}.",
                    shape=" × ".join(map(str, example_shape)),
                    reason=(str(reason).strip().splitlines() or [type(reason).__name__])[0].rstrip("."),
                ) from reason
    return shapes


@contextmanager
def _asked(network: nn.Module) -> Iterator[None]:
    """Put each module into evaluation mode, and afterwards all of them, and their generators, as they were."""
    modes = {module: module.training for module in network.modules()}
    generators = [each for module in modes for each in vars(module).values() if isinstance(each, torch.Generator)]
    states = [each.get_state() for each in generators]
    try:
        for module in modes:
            # Not `eval()`, which some networks answer in their own way.
            module.training = False
        yield
    finally:
        for module, mode in modes.items():
            module.training = mode
        for generator, state in zip(generators, states, strict=True):
            generator.set_state(state)


@contextmanager
def _hooked(modules: Mapping[str, nn.Module], read: Any) -> Iterator[None]:
    """Let `read(name, module, inputs, output)` see what modules make."""
    handles = [module.register_forward_hook(partial(read, name)) for name, module in modules.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _has_children(module: nn.Module) -> bool:
    return next(module.children(), None) is not None


def _within(name: str, module: str) -> bool:
    """Tell whether a name of `state_dict` is of a module, or is this name itself."""
    return name == module or name.startswith(f"{module}.")


def _tensor(output: Any) -> Tensor | None:
    """Return the output of a layer, the first of several."""
    while isinstance(output, list | tuple | dict) and output:
        output = next(iter(output.values())) if isinstance(output, dict) else output[0]
    return output if isinstance(output, Tensor) and output.ndim else None


def _as_maps(tensor: Tensor) -> Tensor:
    """Return the output for one example as maps (C, h, w)."""
    if tensor.ndim == 3:
        return tensor
    return tensor[None] if tensor.ndim == 2 else tensor.reshape(-1, 1, 1)
