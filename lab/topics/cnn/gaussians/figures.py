"""What is shown and counted of a network that looks at blobs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, Chart, Field, Line, Link, Mark, Overlay, Table
from lab.core.text import message
from lab.maths.chance import exact_interval
from lab.maths.statistics import FLAT, correlation

if TYPE_CHECKING:
    from torch import Tensor

    from lab.topics.cnn.gaussians import GaussiansParams
    from lab.training.engine import TorchEngine

CLASSES = {"class": ("w = 1.8", "w = 2.4"), "place": ("W < 10", "W ≥ 10")}
NAMES = ("cx", "cy", "width")
LABELS = {"cx": message("centre, x"), "cy": message("centre, y"), "width": message("width W")}
MIDDLE, SPREAD = (0.0, 0.0, 10.0), (2.0, 2.0, 10 / math.sqrt(12))
"""Means and standard deviations of centres and widths, as they are drawn."""
HALF = 0.5
"""The course shows the answers of a network by this threshold of the logit, and counts them by 0."""
COMPARED = 10
"""Images by which the colours of feature maps are fixed."""
MOST_MAPS = 24
"""Maps of a layer that are compared with each other."""
AT_ONCE = 20
"""Images whose maps are compared at a time."""
WIDTHS = "5,31,57,83,109,135,161,187,213,239,266,292,318,344,370,396,422,448,474,500"
"""The course's units of a linear layer: 20 whole numbers evenly from 5 to 500."""

Truth = tuple[Array, Array, Array]
"""Of all test images: images, classes (N,), centres and widths (N, 3)."""


def map_correlations(maps: Array) -> tuple[Array, Array]:
    """Return Pearson's r (C, C) between the maps (N, C, h, w) of a layer over their pixels, as a mean over images; and
    in how many images each map is dead (C,): the same everywhere, so that there is no correlation. Those images do not
    count for it; NaN where none is left.
    """
    flat = maps.reshape(*maps.shape[:2], -1).astype(np.float64)
    flat -= flat.mean(-1, keepdims=True)
    lengths = np.sqrt((flat**2).sum(-1))
    alive = lengths > FLAT * math.sqrt(flat.shape[-1])
    unit = flat / np.where(alive, lengths, 1)[..., None]
    both = (alive[:, :, None] & alive[:, None, :]).sum(0)
    sums = (unit @ unit.transpose(0, 2, 1)).sum(0)
    return np.where(both > 0, sums / np.maximum(both, 1), np.nan), (~alive).sum(0)


def _maps(engine: TorchEngine[str], layer: str) -> Array:
    """Return what a layer makes of all test images, (N, C, h, w), its first maps."""
    from lab.nets.inspection import outputs_of

    made: Tensor = outputs_of(engine.first.model, _inputs(engine), (layer,))[layer]
    found: Array = made[:, :MOST_MAPS].cpu().contiguous().numpy()
    return found


def _inputs(engine: TorchEngine[str]) -> Tensor:
    source = engine.first.sources["test"]
    return source.part(0, len(source))[0]


def _layers(engine: TorchEngine[str]) -> list[str]:
    """Return the layers that make maps, in order."""
    from lab.nets.inspection import outputs_of

    return [name for name, made in outputs_of(engine.first.model, _inputs(engine)[:1]).items() if made.ndim == 4]


def between_maps(engine: TorchEngine[str], picked: Any) -> Field:
    """Return the correlations between the maps of the layer that is picked, else of the first activation."""
    layers = _layers(engine)
    usual = next((name for name in layers if not name.startswith(("conv", "pool", "batch_norm"))), layers[0])
    layer = picked if picked in layers else usual
    r, dead = map_correlations(_maps(engine, layer))
    ends = (-0.5, len(r) - 0.5)
    gone = message("a map that is the same everywhere has no correlation") if dead.any() else ""
    axis = Axis(message("maps of {layer}", layer=layer), whole=True)
    return Field(
        "correlations", r, axis, axis, ends, ends, message("mean r over {count} images", count=len(_inputs(engine))),
        "signed", smooth=False, limits=(-1.0, 1.0), missing=gone,
    )  # fmt: skip


