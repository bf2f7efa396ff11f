"""What of a difference is the scale of the first weights, and what the family they are drawn from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from lab.core.events import Array
from lab.core.figures import Cell, Table
from lab.core.text import message
from lab.maths import chance
from lab.sweeps.comparison import interval
from lab.sweeps.outcomes import Results

SURE, ROUNDING = 0.05, 1e-9
"""Below which p a difference is printed bold, and below which size it is none."""
MEASURES = ("test_accuracy", "accuracy", "loss")


def contrasts(grid: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
    """Yield differences (seeds,) of a measure, from its values (seeds,) by rule."""
    kaiming, xavier = (
        {family: grid[f"{scale}_{family}"] for family in ("normal", "uniform")} for scale in ("kaiming", "xavier")
    )
    yield "both", kaiming["uniform"] - xavier["normal"]
    yield "scale", (kaiming["normal"] + kaiming["uniform"] - xavier["normal"] - xavier["uniform"]) / 2
    yield "family", (kaiming["uniform"] + xavier["uniform"] - kaiming["normal"] - xavier["normal"]) / 2


WORDS = {
    "both": message("as the notebook"),
    "scale": message("scale alone"),
    "family": message("family alone"),
}
WHY = {
    "both": message("Kaiming uniform − Xavier normal: two things differ at once"),
    "scale": message("Kaiming − Xavier, the mean over normal and uniform"),
    "family": message("uniform − normal, the mean over Kaiming and Xavier"),
}


def effects(results: Results) -> Table:
    """Return each difference with its interval and its t-test, of a sweep over all rules and seeds."""
    rules = results.sweep.axes[0].values
    by_measure = {}
    for measure in MEASURES:
        grid = results.grid(measure)[..., 0]
        by_measure[measure] = dict(contrasts(dict(zip(rules, grid, strict=True))))
    rows = []
    for name, words in WORDS.items():
        cells = [Cell(words, WHY[name], "bad" if name == "both" else "")]
        for measure in MEASURES:
            cells.append(_difference(by_measure[measure][name], 1.0 if measure == "loss" else 100.0))
        rows.append(tuple(cells))
    columns = message("difference"), message("test, points"), message("training, points"), message("training loss")
    known = int(np.isfinite(by_measure["loss"]["scale"]).sum())
    note = message(
        "{count} seeds, each with a split of its own; ± is half of the 95 % interval. Bold: p below 0.05.",
        count=known,
    )
    return Table("effects", columns, tuple(rows), note)


def _difference(found: Array, scale: float) -> Cell:
    known = scale * found[np.isfinite(found)]
    mean, half = interval(known)
    if math.isnan(half):
        return Cell(None, message("not there yet"))
    tested = chance.paired_t(known)
    p = 1.0 if tested is None else tested[1]
    why = message(
        "p {p}: paired t-test of {count} differences, one a seed; ± is half of the 95 % interval",
        p=f"{p:.2g}", count=len(known),
    )  # fmt: skip
    words = f"\u2066{_short(mean, '+')} ± {_short(half)}\u2069"
    return Cell(words, why, "strong" if p < SURE else "")


def _short(value: float, sign: str = "") -> str:
    # What is left of sums that cancel out is none.
    return f"{value if abs(value) > ROUNDING else 0.0:{sign}.2g}".replace("-", "−")
