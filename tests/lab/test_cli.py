"""The command line, as it is typed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from lab.running.runs import Run
from lab.terminal.cli import cli
from lab.terminal.driving import LOST
from tests.networks import typed as typed_network

ROOT = Path(__file__).resolve().parents[2]
TINY = ["--network", typed_network(), "--batch-size", "1024", "--epochs", "1"]


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def test_list() -> None:
    assert "cnn.mnist" in typed("list").stdout
    rows = json.loads(typed("list", "--json").stdout)
    assert {"id": "cnn.mnist", "title": "MNIST digits"} in rows


def test_run_ends_with_one_object(tmp_path: Path) -> None:
    result = typed("run", "cnn.mnist", *TINY, "--seed", "3", "--out", str(tmp_path / "r"), "--json")
    assert result.exit_code == 0, result.output
    outcome = json.loads(result.stdout.strip().splitlines()[-1])
    assert outcome.keys() == {"experiment", "params", "seed", "device", "metrics", "seconds"}
    assert (outcome["experiment"], outcome["seed"], outcome["device"]) == ("cnn.mnist", 3, "cpu")
    assert {"test_accuracy", "test_loss", "train_loss"} <= outcome["metrics"].keys()
    assert outcome["params"]["network"][0] == "conv channels=2 kernel=5 stride=1 padding=1"
    assert json.loads((tmp_path / "r" / "result.json").read_text()) == outcome
    assert "epoch 1/1" in result.stderr


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(tmp_path: Path) -> None:
    outcomes = [
        json.loads(typed("run", "cnn.mnist", *TINY, "--seed", seed, "--json", "--out", str(tmp_path / name)).stdout)
        for name, seed in (("a", "3"), ("b", "3"), ("c", "4"))
    ]
    metrics = [outcome["metrics"] for outcome in outcomes]
    assert metrics[0] == metrics[1] != metrics[2]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["--learning-rate", "50"], ["--learning-rate", "50", "1e-07 to 10"]),
        (["--learning-rate", "fast"], ["--learning-rate", "fast", "a number from"]),
        (["--epochs", "0"], ["--epochs", "0", "1 to 1000"]),
        (["--optimiser", "lion"], ["--optimiser", "lion", "sgd, momentum, rmsprop, rmsprop_momentum, adam, adamw"]),
        (["--network", "conv kernel=31 padding=0; flatten"], ["--network", "⌊", "at least 2"]),
        (["--network", "conv width=3"], ["--network", "block 1", "there is no width"]),
        # What an earlier version had.
        (["--padding", "1", "1", "1"], ["padding: 3 numbers for 2 blocks"]),
        (["--learnin-rate", "1"], ["--learnin-rate", "--learning-rate"]),
        (["--device", "cuda"], ["--device", "cuda"]),
        (["--dataset", "mnist"], ["data import"]),
    ],
)
def test_bad_values_get_a_sentence_and_nothing_is_written(
    words: list[str], parts: list[str], tmp_path: Path, descent_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    result = typed("run", "cnn.mnist", *words, "--out", str(tmp_path / "r"))
    assert result.exit_code == 2
    sentence = result.stderr.strip()
    assert len(sentence.splitlines()) == 1
    for part in parts:
        assert part in sentence
    assert not (tmp_path / "r").exists()
    assert not (descent_home / "runs").exists()


def test_unknown_experiments_name_those_there_are() -> None:
    result = typed("run", "cnn.minst")
    assert result.exit_code == 2
    assert "cnn.mnist" in result.stderr


def test_parameters_from_a_file_can_be_changed_by_options(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text(json.dumps({"params": {"channels": [2], "batch_size": 1024, "epochs": 3}}))
    words = ["--params", str(file), "--epochs", "1", "--out", str(tmp_path / "r"), "--json"]
    outcome = json.loads(typed("run", "cnn.mnist", *words).stdout)
    assert (outcome["params"]["epochs"], outcome["params"]["batch_size"]) == (1, 1024)
    file.write_text("{")
    assert typed("run", "cnn.mnist", "--params", str(file)).exit_code == 2


def test_the_help_of_an_experiment_lists_every_option() -> None:
    shown = typed("run", "cnn.mnist", "--help").stdout
    for option in ("--learning-rate", "--network", "--seed", "--device"):
        assert option in shown


def test_ctrl_c_stops_cleanly_and_the_run_continues_to_the_same_numbers(tmp_path: Path) -> None:
    options = ["--network", typed_network(dropout=0.2), "--batch-size", "128", "--epochs", "5", "--json"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}

    def command(*words: str) -> list[str]:
        return [sys.executable, str(ROOT / "main.py"), *words]

    whole = subprocess.run(
        command("run", "cnn.mnist", *options, "--out", str(tmp_path / "whole")),
        capture_output=True, text=True, env=environment, check=True,
    )  # fmt: skip
    process = subprocess.Popen(
        command("run", "cnn.mnist", *options, "--out", str(tmp_path / "part")),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("epoch "):
            break
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "resume" in said
    assert "Traceback" not in said
    assert Run(tmp_path / "part").info().status == "stopped"
    more = subprocess.run(
        command("resume", str(tmp_path / "part"), "--json"), capture_output=True, text=True, env=environment, check=True
    )
    assert json.loads(more.stdout)["metrics"] == json.loads(whole.stdout)["metrics"]


def test_resume_says_what_cannot_be_continued(tmp_path: Path) -> None:
    result = typed("resume", str(tmp_path))
    assert result.exit_code == 2
    assert "There is no run in" in result.stderr


def picture(path: Path, dark_on_light: bool = True, side: int = 90) -> Path:
    grey = np.full((side, side), 255, np.uint8)
    grey[side // 5 : side // 5 + side // 12, side // 4 : 3 * side // 4] = 0
    for row in range(side // 5, 4 * side // 5):
        left = 3 * side // 4 - (row - side // 5) // 2
        grey[row, left - side // 14 : left] = 0
    Image.fromarray(grey if dark_on_light else 255 - grey).save(path)
    return path


def test_predict_answers_a_line_an_image(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    picture(tmp_path / "b.png", dark_on_light=False, side=300)
    Image.new("L", (40, 40), 255).save(tmp_path / "c.png")
    result = typed("predict", str(tmp_path), "--json")
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [Path(line["path"]).name for line in lines] == ["a.png", "b.png", "c.png"]
    for line in lines[:2]:
        assert line["label"] == "7"
        assert len(line["probabilities"]) == 10
        assert sum(line["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert lines[2]["label"] is None
    assert "7" in typed("predict", str(tmp_path / "a.png")).stdout


def test_predict_says_that_there_are_two(tmp_path: Path) -> None:
    one = np.asarray(Image.open(picture(tmp_path / "a.png")))
    Image.fromarray(np.hstack([one, one])).save(tmp_path / "a.png")
    line = json.loads(typed("predict", str(tmp_path / "a.png"), "--json").stdout)
    assert (line["label"], line["digits"]) == (None, 2)
    assert line["verdict"].startswith("There are 2 digits or letters here")


def test_predict_with_the_model_of_a_run(tmp_path: Path) -> None:
    typed("run", "cnn.mnist", *TINY, "--out", str(tmp_path / "r"))
    result = typed("predict", str(picture(tmp_path / "a.png")), "--model", str(tmp_path / "r"), "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["label"] in "0123456789"


def test_predict_says_what_it_cannot_read_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("not an image")
    picture(tmp_path / "b.png")
    result = typed("predict", str(tmp_path), "--json")
    assert result.exit_code == 2
    assert "a.png" in result.stderr
    assert json.loads(result.stdout.splitlines()[1])["label"] == "7"
    for words in (["nothere.png"], [str(tmp_path / "b.png"), "--model", "nothere"]):
        result = typed("predict", *words)
        assert result.exit_code == 2
        assert "nothere" in result.stderr


def test_data_lists_what_is_here_and_where_the_rest_comes_from() -> None:
    rows = {row["name"]: row for row in json.loads(typed("data", "list", "--json").stdout)}
    assert rows["digits"]["installed"]
    assert not rows["mnist"]["installed"]
    assert rows["cifar-10"]["shape"] == [32, 32, 3]
    assert "digits" in typed("data").stdout


def test_data_import_of_what_is_none(tmp_path: Path) -> None:
    result = typed("data", "import", str(tmp_path))
    assert result.exit_code == 2
    assert str(tmp_path) in result.stderr


def test_no_qt_is_imported() -> None:
    script = "import sys; import main; sys.argv = ['main.py', 'list']\ntry: main.main()\nexcept SystemExit: pass\n"
    script += "assert not [name for name in sys.modules if name.startswith(('PySide6', 'shiboken', 'torch'))]"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, capture_output=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_a_disk_that_is_full_is_said_and_the_run_comes_to_its_end(tmp_path: Path) -> None:
    """A limit on the size of files fails the write of the weights as a full disk does."""
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); import main; main.main()"
    )
    words = ["run", "cnn.mnist", *TINY, "--out", str(tmp_path / "r"), "--json"]
    done = subprocess.run([sys.executable, "-c", script, *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == LOST, done.stderr
    assert "cannot be saved" in done.stderr
    assert "File too large" in done.stderr
    assert "test_accuracy" in json.loads(done.stdout.strip().splitlines()[-1])["metrics"]
    assert not [path for path in (tmp_path / "r").iterdir() if path.name.endswith(".part")]
    assert json.loads((tmp_path / "r" / "run.json").read_text())["experiment"] == "cnn.mnist"
