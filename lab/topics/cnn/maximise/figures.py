"""What the page shows: images that climb, what an answer hangs on, and what small changes do. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array, ImageRows
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table
from lab.core.pictures import PicturePanel, Pictures
from lab.core.text import message
from lab.maths.chance import exact_interval
from lab.topics.cnn.maximise.words import MOST, PATCH_STRIDE, WAYS, sizes

if TYPE_CHECKING:
    from lab.topics.cnn.maximise.subject import Subject

LINES = 6
"""The most units that have a line: so many colours can be told apart."""


def wanted(start: Array, now: Array, digits: Array, indices: Array, step: int) -> ImageRows:
    """Return images (U, 28, 28) as they began and as they are, and the test images that excite the same units most."""
    rows = ((message("noise at first"), start), (message("now"), now), (message("test image"), digits))
    return ImageRows("wanted", rows, indices=indices, step=step)


def climbing(heights: Array, units: Sequence[int]) -> Chart:
    """Return the activations (steps, U) as they climb."""
    x = np.arange(len(heights), dtype=float)
    lines = tuple(
        Line(message("unit {number}", number=unit), x, heights[:, place], colour=place)
        for place, unit in enumerate(units[:LINES])
    )
    return Chart("climb", lines, Axis(message("step"), whole=True), Axis(message("activation")))


def units_table(units: Sequence[int], heights: Array, digits: Array, shares: Array, classes: Sequence[str]) -> Table:
    """Return what became of each unit: heights (steps, U), those by the best test images (U,), answers (U, K)."""
    rows = []
    for place, unit in enumerate(units):
        best = int(shares[place].argmax())
        rows.append(
            (
                Cell(unit),
                Cell(_short(heights[0, place])),
                Cell(_short(heights[-1, place]), mark="strong"),
                Cell(_short(digits[place]), message("the highest of all test images that are compared")),
                Cell(classes[best]),
                Cell(round(float(shares[place, best]), 4), share=True),
            )
        )
    columns = (
        message("unit"), message("at first"), message("now"), message("test image"), message("answer"),
        message("probability"),
    )  # fmt: skip
    note = message("What the network answers to the image that climbed, and how sure it is: none of them is a digit.")
    return Table("units", columns, tuple(rows), note)


def reasons(subject: Subject, classes: Sequence[str]) -> Pictures:
    """Return what the answer hangs on: the gradient by pixels, and what covering a part does."""
    covered, answer = subject.covered, classes[subject.answer]
    fall = float(subject.shares[subject.answer]) - covered
    deepest, middle = max(float(np.abs(fall).max()), 1e-6), (subject.patch - 1) / 2
    shown = PicturePanel(
        message("covered there"), fall.astype(np.float32), "signed", (-deepest, deepest),
        origin=(middle, middle), pitch=(PATCH_STRIDE, PATCH_STRIDE),
        note=message("deepest: {fall} %", fall=f"{100 * deepest:.2g}"),
        why=message("how much the probability falls when a black square of {side} × {side} has its middle here",
                    side=subject.patch),
    )  # fmt: skip
    note = message("{image}: the network answers {answer}, {share} %.", image=subject.label, answer=answer,
                   share=_percent(subject.shares[subject.answer]))  # fmt: skip
    return Pictures("reasons", (_given(subject, classes), _gradient(subject, classes), shown), note)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _given(subject: Subject, classes: Sequence[str]) -> PicturePanel:
    answer = classes[subject.answer]
    return PicturePanel(
        message("image: {answer}", answer=answer), subject.image, limits=(0, 255),
        note=message("{share} %", share=_percent(subject.shares[subject.answer])), why=subject.label,
    )  # fmt: skip


def _gradient(subject: Subject, classes: Sequence[str]) -> PicturePanel:
    slope, answer = subject.slope, classes[subject.answer]
    # In as few figures as the scale of colours has room for.
    most = float(f"{np.abs(slope).max():.2g}") or 1.0
    why = message("by how much the score of {answer}, before softmax, grows with this pixel", answer=answer)
    return PicturePanel(message("gradient"), slope, "signed", (-most, most), why=why)


def nudge(subject: Subject, size: float, classes: Sequence[str]) -> Pictures:
    """Return the image, changed in three ways, and beneath the gradient and the changes."""
    images, shares = subject.changed(size)
    before, limit = subject.image / np.float32(255), max(size, 1e-3)
    panels = [_given(subject, classes)]
    for label, image, answer in zip(WAYS.values(), images, shares, strict=True):
        best = int(answer.argmax())
        title = message("{way}: {answer}", way=label, answer=classes[best])
        share = message("{share} %", share=_percent(answer[best]))
        panels.append(PicturePanel(title, image, note=share, why=message("the answer: {share}", share=share)))
    panels.append(_gradient(subject, classes))
    panels += [
        PicturePanel(message("change"), image - before, "signed", (-limit, limit), why=label)
        for label, image in zip(WAYS.values(), images, strict=True)
    ]
    note = message("{image}. ε = {size}: no pixel changes by more.", image=subject.label, size=f"{size:.3g}")
    return Pictures("nudge", tuple(panels), note)


def _epsilon() -> Axis:
    return Axis(message("ε, of pixels from 0 to 1"), low=0.0, high=MOST)


def _shown(size: float) -> tuple[Mark, ...]:
    return (Mark("x", size, message("ε = {size}", size=f"{size:.3g}")),)


def this_one(subject: Subject, size: float, classes: Sequence[str]) -> Chart:
    """Return the probability of the first answer over the size of the change."""
    over, _ = subject.over
    lines = tuple(
        Line(label, np.array(sizes()), row.astype(float), "line + points", place)
        for place, (label, row) in enumerate(zip(WAYS.values(), over, strict=True))
    )
    y = Axis(message("probability of {answer}", answer=classes[subject.answer]), low=0.0, high=1.0, share=True)
    return Chart("this_one", lines, _epsilon(), y, _shown(size), picks="at")


def all_tests(stays: Array, size: float) -> Chart:
    """Return the share of test images whose answer stays, from whether it does (3, sizes, N)."""
    lines = tuple(
        Line(label, np.array(sizes()), row.mean(1), "line + points", place)
        for place, (label, row) in enumerate(zip(WAYS.values(), stays, strict=True))
        if row.shape[1]
    )
    y = Axis(message("answers that stay"), low=0.0, high=1.0, share=True)
    return Chart("all_tests", lines, _epsilon(), y, _shown(size), picks="at")


def numbers(stays: Array, firsts: Sequence[float | None], epsilon: float) -> Table:
    """Return from which size on the answers are others: of the image that is looked at, and of the test images.

    stays: (3, sizes + 1, N), the last size being `epsilon`.
    """
    rows = []
    for way, (label, row, first) in enumerate(zip(WAYS.values(), stays, firsts, strict=True)):
        count = row.shape[1]
        right = int(row[-1].sum())
        low, high = exact_interval(right, count, 0.95) if count else (0.0, 1.0)
        said = message("95 % interval: {low} to {high} %", low=f"{100 * low:.1f}", high=f"{100 * high:.1f}")
        rows.append(
            (
                Cell(label, mark="strong" if way == 1 else ""),
                Cell(message("not here") if first is None else first, message("the smallest ε at which it changes")),
                Cell(right / count if count else None, said, share=True),
                Cell(half(row[:-1]) if count else None, message("from here on, half of them or fewer stay")),
            )
        )
    columns = (
        message("change"), message("this image: from ε"),
        message("test images at ε = {size}: stay", size=f"{epsilon:g}"), message("half stay until ε"),
    )  # fmt: skip
    note = message(
        "{count} test images, changed until ε = {most}. All three ways change pixels by as much; the signs differ.",
        count=stays.shape[2], most=sizes()[-1],
    )  # fmt: skip
    return Table("numbers", columns, tuple(rows), note)


def half(row: Array) -> float | None:
    """Return the smallest size at which half of the answers (sizes, N) stay, or fewer; None: there is none."""
    low = row.mean(1) <= 0.5
    return sizes()[int(low.argmax())] if low.any() else None


def _short(value: float) -> float:
    return float(f"{value:.4g}")
