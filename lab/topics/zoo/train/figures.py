"""What was changed in a network, what it costs, and accuracy against cost. Needs no torch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lab.core.figures import Axis, Cell, Chart, Line, Link, Table, Words
from lab.core.options import write_options
from lab.core.text import message
from lab.sweeps.comparison import interval
from lab.topics.zoo.train.architectures import ARCHITECTURES

if TYPE_CHECKING:
    from lab.topics.zoo.train import ZooTrainParams
    from lab.training.engine import TorchEngine


def changed(params: ZooTrainParams) -> Table:
    """Return layer by layer what was changed, before and now."""
    chosen = params.chosen_one
    rows = [(Cell(where), Cell(before, mark="muted"), Cell(now)) for where, before, now in chosen.changes]
    rows.insert(
        0, (Cell(message("images")), Cell(chosen.images, mark="muted"), Cell(" × ".join(map(str, params.shape))))
    )
    note = message("{name}: {paper}.", name=chosen.label, paper=chosen.paper)
    return Table("changed", (message("layer"), message("in the paper"), message("here")), tuple(rows), note)


def everything(params: ZooTrainParams) -> Table:
    """Return all networks with what they cost for images of this size; each opens its own run."""
    place, texts = params.place, params.to_texts()
    others = {name: texts[name] for name in params.changed() if name != "architecture"}
    rows = []
    for name, each in ARCHITECTURES.items():
        link = Link("zoo.train", {**others, "architecture": name}, runs=False)
        mean, half = interval(np.array(each.accuracy))
        why = message("± {half} points, five seeds", half=f"{100 * half:.1f}") if each.accuracy else ""
        rows.append((
            Cell(each.label, each.paper, "strong" if name == params.architecture else "", link=link),
            Cell(each.parameters[place]), Cell(each.multiply_adds[place]),
            Cell(None if math.isnan(mean) else round(mean, 3), why, share=True),
        ))  # fmt: skip
    columns: tuple[Words, ...] = (
        message("network"), message("parameters"), message("multiply-adds"), message("recorded"),
    )  # fmt: skip
    note = message(
        "Recorded: test accuracy on clothes as this page comes, mean of five seeds. Click a network to open it."
    )
    return Table("networks", columns, tuple(rows), note)


def table(engine: TorchEngine[str], params: ZooTrainParams, seconds: float) -> Table:
    """Return what the network costs here, and what it has come to."""
    chosen, place, values = params.chosen_one, params.place, engine.measure()
    texts = params.to_texts()
    settings = {name: texts[name] for name in params.changed() if name not in ("seed", "architecture")}
    link = Link("sweeps.grid", {
        "experiment": "zoo.train", "over": "architecture=lenet,vgg,resnet8,shufflenet", "repeats": "3",
        "settings": write_options(settings),
    }, runs=False)  # fmt: skip
    step = message("median of {count} steps of {batch} images, on {device}", count=len(engine.step_ms[""]),
                   batch=params.batch_size, device=engine.first.device.type)  # fmt: skip
    counted = message("convolutions and linear layers, forwards")
    rate = chosen.multiply_adds[place] * params.batch_size * 3 / seconds if seconds else 0.0
    rows = (
        (Cell(message("test accuracy")), Cell(round(values["test_accuracy"], 4), mark="strong", share=True)),
        (Cell(message("parameters")), Cell(chosen.parameters[place])),
        (Cell(message("multiply-adds of an image")), Cell(chosen.multiply_adds[place], counted)),
        (Cell(message("milliseconds a step")), Cell(float(f"{1000 * seconds:.3g}") if seconds else None, step)),
        (Cell(message("10⁹ multiply-adds a second")), Cell(float(f"{rate / 1e9:.2g}") if seconds else None,
         message("backwards takes twice as many as forwards"))),
        (Cell(message("accuracy against cost")), Cell(message("open the sweep"),
         message("Opens the page of sweeps with these settings."), link=link)),
    )  # fmt: skip
    return Table("numbers", (message("what"), message("value")), rows)


def plane(params: ZooTrainParams, engine: TorchEngine[str] | None) -> Chart:
    """Return accuracy against multiply-adds: recorded ones, and this run's."""
    known = [each for each in ARCHITECTURES.values() if each.accuracy]
    lines = [
        Line(each.label, np.array([each.multiply_adds[0]], float), np.array([np.mean(each.accuracy)]), "points", place)
        for place, each in enumerate(known)
    ]
    if engine is not None:
        found = engine.judgement("test").values["accuracy"]
        cost = float(params.chosen_one.multiply_adds[params.place])
        lines.append(Line(message("this run"), np.array([cost]), np.array([found]), "rings", len(known)))
    return Chart(
        "plane", tuple(lines), Axis(message("multiply-adds of an image"), log=True),
        Axis(message("test accuracy"), share=True),
    )  # fmt: skip
