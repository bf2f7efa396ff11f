"""The small classical tables, taken from scikit-learn when they are asked for."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.core.text import DataError, Message, message

_SOURCES = {
    "iris": message("Iris flowers measured by Edgar Anderson, published by R. A. Fisher (1936); from scikit-learn."),
    "wine": message("Chemical analyses of wines from three growers in Italy (M. Forina); from scikit-learn."),
    "breast_cancer": message(
        "Breast cancer cell nuclei, Wisconsin (Wolberg, Street, Mangasarian, 1993); from scikit-learn."
    ),
    "digits8x8": message("Handwritten digits of 8 × 8 pixels (Alpaydin, Kaynak, 1998); from scikit-learn."),
}
TABLES = tuple(_SOURCES)
_FILES = {"iris": "iris", "wine": "wine_data", "breast_cancer": "breast_cancer"}
_NUCLEUS = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry",
    "fractal dimension",
)  # fmt: skip
_NAMES = {
    "iris": ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
    "wine": (
        "alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols", "flavanoids",
        "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue", "od280/od315_of_diluted_wines", "proline",
    ),
    "breast_cancer": (
        *(f"mean {name}" for name in _NUCLEUS),
        *(f"{name} error" for name in _NUCLEUS),
        *(f"worst {name}" for name in _NUCLEUS),
    ),
}  # fmt: skip
"""What scikit-learn calls the columns of its files."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table of numbers with a class for each row.

    features: float64 (N, F), in the units that feature_names say.
    target: int64 (N,), indices into classes.
    """

    features: NDArray[np.float64]
    feature_names: tuple[str, ...]
    target: NDArray[np.int64]
    classes: tuple[str, ...]
    source: Message

    @property
    def standardised(self) -> NDArray[np.float64]:
        """The features, each with mean 0 and standard deviation 1."""
        return np.asarray((self.features - self.features.mean(0)) / self.features.std(0))


def load_table(name: str) -> Table:
    """Return iris, wine, breast_cancer or digits8x8; DataError with these names for any other."""
    if name not in _SOURCES:
        raise DataError("There is no table called {name}; there are {names}.", name=name, names=", ".join(TABLES))
    if name in _FILES:
        return _read(name)
    from sklearn import datasets

    table = datasets.load_digits()
    return Table(
        features=np.asarray(table.data, dtype=np.float64),
        feature_names=tuple(str(feature) for feature in table.feature_names),
        target=np.asarray(table.target, dtype=np.int64),
        classes=tuple(str(name) for name in table.target_names),
        source=_SOURCES[name],
    )


def size_of(name: str) -> tuple[int, int, int]:
    """Return how many rows, features and classes a table has; reads the file of scikit-learn without importing it."""
    if name == "digits8x8":
        with gzip.open(sklearn_file("data", "digits.csv.gz"), "rt", encoding="ascii") as lines:
            rows = [line.rsplit(",", 1) for line in lines]
        return len(rows), rows[0][0].count(",") + 1, len({label for _, label in rows})
    with sklearn_file("data", f"{_FILES[name]}.csv").open(encoding="utf-8") as lines:
        count, features, *classes = lines.readline().strip().split(",")
    return int(count), int(features), len(classes)


@cache
def _read(name: str) -> Table:
    """Read a file of scikit-learn without importing it, which takes a second that a page cannot wait."""
    with sklearn_file("data", f"{_FILES[name]}.csv").open(encoding="utf-8") as lines:
        classes = tuple(lines.readline().strip().split(",")[2:])
        numbers = np.loadtxt(lines, delimiter=",")
    return Table(numbers[:, :-1].copy(), _NAMES[name], numbers[:, -1].astype(np.int64), classes, _SOURCES[name])


def sklearn_file(*parts: str) -> Path:
    """Return where a file of scikit-learn's data sets lies, without importing it; DataError where it is missing."""
    places = find_spec("sklearn")
    if places is None or not places.submodule_search_locations:
        raise DataError("scikit-learn is not installed, of which {name} is a part.", name=parts[-1])
    return Path(places.submodule_search_locations[0]).joinpath("datasets", *parts)
