"""The training loop against the usual one with a DataLoader, at equal accuracy."""

from __future__ import annotations

import statistics
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lab.core.catalogue import experiment
from lab.core.files import home
from lab.data.store import DataStore
from lab.nets.network import build
from lab.nets.pixels import as_tensor
from lab.running.device import cores, use_threads
from lab.training.sources import InMemory
from lab.training.task import CLASSIFY
from lab.training.trainer import Setup, Trainer
from tests.bench.figures import figure

EPOCHS = 4


class Usual:
    """The loop as courses and tutorials write it: DataLoader, Adam, a batch at a time."""

    def __init__(self, network: nn.Module, inputs: torch.Tensor, targets: torch.Tensor, seed: int) -> None:
        self.network = network
        self.optimiser = torch.optim.Adam(network.parameters(), lr=0.001)
        generator = torch.Generator().manual_seed(seed)
        self.loader = DataLoader(TensorDataset(inputs, targets), batch_size=32, shuffle=True, generator=generator)
        self.loss = nn.CrossEntropyLoss()

    def epoch(self) -> None:
        """Train one epoch, counting loss and accuracy of each batch as the course does."""
        self.network.train()
        losses, accuracies = [], []
        for inputs, targets in self.loader:
            outputs = self.network(inputs)
            loss = self.loss(outputs, targets)
            self.optimiser.zero_grad()
            loss.backward()
            self.optimiser.step()
            losses.append(loss.item())
            accuracies.append(100 * torch.mean((torch.argmax(outputs, axis=1) == targets).float()).item())

    def accuracy(self, inputs: torch.Tensor, targets: torch.Tensor) -> float:
        """Return the share of right answers."""
        self.network.eval()
        with torch.no_grad():
            return float((self.network(inputs).argmax(1) == targets).double().mean())


def main() -> None:
    """Alternate epochs of both loops, for three seeds."""
    use_threads(cores())
    dataset = DataStore(home() / "datasets").load("digits")
    inputs, targets = as_tensor(dataset.train.images), torch.tensor(dataset.train.labels)
    test, truth = as_tensor(dataset.test.images), torch.tensor(dataset.test.labels)
    ratios, differences = [], []
    for seed in (1, 2, 3):
        params = experiment("cnn.mnist").params(seed=seed, epochs=EPOCHS)
        networks = [build(params, (1, 28, 28), 10, torch.Generator().manual_seed(seed)) for _ in range(2)]
        sources = {"train": InMemory(inputs, targets), "test": InMemory(test, truth)}
        ours = Trainer(Setup(networks[0], CLASSIFY, sources), params, "cpu")
        usual = Usual(networks[1], inputs, targets, seed)
        for epoch in range(EPOCHS):
            began = time.perf_counter()
            usual.epoch()
            middle = time.perf_counter()
            for _ in range(ours.steps_per_epoch):
                # As a run does: the loss of each step is looked at.
                ours.step().values()
            ended = time.perf_counter()
            if epoch:
                ratios.append((middle - began) / (ended - middle))
        differences.append(100 * (ours.judge("test").values["accuracy"] - usual.accuracy(test, truth)))
    figure("loop_vs_dataloader", statistics.median(ratios), "ratio", 1.4)
    # Three seeds of 1,500 images: half a percentage point is what chance makes of equal networks.
    figure("accuracy_difference", statistics.mean(differences), "percentage points", -0.5)


if __name__ == "__main__":
    main()
