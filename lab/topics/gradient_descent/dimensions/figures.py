"""What is shown of random Hessians in more and more dimensions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table, Words
from lab.core.text import message
from lab.topics.gradient_descent.dimensions.hessians import Drawn, asymptotic, bar_edges, chance, density

_PLACES: Final = 241


def share_chart(drawn: Sequence[Drawn], ensemble: str, shift: float, most: int, samples: int) -> Chart:
    """Return the share of minima by dimension, with its interval, beside theory and coin tosses.

    Before anything is drawn, theory would only give away what is to be found.
    """
    dimensions = np.arange(1.0, most + 1)
    # One decade below what so many samples can show.
    low = 10.0 ** (math.floor(-math.log10(samples)) - 1)
    lines = [Line(message("coin tosses, 2⁻ⁿ"), dimensions, 2.0**-dimensions, "dashes", 4)]
    if drawn and ensemble == "goe" and not shift:
        lines.append(Line("e^(−n² ln 3 ∕ 4)", dimensions, asymptotic(dimensions), "dashes", -1))
    exact = [chance(ensemble, int(dimension), shift) for dimension in dimensions]
    if drawn and exact[0] is not None:
        lines.append(Line(message("exact chance"), dimensions, np.array(exact, np.float64), "line", 0))
    lines += _measured(drawn, low)
    return Chart(
        "share",
        tuple(lines),
        Axis(message("dimension n: number of parameters"), low=0.5, high=most + 0.5),
        Axis(message("share with all eigenvalues positive"), log=True, low=low, high=1.3),
    )


def _measured(drawn: Sequence[Drawn], low: float) -> list[Line]:
    """Return the shares, and their intervals as standing strokes; what is zero is not drawn."""
    at = np.array([each.dimension for each in drawn], np.float64)
    # On a logarithmic axis an interval that begins at zero goes on below the chart, which ends at `low`.
    ends = np.array([(max(each.interval[0], 1e-3 * low), each.interval[1], np.nan) for each in drawn], np.float64)
    shares = np.array([each.share or np.nan for each in drawn], np.float64)
    return [
        Line(message("95 % interval"), np.repeat(at, 3), ends.ravel(), "thin", 1),
        Line(message("share that are minima"), at, shares, "points", 1),
    ]


def spectrum(drawn: Drawn | None, ensemble: str, shift: float, dimension: int) -> Chart:
    """Return the eigenvalues of all Hessians of one dimension as a histogram, uphill and downhill apart, and their law.

    Before anything is drawn it is the law of `dimension`.
    """
    edges, middles, heights = bar_edges(ensemble, dimension, shift), np.empty(0), np.empty(0)
    if drawn is not None:
        dimension, edges = drawn.dimension, drawn.edges
        middles = (edges[:-1] + edges[1:]) / 2
        heights = drawn.histogram / (drawn.count * dimension * np.diff(edges))
    lines = [
        Line(message("bends down"), middles[middles < 0], heights[middles < 0], "bars", 3),
        Line(message("bends up"), middles[middles > 0], heights[middles > 0], "bars", 2),
    ]
    x = np.linspace(edges[0], edges[-1], _PLACES)
    law: Words = message("normal curve")
    if ensemble == "goe":
        law = message("Wigner's semicircle, radius √(2n)")
    lines.append(Line(law, x, density(ensemble, dimension, shift, x), "line", 0))
    return Chart(
        "spectrum",
        tuple(lines),
        Axis(message("eigenvalues in dimension {n}", n=dimension), low=float(x[0]), high=float(x[-1])),
        Axis(message("density"), low=0.0),
        (Mark("x", 0.0),),
    )


def numbers(drawn: Sequence[Drawn], ensemble: str, shift: float) -> Table:
    """Return what was counted in each dimension, and what was to be expected."""
    columns = (
        "n",
        message("minima"),
        message("share"),
        message("exact"),
        "2⁻ⁿ",
        message("ways down"),
    )
    note = message("Ways down: eigenvalues below zero, on average over all flat places of that dimension.")
    return Table("numbers", columns, tuple(_row(each, ensemble, shift) for each in drawn), note)


def _row(drawn: Drawn, ensemble: str, shift: float) -> tuple[Cell, ...]:
    low, high = drawn.interval
    interval = message("95 % interval, by Wilson: {low} to {high}", low=f"{low:.3g}", high=f"{high:.3g}")
    found = (
        message("{found} of {count}", found=f"{drawn.positive:,}", count=f"{drawn.count:,}")
        if drawn.positive
        else message("none of {count}", count=f"{drawn.count:,}")
    )
    exact = chance(ensemble, drawn.dimension, shift)
    once: Words = "" if not exact else message("about one in {count}", count=f"{1 / exact:,.3g}")
    if exact is None:
        once = message("There is no simple formula for shifted Hessians.")
    return (
        Cell(drawn.dimension),
        Cell(found, interval, "" if drawn.positive else "bad"),
        Cell(drawn.share, interval, "strong"),
        Cell(None if exact is None else float(f"{exact:.2g}"), once),
        Cell(float(f"{2.0**-drawn.dimension:.2g}"), message("if the sign of each curvature were a coin toss")),
        Cell(
            float(f"{drawn.mean_downhill:.3g}"),
            message(
                "of {n} directions; the flat place with fewest has {fewest}", n=drawn.dimension, fewest=drawn.fewest
            ),
        ),
    )
