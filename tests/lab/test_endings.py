"""How runs end in a terminal: by a signal, in a folder that is gone, in numbers that are none, with nothing learned."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from scipy.stats import binomtest

from lab.core.events import Event, Progress, Remark
from lab.core.text import RunError
from lab.running import sessions
from lab.running.runs import Run
from lab.sweeps import execution
from lab.terminal.cli import cli
from lab.terminal.driving import DIVERGED, LOST, interrupts
from lab.training.trainer import Trainer
from tests.lab.test_damaged_runs import tiny
from tests.networks import typed

ROOT = Path(__file__).resolve().parents[2]
SMALL = ["--network", typed(), "--batch-size", "1024", "--epochs", "1"]


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


@pytest.mark.parametrize("as_json", [False, True])
def test_a_loss_that_is_no_number_is_said_and_ends_the_command_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    # From the third step on far too fast: the second state is the last good one.
    monkeypatch.setattr(Trainer, "learning_rate", lambda self: 0.01 if self.steps_done < 2 else 1e30)
    folder = tmp_path / "run"
    result = typed("run", "cnn.mnist", *SMALL, "--out", str(folder), *(["--json"] if as_json else []))
    assert result.exit_code == DIVERGED, result.output
    assert "the loss left the range of numbers. Try a learning rate below 0.0" in result.stderr
    if as_json:
        outcome = json.loads(result.stdout.strip().splitlines()[-1])
        assert "left the range of numbers" in outcome["warnings"]["diverged"]
    assert not (folder / "model.safetensors").exists(), "weights that are no numbers are no model"
    run = Run(folder)
    state = run.checkpoint()
    assert state is None or state.step <= 4
    assert max(event.step for event in run.history(100) if event.name == "batch") < 9


def test_a_training_that_ends_at_chance_is_told_so(tmp_path: Path) -> None:
    result = typed("run", "cnn.mnist", *SMALL, "--learning-rate", "1e-7", "--json", "--out", str(tmp_path / "r"))
    assert result.exit_code == 0
    outcome = json.loads(result.stdout.strip().splitlines()[-1])
    right = round(outcome["metrics"]["test_accuracy"] * 1500)
    # By SciPy's own test, one-sided at half of 1 %.
    assert binomtest(right, 1500, 0.1, alternative="greater").pvalue > 0.005
    assert "It has learned nothing" in outcome["warnings"]["chance"]
    assert "It has learned nothing" in result.stderr


def test_one_that_learned_is_not(tmp_path: Path) -> None:
    result = typed("run", "cnn.mnist", *SMALL[:4], "--epochs", "2", "--learning-rate", "0.02", "--json")
    outcome = json.loads(result.stdout.strip().splitlines()[-1])
    assert binomtest(round(outcome["metrics"]["test_accuracy"] * 1500), 1500, 0.1, alternative="greater").pvalue < 1e-6
    assert "warnings" not in outcome


def test_a_folder_that_is_deleted_while_the_run_goes_on_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    stepping = Trainer.step

    def step(self: Trainer) -> Any:
        if self.steps_done == 3:
            shutil.rmtree(folder)
        return stepping(self)

    monkeypatch.setattr(Trainer, "step", step)
    result = typed("run", "cnn.mnist", *SMALL, "--out", str(folder), "--json")
    assert result.exit_code == LOST
    assert f"Nothing of this run is kept: its folder {folder} was deleted" in result.stderr
    assert json.loads(result.stdout.strip().splitlines()[-1])["metrics"]["test_accuracy"] > 0, "the numbers are told"
    assert not folder.exists(), "no part of it is made anew"


def full(*_arguments: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_run_whose_end_cannot_be_saved_ends_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = sessions.start("cnn.mnist", tiny(), 1, tmp_path / "run")
    monkeypatch.setattr("os.fsync", full)
    monkeypatch.setattr(sessions, "start", lambda *_arguments: session)
    result = typed("run", "cnn.mnist")
    assert result.exit_code == LOST
    assert "could not be saved" in result.stderr
    assert "No space left on device" in result.stderr
    assert "kept in" not in result.stdout


def test_one_that_is_stopped_and_cannot_be_saved_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = sessions.start("cnn.mnist", tiny(), 1, tmp_path / "run")
    seen: list[Event] = []
    for event in session.events:
        seen.append(event)
        if isinstance(event, Progress) and event.step == 2:
            break
    monkeypatch.setattr("os.fsync", full)
    assert session.lost is None
    session.close()
    assert session.lost is not None
    assert "No space left" in str(session.lost)
    assert not any(isinstance(event, Remark) for event in seen)


def test_a_session_that_never_began_says_what_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = sessions.start("cnn.mnist", tiny(), 1, tmp_path / "run")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RunError, match="No space left"):
        session.close()
    assert session.run is not None
    assert not session.run.in_use()


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGINT)])
def test_whatever_asks_a_run_to_end_saves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    stepping = Trainer.step

    def step(self: Trainer) -> Any:
        if self.steps_done == 3:
            os.kill(os.getpid(), number)
        return stepping(self)

    monkeypatch.setattr(Trainer, "step", step)
    # Whatever is done wrong must not end the tests.
    before = signal.signal(number, lambda *_arguments: pytest.fail("it was not taken"))
    try:
        result = typed("run", "cnn.mnist", *SMALL, "--out", str(tmp_path / "run"))
    finally:
        signal.signal(number, before)
    assert result.exit_code == 128 + number
    assert "resume" in result.stderr
    run = Run(tmp_path / "run")
    state = run.checkpoint()
    assert state is not None
    assert state.step == 4
    assert run.info().status == "stopped"


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no such signal")
def test_what_is_to_be_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interrupts() as interrupted:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not interrupted[0]
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(sys.platform == "win32", reason="there the parent of a process is not told when it is gone")
def test_a_process_of_a_sweep_ends_with_the_sweep(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = (
        "import os, sys, time; from lab.sweeps.execution import _end_with; _end_with(os.getppid());"
        f"open({str(note)!r} + '.part', 'w').write(str(os.getpid()));"
        f"os.replace({str(note)!r} + '.part', {str(note)!r});"
        "time.sleep(600)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"], cwd=ROOT
    )
    while not note.exists():
        assert parent.poll() is None
        time.sleep(0.02)
    number = int(note.read_text())
    parent.kill()
    parent.wait()
    ends = time.monotonic() + 60 + execution.ORPHAN_SECONDS
    while alive(number):
        assert time.monotonic() < ends, "it lives on"
        time.sleep(0.02)


def alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    # One that has ended may wait for whoever takes note of it.
    stat = Path(f"/proc/{number}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
