"""The fits among the points, their errors over the distance, and the points after scaling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, BarPanel, Bars, Chart, Line, LineStyle, Words
from lab.core.text import message
from lab.topics.data.outliers.samples import Points

if TYPE_CHECKING:
    from lab.topics.data.outliers import OutliersParams

_PLACES = 21
SCALINGS: dict[str, Words] = {
    "raw": message("as it is"),
    "standard": message("z-score"),
    "robust": message("median, IQR"),
    "minmax": message("min–max"),
}


def fit(params: OutliersParams, points: Points) -> Chart:
    """Return the points, and the fits to all of them, to those that are left, and to the ordinary ones."""
    one, threshold = points.one, params.threshold
    fits: tuple[tuple[Words, Array, LineStyle, int], ...] = (
        (message("ordinary points alone"), points.fitted("known", threshold, "squared"), "dashes", -1),
        (message("all points"), points.fitted("none", threshold, "squared"), "line", 3),
        (message("after the rule"), points.fitted(params.rule, threshold, params.loss), "line", 2),
    )
    low, high = one.min(0), one.max(0)
    room = 0.06 * (high - low)
    low, high = low - room, high + room
    lines = [Line(words, *_drawn(points, found[0], low, high), style, colour) for words, found, style, colour in fits]
    if params.task == "classes":
        for label, words in enumerate((message("class A"), message("class B"))):
            x, y = one[points.classes == label].T
            lines.append(Line(words, x, y, "points", label))
    else:
        x, y = one[~points.is_far].T
        lines.append(Line(message("ordinary points"), x, y, "points", 0))
        x, y = one[points.is_far].T
        lines.append(Line(message("far points"), x, y, "points", 1))
    x, y = one[points.removed(params.rule, threshold)[0]].T
    lines.append(Line(message("removed"), x, y, "rings", 1))
    across, along = (Axis(name, low=float(a), high=float(b)) for name, a, b in zip("xy", low, high, strict=True))
    return Chart("fit", tuple(lines), across, along)


def _drawn(points: Points, found: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Return two points of a line, or of the boundary between the classes."""
    if points.task == "regression":
        x = np.array([low[0], high[0]])
        return x, found[0] + found[1] * x
    bias, *weights = found
    normal = np.array(weights) / max(float(np.hypot(*weights)), 1e-300)
    foot = -bias / max(float(np.hypot(*weights)), 1e-300) * normal
    # Further than the chart reaches, from the middle of what is seen.
    middle, turned = (low + high) / 2, np.array([-normal[1], normal[0]])
    start = foot + ((middle - foot) @ turned) * turned
    ends = start[:, None] + 2 * float(np.hypot(*(high - low))) * turned[:, None] * np.array([-1.0, 1.0])
    return ends[0], ends[1]


def farther(params: OutliersParams, points: Points, farthest: float) -> Chart:
    """Return the errors over the distance of the same far points."""
    x = np.linspace(0.0, farthest, _PLACES)
    all_of_them = points.at(*x.tolist())
    threshold = params.threshold
    lines = [Line(message("all points"), x, all_of_them.error_after("none", threshold, "squared"), "line", 3)]
    if params.task == "regression":
        huber = all_of_them.error_after("none", threshold, "huber")
        lines.append(Line(message("all points, Huber"), x, huber, "thin", 0))
    left = all_of_them.error_after(params.rule, threshold, params.loss)
    lines.append(Line(message("after the rule"), x, left, "line + points", 2))
    ordinary = float(points.error_after("known", threshold, "squared")[0])
    lines.append(Line(message("ordinary points alone"), x, np.full(len(x), ordinary), "dashes", -1))
    here = points.error_after(params.rule, threshold, params.loss)
    lines.append(Line("", np.array([params.distance]), here, "ball", 2))
    words = message("share that is wrong") if params.task == "classes" else message("distance from the true line")
    axis = Axis(message("distance of the far points"), low=0.0, high=farthest)
    errors = Axis(words, low=0.0, share=params.task == "classes")
    return Chart("farther", tuple(lines), axis, errors, picks="distance")


def column(params: OutliersParams) -> int:
    """Return the column in which the far points are far: 0 for x, 1 for y."""
    return int(params.task == "regression" and params.place == "across")


def parts(values: Array) -> dict[str, tuple[float, float]]:
    """Return for each scaling what is subtracted, and what is divided by."""
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
    least, most = float(values.min()), float(values.max())
    return {
        "raw": (0.0, 1.0),
        "standard": (float(values.mean()), float(values.std())),
        "robust": (middle, high - low),
        "minmax": (least, most - least),
    }


def spreads(params: OutliersParams, points: Points) -> dict[str, float]:
    """Return the standard deviation of the ordinary points after each scaling of all."""
    values = points.one[:, column(params)]
    ordinary = float(values[~points.is_far].std())
    return {name: ordinary / divided for name, (_, divided) in parts(values).items()}


def scaled(params: OutliersParams, points: Points) -> Bars:
    """Return what scaling leaves of the ordinary points, and where it puts the farthest one."""
    values = points.one[:, column(params)]
    found = parts(values)
    spread = np.array(list(spreads(params, points).values()))
    far = np.array([np.abs((values - middle) / divided).max() for middle, divided in found.values()])
    return Bars(
        "scaled",
        tuple(SCALINGS.values()),
        (
            BarPanel(message("spread of the ordinary points"), spread, 0.0, max(1.2, float(spread.max())),
                     remark=message("standard deviation, after scaling all")),
            BarPanel(message("the farthest point"), far, 0.0, float(far.max()),
                     remark=message("its distance from 0"), colour=1),
        ),
    )  # fmt: skip
