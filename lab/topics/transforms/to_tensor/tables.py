"""The tables of the page on tensors: before and after, in memory, and every array with every function."""

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
from lab.topics.transforms.to_tensor.memory_order import index_of, place_arithmetic, place_of
from lab.topics.transforms.to_tensor.verdicts import Verdict, verdict

NEIGHBOURS = 9


def facts(source: Source, found: Outcome, judged: Verdict) -> Table:
    """Return what can be said of the array and of the tensor."""
    array, values = source.array, found.values
    steps = tuple(step // array.itemsize for step in array.strides)
    before = [
        Cell(f"ndarray, {array.dtype}"),
        Cell("×".join(source.axes)),
        Cell(_tuple(array.shape)),
        Cell(array.min().item()),
        Cell(array.max().item()),
        Cell(float(array.mean(dtype=np.float64))),
        Cell(_tuple(steps)),
        Cell(_tuple(array.strides)),
        Cell(message("contiguous")),
        Cell(int(array.nbytes)),
        Cell(None),
        Cell(None),
    ]
    names: list[tuple[Words, Words]] = [
        (message("type"), message("Its class, and the type of its numbers.")),
        (message("axes"), message("H rows, W columns, C channels. Only you know: the array has the shape alone.")),
        (message("shape"), ""),
        (message("least"), ""),
        (message("greatest"), ""),
        (message("mean"), message("Of all numbers, in float64.")),
        (message("strides, elements"), message("How many numbers further on the next place along each axis is.")),
        (message("strides, bytes"), message("The same times the bytes of one number; NumPy says it so.")),
        (
            message("order in memory"),
            message(
                "Contiguous: the last axis runs fastest. Channels last: the numbers of one pixel lie side by side, "
                "although the axes are C×H×W."
            ),
        ),
        (message("bytes"), ""),
        (message("shares memory"), message("Whether both begin at the same address (data_ptr): writing to one changes "
                                           "the other.")),
        (message("a network says"), message("A convolution with 3 input channels, or 1 for a grey picture.")),
    ]  # fmt: skip
    if values is None:
        after = [Cell(message("refused"), found.original, "bad"), *[Cell(None)] * (len(names) - 1)]
    else:
        after = [
            Cell(f"{found.class_name}, {values.dtype}", mark="" if values.dtype == np.float32 else "bad"),
            Cell("×".join(found.axes), mark="" if found.axes == ("C", "H", "W") else "bad"),
            Cell(_tuple(values.shape)),
            Cell(values.min().item()),
            Cell(values.max().item()),
            Cell(float(values.mean(dtype=np.float64))),
            Cell(_tuple(found.strides)),
            Cell(_tuple(tuple(step * values.itemsize for step in found.strides))),
            Cell(_order(found)),
            Cell(int(values.nbytes)),
            Cell(message("yes") if found.shares else message("no, it is a copy")),
            Cell(message("refuses"), message("{words} In torch's words: {original}", words=found.network,
                                             original=Verbatim(found.network_original)), "bad")
            if found.network
            else Cell(message("takes it"), judged.sentence, judged.mark),
        ]  # fmt: skip
    rows = tuple(
        (Cell(name, why), first, second) for (name, why), first, second in zip(names, before, after, strict=True)
    )
    note = found.network if judged.mark == "good" and found.network else judged.sentence
    return Table("facts", ("", message("before: x"), message("after: t")), rows, note)


def _order(found: Outcome) -> Words:
    if found.contiguous and found.channels_last:
        return message("contiguous (one order)")
    if found.contiguous:
        return message("contiguous")
    return message("channels last") if found.channels_last else message("neither")


def _tuple(numbers: tuple[int, ...]) -> str:
    return "(" + ", ".join(map(str, numbers)) + ("," if len(numbers) == 1 else "") + ")"


def memory(source: Source, found: Outcome, at: tuple[int, int]) -> Table:
    """Return what lies side by side in memory, from the first number of the pixel that is followed."""
    array, values = source.array, found.values
    steps = tuple(step // array.itemsize for step in array.strides)
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
    return verdict(source, found), f"{found.values.dtype} {_tuple(found.values.shape)}"


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
