"""What is seen of the networks: the gradient of each layer, and the numbers side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, Chart, Line, Link, Table, Words
from lab.core.options import write_options
from lab.core.text import Message, message

if TYPE_CHECKING:
    from lab.topics.zoo.blocks import BlocksParams
    from lab.topics.zoo.blocks.gradients import GradientSizes
    from lab.training.engine import TorchEngine

NAMES: Mapping[str, Message] = MappingProxyType(
    {"residual": message("residual"), "plain": message("plain"), "shallow": message("plain, 8 layers")}
)
"""What the networks are called."""
SWEPT = "depth=8,20,56"


def _sizes(engine: TorchEngine[str], way: str) -> GradientSizes:
    from lab.topics.zoo.blocks.gradients import GradientSizes

    hook = engine.trainers[way].setup.hooks[0]
    assert isinstance(hook, GradientSizes)
    return hook


def ratios(engine: TorchEngine[str]) -> dict[str, float]:
    """Return the gradient of the first convolution over that of the last, in the first step and now."""
    from lab.topics.zoo.blocks.gradients import first_over_last

    found = {}
    for way in engine.names:
        sizes = _sizes(engine, way)
        found[f"{way}_gradient_start"] = first_over_last(sizes.first)
        found[f"{way}_gradient_end"] = first_over_last(sizes.now)
    return found


def gradients(engine: TorchEngine[str]) -> Chart:
    """Return how large the gradient of each convolution is, in the first step and now, of both deep networks."""
    lines = []
    for colour, way in enumerate(engine.names[:2]):
        sizes, label = _sizes(engine, way), NAMES[way]
        x = np.arange(1.0, len(sizes.first) + 1)
        lines.append(Line(message("{network}, now", network=label), x, _positive(sizes.now), "line", colour))
        lines.append(Line(message("{network}, first step", network=label), x, _positive(sizes.first), "dashes", colour))
    return Chart(
        "gradients", tuple(lines), Axis(message("convolution, from the image on"), whole=True),
        Axis(message("size of the gradient"), log=True),
    )  # fmt: skip


def _positive(sizes: Array) -> Array:
    """Return sizes without those that are 0, which a logarithmic axis does not have."""
    return np.where(sizes > 0, sizes, np.nan)


def table(engine: TorchEngine[str], params: BlocksParams) -> Table:
    """Return what each network came to, and a sweep over the depth."""
    measured, found = engine.measure(), ratios(engine)
    epoch = message("mean over the steps of the last epoch, while it learns")
    whole = message("on all test images, after the epoch")
    times = message(
        "root of the mean square of the first convolution's gradient, over that of the last: 0.01 is a hundred times "
        "smaller, 100 a hundred times larger"
    )
    rows: tuple[tuple[Message, str, Words, bool], ...] = (
        (message("training loss"), "{way}_train_loss", epoch, False),
        (message("training accuracy"), "{way}_train_accuracy", epoch, True),
        (message("test loss"), "{way}_test_loss", whole, False),
        (message("test accuracy"), "{way}_test_accuracy", whole, True),
        (message("first ÷ last, start"), "{way}_gradient_start", times, False),
        (message("first ÷ last, end"), "{way}_gradient_end", times, False),
    )
    values = {**measured, **found}
    cells = []
    for label, name, why, share in rows:
        each = [_known(values.get(name.format(way=way)), share) for way in engine.names]
        cells.append((Cell(label, why), *(Cell(value, why, share=share) for value in each)))
    counts = (sum(each.numel() for each in engine.trainers[way].model.parameters()) for way in engine.names)
    cells.append((Cell(message("parameters")), *map(Cell, counts)))
    settings = {name: params.to_texts()[name] for name in params.changed() if name not in ("seed", "depth")}
    link = Link("sweeps.grid", {
        "experiment": "zoo.blocks", "over": SWEPT, "settings": write_options(settings), "repeats": "3",
    }, runs=False)  # fmt: skip
    opens = Cell(message("as a sweep"), message("Opens the page of sweeps with these settings."), link=link)
    empty = (Cell(None),) * (len(engine.names) - 1)
    cells.append((Cell(message("depth 8, 20, 56")), opens, *empty))
    columns = (message("measured"), *(NAMES[way] for way in engine.names))
    note = message(
        "first ÷ last: the gradient of the first convolution over that of the last, in the first step and in the last "
        "epoch."
    )
    return Table("numbers", columns, tuple(cells), note)


def _known(value: float | None, share: bool) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return round(value, 4) if share else float(f"{value:.4g}")
