"""Every optimiser of the program, told once. Its name, its label and its rule mean the same on every page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab.maths import optimisers as numpy_optimisers

if TYPE_CHECKING:
    from torch.optim import Optimizer


@dataclass(frozen=True)
class OptimiserEntry:
    """One optimiser.

    formula: TeX of one step, g the gradient, η the rate. code: its line of torch, with {weights}, {rate} and
    {momentum} to be put in. in_numpy: from rate and momentum, what moves arrays; None where only torch has it.
    momentum: whether it has one to choose. decay: how torch applies weight decay λ: "gradient" adds λ·w to the
    gradient, which is the penalty λ/2·Σw²; "weights" shrinks the weights themselves by η·λ. fuses: whether torch has
    one kernel for all weights.
    """

    name: str
    label: str
    formula: str
    code: str
    torch_class: str
    in_numpy: Callable[[float, float], numpy_optimisers.Optimiser] | None
    momentum: bool = False
    decay: str = "gradient"
    fuses: bool = True

    def in_torch(
        self, groups: list[dict[str, Any]], rate: float, momentum: float = 0.9, fused: bool = False
    ) -> Optimizer:
        """Return the optimiser of torch for groups of parameters, in its fused form where it has one."""
        import torch

        options: dict[str, Any] = {"momentum": momentum} if self.momentum else {}
        if self.fuses:
            options["fused"] = fused
        made: Optimizer = getattr(torch.optim, self.torch_class)(groups, lr=rate, **options)
        return made


OPTIMISERS: Mapping[str, OptimiserEntry] = {
    entry.name: entry
    for entry in (
        OptimiserEntry(
            "sgd", "SGD (plain)", r"w \leftarrow w - \eta\, g",
            "torch.optim.SGD({weights}, lr={rate})", "SGD", lambda rate, _momentum: numpy_optimisers.Optimiser(rate),
        ),
        OptimiserEntry(
            "momentum", "SGD with momentum", r"v \leftarrow \mu v + g,\quad w \leftarrow w - \eta\, v",
            "torch.optim.SGD({weights}, lr={rate}, momentum={momentum})", "SGD", numpy_optimisers.Momentum,
            momentum=True,
        ),
        OptimiserEntry(
            "rmsprop", "RMSprop",
            r"s \leftarrow 0.99\, s + 0.01\, g^2,\quad w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}",
            "torch.optim.RMSprop({weights}, lr={rate})", "RMSprop",
            lambda rate, _momentum: numpy_optimisers.RMSprop(rate), fuses=False,
        ),
        OptimiserEntry(
            "rmsprop_momentum", "RMSprop with momentum",
            r"v \leftarrow \mu v + \frac{g}{\sqrt{s} + \epsilon},\quad w \leftarrow w - \eta\, v",
            "torch.optim.RMSprop({weights}, lr={rate}, momentum={momentum})", "RMSprop", None,
            momentum=True, fuses=False,
        ),
        OptimiserEntry(
            "adam", "Adam",
            r"w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}",
            "torch.optim.Adam({weights}, lr={rate})", "Adam", lambda rate, _momentum: numpy_optimisers.Adam(rate),
        ),
        OptimiserEntry(
            "adamw", "AdamW (decoupled weight decay)",
            r"w \leftarrow (1 - \eta\lambda)\, w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}",
            "torch.optim.AdamW({weights}, lr={rate})", "AdamW", None, decay="weights",
        ),
    )
}  # fmt: skip

ALL: Mapping[str, str] = {name: entry.label for name, entry in OPTIMISERS.items()}
"""The labels of all, as choices of a parameter."""
IN_NUMPY: Mapping[str, str] = {name: entry.label for name, entry in OPTIMISERS.items() if entry.in_numpy is not None}
"""The labels of those that move arrays of NumPy."""
MOMENTUM = tuple(name for name, entry in OPTIMISERS.items() if entry.momentum)
"""The names of those with a momentum to choose."""


def numpy_optimiser(name: str, rate: float, momentum: float = 0.9) -> numpy_optimisers.Optimiser:
    """Return what moves arrays of NumPy, by a name of `IN_NUMPY`."""
    made = OPTIMISERS[name].in_numpy
    assert made is not None, name
    return made(rate, momentum)


def torch_code(name: str, rate: float, momentum: float = 0.9, weights: str = "network.parameters()") -> str:
    """Return the line of torch that makes an optimiser."""
    return OPTIMISERS[name].code.format(weights=weights, rate=repr(rate), momentum=repr(momentum))
