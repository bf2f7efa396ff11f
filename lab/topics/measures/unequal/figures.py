"""Each class with its images and its measures, and the rare one beside the accuracy."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import BarPanel, Bars, Table, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.maths import chance, confusion
from lab.topics.measures.unequal.examples import CLASSES, Examples

CONFIDENCE = 0.95


def training_bars(examples: Examples, rare: int) -> Bars:
    """Return how many images of each class there are."""
    return Bars("per_class", examples.classes, _images(examples, rare))


def class_bars(counts: Array, examples: Examples, rare: int) -> Bars:
    """Return images, recall, precision and F1 of each class."""
    panels = [
        BarPanel(title, 100 * values, 0.0, 100.0, remark=_macro(values), colour=colour)
        for colour, (title, values) in enumerate(
            (
                (message("recall, %"), confusion.recall(counts)),
                (message("precision, %"), confusion.precision(counts)),
                (message("F1, %"), confusion.f1(counts)),
            ),
            1,
        )
    ]
    return Bars("per_class", examples.classes, (*_images(examples, rare), *panels))


def _macro(values: Array) -> Words:
    return message("macro {value}\u00a0%", value=f"{100 * values.mean():.2f}")


def _images(examples: Examples, rare: int) -> tuple[BarPanel, ...]:
    numbers = np.bincount(examples.train_labels, minlength=CLASSES).astype(float)
    whys = tuple(_why(number, place == rare) for place, number in enumerate(numbers.astype(int).tolist()))
    remark = message("{count} images, of the rare class {few}", count=f"{int(numbers.sum()):,}", few=int(numbers[rare]))
    return (BarPanel(message("training images"), numbers, 0.0, float(numbers.max()), whys, remark=remark),)


def _why(number: int, rare: bool) -> Words:
    return message("{count} images: the rare class", count=number) if rare else ""


def rare_table(counts: Array, rare: int) -> Table:
    """Return accuracy beside what it hides."""
    found, there, total = int(counts[rare, rare]), int(counts[rare].sum()), int(counts.sum())
    low, high = chance.exact_interval(found, there, CONFIDENCE)
    accuracy, recall, f1 = confusion.accuracy(counts), confusion.recall(counts), confusion.f1(counts)
    taken = np.where(np.arange(CLASSES) == rare, -1, counts[rare])
    weighted = confusion.averaged(recall, counts.sum(axis=1))
    return Numbers(
        (
            Quantity(message("test accuracy"), accuracy, f"{int(np.trace(counts))}/{total}", mark="strong", share=True),
            Quantity(message("weighted recall"), weighted, message("always the accuracy: it hides the same"),
                     share=True),
            Quantity(message("recall of the rare class"), float(recall[rare]), f"{found}/{there}", mark="strong",
                     share=True),
            Quantity(
                message("its 95 % interval"), f"{100 * low:.1f} – {100 * high:.1f} %",
                message("exact, for {count} images: one more is {step} %", count=there, step=f"{100 / there:.2g}"),
            ),
            Quantity(message("precision of the rare class"), float(confusion.precision(counts)[rare]), share=True),
            Quantity(message("macro recall"), float(recall.mean()), message("each class counts the same"), share=True),
            Quantity(message("macro F1"), float(f1.mean()), message("each class counts the same"), share=True),
            Quantity(
                message("most that accuracy can lose by it"), there / total,
                message("{there} of {total} test images: were not one of them found", there=there, total=total),
                share=True,
            ),
            Quantity(message("most often taken for"), str(int(taken.argmax())), f"{int(taken.max())}/{there}"),
        ),
        note=message(
            "Where the rare class is lost, its recall says so. Macro F1 says more than accuracy only where the test is "
            "unequal too."
        ),
    ).table  # fmt: skip
