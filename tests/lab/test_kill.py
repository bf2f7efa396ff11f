"""Killed at any moment, a run goes on and ends with the weights of the run that was never killed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lab.core.text import RunError
from lab.nets.weight_files import read_weights
from lab.running.runs import Run
from tests.networks import typed

ROOT = Path(__file__).resolve().parents[2]
NETWORK = typed(channels=(3,), dropout=0.3, batch_norm=True)
OPTIONS = ["--epochs", "6", "--batch-size", "64", "--network", NETWORK, "--seed", "5"]


def command(*words: str) -> list[str]:
    return [sys.executable, str(ROOT / "main.py"), *words]


def start(folder: Path) -> list[str]:
    """Return the command that begins the run in `folder`, or goes on with it."""
    try:
        Run(folder).info()
    except RunError:
        return command("run", "cnn.mnist", "--out", str(folder), *OPTIONS)
    return command("resume", str(folder))


@pytest.mark.long
def test_kill_at_twenty_random_moments(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    began = time.monotonic()
    subprocess.run(start(whole), check=True, capture_output=True)
    seconds = time.monotonic() - began
    expected, _ = read_weights(whole / "model.safetensors")
    moments = random.Random(20)
    kills, ended = 0, 0
    folder = tmp_path / "killed-0"
    while kills < 20:
        process = subprocess.Popen(start(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            _, said = process.communicate(timeout=moments.uniform(0.3, 0.95 * seconds))
            assert process.returncode == 0, said
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
        if (folder / "result.json").exists():
            check(folder, whole, expected)
            ended += 1
            folder = tmp_path / f"killed-{ended}"
    last = subprocess.run(start(folder), capture_output=True, text=True)
    assert last.returncode == 0, last.stderr
    check(folder, whole, expected)


def check(folder: Path, whole: Path, expected: dict) -> None:
    found, _ = read_weights(folder / "model.safetensors")
    assert found.keys() == expected.keys()
    assert all(np.array_equal(found[name], expected[name]) for name in expected)
    metrics = [json.loads((path / "result.json").read_text())["metrics"] for path in (folder, whole)]
    assert metrics[0] == metrics[1]
    assert Run(folder).history(10**9) == Run(whole).history(10**9)
