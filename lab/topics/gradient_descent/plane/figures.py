"""What descents over the plane look like."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from lab.core.events import Array
from lab.core.figures import Arrow, Axis, Cell, Chart, Field, Line, Overlay, Table, Words
from lab.core.text import Message, message
from lab.nets.registry.optimisers import IN_NUMPY
from lab.topics.gradient_descent.plane.basins import FIRST, LEFT, MOVING, OTHER, Basins
from lab.topics.gradient_descent.plane.surfaces import Surface

COLOURS = {name: place for place, name in enumerate(IN_NUMPY)}


@lru_cache(maxsize=8)
def height(shown: Surface) -> Field:
    """Return the surface as colours and contours; the same object again, so that it is drawn once."""
    return Field(
        "plane",
        shown.values,
        *_axes(shown),
        shown.x_range,
        shown.y_range,
        "f(x, y)",
        levels=shown.levels,
        picks="start",
        follows="at",
    )


@lru_cache(maxsize=8)
def empty_map(shown: Surface) -> Field:
    """Return the map of basins before anything is known; the same object again."""
    return _map(shown, np.full((20, 20), np.nan), ())


def basins_map(shown: Surface, basins: Basins) -> Field:
    """Return the map of basins as it is now: NaN where the descent is still on its way."""
    classes = basins.classes.astype(np.float32)
    ends = tuple(message("ends at ({x}, {y})", x=f"{x:.3f}", y=f"{y:.3f}") for x, y in basins.ends)
    others: list[Message] = []
    # Only what occurs is worth a place in the legend.
    values = np.full(classes.shape, np.nan, np.float32)
    for place in range(len(ends)):
        values[classes == FIRST + place] = place
    for kind, words in ((LEFT, message("leaves the map")), (OTHER, message("ends elsewhere"))):
        found = classes == kind
        if found.any():
            values[found] = len(ends) + len(others)
            others.append(words)
    if basins.moving:
        assert np.isnan(values[classes == MOVING]).all()
    return _map(shown, values, (*ends, *others))


def overlay(shown: Surface, walked: Mapping[str, Array], at: tuple[float, float] | None) -> Overlay:
    """Return the ways of the racers, the balls, and the gradient at the place that is asked for, or at the start."""
    lines = []
    for name, path in reversed(list(walked.items())):
        lines.append(Line(message(IN_NUMPY[name]), path[:, 0], path[:, 1], "line", COLOURS[name]))
        lines.append(Line("", path[-1:, 0], path[-1:, 1], "points" if len(lines) > 2 else "ball", COLOURS[name]))
    # The chosen one lies on top.
    lines[-1] = Line("", lines[-1].x, lines[-1].y, "ball", lines[-1].colour)
    place = np.array(at if at is not None else next(iter(walked.values()))[0])
    slope = shown.slope(place)
    size = float(np.hypot(*slope))
    arrows: tuple[Arrow, ...] = ()
    if np.isfinite(size) and size > 0:
        # Longer gradients have longer arrows, but none longer than a sixth of the map.
        reach = max(shown.x_range[1] - shown.x_range[0], shown.y_range[1] - shown.y_range[0]) / 6
        length = reach * size / (size + 1)
        downhill = -slope / size * length
        arrows = (Arrow(float(place[0]), float(place[1]), float(downhill[0]), float(downhill[1]), "−∇f"),)
    return Overlay("plane", tuple(lines), arrows)


def heights(shown: Surface, walked: Mapping[str, Array]) -> Chart:
    """Return the value of the function over the steps of each racer."""
    lines = tuple(
        Line(message(IN_NUMPY[name]), np.arange(len(path), dtype=float), shown.value(path), "line", COLOURS[name])
        for name, path in reversed(list(walked.items()))
    )
    longest = max(len(path) - 1 for path in walked.values())
    return Chart("heights", lines, Axis(message("step"), low=0.0, high=max(10.0, longest)), Axis("f(x, y)"))


def gradient(shown: Surface, at: tuple[float, float]) -> Table:
    """Return the gradient as the list of partial derivatives that it is, at a place."""
    x, y = at
    place = np.array(at, np.float64)
    value, slope = float(shown.value(place)), shown.slope(place)
    xx, xy, yy = (float(part) for part in shown.curvatures(place[0], place[1]))
    rows = [
        (Cell("(x, y)"), Cell(f"({x:.4g}, {y:.4g})"), Cell("")),
        (Cell("f"), Cell(value, str(shown.expression)), Cell(shown.expression.pretty())),
        (Cell("∂f/∂x"), Cell(float(slope[0]), str(shown.by_x)), Cell(shown.by_x.pretty())),
        (Cell("∂f/∂y"), Cell(float(slope[1]), str(shown.by_y)), Cell(shown.by_y.pretty())),
        (Cell("‖∇f‖"), Cell(float(np.hypot(*slope)), "√((∂f/∂x)² + (∂f/∂y)²)"), Cell("")),
    ]
    if np.isfinite([xx, xy, yy]).all():
        low, high = np.linalg.eigvalsh(np.array([[xx, xy], [xy, yy]]))
        bend = (
            message("bends up in all directions")
            if low > 0
            else message("bends down in all directions")
            if high < 0
            else message("bends up one way and down another")
        )
        rows.append(
            (
                Cell(message("curvatures")),
                Cell(
                    f"{low:.4g}, {high:.4g}",
                    message("The eigenvalues of the Hessian [[{xx}, {xy}], [{xy}, {yy}]]", xx=xx, xy=xy, yy=yy),
                ),
                Cell(bend),
            )
        )
    return Table("gradient", ("", message("value"), message("formula")), tuple(rows))


def race(shown: Surface, walked: Mapping[str, Array], going: Mapping[str, bool]) -> Table:
    """Return where each racer is, and how low."""
    ends = {name: path[-1] if going[name] else path[-2] for name, path in walked.items()}
    values = {name: float(shown.value(end)) for name, end in ends.items()}
    lowest = min((value for name, value in values.items() if going[name]), default=np.nan)
    rows = []
    for name, path in walked.items():
        x, y = (float(part) for part in ends[name])
        steps = len(path) - 1
        if not going[name]:
            how = Cell(message("left the map at step {step}", step=steps), mark="bad")
        else:
            how = Cell(float(np.hypot(*shown.slope(path[-1]))), message("the length of the gradient there"))
        best: Words = message("The lowest of all.") if values[name] == lowest and len(walked) > 1 else ""
        rows.append(
            (
                Cell(message(IN_NUMPY[name])),
                Cell(x),
                Cell(y),
                Cell(values[name], best, "strong" if best else ""),
                how,
            )
        )
    return Table("race", (message("optimiser"), "x", "y", "f(x, y)", "‖∇f‖"), tuple(rows))


def _axes(shown: Surface) -> tuple[Axis, Axis]:
    (left, right), (bottom, top) = shown.x_range, shown.y_range
    return Axis("x", low=left, high=right), Axis("y", low=bottom, high=top)


def _map(shown: Surface, values: Array, classes: tuple[Words, ...]) -> Field:
    return Field(
        "basins",
        values,
        *_axes(shown),
        shown.x_range,
        shown.y_range,
        message("where the descent ends"),
        "classes",
        classes,
        smooth=False,
        picks="start",
        missing=message("still on its way"),
    )
