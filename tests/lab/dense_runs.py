"""What tests of dense networks share: the same network in torch, many seeds at once, runs that are watched or not."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from lab.core.catalogue import experiment
from lab.core.events import Event, Metrics, Shown
from lab.core.experiment import Context
from lab.core.figures import Link
from lab.core.params import Params
from lab.data.store import DataStore
from lab.sweeps.execution import Backend, execute
from lab.sweeps.experiment import SweepExperiment
from lab.sweeps.grid import Axis, Sweep
from lab.sweeps.outcomes import Outcome, Results
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec

MODULES: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "identity": nn.Identity,
}  # fmt: skip
CRITERIA: dict[str, type[nn.Module]] = {"mse": nn.MSELoss, "bce": nn.BCELoss, "bce_logits": nn.BCEWithLogitsLoss}


def nowhere() -> DataStore:
    return DataStore(Path("unused"))


def recipe_of(name: str, **changes: Any) -> TrainingSpec:
    chosen = experiment(name)
    assert issubclass(chosen, DenseExperiment)
    return chosen().recipe(chosen.params(**changes), nowhere())


def begun(name: str, params: Params, due: Shown | None = None) -> Generator[Event, None, None]:
    """Begin a run as a session does: on a screen for which that is `due`, or without one."""
    instance = experiment(name)()
    instance.prepare(params)
    return instance.run(params, Context("cpu", nowhere()) if due is None else Context("cpu", nowhere(), due))


def events(name: str, watched: bool = False, **changes: Any) -> list[Event]:
    return list(begun(name, experiment(name).params(**changes), (lambda _kind, _name: False) if watched else None))


def metrics(name: str, **changes: Any) -> dict[str, float]:
    last = events(name, **changes)[-1]
    assert isinstance(last, Metrics)
    return dict(last.values)


def trained(name: str, **changes: Any) -> Learner:
    learner = Learner(recipe_of(name, **changes))
    while not learner.finished:
        learner.train_epoch()
    return learner


def newest(found: Iterable[Event]) -> dict[tuple[str, str], Any]:
    """Return the events that would be on the screen, by kind and name."""
    return {event.key: event for event in found}


def sequential(recipe: TrainingSpec) -> nn.Sequential:
    """Return the network of a recipe as a person writes it in torch, with the first weights that we draw."""
    start = Learner(recipe).network
    modules: list[nn.Module] = []
    for layer, weight, bias in zip(recipe.plan.layers, start.weights, start.biases, strict=True):
        linear = nn.Linear(*weight.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight.T.copy()))
            linear.bias.copy_(torch.from_numpy(bias.copy()))
        modules += [linear, MODULES[layer.activation]()]
    return nn.Sequential(*modules)


def losses_in_torch(recipe: TrainingSpec, epochs: int) -> tuple[list[float], nn.Sequential]:
    """Return the loss before each of the first steps of plain SGD, and the network after them."""
    network, criterion = sequential(recipe), CRITERIA[recipe.loss]()
    inputs, targets = torch.from_numpy(recipe.inputs), torch.from_numpy(recipe.targets)
    optimiser = torch.optim.SGD(network.parameters(), lr=recipe.learning_rate)
    found = []
    for _ in range(epochs):
        optimiser.zero_grad()
        loss = criterion(network(inputs), targets)
        loss.backward()
        optimiser.step()
        found.append(float(loss.detach()))
    return found, network


@cache
def over_seeds(name: str, seeds: range, **changes: Any) -> dict[str, np.ndarray]:
    """Return the metrics (S,) of one network for each seed."""
    sweep = Sweep(name, experiment(name).params(**changes), (Axis("seed", tuple(seeds)),))
    results = Results.of(sweep)
    for found in execute(sweep, results.cells, nowhere(), Backend()):
        if isinstance(found, Outcome):
            results.take(found)
    assert not results.errors
    return {metric: results.grid(metric)[:, 0] for metric in results.names()}


def swept(name: str, **changes: Any) -> tuple[Results, dict[tuple[str, str], Any], dict[str, float]]:
    """Run a sweep; return its results, what stands on the screen at the end, and its metrics."""
    chosen = experiment(name)
    instance, params = chosen(), chosen.params(**changes)
    assert isinstance(instance, SweepExperiment)
    instance.prepare(params)
    found = list(instance.run(params, Context("cpu", nowhere())))
    assert isinstance(found[-1], Metrics)
    return instance.results, newest(found), dict(found[-1].values)


def opened(link: Link) -> dict[str, float]:
    """Follow a link as a window does: the form reads the texts, and the experiment runs alone."""
    chosen = experiment(link.experiment)
    params = chosen.params.from_texts({**chosen.params().to_texts(), **link.texts})
    last = list(begun(link.experiment, params))[-1]
    assert isinstance(last, Metrics)
    return dict(last.values)
