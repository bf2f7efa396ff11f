"""What is asked of a network and of a chain whose gradients vanish or explode."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.metaparameters import rate_field, seed_field
from lab.core.params import Params, choice, integer, real
from lab.topics.gradient_descent.vanishing.chain import LARGEST, Chain
from lab.topics.gradient_descent.vanishing.deep_network import ACTIVATIONS, Backward, backward


@dataclass(frozen=True, kw_only=True)
class VanishingParams(Params):
    """Which network, and what is done with its gradients."""

    depth: int = integer(
        20,
        1,
        60,
        label="Layers",
        help="Layers of weights, in the network and in the chain; the last one of the network gives 10 class scores.",
        group="Network",
        slider=True,
    )
    activation: str = choice(
        "sigmoid",
        ACTIVATIONS,
        label="Activation",
        help="What each layer but the last does with its sums.",
        group="Network",
    )
    scale: float = real(
        1.0,
        0.1,
        10.0,
        label="Scale of the weights",
        help="The weights are normal with deviation scale / √width. 1 is Xavier's initialisation, √2 = 1.414 is He's.",
        group="Network",
        scale="log",
        slider=True,
    )
    width: int = integer(
        64, 1, 100, label="Width", help="Units of each layer.", group="Network", scale="log", slider=True
    )
    x: float = real(
        0.6,
        0.0,
        LARGEST,
        label="Weight x of the chain",
        help="Where the ball is on the curve. Drag it there.",
        group="Going down",
        slider=True,
    )
    learning_rate: float = rate_field(
        low=1e-6, group="Going down", help="A step goes by this times the gradient, downhill."
    )
    clip: float = real(
        0.0,
        0.0,
        10.0,
        label="Clip at",
        help="Gradients whose norm is larger are made so long, in the same direction. 0: they are left as they are.",
        group="Going down",
        slider=True,
    )
    seed: int = seed_field()

    def chain(self) -> Chain:
        """Return the chain with its ball."""
        return Chain(self.depth, self.x, self.learning_rate, self.clip)

    def backward(self) -> Backward:
        """Send the batch through the network, and the gradient back."""
        return backward(self.depth, self.width, self.activation, self.scale, self.seed)
