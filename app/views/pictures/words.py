"""What is said of the pixels of a picture."""

from __future__ import annotations

import numpy as np

from app.core.language import tr, words
from app.views.numerals import plain, significant
from app.views.pictures.frame import Pixel
from app.views.prose import either, maths, told
from lab.core.pictures import Box, PicturePanel


def value_of(value: np.generic) -> str:
    """Return a value exactly: the shortest text that reads back as the same number of its own precision."""
    return plain(float(str(value)) if isinstance(value, np.floating) else int(value))


def values_words(panel: PicturePanel, pixel: Pixel) -> str:
    """Return the exact value of a pixel, or its red, green and blue, as a line."""
    found = panel.values[pixel]
    if panel.values.ndim == 2:
        return told(tr("{label}: {value}", label=tr("value"), value=value_of(found)))
    return maths(", ".join(f"{name} {value_of(value)}" for name, value in zip("RGB", found, strict=True)))


def within(box: Box, pixel: Pixel) -> bool:
    """Tell whether a box has a pixel."""
    return 0 <= pixel[0] - box.row < box.height and 0 <= pixel[1] - box.column < box.width


def pixel_words(panel: PicturePanel, pixel: Pixel) -> str:
    """Return lines for a pixel: which it is, its value, where that comes from, and what it belongs to."""
    height, width = panel.values.shape[:2]
    row, column = pixel
    indices = panel.picked(row, column)
    if indices is None:
        return either(panel.title)
    where = told(
        tr("row {row}, column {column} of {height} × {width}", row=row, column=column, height=height, width=width)
    )
    if panel.symbol:
        where = maths(panel.symbol.format(*indices))
    said = [either(panel.title), where, values_words(panel, pixel), either(panel.why)]
    said += dict.fromkeys(either(box.label) for box in panel.boxes if within(box, pixel))
    if panel.hatched is not None and panel.hatched[pixel]:
        said.append(either(panel.hatched_label))
    return "".join(said)


def box_words(panel: PicturePanel, pixel: Pixel) -> str:
    """Return lines for a place outside the picture: the boxes that lie there."""
    found = dict.fromkeys(either(box.label) for box in panel.boxes if within(box, pixel))
    return either(panel.title) + "".join(found) if found else ""


def title_words(panel: PicturePanel) -> str:
    """Return lines for a panel as a whole."""
    height, width = panel.values.shape[:2]
    size = told(tr("{height} × {width} pixels", height=height, width=width)) if panel.indices is None else ""
    return either(panel.title) + size + either(panel.why) + note_words(panel)


def hatched_words(panel: PicturePanel) -> str:
    """Return what hatched pixels are; "" where there are none or nothing is said of them."""
    return words(panel.hatched_label) if panel.hatched is not None and panel.hatched.any() else ""


def note_words(panel: PicturePanel) -> str:
    """Return lines for what stands beneath a panel."""
    label = hatched_words(panel)
    return told(tr("Hatched: {label}", label=label) if label else "") + either(panel.note)


def scale_words(panel: PicturePanel) -> str:
    """Return a line for the scale of colours."""
    low, high = (plain(limit) for limit in panel.limits)
    return told(tr("Colours from {low} to {high}; values beyond have the colour of the end", low=low, high=high))


def limit_words(limit: float) -> str:
    """Return a limit of the colours, for the label beside them."""
    return significant(limit, 3).replace("-", "−")
