"""What a state_dict holds, what loading gives, and what a pickle is made of."""

from __future__ import annotations

import math
import pickle
import pickletools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, CellMark, Chart, Line, Table, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Verbatim, message
from lab.nets.dense.classifier import DenseClassifierParams, layers

if TYPE_CHECKING:
    from lab.topics.data.save import SaveParams
    from lab.topics.data.save.reloaded import Reloaded

SHOWN = 100
"""Test images whose probabilities are compared."""
_DID: dict[str, Words] = {
    "GLOBAL": message("fetch this function of Python"),
    "BINUNICODE": message("a text"),
    "TUPLE1": message("make the arguments of what came last"),
    "REDUCE": message("call it: it runs now"),
    "STOP": message("the end of the file"),
}


@dataclass(frozen=True)
class Entry:
    """One entry of a state_dict; its first number is None before there is one."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    first: float | None = None


def named(params: DenseClassifierParams, shape: tuple[int, ...], classes: int) -> list[Entry]:
    """Return the entries that a network will have."""
    found = []
    for layer in layers(params, shape, classes):
        if layer.kind == "linear":
            found.append(Entry(f"{layer.name}.weight", (*layer.shape_out, *layer.shape_in), "float32"))
            found.append(Entry(f"{layer.name}.bias", layer.shape_out, "float32"))
        elif layer.kind == "batch_norm":
            numbers = ("weight", "bias", "running_mean", "running_var")
            found += [Entry(f"{layer.name}.{name}", layer.shape_out, "float32") for name in numbers]
            found.append(Entry(f"{layer.name}.num_batches_tracked", (), "int64"))
    return found


def entries(found: Iterable[Entry]) -> Table:
    """Return the state_dict, entry by entry."""
    rows, total = [], 0
    for entry in found:
        count = math.prod(entry.shape)
        size = count * np.dtype(entry.dtype).itemsize
        total += size
        first = (
            Cell(None, message("Run draws the first weights."))
            if entry.first is None
            else Cell(float(f"{entry.first:.4g}"))
        )
        rows.append(
            (
                Cell(entry.name),
                Cell(Verbatim(str(entry.shape))),
                Cell(entry.dtype),
                Cell(count, message("{bytes} bytes", bytes=f"{size:,}")),
                first,
            )
        )
    columns = message("entry"), message("shape"), "dtype", message("numbers"), message("first")
    note = message(
        "Names and tensors, {bytes} bytes in all. No layers, no activation, no code: whoever loads it has to build the "
        "network first.",
        bytes=f"{total:,}",
    )
    return Table("entries", columns, tuple(rows), note)


def outputs(found: Reloaded, digit: int) -> Chart:
    """Return the log-probability of a digit for some test images: of the original, loaded, and not loaded."""
    from scipy.special import log_softmax

    def line(scores: Array) -> Array:
        return np.asarray(log_softmax(scores[:SHOWN].astype(float), axis=1)[:, digit])

    x = np.arange(len(found.original[:SHOWN]), dtype=float)
    lines = (
        Line(message("original"), x, line(found.original), "rings", 0),
        Line(message("loaded"), x, line(found.loaded), "line + points", 2),
        Line(message("not loaded"), x, line(found.without), "line", 1),
    )
    return Chart(
        "outputs", lines, Axis(message("test image")), Axis(message("log-probability of {digit}", digit=digit))
    )


def told(found: Reloaded, params: SaveParams) -> Numbers:
    """Return how far the second network is from the first, before and after loading."""
    same = found.difference(found.loaded) == 0
    whole = message("{taken} of {entries} entries were taken", taken=found.taken, entries=found.entries)
    outcome: Words = message("all names and shapes fit")
    if found.refusal:
        outcome = Verbatim(found.refusal.splitlines()[-1].strip())
    elif found.taken < found.entries:
        outcome = message("strict=False: what does not fit was left out, without a word")
    mark: CellMark = "good" if same else "bad"
    largest = message("the largest difference of two outputs, over all test images")
    before = message("first weights of another seed")
    rows = (
        Quantity(message("load_state_dict"), found.taken, outcome, cells=(
            Cell(message("refused") if found.refusal else whole, outcome, mark),)),
        Quantity(message("difference, loaded"), found.difference(found.loaded), largest, mark=mark),
        Quantity(message("difference, not loaded"), found.difference(found.without), before),
        Quantity(message("accuracy, original"), found.accuracy(found.original), message("on the test images"),
                 share=True),
        Quantity(message("accuracy, loaded"), found.accuracy(found.loaded), message("on the test images"),
                 share=True, mark=mark),
        Quantity(message("accuracy, not loaded"), found.accuracy(found.without), before, share=True),
        Quantity(message("parameters"), found.parameters, message("weights and biases")),
        Quantity(message("bytes of the numbers"), found.number_bytes, message("4 for each of float32")),
        Quantity(message("bytes of the file"), found.file_bytes, message("safetensors: a header with names, types and "
                 "shapes, then the numbers")),
    )  # fmt: skip
    return Numbers(rows, note=_note(found, params, same))


def _note(found: Reloaded, params: SaveParams, same: bool) -> Words:
    if found.refusal:
        return message("Refused: nothing was loaded, and the second network is as random as it was.")
    if not same:
        return message("It was not refused, and yet the second network is as random as it was. Look at what fits.")
    if params.kept == "reference":
        return message("state_dict() is no copy: what was kept as the best followed the training to its last epoch.")
    return message("The same numbers in the same layers: the outputs are equal to the last bit.")


def readers(found: Reloaded) -> Table:
    """Return what each way to read files makes of weights, and of a file that would run something."""
    rows = []
    for name, good, bad in found.read:
        default = message("with weights_only=True, as it is by default since torch 2.6")
        rows.append((Cell(name, default if name == "torch.load" else ""), _read(good, ""), _read(bad, "good")))
    why = message("Unpickling is running: it calls what the file names. It was not tried here.")
    rows.append((Cell("pickle.load"), Cell(message("read"), mark="good"), Cell(message("would run it"), why, "bad")))
    columns = message("reader"), message("weights"), message("the trap")
    note = message("Descent writes safetensors, and opens no pickle that somebody may have made.")
    return Table("readers", columns, tuple(rows), note)


def _read(refusal: str, mark: CellMark) -> Cell:
    if refusal:
        return Cell(message("refused"), refusal, mark or "bad")
    return Cell(message("read"), mark="bad" if mark else "good")


def instructions() -> Table:
    """Return what a pickle consists of that runs something when it is opened: instructions, not numbers."""
    rows = []
    for operation, argument, _place in pickletools.genops(pickle.dumps(trap(), protocol=2)):
        if operation.name in _DID:
            # A pickle of the second protocol names modules as Python 2 did.
            said = str(argument).replace("__builtin__", "builtins") if argument is not None else ""
            mark: CellMark = "bad" if operation.name == "REDUCE" else ""
            rows.append((Cell(operation.name, mark=mark), Cell(Verbatim(said)), Cell(_DID[operation.name])))
    note = message(
        "This file prints a sentence; instead of print it might name os.system. Nobody sees that from outside."
    )
    columns = message("instruction"), message("argument"), message("what it does")
    return Table("instructions", columns, tuple(rows), note)


class _Trap:
    def __reduce__(self) -> Any:
        return print, ("anything could run here",)


def trap() -> object:
    """Return what pickles to a call of print."""
    return _Trap()
