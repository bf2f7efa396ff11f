"""Every rule by which first weights are drawn, told once: as torch.nn.init has them, from a generator of one's own."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Generator, Tensor

Array = NDArray[Any]


@dataclass(frozen=True)
class Initialisation:
    """One rule for the weights of a layer that has `fan_in` inputs and `fan_out` outputs a unit.

    spread: from fan_in and fan_out the standard deviation of a weight. formula: that in TeX. code: the line of torch
    for a weight `w`. biases: whether biases are drawn too, uniform within ±1/√fan_in, or zero.
    """

    name: str
    label: str
    family: Literal["uniform", "normal"]
    spread: Callable[[float, float], float]
    formula: str
    code: str
    biases: bool = False

    def draw(self, weight: Tensor, bias: Tensor | None, generator: Generator) -> None:
        """Fill a weight (out, in, …) and its bias in place."""
        import torch

        receptive = math.prod(weight.shape[2:])
        fan_in, fan_out = weight.shape[1] * receptive, weight.shape[0] * receptive
        with torch.no_grad():
            if self.biases:
                # All of torch's own layers draw both within this bound; as a root it is exact to the last bit.
                bound = fan_in**-0.5
                weight.uniform_(-bound, bound, generator=generator)
                if bias is not None:
                    bias.uniform_(-bound, bound, generator=generator)
                return
            deviation = self.spread(fan_in, fan_out)
            if self.family == "normal":
                weight.normal_(0, deviation, generator=generator)
            else:
                bound = math.sqrt(3) * deviation
                weight.uniform_(-bound, bound, generator=generator)
            if bias is not None:
                bias.zero_()

    def in_numpy(self, fan_in: int, fan_out: int, generator: np.random.Generator) -> Array:
        """Return weights (fan_in, fan_out)."""
        deviation = self.spread(fan_in, fan_out)
        if self.family == "normal":
            return generator.normal(0.0, deviation, (fan_in, fan_out))
        bound = math.sqrt(3) * deviation
        return generator.uniform(-bound, bound, (fan_in, fan_out))


INITIALISATIONS: Mapping[str, Initialisation] = {
    rule.name: rule
    for rule in (
        Initialisation(
            "default", "Default of torch", "uniform", lambda before, after: (3 * before) ** -0.5,
            r"\frac{1}{\sqrt{3\,n_{in}}}", "nn.init.kaiming_uniform_(w, a=5 ** 0.5)", biases=True,
        ),
        Initialisation(
            "xavier_uniform", "Xavier, uniform", "uniform", lambda before, after: (2 / (before + after)) ** 0.5,
            r"\sqrt{\frac{2}{n_{in} + n_{out}}}", "nn.init.xavier_uniform_(w)",
        ),
        Initialisation(
            "xavier_normal", "Xavier, normal", "normal", lambda before, after: (2 / (before + after)) ** 0.5,
            r"\sqrt{\frac{2}{n_{in} + n_{out}}}", "nn.init.xavier_normal_(w)",
        ),
        Initialisation(
            "kaiming_uniform", "Kaiming, uniform", "uniform", lambda before, after: (2 / before) ** 0.5,
            r"\sqrt{\frac{2}{n_{in}}}", "nn.init.kaiming_uniform_(w, nonlinearity='relu')",
        ),
        Initialisation(
            "kaiming_normal", "Kaiming, normal", "normal", lambda before, after: (2 / before) ** 0.5,
            r"\sqrt{\frac{2}{n_{in}}}", "nn.init.kaiming_normal_(w, nonlinearity='relu')",
        ),
    )
}  # fmt: skip
LABELS: Mapping[str, str] = {name: rule.label for name, rule in INITIALISATIONS.items()}
"""The labels of all, as choices of a parameter."""
