"""A network of two inputs, two hidden units and one output: its values, and its gradients by the chain rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lab.nets.registry import losses
from lab.nets.registry.activations import ACTIVATIONS

Number = float | NDArray[Any]

INPUTS: Final = ("x1", "x2")
PARAMETERS: Final = ("w11", "w12", "b1", "w21", "w22", "b2", "v1", "v2", "c")
"""wᵢⱼ is the weight of hidden unit i for input j, vᵢ that of the output for hidden unit i."""
MADE: Final = ("z1", "z2", "a1", "a2", "z3", "y", "J")
"""What is computed, in its order."""


@dataclass(frozen=True)
class Link:
    """An arrow of the computation: what `source` is used for. `factor` names the local derivative ∂target/∂source."""

    source: str
    target: str
    factor: str


LINKS: Final = (
    Link("x1", "z1", "w11"),
    Link("x2", "z1", "w12"),
    Link("w11", "z1", "x1"),
    Link("w12", "z1", "x2"),
    Link("b1", "z1", "one"),
    Link("x1", "z2", "w21"),
    Link("x2", "z2", "w22"),
    Link("w21", "z2", "x1"),
    Link("w22", "z2", "x2"),
    Link("b2", "z2", "one"),
    Link("z1", "a1", "slope1"),
    Link("z2", "a2", "slope2"),
    Link("a1", "z3", "v1"),
    Link("a2", "z3", "v2"),
    Link("v1", "z3", "a1"),
    Link("v2", "z3", "a2"),
    Link("c", "z3", "one"),
    Link("z3", "y", "slope3"),
    Link("y", "J", "loss_slope"),
)
"""All arrows that a gradient comes back along."""


@dataclass(frozen=True)
class Network:
    """The network with one example. `given` are the inputs, the target "t" and the parameters, by name.

    `hidden` and `output` name activations; `loss` is "half_squared", ½(ŷ − y)², or "bce", the binary cross-entropy.
    """

    given: Mapping[str, float]
    hidden: str
    output: str
    loss: str

    @cached_property
    def values(self) -> dict[str, float]:
        """Everything that is given or computed, by name."""
        return {**self.given, **{name: float(value) for name, value in self._forward(self.given).items()}}

    @cached_property
    def factors(self) -> dict[str, float]:
        """Every local derivative, by name: values that are factors themselves, slopes, and that of the loss."""
        v = self.values
        return {
            **v,
            "one": 1.0,
            "slope1": _slope(self.hidden, v["z1"], v["a1"]),
            "slope2": _slope(self.hidden, v["z2"], v["a2"]),
            "slope3": _slope(self.output, v["z3"], v["y"]),
            "loss_slope": self._loss_slope,
        }

    @cached_property
    def gradients(self) -> dict[str, float]:
        """∂J/∂quantity of everything but the target: over each arrow the gradient of its end times its factor."""
        found = {"J": 1.0}
        for name in (*reversed(MADE[:-1]), *PARAMETERS, *INPUTS):
            ways = [found[link.target] * self.factors[link.factor] for link in LINKS if link.source == name]
            found[name] = sum(ways)
        return found

    @property
    def steepness(self) -> float:
        """The squared norm of the gradient of all parameters: how fast J falls, to first order, with the rate."""
        return sum(self.gradients[name] ** 2 for name in PARAMETERS)

    def updated(self, rate: float) -> Network:
        """Return the network after one step of gradient descent."""
        moved = {name: self.given[name] - rate * self.gradients[name] for name in PARAMETERS}
        return replace(self, given={**self.given, **moved})

    def losses_after(self, rates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return J after one step, for each of the rates (N,)."""
        moved = {name: self.given[name] - rates * self.gradients[name] for name in PARAMETERS}
        return np.asarray(self._forward({**self.given, **moved})["J"], dtype=float)

    def _forward(self, given: Mapping[str, Number]) -> dict[str, Number]:
        """Compute; parameters may be arrays of one shape."""
        x1, x2, t = given["x1"], given["x2"], given["t"]
        z1 = np.asarray(given["w11"] * x1 + given["w12"] * x2 + given["b1"])
        z2 = np.asarray(given["w21"] * x1 + given["w22"] * x2 + given["b2"])
        hidden, output = ACTIVATIONS[self.hidden].value, ACTIVATIONS[self.output].value
        a1, a2 = hidden(z1), hidden(z2)
        z3 = np.asarray(given["v1"] * a1 + given["v2"] * a2 + given["c"])
        y = output(z3)
        loss = losses.each("bce", y, np.asarray(t)) if self.loss == "bce" else np.square(y - t) / 2
        return {"z1": z1, "z2": z2, "a1": a1, "a2": a2, "z3": z3, "y": y, "J": loss}

    @property
    def _loss_slope(self) -> float:
        y, t = self.values["y"], self.values["t"]
        return float(losses.gradient("bce", np.array([y]), np.array([t]))[0]) if self.loss == "bce" else y - t


def _slope(activation: str, z: float, a: float) -> float:
    """Return the derivative of an activation; that of the sigmoid from its value, as torch and textbooks have it."""
    return a * (1 - a) if activation == "sigmoid" else float(ACTIVATIONS[activation].slope(np.asarray(z)))


def paths(name: str) -> list[list[Link]]:
    """Return every way from J back to `name`, as the arrows on it, the one at J first."""
    if name == "J":
        return [[]]
    return [[*way, link] for link in LINKS if link.source == name for way in paths(link.target)]
