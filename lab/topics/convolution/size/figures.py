"""How the size of a convolution's output changes with one of its settings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Mark
from lab.core.text import Message, message
from lab.topics.convolution.size.axes import AxisSizes
from lab.topics.convolution.size.params import RANGES

LABELS: Mapping[str, Message] = {
    "kernel": message("kernel size k"),
    "padding": message("padding p"),
    "stride": message("stride s"),
    "dilation": message("dilation d"),
}


def curve(rows: AxisSizes, columns: AxisSizes, vary: str) -> Chart:
    """Return the output size when one setting is varied and the others stay; where nothing fits there is a gap."""
    low, high = RANGES[vary]
    along = np.arange(low, high + 1)
    same = rows == columns
    axes = ((message("output size"), rows),) if same else ((message("rows"), rows), (message("columns"), columns))
    lines, marks = [], []
    for colour, (words, axis) in enumerate(axes):
        sizes = varied(axis, vary, along)
        lines.append(Line(words, along.astype(float), sizes, "line + points", colour))
        gaps = np.flatnonzero(np.isnan(sizes))
        if len(gaps) and len(gaps) < len(along):
            if vary == "padding":
                place, said = int(along[gaps[-1]]) + 0.5, message("fits from here")
            else:
                place, said = int(along[gaps[0]]) - 0.5, message("fits up to here")
            marks.append(Mark("x", place, said if same else message("{axis}: {said}", axis=words, said=said)))
    for colour, (_words, axis) in enumerate(axes):
        if axis.outputs:
            now, outputs = np.array([float(getattr(axis, vary))]), np.array([float(axis.outputs)])
            lines.append(Line(message("now"), now, outputs, "ball", colour))
    x = Axis(LABELS[vary], low=float(low), high=float(high))
    return Chart("curve", tuple(lines), x, Axis(message("output size"), low=0.0), tuple(marks), picks=vary)


def varied(axis: AxisSizes, vary: str, values: Array) -> Array:
    """Return the output sizes (N,) for values (N,) of one setting; NaN where the kernel fits nowhere."""
    settings: dict[str, Array] = {name: np.array(getattr(axis, name)) for name in RANGES} | {vary: values}
    room = axis.size + 2 * settings["padding"] - settings["dilation"] * (settings["kernel"] - 1) - 1
    sizes: Array = np.where(room >= 0, room // settings["stride"] + 1.0, np.nan)
    return np.broadcast_to(sizes, values.shape)
