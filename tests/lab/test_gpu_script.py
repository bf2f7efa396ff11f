"""The script for computers with a card: what it does without one, and that its checks notice what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from lab.topics.gpu.pays.recorded import FOLDER, recorded
from tests.gpu import __main__ as script
from tests.gpu import checks
from tests.lab.card import inserted


def test_without_a_card_it_says_so_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(script, "FOLDER", tmp_path)
    assert script.main() == 2
    assert "no CUDA graphics card" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_it_writes_where_the_page_looks() -> None:
    assert FOLDER.parent == Path(checks.__file__).parent


def test_all_of_it_runs_on_a_card_that_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    works = ({"smallest": 2, "largest": 4, "points": 2, "repeats": 3, "threads": 1},)
    monkeypatch.setattr(script, "FOLDER", tmp_path)
    monkeypatch.setattr(checks, "TRAINED", ["weights.change"])
    monkeypatch.setattr(checks, "PAYS", works)
    monkeypatch.setattr(checks, "memory", lambda name: {"experiment": name, "stays": 0, "wrong": []})
    monkeypatch.setattr(checks, "going_on", lambda name, *ends: _on(name, *ends))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _place: "A card (none)")
    monkeypatch.setattr(torch.cuda, "synchronize", lambda _card: None)
    real = torch.cuda.is_available
    asked = iter([True])
    monkeypatch.setattr(torch.cuda, "is_available", lambda: next(asked, False) or real())
    tf32 = torch.backends.cudnn.allow_tf32
    try:
        with inserted():
            status = script.main()
    finally:
        torch.backends.cudnn.allow_tf32 = tf32
    said = capsys.readouterr().out
    assert status == 0, said
    assert said.count("ok ") == 6
    assert (tmp_path / "a-card-none.json").exists()
    from lab.topics.gpu.pays.params import PaysParams

    [curve] = recorded(PaysParams(**works[0]), tmp_path)
    assert curve.card == "A card (none)"
    assert set(curve.times) == {2.0, 4.0}


_REAL = checks.going_on


def _on(_name: str, *ends: str) -> dict[str, Any]:
    return _REAL("weights.change", *ends)


def test_a_training_that_leaves_something_behind_is_noticed() -> None:
    class Trainer:
        model = nn.Linear(2, 1)
        optimiser = torch.optim.SGD(model.parameters(), 0.1)

    assert checks.elsewhere(Trainer()) == ["weight", "bias"]
    assert checks.elsewhere(Trainer(), "cpu") == []


def test_losses_that_lie_apart_are_noticed() -> None:
    assert checks.apart({"test_loss": 1.0, "accuracy": 0.1}, {"test_loss": 1.1, "accuracy": 0.9}) == pytest.approx(
        0.1 / 1.1
    )
    assert checks.apart({}, {"test_loss": 1.0}) == 0


def test_what_is_compared_draws_nothing() -> None:
    for name in checks.TRAINED:
        params = checks.plain(name)
        assert getattr(params, "dropout", 0) == 0, name
        assert "dropout" not in str(getattr(params, "network", "")), name
