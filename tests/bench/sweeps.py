"""How fast many small networks are as one ensemble, against the same ones after another in plain torch."""

from __future__ import annotations

import time

import torch
from torch import nn

from lab.core.catalogue import experiment
from lab.core.events import Event, Metrics
from lab.running import sessions
from lab.running.device import cores
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.spec import TrainingSpec
from tests.bench.figures import figure

ONE_AFTER_ANOTHER = 6
"""Models that the reference trains; the others would take as long each."""


def sweep_seconds(identifier: str, **texts: str) -> float:
    """Return the seconds that a sweep says it took, loading torch excluded."""
    params = experiment(identifier).params.from_texts({**experiment(identifier).params().to_texts(), **texts})
    last: Event | None = None
    for event in sessions.start(identifier, params, cores()).events:
        last = event
    assert isinstance(last, Metrics)
    return last.values["seconds"]


def alone_seconds(recipe: TrainingSpec) -> float:
    """Return the seconds of one network of the course as its notebook trains it: nn.Sequential, SGD, BCELoss.

    On one thread, which is faster for so small a network than several that wait for each other.
    """
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    layers: list[nn.Module] = []
    for (before, units), layer in zip(recipe.plan.shapes, recipe.plan.layers, strict=True):
        layers += [nn.Linear(before, units), nn.Sigmoid() if layer.activation == "sigmoid" else nn.ReLU()]
    network, measure = nn.Sequential(*layers), nn.BCELoss()
    inputs, targets = torch.tensor(recipe.inputs).float(), torch.tensor(recipe.targets).float()
    optimiser = torch.optim.SGD(network.parameters(), recipe.learning_rate)
    losses = torch.zeros(recipe.epochs)
    began = time.perf_counter()
    for epoch in range(recipe.epochs):
        loss = measure(network(inputs), targets)
        losses[epoch] = loss.detach()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return time.perf_counter() - began


def multilayer_ratio() -> tuple[float, float]:
    """Return how many times as fast 50 rates × 1,000 epochs of `ann.multilayer` are, and their seconds."""
    made = experiment("ann.multilayer")()
    assert isinstance(made, DenseExperiment)
    recipe = made.recipe(made.params(), sessions.data_store())
    ratios = []
    for _ in range(3):
        # Turn about, so that both meet the same minutes of the computer.
        alone = 50 / ONE_AFTER_ANOTHER * sum(alone_seconds(recipe) for _ in range(ONE_AFTER_ANOTHER))
        together = sweep_seconds(
            "sweeps.grid", experiment="ann.multilayer", over="learning_rate=0.001:0.1:50", repeats="1"
        )
        ratios.append((alone / together, together))
    return sorted(ratios)[1]


def main() -> None:
    """Print every figure."""
    torch.set_num_threads(cores())
    ratio, seconds = multilayer_ratio()
    figure("multilayer_50_rates_vs_one_after_another", ratio, "ratio", 40)
    figure("multilayer_50_rates_s", seconds, "s")
    figure("learning_rates_2000_models_s", sweep_seconds("ann.learning_rates"), "s", 20, "at most")
    figure("depth_breadth_165_models_s", sweep_seconds("ann.depth_breadth"), "s", 30, "at most")


if __name__ == "__main__":
    main()
