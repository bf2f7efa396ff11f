"""Which networks are worth training together: how many recipes are cut into ensembles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab.training.dense.recipe import Recipe

Key = tuple[Any, ...]
CACHE = 3 * 2**20
"""Bytes that are near enough to a processor: an ensemble of twice that takes more than twice the time."""
FEW = 8
"""Networks that are worth an ensemble, whatever their size."""


def shape_of(recipe: Recipe) -> Key:
    """Return what the recipes of one ensemble have in common."""
    layers = tuple((layer.activation, layer.batch_norm, layer.dropout > 0) for layer in recipe.plan.layers)
    return (
        recipe.plan.inputs, recipe.plan.outputs, layers, recipe.loss, recipe.inputs.shape, recipe.targets.shape,
        recipe.batch_size, recipe.epochs, recipe.optimiser,
    )  # fmt: skip


def pieces(recipes: Sequence[Recipe], most_bytes: int = 2**26, waste: float = 1.3) -> list[list[int]]:
    """Return which recipes train together: same shape, widths not too far apart, no more than fit into memory.

    `most_bytes` bounds what one ensemble's activations take; what is more than a cache holds comes in FEW at a time.
    `waste` is by how much padding may multiply the work.
    """
    groups: dict[Key, list[int]] = {}
    for index, recipe in enumerate(recipes):
        groups.setdefault(shape_of(recipe), []).append(index)
    found: list[list[int]] = []
    for group in groups.values():
        piece: list[int] = []
        work = 0.0
        for index in sorted(group, key=lambda index: recipes[index].plan.parameters, reverse=True):
            plan = recipes[index].plan
            if piece:
                widest = recipes[piece[0]].plan
                fits = all(a.units >= b.units for a, b in zip(widest.layers, plan.layers, strict=True))
                padded = (len(piece) + 1) * widest.parameters
                size = (len(piece) + 1) * _bytes(recipes[piece[0]])
                full = size > most_bytes or (size > CACHE and len(piece) >= FEW)
                if not fits or full or padded > waste * (work + plan.parameters):
                    found.append(piece)
                    piece, work = [], 0.0
            piece.append(index)
            work += plan.parameters
        found.append(piece)
    return found


def _bytes(recipe: Recipe) -> int:
    """Estimate what the largest member of an ensemble takes: data, activations with their gradients, and numbers."""
    width = recipe.plan.inputs + 3 * sum(layer.units for layer in recipe.plan.layers)
    return 8 * (len(recipe.inputs) * width + 4 * recipe.plan.parameters)
