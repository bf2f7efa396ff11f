"""What a training begins with: first weights, and in which order examples come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.streams import streams
from lab.nets.dense.network import Network
from lab.training.dense.spec import TrainingSpec

Array = NDArray[Any]


@dataclass(frozen=True)
class Start:
    """The first weights; `order` gives from a count a new order of so many examples; dropout draws from `noise`.

    `leaves_one`: whether a last batch of a single example is left out always, not only where it is to be normalised.
    """

    network: Network
    order: Callable[[int], Array]
    noise: np.random.Generator
    leaves_one: bool = False


def drawn(recipe: TrainingSpec) -> Start:
    """Return the start of a `Learner`."""
    random = streams(recipe.seed)
    return Start(Network.drawn(recipe.plan, random.weights, recipe.first), random.order.permutation, random.noise)


def drawn_by_torch(recipe: TrainingSpec) -> Start:
    """Return the start of a `Trainer`, whose weights are torch's usual ones: of one seed it is the same start."""
    import torch
    from torch import nn

    from lab.nets.network import initialise

    modules = [nn.Linear(before, units) for before, units in recipe.plan.shapes]
    initialise(nn.Sequential(*modules), "default", torch.Generator().manual_seed(recipe.seed))
    weights = [module.weight.detach().numpy().T.astype(float) for module in modules]
    biases = [module.bias.detach().numpy().astype(float) for module in modules]
    generator = torch.Generator().manual_seed(recipe.seed)
    return Start(
        Network(recipe.plan, weights, biases),
        lambda count: torch.randperm(count, generator=generator).numpy(),
        streams(recipe.seed).noise,
        leaves_one=True,
    )
