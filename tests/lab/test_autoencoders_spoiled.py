"""Noise and bars: what is done to the images, and that both networks differ in what they learn from alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import pearsonr

from lab.core.catalogue import experiment
from lab.core.code import defined, definitions
from lab.core.events import Event, Metrics, made
from lab.core.experiment import Context
from lab.core.figures import Chart
from lab.data.store import DataStore
from lab.topics.autoencoders.bars import barred, bright_only, correlations

STORE = DataStore(Path("unused"))
SMALL: dict[str, Any] = {"encoder": (16,), "code": 8, "batch_size": 170, "learning_rate": 0.005, "epochs": 2}


def ran(name: str, **values: Any) -> tuple[Any, dict[str, float]]:
    chosen = experiment(f"autoencoders.{name}")
    instance = chosen()
    last = list[Event](instance.run(chosen.params(**{**SMALL, **values}), Context("cpu", STORE)))[-1]
    assert isinstance(last, Metrics)
    return instance, dict(last.values)


@pytest.fixture(scope="module")
def noisy() -> tuple[Any, dict[str, float]]:
    return ran("denoise", noise=0.5)


@pytest.fixture(scope="module")
def covered() -> tuple[Any, dict[str, float]]:
    return ran("occlusion", width=3)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# What is done to images.


def test_noise_is_even_and_is_cut_off_above_one() -> None:
    images = torch.cat([torch.zeros(50, 784), torch.ones(1, 784)])
    spoiled = experiment("autoencoders.denoise")().spoiled(images, 0.25, generator())
    assert (spoiled[-1] == 1).all()
    assert spoiled[:-1].min() >= 0 and spoiled[:-1].max() <= 0.25
    assert spoiled[:-1].mean().item() == pytest.approx(0.125, abs=0.002)
    assert spoiled[:-1].std().item() == pytest.approx(0.25 / 12**0.5, abs=0.002)


@pytest.mark.parametrize("width", [0, 1, 8])
def test_a_bar_goes_across_the_whole_image(width: int) -> None:
    found = barred(torch.zeros(200, 784), width, generator()).reshape(200, 28, 28).numpy()
    lying = sum(bool(image.all(1).any()) for image in found)
    for image in found:
        across = image.all(1) if image.all(1).any() else image.all(0)
        assert across.sum() == width and image.sum() == 28 * width
        if width:
            assert 10 <= np.flatnonzero(across)[0] <= 20
    if width:
        assert 70 < lying < 130


# How it is measured.


def test_correlations_are_those_of_scipy() -> None:
    a, b = torch.rand(5, 784, generator=generator()), torch.rand(5, 784, generator=generator(1))
    a[a < 0.4] = 0.0
    b[b < 0.3] = 0.0
    whole = [pearsonr(x, y).statistic for x, y in zip(a.double(), b.double(), strict=True)]
    np.testing.assert_allclose(correlations(a, b), whole, atol=1e-9)
    bright = [
        pearsonr(x[kept], y[kept]).statistic
        for x, y in zip(a.double(), b.double(), strict=True)
        if (kept := (x > 1e-4) & (y > 1e-4)).any()
    ]
    np.testing.assert_allclose(bright_only(a, b), bright, atol=1e-9)


def test_an_image_of_one_grey_correlates_with_nothing() -> None:
    assert correlations(torch.rand(2, 784), torch.full((2, 784), 0.3)).tolist() == [0.0, 0.0]
    assert bright_only(torch.zeros(1, 784), torch.rand(1, 784)).tolist() == [0.0]


def test_the_biased_measure_does_not_see_a_bar_beside_the_digit(covered: tuple[Any, dict[str, float]]) -> None:
    _, found = covered
    assert found["bright_r_behind"] == pytest.approx(1.0, abs=1e-12)
    assert found["r_behind"] < 0.85 and found["mse_behind"] > 0.9 * found["mse_untouched"] / 1.2


def test_black_pixels_count_in_mse(covered: tuple[Any, dict[str, float]]) -> None:
    instance, found = covered
    given, wanted = instance.engine.first.sources["test"].part(0, 1500)
    with torch.no_grad():
        errors = (instance.engine.trainers["clean"].model(given) - wanted).numpy() ** 2
    assert found["black_share"] == pytest.approx(errors[wanted.numpy() == 0].sum() / errors.sum(), rel=1e-5)
    assert found["black_share"] > 0.1


def test_the_source_of_what_needs_torch_is_read_without_it() -> None:
    module = "lab.topics.autoencoders.bars"
    assert defined(module, "barred", "correlations") == definitions(barred, correlations)


# The two networks.


@pytest.mark.parametrize(("name", "nothing"), [("denoise", {"noise": 0.0}), ("occlusion", {"width": 0})])
def test_where_nothing_is_spoiled_both_networks_are_the_same(name: str, nothing: dict[str, Any]) -> None:
    instance, found = ran(name, **nothing, epochs=1)
    first, second = instance.names
    assert found[f"mse_{first}"] == found[f"mse_{second}"]
    assert found[f"{first}_plain_mse"] == found[f"{first}_test_mse"]


def test_both_are_tested_with_the_same_noise(noisy: tuple[Any, dict[str, float]]) -> None:
    instance, found = noisy
    sources = [trainer.sources["test"].part(0, 1500) for trainer in instance.engine.trainers.values()]
    assert torch.equal(sources[0][0], sources[1][0])
    given, wanted = sources[0]
    assert found["noise"] == pytest.approx(float(((given - wanted) ** 2).mean()), rel=1e-6)
    for way in ("clean", "noisy"):
        with torch.no_grad():
            error = float(((instance.engine.trainers[way].model(given) - wanted) ** 2).mean())
        assert found[f"mse_{way}"] == pytest.approx(error, rel=1e-5)


def test_the_noise_that_is_picked_is_the_noise_that_is_shown(noisy: tuple[Any, dict[str, float]]) -> None:
    instance, found = noisy
    shown = {event.key: event for event in made(instance.query({"at": 0.0}))}
    rows = shown["ImageRows", "reconstructions"].rows
    np.testing.assert_array_equal(rows[0][1], rows[1][1])
    shown = {event.key: event for event in made(instance.query({"at": 1.0}))}
    rows, chart = shown["ImageRows", "reconstructions"].rows, shown["Chart", "strengths"]
    assert rows[1][1].mean() > rows[0][1].mean() + 0.2
    assert isinstance(chart, Chart) and chart.picks == "at" and chart.marks[0].value == 1.0
    # Among all images and among those of the chart, at the noise of the run.
    assert chart.lines[2].y[5] == pytest.approx(found["mse_noisy"], rel=0.1)
    assert chart.lines[0].y[0] == 0.0


def test_who_learned_with_noise_takes_more_of_it_away(noisy: tuple[Any, dict[str, float]]) -> None:
    _, found = noisy
    assert found["mse_noisy"] < found["mse_clean"]


# What the lessons say, with the parameters of the pages.


@pytest.mark.long
def test_who_learned_from_clean_images_is_farther_from_them_than_the_noisy_ones() -> None:
    chosen = experiment("autoencoders.denoise")
    last = list(chosen().run(chosen.params(), Context("cpu", STORE)))[-1]
    assert isinstance(last, Metrics)
    found = last.values
    assert found["mse_noisy"] < found["noise"] < found["mse_clean"]
    assert 0.024 < found["mse_clean"] < 0.030 and 0.0175 < found["mse_noisy"] < 0.0192
    assert found["clean_plain_mse"] < 0.016 and 0.043 < found["noisy_plain_mse"] < 0.053


@pytest.mark.long
def test_over_all_pixels_learning_from_clean_images_is_worse_than_leaving_the_bar() -> None:
    """As the lesson says of the same five seeds, with room: rounding differs between computers."""
    chosen = experiment("autoencoders.occlusion")
    found: list[Mapping[str, float]] = []
    for seed in range(7, 12):
        last = list(chosen().run(chosen.params(seed=seed), Context("cpu", STORE)))[-1]
        assert isinstance(last, Metrics)
        found.append(last.values)
        assert last.values["r_clean"] < last.values["r_untouched"]
        assert last.values["mse_barred"] < last.values["mse_clean"] < last.values["mse_untouched"]
    mean = {name: np.mean([values[name] for values in found]) for name in found[0]}
    for name, r, error in (("untouched", 0.873, 0.0262), ("clean", 0.856, 0.0240), ("barred", 0.877, 0.0208)):
        assert mean[f"r_{name}"] == pytest.approx(r, abs=0.004)
        assert mean[f"mse_{name}"] == pytest.approx(error, abs=0.0006)
    assert mean["r_untouched"] - mean["r_clean"] == pytest.approx(0.017, abs=0.004)
    assert mean["bright_r_clean"] == pytest.approx(0.577, abs=0.012)
    assert mean["bright_r_untouched"] == pytest.approx(0.944, abs=0.001)
    assert mean["r_behind"] == pytest.approx(0.88, abs=0.005)
