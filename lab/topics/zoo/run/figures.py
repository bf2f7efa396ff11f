"""The figures of a picture in a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array, FeatureMaps
from lab.core.figures import Axis, BarPanel, Bars, Cell, Chart, Line, Table
from lab.core.pictures import Box, PicturePanel, Pictures
from lab.core.text import message
from lab.data.images.reading import Photo
from lab.nets.pretrained.preparing import middle

if TYPE_CHECKING:
    from lab.topics.zoo.run import RunParams
    from lab.topics.zoo.run.seen import Seen

DARK = 0.2
"""The brightness that is left where nothing of an answer is seen."""


def picture(photo: Photo) -> Pictures:
    """Return the picture alone."""
    height, width = photo.pixels.shape[:2]
    title = message("picture {height} × {width}", height=height, width=width)
    return Pictures("seen", (PicturePanel(title, photo.pixels, "colour", (0, 255), why=photo.name),))


def map_over_picture(params: RunParams, seen: Seen) -> Pictures:
    """Return the picture, what the network sees of it, and where in it an answer lies."""
    from lab.topics.zoo.run.seen import why_no_map

    height, width = seen.photo.pixels.shape[:2]
    row, column, side = middle(seen.photo.pixels, seen.how.share)
    pitch = side / seen.how.size
    corner = (row + (pitch - 1) / 2, column + (pitch - 1) / 2)
    panels = [
        PicturePanel(
            message("picture {height} × {width}", height=height, width=width),
            seen.photo.pixels, "colour", (0, 255), boxes=(Box(row, column, side, side, message("what it sees"), 1),),
            why=seen.photo.name,
        ),
    ]  # fmt: skip
    answer = seen.best[params.answer - 1]
    found = seen.cam(answer)
    if found is None:
        square = PicturePanel(
            message("seen: {size} × {size}", size=seen.how.size), seen.square, "colour", (0, 255), corner,
            (pitch, pitch), why=message("the square in the middle, resized as the network takes it"),
        )  # fmt: skip
        return Pictures("seen", (*panels, square), why_no_map(seen))
    values = found.numpy().astype(np.float32)
    coarse = side / values.shape[0]
    most = float(np.abs(values).max()) or 1.0
    name = seen.classes[answer]
    panels.append(
        PicturePanel(
            message("where: {answer}", answer=name), _lit(seen.square, values), "colour", (0.0, 255.0), corner,
            (pitch, pitch),
            why=message("what the network sees, dark where the map is not above zero"),
        )
    )  # fmt: skip
    panels.append(
        PicturePanel(
            message("class activation map"), values, "signed", (-most, most),
            (row + (coarse - 1) / 2, column + (coarse - 1) / 2), (coarse, coarse),
            why=message("Σ weight · map, over the {count} maps of {layer}", count=_count(seen), layer=_maps(seen)),
        )
    )  # fmt: skip
    note = message(
        "{answer}: the mean of the map, {mean}, and the bias, {bias}, make the score {score}.",
        answer=name,
        mean=f"{float(values.mean()):.3f}",
        bias=f"{seen.bias(answer):.3f}",
        score=f"{float(seen.logits[answer]):.3f}",
    )
    return Pictures("seen", tuple(panels), note)


def _maps(seen: Seen) -> str:
    assert seen.origin is not None
    return seen.origin.maps


def _count(seen: Seen) -> int:
    assert seen.origin is not None
    return len(seen.origin.values)


def _lit(square: Array, values: Array) -> Array:
    """Return a picture (size, size, 3), as bright as the part of a map above zero is high."""
    from PIL import Image

    highest = float(values.max())
    share = np.clip(values / highest, 0, 1) if highest > 0 else np.zeros_like(values)
    smooth = Image.fromarray(share.astype(np.float32)).resize(square.shape[1::-1], Image.Resampling.BILINEAR)
    light = DARK + (1 - DARK) * np.asarray(smooth)[:, :, None]
    return np.asarray(np.round(square * light), np.uint8)


def answers(seen: Seen) -> Bars:
    """Return the five best answers."""
    shares = seen.shares[list(seen.best)]
    whys = tuple(
        message("class {number}, score {score}", number=index, score=f"{float(seen.logits[index]):.4f}")
        for index in seen.best
    )
    rest = 1 - float(shares.sum())
    panel = BarPanel(
        message("probability"), shares, 0.0, 1.0, whys,
        remark=message("All other {count} classes together: {share} %.", count=len(seen.shares) - len(shares),
                       share=f"{100 * rest:.1f}"),
    )  # fmt: skip
    return Bars("answers", tuple(seen.classes[index] for index in seen.best), (panel,))


def maps(params: RunParams, seen: Seen) -> FeatureMaps:
    """Return what the layer that is asked for makes of the picture."""
    found = seen.maps(params.layer)
    image = seen.square.astype(np.float32) / np.float32(255)
    return FeatureMaps("layer", image, found.layers, 0, found.available, found.whole)


def times_chart(seen: Seen) -> Chart:
    """Return the time of each part, in their order."""
    x = np.arange(1, len(seen.parts) + 1, dtype=float)
    y = np.array([1000 * part.seconds for part in seen.parts])
    line = Line(message("time"), x, y, "bars")
    return Chart(
        "times", (line,), Axis(message("part of the network"), whole=True), Axis(message("time"), "ms", low=0.0)
    )


def times_table(params: RunParams, seen: Seen) -> Table:
    """Return the parts with what they make, have and take."""
    rows = [
        (
            Cell(part.path, message("number {number} of the chart: a {kind}", number=number, kind=part.kind)),
            Cell(" × ".join(map(str, part.shape))),
            Cell(part.parameters),
            Cell(float(f"{1000 * part.seconds:.3g}"), message("the median of {count} times", count=params.repeats)),
        )
        for number, part in enumerate(seen.parts, 1)
    ]
    columns = message("part"), message("makes"), message("parameters"), message("ms")
    note = message(
        "The whole network: {whole} ms; {count} times, the median. Other programs and the threads of torch show in it.",
        whole=f"{1000 * seen.seconds:.3g}",
        count=params.repeats,
    )
    return Table("times", columns, tuple(rows), note)
