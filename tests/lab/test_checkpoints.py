"""Several states of a run are kept; from each of them another run can go on."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lab.core.catalogue import experiment
from lab.core.events import Event, Progress, Remark
from lab.core.experiment import State
from lab.core.params import ParamError, Params
from lab.core.text import RunError
from lab.nets.weight_files import read_weights
from lab.running import checkpoints, sessions, writer
from lab.running.checkpoints import Checkpoints, thinned
from lab.running.run_info import Parent
from lab.running.runs import Run
from tests.networks import told

AT = (20, 40)
END = 68


def online(steps: list[int]) -> list[int]:
    """Return what is kept of steps that come one after another."""
    kept: list[int] = []
    for step in steps:
        kept = thinned([*kept, step])
    return kept


def uneven(count: int, seed: int) -> list[int]:
    """Return steps as they come when the time of a step varies."""
    chosen = random.Random(seed)
    steps = [chosen.randint(0, 50)]
    for _ in range(count - 1):
        steps.append(steps[-1] + chosen.choice((1, 3, 40, 41, 300)))
    return steps


@pytest.mark.parametrize("steps", [list(range(1, 2001)), list(range(7, 90_000, 45)), uneven(2000, 1), uneven(2000, 2)])
def test_of_many_states_few_are_kept_and_of_old_ones_fewer(steps: list[int]) -> None:
    kept = online(steps)
    assert kept == thinned(steps), "what was let go of was needed later"
    assert kept[0] == steps[0]
    assert kept[-2:] == steps[-2:]
    assert len(kept) <= 2 * math.log2(len(steps))
    for step in steps:
        before = max(other for other in kept if other <= step)
        assert step - before <= 2 * (steps[-1] - step) + 300


def test_a_few_states_are_all_kept() -> None:
    assert online([5]) == [5]
    assert online([5, 9]) == [5, 9]
    assert online([0, 20, 40]) == [0, 20, 40]


def state(step: int, size: int = 1000) -> State:
    return State({"w": np.full(size, step, np.uint8)}, {"steps_done": step})


def test_what_is_kept_is_bounded_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MOST_BYTES", 6000)
    kept = Checkpoints(tmp_path)
    for step in range(1, 200):
        kept.write(state(step))
        assert sum(path.stat().st_size for path in kept.folder.iterdir()) <= 6000
    assert kept.steps()[0] == 1
    assert kept.steps()[-2:] == [198, 199]
    kept.write(state(200, 10_000))
    assert kept.steps() == [200]
    assert kept.read(200).tensors["w"][0] == 200
    kept.write(state(201, 10_000))
    assert kept.steps() == [201]


def tiny(**values: object) -> Params:
    small = {"channels": (2,), "batch_size": 512, "epochs": 4, "batch_norm": True, "dropout": 0.3}
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


@pytest.fixture(scope="module", autouse=True)
def _only_when_stopped() -> Iterator[None]:
    """Save where the tests say, however slow the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "SHORTEST_SECONDS", 1e9)
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, _only_when_stopped: None) -> Path:
    """The folder of a run that was stopped twice, and is finished."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    go(sessions.start("cnn.mnist", tiny(), 1, folder), AT[0])
    go(sessions.resume(folder), AT[1])
    seen = go(sessions.resume(folder))
    assert [event.step for event in seen if isinstance(event, Progress)][-1] == END
    assert Run(folder).checkpoints() == [*AT, END]
    return folder


def stopped(folder: Path) -> Run:
    """Make a run that was stopped twice."""
    go(sessions.start("cnn.mnist", tiny(), 1, folder), AT[0])
    go(sessions.resume(folder), AT[1])
    return Run(folder)


def damage(run: Run, step: int) -> bytes:
    path = run.folder / "checkpoints" / f"{step}.safetensors"
    changed = bytearray(path.read_bytes())
    changed[-1] ^= 1
    path.write_bytes(changed)
    return bytes(changed)


def same(first: Path, second: Path) -> bool:
    expected, found = (read_weights(folder / "model.safetensors")[0] for folder in (first, second))
    return expected.keys() == found.keys() and all(np.array_equal(expected[n], found[n]) for n in expected)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_damaged_state_makes_place_for_the_one_before_it(tmp_path: Path, whole: Path) -> None:
    run = stopped(tmp_path / "run")
    before = max(step for step in run.checkpoints() if step < AT[1])
    changed = damage(run, AT[1])
    session = sessions.resume(run.folder)
    assert [event.step for event in session.history if event.name == "batch"] == list(range(1, before + 1))
    seen = go(session)
    [remark] = [event for event in seen if isinstance(event, Remark)]
    assert remark.level == "warning"
    assert f"from step {before}; {AT[1] - before} steps" in str(remark.message)
    assert same(run.folder, whole)
    assert run.history(END) == Run(whole).history(END)
    assert (run.folder / "checkpoints" / f"{AT[1]}.damaged").read_bytes() == changed


def test_when_all_states_are_damaged_that_is_said_and_all_is_left(tmp_path: Path) -> None:
    run = stopped(tmp_path / "run")
    for step in run.checkpoints():
        damage(run, step)
    left = files(run.folder)
    with pytest.raises(RunError, match=rf"{AT[1]}\.safetensors was changed"):
        sessions.resume(run.folder)
    assert files(run.folder) == left
    assert not run.in_use()


def test_a_run_closed_before_the_remark_is_passed_on_is_given_free(tmp_path: Path) -> None:
    run = stopped(tmp_path / "run")
    damage(run, AT[1])
    session = sessions.resume(run.folder)
    assert isinstance(next(session.events), Remark)
    session.close()
    assert not run.in_use()
    assert run.info().status == "stopped"


def single(run: Run) -> None:
    """Let the newest state of a run lie where earlier versions kept it."""
    folder = run.folder / "checkpoints"
    (folder / f"{AT[1]}.safetensors").rename(run.folder / "checkpoint.safetensors")
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def test_a_run_of_an_earlier_version_goes_on(tmp_path: Path, whole: Path) -> None:
    run = stopped(tmp_path / "run")
    single(run)
    assert run.begun
    assert run.checkpoints() == [AT[1]]
    assert run.checkpoint().step == AT[1]
    forked = sessions.fork(run.folder, AT[1], {}, tmp_path / "forked")
    go(forked)
    assert same(tmp_path / "forked", whole)
    go(sessions.resume(run.folder))
    assert same(run.folder, whole)
    assert not (run.folder / "checkpoint.safetensors").exists()
    assert set(run.checkpoints()) >= {AT[1], END}


def test_the_damaged_state_of_an_earlier_version_is_refused_and_left(tmp_path: Path) -> None:
    run = stopped(tmp_path / "run")
    single(run)
    path = run.folder / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    left = files(run.folder)
    with pytest.raises(RunError, match="cut short"):
        sessions.resume(run.folder)
    assert files(run.folder) == left


def test_what_a_kill_left_half_written_is_removed(tmp_path: Path) -> None:
    run = stopped(tmp_path / "run")
    for name in (".run.json.abcd.part", "checkpoints/.41.safetensors.abcd.part"):
        (run.folder / name).write_bytes(b"half")
    assert run.checkpoints()[-1] == AT[1]
    sessions.resume(run.folder).close()
    assert not list(run.folder.rglob("*.part"))


@pytest.mark.parametrize("at", AT)
def test_a_fork_without_changes_ends_like_its_parent(tmp_path: Path, whole: Path, at: int) -> None:
    left = files(whole)
    session = sessions.fork(whole, at, {}, tmp_path / "forked")
    assert [event.step for event in session.history if event.name == "batch"] == list(range(1, at + 1))
    go(session)
    forked = Run(tmp_path / "forked")
    assert same(forked.folder, whole)
    assert forked.history(END) == Run(whole).history(END)
    assert forked.result()["metrics"] == Run(whole).result()["metrics"]
    assert forked.info().parent == Parent("whole", at)
    assert Run(whole).info().parent is None
    assert files(whole) == left


def test_a_fork_with_another_rate_goes_another_way(tmp_path: Path, whole: Path) -> None:
    left = files(whole)
    rate = tiny().learning_rate / 2
    go(sessions.fork(whole, AT[0], {"learning_rate": rate}, tmp_path / "forked"))
    forked = Run(tmp_path / "forked")
    assert forked.info().params == {**Run(whole).info().params, "learning_rate": rate}
    assert not same(forked.folder, whole)
    assert forked.history(AT[0]) == Run(whole).history(AT[0])
    assert forked.history(AT[0] + 3) != Run(whole).history(AT[0] + 3)
    assert files(whole) == left


def test_a_fork_that_is_closed_at_once_can_be_continued(tmp_path: Path, whole: Path) -> None:
    sessions.fork(whole, AT[1], {}, tmp_path / "forked").close()
    go(sessions.resume(tmp_path / "forked"))
    assert same(tmp_path / "forked", whole)
    assert Run(tmp_path / "forked").info().parent == Parent("whole", AT[1])


def test_a_fork_has_a_name_of_its_own_among_the_runs(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESCENT_HOME", str(tmp_path))
    session = sessions.fork(whole, AT[1], {"epochs": 6})
    session.close()
    [(run, info)] = sessions.run_store().all()
    assert run.folder == session.run.folder
    assert info.parent == Parent("whole", AT[1])
    assert info.params["epochs"] == 6


def test_what_cannot_be_forked_is_said_before_anything_is_written(tmp_path: Path, whole: Path) -> None:
    with pytest.raises(RunError, match=r"keeps no state of step 21; choose from .*20, .*40"):
        sessions.fork(whole, 21, {}, tmp_path / "forked")
    with pytest.raises(ParamError, match="is not a parameter"):
        sessions.fork(whole, AT[0], {"wheels": 3}, tmp_path / "forked")
    with pytest.raises(RunError, match="is not empty"):
        sessions.fork(whole, AT[0], {}, whole)
    assert not (tmp_path / "forked").exists()


def test_a_state_that_does_not_fit_the_changes_is_said(tmp_path: Path, whole: Path) -> None:
    session = sessions.fork(whole, AT[0], told({"channels": (3,)}), tmp_path / "forked")
    with pytest.raises(RunError, match=r"another network|does not fit"):
        go(session)
    assert not session.run.in_use()


def test_a_parent_that_is_no_parent_is_a_damaged_run(tmp_path: Path) -> None:
    run = Run.create(tmp_path / "run", "cnn.mnist", {}, "cpu", 1)
    raw = json.loads((run.folder / "run.json").read_text())
    del raw["checksum"]
    for parent in ("whole", 3, {"run": "whole"}):
        (run.folder / "run.json").write_text(json.dumps({**raw, "parent": parent}))
        with pytest.raises(RunError, match="damaged"):
            run.info()
