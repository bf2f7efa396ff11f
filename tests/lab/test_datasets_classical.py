"""The tables and photographs of scikit-learn, in the form that the experiments expect."""

from __future__ import annotations

import numpy as np
import pytest

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


def test_unknown_names_list_the_names() -> None:
    with pytest.raises(DataError, match=r"titanic.*iris, wine, breast_cancer, digits8x8"):
        load_table("titanic")
