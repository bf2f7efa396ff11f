"""The pictures and their classes, what was left out, one picture that is asked, and how the heads compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from lab.core.events import Array, Event, ImageRows
from lab.core.figures import Axis, BarPanel, Bars, Cell, Chart, Line, Table, Words
from lab.core.pictures import PicturePanel, Pictures
from lab.core.text import Verbatim, message
from lab.data.tables.table import located
from lab.maths.chance import mean_interval
from lab.topics.transfer.photographs.pictures import Found, read
from lab.topics.transfer.photographs.words import WAYS, WHYS

SHOWN = 12
"""Pictures of each class that are shown together."""
MOST_BARS = 20
ALIKE = 5
"""Pictures that the network finds most like the one that is asked."""


def small(pixels: Array) -> Array:
    """Return pictures (N, 224, 224, 3) at half their size, as they are shown."""
    return np.asarray(pixels.reshape(-1, 112, 2, 112, 2, 3).mean((2, 4)).round(), np.uint8)


def some(found: Found) -> ImageRows:
    """Return the first pictures of each class, a class a row."""
    rows = tuple(
        (Verbatim(name), small(found.pixels[np.flatnonzero(found.labels == place)[:SHOWN]]))
        for place, name in enumerate(found.classes)
    )
    return ImageRows("pictures", rows, limits=(0.0, 255.0))


def classes(found: Found, train: Array, test: Array) -> Table:
    """Return how many pictures each class has, to learn from and for testing, and how many were left out."""
    learned, tested = (np.bincount(found.labels[part], minlength=len(found.classes)) for part in (train, test))
    rows = []
    for place, name in enumerate(found.classes):
        refused = sum(each.label == name and bool(each.name) for each in found.refused)
        passed = found.passed[place] if found.passed else 0
        over = message("{count} more were passed over: “At most” says how many are taken", count=passed)
        rows.append(
            (
                Cell(Verbatim(name)),
                Cell(int(learned[place] + tested[place]), over if passed else "", "strong" if passed else ""),
                Cell(int(learned[place])),
                Cell(int(tested[place])),
                Cell(refused, mark="bad" if refused else "muted"),
            )
        )
    names = message("class"), message("pictures"), message("training"), message("test"), message("not used")
    passed = sum(found.passed)
    if passed:
        return Table("classes", names, tuple(rows), message("{count} pictures more were passed over.", count=passed))
    largest = message(
        "Always saying the largest class is right in {share} % of the test.",
        share=f"{100 * float(tested.max() / tested.sum()):.0f}",
    )
    return Table("classes", names, tuple(rows), largest)


def refused(found: Found) -> Table:
    """Return what was left out, and why."""
    rows = tuple(
        (Cell(Verbatim(each.label)), Cell(Verbatim(each.name) if each.name else message("the whole class")),
         Cell(each.reason, each.reason, "bad"))
        for each in found.refused
    )  # fmt: skip
    return Table("refused", (message("class"), message("file"), message("why")), rows)


def nothing() -> Iterator[Event]:
    """Yield figures of no pictures at all."""
    yield from (Table(name, (), ()) for name in ("classes", "refused"))
    yield ImageRows("pictures", ())


def asked_file(path: str) -> Array:
    """Return the picture in a file as the network is to see it. Raises DataError."""
    file = located(path.strip()).absolute()
    try:
        state = file.stat()
    except OSError:
        return read(file)  # Which says what is wrong.
    return read(file, state.st_mtime_ns, state.st_size)


def asked(title: Words, pixels: Array, alike: Sequence[tuple[Words, Array]] = ()) -> Pictures:
    """Return the picture that is asked, and those to learn from that are most like it."""
    panels = [PicturePanel(title, pixels, "colour", (0.0, 255.0), pitch=(1.0, 1.0))]
    panels += [PicturePanel(name, picture, "colour", (0.0, 255.0)) for name, picture in alike]
    note = message("Behind it: what was learned from and looks most alike to the network (cosine of the features).")
    return Pictures("asked", tuple(panels), note if alike else "")


def asked_alone(path: str) -> Pictures:
    """Return the picture that is to be asked."""
    return asked(Verbatim(Path(path.strip()).name), asked_file(path))


def answer(classes: Sequence[str], shares: Mapping[str, Array], said: Words) -> Bars:
    """Return the probabilities that the heads give one picture, the most probable classes first."""
    order = np.argsort(-shares[""], kind="stable")[:MOST_BARS]
    panels = tuple(
        BarPanel(WAYS[way], shares[way][order], 0.0, 1.0, remark="" if way else said, colour=colour)
        for colour, way in enumerate(shares)
    )
    return Bars("answer", tuple(Verbatim(classes[place]) for place in order), panels)


def divisions(accuracies: Mapping[str, Array]) -> Chart:
    """Return the test accuracy of each way in each division."""
    lines = tuple(
        Line(WAYS[way], np.arange(1.0, len(found) + 1), found, "line + points", colour)
        for colour, (way, found) in enumerate(accuracies.items())
    )
    return Chart("splits", lines, Axis(message("split"), whole=True),
                 Axis(message("test accuracy"), low=0.0, high=1.0, share=True))  # fmt: skip


def compared(accuracies: Mapping[str, Array], seen: Mapping[str, int], parameters: Mapping[str, int]) -> Table:
    """Return how the heads compare: of the first division, of all, and by how much the pretrained one is ahead."""
    count = len(accuracies[""])
    rows = []
    for way, found in accuracies.items():
        why = message(
            "{what}: {seen} numbers; a head of {count} parameters",
            what=WHYS[way],
            seen=f"{seen[way]:,}",
            count=f"{parameters[way]:,}",
        )
        mean = message("mean of {count} splits, with its 95 % interval", count=count)
        ahead = message("points by which the pretrained network is better, split by split")
        rows.append(
            (
                Cell(WAYS[way], why, "" if way else "strong"),
                Cell(float(found[0]), message("of the pictures for testing, in the split that is shown"), share=True),
                Cell(_interval(found), mean),
                Cell(_interval(accuracies[""] - found) if way else None, ahead),
            )
        )
    columns = message("seen by"), message("test"), message("all splits"), message("ahead by")
    note = message(
        "In per cent, with 95 % intervals. Splits share many of their pictures: other pictures may differ more."
    )
    return Table("numbers", columns, tuple(rows), note if count > 1 else "")


def _interval(values: Array) -> str:
    low, high = mean_interval(values)
    mean = f"{100 * values.mean():.1f}"
    return f"{mean} ± {50 * (high - low):.1f}" if np.isfinite(high - low) else mean


def spread(accuracies: Mapping[str, Array]) -> dict[str, float]:
    """Return the mean of all divisions with its 95 % interval, for each way, and how far the pretrained one leads."""
    values: dict[str, float] = {}
    for way, found in accuracies.items():
        gain = accuracies[""] - found
        parts = {f"{way}_test_accuracy" if way else "test_accuracy": found}
        parts |= {f"gain_{way}": gain} if way else {}
        for name, numbers in parts.items():
            values[f"{name}_mean"] = float(numbers.mean())
            if len(numbers) > 1:
                values[f"{name}_low"], values[f"{name}_high"] = mean_interval(numbers)
    return values


def imagenet(title: Words, names: Sequence[str], shares: Array) -> Table:
    """Return the five classes of ImageNet that the network itself holds for most probable."""
    rows = tuple(
        (Cell(Verbatim(names[place])), Cell(float(shares[place]), share=True)) for place in np.argsort(-shares)[:5]
    )
    note = message("Its own last layer, which was taken away: what it would call {picture}.", picture=title)
    return Table("imagenet", (message("class of ImageNet"), message("probability")), rows, note)
