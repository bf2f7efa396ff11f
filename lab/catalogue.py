"""All experiments, found in lab/topics: each module with an `EXPERIMENT` is one."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
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
            module = importlib.import_module(module_info.name)
            experiment = getattr(module, "EXPERIMENT", None)
            if experiment is not None:
                found[experiment.id] = experiment
    return dict(sorted(found.items()))


def experiment(identifier: str) -> type[Experiment[Any]]:
    """Return one experiment. Raises LabError when there is none of that name."""
    try:
        return experiments()[identifier]
    except KeyError:
        raise LabError(
            "There is no experiment {name}; choose from {allowed}.",
            name=identifier,
            allowed=", ".join(experiments()),
        ) from None
