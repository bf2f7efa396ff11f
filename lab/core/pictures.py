"""Events that are pictures side by side, the pixels of which can be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from lab.core.events import Array, Event
from lab.core.figures import Words

Colours = Literal["grey", "colour", "magnitude", "signed"]


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels, from (row, column), which may lie outside: of padding, for instance.

    `colour` counts in the series of the theme; `label` is told and, where there is room, written.
    """

    row: int
    column: int
    height: int = 1
    width: int = 1
    label: Words = ""
    colour: int = 0


@dataclass(frozen=True)
class PicturePanel:
    """One picture: `values` (H, W), or (H, W, 3) with `colours` "colour", as numbers that can be asked.

    `limits` are the values at the ends of the colours: black and white, or of the map of colours; with "signed" zero
    has to lie in their middle. What is not finite has no colour. A pixel (i, j) stands for the place
    `origin` + (i, j) · `pitch` of a plane that all panels share, in pixels of the input; what is pointed at in one
    panel is marked at its place in the others. `hatched` (H, W) bool are pixels with something in common, which
    `hatched_label` says. A click or drag sets the integers parameter `picks` to (row, column). `why` says what
    produced the numbers, and `note` stands beneath.

    Where pixels stand for other numbers, `indices` (H, W, n), whole numbers, are what a click or Enter picks in place
    of (row, column); `symbol` says by them which number it is, such as "conv1[{1}, {2}, {3}]". Where they are negative
    there is only a gap between.
    """

    title: Words
    values: Array
    colours: Colours = "grey"
    limits: tuple[float, float] = (0.0, 1.0)
    origin: tuple[float, float] = (0.0, 0.0)
    pitch: tuple[float, float] = (1.0, 1.0)
    boxes: tuple[Box, ...] = ()
    hatched: Array | None = None
    hatched_label: Words = ""
    picks: str = ""
    why: Words = ""
    note: Words = ""
    indices: Array | None = None
    symbol: str = ""
    levels: Array = field(init=False, repr=False, compare=False)
    """The values as uint8: 0 to 255 of grey and colour, 0 to 254 of the maps of colours, and there 255 for NaN.

    Made here, since whoever makes the event is in the thread with time for it.
    """

    def __post_init__(self) -> None:
        top = 255 if self.colours in ("grey", "colour") else 254
        object.__setattr__(self, "levels", levels_of(self.values, self.limits, top))

    def picked(self, row: int, column: int) -> tuple[int, ...] | None:
        """Return what a click on a pixel picks; None in a gap."""
        if self.indices is None:
            return row, column
        found: list[int] = self.indices[row, column].tolist()
        return None if min(found) < 0 else tuple(found)


def seen(planes: Array) -> tuple[Array, Colours]:
    """Return an image (C, H, W) as a panel shows it: three channels or more in colours, else the first as grey."""
    if len(planes) >= 3:
        return np.ascontiguousarray(planes[:3].transpose(1, 2, 0)), "colour"
    return planes[0], "grey"


def levels_of(values: Array, limits: tuple[float, float], top: int = 255) -> Array:
    """Return where values lie between limits, as whole numbers from 0 to `top`, uint8.

    What is not finite is 255, or 0 where that is the top.
    """
    low, high = limits
    if values.dtype == np.uint8 and (low, high) == (0, 255):
        return np.ascontiguousarray(values)
    share = np.subtract(values, low, dtype=np.float32)
    share *= np.float32(top / (high - low) if high > low else 0.0)
    share += np.float32(0.5)
    finite = np.isfinite(share)
    np.clip(share, 0, top, out=share)
    if not finite.all():
        share[~finite] = 0 if top == 255 else 255
    return np.ascontiguousarray(share.astype(np.uint8))


@dataclass(frozen=True)
class Pictures(Event):
    """Pictures side by side, in as many rows as suits the room; all are seen at one zoom of the shared plane."""

    name: str
    panels: tuple[PicturePanel, ...]
    note: Words = ""
