"""The networks of the comparison in torch: built from the same weights, timed in turns, and shown shifted images."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from lab.core.events import Scalars
from lab.data.base import ImageDataset
from lab.nets.network import build
from lab.nets.pixels import as_tensor
from lab.topics.convolution.pooling_or_stride.figures import Seen
from lab.topics.convolution.pooling_or_stride.ways import CLASSES, SHAPE, NetworkParams, Way
from lab.training.engine import TorchEngine
from lab.training.sources import InMemory
from lab.training.task import CLASSIFY
from lab.training.trainer import Setup, Trainer

SHIFTED = 100
"""Test images that are shifted, and that a forward pass is timed with."""
FARTHEST = 4
"""Pixels up to which images are shifted."""
DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0))


@dataclass(frozen=True)
class Stability:
    """What becomes of features and answers when the image is shifted by 1 … FARTHEST pixels, mean of four directions.

    change: ‖features of the shifted − features‖ / ‖features‖, mean of the images that have features at all; NaN where
    none has: a dead network is not a stable one.
    answers: the share of images whose answer is another one.
    """

    change: tuple[float, ...]
    answers: tuple[float, ...]


class Comparison(TorchEngine[Way]):
    """The three networks in training, step by step in turns, and all that is measured of them."""

    def __init__(self, networks: Mapping[Way, NetworkParams], digits: ImageDataset, images: int) -> None:
        train = InMemory(as_tensor(digits.train.images[:images]), torch.tensor(digits.train.labels[:images]))
        tested = as_tensor(digits.test.images).to(memory_format=torch.channels_last)
        sources = {"train": train, "test": InMemory(tested, torch.tensor(digits.test.labels))}
        super().__init__(
            {way: Trainer(Setup(built(one), CLASSIFY, sources), one, "cpu") for way, one in networks.items()}
        )
        self.seen = Seen(self.first.steps_per_epoch, step_ms=self.step_ms)
        self._images = tested[:SHIFTED]

    def losses(self, now: bool) -> list[Scalars]:
        """Remember the loss of each step."""
        found = super().losses(now)
        for event in found:
            for way in self.trainers:
                self.seen.losses[way].append(event.values[f"{way}_train_loss"])
        return found

    def measure(self) -> Mapping[str, float]:
        """Judge all networks on the test digits."""
        values = super().measure()
        for way in self.trainers:
            self.seen.accuracy[way] = values[f"{way}_test_accuracy"]
            self.seen.test_loss[way] = values[f"{way}_test_loss"]
        return values

    def shifted(self) -> Seen:
        """Measure what becomes of features and answers when the image is shifted."""
        for way, trainer in self.trainers.items():
            found = stability(trainer.model, self._images)
            self.seen.change[way], self.seen.answers[way] = found.change, found.answers
        return self.seen

    def time(self) -> None:
        """Time all networks on the same images."""
        networks = {way: trainer.model for way, trainer in self.trainers.items()}
        self.seen.forward_ms |= forward_times(networks, self._images)


def built(params: NetworkParams) -> nn.Sequential:
    """Return a network; the same seed gives all ways of one kernel size the same weights."""
    return build(params, SHAPE, CLASSES, torch.Generator().manual_seed(params.seed))


def shifted(images: Tensor, rows: int, columns: int) -> Tensor:
    """Move images (N, C, H, W) down and to the right; zeros come in."""
    return functional.pad(images, (columns, -columns, rows, -rows))


def stability(network: nn.Module, images: Tensor) -> Stability:
    """Compare what a network makes of images (N, C, H, W) and of the same ones shifted."""
    network.eval()
    # All up to flatten, and the linear layer after it.
    layers = list(network.children())
    body, head = nn.Sequential(*layers[:-2]), nn.Sequential(*layers[-2:])
    changes, answers = [], []
    with torch.inference_mode():
        still = body(images)
        length = still.flatten(1).norm(dim=1)
        said = head(still).argmax(1)
        for distance in range(1, FARTHEST + 1):
            moved = [body(shifted(images, distance * down, distance * right)) for down, right in DIRECTIONS]
            changes.append(_mean([_relative(other - still, length) for other in moved]))
            answers.append(_mean([(head(other).argmax(1) != said).double() for other in moved]))
    return Stability(tuple(changes), tuple(answers))


def forward_times(networks: Mapping[Way, nn.Module], images: Tensor, rounds: int = 15) -> dict[Way, list[float]]:
    """Return milliseconds of each network for `images`, one number a round; they take turns, so that what slows the
    computer for a while slows all of them.
    """
    found: dict[Way, list[float]] = {way: [] for way in networks}
    with torch.inference_mode():
        for network in networks.values():
            network.eval()
            network(images)
        for turn in range(rounds):
            for way in in_turn(tuple(networks), turn):
                start = time.perf_counter()
                networks[way](images)
                found[way].append(1000 * (time.perf_counter() - start))
    return found


def in_turn(ways: Sequence[Way], turn: int) -> list[Way]:
    """Return the ways in an order that another one begins each time."""
    first = turn % len(ways)
    return [*ways[first:], *ways[:first]]


def _relative(difference: Tensor, length: Tensor) -> Tensor:
    """Return ‖difference‖ / length for each image (N,), NaN where there is nothing to compare with."""
    return torch.where(length > 0, difference.flatten(1).norm(dim=1) / length, torch.nan)


def _mean(parts: list[Tensor]) -> float:
    return float(torch.stack(parts).double().nanmean())
