"""What a hand does to a chart: it picks an x by mouse or key, and leads one along."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.views.chart.axis import Floats
from app.views.plane import Span
from app.views.ticks import rounded
from lab.core.figures import Chart

FOLLOW_MS = 15


class Hand(QObject):
    """Turns places on a chart into values of a parameter.

    `told` gives the name of the parameter and its value. What is led along comes at most every `FOLLOW_MS`, and what
    came last always comes.
    """

    told = Signal(str, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._asked: list[float] = []  # By keys, and not answered yet.
        self._ball = math.nan
        self._waiting: tuple[str, float] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FOLLOW_MS)
        self._timer.timeout.connect(self._deliver)

    def keep(self, chart: Chart) -> None:
        """Note where the newest ball of a chart is."""
        ball = _ball(chart)
        # What a quick hand has asked for is answered late: then it goes on from the last that it asked for.
        answered = [place for place, x in enumerate(self._asked) if math.isclose(x, ball, rel_tol=1e-6, abs_tol=1e-12)]
        if answered:
            self._asked = self._asked[answered[-1] + 1 :]
        elif not math.isnan(ball) and ball != self._ball:
            self._asked.clear()
        self._ball = ball

    def pick(self, name: str, x: float) -> None:
        """Tell an x at once."""
        self._asked.clear()
        self.told.emit(name, x)

    def follow(self, name: str, x: float) -> None:
        """Tell an x, when the last one is long enough ago."""
        self._waiting = name, x
        if not self._timer.isActive():
            self._deliver()

    def step(self, name: str, share: float, whole: Span, pixels: float) -> None:
        """Go on by a share of the range, from what was asked last, or from the ball, or from the middle."""
        x = self._asked[-1] if self._asked else self._ball
        place = whole.fraction(x)
        place = 0.5 if math.isnan(place) else min(max(place, 0.0), 1.0)
        value = value_at(whole, place + share, pixels)
        self._asked = [*self._asked[-99:], value]
        self.told.emit(name, value)

    def rest(self) -> None:
        """Deliver what waits, and wait no longer."""
        self._timer.stop()
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self.told.emit(*waiting)

    def _deliver(self) -> None:
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._timer.start()
            self.told.emit(*waiting)


def value_at(span: Span, fraction: float, pixels: float) -> float:
    """Return the x at a fraction of an axis of `pixels`, within it, with the digits that a tenth of a pixel tells."""
    if not 0 < fraction < 1:
        return span.low if fraction <= 0 else span.high
    value = span.value(fraction)
    beside = span.value(fraction - 1 / pixels if fraction > 0.5 else fraction + 1 / pixels)
    return span.clamped(rounded(value, 0.1 * abs(value - beside)))


def _ball(chart: Chart) -> float:
    """Return the x of the newest ball, NaN where there is none."""
    for line in reversed(chart.lines):
        if line.style == "ball" and len(line.x):
            x: Floats = np.asarray(line.x, np.float64)
            known = x[np.isfinite(x)]
            if len(known):
                return float(known[-1])
    return math.nan
