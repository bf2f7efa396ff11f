"""What was read: columns, classes, some images, and the rows as points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lab.core.events import Array, Event, ImageRows
from lab.core.examples import Examples
from lab.core.figures import BarPanel, Bars, Cell, Table, Words
from lab.core.text import Verbatim, message
from lab.data.base import ImageDataset
from lab.data.tables.columns import Column
from lab.data.tables.errors import cut
from lab.data.tables.roles import Role
from lab.topics.data.own.reading import ReadTable

MOST_BARS, MOST_ROWS, EACH, MOST_POINTS, MOST_MEASURED = 30, 12, 12, 2000, 12
_ROLES: dict[Role, Words] = {
    "feature": message("feature"),
    "label": message("label"),
    "ignored": message("ignored"),
}


def columns(read: ReadTable) -> Table:
    """Return the columns: kind, role, what is missing, and the first values."""
    rows = []
    for column in read.table.columns:
        role = read.roles[column.name]
        rows.append(
            (
                Cell(cut(column.name), mark="strong" if role == "label" else ""),
                Cell(_kind(column)),
                Cell(_ROLES[role], mark="muted" if role == "ignored" else ""),
                Cell(column.missing, message("of {count} rows", count=read.table.rows),
                     "bad" if column.missing and role != "ignored" else ""),
                Cell(_range(column)),
                Cell(Verbatim(", ".join(str(cut(sample)) for sample in column.samples[:3]))),
            )
        )  # fmt: skip
    titles = (
        message("column"), message("kind"), message("role"), message("missing"), message("range"),
        message("first values"),
    )  # fmt: skip
    return Table("columns", titles, tuple(rows), read.table.detected())


def _kind(column: Column) -> Words:
    if column.kind == "category":
        return message("{count} categories", count=len(column.categories))
    kinds: dict[str, Words] = {"numeric": message("numbers"), "date": message("dates"), "empty": message("nothing")}
    return kinds[column.kind]


def _range(column: Column) -> str:
    if column.kind == "empty":
        return ""
    if column.kind == "numeric":
        return Verbatim(f"{np.nanmin(column.values):.4g} … {np.nanmax(column.values):.4g}")
    return Verbatim(f"{cut(column.categories[0])} … {cut(column.categories[-1])}")


def counts(classes: Sequence[str], train: Array, test: Array) -> Bars:
    """Return how many examples each class has, to learn from and for testing."""
    learned, tested = (
        np.bincount(labels, minlength=len(classes))[:MOST_BARS].astype(float) for labels in (train, test)
    )
    high = float(max(learned.max(initial=0.0), 1.0))
    names = tuple(Verbatim(str(name)) for name in classes[:MOST_BARS])
    return Bars(
        "classes",
        names,
        (
            BarPanel(message("to learn from"), learned, 0.0, high, remark=_all(train)),
            BarPanel(message("for testing"), tested, 0.0, max(float(tested.max(initial=0.0)), 1.0),
                     remark=_all(test), colour=1),
        ),
    )  # fmt: skip


def _all(labels: Array) -> Words:
    return message("{count} in all", count=f"{len(labels):,}")


def some(dataset: ImageDataset) -> ImageRows:
    """Return the first images of each class, a class a row."""
    rows = []
    for place, name in enumerate(dataset.classes[:MOST_ROWS]):
        rows.append((Verbatim(str(name)), dataset.train.images[np.flatnonzero(dataset.train.labels == place)[:EACH]]))
    return ImageRows("images", tuple(rows), limits=(0.0, 255.0))


def measured(read: ReadTable) -> Examples:
    """Return the rows as points, by their features; of many evenly some."""
    found = read.examples
    assert found is not None
    chosen = np.unique(np.linspace(0, len(found.labels) - 1, MOST_POINTS).astype(int))
    features = found.features[chosen, :MOST_MEASURED]
    if features.shape[1] == 1:
        features = np.repeat(features, 2, axis=1)
    names = tuple(cut(name) for name in found.feature_names[:MOST_MEASURED])
    names = names if len(names) > 1 else names * 2
    classes = tuple(Verbatim(str(name)) for name in found.class_names)
    shares = np.full((len(chosen), len(classes)), np.nan)
    return Examples("rows", features, names, "", found.labels[chosen], classes, shares, read.trained()[chosen],
                    message("row"), 0)  # fmt: skip


def images_measured(dataset: ImageDataset) -> Examples:
    """Return images as points: how light each is, and how much of it; of many evenly some."""
    train, test = dataset.train, dataset.test
    labels = np.concatenate([train.labels, test.labels])
    chosen = np.unique(np.linspace(0, len(labels) - 1, MOST_POINTS).astype(int))
    first = chosen < len(train)
    images = np.concatenate([train.images[chosen[first]], test.images[chosen[~first] - len(train)]])
    flat = images.reshape(len(images), -1)
    features = np.stack([flat.mean(1) / 255, (flat > 127).mean(1)], 1)
    names = message("mean grey"), message("share of light pixels")
    classes = tuple(Verbatim(str(name)) for name in dataset.classes)
    shares = np.full((len(chosen), len(classes)), np.nan)
    return Examples("rows", features, names, "", labels[chosen], classes, shares, first, message("image"), 0)


def nothing() -> Iterator[Event]:
    """Yield figures of no data at all."""
    none = np.zeros(0, int)
    yield Bars("classes", (), ())
    yield ImageRows("images", ())
    yield Examples("rows", np.zeros((0, 2)), ("", ""), "", none, (), np.zeros((0, 0)), none.astype(bool), "", 0)
