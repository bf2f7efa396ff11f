"""Squares to scale, parameters against examples, and tables of both."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lab.core.figures import Axis, Cell, Chart, Line, Table, Words
from lab.core.text import message
from lab.topics.overfitting.scale.sets import IMAGENET, Size, Sized

UNSEEN = 0.02
"""Of the side of the largest square: what is smaller is overlooked, and gets a ring."""


def squares(imagenet: Size, others: Sequence[Size]) -> Chart:
    """Return a square for each data set, one in the other, whose areas are to each other as the examples."""
    parts: list[tuple[Words, int]] = [
        (message("ImageNet, train: {count}", count=f"{imagenet.train:,}"), imagenet.train),
        (message("ImageNet, test: {count}", count=f"{imagenet.test:,}"), imagenet.test),
        (message("ImageNet, validation: {count}", count=f"{imagenet.dev:,}"), imagenet.dev),
    ]
    parts += [
        (message("{title}: {count}", title=each.title, count=f"{each.train:,}"), each.train)
        for each in others
        if each.name != IMAGENET
    ]
    lines = []
    for place, (words, count) in enumerate(parts):
        side = math.sqrt(count)
        # The axes are the other two sides of all of them.
        lines.append(Line(words, np.array([0.0, side, side]), np.array([side, side, 0.0]), "line", place))
    largest = math.sqrt(imagenet.train)
    lost = [(each.title, side) for each in others if (side := math.sqrt(each.train)) < UNSEEN * largest]
    for title, side in lost[-1:]:
        # Its square is a few pixels: where it lies has to be shown.
        lines.append(Line(message("here is {title}", title=title), np.array([side]), np.array([side]), "rings", -1))
    side = 1.04 * largest
    axes = [Axis(words, low=0.0, high=side) for words in (message("√ examples"), message("√ examples"))]
    return Chart("squares", tuple(lines), axes[0], axes[1])


def ladder(chosen: Sized, others: Sequence[Sized]) -> Chart:
    """Return parameters over examples, with the line where there are as many of both."""
    all_of = (chosen, *others)
    low = 0.5 * min(min(each.examples, each.parameters) for each in all_of)
    high = 4.0 * max(max(each.examples, each.parameters) for each in all_of)
    ends = np.array([low, high])
    lines = [Line(message("as many parameters as examples"), ends, ends, "dashes", -1)]
    for place, each in enumerate(others):
        at = np.array([float(each.examples)]), np.array([float(each.parameters)])
        lines.append(Line(each.name, *at, "points", place + 1))
    own = np.array([float(chosen.examples)]), np.array([float(chosen.parameters)])
    lines.append(Line(message("this network: {sizes}", sizes=chosen.name), *own, "ball", 0))
    return Chart(
        "parameters",
        tuple(lines),
        Axis(message("training examples"), log=True, low=low, high=high),
        Axis(message("parameters"), log=True, low=low, high=high),
    )


def sets_table(found: Sequence[Size], chosen: str) -> Table:
    """Return the data sets, the largest first."""
    columns = (
        message("data"), message("train"), message("dev"), message("test"), message("classes"), message("a class"),
    )  # fmt: skip
    rows = []
    for each in sorted(found, key=lambda one: -one.train):
        mean = message("{train} / {classes}", train=f"{each.train:,}", classes=f"{each.classes:,}")
        rows.append((
            Cell(
                each.title, message("{count} numbers an example", count=f"{each.inputs:,}"),
                "strong" if each.name == chosen else "",
            ),
            Cell(each.train), Cell(each.dev or None), Cell(each.test), Cell(each.classes),
            Cell(round(each.each, 1 if each.each < 1000 else None), mean),
        ))  # fmt: skip
    note = message("Tables are divided by the share. ImageNet: crops of 224 × 224.")
    return Table("sets", columns, tuple(rows), note)


def networks_table(chosen: Sized, others: Sequence[Sized]) -> Table:
    """Return the networks, those with the fewest parameters an example first."""
    columns = message("network"), message("parameters"), message("examples"), message("parameters an example")
    rows = []
    for each in sorted((chosen, *others), key=lambda one: one.ratio):
        why = message("{parameters} / {examples}", parameters=f"{each.parameters:,}", examples=f"{each.examples:,}")
        mark = "strong" if each is chosen else ""
        words = message("this network: {sizes}", sizes=each.name) if each is chosen else each.name
        rows.append((
            Cell(words, each.where, "strong" if mark else ""), Cell(each.parameters), Cell(each.examples),
            Cell(round(each.ratio, 3), why),
        ))  # fmt: skip
    note = message("More parameters than examples is the rule, not the exception, on ImageNet too.")
    return Table("networks", columns, tuple(rows), note)
