"""What networks that learned bars say of lines of any angle, as figures and numbers. Needs no torch."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table, Words
from lab.core.pictures import PicturePanel, Pictures
from lab.core.text import Message, message
from lab.maths.chance import mean_interval

ANGLES = np.arange(0.0, 180.0, 3.0)
STANDS = (ANGLES > 45) & (ANGLES < 135)
ASKED = (ANGLES != 45) & (ANGLES != 135)
"""Lines of which it is known what is right."""
STEEPEST = 10.0
"""The slope up to which answers are drawn over it, as in the course."""
PICTURED = 8
"""Of so many lines one is drawn with its answer."""

NAMES: Mapping[str, Message] = MappingProxyType(
    {
        "course": message("1 pixel, no noise"),
        "thick": message("thick, no noise"),
        "noisy": message("1 pixel, in noise"),
        "like": message("thick, in noise"),
    }
)
WHYS: Mapping[str, Message] = MappingProxyType(
    {
        "course": message("the course's lines: nothing of the kind was learned from"),
        "thick": message("as thick as the bars that were learned from, on empty ground"),
        "noisy": message("thinner than all bars that were learned from, in their noise"),
        "like": message("as thick as the bars that were learned from, and in their noise"),
    }
)
DEGREES = Axis(message("angle of the line"), "°", low=0.0, high=180.0)
VERTICAL = Axis(message("probability of “vertical”"), low=0.0, high=1.0)


@dataclass(frozen=True)
class Answers:
    """The probability of "vertical", (networks, angles), for each kind of line; of several draws of noise the mean."""

    shares: Mapping[str, Array]

    def right(self, way: str) -> Array:
        """Return the share of lines of which each network (N,) says what they are."""
        found: Array = ((self.shares[way] > 0.5) == STANDS)[:, ASKED].mean(1)
        return found

    def metrics(self) -> Iterator[tuple[str, float]]:
        """Yield which share the first network has right, and the mean of all with its 95 % interval."""
        for way in self.shares:
            right = self.right(way)
            low, high = mean_interval(right)
            yield f"right_{way}", float(right[0])
            yield f"right_{way}_mean", float(right.mean())
            if math.isfinite(high - low):
                yield f"right_{way}_low", low
                yield f"right_{way}_high", high

    def by_angle(self, at: float) -> Chart:
        """Return the answers over the angle: the mean of all networks, of two kinds with its interval."""
        marks = (Mark("x", 45.0), Mark("x", 135.0), Mark("x", at, message("picked: {angle}°", angle=f"{at:.0f}")))
        return Chart("by_angle", tuple(self._lines(ANGLES)), DEGREES, VERTICAL, marks, picks="at")

    def by_slope(self) -> Chart:
        """Return the answers over the slope: vertical lines lie at both ends."""
        with np.errstate(over="ignore"):
            slopes = np.tan(np.radians(ANGLES))
        order = np.argsort(slopes)
        kept = order[np.abs(slopes[order]) <= STEEPEST]
        x = Axis(message("slope of the line"), low=-STEEPEST, high=STEEPEST)
        return Chart("by_slope", tuple(self._lines(slopes, kept)), x, VERTICAL)

    def _lines(self, x: Array, kept: Array | slice = slice(None)) -> Iterator[Line]:
        for colour, (way, shares) in enumerate(self.shares.items()):
            bounded = way in ("course", "like")
            means = shares.mean(0)
            yield Line(NAMES[way], x[kept], means[kept], "line + points" if bounded else "dashes", colour)
            if bounded and len(shares) > 1:
                for end in np.clip(np.array([mean_interval(each) for each in shares.T]).T, 0, 1):
                    yield Line("", x[kept], end[kept], "thin", colour)

    def table(self, test: float) -> Table:
        """Return how many lines are answered rightly, and what is said of those that lie and those that stand."""
        count = len(next(iter(self.shares.values())))
        several = message("mean of {count} networks, with its 95 % interval", count=count)
        rows: list[tuple[Cell, ...]] = [
            (
                Cell(message("bars of the test"), message("new bars in noise, lying or standing, as those learned")),
                Cell(test, share=True), Cell(None), Cell(None), Cell(None),
            )
        ]  # fmt: skip
        for way, shares in self.shares.items():
            right, ends = self.right(way), shares.mean(0)[[0, len(ANGLES) // 2]]
            low, high = mean_interval(right)
            bounded = f"{100 * right.mean():.1f} ± {50 * (high - low):.1f} %" if count > 1 else None
            rows.append(
                (
                    Cell(NAMES[way], WHYS[way], "strong" if way == "like" else ""),
                    Cell(float(right[0]), share=True),
                    Cell(bounded, several),
                    *(Cell(round(float(end), 4), several, share=True) for end in ends),
                )
            )
        columns = (
            message("kind of line"),
            message("right"),
            message("all networks"),
            message("p at 0°"),
            message("p at 90°"),
        )
        note = message(
            "Right: of the 58 lines that are nearer to one than to the other. p: of “vertical”, all networks."
        )
        return Table("numbers", columns, tuple(rows), note)


def pictured(name: str, images: Array, shares: Array | None = None) -> Pictures:
    """Return some of the lines (60, 30, 30), and what the first network says of them (60,)."""
    panels = []
    for place in range(0, len(ANGLES), PICTURED):
        angle = f"{ANGLES[place]:.0f}"
        title: Words = f"{angle}°"
        if shares is not None:
            title = message("{angle}°: {share} %", angle=angle, share=f"{100 * shares[place]:.0f}")
        panels.append(PicturePanel(title, images[place], limits=(-1.0, 1.0)))
    return Pictures(name, tuple(panels), message("Per cent: how probable “vertical” is to the first network."))
