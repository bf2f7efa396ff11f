"""Which experiments can use a table or images: found among all by what their parameters take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.core.catalogue import experiments
from lab.core.figures import Cell, Link, Table, Words
from lab.core.params import ParamError, Params
from lab.core.text import DataError, Message, message
from lab.data.base import ImageDataset
from lab.data.catalogue import OWN
from lab.data.store import DataStore
from lab.data.tables.own import OwnDataParams

if TYPE_CHECKING:
    from lab.topics.data.own import OwnParams

_TEN = 10
NOT_YET = message("import first: “Data …”")


def uses(params: OwnParams, data: DataStore, dataset: ImageDataset | None = None) -> Table:
    """Return the experiments, each with a link that opens it with these data, or with what it cannot use."""
    rows = []
    there = dataset is not None and _imported(dataset, data)
    for name, experiment in experiments().items():
        if name == "data.own":
            continue
        takes: type[Params] = experiment.params
        if params.kind == "table":
            if not issubclass(takes, OwnDataParams):
                continue
            texts = _texts(params, takes)
            problem = _problem(takes, texts)
        else:
            assert dataset is not None
            if "dataset" not in takes.specs() or OWN not in dict(takes.specs()["dataset"].choices):
                continue
            texts = {"dataset": OWN}
            problem = _unfit(takes, dataset, there)
        title = Message(experiment.title)
        link = Link(name, texts, runs=False) if problem is None else None
        if problem is None:
            rows.append((Cell(title, link=link), Cell(name), Cell(message("opens with these data"), mark="good")))
        else:
            rows.append((Cell(title, mark="muted"), Cell(name), Cell(problem, problem, "bad")))
    rows.sort(key=lambda row: row[0].link is None)
    columns = message("experiment"), message("name"), message("can use it")
    note = message("A click on its title opens an experiment with these data.") if rows else ""
    return Table("uses", columns, tuple(rows), note)


def _texts(params: OwnParams, takes: type[OwnDataParams]) -> dict[str, str]:
    """Return what the form of an experiment is to hold so that it learns from the table."""
    texts = {"file": params.chosen(), "roles": params.roles, "missing": params.missing,
             "standardise": "true" if params.standardise else "false"}  # fmt: skip
    if takes.own_when is not None:
        name, values = takes.own_when
        texts[name] = str(values[0])
    return texts


def _problem(takes: type[OwnDataParams], texts: dict[str, str]) -> Words | None:
    """Say what an experiment would say of the table; None: it takes it."""
    try:
        takes.from_texts(texts).examples()
    except ParamError as error:
        found: Any = error.message.values.get("problem", error.message)
        return found if isinstance(found, Message) else str(found)
    return None


def _unfit(takes: type[Params], dataset: ImageDataset, there: bool) -> Words | None:
    """Say why an experiment cannot take images; None: it can."""
    count = len(dataset.classes)
    if not getattr(takes, "any_classes", True) and count != _TEN:
        return message("needs {needed} classes, not {count}", needed=_TEN, count=count)
    return None if there else NOT_YET


def _imported(dataset: ImageDataset, data: DataStore) -> bool:
    """Tell whether these images are the own ones of the store, which is what experiments load."""
    try:
        kept = data.load(OWN)
    except DataError:
        return False
    same = np.array_equal(kept.train.images, dataset.train.images) and kept.classes == dataset.classes
    return same and np.array_equal(kept.train.labels, dataset.train.labels)
