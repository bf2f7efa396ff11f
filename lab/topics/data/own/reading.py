"""Reading a table and its roles, and looking into a folder of images without importing it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self, cast

import numpy as np

from lab.core.events import Array
from lab.core.params import ParamError
from lab.core.text import NOTHING_SAID, LabError, Message
from lab.data.base import ImageDataset
from lab.data.catalogue import OWN
from lab.data.planar import split
from lab.data.store import DataStore
from lab.data.tables.examples import Examples, Missing
from lab.data.tables.own import examples_of, table_of
from lab.data.tables.roles import Limits, Role, default_roles, read_roles
from lab.data.tables.table import TableFile


@dataclass(frozen=True)
class ReadTable:
    """A table, the roles of its columns, and the examples that come of them; `problem` says why there are none."""

    table: TableFile
    roles: dict[str, Role]
    examples: Examples | None
    problem: Message
    missing: str
    share: float
    seed: int

    @classmethod
    def of(cls, file: str, roles: str, missing: str, limits: Limits, share: float, seed: int) -> Self:
        """Read a file. Raises ParamError where it is no table."""
        table = table_of(file)
        examples, problem = None, NOTHING_SAID
        try:
            found = read_roles(roles, table, limits)
            examples = examples_of(file, roles, cast(Missing, missing), False, limits)
        except ParamError as error:
            problem = error.message.values["problem"]
        except LabError as error:
            # What is wrong with the roles is said; the default ones are shown.
            found, problem = default_roles(table, limits), error.message
        return cls(table, found, examples, problem, missing, share, seed)

    def parts(self) -> tuple[Array, Array]:
        """Return the classes of the rows to learn from, and of those for testing."""
        assert self.examples is not None
        labels = self.examples.labels
        train = self.trained()
        return labels[train], labels[~train]

    def trained(self) -> Array:
        """Return which examples (N,) are learned from: the same share of each class."""
        assert self.examples is not None
        return split(self.examples.labels, self.share, np.random.default_rng(self.seed))


def looked_into(path: str) -> ImageDataset:
    """Return the images of a folder or file as an import would bring them in. Raises DataError."""
    place = Path(path).expanduser()
    return _looked_into(str(place), _stamp(place))


def _stamp(place: Path) -> tuple[int, ...]:
    """Return what changes when files come and go."""
    try:
        inner = sorted(child for child in place.iterdir() if child.is_dir()) if place.is_dir() else []
        return tuple(each.stat().st_mtime_ns for each in (place, *inner[:200]))
    except OSError:
        return ()


@lru_cache(maxsize=2)
def _looked_into(path: str, _stamped: tuple[int, ...]) -> ImageDataset:
    from lab.data.importing import import_path

    # A store that is thrown away: reading has all its checks, and what was imported before stays.
    with tempfile.TemporaryDirectory(prefix="descent-") as folder:
        store = DataStore(Path(folder))
        import_path(Path(path), store, OWN)
        return store.load(OWN)
