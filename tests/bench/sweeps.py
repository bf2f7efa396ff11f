"""How fast many small networks are as one ensemble, against the same ones after another in plain torch."""

from __future__ import annotations

import time
from itertools import islice, pairwise

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lab.core.catalogue import experiment
from lab.core.events import Event, Metrics
from lab.running import sessions
from lab.running.device import cores
from lab.topics.autoencoders.size import SizeParams
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.spec import TrainingSpec
from tests.bench.figures import figure

ONE_AFTER_ANOTHER = 6
"""Models that the reference trains; the others would take as long each."""
COURSE_EPOCHS = 100
"""Of the course's comparison of optimisers on digits."""
WARM = 20
"""Batches before the time of a training is taken: the first steps of a process do what no other does."""


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


def course_seconds(optimiser: str, batches: int) -> float:
    """Return the seconds that one training of the course's digits takes, as its notebook does it: a DataLoader, one
    thread, loss and accuracy of each batch; from so many batches.
    """
    torch.set_num_threads(1)
    images = sessions.data_store().load("digits").train
    pixels = torch.tensor(images.images).flatten(1).float() / 255
    loader = DataLoader(TensorDataset(pixels, torch.tensor(images.labels).long()), batch_size=32, shuffle=True)
    layers: list[nn.Module] = []
    for before, units in pairwise((784, 64, 32, 32)):
        layers += [nn.Linear(before, units), nn.ReLU()]
    network, measure = nn.Sequential(*layers, nn.Linear(32, 10)), nn.CrossEntropyLoss()
    move = getattr(torch.optim, optimiser)(network.parameters(), lr=0.001)
    losses, right = [], []
    began = 0.0
    for step, (inputs, targets) in enumerate(islice(loader, WARM + batches)):
        if step == WARM:
            began = time.perf_counter()
        outputs = network(inputs)
        loss = measure(outputs, targets)
        move.zero_grad()
        loss.backward()
        move.step()
        losses.append(loss.item())
        right.append(100 * (outputs.argmax(1) == targets).float().mean())
    return (time.perf_counter() - began) / (len(losses) - WARM) * len(loader) * COURSE_EPOCHS


def optimisers_figures() -> tuple[float, float]:
    """Return how many times as fast the course's 18 trainings on digits are, 3 optimisers with 6 rates each for 100
    epochs, against one after another, and their seconds; both from a part of the epochs.
    """
    few, found = 4, []
    for _ in range(3):
        alone = 6 * sum(course_seconds(name, 200) for name in ("SGD", "RMSprop", "Adam"))
        torch.set_num_threads(cores())
        # The page trains a fourth optimiser too, which the course does not have.
        part = sweep_seconds("metaparameters.optimisers", repeats="1", epochs=str(few), device="cpu")
        together = part * COURSE_EPOCHS / few * 3 / 4
        found.append((alone / together, together))
    return sorted(found)[1]


def autoencoder_seconds(units: int, code: int, batches: int) -> float:
    """Return the seconds that one epoch of one autoencoder takes, as the course's notebook does it: slices of 32, one
    thread, the loss of each batch; from so many batches.
    """
    torch.set_num_threads(1)
    images = sessions.data_store().load("digits").train.images
    pixels = torch.tensor(images).flatten(1).float() / 255
    sizes, layers = (784, units, code, units, 784), list[nn.Module]()
    for place, (before, after) in enumerate(pairwise(sizes)):
        layers += [nn.Linear(before, after), nn.ReLU() if place < 3 else nn.Sigmoid()]
    network, measure, losses = nn.Sequential(*layers), nn.MSELoss(), []
    move = torch.optim.Adam(network.parameters(), lr=0.001)
    order = torch.randperm(len(pixels))
    began = 0.0
    for step in range(WARM + batches):
        if step == WARM:
            began = time.perf_counter()
        inputs = pixels[order[32 * step : 32 * (step + 1)]]
        loss = measure(network(inputs), inputs)
        move.zero_grad()
        loss.backward()
        move.step()
        losses.append(loss.item())
    return (time.perf_counter() - began) / batches * len(pixels) / 32


def autoencoder_figures() -> tuple[float, float]:
    """Return how many times as fast the course's 96 autoencoders are, 3 epochs each, against one after another, and
    their seconds; both from one epoch of the 12 encoders with a code of 50: an eighth and a third of it all.
    """
    code, found = 50, []
    for _ in range(3):
        alone = 24 * sum(autoencoder_seconds(units, code, 40) for units in SizeParams().encoder_units())
        torch.set_num_threads(cores())
        few = {"smallest": str(code), "largest": str(code), "codes": "1", "epochs": "1", "device": "cpu"}
        together = 24 * sweep_seconds("autoencoders.size", **few)
        found.append((alone / together, together))
    return sorted(found)[1]


def main() -> None:
    """Print every figure."""
    torch.set_num_threads(cores())
    ratio, seconds = multilayer_ratio()
    figure("multilayer_50_rates_vs_one_after_another", ratio, "ratio", 40)
    figure("multilayer_50_rates_s", seconds, "s")
    ratio, seconds = optimisers_figures()
    # More than twice is more than two cores alone would give.
    figure("optimisers_18_trainings_vs_one_after_another", ratio, "ratio", 3)
    figure("optimisers_18_trainings_s", seconds, "s", 300, "at most")
    ratio, seconds = autoencoder_figures()
    # The course takes about 25 minutes.
    figure("autoencoders_96_sizes_vs_one_after_another", ratio, "ratio", 2)
    figure("autoencoders_96_sizes_s", seconds, "s", 240, "at most")
    figure("learning_rates_2000_models_s", sweep_seconds("ann.learning_rates"), "s", 20, "at most")
    figure("depth_breadth_165_models_s", sweep_seconds("ann.depth_breadth"), "s", 30, "at most")


if __name__ == "__main__":
    main()
