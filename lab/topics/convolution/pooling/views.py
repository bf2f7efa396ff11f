"""A picture with noise before and after pooling, as pictures and as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

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


def picture_numbers(measured: Measured) -> Numbers:
    """Return what each kind of pooling does to noise, brightness, contrast and edges; the chosen one stands out."""
    law = message(
        "The mean of {count} independent numbers has σ/√{count}; their largest and least follow a law of their own.",
        count=numbers_of(measured),
    )
    area, inner = measured.area, measured.inner or (0, 0, 0, 0)
    flat = CodeLine(
        f"flat = noise[:, {area[0]}:{area[1]}, {area[2]}:{area[3]}]", why=message("the flattest square of the picture")
    )
    left = CodeLine(
        f"left = (y - pool(x))[:, {inner[0]}:{inner[1]}, {inner[2]}:{inner[3]}]",
        why=message("what the noise has changed there"),
    )
    size = measured.after[measured.way.how].picture.shape[:2]
    quantities = (
        Quantity(message("size of the result"), size, "", "picture_size", "y.shape[1:]", listed=False),
        *_told(
            measured, message("noise measured"), "noise",
            message("the standard deviation of what the noise has changed in the flat area, marked in the picture"),
            {"before": "flat.double().std(correction=0).item()", "after": "left.double().std(correction=0).item()"},
            {"before": (flat,), "after": (left,)},
        ),
        _expected(measured, message("noise expected"), 0, law),
        *_told(
            measured, message("brighter, measured"), "shift",
            message("the mean of what the noise has changed in the flat area"),
            {"before": "flat.double().mean().item()", "after": "left.double().mean().item()"},
        ),
        _expected(
            measured, message("brighter, expected"), 1,
            message("the mean of the largest or least of so many random numbers"),
        ),
        *_told(
            measured, message("mean of all"), "brightness", "",
            {"before": "(x + noise).double().mean().item()", "after": "y.double().mean().item()"},
        ),
        *_told(
            measured, message("contrast"), "contrast", message("the standard deviation of all numbers of the picture"),
            {
                "before": "(x + noise).double().std(correction=0).item()",
                "after": "y.double().std(correction=0).item()",
            },
        ),
        *_told(
            measured, message("edge strength"), "edges",
            message(
                "the mean difference between neighbours, to the right and below; after pooling they lie further apart"
            ),
            {},
        ),
    )  # fmt: skip
    setup = (
        "",
        "x = torch.tensor(image, dtype=torch.float32).permute(2, 0, 1) / 255",
        f"noise = {measured.noise!r} * torch.randn(x.shape, generator=torch.Generator().manual_seed({measured.seed}))",
        "y = pool(x + noise)",
    )
    return Numbers(
        quantities,
        "picture_numbers",
        (message("quantity"), message("before"), *(TITLES[how] for how in KINDS)),
        message("0 is black and 1 is white; noise goes beyond both, and nothing is cut off."),
        setup,
    )


def _told(
    measured: Measured,
    label: Message,
    what: str,
    why: Words,
    code: Mapping[str, str],
    lines: Mapping[str, Lines] = MappingProxyType({}),
) -> Iterator[Quantity]:
    """Yield one number of the pictures, before and after: a row, and two results."""
    looks = {"before": measured.before, "after": measured.after[measured.way.how]}
    values = [getattr(look, what) for look in (measured.before, *(measured.after[how] for how in KINDS))]
    cells = _cells(measured, values, why)
    for when, look in looks.items():
        yield Quantity(
            label, getattr(look, what), why, f"{what}_{when}", code.get(when, ""),
            lines=lines.get(when, ()), cells=cells, listed=when == "before",
        )  # fmt: skip


def _expected(measured: Measured, label: Message, which: int, why: Words) -> Quantity:
    """Return what a number of the pictures should be."""
    laws = [measured.expected(how) for how in KINDS]
    values = [(measured.noise, 0.0)[which], *(None if law is None else law[which] for law in laws)]
    return Quantity(label, None, cells=_cells(measured, values, why))


def _cells(measured: Measured, values: Sequence[float | None], why: Words) -> tuple[Cell, ...]:
    nothing = message("There is no such number here.")
    chosen = 1 + KINDS.index(measured.way.how)
    return tuple(
        Cell(None, nothing) if value is None else Cell(round(value, 4), why, "strong" if place == chosen else "")
        for place, value in enumerate(values)
    )