def dead_maps(engine: TorchEngine[str]) -> Iterator[str]:
    """Yield the names of maps that are the same everywhere in all test images: "relu1.3"."""
    for layer in _layers(engine):
        if not layer.startswith(("conv", "pool", "batch_norm")):
            made = _maps(engine, layer)
            dead = np.ptp(made.reshape(*made.shape[:2], -1), axis=-1).max(0) < FLAT
            yield from (f"{layer}.{number}" for number in np.flatnonzero(dead))


def _answers(engine: TorchEngine[str], scaled: bool = False) -> Array:
    """Return the answers for all test images: logits (N, 1), or centres and widths (N, 3)."""
    made: Array = engine.first.outputs("test", 0, len(_inputs(engine))).cpu().double().numpy()
    return made * SPREAD + MIDDLE if scaled else made


def logits(engine: TorchEngine[str], labels: Array) -> Chart:
    """Return how the logits of both classes are spread, with both thresholds."""
    found = _answers(engine)[:, 0]
    low, high = min(-1.0, found.min()), max(1.0, found.max())
    edges = np.linspace(low, high, 31)
    middles, lines = (edges[1:] + edges[:-1]) / 2, []
    for label, name in enumerate(CLASSES["class"]):
        counts = np.histogram(found[labels == label], edges)[0].astype(float)
        lines.append(Line(name, middles, counts, "line + points", label))
    marks = Mark("x", 0.0, message("0: p = 0.5")), Mark("x", HALF, message("0.5: p = 0.62"))
    return Chart("answers", tuple(lines), Axis(message("logit")), Axis(message("test images"), low=0.0), marks)


def places(engine: TorchEngine[str], numbers: Array, scaled: bool) -> Chart:
    """Return what is answered over what is true."""
    found = _answers(engine, scaled)
    lines = [
        Line(LABELS[name], numbers[:, place].astype(float), found[:, place], "faint points", place, picks="image")
        for place, name in enumerate(NAMES)
    ]
    ends = np.array([-8.0, 15.0])
    lines.append(Line(message("right"), ends, ends, "thin", -1))
    return Chart("answers", tuple(lines), Axis(message("true")), Axis(message("answer")))


def blob(image: Array) -> Field:
    """Return one image over the plane."""
    cell = 8 / (len(image) - 1) / 2
    ends = (-4 - cell, 4 + cell)
    return Field(
        "found", image, Axis("x"), Axis("y"), ends, ends, message("pixel"), smooth=False, limits=(-0.5, 1.5)
    )  # fmt: skip


def circles(engine: TorchEngine[str], numbers: Array, scaled: bool, picked: int) -> Overlay:
    """Return where the picked blob falls to 1/e, and where the network says so."""
    turns = np.linspace(0, 2 * np.pi, 73)
    lines = []
    for colour, (label, (cx, cy, width)) in enumerate(
        ((message("true"), numbers[picked]), (message("answer"), _answers(engine, scaled)[picked]))
    ):
        radius = math.sqrt(max(float(width), 0.0))
        lines.append(Line(label, cx + radius * np.cos(turns), cy + radius * np.sin(turns), "line", colour))
    return Overlay("found", tuple(lines))


def counted(engine: TorchEngine[str], params: GaussiansParams, truth: Truth) -> dict[str, float]:
    """Return what is counted beside the measures of the training."""
    dead = {"dead_maps": float(len([*dead_maps(engine)]))}
    if params.task == "class":
        count = len(truth[1])
        low, high = exact_interval(round(engine.judgement("test").values["accuracy"] * count), count, 0.95)
        return {"accuracy_low": low, "accuracy_high": high, **dead}
    found = _answers(engine, params.scaled)
    r = {f"r_{name}": correlation(found[:, k], truth[2][:, k].astype(float)) for k, name in enumerate(NAMES)}
    return {**r, "mean_mse": _mean_error(), **dead}


