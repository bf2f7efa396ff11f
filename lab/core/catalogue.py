"""All experiments, found in lab/topics: each module or package with an `EXPERIMENT` is one, and declares its `id`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from lab.core.experiment import Experiment
from lab.core.params import Params
from lab.core.text import LabError

TOPICS = Path(__file__).resolve().parents[1] / "topics"
DECLARED = re.compile(r'^    id: ClassVar\[str\] = "([a-z0-9_.]+)"$', re.MULTILINE)
TITLED = re.compile(r'^    title: ClassVar\[str\] = "([^"\\]+)"$', re.MULTILINE)

ALIASES: Mapping[str, str] = {"ann.weights_over_time": "weights.histograms"}
"""Identifiers that experiments once had, to those they have now: in runs, links and texts of earlier versions."""


@dataclass(frozen=True)
class _Declared:
    """What is known of an experiment before its module is loaded."""

    module: str
    title: str


@cache
def _declared() -> dict[str, _Declared]:
    """Return every experiment by identifier, in alphabetical order, without loading one of them."""
    found = {}
    for path in (*TOPICS.glob("*/*.py"), *TOPICS.glob("*/*/__init__.py")):
        text = path.read_text(encoding="utf-8")
        if "\nEXPERIMENT = " in text:
            [identifier], [title] = DECLARED.findall(text), TITLED.findall(text)
            place = path.parent if path.stem == "__init__" else path.with_suffix("")
            found[identifier] = _Declared(".".join(("lab.topics", *place.relative_to(TOPICS).parts)), title)
    return dict(sorted(found.items()))


def identifiers() -> tuple[str, ...]:
    """Return the names of all experiments, in alphabetical order, without loading one of them."""
    return tuple(_declared())


def title(identifier: str) -> str:
    """Return the title of an experiment, in English, without loading it: lists of all of them are there at once.

    Raises KeyError when there is none of that name.
    """
    return _declared()[identifier].title


def current(identifier: str) -> str:
    """Return what an experiment is called now, by a name of this or an earlier version; unknown names as they are."""
    return ALIASES.get(identifier, identifier)


def experiments() -> dict[str, type[Experiment[Any]]]:
    """Return the experiments by identifier, in alphabetical order. Imports no torch."""
    return {identifier: load(identifier) for identifier in identifiers()}


def experiment(identifier: str) -> type[Experiment[Any]]:
    """Return one experiment, loading no other. Raises LabError when there is none of that name."""
    if current(identifier) not in identifiers():
        raise LabError(
            "There is no experiment {name}; choose from {allowed}.",
            name=identifier,
            allowed=", ".join(identifiers()),
        )
    return load(current(identifier))


@cache
def load(identifier: str) -> type[Experiment[Any]]:
    """Load the module of an experiment that there is."""
    found: type[Experiment[Any]] = import_module(_declared()[identifier].module).EXPERIMENT
    return found


def read_params(identifier: str, data: Mapping[str, Any]) -> Params:
    """Read parameters of an experiment as JSON holds them: of runs, models and shared texts, of this or an earlier
    version. Raises LabError when there is no such experiment, ParamError when they are not allowed.
    """
    return experiment(identifier).params.from_json(data)
