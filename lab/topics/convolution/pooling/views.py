"""A picture with noise before and after pooling, as pictures and as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab.core.code import CodeLine
from lab.core.events import Array
from lab.core.figures import Cell, Words
from lab.core.pictures import Box, Colours, PicturePanel, Pictures
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import Message, message
from lab.maths.matrices import written
from lab.topics.convolution.pooling.figures import RESULTS, TITLES
from lab.topics.convolution.pooling.picture import KINDS, Area, Measured


def pictures(measured: Measured) -> Pictures:
    """Return the picture with its noise and what the chosen kind makes of it, the flat area marked in both."""
    way, before, after = measured.way, measured.before.picture, measured.after[measured.way.how].picture
    source = message(
        "{name}, divided by 255, plus noise of σ = {noise}", name=measured.name, noise=written(measured.noise)
    )
    result = message("{what} of {count} numbers", what=RESULTS[way.how], count=numbers_of(measured))
    centre = (way.kernel - 1) / 2 - way.padding
    panels = (
        _panel(message("before"), before, measured.area, source),
        _panel(TITLES[way.how], after, measured.inner, result, (centre, centre), (way.stride, way.stride)),
    )
    return Pictures("pictures", panels)


def numbers_of(measured: Measured) -> int:
    """Return how many numbers become one."""
    return measured.way.kernel**2 * (measured.before.picture.shape[2] if measured.way.across else 1)


def _panel(
    name: Message,
    picture: Array,
    area: Area | None,
    why: Message,
    origin: tuple[float, float] = (0.0, 0.0),
    pitch: tuple[float, float] = (1.0, 1.0),
) -> PicturePanel:
    title = message("{what}: {rows} × {columns}", what=name, rows=picture.shape[0], columns=picture.shape[1])
    boxes = (Box(area[0], area[2], area[1] - area[0], area[3] - area[2], message("flat"), 1),) if area else ()
    coloured = picture.shape[2] == 3
    colours: Colours = "colour" if coloured else "grey"
    values = picture if coloured else picture[:, :, 0]
    return PicturePanel(title, values, colours, origin=origin, pitch=pitch, boxes=boxes, why=why)


def picture_numbers(measured: Measured) -> Numbers:
    """Return what each kind of pooling does to noise, brightness, contrast and edges; the chosen one stands out."""
    law = message(
        "The mean of {count} independent numbers has σ/√{count}; their largest and least follow a law of their own.",
        count=numbers_of(measured),
    )
    quantities = (
        *_told(
            measured, message("noise measured"), "noise", "std(correction=0)",
            message("the standard deviation of what the noise has changed in the flat area, marked in the picture"),
        ),
        _expected(measured, message("noise expected"), 0, law),
        *_told(
            measured, message("brighter, measured"), "shift", "mean()",
            message("the mean of what the noise has changed in the flat area"),
        ),
        _expected(
            measured, message("brighter, expected"), 1,
            message("the mean of the largest or least of so many random numbers"),
        ),
        *_told(measured, message("mean of all"), "brightness", "mean()", ""),
        *_told(
            measured, message("contrast"), "contrast", "std(correction=0)",
            message("the standard deviation of all numbers of the picture"),
        ),
        *_told(
            measured, message("edge strength"), "edges", "",
            message(
                "the mean difference between neighbours, to the right and below; after pooling they lie further apart"
            ),
        ),
        Quantity(
            message("size of the result"), measured.after[measured.way.how].picture.shape[:2], "", "picture_size",
            "y.shape[1:]", listed=False,
        ),
    )  # fmt: skip
    flat = message("the flattest square of the picture")
    left = message("what the noise has changed there")
    setup: Lines = (
        "",
        "x = torch.tensor(image, dtype=torch.float32).permute(2, 0, 1) / 255",
        f"noise = {measured.noise!r} * torch.randn(x.shape, generator=torch.Generator().manual_seed({measured.seed}))",
        "disturbed, y = x + noise, pool(x + noise)",
        CodeLine(f"flat = noise[:, {_slices(measured.area)}]", why=flat),
        *([CodeLine(f"left = (y - pool(x))[:, {_slices(measured.inner)}]", why=left)] if measured.inner else []),
    )
    columns = message("quantity"), message("before"), *(TITLES[how] for how in KINDS)
    note = message("0 is black and 1 is white; noise goes beyond both, and nothing is cut off.")
    return Numbers(quantities, "picture_numbers", columns, note, setup)


def _slices(area: Area) -> str:
    return f"{area[0]}:{area[1]}, {area[2]}:{area[3]}"


def _told(measured: Measured, label: Message, what: str, call: str, why: Words) -> Iterator[Quantity]:
    """Yield one number of the pictures, before and after: a row, and two results."""
    cells = _cells(measured, [getattr(look, what) for look in (measured.before, *measured.after.values())], why)
    ends = ("flat", "left") if what in ("noise", "shift") else ("disturbed", "y")
    looks = measured.before, measured.after[measured.way.how]
    for when, look, tensor in zip(("before", "after"), looks, ends, strict=True):
        code = f"{tensor}.double().{call}.item()" if call else ""
        listed = when == "before"
        yield Quantity(label, getattr(look, what), why, f"{what}_{when}", code, cells=cells, listed=listed)


def _expected(measured: Measured, label: Message, which: int, why: Words) -> Quantity:
    """Return what a number of the pictures should be."""
    laws = [measured.expected(how) for how in KINDS]
    values = [(measured.noise, 0.0)[which], *(None if law is None else law[which] for law in laws)]
    return Quantity(label, None, cells=_cells(measured, values, why))


def _cells(measured: Measured, values: Sequence[float | None], why: Words) -> tuple[Cell, ...]:
    nothing = Cell(None, message("There is no such number here."))
    chosen = 1 + KINDS.index(measured.way.how)
    return tuple(
        nothing if value is None else Cell(round(value, 4), why, "strong" if place == chosen else "")
        for place, value in enumerate(values)
    )
