"""The wine of the course, where the user has it, and the tables of scikit-learn that stand in for it.

`winequality-red.csv`, as UCI publishes it: semicolons, names in quotes, eleven measurements and a quality from 0 to 10.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.command import command
from lab.core.files import replace_file
from lab.core.params import choice
from lab.core.text import DataError, Verbatim, message
from lab.data.classical import Table, load_table
from lab.data.store import DatasetInfo, DataStore, Origin
from lab.data.tables.table import TableFile, read_table

Places = NDArray[np.int64]
NAME = "winequality-red"
FILE = f"{NAME}.csv"
LABEL = "quality"
GOOD = 5
"""A wine is called good when its quality is above this."""
OUTLIER, MOST_SULFUR = "total sulfur dioxide", 200.0
"""Rows with so much of it or more are left out, as in the course."""
MEASUREMENTS = 11
LEAST = 30
"""Rows without which there is hardly one to test on."""
CHOICES = {
    "auto": "Red wine, or breast cancer",
    "quality": "Quality of red wine (own file)",
    "breast_cancer": "Breast cancer (569 rows)",
    "wine": "Wine of three growers (178 rows)",
}


def data_field() -> Any:
    """Declare which of these tables is learned from."""
    return choice(
        "auto", CHOICES, label="Data", group="Data",
        help="The course's winequality-red.csv does not come with Descent; where it has been imported, it is used.",
    )  # fmt: skip


def path(store: DataStore) -> Path:
    """Return where the file lies, whether it is there or not."""
    return store.folder / FILE


def chosen(name: str, store: DataStore) -> str:
    """Return which table a name of CHOICES means here."""
    if name != "auto":
        return name
    return "quality" if path(store).is_file() else "breast_cancer"


def load(name: str, store: DataStore) -> Table:
    """Return the table of a name of CHOICES. Raises DataError where it is not here, or damaged."""
    name = chosen(name, store)
    if name != "quality":
        return _bundled(name)
    file = path(store)
    try:
        status = file.stat()
    except OSError as error:
        raise DataError(
            "{file} is not here. Import it with “{command} data import PATH”, or choose other data.",
            file=FILE,
            command=command(),
        ) from error
    found, digest = _quality(file, status.st_size, status.st_mtime_ns)
    store.used[NAME] = digest
    return found


def info(table: Table) -> DatasetInfo:
    """Return what a list of data sets says of the file."""
    return DatasetInfo(
        name=NAME,
        title=message("Quality of red wine ({rows} rows)", rows=f"{len(table.target):,}"),
        classes=table.classes,
        shape=table.features.shape[1:],
        train_count=len(table.target),
        test_count=0,
        installed=True,
        origin=Origin.IMPORTED,
        verified=False,
        licence=message("CC BY 4.0"),
        source=table.source,
    )


def reading_lines(name: str, store: DataStore) -> tuple[str, ...]:
    """Return lines of Python that make `x` (N, F) and `y` (N,), class numbers, of the table."""
    name = chosen(name, store)
    if name != "quality":
        return (f"from sklearn.datasets import load_{name}", "", f"x, y = load_{name}(return_X_y=True)")
    file = read_table(path(store))
    sulfur = file.names.index(OUTLIER)
    return (
        f'rows = np.genfromtxt({str(path(store))!r}, delimiter="{file.separator}", skip_header=1)',
        f"rows = rows[rows[:, {sulfur}] < {MOST_SULFUR:g}]  # one outlier rule of the course",
        f"x, y = rows[:, :{MEASUREMENTS}], (rows[:, {MEASUREMENTS}] > {GOOD}).astype(int)",
    )


def is_wine(source: Path) -> bool:
    """Tell by its first line whether a file is a table of wines; False where it cannot be read."""
    try:
        with source.open("rb") as lines:
            return OUTLIER.encode() in lines.readline(4096)
    except OSError:
        return False


def import_wine(source: Path, store: DataStore) -> Table:
    """Keep a file as `winequality-red.csv` in the user's folder. Raises DataError where it is something else."""
    file = read_table(source)
    found = _examples(file)
    values = np.stack([column.values for column in file.columns], 1)
    lines = [";".join(f'"{name}"' for name in file.names)]
    lines += [";".join(f"{value:.17g}" for value in row) for row in values.tolist()]
    replace_file(path(store), lambda stream: stream.write(("\n".join(lines) + "\n").encode()))
    return found


@lru_cache(maxsize=4)
def _bundled(name: str) -> Table:
    return load_table(name)


@lru_cache(maxsize=4)
def _quality(file: Path, _size: int, _modified: int) -> tuple[Table, str]:
    """Return the examples of a file, and a digest of it; kept until the file changes."""
    return _examples(read_table(file)), hashlib.blake2b(file.read_bytes(), digest_size=16).hexdigest()


def _examples(file: TableFile) -> Table:
    """Return the examples of a table, or say in a sentence why it is not that of the wines."""
    where = Verbatim(file.path.name)
    if len(file.columns) != MEASUREMENTS + 1 or file.names[-1] != LABEL or OUTLIER not in file.names:
        raise DataError(
            "{file} is not {name}: that has {count} columns, the last called “{last}”, and one called “{other}”.",
            file=where,
            name=FILE,
            count=MEASUREMENTS + 1,
            last=LABEL,
            other=OUTLIER,
        )
    for column in file.columns:
        if column.kind != "numeric" or not np.isfinite(column.values).all():
            raise DataError(
                "{file}, column “{column}”: {name} has a number in every row.",
                file=where,
                column=column.name,
                name=FILE,
            )
    values = np.stack([column.values for column in file.columns], 1)
    kept = values[:, file.names.index(OUTLIER)] < MOST_SULFUR
    features, good = values[kept, :MEASUREMENTS], values[kept, MEASUREMENTS] > GOOD
    if not good.any() or good.all() or (features.std(0) == 0).any():
        raise DataError(
            "{file}: all wines are of one class, or a column is the same in all rows; nothing can be learned from it.",
            file=where,
        )
    if len(good) < LEAST:
        raise DataError(
            "{file}: {rows} rows are too few to learn from some and test on others; {least} are needed.",
            file=where,
            rows=len(good),
            least=LEAST,
        )
    source = message(
        "{file}: {rows} rows, of which {left} with {other} of {most} or more are left out; good is a quality above "
        "{good}. Cortez and others (2009), UCI.",
        file=where,
        rows=f"{len(values):,}",
        left=int((~kept).sum()),
        other=OUTLIER,
        most=int(MOST_SULFUR),
        good=GOOD,
    )
    return Table(features, file.names[:MEASUREMENTS], good.astype(np.int64), (f"≤ {GOOD}", f"> {GOOD}"), source)


def copies(features: NDArray[np.float64], learned: Places, tested: Places) -> int:
    """Return how many of the tested rows stand, number for number, among the learned ones."""
    known = {row.tobytes() for row in features[learned]}
    return sum(row.tobytes() in known for row in features[tested])
