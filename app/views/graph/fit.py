"""What of a node is shown, and in which letters, so that it fits into the room that a node has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtGui import QFont

from app.views.font_metrics import font_metrics
from app.views.graph.shapes import TIP
from app.views.numerals import finite, significant
from app.views.painted import SMALL_POINTS, small_font, title_font

_POINTS = (21.0, 18.0, 15.0, 13.0, 12.0, 11.0, 10.0, SMALL_POINTS)
_LABELS = (12.0, 11.0, 10.0, SMALL_POINTS)
_LONGEST_LABEL = 24.0
"""A label asks for no more room than this, in the height of its small letters; a longer one is cut."""
_LONGEST_ALONE = 32.0
"""The same where there are no numbers beneath it."""
_WIDEST = "−0.0000"
_CUT_LABEL = "0000000"
_WIDE_GAUGE, _THIN_GAUGE = 13.0, 6.0
_ABOVE = 3.0
_AIR = 0.5
"""What lines get above and beneath them where there is room for it, in the height of one."""
BETWEEN = 6.0
"""Between a value and a gradient that stand beside each other."""
_PADDING = {"input": 0.45, "weight": 0.65, "operation": 0.6, "target": 0.6, "loss": 0.9}
"""What the shape of a kind takes of the width of its texts, on each side, in the height of a line."""

Lines = tuple[tuple[str, ...], ...]
"""What stands in the lines of a node, from the top."""
_STACKED: Lines = (("label",), ("value",), ("gradient",))
_BESIDE: Lines = (("label",), ("value", "gradient"))
_NUMBERS: Lines = (("value",), ("gradient",))
_NUMBERS_BESIDE: Lines = (("value", "gradient"),)
_VALUE: Lines = (("value",),)


@dataclass(frozen=True)
class Plan:
    """What is shown of each node: `under` are the pixels for its slider, `widest` a number that must have room."""

    lines: Lines
    under: float
    widest: str
    whole: bool = True
    """Whether labels are not cut."""

    @property
    def named(self) -> bool:
        """Whether nodes have their labels."""
        return ("label",) in self.lines

    def without_gradients(self) -> Plan:
        """Return the plan for a graph in which nothing comes back."""
        lines = tuple(left for line in self.lines if (left := tuple(part for part in line if part != "gradient")))
        return Plan(lines, self.under, self.widest, self.whole)


_AT_ANY_SIZE = (Plan(_STACKED, _WIDE_GAUGE, _WIDEST), Plan(_BESIDE, _WIDE_GAUGE, _WIDEST))
_AT_THE_SMALLEST = (
    Plan(_STACKED, _THIN_GAUGE, "−0.000"),
    Plan(_BESIDE, _THIN_GAUGE, "−0.000"),
    Plan(_STACKED, _WIDE_GAUGE, "−0.000", False),
    Plan(_STACKED, _THIN_GAUGE, "−0.00", False),
    Plan(_BESIDE, _THIN_GAUGE, "−0.00", False),
    Plan(_NUMBERS, _THIN_GAUGE, "−0.0"),
    Plan(_NUMBERS_BESIDE, _THIN_GAUGE, "−0.0"),
    Plan(_VALUE, _THIN_GAUGE, "−0.0"),
    Plan(_VALUE, 0.0, "−0"),
)
_NAMES = (Plan((("label",),), 0.0, "0"), Plan((("label",),), 0.0, "0", False))
"""Of a graph in which no node has a number."""
_SHAPES_ONLY = Plan((), 0.0, "")


class Fit:
    """The richest plan, and the largest letters, for nodes of at most `width` × `height` pixels.

    `labels` and `kinds` are by the names of nodes; `gradients` says whether any comes back, `sliders` whether there
    are some, `values` whether nodes have numbers at all.
    """

    def __init__(
        self,
        labels: Mapping[str, str],
        kinds: Mapping[str, str],
        font: QFont,
        room: tuple[float, float],
        *,
        gradients: bool,
        sliders: bool,
        values: bool = True,
    ) -> None:
        self._labels, self._kinds, self._sliders = labels, kinds, sliders
        choices = [(points, plan) for points in _POINTS for plan in _AT_ANY_SIZE]
        choices += [(SMALL_POINTS, plan) for plan in _AT_THE_SMALLEST]
        if not values:
            choices = [*((points, _NAMES[0]) for points in _LABELS), (SMALL_POINTS, _NAMES[1])]
        self._use(font, _POINTS[0])
        for points, plan in choices:
            if points != self.font.pointSizeF():
                self._use(font, points)
            self.plan = plan if gradients else plan.without_gradients()
            size = self._size(self.plan)
            if size[0] <= room[0] and size[1] <= room[1]:
                break
        else:
            self.plan = _SHAPES_ONLY
        self.under = self.plan.under if sliders else 0.0
        # What was asked for is the least; up to all that can be made use of is taken where it is free.
        whole = replace(self.plan, widest=_WIDEST if values else self.plan.widest, whole=True)
        wide, high = self._size(whole)
        self.width, self.height = min(wide, room[0]), min(high + _AIR * self.line, room[1])

    def _use(self, font: QFont, points: float) -> None:
        self.font, self.bold = small_font(font), title_font(font, points)
        self.font.setPointSizeF(points)
        self.metrics, self._bold_metrics = font_metrics(self.font), font_metrics(self.bold)
        self.cap_height = self.metrics.cap_height
        # Not its line spacing, which in a font with Persian letters is much more than numbers need.
        self.line = round(1.6 * self.cap_height)

    def _size(self, plan: Plan) -> tuple[float, float]:
        """Return the width and height of the largest node."""
        if not plan.lines:
            return 14.0, 11.0
        value, gradient = self.number_width(plan.widest), self.tag_width("∂ " + plan.widest)
        beside = any(len(line) > 1 for line in plan.lines)
        numbers = value + gradient + BETWEEN if beside else gradient if ("gradient",) in plan.lines else value
        height = len(plan.lines) * self.line + _ABOVE + (plan.under if self._sliders else 0.0)
        if not plan.named:
            return numbers + 2, height
        most = (_LONGEST_LABEL if len(plan.lines) > 1 else _LONGEST_ALONE) * self.metrics.x_height
        width = 0.0
        for name, label in self._labels.items():
            wish = min(self.metrics.width(label if plan.whole else _CUT_LABEL), most)
            width = max(width, max(numbers, wish) + 2 * self.padding(name))
        return width, height

    def padding(self, name: str) -> float:
        """Return what the shape of a node takes of its width on each side."""
        return _PADDING[self._kinds[name]] * self.line if self.plan.named else 2.0

    def label_width(self, words: str) -> float:
        """Return the width of words in the letters of labels."""
        return self.metrics.width(words)

    def number_width(self, words: str) -> float:
        """Return the width of a number, measured with zeros for its digits: so that few texts are ever measured."""
        return self._bold_metrics.width(words.translate(_ZEROS))

    def tag_width(self, words: str) -> float:
        """Return the width of a number with the pointed tag around it."""
        return self.number_width(words) + 1.4 * TIP * self.line + 4

    def number(self, value: float, width: float, *, gradient: bool) -> str:
        """Return a number with as many of five figures as fit into `width`; what is no number is said or left out."""
        if not finite(value):
            words = significant(value, 1)
            return words if self.number_width(words) <= width else "—"
        # A gradient is known by its tag too, where there is no room for its sign.
        signs = [("∂ ", 5), ("∂ ", 4), ("∂ ", 3), ("∂ ", 2), ("", 2), ("", 1)] if gradient else _FIGURES
        for sign, figures in signs:
            words = sign + significant(value, figures).replace("-", "−")
            # Without its sign, a number fills its tag.
            taken = self.tag_width(words) if sign else self.number_width(words) + (5 if gradient else 0)
            if taken <= width:
                return words
        return "≈0" if abs(value) < 0.05 and self.number_width("≈0") <= width else "…"


_FIGURES = [("", figures) for figures in (5, 4, 3, 2, 1)]
_ZEROS = str.maketrans("123456789", "000000000")


def shown_parts(lines: Lines, learned: bool, back: bool) -> list[list[str]]:
    """Return what a node shows of `lines`; where there is room for one number, it is what flows `back` now."""
    if back and lines == _VALUE and learned:
        return [["gradient"]]
    parts = ([part for part in line if part != "gradient" or learned] for line in lines)
    return [line for line in parts if line]
