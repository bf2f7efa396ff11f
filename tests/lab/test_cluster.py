"""Sweeps on a Dask cluster: what is missing where is said, nothing waits for ever, and README's commands work."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from lab.core.catalogue import experiment
from lab.core.text import RunError
from lab.running import sessions
from lab.sweeps import cluster as module
from lab.sweeps.cluster import Cluster, ask, connected
from lab.sweeps.execution import Backend, execute
from lab.sweeps.grid import Axis, Sweep
from lab.sweeps.outcomes import Outcome, Trained

distributed = pytest.importorskip("distributed", reason="Dask is an extra")
ROOT = Path(__file__).resolve().parents[2]
HERE = {"project": "abcd", "version": "1.0", "torch": "2.9.0+cpu"}


class Asked(Cluster):
    """A cluster that is asked nothing, but told what its scheduler and workers have."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._address, self._here = "tcp://7:8786", HERE
        self._check(found)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"": {**HERE, "project": None}}, "The scheduler tcp://7:8786 lacks Descent. Type there"),
        ({"": HERE, "tcp://8": {**HERE, "torch": None}}, "The worker tcp://8 lacks torch. Type there"),
        (
            {"": HERE, "tcp://8": {**HERE, "torch": "2.8.0"}},
            "The worker tcp://8 has torch 2.8.0, and here it is 2.9.0+cpu.",
        ),
        (
            {"": {**HERE, "project": "efgh"}},
            "The scheduler tcp://7:8786 has another Descent (1.0, efgh) than there is here (1.0, abcd).",
        ),
        ({"": HERE, "tcp://8": ValueError("no")}, "The worker tcp://8 could not say what is installed there."),
        (
            {"": {**HERE, "project": None}, "tcp://8": {**HERE, "project": None, "torch": None}},
            "The scheduler tcp://7:8786 lacks Descent. The worker tcp://8 lacks Descent. The worker tcp://8 lacks tor",
        ),
    ],
)
def test_what_is_missing_where_is_said_with_the_line_that_mends_it(found: dict[str, Any], said: str) -> None:
    with pytest.raises(RunError) as refused:
        Asked(found)
    assert str(refused.value).startswith(said)
    assert 'python -m pip install ".[cluster]"' in str(refused.value)


def test_what_was_built_for_other_processors_is_the_same_torch() -> None:
    Asked({"": {**HERE, "torch": "2.9.0+cu130"}, "tcp://8": {**HERE, "torch": "2.9.0"}})


def test_one_knows_what_one_has() -> None:
    found = ask()
    assert found["torch"] == metadata.version("torch")
    assert re.fullmatch("[0-9a-f]{8}", found["project"] or "")


# A busy computer, or another cluster on it, is no fault.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Creating scratch directories:UserWarning"),
    pytest.mark.filterwarnings("ignore:Port [0-9]+ is already in use:UserWarning"),
    pytest.mark.filterwarnings("ignore:\\s*Port [0-9]+ is already in use:UserWarning"),
]


@pytest.fixture
def scheduler() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=0, processes=False, dashboard_address="127.0.0.1:0", protocol="tcp", host="127.0.0.1"
    ) as made:
        yield made


def sweep(*epochs: int) -> Sweep:
    base = experiment("ann.iris").params(hidden=(4,))
    return Sweep("ann.iris", base, (Axis("epochs", epochs),), 1)


