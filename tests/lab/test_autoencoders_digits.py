"""A dense autoencoder: its layers, its references, what is shown of it, and an own drawing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import nn

from lab.core.catalogue import experiment
from lab.core.events import Architecture, Event, ImageRows, Metrics, made
from lab.core.experiment import Context
from lab.core.figures import Bars, Chart, Table
from lab.data.store import DataStore
from lab.topics.autoencoders.digits import errors_of, references
from lab.topics.autoencoders.network import AutoencoderParams, layers
from lab.topics.autoencoders.torch_network import Autoencoder, drawn, reconstruction

STORE = DataStore(Path("unused"))
SMALL: dict[str, Any] = {"encoder": (20,), "code": 5, "batch_size": 85, "learning_rate": 0.003, "epochs": 2}


@pytest.fixture(scope="module")
def learned() -> tuple[Any, list[Event]]:
    """A small one that has learned for two epochs, with the events of its run."""
    chosen = experiment("autoencoders.digits")
    instance = chosen()
    events = list(instance.run(chosen.params(**SMALL), Context("cpu", STORE)))
    return instance, events


def shown(instance: Any, **picks: Any) -> dict[tuple[str, str], Any]:
    return {event.key: event for event in made(instance.query(picks))}


def test_it_has_the_layers_of_the_course() -> None:
    found = layers(AutoencoderParams())
    assert [layer.shape_out[0] for layer in found if layer.kind == "linear"] == [250, 50, 250, 784]
    assert sum(layer.parameters for layer in found) == 418_334
    network = Autoencoder(AutoencoderParams().sizes)
    assert sum(each.numel() for each in network.parameters()) == 418_334
    codes = network.encode(torch.rand(3, 784))
    assert codes.shape == (3, 50) and (codes >= 0).all()
    images = network.decode(codes)
    assert images.shape == (3, 784) and ((images > 0) & (images < 1)).all()


def test_the_code_may_have_another_activation_than_the_hidden_layers() -> None:
    network = Autoencoder((784, 30, 2, 30, 784), "relu", "identity")
    assert [type(module) for module in network.encoder] == [nn.Linear, nn.ReLU, nn.Linear, nn.Identity]
    kinds = [layer.kind for layer in layers(AutoencoderParams(encoder=(30,), code=2), "identity")]
    assert kinds == ["linear", "relu", "linear", "identity", "linear", "relu", "linear", "sigmoid"]


@pytest.mark.parametrize(("loss", "criterion"), [("mse", nn.MSELoss()), ("bce", nn.BCELoss())])
def test_the_loss_is_that_of_torch(loss: str, criterion: nn.Module) -> None:
    task, images = reconstruction(loss), torch.rand(7, 784)
    outputs = drawn((784, 9, 3, 9, 784), "relu", 1)(images)
    torch.testing.assert_close(task.loss(outputs, images), criterion(outputs, images))
    torch.testing.assert_close(task.judged_loss(outputs, images) / 7, criterion(outputs, images))
    error = ((outputs - images) ** 2).mean()
    torch.testing.assert_close(task.measures["mse"](outputs, images) / 7, error)


def test_the_linear_reference_is_the_pca_of_scikit_learn() -> None:
    dataset, code = STORE.load("digits"), 50
    train, test = (part.images.reshape(-1, 784) / 255.0 for part in (dataset.train, dataset.test))
    fitted = PCA(code, svd_solver="covariance_eigh").fit(train)
    error = ((fitted.inverse_transform(fitted.transform(test)) - test) ** 2).mean()
    found = references(dataset, code)
    assert found["pca_mse"] == pytest.approx(error, abs=1e-9)
    assert found["mean_mse"] == pytest.approx(((test - train.mean(0)) ** 2).mean(), abs=1e-9)


def test_a_code_as_wide_as_the_image_leaves_pca_no_error() -> None:
    assert references(STORE.load("digits"), 1000)["pca_mse"] == pytest.approx(0.0, abs=1e-12)


def test_it_learns_and_is_judged_on_images_that_it_has_not_seen(learned: tuple[Any, list[Event]]) -> None:
    instance, events = learned
    last = events[-1]
    assert isinstance(last, Metrics)
    assert last.values["test_mse"] < last.values["mean_mse"]
    errors = errors_of(instance.engine)
    assert errors.shape == (1500,) and errors.mean() == pytest.approx(last.values["test_mse"], abs=1e-6)


def test_reconstructions_stand_under_their_originals(learned: tuple[Any, list[Event]]) -> None:
    instance, _ = learned
    [(_, originals), (_, outputs)] = shown(instance)["ImageRows", "reconstructions"].rows
    test = STORE.load("digits").test.images[: len(originals)] / np.float32(255)
    np.testing.assert_allclose(originals, test, atol=1e-6)
    model = instance.engine.first.model
    with torch.no_grad():
        mine = model(torch.tensor(test.reshape(len(test), -1))).numpy().reshape(test.shape)
    np.testing.assert_allclose(outputs, mine, atol=1e-5)


def test_an_own_drawing_goes_through_the_network(learned: tuple[Any, list[Event]]) -> None:
    instance, _ = learned
    assert ("ImageRows", "drawing") not in shown(instance)
    drawing = np.zeros((280, 280), np.uint8)
    drawing[40:240, 130:155] = 255
    [(_, given), (_, output)] = shown(instance, drawing=drawing)["ImageRows", "drawing"].rows
    assert given.shape == output.shape == (1, 28, 28)
    # As in MNIST, it is brought into a box of 20 pixels around the middle.
    rows = np.flatnonzero(given[0].max(1))
    assert (len(rows), rows[0]) == (20, 4)
    with torch.no_grad():
        mine = instance.engine.first.model(torch.tensor(given.reshape(1, 784))).numpy()
    np.testing.assert_allclose(output.reshape(1, 784), mine, atol=1e-6)


def test_an_empty_drawing_shows_nothing(learned: tuple[Any, list[Event]]) -> None:
    rows = shown(learned[0], drawing=np.zeros((280, 280), np.uint8))["ImageRows", "drawing"]
    assert isinstance(rows, ImageRows) and rows.count == 0


def test_the_code_of_the_picked_image_is_shown(learned: tuple[Any, list[Event]]) -> None:
    instance, _ = learned
    chart = shown(instance, image=3)["Chart", "code_units"]
    assert isinstance(chart, Chart)
    with torch.no_grad():
        code = instance.engine.first.model.encode(instance.engine.first.sources["test"].part(3, 4)[0])[0]
    np.testing.assert_allclose(chart.lines[0].y, code.numpy(), atol=1e-6)


def test_errors_by_digit_average_to_the_whole(learned: tuple[Any, list[Event]]) -> None:
    instance, events = learned
    found = shown(instance)
    bars, table = found["Bars", "by_class"], found["Table", "numbers"]
    assert isinstance(bars, Bars) and isinstance(table, Table) and isinstance(events[-1], Metrics)
    counts = np.bincount(STORE.load("digits").test.labels)
    whole = (bars.panels[0].values * counts).sum() / counts.sum()
    assert whole == pytest.approx(events[-1].values["test_mse"], abs=1e-4)
    assert table.rows[0][1].value == pytest.approx(events[-1].values["test_mse"], rel=1e-3)


def test_before_a_run_the_network_and_the_images_are_there() -> None:
    chosen = experiment("autoencoders.digits")
    found = {event.key: event for event in made(chosen().preview(chosen.params(), STORE))}
    assert {"Architecture", "ImageRows", "Code"} == {kind for kind, _ in found}
    strip = next(event for event in found.values() if isinstance(event, Architecture))
    assert strip.layers[2].name == "code"


@pytest.mark.long
def test_it_gets_past_pca_of_as_many_numbers() -> None:
    chosen = experiment("autoencoders.digits")
    last = list(chosen().run(chosen.params(), Context("cpu", STORE)))[-1]
    assert isinstance(last, Metrics)
    assert 0.008 < last.values["test_mse"] < 0.0105 < last.values["pca_mse"] < 0.0118
