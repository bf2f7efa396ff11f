"""Which networks train together: recipes are cut into ensembles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from lab.training.dense.spec import TrainingSpec

Key = tuple[Any, ...]
CACHE = 3 * 2**20
"""Bytes that are near enough to a core, as `_bytes` counts: twice as many networks take more than twice the time."""
FEW = 8
"""Networks that are worth an ensemble, whatever their size."""


def shape_of(recipe: TrainingSpec) -> Key:
    """Return what the recipes of one ensemble have in common."""
    # Softmax would share its sum with units that padding adds.
    layers = tuple(
        (
            layer.activation,
            layer.batch_norm,
            layer.norm_after,
            layer.dropout > 0,
            layer.activation == "softmax" and layer.units,
        )
        for layer in recipe.plan.layers
    )
    return (
        recipe.plan.inputs, recipe.plan.outputs, layers, recipe.loss, recipe.inputs.shape, recipe.targets.shape,
        recipe.batch_size, recipe.drop_last, recipe.epochs, recipe.optimiser, recipe.l1_proximal,
    )  # fmt: skip


def pieces(recipes: Sequence[TrainingSpec], most_bytes: int = 2**26, waste: float = 1.3) -> list[list[int]]:
    """Return which recipes train together: same shape, widths not too far apart, no more than fit into memory.

    `most_bytes` bounds what one ensemble's activations take; what is more than a cache holds comes in FEW at a time.
    `waste` is by how much padding may multiply the work.
    """
    groups: dict[Key, list[int]] = {}
    for index, recipe in enumerate(recipes):
        groups.setdefault(shape_of(recipe), []).append(index)
    found: list[list[int]] = []
    for group in groups.values():
        rest = sorted(group, key=lambda index: recipes[index].plan.parameters, reverse=True)
        while rest:
            count = _fitting([recipes[index] for index in rest], most_bytes, waste)
            found.append(rest[:count])
            rest = rest[count:]
    return found


def for_threads(parts: Sequence[list[int]], threads: int) -> list[list[int]]:
    """Return pieces of which each thread has as many as the others, as far as there are networks enough."""
    found = list(parts)
    while len(found) % threads and max(len(part) for part in found) >= 2 * FEW:
        largest = max(found, key=len)
        found.remove(largest)
        found += [largest[::2], largest[1::2]]
    return found


def _fitting(recipes: Sequence[TrainingSpec], most_bytes: int, waste: float) -> int:
    """Return how many of the first recipes, which are the widest, train together."""
    widest, each = recipes[0].plan, _bytes(recipes[0])
    most = max(1, min(most_bytes // each, max(FEW, CACHE // each)))
    # No small rest is left over.
    most = math.ceil(len(recipes) / math.ceil(len(recipes) / most))
    work = 0
    for count, recipe in enumerate(recipes[:most]):
        work += recipe.plan.parameters
        fits = all(a.units >= b.units for a, b in zip(widest.layers, recipe.plan.layers, strict=True))
        if not fits or (count + 1) * widest.parameters > waste * work:
            return count
    return most


def _bytes(recipe: TrainingSpec) -> int:
    """Estimate what the largest member of an ensemble takes: data, activations with their gradients, and numbers."""
    width = recipe.plan.inputs + 3 * sum(layer.units for layer in recipe.plan.layers)
    return 8 * (len(recipe.inputs) * width + 4 * recipe.plan.parameters)
