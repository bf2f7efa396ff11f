"""Small photographs: the course's sizes, what transforms touch, and three outputs of an autoencoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from lab.core.catalogue import experiment
from lab.core.events import Remark
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.maths.chance import mean_interval
from lab.nets.convolutional import plan
from lab.topics.cnn.cifar10 import figures
from lab.topics.cnn.cifar10.params import COURSE
from lab.topics.cnn.cifar10.planes import planes
from lab.training.engine import TorchEngine
from tests.lab import contracts

STORE = DataStore(Path("unused"))
CHOSEN: Any = experiment("cnn.cifar10")
CODER = ("conv channels=4 kernel=4 stride=2", "leaky_relu")
SMALL: dict[str, Any] = {"task": "autoencode", "coder": CODER, "images": 300, "batch_size": 100, "epochs": 2}


@pytest.fixture(scope="module")
def engine() -> TorchEngine[str]:
    found: TorchEngine[str] = CHOSEN().begin(CHOSEN.params(**SMALL), Context("cpu", STORE))
    while not found.finished:
        found.advance()
    return found


def test_the_networks_are_the_course_s() -> None:
    classifier = CHOSEN.params(network=COURSE, dataset="cifar-10")
    assert sum(layer.parameters for layer in plan(classifier, (3, 32, 32), 10)) == 651_210
    coder = CHOSEN.params(task="autoencode", dataset="cifar-10").built("leaky")
    layers = plan(coder, (3, 32, 32), None)
    assert sum(layer.parameters for layer in layers) == 83_619
    assert (64, 4, 4) in [layer.shape_out for layer in layers]


def test_clothes_get_a_border_and_photographs_their_planes() -> None:
    grey = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    found = planes(torch.tensor(grey)).numpy()
    assert found.shape == (3, 1, 32, 32)
    np.testing.assert_allclose(found[:, 0, 2:-2, 2:-2], grey / 255, rtol=1e-6)
    assert found.sum() == pytest.approx(grey.sum() / 255, rel=1e-5)
    colour = np.random.default_rng(1).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
    np.testing.assert_allclose(planes(torch.tensor(colour)).numpy(), colour.transpose(0, 3, 1, 2) / 255, rtol=1e-6)


def test_transforms_touch_what_is_fetched_and_not_what_lies_there() -> None:
    table = next(event for event in CHOSEN().preview(CHOSEN.params(), STORE) if isinstance(event, Table))
    values = [[cell.value for cell in row] for row in table.rows]
    assert values[0][1:] == ["uint8", "28 × 28", 0, 255] and values[2][1:] == values[0][1:]
    assert values[1][1:] == ["float32", "1 × 32 × 32", -1, 1]
    before = STORE.load("fashion").train.images.copy()
    CHOSEN().setup(CHOSEN.params(images=100), STORE)
    assert (STORE.load("fashion").train.images == before).all()


def test_that_they_are_no_photographs_is_said() -> None:
    said = [str(event.message) for event in CHOSEN().preview(CHOSEN.params(), STORE) if isinstance(event, Remark)]
    assert said and "Fashion-MNIST" in said[0] and "CIFAR-10" in said[0]


def test_a_mean_over_batches_counts_a_small_one_too_much() -> None:
    right = np.array([1, 1, 1, 1, 0, 0, 1, 1, 0], bool)
    assert figures.by_batches(right, 4) == pytest.approx((1 + 0.5 + 0) / 3)
    assert figures.by_batches(right, 3) == pytest.approx(right.mean())


def test_all_three_begin_with_the_same_weights_and_differ_in_their_output(engine: TorchEngine[str]) -> None:
    fresh = CHOSEN().begin(CHOSEN.params(**SMALL), Context("cpu", STORE))
    for one in fresh.trainers.values():
        for mine, theirs in zip(one.model.parameters(), fresh.first.model.parameters(), strict=True):
            assert (mine == theirs).all()
    images, _ = fresh.first.sources["test"].part(0, 5)
    with torch.no_grad():
        linear = fresh.trainers["linear"].model(images)
        torch.testing.assert_close(fresh.trainers["tanh"].model(images), linear.tanh())
        torch.testing.assert_close(fresh.trainers["leaky"].model(images), functional.leaky_relu(linear))


@pytest.mark.parametrize("name", ["linear", "tanh", "leaky"])
def test_errors_and_slopes_are_those_of_torch(engine: TorchEngine[str], name: str) -> None:
    wanted = engine.first.sources["test"].part(0, 2000)[0]
    layers = list(engine.trainers[name].model.eval().children())
    body = torch.nn.Sequential(*layers[: -1 if name != "linear" else None])
    last = layers[-1] if name != "linear" else torch.nn.Identity()
    with torch.no_grad():
        before = body(wanted)
    before.requires_grad_(True)
    outputs = last(before)
    (slope,) = torch.autograd.grad(outputs.sum(), before)
    found = figures.measures(engine, CHOSEN.params(**SMALL))[name]
    dark = wanted < -0.5
    assert found["mse"] == pytest.approx(functional.mse_loss(outputs, wanted).item(), rel=1e-5)
    assert found["dark_mse"] == pytest.approx((outputs - wanted)[dark].square().mean().item(), rel=1e-5)
    assert found["steep"] == pytest.approx(slope[dark].mean().item(), rel=1e-4)
    assert found["lowest"] == pytest.approx(outputs.min().item(), rel=1e-5)


def test_autoencoders_go_on_exactly(tmp_path: Path) -> None:
    params = CHOSEN.params(**SMALL)
    whole = contracts.ran(CHOSEN, params, STORE)
    contracts.resumes_exactly(CHOSEN, params, whole, tmp_path, 4)


def test_the_program_of_an_autoencoder_prints_its_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parents[2])
    found = contracts.ran(CHOSEN, CHOSEN.params(**SMALL), STORE, watched=True)
    contracts.prints_its_metrics(found.code, found.metrics.everything)


def test_what_does_not_give_back_as_much_is_refused() -> None:
    with pytest.raises(ParamError, match=r"it gives back 1 × 64 × 64 of images of 1 × 32 × 32"):
        CHOSEN.params(task="autoencode", coder=("conv channels=4",))
    # Which of both networks matters is said by the task.
    CHOSEN.params(coder=("conv channels=4",))


@pytest.mark.long
def test_what_the_lesson_says_over_seeds() -> None:
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in figures.NAMES}
    for seed in range(7, 12):
        params = CHOSEN.params(seed=seed, task="autoencode", images=2000, epochs=4)
        engine: TorchEngine[str] = CHOSEN().begin(params, Context("cpu", STORE))
        while not engine.finished:
            engine.advance()
        for name, one in figures.measures(engine, params).items():
            found[name].append((one["mse"], one["dark_mse"]))
    said = {"linear": ((0.051, 0.005), (0.030, 0.004)), "tanh": ((0.050, 0.004), (0.028, 0.006)),
            "leaky": ((0.106, 0.005), (0.069, 0.003))}  # fmt: skip
    for name, each in said.items():
        for (mean, half), values in zip(each, np.transpose(found[name]), strict=True):
            low, high = mean_interval(values)
            assert values.mean() == pytest.approx(mean, abs=4e-3), name
            assert (high - low) / 2 == pytest.approx(half, abs=4e-3), name
