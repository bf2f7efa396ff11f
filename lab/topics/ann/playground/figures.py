"""Figures of the playground: the plane, the network with every unit's own picture, the confusion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np

from lab.core.events import Array, Event, Predictions, lazily
from lab.core.figures import Axis, Field, Line, Overlay, Words
from lab.core.text import message
from lab.core.units import Units
from lab.data.planar import FEATURES, HALF, Points, expand
from lab.data.plane_params import FILE, OWN
from lab.nets.dense.units import units_of
from lab.topics.ann.playground.params import PlaygroundParams
from lab.training.dense.boundary import RESOLUTION, answer, plane, points, ranges, shares
from lab.training.dense.learner import Learner

PICTURE = 28
"""Points along each axis of the picture of one unit."""
EDITS = "weight"
"""What a change of one number by hand is called."""
View = tuple[tuple[float, float], tuple[float, float]]


def figures(params: PlaygroundParams, learner: Learner) -> Iterator[Event]:
    """Yield everything but the curves and the numbers."""
    found, train = params.parts

    @cache
    def outputs() -> Array:
        return learner.network.outputs(params.inputs(found.positions))

    def overlay() -> Overlay:
        return Overlay("plane", dots(params, found, train, wrong=_wrong(learner, found, outputs())))

    yield lazily(Field, "plane", the_plane, params, learner, found)
    yield lazily(Overlay, "plane", overlay)
    yield lazily(Units, "network", units, params, learner, found, train)
    if not params.valued:
        yield lazily(Predictions, "points", lambda: predictions(params, learner, found, train, outputs()))


def view_of(params: PlaygroundParams, positions: Array) -> View:
    """Return the ranges of the plane that is shown."""
    if params.data == FILE and len(positions):
        return ranges(positions)
    return (-HALF, HALF), (-HALF, HALF)


@lru_cache(maxsize=8)
def _inputs(features: tuple[str, ...], view: View, resolution: int) -> Array:
    """Return what a network is given of all points of the plane; shared, and not to be changed."""
    inputs = expand(plane(*view, resolution), features)
    inputs.flags.writeable = False
    return inputs


def _adds(params: PlaygroundParams) -> tuple[str, str, int]:
    """Return what a click into the plane changes: the parameter, what it holds now, and the class of a new point."""
    return ("points", params.points, params.brush - 1) if params.data == OWN else ("", "", 0)


def the_plane(params: PlaygroundParams, learner: Learner, found: Points) -> Field:
    """Return what the network says of every point of the plane."""
    view = view_of(params, found.positions)
    said = learner.network.outputs(_inputs(params.features(), view, RESOLUTION))
    if params.valued:
        x, y = (Axis(name, low=low, high=high) for name, (low, high) in zip("xy", view, strict=True))
        square = said.reshape(RESOLUTION, RESOLUTION)
        return Field(
            "plane", square, x, y, *view, message("output"), "signed", levels=(0.0,), limits=(-1.0, 1.0), decides=True
        )
    field = answer(learner.recipe, said, params.names(), "plane", view, _adds(params))
    return replace(field, decides=field.scale == "signed")


def _wrong(learner: Learner, found: Points, outputs: Array) -> Array:
    """Return which points (N,) are taken for another class."""
    if found.values is not None:
        return np.zeros(len(found.labels), dtype=bool)
    return np.asarray(learner.recipe.classes(outputs) != found.labels)


def dots(params: PlaygroundParams, found: Points, train: Array, wrong: Array) -> tuple[Line, ...]:
    """Return the points, those of training over those of the test, and rings around those that are `wrong`."""
    lines = []
    names: tuple[Words, ...] = params.names() or (message("training point"),)
    for chosen, style in ((~train, "faint points"), (train, "points")):
        testing = style == "faint points"
        if testing and not chosen.any():
            continue
        for place, name in enumerate(names):
            here = chosen & (found.labels == place)
            x, y = found.positions[here].T
            label: Words = name
            if testing:
                label = message("test point") if params.valued else message("{name}, test", name=name)
            lines.append(
                Line(
                    label, x, y, "faint points" if testing else "points", -1 if params.valued else place,
                    legend=message("test") if testing else message("training") if params.valued else "",
                    values=None if found.values is None else found.values[here],
                )
            )  # fmt: skip
    if not params.valued:
        x, y = found.positions[wrong].T
        lines.append(Line(message("taken for another class"), x, y, "rings", -1, legend=message("wrong")))
    return tuple(lines)


def bare(params: PlaygroundParams, found: Points) -> Iterator[Event]:
    """Yield a plane that waits for points."""
    view, (name, text, brush) = view_of(params, found.positions), _adds(params)
    x, y = (Axis(axis, low=low, high=high) for axis, (low, high) in zip("xy", view, strict=True))
    yield Field(
        "plane", np.zeros((2, 2)), x, y, *view, message("no network yet"), "signed", smooth=False,
        adds=name, added=text, brush=brush,
    )  # fmt: skip
    all_of_them = np.ones(len(found.labels), dtype=bool)
    yield Overlay("plane", dots(params, found, all_of_them, wrong=~all_of_them)[:-1])


def units(params: PlaygroundParams, learner: Learner, found: Points, train: Array) -> Units:
    """Return the network, each unit with what it says of every point of the plane."""
    view, names = view_of(params, found.positions), params.names()
    inputs = _inputs(params.features(), view, PICTURE)
    maps = [
        values.T.reshape(values.shape[1], PICTURE, PICTURE).astype(np.float32)
        for values in (inputs, *learner.network.trace(inputs))
    ]
    shown = dots(params, found, train, np.zeros(len(train), dtype=bool))
    return units_of(
        "network",
        learner.network,
        [FEATURES[name][0] for name in params.features()],
        names if len(names) > 2 else (message("for {name}", name=names[1]) if names else "ŷ",),
        maps,
        x_range=view[0],
        y_range=view[1],
        points=shown if params.valued else points(found.positions, found.labels, names),
        edits=EDITS,
    )


def predictions(params: PlaygroundParams, learner: Learner, found: Points, train: Array, outputs: Array) -> Predictions:
    """Return what the network says of the test points, or of all where there are none."""
    chosen = np.ones(len(train), dtype=bool) if train.all() else ~train
    said = learner.recipe.classes(outputs[chosen])
    sure = shares(learner.recipe, outputs[chosen])[np.arange(len(said)), said]
    return Predictions("points", found.labels[chosen], said, sure.astype(np.float32), params.names(), learner.epoch)
