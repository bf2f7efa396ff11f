"""An encoder that learned without labels: the course's sizes, what is copied, and what the mistakes do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from lab.core.catalogue import experiment
from lab.core.events import Event, made
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.params import ParamError
from lab.core.pictures import Pictures
from lab.data.store import DataStore
from lab.nets.convolutional import plan
from lab.topics.transfer.pretrained_autoencoder import figures
from lab.topics.transfer.pretrained_autoencoder.engine import Pretraining, engine_of, maps
from tests.lab.contracts import small

STORE = DataStore(Path("unused"))
CHOSEN: Any = experiment("transfer.pretrained_autoencoder")
CIFAR = {"dataset": "cifar-10", "channels": (16, 32, 64), "kernel": 4, "units": (128, 64)}


def trained(**values: Any) -> Pretraining:
    engine: Pretraining = CHOSEN().begin(small(CHOSEN, **values), Context("cpu", STORE))
    while not engine.finished:
        engine.advance()
    return engine


@pytest.fixture(scope="module")
def engine() -> Pretraining:
    return trained(channels=(2, 3))


def event(kind: type[Event], name: str, events: Any) -> Any:
    return next(each for each in made(events) if isinstance(each, kind) and each.key[1] == name)


@pytest.mark.parametrize(
    ("values", "coder", "classifier"), [({}, 13_265, 83_760), (CIFAR, 83_619, 181_946)], ids=["clothes", "CIFAR-10"]
)
def test_the_networks_are_the_course_s(values: dict[str, Any], coder: int, classifier: int) -> None:
    params = CHOSEN.params(**values)
    layers = plan(params.coder, params.shape, None)
    assert layers[-1].shape_out == params.shape
    assert sum(layer.parameters for layer in layers) == coder
    assert sum(layer.parameters for layer in plan(params.classifier, params.shape, None)) == classifier
    table = figures.copied(params)
    assert [cell.value for cell in table.rows[-1][1:3]] == [coder, classifier]


def test_what_cannot_be_halved_so_often_is_refused() -> None:
    with pytest.raises(ParamError, match=r"3 convolutions would halve 28 pixels; allowed are at most 2"):
        CHOSEN.params(channels=(4, 4, 4))
    with pytest.raises(ParamError, match="each number may be there once"):
        CHOSEN.params(sizes=(50, 50))


def test_the_encoder_alone_is_copied_and_frozen_where_it_should_be(engine: Pretraining) -> None:
    fresh = engine_of(small(CHOSEN, channels=(2, 3)), STORE.load("fashion"), "cpu")
    first = {name: numbers.clone() for name, numbers in fresh.others["naive"].model.state_dict().items()}
    for way, trainer in fresh.others.items():
        assert all((numbers == first[name]).all() for name, numbers in trainer.model.state_dict().items()), way
    while not fresh.following:
        fresh.advance()
    coder = fresh.source.model.state_dict()
    for way, trainer in fresh.others.items():
        for name, numbers in trainer.model.state_dict().items():
            wanted = coder[name] if name.startswith("conv") and way != "naive" else first[name]
            assert (numbers == wanted).all(), (way, name)
    frozen, tuned = (engine.others[way].model.state_dict() for way in ("frozen", "pretrained"))
    learned = engine.source.model.state_dict()
    assert all((frozen[name] == learned[name]).all() for name in learned if name.startswith("conv"))
    assert not (tuned["conv1.weight"] == learned["conv1.weight"]).all()
    assert not (frozen["linear1.weight"] == first["linear1.weight"]).all()


def test_a_copy_from_the_untrained_network_changes_nothing() -> None:
    engine = trained(taken="untrained")
    naive, pretrained = (engine.others[way].model.state_dict() for way in ("naive", "pretrained"))
    assert all((naive[name] == pretrained[name]).all() for name in naive)


def test_maps_are_those_of_torch_and_the_course_s_are_others(engine: Pretraining) -> None:
    trainer = engine.others["pretrained"]
    image, _ = trainer.sources["test"].part(3, 4)
    weights = trainer.model.state_dict()
    found = maps(trainer, image, 2)
    first = functional.leaky_relu(functional.conv2d(image, weights["conv1.weight"], weights["conv1.bias"], 2, 1))
    torch.testing.assert_close(found[0][0], first[0])
    torch.testing.assert_close(found[0][1], functional.conv2d(image, weights["conv1.weight"]).relu()[0])
    assert [tuple(each.shape) for pair in found for each in pair] == [(2, 14, 14), (2, 26, 26), (3, 7, 7), (3, 12, 12)]
    shown = figures.maps(engine, small(CHOSEN, channels=(2, 3)), 3, 0)
    np.testing.assert_allclose(shown.panels[0].values[:14, :14], found[0][0][0], rtol=1e-6)
    bare = figures.maps(engine, small(CHOSEN, channels=(2, 3)), 3, -1)
    np.testing.assert_allclose(bare.panels[0].values[:26, :26], found[0][1][0], rtol=1e-6)


def test_numbers_and_figures_agree_with_the_metrics() -> None:
    instance = CHOSEN()
    params = small(CHOSEN)
    events = list(instance.run(params, Context("cpu", STORE, due=lambda *_: False, seen=lambda *_: True)))
    found = events[-1].values
    table = event(Table, "numbers", instance.query({}))
    shown = {row[0].value.template: row[1].value for row in table.rows[:3]}
    assert shown == {
        "pretrained": pytest.approx(found["pretrained"], abs=1e-4),
        "naive": pytest.approx(found["naive"], abs=1e-4),
        "frozen": pytest.approx(found["frozen"], abs=1e-4),
    }
    gains = [each for each in events if isinstance(each, Table) and each.name == "gains"][-1]
    # The seed and the number of labels are those of the run.
    naive, *ahead = gains.rows[0][1:]
    assert naive.value == pytest.approx(found["naive"], abs=1e-4)
    for cell, way in zip(ahead, ("pretrained", "frozen"), strict=True):
        assert float(cell.value.replace("−", "-")) == pytest.approx(100 * (found[way] - found["naive"]), abs=0.01)
    assert event(Pictures, "maps1", instance.query({"image": 5})).panels


@pytest.mark.parametrize(
    ("logits", "output"), [("linear", "linear"), ("leaky", "leaky")], ids=["as it should be", "as in the course"]
)
def test_a_leaky_relu_behind_the_last_layer_is_there_where_it_is_asked_for(logits: str, output: str) -> None:
    engine = engine_of(small(CHOSEN, logits=logits, output=output), STORE.load("fashion"), "cpu")
    plain = engine_of(small(CHOSEN), STORE.load("fashion"), "cpu")
    for way, source in (("naive", "test"), ("autoencoder", "test")):
        both = [(one.source if way == "autoencoder" else one.others[way]) for one in (plain, engine)]
        before, found = (trainer.outputs(source, 0, 5) for trainer in both)
        torch.testing.assert_close(found, functional.leaky_relu(before) if logits == "leaky" else before)


def test_mirrored_tests_are_judged_mirrored() -> None:
    data = STORE.load("fashion")
    plain, turned = (
        engine_of(small(CHOSEN, mirrored=how), data, "cpu").others["naive"].sources["test"].part(0, 200)[0]
        for how in ("training", "everything")
    )
    flipped = (plain.flip(3) == turned).flatten(1).all(1)
    assert 70 < int(flipped.sum()) < 130
    assert ((plain == turned).flatten(1).all(1) | flipped).all()


@pytest.mark.long
def test_what_the_lesson_says_of_the_gain() -> None:
    data, found = STORE.load("fashion"), []
    for seed in range(7, 10):
        engine = engine_of(CHOSEN.params(seed=seed), data, "cpu")
        while not engine.finished:
            engine.advance()
        found.append([engine.judgement("test", way).values["accuracy"] for way in ("naive", "pretrained", "frozen")])
        assert engine.of_source()["autoencoder_test_loss"] < 0.01
    naive, pretrained, frozen = 100 * np.mean(found, 0)
    assert naive == pytest.approx(81.0, abs=1.0)
    assert abs(pretrained - naive) < 2.3
    assert -7 < frozen - naive < -2.5
