"""The tables and photographs of scikit-learn, in the form that the experiments expect."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import datasets

from lab.core.text import DataError
from lab.data.classical import TABLES, load_table


@pytest.mark.parametrize(
    ("name", "shape", "classes"),
    [
        ("iris", (150, 4), 3),
        ("wine", (178, 13), 3),
        ("breast_cancer", (569, 30), 2),
        ("digits8x8", (1797, 64), 10),
    ],
)
def test_tables(name: str, shape: tuple[int, int], classes: int) -> None:
    table = load_table(name)
    assert table.features.shape == shape
    assert table.features.dtype == np.float64
    assert np.isfinite(table.features).all()
    assert table.target.shape == shape[:1]
    assert table.target.dtype == np.int64
    assert len(table.feature_names) == shape[1]
    assert sorted(set(table.target.tolist())) == list(range(classes))
    assert len(table.classes) == classes
    assert "scikit-learn" in str(table.source)
    assert name in TABLES


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer"])
def test_what_is_read_without_scikit_learn_is_what_it_gives(name: str) -> None:
    table, theirs = load_table(name), getattr(datasets, f"load_{name}")()
    np.testing.assert_array_equal(table.features, theirs.data)
    np.testing.assert_array_equal(table.target, theirs.target)
    assert table.feature_names == tuple(map(str, theirs.feature_names))
    assert table.classes == tuple(map(str, theirs.target_names))


def test_unknown_names_list_the_names() -> None:
    with pytest.raises(DataError, match=r"titanic.*iris, wine, breast_cancer, digits8x8"):
        load_table("titanic")
