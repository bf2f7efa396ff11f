"""What holds for every experiment, of today and to come."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from lab.core.catalogue import experiment, experiments
from lab.core.events import Event, Metrics, Progress, made
from lab.core.experiment import Context
from lab.core.lessons import load_lessons, tries
from lab.core.text import LabError
from lab.data.store import DataStore

ROOT = Path(__file__).resolve().parents[2]
ALL = list(experiments())


@pytest.mark.parametrize("name", ALL)
def test_it_runs_five_steps_headless_and_its_events_are_plain(name: str, tmp_path: Path) -> None:
    chosen = experiment(name)
    instance = chosen()
    steps, ended = 0, False
    instance.prepare(chosen.params())
    for event in instance.run(chosen.params(), Context("cpu", DataStore(tmp_path), due=lambda _kind, _name: True)):
        assert not live(event), event
        steps += isinstance(event, Progress)
        ended = isinstance(event, Metrics)
        if steps == 5:
            break
    assert steps == 5 or (steps and ended)


def live(event: Event) -> bool:
    """Tell whether an event holds a tensor or a model."""
    found = list(vars(event).values())
    while found:
        value = found.pop()
        if isinstance(value, torch.Tensor | torch.nn.Module):
            return True
        if isinstance(value, dict):
            found += value.values()
        elif isinstance(value, list | tuple):
            found += value
    return False


def test_a_live_tensor_in_an_event_would_be_noticed() -> None:
    from lab.core.events import Picture

    assert live(Picture("input", torch.zeros(2, 2)))
    assert not live(Picture("input", np.zeros((2, 2))))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("language", ["en", "fa"])
def test_it_has_a_lesson_whose_tries_can_be_run(name: str, language: str) -> None:
    lesson = load_lessons(language)[name]
    wanted = tries(lesson)
    assert wanted
    for texts in wanted:
        params = experiment(name).params.from_texts(texts)
        list(made(experiment(name)().preview(params, DataStore(Path("unused")))))


@pytest.mark.parametrize("name", ALL)
def test_what_it_previews_needs_no_torch(name: str) -> None:
    script = (
        "import sys; from pathlib import Path; from lab.core.catalogue import experiment; "
        "from lab.data.store import DataStore; "
        f"chosen = experiment({name!r}); list(chosen().preview(chosen.params(), DataStore(Path('unused')))); "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


@pytest.mark.parametrize("name", ALL)
def test_an_experiment_has_the_name_of_its_module(name: str) -> None:
    # So that one can be opened without loading all the others.
    assert experiments()[name].id == name
    assert experiment(name) is experiments()[name]


@pytest.mark.parametrize(
    "name", ["nothing", "maths.patterns", "maths.nothing", "../maths.life", "maths.life.x", "", "."]
)
def test_what_is_no_experiment_is_none(name: str) -> None:
    with pytest.raises(LabError, match="choose from"):
        experiment(name)


def test_an_unknown_experiment_is_said() -> None:
    with pytest.raises(LabError, match=r"no experiment nothing; choose from .*cnn\.mnist"):
        experiment("nothing")
