"""The loop of each network of the CNN tab against the usual one with a DataLoader: the same loss, batches as large,
plain Adam, the loss and measures of each batch looked at.
"""

from __future__ import annotations

import copy
import statistics
import time
from collections.abc import Iterator
from itertools import islice

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lab.core.catalogue import experiments
from lab.core.files import home
from lab.data.store import DataStore
from lab.running.device import cores, use_threads
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.sources import InMemory
from lab.training.trainer import Setup, Trainer
from tests.bench.figures import figure

STEPS, TURNS = 40, 7
ALONE = tuple(f"cnn.{n}" for n in ("autoencoder", "cifar10", "clothes", "dropout", "gaussians", "letters", "mnist"))
"""Those that train one network of this kind; others train several side by side."""


def usual(setup: Setup, network: nn.Module, rate: float, batch: int) -> Iterator[float]:
    """Yield the loss of each step of the loop as courses and tutorials write it."""
    train, noise = setup.sources["train"], torch.Generator().manual_seed(1)
    assert isinstance(train, InMemory)
    loader = DataLoader(TensorDataset(train.inputs, train.targets), batch_size=batch, shuffle=True)
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    network.train()
    while True:
        for inputs, targets in loader:
            outputs = network(setup.change(inputs, noise) if setup.change is not None else inputs)
            loss = setup.task.loss(outputs, targets)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            for measure in setup.task.measures.values():
                measure(outputs.detach(), targets).item()
            yield loss.item()


def ours(trainer: Trainer) -> Iterator[float]:
    """Yield the loss of each step of our loop."""
    while True:
        yield trainer.step().values()["loss"]


def ratio(setup: Setup, params: TrainingParams) -> float:
    """Return how many times as fast our loop is, the median of turns that both take."""
    # Before ours is laid out in memory as it likes it.
    network, found = copy.deepcopy(setup.model), []
    loops = usual(setup, network, params.learning_rate, params.batch_size), ours(Trainer(setup, params, "cpu"))
    for turn in range(TURNS):
        seconds = []
        for loop in loops:
            began = time.perf_counter()
            for _ in islice(loop, STEPS):
                pass
            seconds.append(time.perf_counter() - began)
        if turn:
            found.append(seconds[0] / seconds[1])
    return statistics.median(found)


def main() -> None:
    """Measure each experiment of the tab that trains one network."""
    use_threads(cores())
    data = DataStore(home() / "datasets")
    for name, chosen in experiments().items():
        if name in ALONE and issubclass(chosen, TrainingExperiment):
            params = chosen.params(epochs=1000)
            figure(f"loop_vs_dataloader_{name}", ratio(chosen().setup(params, data), params), "ratio", 1.4)


if __name__ == "__main__":
    main()
