"""What batch norm makes of one batch, number by number: in training, and in use with what it remembers of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array
from lab.core.figures import Matrices, MatrixItem, Words
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import message
from lab.nets.dense.network import SMALL

Row = tuple[Quantity, ...]


@dataclass(frozen=True)
class Normed:
    """A batch (N, U), and what a fresh batch norm makes of it; of one row it makes nothing in training."""

    batch: Array
    momentum: float
    scale: float
    shift: float

    @property
    def alone(self) -> bool:
        """Whether there is one row only."""
        return len(self.batch) == 1

    @property
    def mean(self) -> Array:
        """The means (U,)."""
        return np.asarray(self.batch.mean(0))

    @property
    def variance(self) -> Array:
        """The mean squares of the distances from the mean (U,)."""
        return np.asarray(self.batch.var(0))

    @property
    def outputs(self) -> Array:
        """What comes out in training (N, U)."""
        return np.asarray((self.batch - self.mean) / np.sqrt(self.variance + SMALL) * self.scale + self.shift)

    @property
    def running_mean(self) -> Array:
        """The mean that is kept after this batch; it began with 0."""
        return np.asarray(self.momentum * self.mean)

    @property
    def running_variance(self) -> Array:
        """The variance that is kept after this batch, of N − 1; it began with 1."""
        return np.asarray((1 - self.momentum) + self.momentum * self.batch.var(0, ddof=1))

    @property
    def used(self) -> Array:
        """What comes out in use, after this one batch (N, U)."""
        kept = (self.batch - self.running_mean) / np.sqrt(self.running_variance + SMALL)
        return np.asarray(kept * self.scale + self.shift)


def matrices(normed: Normed) -> Matrices:
    """Return the batch, which can be edited, and what comes out in training and in use."""
    rows = tuple(message("row {number}", number=place + 1) for place in range(len(normed.batch)))
    units = tuple(f"x{'₁₂₃₄₅₆₇₈'[place]}" for place in range(normed.batch.shape[1]))
    given = MatrixItem(
        message("a batch"), tuple(map(tuple, normed.batch.tolist())), row_labels=rows, column_labels=units,
        field="batch", most=(8, 4),
    )  # fmt: skip
    if normed.alone:
        refusal = message("One row has no spread to be divided by: in training torch refuses a batch of 1.")
        return Matrices("batch", (given,), refusal)
    return Matrices(
        "batch",
        (
            given,
            _item(message("in training: its own mean"), normed, normed.outputs, normed.mean, normed.variance),
            _item(message("in use: the kept mean"), normed, normed.used, normed.running_mean, normed.running_variance),
        ),
    )


def _item(title: Words, normed: Normed, values: Array, mean: Array, variance: Array) -> MatrixItem:
    whys = tuple(
        tuple(
            f"({x:g} − {m:.4g}) / √({v:.4g} + {SMALL:g}) · {normed.scale:g} + {normed.shift:g} = {y:.4f}"
            for x, m, v, y in zip(row, mean.tolist(), variance.tolist(), out, strict=True)
        )
        for row, out in zip(normed.batch.tolist(), values.tolist(), strict=True)
    )
    parts = {0: "column"}
    return MatrixItem(title, tuple(map(tuple, values.round(3).tolist())), "→", whys=whys, parts=parts)


def numbers(normed: Normed) -> Numbers:
    """Return means, variances, what is kept of them, and the first row; torch says the same, or refuses."""
    count, units, share = *normed.batch.shape, normed.momentum
    old, new = f"{1 - share:g}", f"{share:g}"

    def row(label: Words, why: Words, name: str, values: Array | None, code: str, through: Lines = ()) -> Row:
        said = message("of one row there is none") if values is None else why
        return tuple(
            Quantity(
                label, None if values is None else float(values[unit]), said, f"{name}_{unit + 1}",
                code.replace("UNIT", str(unit)), lines=() if unit else through,
            )
            for unit in range(units)
        )  # fmt: skip

    trained, mean, variance, used = (
        (None,) * 4
        if normed.alone
        else (normed.outputs[0], normed.running_mean, normed.running_variance, normed.used[0])
    )
    in_training = CodeLine(
        "trained = norm(x)", (), message("By the batch's own mean and variance; some of them is kept.")
    )
    in_use = CodeLine("used = norm(x)", (), message("By what was kept."))
    first = ", ".join(f"{x:g}" for x in normed.batch[0].tolist())
    quantities = (
        row(message("mean of the batch"), message("of {count} rows", count=count), "mean", normed.mean,
            "x.mean(0)[UNIT].item()"),
        row(message("variance of the batch"), message("sum of squares, divided by {count}", count=count), "variance",
            normed.variance, "x.var(0, correction=0)[UNIT].item()"),
        row(message("row 1 in training"), message("of {numbers}", numbers=first), "trained", trained,
            "trained[0, UNIT].item()", (in_training,)),
        row(message("kept mean"), message("{old} · 0 + {new} · mean", old=old, new=new), "kept_mean", mean,
            "norm.running_mean[UNIT].item()"),
        row(message("kept variance"),
            message("{old} · 1 + {new} · variance, divided by one less", old=old, new=new), "kept_variance",
            variance, "norm.running_var[UNIT].item()"),
        row(message("row 1 in use"), message("by the kept numbers, whatever else is in the batch"), "used", used,
            "used[0, UNIT].item()", ("norm.eval()", in_use)),
    )  # fmt: skip
    return Numbers(
        quantities,
        name="statistics",
        columns=(message("quantity"), *(message("unit {number}", number=unit + 1) for unit in range(units))),
        setup=(
            "import torch",
            "from torch import nn",
            "",
            f"x = torch.tensor({normed.batch.tolist()}, dtype=torch.float64)",
            f"norm = nn.BatchNorm1d({units}, momentum={share!r}, dtype=torch.float64)",
            f"norm.weight.data.fill_({normed.scale!r})",
            f"norm.bias.data.fill_({normed.shift!r})",
        ),
        note=message("A fresh batch norm, after one batch: what it keeps began as mean 0 and variance 1."),
    )
