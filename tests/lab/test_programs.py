"""The programs that pages offer to copy run as they are, and print the numbers of the page."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.core.catalogue import experiment, identifiers
from lab.core.code import Code
from lab.core.events import Metrics
from lab.core.experiment import Context
from lab.core.lessons import load_lessons, tries
from lab.core.numbers import NumbersPage
from lab.core.params import Params
from lab.data.store import DataStore
from lab.training.dense.experiment import DenseExperiment

DESCENTS = tuple(f"gradient_descent.{page}" for page in ("dimensions", "line", "plane"))
TOPICS = ("convolution", *DESCENTS, "introduction", "measures", "transforms")
PAGES = (NumbersPage, DenseExperiment)
OTHERS = ("ann.backpropagation",)
QUICK = {
    "convolution.pooling_or_stride": {"images": "60", "epochs": "1"},
    "gradient_descent.dimensions": {"samples": "500"},
    "gradient_descent.plane": {"basins": "false"},
    "gradient_descent.line": {"many_starts": "1"},
    "measures.time": {"repeats": "2", "pause": "1"},
    "measures.unequal": {"epochs": "1"},
}
"""What keeps a run short; the program does the same with it."""


def cases() -> Iterator[Any]:
    lessons = load_lessons("en")
    for name in identifiers():
        if name.startswith(TOPICS) or name in OTHERS or issubclass(experiment(name), PAGES):
            yield pytest.param(name, {}, id=name)
            for place, texts in enumerate(tries(lessons[name]) if name in lessons else (), 1):
                yield pytest.param(name, texts, id=f"{name}, try {place}")


def printed(source: str) -> dict[str, list[float]]:
    """Run a program, and return the numbers that it prints by name."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(source, "program", "exec"), {"__name__": "__main__"})
    found: dict[str, list[float]] = {}
    for line in said.getvalue().splitlines():
        name, mark, numbers = line.partition(":")
        if mark and name.isidentifier():
            found[name] = [float(number) for number in numbers.split()]
    return found


def result(name: str, params: Params, folder: Path) -> tuple[str, dict[str, Any]]:
    """Return the program and the result of an experiment."""
    source, metrics = "", None
    chosen = experiment(name)()
    chosen.prepare(params)
    for event in chosen.run(params, Context("cpu", DataStore(folder), due=lambda _kind, _name: True)):
        if isinstance(event, Code) and event.name == "code":
            source = event.source
        elif isinstance(event, Metrics):
            metrics = event.everything
    assert source, "there is no program to copy"
    assert metrics is not None
    return source, metrics


@pytest.mark.parametrize(("name", "texts"), list(cases()))
def test_the_program_of_a_page_prints_its_numbers(name: str, texts: dict[str, str], tmp_path: Path) -> None:
    chosen = experiment(name)
    quick = {"epochs": "60"} if issubclass(chosen, DenseExperiment) else QUICK.get(name, {})
    source, metrics = result(name, chosen.params.from_texts({**texts, **quick}), tmp_path)
    numbers = printed(source)
    assert numbers, source
    for key, found in numbers.items():
        wanted = metrics[key] if isinstance(metrics[key], list) else [metrics[key]]
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6, err_msg=f"{key}\n{source}")


def test_a_program_that_prints_another_number_would_be_noticed() -> None:
    assert printed("print('output_size:', 26, 26)\nprint('note: x' if False else 'done')") == {"output_size": [26, 26]}
