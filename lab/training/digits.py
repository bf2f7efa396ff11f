"""What the experiments on digits with dense networks have in common: the course's network, its data, its training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.core.events import Array
from lab.core.params import redeclared
from lab.data.params import ImageDataParams
from lab.nets.dense.classifier import DenseClassifierParams
from lab.training.metaparameters import TrainingParams

if TYPE_CHECKING:
    from torch import nn

    from lab.training.sources import InMemory

SHAPE = (1, 28, 28)
CLASSES = 10


@dataclass(frozen=True, kw_only=True)
class DenseDigitsParams(ImageDataParams, TrainingParams, DenseClassifierParams):
    """784–64–32–32–10, learned by plain SGD at 0.01 in batches of 32, as in the course."""

    optimiser: str = redeclared(TrainingParams, "optimiser", "sgd")
    learning_rate: float = redeclared(TrainingParams, "learning_rate", 0.01)
    epochs: int = redeclared(TrainingParams, "epochs", 60)


def network(params: DenseDigitsParams, classes: int = CLASSES) -> nn.Sequential:
    """Return the network with its first weights; the same seed gives the same ones."""
    import torch

    from lab.nets.dense.torch_classifier import build_dense

    return build_dense(params, SHAPE, classes, torch.Generator().manual_seed(params.seed))


def examples(images: Array, labels: Array) -> InMemory:
    """Return images (N, 28, 28) uint8 in [0, 1], with their labels (N,)."""
    import torch

    from lab.nets.pixels import as_tensor
    from lab.training.sources import InMemory

    return InMemory(as_tensor(images), torch.tensor(labels))
