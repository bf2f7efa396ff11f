"""What of several trainings of one network has moved, tensor by tensor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lab.core.figures import Cell, Table, Words
from lab.core.text import message
from lab.topics.transfer.given import is_buffer

Moves = Mapping[str, float]
"""How far each tensor has moved, over its length before."""


def moved_table(labels: Mapping[str, Words], moves: Mapping[str, Moves], wrong: Callable[[str, str, float], bool],
                note: Words) -> Table:  # fmt: skip
    """Return a row a tensor, from the last layer back, a column a training; `wrong(training, tensor, far)` tells what
    should not be so.
    """
    rows = []
    for name in _from_the_last(next(iter(moves.values()))):
        why = message("gathered by batch norm; no gradient moves it") if is_buffer(name) else ""
        rows.append(
            (
                Cell(name, why, "muted" if is_buffer(name) else ""),
                *(_far(moves[way][name], wrong(way, name, moves[way][name])) for way in labels),
            )
        )
    return Table("moved", (message("moved, %"), *labels.values()), tuple(rows), note)


def unmoved_table(labels: Mapping[str, Words], names: Mapping[str, tuple[int, ...]], note: Words) -> Table:
    """Return the same before anything has learned: the tensors that there are."""
    floating = _from_the_last(name for name in names if not name.endswith("num_batches_tracked"))
    rows = [(Cell(name, "", "muted" if is_buffer(name) else ""), *(Cell(None) for _ in labels)) for name in floating]
    return Table("moved", (message("moved, %"), *labels.values()), tuple(rows), note)


def _from_the_last(names: Iterable[str]) -> list[str]:
    """Return the names layer by layer from the last one, those of one layer in their order."""
    layers: dict[str, list[str]] = {}
    for name in names:
        layers.setdefault(name.rpartition(".")[0], []).append(name)
    return [name for layer in reversed(layers.values()) for name in layer]


def _far(far: float, wrong: bool) -> Cell:
    return Cell(float(f"{100 * far:.3g}") if far else 0, mark="bad" if wrong else "" if far else "muted")
