"""Which rows are tested together, as scikit-learn's KFold, StratifiedKFold and LeaveOneOut divide them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from lab.core.events import Array

WAYS: Mapping[str, str] = MappingProxyType(
    {
        "shuffled": "Shuffled",
        "stratified": "Stratified: each class in each fold",
        "ordered": "In the order of the file",
        "leave_one_out": "Leave one out",
    }
)


def divided(labels: Array, way: str, folds: int, seed: int) -> Array:
    """Return the fold in which each row is tested (N,)."""
    count = len(labels)
    if way == "leave_one_out":
        return np.arange(count)
    random = np.random.RandomState(seed)
    if way == "stratified":
        return _stratified(labels, folds, random)
    order = np.arange(count)
    if way == "shuffled":
        random.shuffle(order)
    found = np.empty(count, dtype=int)
    for fold, rows in enumerate(np.array_split(order, folds)):
        found[rows] = fold
    return found


def _stratified(labels: Array, folds: int, random: np.random.RandomState) -> Array:
    """Deal the rows of all classes, class after class, to the folds in turn; shuffle them within each class."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))[inverse]
    ordered, classes = np.sort(rank), len(first)
    found = np.empty(len(labels), dtype=int)
    shares = np.array([np.bincount(ordered[fold::folds], minlength=classes) for fold in range(folds)])
    for place in range(classes):
        dealt = np.arange(folds).repeat(shares[:, place])
        random.shuffle(dealt)
        found[rank == place] = dealt
    return found


def call(way: str, folds: int, seed: int) -> tuple[str, str]:
    """Return the name of scikit-learn's class, and what makes the same folds."""
    match way:
        case "leave_one_out":
            return "LeaveOneOut", "LeaveOneOut()"
        case "ordered":
            return "KFold", f"KFold({folds})"
        case "stratified":
            return "StratifiedKFold", f"StratifiedKFold({folds}, shuffle=True, random_state={seed})"
        case _:
            return "KFold", f"KFold({folds}, shuffle=True, random_state={seed})"
