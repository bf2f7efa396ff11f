"""Saving and loading: what torch and safetensors give, which epoch is kept, and what is refused."""

from __future__ import annotations

import io
import pickle
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from lab.core.events import Metrics, Moment, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.topics.data.save import CLASSES, SHAPE, Save, SaveParams
from lab.topics.data.save.figures import instructions, named, readers, trap
from lab.topics.data.save.reloaded import built, reloaded, values
from lab.training.engine import TorchEngine
from tests.lab.swept import DATA

SMALL: dict[str, Any] = {"hidden": (8,), "batch_size": 500, "epochs": 2, "optimiser": "adam", "learning_rate": 0.01}


@cache
def run(**changed: Any) -> tuple[TorchEngine[str], dict[str, float], tuple[Any, ...]]:
    """Train; return the engine, the metrics and all events."""
    experiment = Save()
    events = tuple(experiment.run(SaveParams(**{**SMALL, **changed}), Context("cpu", DATA)))
    assert experiment.engine is not None and isinstance(events[-1], Metrics)
    return experiment.engine, dict(events[-1].values), events


def test_what_is_loaded_gives_the_same_outputs_and_what_is_not_does_not() -> None:
    for seed in (7, 1, 2, 3, 4):
        _engine, found, _events = run(seed=seed, epochs=1)
        assert found["loaded_difference"] == 0 and found["loaded_accuracy"] == found["test_accuracy"]
        assert found["not_loaded_difference"] > 0.5 and found["not_loaded_accuracy"] < found["loaded_accuracy"]


def test_the_outputs_are_those_of_torch() -> None:
    engine, _found, events = run()
    model = engine.first.model.eval()
    second = built(SaveParams(**SMALL), SHAPE, CLASSES, 1)
    second.load_state_dict(load(save(model.state_dict())))
    images = torch.tensor(DATA.load("digits").test.images[:100]).unsqueeze(1).float() / 255
    wanted = second.eval()(images).log_softmax(1)[:, 5].detach().numpy()
    [chart] = [event for event in events if isinstance(event, Chart)][-1:]
    for line in chart.lines[:2]:
        np.testing.assert_allclose(line.y, wanted, atol=1e-6)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_what_is_listed_before_a_run_is_what_the_network_has(batch_norm: bool) -> None:
    params = SaveParams(hidden=(5, 4), batch_norm=batch_norm)
    before, there = named(params, SHAPE, CLASSES), values(built(params, SHAPE, CLASSES))
    assert [(e.name, e.shape, e.dtype) for e in before] == [(e.name, e.shape, e.dtype) for e in there]


def test_another_shape_or_another_name_is_refused_and_not_strict_is_silent() -> None:
    engine, _found, _events = run()
    wider = reloaded(engine, SaveParams(**SMALL, second="wider"), SHAPE, CLASSES)
    assert "size mismatch" in wider.refusal and wider.taken == 0 and wider.difference(wider.loaded) > 0
    wrapped = reloaded(engine, SaveParams(**SMALL, second="wrapped"), SHAPE, CLASSES)
    assert "Missing key" in wrapped.refusal
    silent = reloaded(engine, SaveParams(**SMALL, second="wrapped", strict=False), SHAPE, CLASSES)
    assert silent.refusal == "" and silent.taken == 0 and (silent.loaded == silent.without).all()


def test_the_best_epoch_is_kept_unless_it_is_a_reference() -> None:
    # A rate at which the dev accuracy goes up and down.
    changed = {"epochs": 4, "learning_rate": 0.2, "seed": 1}
    _engine, best, events = run(**changed)
    _engine, last, _events = run(**changed, kept="last")
    _engine, reference, _events = run(**changed, kept="reference")
    assert best["dev_accuracy"] > last["dev_accuracy"] and best["best_epoch"] < 4
    assert reference["dev_accuracy"] == last["dev_accuracy"] and "best_epoch" not in last
    steps = _steps(events)
    assert steps == [best["best_epoch"] * 16]


def _steps(events: tuple[Any, ...]) -> list[int]:
    return [event.step for event in events if isinstance(event, Moment) and "best" in str(event.label)]


def test_dev_images_are_not_learned_from() -> None:
    params, dataset = SaveParams(dev_share=0.2), DATA.load("digits")
    train, dev = params.parts(dataset)
    assert len(dev) == 1700 and sorted([*train, *dev]) == list(range(8500))


def test_a_pickle_that_runs_something_is_refused_without_being_run(capsys: pytest.CaptureFixture[str]) -> None:
    engine, _found, events = run()
    table = [event for event in events if isinstance(event, Table) and event.name == "readers"][-1]
    assert [[str(cell.value) for cell in row[1:]] for row in table.rows] == [
        ["read", "refused"], ["read", "refused"], ["read", "would run it"]
    ]  # fmt: skip
    assert table == readers(reloaded(engine, SaveParams(**SMALL), SHAPE, CLASSES))
    stream = io.BytesIO()
    torch.save(trap(), stream)
    stream.seek(0)
    with pytest.raises(pickle.UnpicklingError):
        torch.load(stream, weights_only=True)
    assert capsys.readouterr().out == ""
    # What would have happened.
    pickle.loads(pickle.dumps(trap(), protocol=2))
    assert capsys.readouterr().out == "anything could run here\n"
    assert [str(row[0].value) for row in instructions().rows] == ["GLOBAL", "BINUNICODE", "TUPLE1", "REDUCE", "STOP"]


def test_previews_are_there_before_torch_is_needed(tmp_path: Path) -> None:
    names = [getattr(event, "name", "") for event in made(Save().preview(SaveParams(), DATA))]
    assert names == ["entries", "instructions", "code"]


@pytest.mark.long
def test_five_seeds_at_the_defaults_are_as_the_lesson_says() -> None:
    for seed in (7, 1, 2, 3, 4):
        [found] = [e.values for e in Save().run(SaveParams(seed=seed), Context("cpu", DATA)) if isinstance(e, Metrics)]
        assert 0.78 < found["test_accuracy"] < 0.86
        assert found["loaded_difference"] == 0 and found["loaded_accuracy"] == found["test_accuracy"]
        assert 0.09 < found["not_loaded_accuracy"] < 0.13
