"""What each step from an array to a batch has, what torch refuses, and what float32 loses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lab.core.code import CodeLine
from lab.core.figures import Cell, Words
from lab.core.quantities import SINGLE, Numbers, Quantity
from lab.core.text import Verbatim, message

if TYPE_CHECKING:
    from lab.topics.data.tensors import TensorsParams

_DTYPES = {"long": "int64", "int32": "int32", "float32": "float32", "float64": "float64"}
_CASTS = {"long": "long", "int32": "int", "float32": "float", "float64": "double"}
_WHOLE = 2**24 + 1
"""The first whole number that float32 does not have."""
_ALONE = message("of one label")


def _tensor(
    label: Words, why: Words, dtype: str, shape: tuple[int, ...], code: str, name: str = "", kind: str = "Tensor"
) -> Quantity:
    """Return the row of an array or a tensor."""
    size = np.dtype(dtype).itemsize * math.prod(shape)
    full = f"torch.{dtype}" if kind == "Tensor" else dtype
    cells = Cell(kind), Cell(full), Cell(Verbatim(str(shape)), mark="strong"), Cell(size)
    return Quantity(label, shape, why, name, f"tuple({code}.shape)", cells=cells)


def _held(label: str, why: Words, count: int, words: Words, name: str, code: str) -> Quantity:
    """Return the row of what has tensors, and no shape of its own."""
    return Quantity(
        label, count, why, name, code, cells=(Cell(label.partition("(")[0]), Cell(""), Cell(words), Cell(0))
    )


def steps(params: TensorsParams) -> Numbers:
    """Return kind, type, shape and bytes at each step."""
    count, wide, sizes = params.examples, params.features, params.sizes()
    dtype = params.precision
    alone = sum(len(set(part.tolist())) == 1 for part in params.batches())
    types: Words = message("half the bytes, and what weights can be multiplied by")
    rows = [
        _tensor("array", message("what NumPy draws: float64"), "float64", (count, wide), "array", kind="ndarray"),
        _tensor("torch.tensor(array)", message("a copy; the type stays"), "float64", (count, wide), "raw"),
        _tensor("x", message("as it was") if dtype == "float64" else types, dtype, (count, wide), "x", "x_shape"),
        _tensor("y", message("the labels"), _DTYPES[params.labels], params.label_shape(count), "y", "y_shape"),
        _held("TensorDataset(x, y)", message("It keeps both tensors, and copies nothing."), count,
              message("{count} pairs", count=count), "examples", "len(dataset)"),
        _tensor("dataset[0][0]", message("The first of a pair: a row of x, not copied."), dtype, (wide,),
                "dataset[0][0]", "item_shape"),
        _held("DataLoader(dataset)", message("{count} examples, {size} a batch", count=count, size=params.batch_size),
              len(sizes), message("{count} batches", count=len(sizes)), "batches", "len(loader)"),
        *_batches(params),
    ]  # fmt: skip
    some = message("{some} of {all}", some=alone, all=len(sizes))
    why = message("A step of such a batch pulls towards one class, and the next one undoes it.")
    cells = Cell(""), Cell(""), Cell(some, why, "bad" if alone else "good"), Cell(None)
    code = "sum(len(torch.unique(labels)) == 1 for _, labels in batches)"
    rows.append(Quantity(_ALONE, alone, why, "single_label_batches", code, cells=cells))
    columns = message("step"), message("type"), "dtype", message("shape"), message("bytes")
    return Numbers(rows, columns=columns, setup=_setup(params), note=_note(params, alone, len(sizes)))


def _batches(params: TensorsParams) -> list[Quantity]:
    sizes, wide = params.sizes(), params.features
    if not sizes:
        why = message("Too few examples for one full batch, and what is not full is dropped.")
        return [Quantity(message("first batch"), None, why, code="len(batches[0])", mark="bad")]
    stacked = message("rows, stacked along a new first dimension")
    labels = _DTYPES[params.labels]
    rows = [
        _tensor(message("first batch, x"), stacked, params.precision, (sizes[0], wide), "batches[0][0]", "batch_shape"),
        _tensor(message("first batch, y"), stacked, labels, params.label_shape(sizes[0]), "batches[0][1]"),
    ]
    if sizes[-1] != sizes[0]:
        last = message("last batch, x"), message("what was left"), params.precision, (sizes[-1], wide)
        rows.append(_tensor(*last, "batches[-1][0]", "last_batch_shape"))
    return rows


def _note(params: TensorsParams, alone: int, batches: int) -> Words:
    lost = params.examples - sum(params.sizes())
    if lost:
        return message("{count} examples are in no batch, since the last one is dropped.", count=lost)
    if alone and batches > 1 and not params.shuffle:
        return message("The classes follow one another, and nobody shuffled: batches come class by class.")
    return ""


def verdicts(params: TensorsParams) -> Numbers:
    """Return what a layer and losses say of x and y, and why."""
    count, classes = params.examples, params.classes
    whole, floating = params.labels == "long", params.labels.startswith("float")
    shape, fits = params.label_shape(count), _DTYPES[params.labels]
    single = params.precision == "float32"
    if not whole:
        why: Words = message("must be long, is {type}", type=fits)
    elif params.column:
        why = message("must be (N,), is (N, 1)")
    elif params.first:
        why = message("no output {label}: 0 … {last} exist", last=classes - 1, label=classes)
    else:
        why = message("all outputs 0: ln {classes}", classes=classes)
    if not params.column:
        binary: Words = message("shapes differ: (N, 1), (N,)")
    elif not floating:
        binary = message("must be floats: it computes with them")
    else:
        binary = message("all outputs 0: ln 2")
    classified = math.log(classes) if whole and not params.column and not params.first else None
    shapes: Words = message("each output − its label")
    if not params.column:
        shapes = message("each output − every label!")
    linear: Words = message("both are float32")
    if not single:
        linear = message("weights are float32, x is float64")
    silent = (count, 1) if params.column else (count, count)
    rows = (
        _verdict("nn.Linear", (count, classes) if single else None, linear, "tuple(F.linear(x, weights).shape)"),
        _verdict("cross_entropy", classified, why, "F.cross_entropy(outputs, y).item()"),
        _verdict("BCEWithLogits", math.log(2) if params.column and floating else None, binary,
                 "F.binary_cross_entropy_with_logits(outputs[:, :1], y).item()"),
        Quantity(
            message("outputs (N, 1) − y"), silent, shapes, "difference_shape", "tuple((outputs[:, :1] - y).shape)",
            cells=(Cell(Verbatim(str(silent)), mark="good" if params.column else "bad"), Cell(shapes)),
        ),
    )  # fmt: skip
    columns = message("given to"), message("outcome"), message("why")
    words = message("y has the shape {shape} and the type {type}.", shape=Verbatim(str(shape)), type=fits)
    setup = (
        CodeLine(f"weights = torch.zeros({classes}, {params.features})", why=message("as those of nn.Linear: float32")),
        f"outputs = torch.zeros({count}, {classes})",
    )
    return Numbers(rows, "verdicts", columns, words, setup)


def _verdict(label: str, value: float | tuple[int, ...] | None, why: Words, code: str) -> Quantity:
    fine = value is not None
    outcome = Cell(message("accepted") if fine else message("refused"), mark="good" if fine else "bad")
    return Quantity(label, value, why, label.lower().replace(".", "_"), code, cells=(outcome, Cell(why)),
                    tolerance=SINGLE)  # fmt: skip


def precision(params: TensorsParams) -> Numbers:
    """Return the same numbers in float64 and in float32."""
    array = params.array()
    single = array.astype(np.float32)
    first, rounded = float(array[0, 0]), float(single[0, 0])
    most = float(np.abs(single - array).max())
    zeros = float((np.trunc(array) == 0).mean())

    def row(label: Words, why: Words, values: tuple[float, float], codes: tuple[str, str], name: str = "",
            shown: tuple[str, str] | None = None) -> tuple[Quantity, ...]:  # fmt: skip
        return tuple(
            Quantity(label, value, why, name if place else "", code, about=why,
                     cells=(Cell(shown[place], why),) if shown else ())
            for place, (value, code) in enumerate(zip(values, codes, strict=True))
        )  # fmt: skip

    rows = (
        row(message("first number"), message("as exactly as each of them has it"), (first, rounded),
            ("raw[0, 0].item()", "raw.float()[0, 0].item()"), shown=(f"{first:.9g}", f"{rounded:.9g}")),
        row(message("largest error"), message("what .float() changed at most"), (0.0, most),
            ("(raw - raw).abs().max().item()", "(raw.float() - raw).abs().max().item()"), "largest_rounding"),
        row(message("step after 1"), message("the next number above 1 is so far away"),
            (float(np.finfo(np.float64).eps), float(np.finfo(np.float32).eps)),
            ("torch.finfo(torch.float64).eps", "torch.finfo(torch.float32).eps")),
        row("2²⁴ + 1", message("float32 has no gaps up to 2²⁴ only: larger row numbers get lost"),
            (float(_WHOLE), float(np.float32(_WHOLE))),
            (f"torch.tensor({_WHOLE}, dtype=torch.float64).item()",
             f"torch.tensor({_WHOLE}, dtype=torch.float32).item()")),
        row(message("bytes of x"), message("8 or 4 for each number"), (array.nbytes, single.nbytes),
            ("raw.nbytes", "raw.float().nbytes")),
        row(message("0 after .long()"), message("It cuts off what follows the point, towards 0: features must never be "
            "long. About 68 % of normal numbers become 0."), (zeros, float((np.trunc(single) == 0).mean())),
            ("(raw.long() == 0).double().mean().item()", "(raw.float().long() == 0).double().mean().item()"),
            "cut_to_zero"),
    )  # fmt: skip
    shares = (*rows[:-1], tuple(Quantity(q.label, q.value, q.why, q.name, q.code, share=True) for q in rows[-1]))
    return Numbers(shares, "precision", (message("quantity"), "float64", "float32"))


def _setup(params: TensorsParams) -> Sequence[CodeLine | str]:
    shape = ".unsqueeze(1)" if params.column else ""
    shift = " - 1" if params.first == 0 else ""
    return (
        "import numpy as np",
        "import torch",
        "from torch.nn import functional as F",
        "from torch.utils.data import DataLoader, TensorDataset",
        "",
        f"array = np.random.default_rng({params.seed}).standard_normal(({params.examples}, {params.features}))",
        CodeLine("raw = torch.tensor(array)", why=message("a copy; the type stays")),
        f"x = raw{'' if params.precision == 'float64' else '.float()'}",
        CodeLine(
            f"labels = np.ceil(np.linspace(0.01, {params.classes}, {params.examples}))",
            why=message("float64, 1 to {classes}, one class after the other", classes=params.classes),
        ),
        f"y = torch.tensor(labels{shift}).{_CASTS[params.labels]}(){shape}",
        "dataset = TensorDataset(x, y)",
        f"random = torch.Generator().manual_seed({params.seed})",
        f"loader = DataLoader(dataset, {params.batch_size}, shuffle={params.shuffle}, drop_last={params.drop_last},"
        " generator=random)",
        "batches = list(loader)",
    )
