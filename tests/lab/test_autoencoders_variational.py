"""The variational autoencoder: its KL divergence, its noise, and what is drawn from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import bernoulli
from torch.distributions import Normal, kl_divergence

from lab.core.events import ImageRows, made
from lab.core.experiment import Context
from lab.core.figures import Overlay
from lab.core.pictures import Pictures
from lab.data.store import DataStore
from lab.topics.autoencoders.variational import Variational, VariationalParams
from lab.topics.autoencoders.variational.figures import Codes, codes_of, network
from lab.topics.autoencoders.variational.torch_network import divergences, drawn, steady, task
from lab.training.engine import TorchEngine
from tests.lab.contracts import ran

DATA = DataStore(Path("unused"))
MEAN, SPREAD = torch.randn(6, 3, dtype=torch.float64), torch.randn(6, 3, dtype=torch.float64)


def begun(**changes: Any) -> tuple[Variational, TorchEngine[str]]:
    """Return a run that stands before its first step."""
    instance = Variational()
    instance._choices = {}
    params = VariationalParams(encoder=(6,), **changes)
    engine = instance.engine = instance.begin(params, Context("cpu", DATA))
    return instance, engine


def test_the_divergence_is_that_of_torch() -> None:
    wanted = kl_divergence(Normal(MEAN, (SPREAD / 2).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(divergences(MEAN, SPREAD), wanted, rtol=1e-12, atol=1e-12)
    codes = Codes(MEAN.numpy(), (SPREAD / 2).exp().numpy())
    np.testing.assert_allclose(codes.divergences, wanted.mean(0).numpy(), rtol=1e-12)


def test_the_loss_is_minus_the_logarithm_of_a_probability_and_beta_divergences() -> None:
    images, targets = torch.rand(6, 5, dtype=torch.float64), torch.randint(0, 2, (6, 5)).double()
    outputs = images, MEAN, SPREAD
    minus_log = -bernoulli.logpmf(targets.numpy(), images.numpy()).sum() / 6
    kl = kl_divergence(Normal(MEAN, (SPREAD / 2).exp()), Normal(0.0, 1.0)).sum() / 6
    assert task("bce", 2.5).loss(outputs, targets).item() == pytest.approx((minus_log + 2.5 * kl).item(), rel=1e-9)
    found = task("bce", 2.5)
    assert found.measures["bound"](outputs, targets).item() == pytest.approx(6 * (minus_log + kl).item(), rel=1e-9)
    assert found.judged_loss(outputs, targets).item() == pytest.approx(6 * found.loss(outputs, targets).item())


def test_what_the_codes_of_all_images_vary_by_is_what_draws_of_them_vary_by() -> None:
    random = np.random.default_rng(0)
    mean, deviation = random.normal(2, 3, (50, 2)), random.uniform(0.5, 2, (50, 2))
    draws = mean + deviation * random.standard_normal((20_000, 50, 2))
    np.testing.assert_allclose(Codes(mean, deviation).spread, draws.reshape(-1, 2).std(0), rtol=5e-3)


def test_a_judgement_draws_the_same_noise_each_time_and_training_does_not() -> None:
    model, images = drawn((4, 3, 2, 3, 4), "relu", 0), torch.rand(7, 4)
    model.eval()
    assert torch.equal(model(images)[0], model(images)[0])
    assert torch.equal(steady(torch.empty(1200, 2))[500:1000], steady(torch.empty(500, 2)))
    model.train()
    assert not torch.equal(model(images)[0], model(images)[0])


def test_samples_are_decoded_from_the_standard_normal_and_need_no_image() -> None:
    instance, engine = begun()
    events = {event.key: event for event in made(instance.query({"image": 3}))}
    sheet = events["Pictures", "samples"]
    assert isinstance(sheet, Pictures)
    first = np.random.default_rng(0).standard_normal((1, 2)).astype(np.float32)
    with torch.no_grad():
        wanted = network(engine).decode(torch.tensor(first)).reshape(28, 28)
    np.testing.assert_allclose(sheet.panels[0].values[:28, :28], wanted, atol=1e-6)
    rows = events["ImageRows", "reconstructions"]
    assert isinstance(rows, ImageRows) and len(rows.rows) == 5


def test_the_distribution_of_the_image_that_is_picked_lies_over_the_plane() -> None:
    instance, engine = begun()
    over = next(event for event in made(instance.query({"image": 3})) if isinstance(event, Overlay))
    codes = codes_of(engine)
    line = next(line for line in over.lines if line.colour == 1 and line.style == "line")
    assert line.x.max() - line.x.min() == pytest.approx(4 * codes.deviation[3, 0])
    assert (line.y.max() + line.y.min()) / 2 == pytest.approx(codes.mean[3, 1], abs=1e-6)


@pytest.mark.long
def test_without_the_divergence_nothing_keeps_the_codes_together() -> None:
    """As the lesson says of the same five seeds, with some room, since rounding differs between computers."""
    for seed in (7, 1, 2, 3, 4):
        free = ran(Variational, VariationalParams(beta=0.0, epochs=3, seed=seed), DATA).metrics.values
        assert 2.6 < free["code_spread"] < 3.5
        assert 22 < free["test_kl"] < 30 and 189 < free["test_bound"] < 198


@pytest.mark.long
def test_where_the_bound_ends_with_two_units_and_with_fifteen() -> None:
    """As the lesson says of five seeds; here of one, with room for the others."""
    two = ran(Variational, VariationalParams(), DATA).metrics.values
    assert 162 < two["test_bound"] < 169 and 4.8 < two["test_kl"] < 5.6 and 1.2 < two["code_spread"] < 1.5
    many = ran(Variational, VariationalParams(code=15, epochs=3), DATA).metrics.values
    assert 128 < many["test_bound"] < 134
