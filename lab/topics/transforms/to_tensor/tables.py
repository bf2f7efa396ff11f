"""What lies side by side in memory, and every array with every function."""

from __future__ import annotations

from functools import cache

import numpy as np

from lab.core.figures import Cell, Table, Words
from lab.core.text import Message, Verbatim, message
from lab.topics.transforms.to_tensor.kinds import (
    FUNCTIONS,
    KINDS,
    Outcome,
    Source,
    outcome,
    placed,
    source_of,
)
from lab.topics.transforms.to_tensor.memory_order import index_of, place_arithmetic, place_of, steps_of
from lab.topics.transforms.to_tensor.verdicts import Verdict, verdict

NEIGHBOURS = 9


def memory(source: Source, found: Outcome, at: tuple[int, int]) -> Table:
    """Return what lies side by side in memory, from the first number of the pixel that is followed."""
    array, values = source.array, found.values
    steps = steps_of(array)
    start = place_of(placed(source.axes, 0, *at), steps)
    flat = array.reshape(-1)
    after_start, after_flat = 0, None
    if values is not None:
        after_start = place_of(found.index(0, *at), found.strides)
        after_flat = values.ravel(order="K")
    rows = []
    for further in range(NEIGHBOURS):
        cells = [Cell(f"+{further}")]
        cells += _beside("x", flat, start + further, array.shape, steps, source.axes, source, at)
        if after_flat is None:
            cells += [Cell(None)] * 3
        else:
            shape = tuple(values.shape) if values is not None else ()
            cells += _beside("t", after_flat, after_start + further, shape, found.strides, found.axes, source, at)
        rows.append(tuple(cells))
    columns = ("", message("place"), "x", message("number"), message("place"), "t", message("number"))
    return Table(
        "memory",
        columns,
        tuple(rows),
        message("In both, from the first number of the pixel followed on, one after the other as they lie in memory."),
    )


def _beside(
    name: str, flat: np.ndarray[tuple[int, ...], np.dtype[np.generic]], place: int, shape: tuple[int, ...],
    strides: tuple[int, ...], axes: tuple[str, ...], source: Source, at: tuple[int, int],
) -> list[Cell]:  # fmt: skip
    """Return the place, the index and the number at a place of memory; nothing beyond its end."""
    if place >= flat.size:
        return [Cell(None), Cell(message("the end")), Cell(None)]
    index = index_of(place, shape, strides)
    where = dict(zip(axes, index, strict=True))
    followed = (where["H"], where["W"]) == at
    letter = "" if source.channels == 1 else f" {'RGBA'[where['C']]}"
    why = place_arithmetic(name, index, strides, flat.itemsize)
    said = f"[{', '.join(map(str, index))}]{letter}"
    return [Cell(place, why), Cell(said, why, "strong" if followed else ""), Cell(flat[place].item(), why)]


_SAMPLE = np.random.default_rng(0).integers(0, 256, (4, 6, 3), dtype=np.uint8)


@cache
def _judged(kind: str, function: str) -> tuple[Verdict, str]:
    source = source_of(kind, _SAMPLE)
    found = outcome(source, function)
    if found.values is None:
        return verdict(source, found), found.original
    return verdict(source, found), f"{found.values.dtype} {found.values.shape}"


def every_combination(kind: str, function: str) -> Table:
    """Return what comes of each array by each function, tried on a picture of 4 × 6 pixels."""
    rows = []
    for each in KINDS:
        cells = [Cell(Message(KINDS[each]), mark="strong" if each == kind else "")]
        for way in FUNCTIONS:
            judged, result = _judged(each, way)
            now = (each, way) == (kind, function)
            word: Words = message("▸ {word}", word=judged.word) if now else judged.word
            cells.append(Cell(word, message("{result}. {sentence}", result=Verbatim(result), sentence=judged.sentence),
                              judged.mark))  # fmt: skip
        rows.append(tuple(cells))
    columns = ("", "ToTensor()", "v2", "permute / 255", "from_numpy")
    return Table("every", columns, tuple(rows), message("Tried with torch on 4 × 6 random pixels; ▸ is what you see."))
