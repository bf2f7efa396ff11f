"""What each module of a network makes, has and costs for one image, found on the meta device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

Shape = tuple[int, ...]


@dataclass(frozen=True)
class ModuleCost:
    """One module, by its path in the network ("" is the network itself).

    Shapes are without the batch, those of its first call; () where it is not used. Parameters and multiply-adds are of
    all that it contains, `own` the parameters of itself alone. activations: numbers that it gives out, where it
    contains no others and does not overwrite what it gets.
    """

    path: str
    kind: str
    shape_in: Shape
    shape_out: Shape
    parameters: int
    own: int
    multiply_adds: int
    activations: int
    leaf: bool

    @property
    def depth(self) -> int:
        """How many modules are around it."""
        return self.path.count(".") + 1 if self.path else 0


def costs(network: nn.Module, size: int, channels: int = 3) -> tuple[ModuleCost, ...]:
    """Return what every module of a network on "meta" does with one image of `size` × `size`, in its order.

    Raises RuntimeError or AssertionError, torch's own, where the network does not take such an image.
    """
    modules = dict(network.named_modules())
    shapes: dict[str, tuple[Shape, Shape]] = {}
    given_out: dict[str, int] = {}

    def read(path: str) -> Any:
        def hook(module: nn.Module, inputs: Any, output: Any) -> None:
            given, made = _tensor(inputs), _tensor(output)
            if given is not None and made is not None:
                shapes.setdefault(path, (tuple(given.shape[1:]), tuple(made.shape[1:])))
                if made is not given and not getattr(module, "inplace", False):
                    given_out[path] = given_out.get(path, 0) + made[0].numel()

        return hook

    handles = [module.register_forward_hook(read(path)) for path, module in modules.items()]
    try:
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            network(torch.empty(1, channels, size, size, device="meta"))
    finally:
        for handle in handles:
            handle.remove()
    counts = counter.get_flop_counts()
    root = type(network).__name__
    # Two operations are one multiply-add.
    work = {path: sum(counts.get(f"{root}.{path}" if path else root, {}).values()) // 2 for path in modules}
    found = []
    for path, module in modules.items():
        leaf = next(module.children(), None) is None
        before, after = shapes.get(path, ((), ()))
        found.append(
            ModuleCost(
                path,
                type(module).__name__,
                before,
                after,
                sum(each.numel() for each in module.parameters()),
                sum(each.numel() for each in module.parameters(recurse=False)),
                work[path],
                given_out.get(path, 0) if leaf else 0,
                leaf,
            )
        )
    return tuple(found)


def _tensor(value: Any) -> Tensor | None:
    """Return a tensor, or the first of several."""
    while isinstance(value, list | tuple) and value:
        value = value[0]
    return value if isinstance(value, Tensor) and value.ndim else None
