"""What is seen of a transfer: both ends as they are given, all ways in numbers, and the gain over the examples."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array, Event, ImageRows
from lab.core.figures import Axis, Cell, CellMark, Chart, Line, Mark, Table, Words
from lab.core.text import Message, message
from lab.topics.transfer.gain.comparison import Comparison, interval

if TYPE_CHECKING:
    from lab.data.base import ImageDataset
    from lab.topics.transfer.gain.engine import Transferring
    from lab.training.engine import TorchEngine

SHOWN = 24
"""Images in a row."""
SCALES = {"unit": (0.0, 1.0), "standard": (0.1307, 0.3081), "symmetric": (0.5, 0.5)}
"""What is taken away from pixels in [0, 1], and what they are divided by then."""


def images(
    datasets: tuple[ImageDataset, ImageDataset], pixels: tuple[str, str], tints: Array | None = None
) -> ImageRows:
    """Return images of both ends as they are given: in the same grey levels, so that other scales are seen. `tints`
    (N, 1, 1, 3) are the colours of those of the source.
    """
    rows, ends = list[tuple[Words, Array]](), list[float]()
    for dataset, scale, words in zip(datasets, pixels, (message("source"), message("the target")), strict=True):
        shift, over = SCALES[scale]
        found = dataset.train.images[:SHOWN] / np.float32(255)
        if tints is not None and not rows:
            found = found[..., None] * tints
        rows.append((words, (found - np.float32(shift)) / np.float32(over)))
        ends += [(0 - shift) / over, (1 - shift) / over]
    return ImageRows("images", tuple(rows), (min(ends), max(ends)))


def table(engine: TorchEngine[str], ways: Mapping[str, Message]) -> Table:
    """Return all ways in numbers."""
    found = _transferring(engine)
    columns = message("network"), message("learns"), message("right, target"), message("gain"), message("in training")
    if not found.following:
        note = message("The source is being learned. Then three networks learn the target side by side.")
        return Table("numbers", columns, (), note)
    measured = found.measure()
    scratch = measured["scratch_test_accuracy"]
    count = len(found.truth)
    tests = message("of {count} test images", count=f"{count:,}")
    zero_shot = float((found.said == found.truth).mean())
    same = message("its class k counts as class k of the target")
    best = message(
        "each of its answers is read as the class that it stands for most often; the test itself decides that, so this "
        "flatters it"
    )
    named = renamed(found.said, found.truth)
    rows = [
        (Cell(message("source"), same), Cell(0), Cell(zero_shot, tests, share=True), Cell(None), Cell(None)),
        (Cell(message("… renamed"), best), Cell(0), Cell(named, tests, share=True), Cell(None), Cell(None)),
    ]
    for way, words in ways.items():
        trainer = found.others[way]
        gain = measured[f"{way}_test_accuracy"] - scratch
        learned = measured.get(f"train_{way}", measured.get(f"{way}_train_accuracy", math.nan))
        rows.append((
            Cell(words), Cell(sum(each.numel() for each in trainer.learning), message("numbers that learn")),
            Cell(measured[f"{way}_test_accuracy"], tests, "strong" if way == "tuned" else "", share=True),
            Cell(None if way == "scratch" else round(100 * gain, 2), message("points more than from scratch")),
            Cell(learned if math.isfinite(learned) else None, message("mean over the last epoch"), share=True),
        ))  # fmt: skip
    said = found.of_source()["source_test_accuracy"]
    note = message("Before that, the source was right on {share} % of its own test.", share=f"{100 * said:.1f}")
    return Table("numbers", columns, tuple(rows), note)


def renamed(said: Array, truth: Array) -> float:
    """Return the share that is right where each answer is read as the class which it stands for most often."""
    best = sum(np.bincount(truth[said == one]).max() for one in np.unique(said))
    return float(best / len(truth))


def answers(engine: TorchEngine[str]) -> Table:
    """Return what the network of the source says of each class of the target."""
    found = _transferring(engine)
    columns = message("the target"), message("said most often"), message("how often"), message("counts as right")
    if not found.following:
        return Table("zero_shot", columns, (), message("The source is being learned."))
    theirs, own = found.source.setup.classes, found.others["tuned"].setup.classes
    rows = []
    for place, name in enumerate(own):
        said = found.said[found.truth == place]
        if not len(said):
            continue
        most = int(np.bincount(said).argmax())
        both = place < len(theirs)
        why = message("the source has no class of this number")
        if both:
            why = message("“{name}” is class {place} of the source", name=theirs[place], place=place)
        rows.append((
            Cell(name), Cell(theirs[most], message("of {count} test images", count=len(said))),
            Cell(float((said == most).mean()), share=True),
            Cell(float((said == place).mean()) if both else None, why, share=True),
        ))  # fmt: skip
    note = message(
        "The source has {theirs} classes, the target {own}: only numbers that both have can be right.",
        theirs=len(theirs), own=len(own),
    )  # fmt: skip
    return Table("zero_shot", columns, tuple(rows), note)


def compared(found: Comparison, ways: Mapping[str, Message]) -> Iterator[Event]:
    """Yield accuracies and gains over the number of examples, with 95 % intervals, as far as they are known."""
    x, examples = np.array(found.sizes, dtype=float), Axis(message("examples of the target"), log=True)
    lines = [line for place, way in enumerate(ways) for line in _band(found.accuracies(way), x, ways[way], place)]
    yield Chart("amounts", tuple(lines), examples, Axis(message("right answers"), low=0.0, high=1.02, share=True))
    others = [way for way in ways if way != "scratch"]
    gains = [line for way in others for line in _band(100 * found.gains(way), x, ways[way], list(ways).index(way))]
    yield Chart("gains", tuple(gains), examples, Axis(message("points more than from scratch")), (Mark("y", 0.0, ""),))
    yield _gains(found, ways, others)


def _band(values: Array, x: Array, words: Words, colour: int) -> Iterator[Line]:
    """Yield the mean over seeds, the ends of its interval, and each seed as a point."""
    order = np.argsort(x)
    ends = np.array([interval(row)[:3] for row in values])[order]
    yield Line(words, x[order], ends[:, 0], "line", colour)
    yield Line("", x[order], ends[:, 1], "thin", colour)
    yield Line("", x[order], ends[:, 2], "thin", colour)
    each = np.broadcast_to(x[:, None], values.shape)
    known = np.isfinite(values)
    yield Line("", each[known], values[known], "points", colour)


def _gains(found: Comparison, ways: Mapping[str, Message], others: list[str]) -> Table:
    rows = []
    for place, size in enumerate(found.sizes):
        scratch = found.accuracies("scratch")[place]
        mean, _low, _high, count = interval(scratch)
        cells = [Cell(size), Cell(round(mean, 4) if count else None, _spread(scratch), share=True)]
        for way in others:
            mean, low, high, count = interval(100 * found.gains(way)[place])
            sure: CellMark = "" if not math.isfinite(low) or low <= 0 <= high else "good" if low > 0 else "bad"
            said = f"{mean:+.1f}" if count == 1 else f"{mean:+.1f} ± {high - mean:.1f}" if count else None
            why = message("right on {share}; {gain}", share=_spread(found.accuracies(way)[place]),
                          gain=message("gain: {spread}", spread=_spread(found.gains(way)[place])))  # fmt: skip
            cells.append(Cell(None if said is None else said.replace("-", "−"), why, sure))
        rows.append(tuple(cells))
    columns = message("examples"), ways["scratch"], *(ways[way] for way in others)
    note = message(
        "From scratch in per cent; the others in points more than that, seed by seed, with 95 % intervals, coloured "
        "where 0 is outside."
    )
    return Table("gains", columns, tuple(rows), note)


def _spread(values: Array) -> Words:
    """Say the mean of shares in per cent, and its interval."""
    mean, low, high, count = interval(100 * values)
    if not math.isfinite(low):
        return message("{mean} %, {count} seed", mean=f"{mean:.1f}", count=count)
    said = (f"{number:.1f}".replace("-", "−") for number in (mean, low, high))
    mean_said, low_said, high_said = said
    return message(
        "{mean} %, of {count} seeds {low} to {high}", mean=mean_said, low=low_said, high=high_said, count=count
    )


def _transferring(engine: TorchEngine[str]) -> Transferring:
    from lab.topics.transfer.gain.engine import Transferring

    assert isinstance(engine, Transferring)
    return engine
