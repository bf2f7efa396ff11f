"""A dense network, drawn live, whose weights and biases can be changed by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip

from app.views.prose import either
from app.views.units.editor import NumberEditor, NumberError, read_number
from app.views.units.parts import BIAS, Part
from app.views.units.picture import UnitsPicture
from app.views.units.walk import first, following, neighbour
from lab.core.events import Event

_STILL = 3.0
"""Pixels by which a pointer may move between press and release of a click."""
_TRAVEL = 100.0
"""Pixels from zero to the weight of the thickest line."""
_WALK: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Space)


@dataclass
class _Drag:
    """A weight in the hand: what it and the full scale were where it was pressed, and whether it has been moved."""

    part: Part
    from_y: float
    value: float
    full: float
    moved: bool = False


class UnitsView(UnitsPicture):
    """The `Units` of one name. Changing a number emits `selected(edits, (layer, from_unit, to_unit, value))`.

    A weight or bias is changed by dragging it up or down, or by a click and typing. Of the keys, arrows go from unit to
    unit; Enter or Tab into a unit, to its bias and weights; there ↑ and ↓ change a number, ← and → go to the next,
    digits or Enter type one, and Escape goes back.
    """

    def __init__(self, title: str, name: str, empty: str = "", *, counts: bool = False) -> None:
        super().__init__(title, name, empty, counts=counts)
        self._drag: _Drag | None = None
        self._typing: Part | None = None
        self._begun = ""
        self._editor = NumberEditor(self)
        self._editor.committed.connect(self._committed)
        self._editor.cancelled.connect(self.update)
        self._editor.stepped.connect(self._step_typed)

    def keep(self, event: Event) -> None:
        super().keep(event)
        if self._event is event and self._typing is not None and not self._can_edit(self._typing):
            self._editor.put_away()  # What was being typed is gone.
        if self._drag is not None and not self._can_edit(self._drag.part):
            self._let_go()

    def clear(self) -> None:
        self._editor.put_away()
        self._typing = self._drag = None
        super().clear()

    def redraw(self) -> None:
        self._place_editor()
        super().redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_editor()

    # Changing.

    def _can_edit(self, part: Part) -> bool:
        event = self._event
        return event is not None and bool(event.edits) and not part.is_unit and part.within(event)

    def _set(self, part: Part, value: float) -> None:
        """Show a number at once, and ask the run for it."""
        assert self._event is not None and part.source is not None
        self._complaint = None
        self._numbers.set(part, value)
        self._measure()
        self.update()
        self.selected.emit(self._event.edits, (part.column - 1, part.source, part.unit, value))

    def _step(self, part: Part, way: int, large: bool) -> None:
        value = self._numbers.value(part)
        full = self._full_of(part)
        step = full / (10 if large else 100)
        self._set(part, _rounded((value if math.isfinite(value) else 0.0) + way * step, full))

    def _full_of(self, part: Part) -> float:
        """Return the full scale of a number."""
        return self._full_bias if part.source == BIAS else self._full

    def open_editor(self, part: Part, typed: str = "") -> None:
        """Let a person type a number over what is there or, with `typed`, instead of it."""
        if not self._can_edit(part) or not self.arranged().shows(part):
            return
        QToolTip.hideText()
        self._cursor = self._typing = part
        value = self._numbers.value(part)
        self._begun = _typed_as(value)
        self._editor.begin(typed or self._begun, select=not typed)
        self._place_editor()
        self.update()

    def _place_editor(self) -> None:
        part = self._typing
        if not self._editor.is_open or part is None or self.empty():
            return
        if not self.arranged().shows(part):
            self._editor.put_away()
            return
        at = self.arranged().anchor(part)
        width, height = 96, 24
        left = min(max(round(at.x()) - width // 2, 2), self.width() - width - 2)
        self._editor.setGeometry(left, min(max(round(at.y()) - 12, 2), self.height() - height - 2), width, height)

    def _committed(self, typed: str, way: int) -> None:
        part, self._typing = self._typing, None
        if part is None or not self._can_edit(part):
            return
        self.update()
        if typed != self._begun:
            try:
                value = read_number(typed, self._numbers.value(part))
            except NumberError as error:
                self._complaint = error.message
                QToolTip.showText(self._beneath(part), either(error.message), self)
                return
            self._set(part, value)
        beside = following(self.arranged(), part, way) if way else None
        if beside is not None:
            self.open_editor(beside)

    def _step_typed(self, way: int, large: bool) -> None:
        if self._typing is not None and self._can_edit(self._typing):
            self._step(self._typing, way, large)
            self._begun = _typed_as(self._numbers.value(self._typing))
            self._editor.setText(self._begun)
            self._editor.selectAll()

    # The pointer.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.empty() or event.button() != Qt.MouseButton.LeftButton:
            return
        part = self.arranged().part_at(event.position())
        self._cursor, self._complaint = part, None
        if part is not None and self._can_edit(part):
            value = self._numbers.value(part)
            value = value if math.isfinite(value) else 0.0
            self._drag = _Drag(part, event.position().y(), value, self._full_of(part))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.empty():
            return
        point, drag = event.position(), self._drag
        if drag is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self.point_at(self.arranged().part_at(point))
            return
        up = drag.from_y - point.y()
        if drag.moved or abs(up) > _STILL:
            drag.moved = True
            self._numbers.held = drag.part
            self._set(drag.part, _rounded(drag.value + up * drag.full / _TRAVEL, drag.full))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._drag is not None:
            part, moved = self._drag.part, self._drag.moved
            self._let_go()
            if not moved:
                self.open_editor(part)

    def _let_go(self) -> None:
        self._drag = self._numbers.held = None
        self.update()

    # The keys.

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason) and not self.empty():
            self._cursor = self._cursor or first(self.arranged())
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QToolTip.hideText()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        current = None if self.empty() else self.current()
        beside = None if current is None else following(self.arranged(), current, 1 if next else -1)
        if beside is None:
            return super().focusNextPrevChild(next)
        self._go(beside)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.empty() or not self._act(event, self.current()):
            super().keyPressEvent(event)

    def _act(self, event: QKeyEvent, part: Part | None) -> bool:
        """Do what a key means where the cursor is; False if nothing."""
        key, typed = event.key(), event.text()
        large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        control = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if part is None:
            if key not in _WALK:
                return False
            self._go(first(self.arranged()))
        elif key == Qt.Key.Key_Escape:
            self._cursor = None if part.is_unit else part.whole
            QToolTip.hideText()
            self.update()
        elif part.is_unit and key in _WALK:
            self._go(neighbour(self.arranged(), part, *_WALK[key]))
        elif part.is_unit and key in _OPEN:
            self._go(following(self.arranged(), part, 1) or part)
        elif part.is_unit:
            return False
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._go(following(self.arranged(), part, -1 if key == Qt.Key.Key_Left else 1) or part)
        elif not self._can_edit(part):
            return False
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(part, 1 if key == Qt.Key.Key_Up else -1, large)
            self._go(part)
        elif key in _OPEN:
            self.open_editor(part)
        elif typed.strip() and typed.isprintable() and not control:
            self.open_editor(part, typed)
        else:
            return False
        return True

    def _go(self, part: Part) -> None:
        """Let the keys act on a part, and explain it beside it."""
        self._cursor = part
        self.update()
        QToolTip.showText(self._beneath(part), self.describe_part(part), self)

    def _beneath(self, part: Part) -> QPoint:
        """Return where on the screen a part is explained."""
        return self.mapToGlobal(self.arranged().anchor(part).toPoint())


def _rounded(value: float, full: float) -> float:
    """Round to a thousandth of the full scale, in decimals."""
    return round(value, max(3 - math.floor(math.log10(full)), 0))


def _typed_as(value: float) -> str:
    """Return a number as a person would type it; what is kept is exact, unless they do."""
    return f"{value:.6g}" if math.isfinite(value) else ""
