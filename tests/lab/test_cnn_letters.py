"""Letters: which ones are used, what is counted, and the network of the course."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix

from lab.core.events import Architecture, Images, Metrics, Predictions, Remark, made
from lab.core.experiment import Context
from lab.core.figures import Bars
from lab.core.text import RunError
from lab.data.base import read_only
from lab.data.store import DataStore
from lab.nets.network import build
from lab.running import sessions
from lab.topics.cnn.letters import EXAMPLES, Letters, LettersParams
from tests.lab.test_damaged_runs import go

FEW = {"batch_size": 512, "epochs": 1}


def handwritten(store: DataStore, seed: int = 0) -> None:
    """Put a part of what might be EMNIST letters into the store."""
    chance = np.random.default_rng(seed)
    images = chance.integers(0, 256, (520, 28, 28), dtype=np.uint8)
    part = read_only(images, np.arange(520) % 26)
    store.save("letters", part, part, verified=False)


def events(params: LettersParams, store: DataStore) -> list[Any]:
    return list(made(Letters().preview(params, store)))


def only(found: list[Any], kind: type, name: str = "") -> Any:
    [event] = [each for each in found if isinstance(each, kind) and (not name or each.name == name)]
    return event


def test_the_network_is_that_of_the_course(tmp_path: Path) -> None:
    layers = only(events(LettersParams(), DataStore(tmp_path)), Architecture).layers
    assert [layer.name for layer in layers[:4]] == ["conv1", "pool1", "batch_norm1", "leaky_relu1"]
    assert {layer.name: layer.shape_out for layer in layers}["flatten"] == (294,)
    assert sum(layer.parameters for layer in layers) == 16_490
    network = build(LettersParams(), (1, 28, 28), 26, torch.Generator())
    assert sum(numbers.numel() for numbers in network.parameters()) == 16_490
    assert network.leaky_relu1.negative_slope == 0.01


def test_handwritten_letters_are_used_where_they_are_here_and_synthetic_ones_are_named(tmp_path: Path) -> None:
    store, params = DataStore(tmp_path), LettersParams()
    found = events(params, store)
    assert "Synthetic letters" in str(only(found, Remark, "data").message)
    assert "Synthetic letters" in str(only(found, Images, "test").source)
    assert params.reading_lines(store)[0] == 'with np.load("resources/datasets/synthetic-letters.npz") as data:'
    assert len(only(found, Images, "examples").images) == EXAMPLES == 21
    handwritten(store)
    found = events(params, store)
    assert "EMNIST letters are used" in str(only(found, Remark, "data").message)
    assert "N/A" in str(only(found, Remark, "data").message)
    assert str(tmp_path) in params.reading_lines(store)[0]
    # What was chosen by its name stays.
    chosen = LettersParams(dataset="synthetic-letters")
    assert "Synthetic" in str(chosen.images(store).title)
    assert not [each for each in events(LettersParams(dataset="digits"), store) if isinstance(each, Remark)]


def test_a_run_on_synthetic_letters_does_not_go_on_with_handwritten_ones(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    go(sessions.start("cnn.letters", LettersParams(batch_size=256, epochs=4), 1, folder), 2)
    handwritten(sessions.data_store())
    with pytest.raises(RunError, match=r"are others than it began with: synthetic-letters, letters\..*--changed-data"):
        sessions.resume(folder)


def test_wrong_answers_are_counted_and_the_confusion_is_normalised_by_the_truth(tmp_path: Path) -> None:
    experiment, context = Letters(), Context("cpu", DataStore(tmp_path))
    found = list(experiment.run(LettersParams(**FEW), context))
    values = only(found, Metrics).values
    for part in ("train", "test"):
        assert values[f"{part}_error"] == pytest.approx(1 - values[f"{part}_accuracy"])
    shown = list(made(experiment.shown(experiment.engine, "rest", {})))
    everything = only(shown, Predictions, "test")
    some = only(shown, Predictions, "examples")
    np.testing.assert_array_equal(some.predicted, everything.predicted[:EXAMPLES])
    np.testing.assert_array_equal(some.truth, everything.truth[:EXAMPLES])
    expected = confusion_matrix(everything.truth, everything.predicted, normalize="true").diagonal()
    assert values["lowest_accuracy"] == pytest.approx(expected.min())
    wrong = only(shown, Bars, "by_class").panels[0].values
    np.testing.assert_allclose(wrong, 100 * (1 - expected), atol=0.006)
