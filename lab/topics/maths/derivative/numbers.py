"""The derivative by rule, by differences, by a wrong rule, and by torch, with the arithmetic of each."""

from __future__ import annotations

import math

import numpy as np

from lab.core.figures import Cell, CellMark, Table, Words
from lab.core.quantities import DOUBLE, SINGLE, Numbers, Quantity
from lab.core.text import message
from lab.maths.expressions.autograd import Precision, by_torch
from lab.topics.maths.derivative.slope_figures import minus_sign, remark, short
from lab.topics.maths.derivative.slopes import Curves, Spot


def numbers(curves: Curves, spot: Spot) -> Numbers:
    """Return the derivative by rule, by differences, and by a wrong rule; what has no value is no result.

    The note is the formula, or why there is no derivative here: beside the curves, where it may come and go under a
    moving hand.
    """
    at, h, ahead = short(spot.at), short(spot.h), _long(spot.ahead)
    further, back, twice = short(spot.at + spot.h), short(spot.at - spot.h), short(2 * spot.h)
    forward = f"(f(x + h) − f(x)) / h = (f({further}) − f({at})) / {h}"
    forward += f"\n= ({ahead} − {_minus(_long(spot.value))}) / {h} = {_long(spot.forward)}"
    central = f"(f(x + h) − f(x − h)) / 2h = (f({further}) − f({back})) / {twice}"
    central += f"\n= ({ahead} − {_minus(_long(spot.behind))}) / {twice} = {_long(spot.central)}"
    exact = f"f(x) = {curves.function.pretty()}\nf′(x) = {curves.derivative.pretty()}\nf′({at}) = {_long(spot.slope)}"
    found = [
        Quantity(message("value"), _known(spot.value), name="f", listed=False),
        Quantity(
            message("the rules, exactly"), _known(spot.slope), exact, "derivative",
            cells=(Cell(spot.slope, exact, "strong"), Cell(None)),
        ),
        _nearly(message("forward difference"), spot.forward, forward, "forward_difference", spot),
        _nearly(message("central difference"), spot.central, central, "central_difference", spot),
    ]  # fmt: skip
    if curves.wrong is not None:
        label = message("product rule, wrongly" if curves.wrong.rule == "product" else "chain rule, wrongly")
        wrong = float(curves.wrong.derivative(spot.at))
        why = f"{curves.wrong.pieces}\nwrong: {curves.wrong.wrong} = {_long(wrong)}"
        why += f"\nf′ = {curves.wrong.right} = {_long(spot.slope)}"
        cells = (Cell(wrong, why, "bad"), _error(wrong, spot.slope))
        found.append(Quantity(label, _known(wrong), why, "wrong", cells=cells))
    columns: tuple[Words, ...] = (message("f′(x) by"), message("value"), message("error"))
    note = remark(curves, spot) or f"f′(x) = {curves.derivative.pretty()}"
    return Numbers(found, columns=columns, note=note)


def _nearly(label: Words, value: float, why: str, name: str, spot: Spot) -> Quantity:
    return Quantity(label, _known(value), why, name, cells=(Cell(value, why), _error(value, spot.slope)))


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def autograd(curves: Curves, spot: Spot) -> Table:
    """Return what torch says of the derivative, in numbers of 64 and of 32 bits."""
    rows = tuple(_autograd_row(curves, spot, precision) for precision in ("float64", "float32"))
    return Table("autograd", (message("numbers"), message("value"), message("error")), rows)


def _autograd_row(curves: Curves, spot: Spot, precision: Precision) -> tuple[Cell, ...]:
    theirs = by_torch(curves.function, {"x": spot.at}, precision)
    # Where there is no value, a derivative means nothing.
    slope = math.nan if math.isnan(theirs.value) else theirs.gradient["x"]
    why = f"x = torch.tensor({spot.at!r}, dtype=torch.{precision}, requires_grad=True)"
    why += f"\nf(x).backward()\nx.grad = {slope!r}"
    error = _error(slope, spot.slope)
    return Cell(precision), Cell(slope, why), Cell(error.value, error.why, _mark(slope, spot.slope, precision))


def _mark(slope: float, exact: float, precision: Precision) -> CellMark:
    tolerance = DOUBLE if precision == "float64" else SINGLE
    near = np.isclose(slope, exact, tolerance.relative, tolerance.absolute, equal_nan=True)
    return "good" if near else "bad"


def _error(value: float, exact: float) -> Cell:
    return Cell(abs(value - exact), f"|{_long(value)} − {_minus(_long(exact))}|")


def _long(value: float) -> str:
    return minus_sign(f"{value:.10g}")


def _minus(number: str) -> str:
    """Return what can stand after a minus."""
    return f"({number})" if number.startswith("−") else number
