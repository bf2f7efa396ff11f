"""Kept runs: what is on the disk at any moment is enough to go on, and what is damaged is said."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.core.catalogue import experiment
from lab.core.events import Event, Metrics, Progress, Remark, Scalars, Weights
from lab.core.experiment import Context
from lab.core.params import Params
from lab.core.text import RunError
from lab.nets.weight_files import read_weights
from lab.running import sessions
from lab.running.classifier import load_model
from lab.running.runs import MODEL, Run, RunStore
from tests.lab.counting import Counting, events
from tests.networks import told


@pytest.fixture
def run(tmp_path: Path) -> Run:
    made = Run.create(tmp_path / "run", "test.counting", {"seed": 3}, "cpu", 1)
    made.acquire()
    return made


def test_a_finished_run_holds_everything(run: Run) -> None:
    seen = list(events(run))
    assert isinstance(seen[-1], Metrics)
    assert run.info().status == "finished"
    outcome = json.loads((run.folder / "result.json").read_text())
    assert outcome["metrics"] == {"count": 10.0}
    assert outcome["seed"] == 3
    assert [event.step for event in run.history(100)] == list(range(1, 11))
    raw = json.loads((run.folder / "run.json").read_text())
    assert {"python", "torch", "numpy", "system"} <= raw["versions"].keys()
    assert not run.held


class CountingInParts(Counting):
    """Shows all its weights once, and later only those of a layer."""

    def run(self, params: Params, context: Context) -> Generator[Event, None, None]:
        whole = {"a.weight": np.ones((2, 3)), "b.weight": np.zeros(4)}
        yield Weights("network", whole, {}, (), 1)
        yield Weights("network", {"a.weight": np.ones((2, 3))}, {}, (), 2, available=("a", "b"))
        yield Weights("network", {"a.weight": np.ones((1, 3))}, {}, (), 2, whole={"a.weight": (2, 3)})
        yield from super().run(params, context)


def test_a_layer_that_somebody_looked_at_is_no_model(run: Run) -> None:
    list(events(run, CountingInParts()))
    arrays, _ = read_weights(run.folder / MODEL)
    assert {name: array.shape for name, array in arrays.items()} == {"a.weight": (2, 3), "b.weight": (4,)}


def test_closed_between_steps_the_run_is_stopped_and_saved(run: Run) -> None:
    running = events(run, seconds=1e9)
    for event in running:
        if isinstance(event, Progress) and event.step == 4:
            break
    running.close()
    assert run.info().status == "stopped"
    assert run.checkpoint().step == 4
    assert not run.in_use()


def test_closed_within_a_step_the_last_whole_state_stays(run: Run) -> None:
    running = events(run)
    for event in running:
        if isinstance(event, Scalars) and event.step == 5:
            break
    running.close()
    assert run.checkpoint().step == 4


def test_history_ends_where_the_state_is_and_passes_over_a_torn_line(run: Run) -> None:
    list(events(run))
    path = run.folder / "events.jsonl"
    path.write_text(path.read_text() + '["batch", 11, {"lo')
    assert [event.step for event in run.history(7)] == list(range(1, 8))


def test_a_full_disk_is_said_once_and_the_run_goes_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    running = events(run)
    seen: list[Event] = []
    for event in running:
        seen.append(event)
        if isinstance(event, Progress) and event.step == 3:
            break
    seen.append(next(running))
    path = run.folder / "checkpoints" / "3.safetensors"
    before = path.read_bytes()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    seen.extend(running)
    remarks = [event for event in seen if isinstance(event, Remark)]
    assert len(remarks) == 1
    assert "No space left on device" in str(remarks[0].message)
    assert isinstance(seen[-1], Metrics | Remark)
    assert path.read_bytes() == before
    assert run.checkpoint().step == 3
    assert {entry.name for entry in run.folder.iterdir()} == {".lock", "checkpoints", "events.jsonl", "run.json"}
    assert not run.held


def test_a_failing_experiment_is_noted_and_its_last_state_stays(run: Run) -> None:
    class Failing(Counting):
        def run(self, params: Params, context: Context) -> Generator[Event, None, None]:
            for event in super().run(params, context):
                if isinstance(event, Scalars) and event.step == 6:
                    raise RuntimeError("out of memory")
                yield event

    with pytest.raises(RuntimeError):
        list(events(run, Failing()))
    assert run.info().status == "failed"
    assert run.checkpoint().step == 5
    assert not run.held


def test_a_folder_with_something_in_it_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="is not empty"):
        Run.create(tmp_path, "cnn.mnist", {}, "cpu", 1)
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.txt"]


def test_a_run_is_held_by_one_at_a_time(run: Run) -> None:
    other = Run(run.folder)
    assert other.in_use()
    with pytest.raises(RunError, match="going on"):
        other.acquire()
    run.release()
    assert not other.in_use()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"experiment": 1}', "\x00\x00"])
def test_a_damaged_run_is_said_and_left(run: Run, damage: str) -> None:
    (run.folder / "run.json").write_text(damage)
    with pytest.raises(RunError, match="damaged"):
        Run(run.folder).info()
    assert (run.folder / "run.json").read_text() == damage
    assert RunStore(run.folder.parent).all() == []


def test_only_the_newest_run_is_offered_and_only_if_it_did_not_end(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs")
    assert store.unfinished({"test.counting"}) is None
    stopped = Run.create(store.folder / "20260101-000000-a", "test.counting", {}, "cpu", 1)
    stopped.acquire()
    running = events(stopped)
    next(running), next(running), next(running)
    running.close()
    found = store.unfinished({"test.counting"})
    assert found is not None
    assert found[0].folder == stopped.folder
    assert store.unfinished({"another"}) is None
    finished = Run.create(store.folder / "20260102-000000-b", "test.counting", {}, "cpu", 1)
    finished.acquire()
    list(events(finished))
    assert store.unfinished({"test.counting"}) is None


def tiny(**values: object) -> Params:
    small = {"channels": (2,), "batch_size": 512, "epochs": 2, "batch_norm": True, "dropout": 0.3}
    return experiment("cnn.mnist").params(**told({**small, **values}))


def finish(session: sessions.Session) -> list[Event]:
    return list(session.events)


def model(run: Run) -> dict[str, Any]:
    return read_weights(run.folder / "model.safetensors")[0]


def test_a_stopped_run_continues_to_the_same_weights(tmp_path: Path) -> None:
    whole = sessions.start("cnn.mnist", tiny(), 1, tmp_path / "whole")
    finish(whole)
    part = sessions.start("cnn.mnist", tiny(), 1, tmp_path / "part")
    for event in part.events:
        if isinstance(event, Progress) and event.step == 21:
            break
    part.close()
    more = sessions.resume(tmp_path / "part")
    assert [event.step for event in more.history if event.name == "batch"] == list(range(1, 22))
    finish(more)
    expected, found = model(whole.run), model(more.run)
    assert expected.keys() == found.keys()
    assert all(np.array_equal(expected[name], found[name]) for name in expected)
    results = [json.loads((tmp_path / name / "result.json").read_text())["metrics"] for name in ("whole", "part")]
    assert results[0] == results[1]
    histories = [Run(tmp_path / name).history(10**9) for name in ("whole", "part")]
    assert histories[0] == histories[1]


def test_a_run_that_never_began_is_given_free(tmp_path: Path) -> None:
    session = sessions.start("cnn.mnist", tiny(), 1, tmp_path / "run")
    session.close()
    assert session.run.info().status == "stopped"
    assert not session.run.in_use()


def test_a_tampered_checkpoint_is_refused_and_left(tmp_path: Path) -> None:
    session = sessions.start("cnn.mnist", tiny(), 1, tmp_path / "run")
    for event in session.events:
        if isinstance(event, Progress):
            break
    session.close()
    [path] = (tmp_path / "run" / "checkpoints").iterdir()
    changed = bytearray(path.read_bytes())
    changed[-1] ^= 1
    path.write_bytes(bytes(changed))
    with pytest.raises(RunError, match="was changed"):
        sessions.resume(tmp_path / "run")
    assert path.read_bytes() == bytes(changed)
    assert not Run(tmp_path / "run").in_use()


def test_a_finished_run_has_nothing_to_continue(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    list(events(run))
    monkeypatch.setattr("lab.core.catalogue.identifiers", lambda: ("test.counting",))
    monkeypatch.setattr("lab.core.catalogue.load", lambda _identifier: Counting)
    with pytest.raises(RunError, match="is finished"):
        sessions.resume(run.folder)


def test_missing_data_are_noticed_before_anything_is_written(tmp_path: Path) -> None:
    from lab.core.text import DataError

    with pytest.raises(DataError, match="data import"):
        sessions.start("cnn.mnist", tiny(dataset="mnist"), 1, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("written", [99, True, "1", None, 0])
def test_a_run_of_a_newer_version_is_left_alone(run: Run, written: Any) -> None:
    list(events(run))
    path = run.folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": written}))
    before = {kept.name: kept.read_bytes() for kept in run.folder.rglob("*") if kept.is_file()}
    words = "written by a newer Descent, in format 99; this one reads up to 1" if written == 99 else "is damaged"
    for refused in (run.info, lambda: sessions.resume(run.folder), lambda: load_model(str(run.folder))):
        with pytest.raises(RunError, match=words):
            refused()
    assert {kept.name: kept.read_bytes() for kept in run.folder.rglob("*") if kept.is_file()} == before
