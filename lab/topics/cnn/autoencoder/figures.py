"""What is shown of convolutional autoencoders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array, ImageRows
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.text import Message, message
from lab.data.finding import find_drawn
from lab.topics.cnn.autoencoder.grid import on_grid, powers
from lab.topics.cnn.autoencoder.images import Given, bordered

if TYPE_CHECKING:
    from lab.topics.cnn.autoencoder import AutoencoderParams
    from lab.training.engine import TorchEngine

Rows = tuple[tuple[Message | str, Array], ...]

SHOWN = 8
"""Test images that are shown with what is made of them."""
COMPARED = 10
"""Images by which the colours of feature maps are fixed."""
LIMITS = (-0.25, 1.25)
"""Black and white of images."""
FAR = 0.2
"""The error that is black or white."""
MIDDLE = 31
"""Pixels in the middle of an image that are shown of its errors."""
NAMES: Mapping[str, Message] = {"network": message("network"), "resized": message("resized")}
INPUT, TARGET, CLEAN = message("input"), message("target"), message("clean")


def pictures(images: Array) -> Array:
    """Return images as grey levels (N, H, W) uint8."""
    low, high = LIMITS
    found: Array = (np.clip((images - low) / (high - low), 0, 1) * 255).astype(np.uint8)
    return found


def begun(test: Given, target: str, count: int = SHOWN) -> Rows:
    """Return rows of what is given, what is to be given back, and what lies behind both."""
    rows: list[tuple[Message | str, Array]] = [(INPUT, test.given[:count])]
    if target != "same":
        rows.append((TARGET, test.aim(target)[:count]))
    return (*rows, *([(CLEAN, test.clean[:count])] if target != "clean" else []))


def _made(engine: TorchEngine[str], name: str, count: int) -> Array:
    found: Array = engine.trainers[name].outputs("test", 0, count)[:, 0].cpu().numpy()
    return found


def reconstructions(engine: TorchEngine[str], test: Given, target: str) -> ImageRows:
    """Return test images and what the networks make of them."""
    made = tuple((NAMES[name], _made(engine, name, SHOWN)) for name in engine.trainers)
    return ImageRows("reconstructions", (*begun(test, target), *made), LIMITS, step=engine.step)


def errors(engine: TorchEngine[str], test: Given) -> ImageRows:
    """Return the middle of what is made, less the clean image: where a grid is, it is seen."""
    first = (test.clean.shape[1] - MIDDLE) // 2
    part = slice(first, first + MIDDLE)
    rows = ((NAMES[name], (_made(engine, name, SHOWN) - test.clean[:SHOWN])[:, part, part]) for name in engine.trainers)
    return ImageRows("errors", tuple(rows), (-FAR, FAR), step=engine.step)


def drawn(engine: TorchEngine[str], drawing: Array) -> ImageRows:
    """Return an own drawing, without noise or bar, and what becomes of it."""
    import torch

    found = find_drawn(drawing).image
    if found is None:
        return ImageRows("drawing", ())
    given = bordered(found[None])
    rows: list[tuple[Message | str, Array]] = [(INPUT, given)]
    for name, trainer in engine.trainers.items():
        trainer.model.eval()
        with torch.inference_mode():
            made = trainer.model(torch.tensor(given).unsqueeze(1).to(trainer.device))
        rows.append((NAMES[name], made[:, 0].cpu().numpy()))
    return ImageRows("drawing", tuple(rows), LIMITS, step=engine.step)


def spectrum(engine: TorchEngine[str], test: Given, period: int) -> Chart:
    """Return how the squared errors are spread over frequencies, along rows and columns alike."""
    lines = []
    for place, name in enumerate(engine.trainers):
        found = powers(_made(engine, name, len(test.clean)) - test.clean, period)
        each = found.sum(0) + found.sum(1)
        half = len(each) // 2
        lines.append(Line(NAMES[name], np.arange(1, half + 1) / len(each), each[1 : half + 1] / 2, "line", place))
    marks = tuple(
        Mark("x", step / period, message("{pixels} pixels", pixels=f"{period / step:g}"))
        for step in range(1, period // 2 + 1)
    )
    x = Axis(message("waves a pixel, along one axis"), low=0.0, high=0.51)
    return Chart("spectrum", tuple(lines), x, Axis(message("squared error"), log=True), marks)


def table(engine: TorchEngine[str], params: AutoencoderParams, period: int) -> Table:
    """Return the errors of both networks."""
    values, names = engine.measure(), [*engine.trainers]
    side = params.shape[1] // period * period
    by_chance = on_grid(side, period).sum() / (side**2 - 1)
    grid = message(
        "of the squared error repeats after {period} pixels; of an error that is noise {share} would",
        period=period, share=f"{by_chance:.1%}",
    )  # fmt: skip
    rows = [(Cell(message("parameters")), *(Cell(_parameters(engine, name)) for name in names))]
    for what, label, why in (
        ("test_loss", message("against the target"), message("the loss on test images")),
        ("test_clean", message("against the clean image"), message("without bar and noise")),
    ):
        cells = (Cell(float(f"{values[f'{name}_{what}']:.4g}"), why) for name in names)
        rows.append((Cell(label, mark="strong" if what == "test_loss" else ""), *cells))
    shares = (Cell(round(values[f"{name}_checkerboard"], 4), grid, share=True) for name in names)
    rows.append((Cell(message("checkerboard")), *shares))
    for what, label in (("floor", message("floor: clean image answered")), ("untouched", message("nothing done"))):
        rows.append((Cell(label, mark="muted"), *(Cell(float(f"{values[what]:.4g}")) for _ in names)))
    note = message(
        "Test MSE. The floor is against the target, “nothing done” against the clean image. "
        "Of an error that is noise, {share} would be checkerboard.", share=f"{by_chance:.1%}",
    )  # fmt: skip
    return Table("numbers", (message("what"), *(NAMES[name] for name in names)), tuple(rows), note)


def _parameters(engine: TorchEngine[str], name: str) -> int:
    return sum(parameter.numel() for parameter in engine.trainers[name].model.parameters())
