"""The rows of a tree of layers: what each contains, with sums, and which of them are seen."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from app.core.language import tr
from lab.core.events import TreeLayer

OPEN_UP_TO = 40
"""Rows up to which a tree is first shown whole."""


@dataclass(frozen=True)
class TreeRow:
    """One layer: its `name` within what contains it, at the place `parent`, and sums over all that it contains.

    `end` is the place after the last row it contains; `held` the number of batch norms in evaluation mode.
    """

    layer: TreeLayer
    name: str
    parent: int | None
    end: int
    parameters: int
    trainable: int
    held: int
    multiply_adds: int = 0
    activations: int = 0

    @property
    def frozen(self) -> bool:
        """Whether none of its parameters is changed by training."""
        return self.parameters > 0 and not self.trainable

    @property
    def partly(self) -> bool:
        """Whether some are changed, and some are not."""
        return 0 < self.trainable < self.parameters

    @property
    def state(self) -> str:
        """What is said beside it; nothing of a layer that is trained as usual."""
        words = [tr("frozen")] if self.frozen else [tr("partly frozen")] if self.partly else []
        return tr(", ").join([*words, *([tr("evaluation mode")] if self.layer.held else [])])


def rows_of(layers: Sequence[TreeLayer]) -> list[TreeRow]:
    """Return a row for each layer, in the same order."""
    ends = [len(layers)] * len(layers)
    parents: list[int | None] = []
    around: list[int] = []
    for place, layer in enumerate(layers):
        while around and layers[around[-1]].depth >= layer.depth:
            ends[around.pop()] = place
        parents.append(around[-1] if around else None)
        around.append(place)
    rows = []
    for place, layer in enumerate(layers):
        within = layers[place : ends[place]]
        parent = parents[place]
        path = "" if parent is None else layers[parent].path
        name = layer.path.removeprefix(f"{path}.") if path else layer.path
        rows.append(
            TreeRow(
                layer,
                name or layer.kind,
                parent,
                ends[place],
                sum(each.parameters for each in within),
                sum(each.trainable for each in within),
                sum(each.held for each in within),
                sum(each.multiply_adds for each in within),
                sum(each.activations for each in within),
            )
        )
    return rows


def first_folded(rows: Sequence[TreeRow]) -> set[str]:
    """Return the paths that are folded at first: in a large network all but what stands outermost."""
    if len(rows) <= OPEN_UP_TO:
        return set()
    return {row.layer.path for place, row in enumerate(rows) if row.end > place + 1 and row.layer.depth > 0}


def seen_rows(rows: Sequence[TreeRow], folded: Container[str]) -> list[int]:
    """Return the places of the rows that no folded one contains."""
    seen, place = [], 0
    while place < len(rows):
        seen.append(place)
        place = rows[place].end if rows[place].layer.path in folded else place + 1
    return seen
