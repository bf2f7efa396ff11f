"""A run belongs to its data: where they were replaced, that is said before it goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from lab.core.events import Progress
from lab.core.text import RunError
from lab.data.base import ImageSet, read_only
from lab.running import sessions
from lab.running.runs import Run
from lab.terminal.cli import cli
from tests.lab.test_damaged_runs import go, tiny


def images(seed: int, count: int = 400) -> ImageSet:
    chance = np.random.default_rng(seed)
    return read_only(chance.integers(0, 256, (count, 28, 28), dtype=np.uint8), np.arange(count) % 10)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a run on a data set of the user's, stopped after two of four steps."""
    monkeypatch.setattr("lab.data.store.check_counts", lambda *_arguments: None)
    sessions.data_store().save("mnist", images(1), images(2), verified=False)
    folder = tmp_path / "run"
    go(sessions.start("cnn.mnist", tiny(dataset="mnist", batch_size=100), 1, folder), 2)
    return folder


def test_data_of_the_same_size_that_are_others_are_noticed(folder: Path) -> None:
    sessions.data_store().save("mnist", images(3), images(2), verified=False)
    before = (folder / "run.json").read_bytes()
    with pytest.raises(RunError, match=r"are others than it began with: mnist\..*--changed-data"):
        sessions.resume(folder)
    assert (folder / "run.json").read_bytes() == before
    assert not Run(folder).in_use()
    refused = CliRunner().invoke(cli, ["resume", str(folder)])
    assert (refused.exit_code, "are others" in refused.stderr) == (2, True)
    # Told so, it goes on, and need not be told again.
    assert [event.step for event in go(sessions.resume(folder, changed_data=True), 3) if isinstance(event, Progress)]
    assert CliRunner().invoke(cli, ["resume", str(folder)]).exit_code == 0


def test_the_same_examples_packed_otherwise_are_the_same(folder: Path) -> None:
    store = sessions.data_store()
    path = store.path("mnist")
    before = path.read_bytes()
    store.save("mnist", images(1), images(2), verified=True)
    assert path.read_bytes() != before
    assert [event.step for event in go(sessions.resume(folder)) if isinstance(event, Progress)][-1] == 4


def test_a_file_of_ones_own_is_known_again(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("x,y,kind\n" + "".join(f"{n},{n % 3},{'ab'[n % 2]}\n" for n in range(40)))
    from lab.core.catalogue import experiment

    params = experiment("ann.playground").params(data="file", file=str(table), epochs=20)
    folder = tmp_path / "run"
    go(sessions.start("ann.playground", params, 1, folder), 2)
    table.write_text(table.read_text().replace("7,1,b", "7,2,b"))
    with pytest.raises(RunError, match="are others"):
        sessions.resume(folder)
