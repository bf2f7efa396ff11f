"""How much was read, and the same by a few lines of Python."""

from __future__ import annotations

import numpy as np

from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import message
from lab.data.base import ImageDataset
from lab.data.catalogue import OWN
from lab.data.store import DataStore
from lab.topics.data.own.reading import ReadTable

_ENCODINGS = {"UTF-8": "utf-8", "UTF-8 BOM": "utf-8-sig", "UTF-16": "utf-16"}


def of_table(read: ReadTable) -> Numbers:
    """Return rows, columns, missing values and classes of a table."""
    table, found = read.table, read.examples
    missing = sum(column.missing for column in table.columns)
    rows = [
        Quantity(message("rows"), table.rows, message("without the header"), "rows", "len(rows)"),
        Quantity(message("columns"), len(table.columns), "", "columns", "len(rows[0])"),
        Quantity(message("missing values"), missing, message("in all columns"), "missing",
                 "sum(cell in missing for row in rows for cell in row)", mark="bad" if missing else ""),
    ]  # fmt: skip
    if found is not None:
        counted = np.bincount(found.labels, minlength=len(found.class_names))
        train = read.trained()
        guessing = message("what always saying the largest class gives: an accuracy has to be above it")
        rows += [
            Quantity(message("rows that are used"), len(found.rows), message("the others lack a value that is needed"),
                     "used", "len(used)"),
            Quantity(message("features"), len(found.feature_names), message("each category is a feature of its own"),
                     "features"),
            Quantity(message("classes"), len(found.class_names), "", "classes", "len(counts)"),
            Quantity(message("largest class"), float(counted.max() / counted.sum()), guessing, "largest_class",
                     "max(counts.values()) / len(used)", share=True),
            Quantity(message("rows to learn from"), int(train.sum()), message("the same share of each class"), "train"),
            Quantity(message("rows for testing"), int((~train).sum()), "", "test"),
        ]  # fmt: skip
    # Lines before the table, and comments, would be rows to the module csv.
    plain = int(table.lines[0]) == 1 + table.header and int(table.lines[-1]) == table.rows + table.header
    if not plain:
        return Numbers([_without_code(row) for row in rows])
    return Numbers(rows, setup=_table_lines(read))


def _without_code(quantity: Quantity) -> Quantity:
    return Quantity(quantity.label, quantity.value, quantity.why, quantity.name, mark=quantity.mark,
                    share=quantity.share)  # fmt: skip


def _table_lines(read: ReadTable) -> Lines:
    table, found = read.table, read.examples
    encoding = _ENCODINGS.get(table.encoding, table.encoding)
    lines = [
        "import csv",
        "from collections import Counter",
        "",
        f"with open({str(table.path)!r}, encoding={encoding!r}, newline='') as stream:",
        f"    rows = [[cell.strip() for cell in row] for row in csv.reader(stream, delimiter={table.separator!r})]",
        *(["names, rows = rows[0], rows[1:]"] if table.header else []),
        f"missing = {set(table.missing_marks) or set()!r}",
    ]
    if found is not None:
        label = next(place for place, column in enumerate(table.columns) if column.name == found.label_name)
        needed = [
            place for place, column in enumerate(table.columns)
            if read.roles[column.name] == "label" or (read.roles[column.name] == "feature" and read.missing != "mean")
        ]  # fmt: skip
        lines += [
            f"used = [row for row in rows if all(row[place] not in missing for place in {needed})]",
            f"counts = Counter(row[{label}] for row in used)",
        ]
    return lines


def of_images(dataset: ImageDataset, data: DataStore, only_looked: bool) -> Numbers:
    """Return counts and classes of images."""
    train, test = dataset.train, dataset.test
    labels = np.concatenate([train.labels, test.labels])
    counted = np.bincount(labels, minlength=len(dataset.classes))
    codes = "len(train)", "len(test)", "len(np.unique(train))", "counts.max() / counts.sum()", "images.mean() / 255"
    train_code, test_code, classes_code, largest_code, mean_code = ("",) * 5 if only_looked else codes
    guessing = message("what always saying the largest class gives: an accuracy has to be above it")
    rows = (
        Quantity(message("images to learn from"), len(train), "", "train", train_code),
        Quantity(message("images for testing"), len(test), "", "test", test_code),
        Quantity(message("classes"), len(dataset.classes), "", "classes", classes_code),
        Quantity(message("largest class"), float(counted.max() / counted.sum()), guessing, "largest_class",
                 largest_code, share=True),
        Quantity(message("pixels"), train.images.shape[1:], message("All are brought to one size, grey."), "pixels",
                 "" if only_looked else "images.shape[1:]"),
        Quantity(message("mean grey"), float(train.images.mean() / 255), message("of those to learn from; 0 is the "
                 "ground"), "mean", mean_code),
    )  # fmt: skip
    setup = (
        "import numpy as np",
        "",
        f"with np.load({data.path(OWN).absolute().as_posix()!r}) as data:",
        '    images, train, test = data["train_images"], data["train_labels"], data["test_labels"]',
        "counts = np.bincount(np.concatenate([train, test]))",
    )
    return Numbers(rows, setup=() if only_looked else setup)
