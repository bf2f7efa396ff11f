"""The programs that pages offer to copy run as they are, and print the numbers of the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.core.catalogue import experiment, identifiers
from lab.core.lessons import load_lessons, tries
from lab.core.numbers import NumbersPage
from lab.data.store import DataStore
from lab.nets.dense.torch_modules import give_numbers
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from tests.lab.contracts import prints_its_metrics, ran, ran_once, small

ROOT = Path(__file__).resolve().parents[2]
TOPICS = ("convolution", "transforms")
"""Of these, and of all pages of numbers, the programs of all tries are run too."""
QUICK = {"convolution.pooling_or_stride": {"images": "60", "epochs": "1"}}
"""What keeps a run short that trains networks; the program prints nothing that depends on it."""
TRAIN = "losses = train(inputs, targets)\n"
ORDERLY: dict[str, dict[str, Any]] = {"ann.playground": {"dropout": 0.0, "batch_size": 2000}}
"""What leaves nothing to chance in a training but the first weights: the program draws by torch."""
SINGLE = 1e-3
"""How far a training in float32 may be from ours, relatively, after some epochs."""

WITHOUT = {
    "ann.definitions": "its two programs are what it is about; test_definitions runs them",
    "ann.depth_breadth": "a sweep: each of its networks has the program of its own page",
    "ann.hidden_units": "a sweep: each of its networks has the program of its own page",
    "ann.learning_rates": "a sweep: each of its networks has the program of its own page",
    "ann.linear_collapse": "its checks show the line of torch for each number",
    "ann.parameters": "it counts; torchinfo checks it",
    "ann.perceptron": "the rule is older than torch, and each step is shown as arithmetic",
    "ann.slopes": "a sweep: each of its networks has the program of its own page",
    "draw.digit": "what it runs is the network of a run, whose page has the program",
    "gradient_descent.dimensions": "its numbers are counts over random functions",
    "gradient_descent.grid": "hundreds of descents, each of which has a page of its own",
    "gradient_descent.line": "a descent is one line, which is shown as arithmetic",
    "gradient_descent.plane": "a race of our own optimisers, which are checked against those of torch",
    "gradient_descent.schedules": "the same descents by torch.optim.SGD are its check",
    "introduction.sandwich": "made to be done by hand",
    "maths.derivative": "its check is the same in torch",
    "maths.life": "there is nothing of torch in it",
    "maths.sampling": "there is nothing of torch in it",
    "sweeps.grid": "a sweep: what is swept has the program of its own page",
}
"""What has no program "code" to copy, and why."""


def cases() -> Iterator[Any]:
    lessons = load_lessons("en")
    for name in identifiers():
        if name not in WITHOUT:
            yield pytest.param(name, {}, id=name)
        if name.partition(".")[0] in TOPICS or issubclass(experiment(name), NumbersPage):
            for place, texts in enumerate(tries(lessons[name]) if name in lessons else (), 1):
                yield pytest.param(name, texts, id=f"{name}, try {place}")


@pytest.mark.parametrize(("name", "texts"), list(cases()))
def test_the_program_of_a_page_prints_its_numbers(
    name: str, texts: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = experiment(name)
    if name in ORDERLY:
        params = small(chosen, **ORDERLY[name])
        found = ran(chosen, params, DataStore(tmp_path), watched=True)
    elif texts or name in QUICK:
        params = chosen.params.from_texts({**texts, **QUICK.get(name, {})})
        found = ran(chosen, params, DataStore(tmp_path), watched=True)
    else:
        params, found = small(chosen), ran_once(name, watched=True)
    # Programs name the data of Descent as they lie in its folder.
    monkeypatch.chdir(ROOT)
    if not issubclass(chosen, DenseExperiment):
        prints_its_metrics(found.code, found.metrics.everything)
        return
    # Its first weights are torch's own; from ours it comes to our numbers.
    network = Learner(chosen().recipe(params, DataStore(tmp_path))).network
    assert found.code.count(TRAIN) == 1
    source = found.code.replace(TRAIN, f"begin(network)\n{TRAIN}")
    names = {"begin": lambda made: give_numbers(made, network)}
    prints_its_metrics(source, found.metrics.everything, SINGLE, names)


def test_what_has_no_program_is_known() -> None:
    assert {name for name in identifiers() if not ran_once(name, watched=True).code} == {*WITHOUT}


def test_a_metric_that_is_not_what_the_program_prints_is_noticed() -> None:
    found = ran_once("maths.entropy", watched=True)
    with pytest.raises(AssertionError, match="entropy"):
        prints_its_metrics(found.code, {**found.metrics.everything, "entropy": 0.5})
