"""Mirrored images: for learning, not for judging; what chance alone does to an accuracy, and that it is told right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lab.core.catalogue import experiment
from lab.core.experiment import Context
from lab.data.store import DataStore
from lab.nets.convolutional import plan
from lab.nets.pixels import mirrored
from lab.topics.cnn.mirrored import Drawing

STORE = DataStore(Path("unused"))
CHOSEN: Any = experiment("cnn.clothes")
QUICK = ("conv channels=2", "pool", "leaky_relu", "flatten", "linear units=8", "leaky_relu")


def trained(**values: Any) -> Drawing:
    params = CHOSEN.params(**{"network": QUICK, "batch_size": 1000, "learning_rate": 0.01, "epochs": 2, **values})
    engine: Drawing = CHOSEN().begin(params, Context("cpu", STORE))
    while not engine.finished:
        engine.advance()
    return engine


@pytest.fixture(scope="module")
def engine() -> Drawing:
    return trained()


def test_the_network_is_the_course_s() -> None:
    assert sum(layer.parameters for layer in plan(CHOSEN.params(), (1, 28, 28), 10)) == 81_098


def test_mirroring_turns_as_many_as_it_should_and_nothing_else() -> None:
    images = torch.rand(400, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    found = mirrored(images, 0.25, torch.Generator().manual_seed(1))
    turned = (found == images.flip(3)).flatten(1).all(1)
    still = (found == images).flatten(1).all(1)
    assert (turned ^ still).all()
    assert 70 < int(turned.sum()) < 130
    assert (mirrored(images, 0.0, torch.Generator()) == images).all()
    assert (mirrored(images, 1.0, torch.Generator()) == images.flip(3)).all()


def test_images_are_judged_as_they_are(engine: Drawing) -> None:
    dataset = STORE.load("fashion").test
    kept = {name: engine.first.sources[name] for name in ("dev", "test")}
    assert [len(source) for source in kept.values()] == [1200, 800]
    # Each image kept apart is in one of both, as it lies there.
    seen = np.concatenate([source.part(0, len(source))[0].numpy() for source in kept.values()])
    wanted = (dataset.images / np.float32(255) - 0.5) / 0.5
    assert np.sort(seen.sum((1, 2, 3))) == pytest.approx(np.sort(wanted.sum((1, 2))), abs=1e-2)
    for name, source in kept.items():
        assert np.bincount(source.labels()).tolist() == [len(source) // 10] * 10
        plain, turned = (engine.first.sources[each].part(0, 9)[0] for each in (name, f"mirrored_{name}"))
        assert (turned == plain.flip(3)).all()


def test_a_draw_is_what_really_mirrored_images_give(engine: Drawing) -> None:
    images, labels = engine.first.sources["test"].part(0, 800)
    generator = np.random.default_rng((engine.first.params.seed, 5, 3))
    chosen = torch.tensor(generator.random((1, 800))[0] < 0.5)
    turned = torch.where(chosen[:, None, None, None], images.flip(3), images)
    engine.first.model.eval()
    with torch.no_grad():
        right = (engine.first.model(turned).argmax(1) == labels).double().mean().item()
    assert engine.draws("test", 1, 3)[0] == pytest.approx(right, abs=1e-12)


def test_chance_is_as_wide_as_it_is_said(engine: Drawing) -> None:
    mean, deviation = engine.chance("test")
    found = engine.draws("test", 4000, 0)
    assert found.mean() == pytest.approx(mean, abs=4 * deviation / 4000**0.5)
    assert found.std() == pytest.approx(deviation, rel=0.05)
    # Another epoch, another draw; the same one twice is the same.
    assert engine.draws("dev", 1, 1) == engine.draws("dev", 1, 1)
    assert len({float(engine.draws("dev", 1, epoch)[0]) for epoch in range(8)}) > 1


def test_of_always_mirrored_images_nothing_is_by_chance() -> None:
    engine = trained(flip=1.0, epochs=1)
    values = engine.measure()
    assert values["drawn_test_accuracy"] == values["mirrored_test_accuracy"]
    assert engine.chance("test")[1] == 0


def test_shoes_point_to_the_left() -> None:
    found = STORE.load("fashion").train
    for shoe in (5, 7, 9):
        images = found.images[found.labels == shoe].astype(float)
        # Where the toe is, its light lies further down.
        heights = (images * np.arange(28)[None, :, None]).sum((0, 1)) / images.sum((0, 1))
        assert heights[4:8].mean() > heights[20:24].mean(), shoe


@pytest.mark.long
def test_what_the_lesson_says_over_seeds() -> None:
    """Two of its five seeds, within what it says of all of them."""
    wide, narrow, off = list[float](), list[float](), list[float]()
    for seed in (7, 10):
        engine: Drawing = CHOSEN().begin(CHOSEN.params(seed=seed), Context("cpu", STORE))
        while not engine.finished:
            engine.advance()
            if engine.epoch_ends:
                off.append(abs(engine.measure()["dev_chance"]))
        narrow.append(100 * engine.chance("dev")[1])
        wide.append(100 * engine.chance("test")[1])
    assert np.mean(narrow) == pytest.approx(0.30, abs=0.05) and np.mean(wide) == pytest.approx(0.38, abs=0.08)
    assert 0.15 < np.mean(off) < 0.5
    engine = CHOSEN().begin(CHOSEN.params(flip=0.0), Context("cpu", STORE))
    while not engine.finished:
        engine.advance()
    values = engine.measure()
    assert values["test_accuracy"] - values["mirrored_test_accuracy"] > 0.2
