"""What views of examples share: the one under the pointer, the one that is picked, and what is said of it."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from app.core.language import tr, words
from app.views.numerals import significant
from app.views.painted import PaintedView
from app.views.prose import told
from lab.core.events import Array, Event
from lab.core.examples import Examples

_STEPS: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -10, Qt.Key.Key_Down: 10}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ExamplesView(PaintedView):
    """The `Examples` of one name.

    A click, or the arrow keys, pick an example, which is marked in all such views of the page: `selected("example",
    index)`, or None. When a cell of the confusion matrix is picked, all other examples are faint.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Examples,)
    interval_ms: ClassVar[int] = 60
    captioned = True

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._promise = empty
        self._event: Examples | None = None
        self._picked: int | None = None
        self._hovered: int | None = None
        self._cell: tuple[int, int] | None = None
        self.setMouseTracking(True)

    # What subclasses fill in.

    def example_at(self, point: QPointF) -> int | None:
        """Return the example under a point."""
        raise NotImplementedError

    def place_of(self, index: int) -> QPointF:
        """Return where an example is seen, for the words of the keyboard."""
        raise NotImplementedError

    def renewed(self) -> None:
        """Something else is to be drawn."""
        self.update()

    # What is shown.

    @property
    def marked(self) -> list[int]:
        """The examples to be pointed out: the picked one, and the one under the pointer."""
        count = 0 if self._event is None else len(self._event.labels)
        both = dict.fromkeys((self._picked, self._hovered))
        return [index for index in both if index is not None and index < count]

    def faint(self) -> Array:
        """Return which examples (N,) are not meant."""
        assert self._event is not None
        if self._cell is None:
            return np.zeros(len(self._event.labels), dtype=bool)
        truth, predicted = self._cell
        return np.asarray((self._event.labels != truth) | (self._event.predicted != predicted))

    def keep(self, event: Event) -> None:
        if isinstance(event, Examples) and event.name == self.name:
            self._event = event

    def redraw(self) -> None:
        self.renewed()

    def clear(self) -> None:
        self._event = self._hovered = None
        self.renewed()

    def restyle(self) -> None:
        super().restyle()
        self.renewed()

    def select(self, name: str, value: Any) -> None:
        if name == "example":
            self._picked = value
            self.renewed()
        elif name == "cell":
            self._cell = value
            self.renewed()

    def empty(self) -> str:
        if self._event is not None and len(self._event.labels):
            return ""
        return self._promise or tr("Here the examples will appear.")

    def caption(self) -> str:
        event = self._event
        if event is None:
            return ""
        if not event.epoch:
            return tr("{count} examples, before training", count=len(event.labels))
        return tr(
            "{wrong} of {count} are taken for another class, after epoch {epoch}",
            wrong=int(event.wrong.sum()),
            count=len(event.labels),
            epoch=f"{event.epoch:,}",
        )

    # Answers.

    def describe_example(self, index: int) -> str:
        """Say everything of one example."""
        event = self._event
        assert event is not None
        thing, unit = words(event.thing), words(event.unit)
        label, answer = int(event.labels[index]), int(event.predicted[index])
        lines = [tr("{thing} {number}: {label}", thing=thing, number=index + 1, label=words(event.classes[label]))]
        lines += [
            tr("{label}: {value}", label=words(name), value=f"{significant(float(value), 6)} {unit}".strip())
            for name, value in zip(event.names, event.features[index], strict=True)
        ]
        lines += [
            tr("{label}: {value}", label=f"P({words(name)})", value=significant(float(value), 4))
            for name, value in zip(event.classes, event.shares[index], strict=True)
        ]
        if event.epoch and answer >= 0 and answer != label:
            lines.append(tr("taken for {label}", label=words(event.classes[answer])))
        if not event.trained[index]:
            lines.append(tr("for testing: the network does not learn from it"))
        return "".join(map(told, lines))

    def describe_content(self, point: QPointF) -> str:
        index = self.example_at(point)
        return "" if index is None else self.describe_example(index)

    # The pointer and the keys.

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()

    def _pick(self, index: int | None) -> None:
        self._picked = index
        self.update()
        self.selected.emit("example", index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(None if self.empty() else self.example_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.empty():
            index = self.example_at(event.position())
            if index is not None or self._picked is not None:
                self._pick(None if index == self._picked else index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(event.key())
        if event.key() == Qt.Key.Key_Escape and self._picked is not None:
            self._pick(None)
            QToolTip.hideText()
        elif not self.empty() and (step is not None or event.key() in _ENTER):
            assert self._event is not None
            last = len(self._event.labels) - 1
            at = 0 if self._picked is None else min(max(self._picked + (step or 0), 0), last)
            self._pick(at)
            below = self.place_of(at).toPoint()
            QToolTip.showText(self.mapToGlobal(below), self.describe_example(at), self)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QToolTip.hideText()
        super().focusOutEvent(event)
