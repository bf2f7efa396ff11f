"""An experiment that was called otherwise is found by its old name, wherever one is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lab.core import catalogue
from lab.core.lessons import parse_lesson
from lab.running import sessions
from lab.running.classifier import load_model
from lab.running.runs import Run
from lab.running.sharing import decode, encode
from lab.terminal.cli import cli
from tests.lab.published import PUBLISHED, taken

CNN, OLD_CNN = "cnn.mnist", "cnn.numerals"
LINE, OLD_LINE = "gradient_descent.line", "calculus.slope"


@pytest.fixture(autouse=True)
def aliases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "ALIASES", {OLD_CNN: CNN, OLD_LINE: LINE})


def called_of_old(folder: Path) -> Path:
    """Put the old name into a run."""
    path = folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"experiment": OLD_CNN}))
    return folder


def test_every_alias_leads_to_an_experiment_and_hides_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert set(catalogue.ALIASES.values()) <= set(catalogue.identifiers())
    assert not set(catalogue.ALIASES) & set(catalogue.identifiers())


def test_runs(tmp_path: Path) -> None:
    folder = called_of_old(taken(PUBLISHED[0], "cnn", tmp_path))
    assert Run(folder).info().experiment == CNN
    assert "tanh" in load_model(str(folder)).params.network
    session = sessions.resume(folder)
    assert session.experiment.id == CNN
    session.close()


def test_models_by_their_own_file(tmp_path: Path) -> None:
    folder = called_of_old(taken(PUBLISHED[0], "finished", tmp_path))
    assert "tanh" in load_model(str(folder)).params.network


def test_a_run_that_is_begun_by_the_old_name_has_the_new_one(tmp_path: Path) -> None:
    session = sessions.start(OLD_LINE, catalogue.experiment(OLD_LINE).params(), 1, tmp_path / "run")
    session.close()
    assert json.loads((tmp_path / "run" / "run.json").read_text())["experiment"] == LINE


def test_shared_texts() -> None:
    shared = decode(encode(OLD_LINE, catalogue.experiment(LINE).params(steps=7), None))
    assert (shared.experiment, shared.params.to_json()["steps"]) == (LINE, 7)


def test_lessons() -> None:
    header = f'+++\ntitle = "T"\nexperiment = "{OLD_LINE}"\norder = 1\n+++\n'
    assert parse_lesson(header, "t.md").experiment == LINE


def test_the_command_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["run", OLD_LINE, "--steps", "3", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["experiment"] == LINE
    words = [
        "sweep",
        OLD_LINE,
        "--over",
        "learning_rate=0.1,0.2",
        "--steps",
        "3",
        "--json",
        "--out",
        str(tmp_path / "s"),
    ]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout.splitlines()[-1])["models"] == 2


def test_a_sweep_opens_the_page_that_there_is() -> None:
    params = catalogue.experiment("sweeps.grid").params.from_json(
        {"schema_version": 1, "experiment": OLD_LINE, "over": "learning_rate=0.1,0.2", "repeats": 1}
    )
    assert params.to_json()["experiment"] == LINE
    sweep = params.sweep()
    assert sweep.link(next(sweep.cells())).experiment == LINE
