"""Sweeps in tests: what many repeats come to, and a torch network with the weights of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from lab.core.catalogue import experiment
from lab.core.events import Array, Event, Metrics
from lab.core.experiment import Context
from lab.core.figures import Link
from lab.data.store import DataStore
from lab.sweeps.execution import Backend, execute
from lab.sweeps.grid import Axis, Sweep
from lab.sweeps.outcomes import Outcome, Results
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec

DATA = DataStore(Path("unused"))


def swept(name: str, axis: str, values: tuple[Any, ...], repeats: int, **params: Any) -> dict[str, Array]:
    """Return each metric of an experiment, (values, repeats)."""
    sweep = Sweep(name, experiment(name).params(**params), (Axis(axis, values),), repeats)
    found = [one for one in execute(sweep, list(sweep.cells()), DATA, Backend()) if isinstance(one, Outcome)]
    found.sort(key=lambda one: one.cell.index)
    assert not any(one.error for one in found)
    return {
        metric: np.array([one.metrics[metric] for one in found]).reshape(len(values), repeats)
        for metric in found[0].metrics
    }


def trained(name: str, axes: dict[str, tuple[Any, ...]], seeds: int = 5, **params: Any) -> Results:
    """Train an experiment with all values of all axes, each with the same seeds from 7 on, which are the last axis."""
    over = [Axis(axis, values) for axis, values in axes.items()]
    over.append(Axis("seed", tuple(range(7, 7 + seeds))))
    results = Results.of(Sweep(name, experiment(name).params(**params), tuple(over)))
    for found in execute(results.sweep, results.cells, DATA, Backend()):
        if isinstance(found, Outcome):
            results.take(found)
    return results


def over_seeds(name: str, axis: str, values: tuple[Any, ...], metric: str, **params: Any) -> Array:
    """Return a metric of an experiment, (values, 5), of seeds 7 to 11: the same ones for each value."""
    return np.asarray(trained(name, {axis: values}, **params).grid(metric)[..., 0])


def run(name: str, **params: Any) -> list[Event]:
    """Run an experiment without a screen and return its events."""
    chosen = experiment(name)
    instance, values = chosen(), chosen.params(**params)
    instance.prepare(values)
    return list(instance.run(values, Context("cpu", DATA)))


def metrics(events: list[Event]) -> dict[str, float]:
    """Return the result of a run."""
    assert isinstance(events[-1], Metrics)
    return dict(events[-1].values)


def opened(link: Link) -> dict[str, float]:
    """Return the result of the run that a link opens."""
    values = experiment(link.experiment).params.from_texts(link.texts)
    return metrics(run(link.experiment, **{name: getattr(values, name) for name in values.specs()}))


def in_torch(recipe: TrainingSpec) -> torch.nn.Sequential:
    """Return a torch network with the first weights of a recipe with ReLU, in float64."""
    network = Learner(recipe).network
    layers: list[torch.nn.Module] = []
    for place, layer in enumerate(recipe.plan.layers):
        linear = torch.nn.Linear(*network.weights[place].shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(network.weights[place].T.copy()))
            linear.bias.copy_(torch.from_numpy(network.biases[place].copy()))
        layers.append(linear)
        if layer.activation == "relu":
            layers.append(torch.nn.ReLU())
        elif layer.activation == "softmax":
            layers.append(torch.nn.Softmax(dim=1))
    return torch.nn.Sequential(*layers)


def losses_in_torch(recipe: TrainingSpec, epochs: int) -> list[float]:
    """Train in torch by plain SGD; return the loss before each epoch."""
    network = in_torch(recipe)
    loss: torch.nn.Module = (
        torch.nn.CrossEntropyLoss() if recipe.loss == "cross_entropy" else torch.nn.BCEWithLogitsLoss()
    )
    optimiser = torch.optim.SGD(network.parameters(), lr=recipe.learning_rate)
    inputs, targets = torch.from_numpy(recipe.inputs), torch.from_numpy(recipe.targets)
    found = []
    for _ in range(epochs):
        optimiser.zero_grad()
        value = loss(network(inputs), targets)
        value.backward()
        optimiser.step()
        found.append(value.item())
    return found
