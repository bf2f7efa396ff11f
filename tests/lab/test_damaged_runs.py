"""Whatever stands in the folder of a run: it is said in a sentence, kept as it is, and harms nothing else."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.core.catalogue import experiment
from lab.core.events import Array, Event, Progress, Remark
from lab.core.experiment import State
from lab.core.params import Params
from lab.core.text import LabError, RunError
from lab.nets.weight_files import read_weights, write_weights
from lab.running import runs, sessions
from lab.running.classifier import Recogniser, load_model
from lab.running.run_info import INFO, RunInfo
from lab.running.runs import MODEL, Run, RunStore
from lab.running.sharing import SharingError, decode, encode
from tests.lab.test_reading import DAMAGE
from tests.networks import told

LAST = 9


def tiny(**values: object) -> Params:
    small = {"channels": (2,), "batch_size": 1024, "epochs": 1, "batch_norm": True}
    return experiment("cnn.mnist").params(**told({**small, **values}))


def go(session: sessions.Session, step: int | None = None) -> list[Event]:
    """Drive a session to a step, and stop it there, or to its end."""
    seen = []
    for event in session.events:
        seen.append(event)
        if isinstance(event, Progress) and event.step == step:
            break
    session.close()
    return seen


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The files of a run that was stopped after four of nine steps."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    go(sessions.start("cnn.mnist", tiny(), 1, folder), 4)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def run(stopped: Mapping[str, bytes], tmp_path: Path) -> Run:
    folder = tmp_path / "run"
    for name, content in stopped.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return Run(folder)


def edit(run: Run, checksum: bool = False, **changes: Any) -> None:
    """Change `run.json` as one would by hand."""
    raw = json.loads((run.folder / INFO).read_text()) | changes
    if not checksum:
        del raw["checksum"]
    (run.folder / INFO).write_text(json.dumps(raw))


def rewritten(path: Path, arrays: Mapping[str, Array], about: Mapping[str, Any]) -> None:
    """Write other contents with a checksum that fits."""
    path.unlink()
    write_weights(path, arrays, about)


def saved(run: Run) -> Path:
    return max((run.folder / "checkpoints").glob("*.safetensors"), key=lambda path: int(path.stem))


def remarks(events: list[Event]) -> str:
    return "\n".join(str(event.message) for event in events if isinstance(event, Remark))


@pytest.mark.parametrize("text", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_of_one_run_hides_no_other(text: str, tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs")
    whole = store.create("cnn.mnist", tiny().to_json(), "cpu", 1)
    bad = store.create("cnn.mnist", tiny().to_json(), "cpu", 1)
    (bad.folder / INFO).write_text(text)
    (whole.folder / "result.json").write_text(text)
    assert [run.folder for run, _info in store.newest()] == [whole.folder]
    found = dict((run.folder, info) for run, info in store.found())
    assert isinstance(found[bad.folder], LabError)
    assert str(bad.folder / INFO) in str(found[bad.folder])
    assert whole.result() is None
    assert (bad.folder / INFO).read_text() == text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_where_a_file_is_expected_is_not_waited_for(run: Run) -> None:
    for name in (INFO, "result.json", "events.jsonl", MODEL, "checkpoints/4.safetensors"):
        (run.folder / name).unlink(missing_ok=True)
        os.mkfifo(run.folder / name)
    with pytest.raises(RunError, match="pipe"):
        run.info()
    assert run.result() is None
    assert run.history(LAST) == []
    with pytest.raises(RunError, match="cut short or is not one"):
        run.checkpoint(4)
    with pytest.raises(RunError, match="cut short or is not one"):
        read_weights(run.folder / MODEL)


@pytest.mark.parametrize("threads", [0, -3, 1e30, 10**9, 1.5, True, None, "2", [1]])
def test_no_number_of_threads_reaches_torch_unchecked(run: Run, threads: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.set_num_threads", lambda count: pytest.fail(f"{count} threads"))
    edit(run, threads=threads)
    with pytest.raises(RunError, match=r"run\.json is damaged"):
        sessions.resume(run.folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"seconds": -1.0},
        {"seconds": "3"},
        {"seconds": True},
        {"status": "fine"},
        {"status": 3},
        {"params": []},
        {"experiment": ["cnn.mnist"]},
        {"experiment": "x" * 100_000},
        {"created": None},
        {"device": {}},
        {"parent": {"run": "a", "step": 1.5}},
        {"parent": {"run": "a", "step": -1}},
    ],
)
def test_values_of_another_kind_are_damage(run: Run, changes: dict[str, Any]) -> None:
    edit(run, **changes)
    with pytest.raises(RunError, match=r"run\.json is damaged"):
        run.info()


def test_no_time_that_is_no_number(run: Run) -> None:
    path = run.folder / INFO
    text = path.read_text()
    path.write_text(text[: text.index('"seconds": ')] + '"seconds": NaN}')
    with pytest.raises(RunError, match="not finite"):
        run.info()


def test_a_parameter_that_was_changed_by_hand_is_noticed(run: Run) -> None:
    raw = json.loads((run.folder / INFO).read_text())
    edit(run, checksum=True, params=raw["params"] | {"batch_size": 512})
    for use in (run.info, lambda: sessions.resume(run.folder), lambda: load_model(str(run.folder))):
        with pytest.raises(RunError, match="was changed after it was written"):
            use()
    # Written otherwise, it says the same.
    edit(run, checksum=True, params=dict(reversed(raw["params"].items())))
    assert run.info().params["batch_size"] == 1024


def test_a_run_of_before_there_was_a_checksum_goes_on(run: Run) -> None:
    edit(run)
    assert [event.step for event in go(sessions.resume(run.folder)) if isinstance(event, Progress)][-1] == LAST


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_history_loses_what_is_damaged_and_the_run_goes_on(run: Run, seed: int) -> None:
    path = run.folder / "events.jsonl"
    whole = run.history(LAST)
    chance = random.Random(seed)
    raw = bytearray(path.read_bytes())
    for _ in range(3):
        raw[chance.randrange(len(raw))] = chance.randrange(128, 256)
    path.write_bytes(raw)
    session = sessions.resume(run.folder)
    assert len(session.history) < len(whole)
    assert all(event in whole for event in session.history)
    seen = go(session)
    assert f"of this run was damaged, and was put aside. Of its curves {len(whole) - len(session.history)}" in remarks(
        seen
    )
    assert path.with_suffix(".damaged").read_bytes() == raw
    assert [event.step for event in seen if isinstance(event, Progress)] == list(range(4, LAST + 1))
    assert run.info().status == "finished"


@pytest.mark.parametrize(
    "line",
    [
        '["batch",1,null]',
        '["batch",1,{"a":null}]',
        '["batch",1e400,{}]',
        '["batch","1",{}]',
        '["batch",-1,{}]',
        "[" * 5000,
        '[1,1,{"a":1}]',
        "3",
        '["batch",true,{"a":1}]',
        '["\\ud800",1,{"a":1}]',
        f'["batch",1,{{"a":{"1" * 2_000_000}}}]',
    ],
)
def test_no_line_of_a_history_is_more_than_lost(run: Run, line: str) -> None:
    path, whole = run.folder / "events.jsonl", run.history(LAST)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], line, *lines[2:]]) + "\n")
    kept, said = run.read_history(LAST)
    assert kept == whole
    assert said is not None
    assert "1 lines" in str(said)


def test_what_was_infinite_is_no_damage(run: Run) -> None:
    path = run.folder / "events.jsonl"
    path.write_text('["epoch", 1, {"test_loss": Infinity}]\n["epoch", 2, {"test_loss": NaN}]\n["epoch", 3, {"te')
    kept, said = run.read_history(LAST)
    assert [event.step for event in kept] == [1, 2]
    assert said is None


def test_a_state_without_its_step_makes_place_for_the_one_before(run: Run) -> None:
    path = saved(run)
    arrays, about = read_weights(path)
    for counters in ({}, {"steps_done": "4"}, {"steps_done": -1}, {"steps_done": 10**30}, {"steps_done": 3}, [1]):
        rewritten(path, arrays, counters)
        with pytest.raises(RunError, match="is not one of Descent"):
            run.checkpoint(4)
    write_weights(path.with_name("2.safetensors"), arrays, about | {"steps_done": 2})
    state, lost = run.reopen()
    assert state is not None
    assert (state.step, lost) == (2, 2)


def deep(depth: int) -> Any:
    found: Any = 1
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize("depth", [40, 900])
def test_a_description_that_is_nested_without_end_is_refused(run: Run, depth: int) -> None:
    path = saved(run)
    arrays, about = read_weights(path)
    rewritten(path, arrays, about | {"deep": deep(depth)})
    with pytest.raises(RunError, match="is not one of Descent"):
        read_weights(path)


@pytest.mark.parametrize("name", ["model.conv1.weight", "order", "random.order", "model.batch_norm1.running_mean"])
def test_numbers_of_another_kind_are_not_taken_for_weights(run: Run, name: str) -> None:
    path = saved(run)
    arrays, about = read_weights(path)
    assert name in arrays, sorted(arrays)
    rewritten(path, {**arrays, name: arrays[name].astype(np.int8)}, about)
    session = sessions.resume(run.folder)
    with pytest.raises(RunError, match="has numbers of the kind"):
        go(session)
    assert not run.in_use()
    assert run.info().unfinished


@pytest.mark.parametrize(
    "counters", [{"seen": None}, {"sums": [1]}, {"sums": {"loss": "x"}}, {"steps_done": 4, "seen": {}}]
)
def test_counters_of_another_kind_are_said(run: Run, counters: dict[str, Any]) -> None:
    path = saved(run)
    arrays, about = read_weights(path)
    rewritten(path, arrays, about | counters)
    with pytest.raises(RunError, match="does not fit its experiment"):
        go(sessions.resume(run.folder))


def test_a_step_behind_the_end_is_said(run: Run) -> None:
    path = saved(run)
    arrays, about = read_weights(path)
    path.unlink()
    write_weights(path.with_name("400.safetensors"), arrays, about | {"steps_done": 400})
    with pytest.raises(RunError, match="at step 400 of 9"):
        go(sessions.resume(run.folder))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, "int8"])
def test_a_model_of_other_numbers_is_refused(run: Run, wrong: Any) -> None:
    go(sessions.resume(run.folder))
    path = run.folder / MODEL
    arrays, about = read_weights(path)
    name = "conv1.weight"
    changed = arrays[name].astype(np.int8) if wrong == "int8" else np.full_like(arrays[name], wrong)
    rewritten(path, {**arrays, name: changed}, about)
    with pytest.raises(RunError, match="no finite numbers of the kind"):
        Recogniser(load_model(str(run.folder)))


@pytest.mark.parametrize("seed", range(60))
def test_a_run_file_with_a_few_other_bytes_is_read_or_refused(run: Run, seed: int) -> None:
    chance, path = random.Random(seed), run.folder / INFO
    raw = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 2, 20))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    path.write_bytes(raw)
    found = [info for _run, info in RunStore(run.folder.parent).found()]
    assert len(found) == 1
    assert isinstance(found[0], RunInfo | LabError)


def test_names_are_the_order_of_the_runs_though_the_clock_goes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    now = datetime(2026, 10, 25, 2, 59, tzinfo=UTC)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return now.astimezone(tz)

    monkeypatch.setattr(runs, "datetime", Clock)
    made = []
    for hours in (0, -1, -30, 0, 1):
        now += timedelta(hours=hours)
        made.append(store.create("cnn.mnist", tiny().to_json(), "cpu", 1))
        made[-1].save(State({"order": np.arange(3)}, {"steps_done": 3}), [])
        found = store.unfinished(("cnn.mnist",))
        assert found is not None
        assert found[0].folder == made[-1].folder
    # What somebody else named is no reason to fail.
    for name in ("99999999-999999-999999-x", "99991231-235959-999999-x"):
        (tmp_path / name).mkdir()
        assert store.create("cnn.mnist", {}, "cpu", 1).folder.parent == tmp_path


def test_half_a_letter_in_a_pasted_text_is_said() -> None:
    text = encode("maths.softmax", experiment("maths.softmax").params(), None)
    for place in (0, len(text) // 2, len(text) - 20, len(text) - 3):
        with pytest.raises(SharingError):
            decode(f"{text[:place]}\ud800{text[place + 1 :]}")


def test_a_text_says_which_files_it_would_read() -> None:
    page = experiment("convolution.kernels").params
    assert page(picture="own", path="/etc/passwd").files() == ("/etc/passwd",)
    assert page(path="/etc/passwd").files() == ()
    sweep = experiment("sweeps.grid").params(
        experiment="ann.playground", over="learning_rate=0.1,0.2", settings="--file=/etc/passwd"
    )
    assert sweep.files() == ("/etc/passwd",)
