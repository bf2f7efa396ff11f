"""All experiments, found in lab/topics: each module with an `EXPERIMENT` is one, and has its name."""

from __future__ import annotations

import pkgutil
import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import lab.topics
from lab.experiment import Experiment
from lab.text import LabError


@cache
def experiments() -> dict[str, type[Experiment[Any]]]:
    """Return the experiments by identifier, in alphabetical order. Imports no torch."""
    found: dict[str, type[Experiment[Any]]] = {}
    for module_info in pkgutil.walk_packages(lab.topics.__path__, "lab.topics."):
        if not module_info.ispkg:
            module = import_module(module_info.name)
            experiment = getattr(module, "EXPERIMENT", None)
            if experiment is not None:
                found[experiment.id] = experiment
    return dict(sorted(found.items()))


def experiment(identifier: str) -> type[Experiment[Any]]:
    """Return one experiment, loading no other where it can. Raises LabError when there is none of that name."""
    try:
        if re.fullmatch(r"[a-z_]+\.[a-z_]+", identifier) and find_spec(f"lab.topics.{identifier}") is not None:
            found: type[Experiment[Any]] = import_module(f"lab.topics.{identifier}").EXPERIMENT
            return found
    except (ModuleNotFoundError, AttributeError):
        pass  # There is no such topic, or the module is none of an experiment.
    try:
        return experiments()[identifier]
    except KeyError:
        raise LabError(
            "There is no experiment {name}; choose from {allowed}.",
            name=identifier,
            allowed=", ".join(experiments()),
        ) from None
