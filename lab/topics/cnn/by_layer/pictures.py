"""Maps of numbers: what a number is made of, its layer, what it goes into, and the image; any of them can be picked."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Architecture, Array
from lab.core.figures import Words
from lab.core.pictures import Box, Colours, PicturePanel, Pictures
from lab.core.text import message
from lab.topics.cnn.by_layer.look import Look
from lab.topics.cnn.by_layer.sheet import Sheet, sheet

_APART = (math.nan, math.nan)
"""Of a panel with a plane of its own."""
_MOST_BOXES = 40


def strip(look: Look) -> Architecture:
    """Return the layers, with the one that is looked at."""
    return Architecture(look.given.plan, "layer", look.layer)


def before(look: Look) -> Pictures:
    """Return the layer below with what is used of it, the weights in the same order, and the products."""
    if not look.layer:
        return Pictures("before", ())
    below, made = look.layer - 1, look.made
    numbers = look.way.numbers[below]
    flat = np.ravel_multi_index(tuple(made.places.T), numbers.shape)
    every = len(flat) == numbers.size
    whole = look.sheet(below, back=True)
    laid_back = every and whole is not look.sheet(below)
    boxes = () if every and len(flat) > 1 else _boxes(whole, flat, look.way.numbers[below].size)
    name = look.way.names[below]
    title: Words = message("{layer}, laid back", layer=name) if laid_back else name
    first = _panel(look, below, whole, numbers, title, boxes, origin=(0.0, 0.0) if every else _APART)
    if made.kind != "sum" or len(flat) < 2:
        return Pictures("before", (first,), _note(look, laid_back))
    part = whole if every else _window(made.places)
    panels = (
        first,
        _of_window(look, below, part, flat, made.weights, message("weights of {number}", number=look.name)),
        _of_window(look, below, part, flat, made.products, message("number × weight")),
    )
    return Pictures("before", panels, _note(look, laid_back))


def _note(look: Look, laid_back: bool) -> Words:
    if laid_back:
        return message("Each weight stands where the number stands that it meets.")
    return ""


def _window(places: Array) -> Sheet:
    """Return the sheet of a window: as many channels, rows and columns as there are places."""
    channels, rows, columns = (len(np.unique(places[:, axis])) for axis in range(3))
    return sheet(channels, rows, columns)


def _of_window(look: Look, layer: int, part: Sheet, flat: Array, values: Array, title: Words) -> PicturePanel:
    """Return values that belong to numbers of a layer, one each, in the layout of a part."""
    shape = look.way.numbers[layer].shape
    laid = part.numbers.clip(0)
    indices = np.stack([np.full(laid.shape, layer), *np.unravel_index(flat[laid], shape)], -1)
    indices[part.numbers < 0] = -1
    top = float(np.abs(values).max()) or 1.0
    return PicturePanel(
        title, part.lay(values), "signed", (-top, top), picks="at", indices=indices, symbol=look.symbol(layer)
    )


def here(look: Look) -> Pictures:
    """Return all numbers of the layer, and the channel of the one that is looked at."""
    layer, numbers = look.layer, look.way.numbers[look.layer]
    whole = look.sheet(layer)
    flat = int(np.ravel_multi_index(look.place, numbers.shape))
    box = Box(*whole.where(flat), colour=1)
    first = _panel(look, layer, whole, numbers, message("{layer}: all", layer=look.way.names[layer]), (box,))
    if len(numbers) == 1 or numbers.shape[1:] == (1, 1):
        return Pictures("here", (first,))
    channel, row, column = look.place
    title = message("channel {channel}", channel=channel)
    panel = _one(look, layer, channel, title, (Box(row, column, colour=1),))
    return Pictures("here", (first, panel))


def after(look: Look) -> Pictures:
    """Return the next layer with what uses the number, and its weight to each of them."""
    if look.layer == look.way.last:
        return Pictures("after", ())
    above, uses = look.layer + 1, look.uses
    numbers, whole = look.way.numbers[above], look.sheet(look.layer + 1)
    flat = np.ravel_multi_index(tuple(uses.places.T), numbers.shape)
    every = len(flat) == numbers.size
    boxes = () if every else _boxes(whole, flat, numbers.size)
    first = _panel(look, above, whole, numbers, look.way.names[above], boxes)
    if len(flat) < 2:
        return Pictures("after", (first,))
    spread = np.full(numbers.size, np.nan)
    spread[flat] = uses.weights
    top = float(np.abs(uses.weights).max()) or 1.0
    second = PicturePanel(
        message("its weight in each"), whole.lay(spread), "signed", (-top, top), picks="at",
        indices=whole.indices(above, numbers.shape), symbol=look.symbol(above),
        why=message("by how much each grows with {number}; empty: it does not go in there", number=look.name),
    )  # fmt: skip
    return Pictures("after", (first, second))


def image(look: Look) -> Pictures:
    """Return the image with what the number can see of it, and how the number changes with each pixel."""
    rows, columns = look.way.field(look.layer, look.place)
    height, width = rows[1] - rows[0] + 1, columns[1] - columns[0] + 1
    label = message("{number} sees {height} × {width}", number=look.name, height=height, width=width)
    box = Box(rows[0], columns[0], height, width, label, 1)
    seen = _one(look, 0, 0, message("image"), (box,), shared=True)
    slopes = look.way.by_pixel(look.layer, look.place)
    top = float(np.abs(slopes).max()) or 1.0
    title = f"∂{look.name}/∂pixel"
    why = message("by how much the number grows when this pixel does, a little")
    panel = PicturePanel(
        title, slopes, "signed", (-top, top), boxes=(Box(rows[0], columns[0], height, width, colour=1),), why=why,
        picks="at", indices=sheet(*look.way.numbers[0].shape).indices(0, look.way.numbers[0].shape),
        symbol=look.symbol(0),
    )  # fmt: skip
    return Pictures("image", (seen, panel))


def _one(
    look: Look, layer: int, channel: int, title: Words, boxes: tuple[Box, ...], *, shared: bool = False
) -> PicturePanel:
    """Return a single channel."""
    numbers = look.way.numbers[layer]
    own = sheet(1, *numbers.shape[1:]).indices(layer, (1, *numbers.shape[1:]))
    own[..., 1] = channel
    colours, limits = _colours(look, layer)
    origin = (0.0, 0.0) if shared else _APART
    return PicturePanel(
        title, numbers[channel], colours, limits, origin=origin, boxes=boxes, picks="at", indices=own,
        symbol=look.symbol(layer),
    )  # fmt: skip


def _panel(
    look: Look,
    layer: int,
    whole: Sheet,
    values: Array,
    title: Words,
    boxes: tuple[Box, ...],
    origin: tuple[float, float] = _APART,
) -> PicturePanel:
    colours, limits = _colours(look, layer)
    return PicturePanel(
        title, whole.lay(values), colours, limits, origin=origin, boxes=boxes, picks="at",
        indices=whole.indices(layer, look.way.numbers[layer].shape), symbol=look.symbol(layer),
    )  # fmt: skip


def _colours(look: Look, layer: int) -> tuple[Colours, tuple[float, float]]:
    """Return the colours of a layer: signed where any number is negative."""
    numbers, top = look.way.numbers[layer], look.largest(layer)
    if layer == 0 and numbers.min() >= 0:
        return "grey", (0.0, 1.0)
    return ("signed", (-top, top)) if numbers.min() < 0 else ("magnitude", (0.0, top))


def _boxes(whole: Sheet, flat: Array, size: int) -> tuple[Box, ...]:
    """Return a box around what is used, in each channel, where they are not too many to be seen."""
    if not len(flat) or len(flat) == size > 1:
        return ()
    channels = np.unravel_index(flat, whole.shape)[0]
    found = []
    for channel in np.unique(channels).tolist()[:_MOST_BOXES]:
        places = [whole.where(number) for number in flat[channels == channel].tolist()]
        (top, left), (bottom, right) = np.min(places, 0), np.max(places, 0)
        found.append(Box(int(top), int(left), int(bottom - top) + 1, int(right - left) + 1, colour=1))
    return tuple(found)
