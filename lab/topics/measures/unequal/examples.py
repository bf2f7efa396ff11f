"""Images of which one class is cut, the network for them, and both as lines of a program. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lab.core.events import Array
from lab.core.text import Message
from lab.data.base import ImageDataset
from lab.nets.registry.activations import ACTIVATIONS

PIXELS, CLASSES = 28 * 28, 10


@dataclass(frozen=True, eq=False)
class Examples:
    """Grey images (N, 28, 28) uint8 and their classes (N,), to learn from and for testing."""

    train_images: Array
    train_labels: Array
    test_images: Array
    test_labels: Array
    classes: tuple[str, ...]
    source: Message


def cut(dataset: ImageDataset, rare: int, kept: int, alike: bool) -> Examples:
    """Return the images with only the first `kept` of the class `rare`; `alike`: that share of the test images too."""
    train, test = dataset.train, dataset.test
    left = _left(train.labels, rare, kept)
    there, tested = int((train.labels == rare).sum()), int((test.labels == rare).sum())
    few = max(1, round(tested * min(kept, there) / there)) if alike else tested
    rest = _left(test.labels, rare, few)
    return Examples(
        train.images[left], train.labels[left], test.images[rest], test.labels[rest], dataset.classes, dataset.source
    )


def _left(labels: Array, rare: int, kept: int) -> Array:
    taken = np.flatnonzero(labels == rare)[kept:]
    return np.delete(np.arange(len(labels)), taken)


def widths(hidden: tuple[int, ...]) -> tuple[int, ...]:
    """Return the units of each layer, inputs and outputs included."""
    return (PIXELS, *hidden, CLASSES)


def network_lines(hidden: tuple[int, ...], activation: str) -> tuple[str, ...]:
    """Return the statement that makes `network`."""
    return ("network = nn.Sequential(", *(f"    {line}," for line in _modules(hidden, activation)), ")")


def _modules(hidden: tuple[int, ...], activation: str) -> Iterator[str]:
    sizes = widths(hidden)
    yield "nn.Flatten()"
    for place, (before, units) in enumerate(pairwise(sizes)):
        yield f"nn.Linear({before}, {units})"
        if place < len(hidden):
            yield ACTIVATIONS[activation].module


def cut_lines(rare: int, kept: int, alike: bool) -> Iterator[str]:
    """Yield lines that cut `train`, and with `alike` also `test`."""
    yield "data.close()"
    yield ""
    yield ""
    yield "def cut(images, labels, kept):"
    yield f"    taken = (labels == {rare}).nonzero().flatten()[kept:]"
    yield "    left = torch.ones(len(labels), dtype=torch.bool)"
    yield "    left[taken] = False"
    yield "    return images[left], labels[left]"
    yield ""
    yield ""
    if alike:
        yield f"there, tested = ((labels == {rare}).sum().item() for labels in (train_labels, test_labels))"
        yield f"few = max(1, round(tested * min({kept}, there) / there))"
        yield "test, test_labels = cut(test, test_labels, few)"
    yield f"train, train_labels = cut(train, train_labels, {kept})"


def measured_lines(rare: int) -> Iterator[str]:
    """Yield lines that print what accuracy does not tell."""
    yield ""
    yield f"counts = torch.zeros({CLASSES}, {CLASSES}, dtype=torch.float64)"
    yield "for truth, said in zip(test_labels.tolist(), outputs.argmax(1).tolist()):"
    yield "    counts[truth, said] += 1"
    yield "hits, true, told = counts.diag(), counts.sum(1), counts.sum(0)"
    yield f'print("rare_recall:", (hits / true)[{rare}].item())'
    yield f'print("rare_precision:", (hits / told.clamp(min=1))[{rare}].item())'
    yield 'print("macro_recall:", (hits / true).mean().item())'
    yield 'print("macro_f1:", (2 * hits / (true + told)).mean().item())'
