"""Heads on features: networks that learn side by side, of each way to see a picture and each division one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lab.core.events import Array, Scalars
from lab.nets.convolutional import BlocksParams
from lab.nets.network import arrays, build
from lab.topics.transfer.photographs.params import PhotographsParams
from lab.topics.transfer.photographs.words import WAYS
from lab.training.engine import TorchEngine, named
from lab.training.sources import InMemory
from lab.training.task import CLASSIFY
from lab.training.trainer import Setup, Trainer


@dataclass(frozen=True)
class Scale:
    """What is taken away from features: the mean of those learned from; and their spread, which all are divided by."""

    mean: Tensor
    spread: Tensor

    @classmethod
    def of(cls, learned: Tensor) -> Scale:
        """Measure features (N, F): their means (F,), and one root of the mean square around these."""
        mean = learned.mean(0)
        return cls(mean, ((learned - mean) ** 2).mean().sqrt() + 1e-12)

    def __call__(self, features: Tensor) -> Tensor:
        """Return features around 0, of spread 1."""
        return (features - self.mean) / self.spread


def head(params: PhotographsParams, features: int, classes: int) -> nn.Sequential:
    """Return a head with its first weights."""
    blocks = BlocksParams(network=tuple(params.layers()) or ("flatten",))
    return build(blocks, (features,), classes, torch.Generator().manual_seed(params.seed))


def setup(
    params: PhotographsParams, features: Array, labels: Array, parts: tuple[Array, Array], classes: tuple[str, ...]
) -> tuple[Setup, Scale]:
    """Return a head on features (N, F), what it learns from and is tested on, and how these are scaled."""
    train, test = (torch.tensor(features[part]) for part in parts)
    scale = Scale.of(train)
    sources = {
        name: InMemory(scale(part), torch.tensor(labels[places]))
        for name, part, places in zip(("train", "test"), (train, test), parts, strict=True)
    }
    return Setup(head(params, features.shape[1], len(classes)), CLASSIFY, sources, classes), scale


class Heads(TorchEngine[str]):
    """Heads of all ways and divisions; what is told at each step is of the first division."""

    def __init__(self, trainers: Mapping[str, Trainer], scales: Mapping[str, Scale]) -> None:
        super().__init__(trainers)
        self.scales = scales

    def losses(self, now: bool) -> list[Scalars]:
        """Return losses and accuracies of the first division."""
        told = {f"{before(way)}train_{measure}" for way in WAYS for measure in ("loss", "accuracy")}
        return [
            Scalars(each.name, each.step, {name: value for name, value in each.values.items() if name in told})
            for each in super().losses(now)
        ]

    def measure(self) -> Mapping[str, float]:
        """Judge the heads of the first division."""
        values: dict[str, float] = {}
        for way in WAYS:
            if self.trainers[way].steps_done:
                values |= named(way, "train", self.trainers[way].epoch_values())
            values |= named(way, "test", self.judgement("test", way).values)
        return values

    def all_accuracies(self) -> dict[str, Array]:
        """Return the test accuracy (S,) in each division, for each way."""
        found: dict[str, list[float]] = {way: [] for way in WAYS}
        for name in self.names:
            found[way_of(name)].append(self.judgement("test", name).values["accuracy"])
        return {way: np.array(values) for way, values in found.items()}

    def parameters(self) -> dict[str, int]:
        """Return how many numbers the head of each way learns."""
        return {way: sum(each.numel() for each in self.trainers[way].model.parameters()) for way in WAYS}

    def arrays(self) -> dict[str, Array]:
        """Return the head on pretrained features, with what these are scaled by."""
        scale = self.scales[""]
        return {"mean": scale.mean.numpy(), "spread": scale.spread.numpy(), **arrays(self.first.model)}

    def shares(self, way: str, features: Array) -> Array:
        """Return the probabilities (K,) that the head of the first division gives features (F,)."""
        trainer = self.trainers[way]
        trainer.model.eval()
        with torch.inference_mode():
            x = self.scales[way](torch.tensor(features))[None].to(trainer.device)
            found: Array = trainer.model(x).softmax(1)[0].cpu().numpy()
        return found


def before(way: str) -> str:
    """Return how the metrics of a way begin."""
    return f"{way}_" if way else ""


def called(way: str, split: int) -> str:
    """Return the name of a training: of the first division that of its way."""
    return way if split == 0 else f"{way or 'pretrained'}{split + 1}"


def way_of(name: str) -> str:
    """Return the way of a training."""
    way = name.rstrip("0123456789")
    return "" if way == "pretrained" else way
