"""What a network makes of a picture: its answers, how long its parts take, and where in the picture an answer lies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from lab.core.events import Array, LayerTree
from lab.core.text import Message, message
from lab.data.images.reading import Photo
from lab.nets.inspection import Excerpt, feature_maps, layer_tree
from lab.nets.pretrained import weights
from lab.nets.pretrained.kept import ALWAYS, published_as, source_of
from lab.nets.pretrained.preparing import class_names, preparation, prepared, square

if TYPE_CHECKING:
    from lab.topics.zoo.run import RunParams

BEST = 5


@dataclass(frozen=True)
class Part:
    """A part of a network: its path, class, the shape of what it makes, its parameters and median time, in seconds."""

    path: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    seconds: float


@dataclass(frozen=True)
class Origin:
    """From what answers are made without further layers: maps (K, h, w) of the module `maps`, whose means the linear
    layer `linear` weighs, `weight` (K,) and `bias` for each class; "" where each map is a class itself.
    """

    maps: str
    linear: str
    values: Tensor


class Seen:
    """A network that was given one picture. It is made in the thread of whoever asks for figures."""

    def __init__(self, params: RunParams, photo: Photo) -> None:
        trained = params.weights == "trained"
        self.network = weights.load(params.network) if trained else weights.untrained(params.network, params.seed)
        published = published_as(params.network) if trained and params.network != ALWAYS else None
        self.how = preparation(params.network, published.weights if published else "")
        self.photo, self.name = photo, params.network
        self.square: Array = square(photo.pixels, self.how)
        self._image = prepared(photo.pixels, self.how)[None]
        self.source = source_of(params.network) if trained else _RANDOM
        self.logits, self.origin, self._shapes = _asked(self.network, self._image)
        self.shares: Array = self.logits.double().softmax(0).numpy()
        order = np.argsort(-self.shares, kind="stable")[:BEST]
        self.best: tuple[int, ...] = tuple(order.tolist())
        self.classes = class_names()
        self._maps: tuple[str, Excerpt] | None = None
        self.parts, self.seconds = _timed(self.network, self._image, params.repeats)

    def maps(self, layer: str) -> Excerpt:
        """Return what a layer makes of the picture, or the first where there is none of that name."""
        if self._maps is None or self._maps[0] != layer:
            self._maps = layer, feature_maps(self.network, self._image, [layer] if layer else ())
        return self._maps[1]

    def tree(self) -> LayerTree:
        """Return all modules."""
        return layer_tree(self.network, tuple(self._image.shape[1:]), shapes=self._shapes)

    def cam(self, answer: int) -> Tensor | None:
        """Return the class activation map (h, w) of a class; its mean, with the bias, is the score of the class."""
        if self.origin is None:
            return None
        if not self.origin.linear:
            return self.origin.values[answer]
        linear = self.network.get_submodule(self.origin.linear)
        assert isinstance(linear, nn.Linear)
        return torch.einsum("k,khw->hw", linear.weight[answer].detach(), self.origin.values)

    def bias(self, answer: int) -> float:
        """Return what the score has beside the mean of the map."""
        if self.origin is None or not self.origin.linear:
            return 0.0
        linear = self.network.get_submodule(self.origin.linear)
        return linear.bias[answer].item() if isinstance(linear.bias, Tensor) else 0.0

    @cached_property
    def parameters(self) -> int:
        """The numbers that were learned."""
        return sum(each.numel() for each in self.network.parameters())


_RANDOM = message("These weights are random: nobody trained them, and what they answer means nothing.")


def why_no_map(seen: Seen) -> Message:
    """Say why a network has no class activation map."""
    layers = [module for module in seen.network.modules() if isinstance(module, nn.Linear)]
    return message(
        "No class activation map: its last linear layer reads {count} numbers that are not the means of maps.",
        count=f"{layers[-1].in_features:,}" if layers else "0",
    )


def _asked(network: nn.Module, image: Tensor) -> tuple[Tensor, Origin | None, dict[str, tuple[int, ...]]]:
    """Return the logits (K,) of one image; from which maps they come, if they are weighed means of some; and the shapes
    of what all modules make.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    made: dict[str, Tensor] = {}
    read: dict[str, Tensor] = {}
    modules = dict(network.named_modules())

    def watch(name: str, module: nn.Module) -> Any:
        def hook(_module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
            if isinstance(output, Tensor):
                shapes.setdefault(name, tuple(output.shape[1:]))
            if isinstance(module, nn.Linear):
                read[name] = inputs[0]
            # By reference: what follows may work in place, as a ReLU before the means are taken.
            elif name and isinstance(output, Tensor) and output.ndim == 4 and output.shape[-1] > 1:
                made[name] = output

        return hook

    handles = [module.register_forward_hook(watch(name, module)) for name, module in modules.items()]
    try:
        with torch.no_grad():
            logits = network(image)
    finally:
        for handle in handles:
            handle.remove()
    linear = next(reversed(read), "")
    weighed = read[linear] if linear else logits
    if not linear or torch.equal(modules[linear](weighed), logits):
        for name, values in reversed(made.items()):
            if values.shape[1] == weighed.shape[-1] and torch.allclose(
                values.mean((2, 3)), weighed, rtol=1e-4, atol=1e-5
            ):
                return logits[0], Origin(name, linear, values[0].clone()), shapes
    return logits[0], None, shapes


def _timed(network: nn.Module, image: Tensor, repeats: int) -> tuple[tuple[Part, ...], float]:
    """Return the parts of a network in their order with their median times, and that of the whole, in seconds."""
    parts = dict(_parts(network))
    times: dict[str, list[float]] = {name: [] for name in parts}
    shapes: dict[str, tuple[int, ...]] = {}
    began: dict[str, float] = {}

    def before(name: str) -> Any:
        return lambda _module, _inputs: began.__setitem__(name, time.perf_counter())

    def behind(name: str) -> Any:
        def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
            times[name].append(time.perf_counter() - began[name])
            shapes[name] = tuple(output.shape[1:])

        return hook

    handles = [module.register_forward_pre_hook(before(name)) for name, module in parts.items()]
    handles += [module.register_forward_hook(behind(name)) for name, module in parts.items()]
    whole = []
    try:
        with torch.no_grad():
            for _ in range(repeats):
                start = time.perf_counter()
                network(image)
                whole.append(time.perf_counter() - start)
    finally:
        for handle in handles:
            handle.remove()
    found = [
        Part(
            name,
            type(parts[name]).__name__,
            shapes[name],
            sum(each.numel() for each in parts[name].parameters()),
            float(np.median(seconds)),
        )
        for name, seconds in times.items()
        if seconds
    ]
    return tuple(found), float(np.median(whole))


def _parts(network: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yield the parts that are timed: the modules within the network, and of sequences those within them."""
    for name, module in network.named_children():
        if isinstance(module, nn.Sequential) and len(module) and type(module) is nn.Sequential:
            yield from ((f"{name}.{inner}", each) for inner, each in module.named_children())
        else:
            yield name, module
