"""Runs that are kept, on the command line: listed, forked, compared, taken home."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from scipy import stats

from lab.core.events import Scalars
from lab.data.store import DataStore
from lab.nets.pixels import as_tensor, scaled
from lab.running.exporting.script import portable
from lab.running.runs import Run
from tests.lab.test_cli import TINY, typed

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three short runs that differ in their seeds, and one with another rate."""
    folder = tmp_path_factory.mktemp("kept")
    chosen = {"a": ("3", "0.001"), "b": ("4", "0.001"), "c": ("5", "0.001"), "other": ("3", "0.01")}
    for name, (seed, rate) in chosen.items():
        made = typed(
            *("run", "cnn.mnist", *TINY, "--seed", seed, "--learning-rate", rate, "--out", str(folder / name)),
        )
        assert made.exit_code == 0, made.output
    return {name: folder / name for name in chosen}


@pytest.fixture
def at_home(runs: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same runs in the folder of the user."""
    monkeypatch.setenv("DESCENT_HOME", str(tmp_path / "home"))
    store = tmp_path / "home" / "runs"
    for name, path in runs.items():
        shutil.copytree(path, store / f"20260101-00000{len(name)}-000000-cnn.mnist-{name}")
    return store


def metrics(folder: Path) -> dict[str, float]:
    found: dict[str, float] = json.loads((folder / "result.json").read_text())["metrics"]
    return found


def test_runs_are_listed_and_found_by_their_parameters(at_home: Path) -> None:
    rows = json.loads(typed("runs", "--json").stdout)
    assert len(rows) == 4
    assert {row["headline"].partition("accuracy ")[0] for row in rows} == {"test "}
    [found] = json.loads(typed("runs", "learning_rate=0.01", "seed=3", "digits", "--json").stdout)
    assert found["run"].endswith("-other")
    assert typed("runs", "learning_rate=0.5").stdout == ""
    (at_home / found["run"] / "run.json").write_text("{")
    assert "unreadable" in typed("runs").stdout


def test_a_fork_of_nothing_changed_ends_as_its_parent_and_knows_it(at_home: Path, tmp_path: Path) -> None:
    result = typed("fork", "mnist-a", "--out", str(tmp_path / "fork"))
    assert result.exit_code == 0, result.output
    [parent] = at_home.glob("*-a")
    assert metrics(tmp_path / "fork") == metrics(parent)
    info = Run(tmp_path / "fork").info().parent
    assert info is not None
    assert info.run == parent.name
    changed = typed("fork", str(parent), "--set", "epochs=2", "--set", "learning-rate=0.0001", "--json")
    assert changed.exit_code == 0, changed.output
    assert json.loads(changed.stdout.splitlines()[-1])["params"]["learning_rate"] == 0.0001


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fork", "nothing"), "There is no run nothing"),
        (("fork", "cnn.mnist"), "4 runs are called like cnn.mnist"),
        (("fork", "mnist-a", "--at", "999"), "keeps no state of step 999; choose from"),
        (("fork", "mnist-a", "--set", "wheels=3"), "wheels"),
        (("fork", "mnist-a", "--set", "epochs"), "epochs is not NAME=VALUE"),
        (("fork", "mnist-a", "--set", "learning_rate=-1"), "learning-rate"),
        (("compare", "mnist-a"), "at least two"),
        (("export", "mnist-a", "--to", "script", "--out", "."), "is not an empty folder"),
    ],
)
def test_what_cannot_be_is_said(at_home: Path, words: tuple[str, ...], said: str) -> None:
    before = sorted(at_home.rglob("*"))
    result = typed(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert sorted(at_home.rglob("*")) == before


def test_seeds_of_one_setting_are_folded_as_scipy_does(runs: dict[str, Path]) -> None:
    names = [str(runs[name]) for name in ("a", "b", "c", "other")]
    made = json.loads(typed("compare", *names, "--curves", "--json").stdout)
    assert made["parameters"] == {"learning_rate": [0.001, 0.001, 0.001, 0.01], "seed": [3, 4, 5, 3]}
    [group] = made["seeds"]
    assert group["seeds"] == [3, 4, 5]
    values = [metrics(runs[name])["test_loss"] for name in ("a", "b", "c")]
    low, high = stats.t.interval(0.95, 2, np.mean(values), stats.sem(values))
    found = group["metrics"]["test_loss"]
    assert (found["mean"], found["low"], found["high"]) == pytest.approx((np.mean(values), low, high), rel=1e-9)
    assert made["metrics"]["test_loss"][:3] == values
    kept = [event for event in Run(runs["a"]).history(1 << 30) if isinstance(event, Scalars)]
    assert made["runs"][0]["curves"] == [[event.name, event.step, dict(event.values)] for event in kept]


def test_two_runs_differ_in_weights_and_in_examples_as_torch_says(runs: dict[str, Path], tmp_path: Path) -> None:
    made = json.loads(typed("compare", str(runs["a"]), str(runs["other"]), "--json").stdout)
    images = DataStore(tmp_path).load("digits").test
    truth, right, weights = torch.tensor(images.labels), [], []
    for name in ("a", "other"):
        typed("export", str(runs[name]), "--to", "state_dict", "--out", str(tmp_path / name))
        weights.append(load_file(tmp_path / name / "state_dict.safetensors"))
        network = network_of(runs[name])
        network.load_state_dict(weights[-1])
        network.eval()
        with torch.inference_mode():
            right.append(network(scaled(as_tensor(images.images), "unit")).argmax(1) == truth)
    a, b = right
    assert made["answers"] == {
        "both": int((a & b).sum()), "neither": int((~a & ~b).sum()),
        "only_first": torch.nonzero(a & ~b).flatten().tolist(), "only_second": torch.nonzero(b & ~a).flatten().tolist(),
    }  # fmt: skip
    first, second = (each["output.weight"].double() for each in weights)
    apart = float((second - first).norm() / first.norm())
    assert made["weights"]["model.output.weight"] == pytest.approx(apart, rel=1e-9)


def network_of(folder: Path) -> torch.nn.Module:
    from lab.core.catalogue import read_params
    from lab.nets.network import build
    from lab.topics.cnn.mnist import MnistParams

    params = read_params("cnn.mnist", Run(folder).info().params)
    assert isinstance(params, MnistParams)
    assert params.pixels == "unit"
    return build(params, (1, 28, 28), 10, torch.Generator())


def test_a_program_and_a_notebook_are_taken_home(runs: dict[str, Path], tmp_path: Path) -> None:
    script, out = tmp_path / "script", tmp_path / "notebook"
    for kind, folder in (("script", script), ("notebook", out)):
        assert typed("export", str(runs["a"]), "--to", kind, "--out", str(folder)).exit_code == 0
    assert sorted(path.name for path in script.rglob("*.*")) == ["digits.npz", "run.py"]
    notebook = nbformat.read(out / "run.ipynb", as_version=4)
    nbformat.validate(notebook)
    lesson, parameters, program = notebook.cells
    assert "convolution" in lesson.source
    assert "try:" not in lesson.source
    assert "| `seed` | 3 |" in parameters.source
    assert program.source == (script / "run.py").read_text().rstrip("\n")
    assert "from lab" not in program.source
    # What it printed where nothing of Descent can be imported.
    printed = dict(line.split(": ") for line in program.outputs[0].text.splitlines())
    for name, value in metrics(runs["a"]).items():
        assert float(printed[name]) == pytest.approx(value, rel=1e-4)
    assert str(ROOT) not in (out / "run.ipynb").read_text()


def test_curves_are_tables(runs: dict[str, Path], tmp_path: Path) -> None:
    assert typed("export", str(runs["a"]), "--to", "csv", "--out", str(tmp_path / "out")).exit_code == 0
    with (tmp_path / "out" / "curves-epoch.csv").open(newline="") as stream:
        last = list(csv.DictReader(stream))[-1]
    assert float(last["test_loss"]) == metrics(runs["a"])["test_loss"]
    with (tmp_path / "out" / "parameters.csv").open(newline="") as stream:
        assert {row["parameter"]: row["value"] for row in csv.DictReader(stream)}["seed"] == "3"


def test_what_fails_leaves_nothing(runs: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    result = typed("export", str(runs["a"]), "--to", "script", "--out", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "No space left on device" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_places_in_programs_are_those_of_files_alone(tmp_path: Path) -> None:
    (tmp_path / "wörter").mkdir()
    for name in ("one/x.npz", "two/x.npz"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    path = (tmp_path / "two" / "x.npz").as_posix()
    source = f'a, b = "one/x.npz", "{path}"; ü = "one/x.npz", "a/b", "wörter/x.npz"\n'
    made, beside = portable(source, tmp_path)
    assert made == 'a, b = "data/x.npz", "data/x-2.npz"; ü = "data/x.npz", "a/b", "wörter/x.npz"\n'
    assert beside == {"data/x.npz": tmp_path / "one" / "x.npz", "data/x-2.npz": tmp_path / "two" / "x.npz"}