def test_a_cluster_without_workers_is_waited_for_and_then_said(scheduler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOST_SECONDS", 1.0)
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(module, "TICK_SECONDS", 0.05)
    wanted = sweep(1, 2)
    found = execute(wanted, tuple(wanted.cells()), sessions.data_store(), Backend("dask", scheduler.scheduler_address))
    seen = []
    with closing(found), pytest.raises(RunError, match=r"no worker for 1 s; 2 runs are not done\. Start workers"):
        seen.extend(found)
    # In between it says that it waits, which is when it can be stopped.
    assert len(seen) > 2
    assert all(isinstance(each, Trained) and each.count == 0 for each in seen)


def test_a_sweep_that_waits_can_be_stopped(scheduler: Any) -> None:
    wanted = sweep(1, 2)
    found = execute(wanted, tuple(wanted.cells()), sessions.data_store(), Backend("dask", scheduler.scheduler_address))
    assert isinstance(next(found), Trained)
    began = time.monotonic()
    found.close()
    assert time.monotonic() - began < 20


def test_a_scheduler_that_ends_is_said(scheduler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(module, "ANSWER_SECONDS", 2.0)
    wanted = sweep(1, 2)
    found = execute(wanted, tuple(wanted.cells()), sessions.data_store(), Backend("dask", scheduler.scheduler_address))
    next(found)
    scheduler.close()
    with closing(found), pytest.raises(RunError, match=r"no longer answers|has had no worker"):
        list(found)


def test_workers_that_come_later_are_asked_too_and_work(scheduler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.1)
    wanted = sweep(1, 2)
    found = execute(wanted, tuple(wanted.cells()), sessions.data_store(), Backend("dask", scheduler.scheduler_address))
    next(found)
    scheduler.scale(1)
    done = [each for each in found if isinstance(each, Outcome)]
    assert sorted(each.cell.params.epochs for each in done) == [1, 2]
    assert all(each.error is None and "loss" in each.metrics for each in done)
    with connected(scheduler.scheduler_address) as asked:
        assert asked.look() == 1
        assert len(asked._known) == 1


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT_SECONDS", 1)
    with (
        pytest.raises(RunError, match="There is no Dask scheduler at tcp"),
        connected("tcp://127.0.0.1:1"),
    ):
        pass


# On real processes, as on several computers.

BARE = """
import sys
from importlib import metadata
from pathlib import Path
sys.path = [place for place in sys.path if not (Path(place or ".") / "lab").is_dir()]
# A project that is installed to be edited is found by a finder of its own.
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in getattr(finder, "__module__", "")]
from distributed.cli.dask_scheduler import main
if __name__ == "__main__":
    main()
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until_it_listens(port: int) -> None:
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("no scheduler came")


@pytest.mark.long
def test_a_scheduler_without_the_project_is_told_at_once(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "bare.py").write_text(BARE)
    bare = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "bare.py", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    with subprocess.Popen(command, cwd=tmp_path, env=bare, stderr=subprocess.DEVNULL) as scheduler:
        try:
            until_it_listens(port)
            done = subprocess.run(
                [
                    sys.executable, "main.py", "sweep", "ann.multilayer", "--over", "epochs=100,200",
                    "--backend", "dask", "--scheduler", f"tcp://127.0.0.1:{port}", "--out", str(tmp_path / "run"),
                ],
                cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300,
            )  # fmt: skip
        finally:
            scheduler.kill()
    assert done.returncode == 2
    assert f"The scheduler tcp://127.0.0.1:{port} lacks Descent." in done.stderr
    assert 'python -m pip install ".[cluster]"' in done.stderr


def commands() -> dict[str, list[str]]:
    """Return the commands that README has for three computers, by the line that says where they are typed."""
    block = next(
        found
        for found in re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
        if "dask" in found
    )
    found: dict[str, list[str]] = {}
    for line in block.splitlines():
        if line.startswith("# "):
            place = found.setdefault(line[2:], [])
        elif line:
            place.append(line)
    return found


@pytest.mark.long
def test_the_commands_of_the_readme(tmp_path: Path) -> None:
    each, first, others, last = commands().values()
    # Installed without a network: into a folder, with the libraries that are here.
    assert each[0] == "python3 -m venv .venv"
    assert each[1] == '.venv/bin/python -m pip install ".[cluster]"'
    source, site = tmp_path / "source", tmp_path / "site"
    for name in ("lab", "app", "resources"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "main.py"):
        shutil.copy(ROOT / name, source / name)
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--no-build-isolation", "--quiet"]
    subprocess.run([*install, "--target", str(site), ".[cluster]"], cwd=source, check=True)
    shutil.rmtree(source / "build", ignore_errors=True)
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(site), "DESCENT_HOME": str(tmp_path / "home")}

    def typed(line: str) -> list[str]:
        words = shlex.split(line.replace("192.168.0.7", "127.0.0.1").replace("8786", str(port)))
        # Scripts are not there in every environment of the tests; their modules are.
        program = [sys.executable, *(["-m", "dask"] if Path(words[0]).name == "dask" else [])]
        # On one computer, a port of its own for each is what the extra words are for.
        return [*program, *words[1:], *(["--no-dashboard"] if words[1] in ("scheduler", "worker") else [])]

    running = []
    try:
        running.append(subprocess.Popen(typed(first[0]), cwd=source, env=environment, stderr=subprocess.DEVNULL))
        until_it_listens(port)
        for _ in range(2):
            line = others[0].replace("--nworkers auto", "--nworkers 1")
            running.append(subprocess.Popen(typed(line), cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL))
        done = subprocess.run(
            [*typed(last[0]), "--json"], cwd=source, env=environment, capture_output=True, text=True, timeout=300
        )
    finally:
        for one in running:
            one.send_signal(signal.SIGTERM)
        for one in running:
            one.wait(60)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 3
    assert (rows[-1]["models"], rows[-1]["failed"]) == (2, 0)
