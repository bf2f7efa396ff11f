"""Runs, parameters and texts of every published version are read, go on, and mean what they meant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lab.core.catalogue import current, experiment, read_params
from lab.core.events import Metrics
from lab.core.text import RunError
from lab.running import sessions
from lab.running.classifier import Recogniser, load_model
from lab.running.runs import RunStore
from lab.running.sessions import Session
from lab.running.sharing import decode
from tests.lab.published import PUBLISHED, meant, read, taken

pytestmark = pytest.mark.parametrize("published", PUBLISHED, ids=lambda folder: folder.name)
# Other processors round otherwise; one image of 1,500 more or less.
CLOSE = {"rel": 1e-3, "abs": 1e-3}


def ended(session: Session) -> dict[str, float]:
    """Drive a run to its end and return its metrics."""
    [metrics] = [event for event in session.events if isinstance(event, Metrics)]
    return dict(metrics.values)


def test_there_is_something_to_read(published: Path) -> None:
    assert len(read(published, "params.json")) >= 49


@pytest.mark.parametrize("which", ["defaults", "changed"])
def test_parameters_mean_what_they_meant(published: Path, which: str) -> None:
    for name, kept in read(published, "params.json").items():
        found = read_params(name, kept[which])
        values = {field: getattr(found, field) for field in found.specs()}
        plain = {field: list(value) if isinstance(value, tuple) else value for field, value in values.items()}
        assert plain == meant(type(found), kept[which]), name
        assert type(found).from_json(found.to_json()) == found, name


def test_texts_mean_what_they_meant(published: Path) -> None:
    for name, kept in read(published, "params.json").items():
        versions = kept["changed"].get("versions", {})
        assert experiment(name).params.from_texts(kept["texts"], versions) == read_params(name, kept["changed"]), name


def test_a_run_goes_on_to_the_end_it_would_have_had(published: Path, tmp_path: Path) -> None:
    folder = taken(published, "cnn", tmp_path)
    session = sessions.resume(folder)
    assert [event.step for event in session.history if event.name == "batch"] == [1, 2, 3, 4, 5, 6]
    expected = read(published, "expected.json")["cnn"]
    metrics = ended(session)
    assert {name: metrics[name] for name in expected} == pytest.approx(expected, **CLOSE)
    assert session.run is not None
    assert session.run.info().status == "finished"


def test_another_optimiser_would_have_been_noticed(published: Path, tmp_path: Path) -> None:
    """The violation of the test above."""
    folder = taken(published, "cnn", tmp_path)
    run_json = folder / "run.json"
    run_json.write_text(run_json.read_text().replace('"momentum": 0.9', '"momentum": 0.0'))
    expected = read(published, "expected.json")["cnn"]
    assert ended(sessions.resume(folder))["test_loss"] != pytest.approx(expected["test_loss"], **CLOSE)


def test_a_sweep_goes_on(published: Path, tmp_path: Path) -> None:
    session = sessions.resume(taken(published, "sweep", tmp_path))
    before = len(session.context.restored.counters["has"]) if session.context.restored else 0
    assert 0 < before < 4
    assert ended(session)["models"] == 4
    losses = session.experiment.results.grid("test_loss").ravel()
    assert losses == pytest.approx(read(published, "expected.json")["sweep"], **CLOSE)


def test_a_finished_run_is_listed_and_its_network_answers(published: Path, tmp_path: Path) -> None:
    folder = taken(published, "finished", tmp_path)
    [(run, info)] = RunStore(tmp_path).all()
    assert (info.status, info.experiment) == ("finished", current("cnn.mnist"))
    result = run.result()
    assert result is not None
    assert result["metrics"] == read(published, "expected.json")["cnn"]
    with pytest.raises(RunError, match="is finished"):
        sessions.resume(folder)
    model = load_model(str(folder))
    assert "tanh" in model.params.network
    answers = Recogniser(model).probabilities(sessions.data_store().load("digits").test.images[:5])
    assert answers == pytest.approx(np.array(read(published, "expected.json")["answers"]), abs=1e-3)


def test_shared_texts_lead_where_they_led(published: Path) -> None:
    expected = read(published, "expected.json")["shared"]
    for name, text in read(published, "texts.json").items():
        shared = decode(text)
        assert shared.experiment == current(name)
        if name in expected:
            assert shared.state is not None
            metrics = ended(sessions.start_from(shared, 1))
            assert {known: metrics[known] for known in expected[name]} == pytest.approx(expected[name], **CLOSE)
    swept = decode(read(published, "texts.json")["sweeps.grid"]).params.sweep()
    cells = list(swept.cells())
    assert [cell.params.learning_rate for cell in cells] == [0.01, 0.05]
    assert {cell.params.optimiser for cell in cells} == {meant(type(swept.base), {"optimiser": "sgd"})["optimiser"]}
