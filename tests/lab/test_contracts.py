"""What is demanded of every experiment of the catalogue, each with an experiment that does not meet it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from lab.core.catalogue import experiment, experiments
from lab.core.events import Event, Metrics, Progress
from lab.core.experiment import ClosedForm, Context, Experiment, verifies
from lab.core.headline import Headline
from lab.core.lessons import load_lessons, tries
from lab.core.params import ParamError
from lab.core.text import LabError
from lab.data.store import DataStore
from lab.running import sessions
from lab.running.runs import Run
from lab.sweeps import execution
from lab.sweeps.grid import Cell, Sweep
from lab.sweeps.outcomes import Outcome, Outcomes
from lab.sweeps.suggest import suggest
from lab.terminal.cli import cli
from lab.terminal.driving import DIVERGED
from lab.training.drive import LearningExperiment
from tests.lab import contracts
from tests.lab.contracts import ran_once, small

ALL = list(experiments())
LEARNING = [name for name in ALL if issubclass(experiment(name), LearningExperiment)]
PERSISTENT = [name for name in ALL if experiment(name).persistent]
RATED = [name for name, each in experiments().items() if "learning_rate" in each.params.specs()]

CONTINUED = sorted({*PERSISTENT, *LEARNING} - {"convolution.pooling_or_stride"})
"""What has a state to go on from; that one has none, as it measures times in one sitting."""

WILD: dict[str, dict[str, Any]] = {
    "ann.perceptron": {"rule": "gradient", "activation": "identity", "learning_rate": 10.0},
    "ann.regression": {"learning_rate": 10.0, "epochs": 50},
    "gradient_descent.line": {"learning_rate": 10.0},
    "gradient_descent.plane": {"learning_rate": 10.0, "race": False},
    "introduction.sandwich": {"learning_rate": 1.0},
}
"""Rates at which they diverge. Of the others that learn, none does it surely: their weights are poisoned."""
CALM = {
    "ann.backpropagation": "it does one step",
    "ann.depth_breadth": "a network of a sweep that diverged is one result of many",
    "ann.hidden_units": "a network of a sweep that diverged is one result of many",
    "ann.slopes": "a network of a sweep that diverged is one result of many",
    "autoencoders.size": "a network of a sweep that diverged is one result of many",
    "cnn.channels": "a network of a sweep that diverged is one result of many",
    "gradient_descent.grid": "which descents diverge is what it maps",
    "gradient_descent.schedules": "a closed form: its table says which descents left the range",
    "gradient_descent.vanishing": "a closed form: it does one step",
    "metaparameters.adam": "a closed form: it works out given gradients",
    "metaparameters.decay": "a closed form: it learns nothing",
    "metaparameters.momentum": "a closed form: it works out given gradients",
    "measures.threshold": "a closed form: a network that diverged is refused in a sentence",
}
"""What has a learning rate, and yet does not stop where it is too large."""

UNSWEPT = {
    "draw.digit": "its only parameter is a model: there are no values to compare",
    "sweeps.grid": "a sweep of sweeps is refused",
}

ABSENT: dict[str, dict[str, str]] = {
    "ann.missing": {"dataset": "mnist"},
    "ann.mnist": {"dataset": "mnist"},
    "ann.playground": {"data": "file", "file": "/nowhere/table.csv"},
    "ann.scrambled": {"dataset": "mnist"},
    "autoencoders.denoise": {"dataset": "mnist"},
    "autoencoders.digits": {"dataset": "mnist"},
    "autoencoders.occlusion": {"dataset": "mnist"},
    "autoencoders.size": {"dataset": "mnist"},
    "autoencoders.tied": {"dataset": "mnist"},
    "autoencoders.anomaly": {"unseen": "letters"},
    "autoencoders.latent": {"dataset": "mnist"},
    "autoencoders.variational": {"dataset": "mnist"},
    "cnn.by_layer": {"network": "folder", "model": "/nowhere"},
    "cnn.channels": {"dataset": "letters"},
    "cnn.letters": {"dataset": "letters"},
    "cnn.cifar10": {"dataset": "cifar-10"},
    "cnn.clothes": {"dataset": "mnist"},
    "cnn.maximise": {"model": "/nowhere"},
    "cnn.dropout": {"dataset": "mnist"},
    "cnn.mnist": {"dataset": "mnist"},
    "cnn.shifted": {"dataset": "mnist"},
    "convolution.colour": {"picture": "own", "path": "/nowhere/photograph.jpg"},
    "convolution.kernels": {"picture": "own", "path": "/nowhere/photograph.jpg"},
    "convolution.pooling": {"picture": "own", "path": "/nowhere/photograph.jpg"},
    "data.imbalance": {"data": "own", "file": "/nowhere/table.csv"},
    "data.noise": {"dataset": "mnist"},
    "data.oversampling": {"dataset": "mnist"},
    "data.own": {"file": "/nowhere/table.csv"},
    "data.save": {"dataset": "mnist"},
    "draw.digit": {"model": "/nowhere"},
    "transfer.freeze": {"dataset": "mnist"},
    "transfer.head": {"dataset": "mnist"},
    "measures.unequal": {"dataset": "mnist"},
    "metaparameters.optimisers": {"dataset": "mnist"},
    "overfitting.cross_validation": {"data": "own", "file": "/nowhere/table.csv"},
    "transfer.digits_to_clothes": {"dataset": "whole"},
    "transfer.letters_to_digits": {"dataset": "letters"},
    "transfer.pretrained_autoencoder": {"dataset": "cifar-10"},
    "transforms.pipeline": {"picture": "own", "path": "/nowhere/photograph.jpg"},
    "weights.identical": {"dataset": "mnist"},
    "weights.scale": {"dataset": "mnist"},
    "transforms.to_tensor": {"picture": "own", "path": "/nowhere/photograph.jpg"},
    "weights.change": {"dataset": "mnist"},
    "weights.freeze": {"dataset": "mnist"},
    "weights.histograms": {"dataset": "mnist"},
    "zoo.blocks": {"dataset": "mnist"},
    "zoo.run": {"network": "resnet18"},
    "zoo.train": {"dataset": "cifar-10"},
}
"""Parameters that name what is not there."""


def shortly(name: str) -> Any:
    return small(experiment(name))


# 1. It resumes exactly.


@pytest.mark.parametrize("name", CONTINUED)
def test_it_resumes_exactly(name: str, tmp_path: Path) -> None:
    whole = ran_once(name, watched=False)
    # In the middle of a run, and of an epoch.
    for at in sorted({whole.steps // 2, whole.steps - 1}):
        contracts.resumes_exactly(experiment(name), shortly(name), whole, tmp_path / str(at), at)


def test_all_others_have_nothing_to_resume() -> None:
    for name in set(ALL) - set(CONTINUED):
        chosen = experiment(name)
        assert chosen.state is Experiment.state or chosen().state() is None
        assert not chosen.persistent


# 2. It says that it diverged.


@pytest.mark.parametrize("name", sorted({*LEARNING, *WILD}))
def test_it_says_that_it_diverged(name: str, tmp_path: Path) -> None:
    params = small(experiment(name), **WILD.get(name, {}))
    contracts.says_that_it_diverged(experiment(name), params, DataStore(tmp_path), poisoned=name not in WILD)


def test_what_has_a_learning_rate_says_it_or_has_a_reason() -> None:
    assert {*RATED} <= {*LEARNING, *WILD, *CALM}
    assert not CALM.keys() & {*LEARNING, *WILD}


@pytest.mark.parametrize("name", ["cnn.mnist", "ann.regression"])
def test_the_last_good_state_of_a_run_that_diverges_stays(name: str, tmp_path: Path) -> None:
    folder, params = tmp_path / "run", shortly(name)
    session = sessions.start(name, params, 1, folder)
    for event in session.events:
        if isinstance(event, Progress) and event.step == 2:
            break
    session.close()
    session = sessions.resume(folder)
    poisoned = False
    for event in session.events:
        if isinstance(event, Progress) and not poisoned:
            contracts.poison(session.experiment)
            poisoned = True
    run = Run(folder)
    assert run.checkpoints()[-1] == 2
    kept = run.checkpoint()
    assert kept is not None
    for array in kept.tensors.values():
        assert array.dtype.kind != "f" or np.isfinite(array).all()
    assert not (folder / "model.safetensors").exists()
    assert all(math.isfinite(value) for event in run.history(100) for value in event.values.values())
    # It can be gone on from there with other parameters.
    forked = sessions.fork(folder, 2, {"learning_rate": 1e-5}, tmp_path / "fork")
    assert isinstance(list(forked.events)[-1], Metrics)


def test_the_command_line_says_it_and_leaves_with_a_status_of_its_own(tmp_path: Path) -> None:
    words = ["run", "ann.regression", "--learning-rate", "10", "--epochs", "50"]
    result = CliRunner().invoke(cli, [*words, "--out", str(tmp_path / "run"), "--json"])
    assert result.exit_code == DIVERGED
    assert "the loss left the range of numbers" in result.stderr
    assert '"loss": "nan"' in result.stdout
    assert CliRunner().invoke(cli, [*words, "--learning-rate", "0.01"]).exit_code == 0


# 3. It can be swept.


def two_values(over: str) -> str:
    """Return the axis that a page offers with two of its values."""
    name, _, values = over.partition("=")
    if ":" in values:
        return name + "=" + re.sub(r":10(:log)?$", r":2\1", values)
    mark = ";" if ";" in values else ","
    return f"{name}={mark.join(values.split(mark)[:2])}"


def here(sweep: Sweep, cells: Sequence[Cell]) -> Iterator[Outcome]:
    """Stand in for processes: what they would do is done in this one."""
    for cell in cells:
        yield execution._outcome(cell, execution.run_cell(sweep.experiment, cell.params.to_json()))


def swept(name: str) -> list[Event]:
    link = suggest(name, shortly(name))
    chosen = experiment(link.experiment)
    texts = {**chosen.params().to_texts(), **link.texts, "repeats": "1", "over": two_values(link.texts["over"])}
    params = chosen.params.from_texts(texts)
    instance = chosen()
    instance.prepare(params)
    return list(instance.run(params, Context("cpu", DataStore(Path("unused")))))


def can_be_swept(name: str, headline: Headline | None) -> None:
    events = swept(name)
    rows = [row for event in events if isinstance(event, Outcomes) for row in event.rows]
    assert len(rows) == 2 and not any(isinstance(row.get("error"), str) for row in rows), rows
    for row in rows:
        assert headline is None or headline.of(row) is not None, "its headline is not there"
        assert any(isinstance(value, float) for value in row.values())


@pytest.mark.parametrize("name", sorted({*ALL} - UNSWEPT.keys()))
def test_it_can_be_swept(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "_processes", here)
    can_be_swept(name, experiment(name).headline)


@pytest.mark.parametrize("name", UNSWEPT)
def test_what_cannot_be_swept_says_so(name: str) -> None:
    with pytest.raises(ParamError, match=r"over|experiment"):
        swept(name)


# 5. Its checks agree with its references.


@pytest.mark.parametrize("name", [name for name in ALL if verifies(experiment(name))])
def test_its_checks_agree_with_their_references(name: str) -> None:
    chosen = experiment(name)
    assert issubclass(chosen, ClosedForm)
    for texts in ({}, *tries(load_lessons("en")[name])):
        contracts.agrees_with_references(chosen, chosen.params.from_texts(texts))


# 6. It tells its headline; 7. watching changes nothing.


@pytest.mark.parametrize("name", ALL)
def test_it_tells_its_headline(name: str) -> None:
    contracts.tells_its_headline(experiment(name), ran_once(name, watched=False))


@pytest.mark.parametrize("name", ALL)
def test_watching_changes_nothing(name: str) -> None:
    contracts.says_the_same(ran_once(name, watched=True).numbers, ran_once(name, watched=False).numbers)


# 8. What is not there is noticed before anything is written.


@pytest.mark.parametrize("name", ALL)
def test_missing_data_are_noticed_before_anything_is_written(name: str, tmp_path: Path) -> None:
    empty = DataStore(tmp_path / "data", bundle=tmp_path / "bundle")
    contracts.refuses_before_it_writes(experiment(name), shortly(name), empty)
    if name in ABSENT:
        with pytest.raises(LabError):
            sessions.start(name, experiment(name).params.from_texts(ABSENT[name]), 1, tmp_path / "run")
        assert not (tmp_path / "run").exists()


def test_what_names_data_is_tried_without_them() -> None:
    naming = {
        name for name, each in experiments().items() if {"dataset", "model", "path", "file"} & {*each.params.specs()}
    }
    # One takes other data instead, and says so; of the other, the model is a place: a card or the processor.
    assert naming - {"transforms.dataset", "gpu.device"} == {*ABSENT}
