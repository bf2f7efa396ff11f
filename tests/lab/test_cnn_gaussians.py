"""Blobs: what is asked of the network, what is counted of its answers, and how alike its maps are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lab.core.events import Event, FeatureMaps, Metrics, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Field, Overlay, Table
from lab.core.params import ParamError
from lab.core.text import Message
from lab.data.blobs import gaussians, placed
from lab.data.store import DataStore
from lab.maths.chance import exact_interval
from lab.nets.convolutional import plan
from lab.topics.cnn.gaussians import NETWORK, TESTS, Gaussians, GaussiansParams, part
from lab.topics.cnn.gaussians.figures import CLASSES, HALF, SPREAD, map_correlations

STORE = DataStore(Path("unused"))
SMALL: dict[str, Any] = {"images": 60, "side": 21, "batch_size": 20, "epochs": 3, "learning_rate": 0.01}


def ran(**values: Any) -> tuple[Gaussians, GaussiansParams, dict[str, float]]:
    params, instance = GaussiansParams(**values), Gaussians()
    last = list[Event](instance.run(params, Context("cpu", STORE)))[-1]
    assert isinstance(last, Metrics)
    return instance, params, dict(last.values)


def asked(instance: Gaussians, kind: type[Event], name: str, **picks: Any) -> Any:
    (found,) = [each for each in instance.query(picks) if each.key == (kind.__name__, name)]
    return next(made([found]))


@pytest.fixture(scope="module")
def classed() -> tuple[Gaussians, GaussiansParams, dict[str, float]]:
    return ran(**SMALL)


@pytest.fixture(scope="module")
def placing() -> tuple[Gaussians, GaussiansParams, dict[str, float]]:
    return ran(**SMALL, task="place", scaled=True)


# Networks.


def test_the_networks_are_the_course_s() -> None:
    for task, outputs, parameters in (("class", 1, 97_181), ("place", 3, 97_283)):
        params = GaussiansParams(task=task)
        assert params.outputs == outputs
        layers = plan(params.built, params.shape, outputs)
        assert sum(layer.parameters for layer in layers) == parameters
        assert [layer.shape_in for layer in layers if layer.name == "linear1"] == [(1936,)]


def test_linear_units_leave_the_same_parameters_and_one_linear_map() -> None:
    from lab.nets.network import build

    params = GaussiansParams(linear_units=True)
    kinds = [layer.kind for layer in plan(params.built, params.shape, 1)]
    assert kinds[kinds.index("flatten") :] == ["flatten", "linear", "linear"]
    assert kinds.count("relu") == 2
    network = build(params.built, params.shape, 1, torch.Generator().manual_seed(0))
    first, last = network.linear1, network.output
    assert isinstance(first, torch.nn.Linear) and isinstance(last, torch.nn.Linear)
    features = torch.randn(5, 1936)
    together = features @ (last.weight @ first.weight).T + last.weight @ first.bias + last.bias
    torch.testing.assert_close(last(first(features)), together, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("side", "features"), [(91, 150), (89, 150), (81, 96)])
def test_sizes_are_computed_where_the_course_s_are_hard_coded(side: int, features: int) -> None:
    strided = (
        "conv channels=3 kernel=3 stride=2 padding=0",
        "relu",
        "pool how=mean",
        "conv channels=6 kernel=3 stride=2 padding=0",
    )
    params = GaussiansParams(side=side, network=(*strided, "relu", "pool how=mean", "flatten", "linear units=50"))
    layers = {layer.name: layer for layer in plan(params, params.shape, 1)}
    assert layers["linear1"].shape_in == (features,)


def test_a_network_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ParamError, match="flatten"):
        GaussiansParams(network=("conv",))


# What is learned from.


def test_images_of_training_and_test_are_others_and_those_of_the_generators() -> None:
    params = GaussiansParams(images=50, side=21)
    for test, count in ((False, 50), (True, TESTS)):
        images, labels, numbers = part(params, test)
        wanted = gaussians(count, (params.seed, int(test)), side=21)
        for found, expected in zip((images, labels, numbers), wanted, strict=True):
            np.testing.assert_array_equal(found, expected)
    assert not (part(params, False)[0][:50] == part(params, True)[0][:50]).any(axis=(1, 2)).any()
    params = params.replace(task="place")
    np.testing.assert_array_equal(part(params, True)[0], placed(TESTS, (params.seed, 1), 0.2, 21)[0])


# What is counted.


def test_both_thresholds_are_counted_with_the_interval_of_200_images(classed: Any) -> None:
    instance, params, found = classed
    labels = part(params, True)[1]
    logits = instance.engine.first.outputs("test", 0, TESTS)[:, 0].numpy()
    assert found["test_accuracy"] == pytest.approx(((logits > 0) == labels).mean())
    assert found["test_accuracy_half"] == pytest.approx(((logits > HALF) == labels).mean())
    right = round(found["test_accuracy"] * TESTS)
    assert (found["accuracy_low"], found["accuracy_high"]) == exact_interval(right, TESTS, 0.95)
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.tensor(logits).double(), torch.tensor(labels).double()
    )
    assert found["test_loss"] == pytest.approx(expected.item(), abs=1e-6)
    table = asked(instance, Table, "numbers")
    between = int(((logits > 0) & (logits <= HALF)).sum())
    assert [row[1].value for row in table.rows[:3]] == [found["test_accuracy"], found["test_accuracy_half"], between]
    chart = asked(instance, Chart, "answers")
    assert sum(line.y.sum() for line in chart.lines) == TESTS
    assert [line.label for line in chart.lines] == [*CLASSES["class"]]


def test_errors_of_places_are_in_their_own_units_whatever_is_learned(placing: Any) -> None:
    instance, params, found = placing
    numbers = part(params, True)[2]
    answers = instance.engine.first.outputs("test", 0, TESTS).double().numpy() * SPREAD + (0, 0, 10)
    errors = ((answers - numbers) ** 2).mean(0)
    np.testing.assert_allclose([found[f"test_{name}"] for name in ("cx", "cy", "width")], errors, rtol=1e-4)
    assert found["test_mse"] == pytest.approx(errors.mean(), rel=1e-4)
    assert found["mean_mse"] == pytest.approx(49 / 9)
    expected = np.corrcoef(answers[:, 2], numbers[:, 2])[0, 1]
    assert found["r_width"] == pytest.approx(expected, abs=1e-6)
    overlay = asked(instance, Overlay, "found", image=3)
    true, answer = overlay.lines
    middles = [(line.x[:-1].mean(), line.y[:-1].mean()) for line in (true, answer)]
    np.testing.assert_allclose(middles, [numbers[3, :2], answers[3, :2]], atol=1e-5)


# Maps.


def test_correlations_are_those_of_numpy_and_dead_maps_are_no_nan_for_the_others() -> None:
    maps = np.random.default_rng(0).standard_normal((5, 4, 6, 6)).astype(np.float32)
    maps[:, 2] = 0  # Dead in all images.
    maps[3, 1] = 7  # Dead in one.
    found, dead = map_correlations(maps)
    assert dead.tolist() == [0, 1, 5, 0]
    each = [np.corrcoef(image[[0, 3]].reshape(2, -1))[0, 1] for image in maps]
    assert found[0, 3] == pytest.approx(np.mean(each), abs=1e-7)
    alive = [np.corrcoef(image[[0, 1]].reshape(2, -1))[0, 1] for place, image in enumerate(maps) if place != 3]
    assert found[0, 1] == pytest.approx(np.mean(alive), abs=1e-7)
    assert np.isnan(found[2]).all() and np.isnan(found[:, 2]).all()
    assert np.isfinite(found[[0, 1, 3]][:, [0, 1, 3]]).all()


def test_the_layer_that_is_picked_is_compared(classed: Any) -> None:
    instance, _, _ = classed
    usual, picked = asked(instance, Field, "correlations"), asked(instance, Field, "correlations", layer="pool2")
    assert (usual.values.shape, picked.values.shape) == ((6, 6), (4, 4))
    np.testing.assert_allclose(np.diag(picked.values)[np.isfinite(np.diag(picked.values))], 1, atol=1e-6)
    # A layer without maps has no pixels to compare.
    assert asked(instance, Field, "correlations", layer="linear1").values.shape == (6, 6)


def test_colours_of_maps_are_those_of_many_images(classed: Any) -> None:
    instance, params, _ = classed
    maps = [asked(instance, FeatureMaps, "test", image=image) for image in (0, 5)]
    assert maps[0].scales == maps[1].scales
    model = instance.engine.first.model
    outputs = model.conv1(torch.tensor(part(params, True)[0][:10]).unsqueeze(1))
    assert maps[0].scales["conv1"] == pytest.approx(outputs.abs().max().item(), rel=1e-5)


def test_a_dead_map_is_named() -> None:
    instance, _, _ = ran(**{**SMALL, "epochs": 1})
    with torch.no_grad():
        instance.engine.first.model.conv2.bias[1] = -100.0
    table = asked(instance, Table, "numbers")
    (row,) = [row for row in table.rows if isinstance(row[0].value, Message) and row[0].value.template == "dead maps"]
    assert row[1].mark == "bad"
    assert "relu2.1" in str(row[1].value).split(", ")
    assert np.isnan(asked(instance, Field, "correlations", layer="relu2").values[1]).all()


# What the lesson states over seeds, with one of them.


@pytest.mark.long
def test_five_linear_units_are_as_right_as_500_where_they_live_and_so_are_units_without_an_activation() -> None:
    accuracies = []
    for units, linear in ((5, False), (500, False), (50, True)):
        network = (*NETWORK[:-2], f"linear units={units}", "relu")
        _, _, found = ran(seed=8, side=45, network=network, linear_units=linear)
        accuracies.append(found["test_accuracy"])
    assert min(accuracies) > 0.95
    assert max(accuracies) - min(accuracies) < 0.03, "six images of 200"
