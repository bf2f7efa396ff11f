"""How large data sets are, against the files themselves, and parameters against torch and torchvision."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
import torchvision
from sklearn import datasets

from lab.core.events import Metrics
from lab.core.figures import Chart, Table
from lab.data.classical import size_of
from lab.data.store import DataStore
from lab.topics.overfitting.scale import Scale, ScaleParams
from lab.topics.overfitting.scale.sets import SETS, networks, resnet18, size
from tests.lab.swept import DATA


def shown(**values: Any) -> tuple[dict[str, Any], dict[str, float]]:
    events = list(Scale().compute(ScaleParams(**values)))
    [found] = [event for event in events if isinstance(event, Metrics)]
    return {event.name: event for event in events if isinstance(event, Chart | Table)}, dict(found.values)


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits8x8"])
def test_tables_have_the_size_that_scikit_learn_loads(name: str) -> None:
    inputs, labels = getattr(datasets, "load_digits" if name == "digits8x8" else f"load_{name}")(return_X_y=True)
    assert size_of(name) == (*inputs.shape, len(set(labels.tolist())))


@pytest.mark.parametrize("name", ["digits", "fashion"])
def test_bundled_images_have_the_size_of_their_file(name: str, tmp_path: Any) -> None:
    loaded, said = DataStore(tmp_path).load(name), size(name, 0.5)
    assert (said.train, said.test, said.dev) == (len(loaded.train.labels), len(loaded.test.labels), 0)
    assert (said.classes, said.inputs) == (len(set(loaded.train.labels.tolist())), loaded.train.images[0].size)


def test_imagenet_is_as_published() -> None:
    found = size("imagenet", 0.5)
    assert (found.train, found.dev, found.test, found.classes) == (1_281_167, 50_000, 100_000, 1000)


def test_parameters_are_those_of_torch() -> None:
    with torch.device("meta"):
        large = torchvision.models.resnet18()
    assert resnet18() == sum(numbers.numel() for numbers in large.parameters())
    counts = {str(each.where): (each.parameters, each.examples) for each in networks()}
    # 2–8–8–3, 4–64–64–3 and 784–64–32–32–10.
    for where, widths in {
        "overfitting.early_stopping": (2, 8, 8, 3), "overfitting.iris": (4, 64, 64, 3),
        "ann.mnist": (784, 64, 32, 32, 10),
    }.items():  # fmt: skip
        layers = [torch.nn.Linear(before, after) for before, after in pairwise(widths)]
        assert counts[where][0] == sum(numbers.numel() for layer in layers for numbers in layer.parameters())
    from lab.topics.cnn.mnist import Mnist, MnistParams

    network = Mnist().setup(MnistParams(), DATA).model
    assert counts["cnn.mnist"] == (sum(numbers.numel() for numbers in network.parameters()), 8500)
    assert counts["torchvision"] == (11_689_512, 1_281_167)


def test_areas_are_to_each_other_as_examples() -> None:
    figures, _ = shown(data="wine", train_share=0.5)
    areas = [line.x.max() * line.y.max() for line in figures["squares"].lines if line.style == "line"]
    np.testing.assert_allclose(areas, [1_281_167, 100_000, 50_000, 60_000, 8500, 89, 75])


def test_numbers_follow_from_data_and_network() -> None:
    _, found = shown(data="iris", hidden=(64, 64))
    assert found["examples"] == 120 and found["per_class"] == 40 and found["parameters"] == 4675
    assert found["per_example"] == 4675 / 120 and found["times"] == 1_281_167 / 120
    assert found["hours"] * 60 == pytest.approx(2)
    _, large = shown(data="imagenet")
    assert large["hours"] / 24 == pytest.approx(14.8, abs=0.05)
    assert large["parameters"] == 150_528 * 64 + 64 + 64 * 32 + 32 + 32 * 32 + 32 + 32 * 1000 + 1000


@pytest.mark.parametrize("name", SETS)
def test_each_data_set_can_be_chosen(name: str) -> None:
    figures, found = shown(data=name)
    assert all(math.isfinite(value) and value > 0 for value in found.values())
    chosen = [row for row in figures["sets"].rows if row[0].mark == "strong"]
    assert len(chosen) == 1 and chosen[0][1].value == found["examples"]
    ball = figures["parameters"].lines[-1]
    assert (ball.x[0], ball.y[0]) == (found["examples"], found["parameters"])