def _mean_error() -> float:
    """Return the expected error of saying the mean of each number always: the mean of their variances."""
    return float(np.mean(np.square(SPREAD)))


def table(engine: TorchEngine[str], params: GaussiansParams, truth: Truth) -> Table:
    """Return the numbers of the page."""
    return _of_classes(engine, params, truth) if params.task == "class" else _of_places(engine, params, truth)


def _of_classes(engine: TorchEngine[str], params: GaussiansParams, truth: Truth) -> Table:
    values, count, found = engine.judgement("test").values, len(truth[1]), _answers(engine)[:, 0]
    one = message("one image of {count} is {share} %", count=count, share=f"{100 / count:g}")
    rows = []
    for name, label in (
        ("accuracy", message("right, logit > 0")),
        ("accuracy_half", message("right, logit > 0.5")),
    ):
        low, high = exact_interval(round(values[name] * count), count, 0.95)
        why = message("the exact interval of Clopper and Pearson, 95 %")
        ends = (Cell(round(end, 4), why, share=True) for end in (low, high))
        rows.append(
            (Cell(label, mark="strong" if name == "accuracy" else ""), Cell(values[name], one, share=True), *ends)
        )
    between = int(((found > 0) & (found <= HALF)).sum())
    empty = (Cell(None), Cell(None))
    rows += [
        (
            Cell(message("answers between")),
            Cell(between, message("images that the two thresholds answer otherwise")),
            *empty,
        ),
        (Cell(message("dead maps")), _named([*dead_maps(engine)]), *empty),
        *_sweeps(params),
    ]
    note = message("The course counts by logit > 0, which is p > 0.5, but writes its answers by logit > 0.5.")
    return Table("numbers", (message("what"), message("value"), message("from"), message("to")), tuple(rows), note)


def _named(dead: list[str]) -> Cell:
    said = message("maps that are the same everywhere in all test images")
    return Cell(", ".join(dead), said, "bad") if dead else Cell(message("none"), said)


def _sweeps(params: GaussiansParams) -> Iterator[tuple[Cell, ...]]:
    """Yield links to sweeps of this page."""
    settings = f"--epochs {params.epochs}"
    for label, over in (
        (message("20 widths of linear1"), f"network.linear1.units={WIDTHS}"),
        (message("with and without ReLU"), "linear_units=false,true"),
    ):
        texts = {"experiment": "cnn.gaussians", "over": over, "repeats": "5", "settings": settings}
        link = Link("sweeps.grid", texts, runs=False)
        yield Cell(label), Cell(message("as a sweep"), link=link), Cell(None), Cell(None)


def _of_places(engine: TorchEngine[str], params: GaussiansParams, truth: Truth) -> Table:
    values, found = engine.judgement("test").values, _answers(engine, params.scaled)
    rows = []
    for place, name in enumerate(NAMES):
        variance = SPREAD[place] ** 2
        why = message("the variance of what is asked: {count} of the sum", count=f"{variance / 3 / _mean_error():.0%}")
        r = correlation(found[:, place], truth[2][:, place].astype(float))
        rows.append((
            Cell(LABELS[name]), Cell(float(f"{values[name]:.4g}")), Cell(float(f"{variance:.4g}"), why),
            Cell(round(r, 4) if math.isfinite(r) else None),
        ))  # fmt: skip
    rows.append((
        Cell(message("mean of the three"), mark="strong"), Cell(float(f"{values['mse']:.4g}")),
        Cell(float(f"{_mean_error():.4g}"), "(4 + 4 + 10²/12) / 3"), Cell(None),
    ))  # fmt: skip
    rows.append((Cell(message("dead maps")), _named([*dead_maps(engine)]), Cell(None), Cell(None)))
    note = message("Test MSE in the units of x and W. W is the width of exp(−r²/W), from 5 to 15.")
    columns = (message("what"), message("test MSE"), message("always the mean"), "r")
    return Table("numbers", columns, tuple(rows), note)
