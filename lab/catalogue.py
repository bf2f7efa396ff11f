"""All experiments, found in lab/topics: each module with an `EXPERIMENT` is one, and has its name."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import lab.topics
from lab.experiment import Experiment
from lab.text import LabError


@cache
def identifiers() -> tuple[str, ...]:
    """Return the names of all experiments, in alphabetical order, without loading one of them."""
    modules = [path for folder in lab.topics.__path__ for path in Path(folder).glob("*/*.py")]
    found = [path for path in modules if "\nEXPERIMENT = " in path.read_text(encoding="utf-8")]
    return tuple(sorted(f"{path.parent.name}.{path.stem}" for path in found))


def experiments() -> dict[str, type[Experiment[Any]]]:
    """Return the experiments by identifier, in alphabetical order. Imports no torch."""
    return {identifier: load(identifier) for identifier in identifiers()}


def experiment(identifier: str) -> type[Experiment[Any]]:
    """Return one experiment, loading no other. Raises LabError when there is none of that name."""
    if identifier not in identifiers():
        raise LabError(
            "There is no experiment {name}; choose from {allowed}.",
            name=identifier,
            allowed=", ".join(identifiers()),
        )
    return load(identifier)


@cache
def load(identifier: str) -> type[Experiment[Any]]:
    """Load the module of an experiment that there is."""
    found: type[Experiment[Any]] = import_module(f"lab.topics.{identifier}").EXPERIMENT
    return found
