"""Plateaus and cliffs, on a curve and then in a deep network: gradients that vanish or explode, and clipping."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.events import Event, Metrics, Remark
from lab.core.experiment import ClosedForm
from lab.core.figures import Cell, Table, Words
from lab.core.params import Params, choice, integer, real
from lab.core.text import message
from lab.topics.gradient_descent.vanishing import figures as figures
from lab.topics.gradient_descent.vanishing.chain import LARGEST, Chain, curve, step_table
from lab.topics.gradient_descent.vanishing.deep_network import (
    ACTIVATIONS,
    Backward,
    backward,
    batch,
    clip_factor,
    network,
)


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
    learning_rate: float = real(
        0.01,
        1e-6,
        10.0,
        label="Learning rate",
        help="A step goes by this times the gradient, downhill.",
        group="Going down",
        scale="log",
        slider=True,
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
    seed: int = integer(
        7,
        0,
        2**31 - 1,
        label="Seed",
        help="With the same seed weights and inputs are the same.",
        group="Run",
    )

    def chain(self) -> Chain:
        """Return the chain with its ball."""
        return Chain(self.depth, self.x, self.learning_rate, self.clip)

    def backward(self) -> Backward:
        """Send the batch through the network, and the gradient back."""
        return backward(self.depth, self.width, self.activation, self.scale, self.seed)


class Vanishing(ClosedForm[VanishingParams]):
    """Follow the gradient from the last layer to the first."""

    id: ClassVar[str] = "gradient_descent.vanishing"
    title: ClassVar[str] = "Vanishing and exploding gradients"
    params: ClassVar[type[Params]] = VanishingParams

    def compute(self, params: VanishingParams) -> Iterator[Event]:
        """Yield the curve and its step, the gradients of the network, the factors between them, and the numbers."""
        chain, found = params.chain(), params.backward()
        clip = clip_factor(found.norm, params.clip)
        yield curve(chain)
        yield step_table(chain)
        yield figures.norms(found, clip)
        yield figures.factors(found)
        yield figures.signals(found)
        yield figures.numbers(found, params.activation, params.scale, params.learning_rate, clip)
        dead = figures.blocked(found)
        if dead is not None:
            yield Remark("dead", dead, "warning")
        yield Metrics(
            {
                "first_norm": float(found.gradients[0]),
                "last_norm": float(found.gradients[-1]),
                "ratio": found.ratio,
                "norm": found.norm,
                "clipped_norm": found.norm * clip,
                "loss": found.loss,
                "slope": chain.slope,
                "next_x": chain.next_clipped,
            }
        )

    def verify(self, params: VanishingParams) -> Iterator[Event]:
        """Yield the same norms from torch: autograd, and torch.nn.utils.clip_grad_norm_."""
        yield torch_table(params)


def torch_table(params: VanishingParams) -> Table:
    """Return the norms of torch beside ours, in numbers of 64 bits."""
    import torch
    from torch.nn import functional

    found = params.backward()
    inputs, classes = batch(params.width, params.seed)
    layers = [
        torch.tensor(weights, requires_grad=True)
        for weights in network(params.depth, params.width, params.scale, params.seed)
    ]
    applied: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu": functional.leaky_relu,
        "linear": lambda z: z,
    }
    apply = applied[params.activation]
    values = torch.tensor(inputs)
    for weights in layers[:-1]:
        values = apply(values @ weights)
    loss = functional.cross_entropy(values @ layers[-1], torch.tensor(classes))
    for weights, gradient in zip(layers, torch.autograd.grad(loss, layers), strict=True):
        weights.grad = gradient

    def sizes() -> list[float]:
        return [float(weights.grad.norm()) for weights in layers if weights.grad is not None]

    theirs = np.array(sizes())
    # Clipping at infinity only measures.
    norm = float(torch.nn.utils.clip_grad_norm_(layers, params.clip or float("inf")))
    clipped = float(np.linalg.norm(sizes()))
    largest = float(np.abs(found.gradients - theirs).max() / max(float(theirs.max()), np.finfo(float).tiny))
    pairs: list[tuple[Words, float, float]] = [
        (message("‖∂L/∂W‖ in the first layer"), float(found.gradients[0]), float(theirs[0])),
        (message("‖∂L/∂W‖ in the last layer"), float(found.gradients[-1]), float(theirs[-1])),
        (message("norm of all gradients"), found.norm, norm),
        (message("after clipping"), found.norm * clip_factor(found.norm, params.clip), clipped),
    ]
    rows = tuple((Cell(name), Cell(ours), Cell(other)) for name, ours, other in pairs)
    note = message(
        "torch.autograd and torch.nn.utils.clip_grad_norm_ in float64. Largest difference in any layer: {share} of the "
        "largest norm.",
        share=f"{largest:.1g}",
    )
    return Table("torch", (message("quantity"), message("here"), "torch"), rows, note)


EXPERIMENT = Vanishing
