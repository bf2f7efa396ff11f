"""A network of the list with first weights of its own. Needs torch."""

from __future__ import annotations

import torch
from torch import nn

from lab.nets.network import initialise
from lab.topics.zoo.train import adapted
from lab.topics.zoo.train.architectures import ARCHITECTURES, RULE
from lab.training.random import seeded


def network(name: str, shape: tuple[int, int, int], seed: int) -> nn.Module:
    """Return a network for images of `shape` (C, H, W) and ten classes."""
    # torchvision draws weights when it makes modules; they are drawn anew.
    with seeded(seed):
        made: nn.Module = eval(
            ARCHITECTURES[name].call, vars(adapted), {"channels": shape[0], "side": shape[1]}
        )  # The program of the page has the same call.
    initialise(made, RULE, torch.Generator().manual_seed(seed))
    return made
