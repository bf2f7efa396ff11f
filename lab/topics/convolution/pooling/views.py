"""A picture with noise before and after pooling, as pictures and as numbers."""

from __future__ import annotations

from typing import Literal

from lab.core.events import Array, Metrics
from lab.core.figures import Cell, Table, Words
from lab.core.pictures import Box, Colours, PicturePanel, Pictures
from lab.core.text import Message, message
from lab.maths.matrices import written
from lab.topics.convolution.pooling.figures import RESULTS, TITLES
from lab.topics.convolution.pooling.picture import KINDS, Look, Measured
from lab.topics.convolution.pooling.program import Area


def pictures(measured: Measured) -> Pictures:
    """Return the picture with its noise and what the chosen kind makes of it, the flat area marked in both."""
    way, chosen = measured.way, measured.after[measured.way.how]
    height, width = measured.before.picture.shape[:2]
    rows, columns = chosen.picture.shape[:2]
    before = _panel(
        message("before: {rows} × {columns}", rows=height, columns=width),
        measured.before.picture,
        measured.area,
        message("{name}, divided by 255, plus noise of σ = {noise}", name=measured.name, noise=written(measured.noise)),
    )
    centre = (way.kernel - 1) / 2 - way.padding
    after = _panel(
        message("{what}: {rows} × {columns}", what=TITLES[way.how], rows=rows, columns=columns),
        chosen.picture,
        measured.inner,
        message("{what} of {count} numbers", what=RESULTS[way.how], count=numbers_of(measured)),
        (centre, centre),
        (way.stride, way.stride),
    )
    return Pictures("pictures", (before, after))


def numbers_of(measured: Measured) -> int:
    """Return how many numbers become one."""
    return measured.way.kernel**2 * (measured.before.picture.shape[2] if measured.way.across else 1)


def _panel(
    title: Message,
    picture: Array,
    area: Area | None,
    why: Message,
    origin: tuple[float, float] = (0.0, 0.0),
    pitch: tuple[float, float] = (1.0, 1.0),
) -> PicturePanel:
    boxes: tuple[Box, ...] = ()
    if area is not None:
        boxes = (Box(area[0], area[2], area[1] - area[0], area[3] - area[2], message("flat"), 1),)
    coloured = picture.shape[2] == 3
    colours: Colours = "colour" if coloured else "grey"
    values = picture if coloured else picture[:, :, 0]
    return PicturePanel(title, values, colours, origin=origin, pitch=pitch, boxes=boxes, why=why)


def picture_numbers(measured: Measured) -> Table:
    """Return what each kind of pooling does to noise, brightness, contrast and edges; the chosen one stands out."""
    looks = [measured.before, *(measured.after[how] for how in KINDS)]
    changed = message("the standard deviation of what the noise has changed in the flat area, marked in the picture")
    rows = (
        _row(measured, message("noise measured"), [look.noise for look in looks], changed),
        _row(measured, message("noise expected"), _expected(measured, 0), _law(measured)),
        _row(
            measured,
            message("brighter, measured"),
            [look.shift for look in looks],
            message("the mean of what the noise has changed in the flat area"),
        ),
        _row(
            measured,
            message("brighter, expected"),
            _expected(measured, 1),
            message("the mean of the largest or least of so many random numbers"),
        ),
        _row(measured, message("mean of all"), [look.brightness for look in looks], ""),
        _row(
            measured,
            message("contrast"),
            [look.contrast for look in looks],
            message("the standard deviation of all numbers of the picture"),
        ),
        _row(
            measured,
            message("edge strength"),
            [look.edges for look in looks],
            message(
                "the mean difference between neighbours, to the right and below; after pooling they lie further apart"
            ),
        ),
    )
    columns = (message("quantity"), message("before"), *(TITLES[how] for how in KINDS))
    return Table(
        "picture_numbers",
        columns,
        rows,
        message("0 is black and 1 is white; noise goes beyond both, and nothing is cut off."),
    )


def _mark(measured: Measured, place: int) -> Literal["", "strong"]:
    return "strong" if place and KINDS[place - 1] == measured.way.how else ""


def _row(measured: Measured, name: Message, values: list[float | None], why: Words) -> tuple[Cell, ...]:
    cells = [
        Cell(None, message("There is no such number here."))
        if value is None
        else Cell(round(value, 4), why, _mark(measured, place))
        for place, value in enumerate(values)
    ]
    return (Cell(name), *cells)


def _expected(measured: Measured, which: int) -> list[float | None]:
    found: list[float | None] = [(measured.noise, 0.0)[which]]
    for how in KINDS:
        expected = measured.expected(how)
        found.append(None if expected is None else expected[which])
    return found


def _law(measured: Measured) -> Message:
    return message(
        "The mean of {count} independent numbers has σ/√{count}; their largest and least follow a law of their own.",
        count=numbers_of(measured),
    )


def metrics(measured: Measured) -> Metrics:
    """Return the picture's part of the result."""
    before, after = measured.before, measured.after[measured.way.how]
    values: dict[str, float] = {}
    for when, look in (("before", before), ("after", after)):
        values |= {f"{name}_{when}": value for name, value in _values(look).items() if value is not None}
    return Metrics(values, {"picture_size": after.picture.shape[:2]})


def _values(look: Look) -> dict[str, float | None]:
    names = ("noise", "shift", "brightness", "contrast", "edges")
    return {name: getattr(look, name) for name in names}
