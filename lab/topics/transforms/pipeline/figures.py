"""What a pipeline does to the first sample, stage by stage, and to all of them."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, Chart, Line, LineStyle, Table, Words
from lab.core.pictures import PicturePanel, Pictures, seen
from lab.core.text import Message, message
from lab.topics.transforms.pipeline.block_kinds import KINDS, call
from lab.topics.transforms.pipeline.passing import Pipelined, Stage

BINS = 32
ALONE = (float("nan"), float("nan"))
"""The place of a picture that has nothing in common with the others: each is as large as there is room."""


def sheet(piped: Pipelined) -> Pictures:
    """Return the samples side by side, on one scale."""
    limits = _limits(piped.samples)
    panels = [
        PicturePanel(str(number), *seen(sample), limits, why=message("sample {number}", number=number))
        for number, sample in enumerate(piped.samples, 1)
    ]
    return Pictures("samples", tuple(panels), _note(limits))


def stage_pictures(piped: Pipelined) -> Pictures:
    """Return the first sample after each stage, each on a scale of its own."""
    panels = []
    for place, stage in enumerate(piped.stages):
        if stage.problem:
            continue
        panels.append(
            PicturePanel(_title(place, stage), *seen(stage.image), _limits((stage.image,)), ALONE, why=_why(stage))
        )
    return Pictures("stages", tuple(panels))


def stage_table(piped: Pipelined) -> Table:
    """Return shape, type, range and spread after each stage."""
    rows = []
    for place, stage in enumerate(piped.stages):
        if stage.problem:
            words = Cell(message("stops"), stage.problem, "bad")
            rows.append((Cell(_title(place, stage), _why(stage)), words, *(Cell(None) for _ in range(3))))
            continue
        image = stage.image.astype(np.float64)
        rows.append(
            (
                Cell(_title(place, stage), _why(stage)),
                Cell(" × ".join(map(str, stage.image.shape)), message("channels × height × width")),
                Cell(stage.dtype),
                _pair(float(image.min()), float(image.max()), " … "),
                _pair(float(image.mean()), float(image.std()), " ± "),
            )
        )
    columns = (
        message("after"),
        message("shape"),
        message("type"),
        message("range"),
        message("mean ± deviation"),
    )
    return Table("stages", columns, tuple(rows), message("The first sample, stage by stage."))


def histogram(piped: Pipelined, stage: int) -> Chart:
    """Return how the values are spread in the image itself and after a stage, or the last one where there are fewer."""
    worked = [place for place, each in enumerate(piped.stages) if not each.problem]
    chosen = min(stage, worked[-1])
    lines = [_spread(piped, 0, "thin", 0)]
    if chosen:
        lines.append(_spread(piped, chosen, "line", 1))
    return Chart(
        "histogram",
        tuple(lines),
        Axis(message("value; whole numbers divided by 255")),
        Axis(message("share of the values")),
    )


def _spread(piped: Pipelined, place: int, style: LineStyle, colour: int) -> Line:
    stage = piped.stages[place]
    values = stage.image.astype(np.float64).ravel()
    if stage.dtype == "uint8":
        values = values / 255
    counts, edges = np.histogram(values, BINS)
    return Line(_title(place, stage), (edges[1:] + edges[:-1]) / 2, counts / values.size, style, colour)


def _pair(first: float, second: float, between: str) -> Cell:
    """Return two numbers in few figures, and exactly for who asks."""
    return Cell(f"{first:.3g}{between}{second:.3g}", f"{first!r}{between}{second!r}")


def _limits(images: tuple[Array, ...]) -> tuple[float, float]:
    """Return what is black and what is white: the range of the type, or of the values where they leave it."""
    if images[0].dtype == np.uint8:
        return 0.0, 255.0
    low, high = min(float(image.min()) for image in images), max(float(image.max()) for image in images)
    return (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)


def _note(limits: tuple[float, float]) -> Words:
    return message("black is {low}, white is {high}", low=f"{limits[0]:.4g}", high=f"{limits[1]:.4g}")


def _title(place: int, stage: Stage) -> Message:
    label = message("as it was") if stage.block is None else message(KINDS[stage.block.kind].label)
    return message("{place}. {label}", place=place, label=label)


def _why(stage: Stage) -> Words:
    return "" if stage.block is None else call(stage.block)
