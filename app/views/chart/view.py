"""A chart: lines, points and bars over two axes, which can be asked, picked from and zoomed."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from app.core.language import tr
from app.views.chart.hand import Hand
from app.views.chart.lines import Spot
from app.views.chart.picture import Picture
from app.views.painted import PaintedView
from app.views.plane import Span
from lab.core.events import Event
from lab.core.figures import Chart
from lab.core.text import Message

_NOTCH = 0.85  # What one notch of the wheel, or one key, leaves of the range.
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ZOOMS: dict[int, float] = {
    Qt.Key.Key_Plus: _NOTCH,
    Qt.Key.Key_Equal: _NOTCH,
    Qt.Key.Key_Minus: 1 / _NOTCH,
}


class ChartView(PaintedView):
    """Draws the newest `Chart` of one name.

    Emits `selected` with what the chart `picks` or `follows` and an x, `selected("open", link)`, and what a line
    `picks` with the number of a point. The wheel zooms, the right button pans. Arrow keys pick, or lead from point to
    point; Enter opens or picks.

    Args:
        title: in the page's language.
        name: of the chart.
        empty: what will appear here, in the page's language.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Chart,)
    interval_ms: ClassVar[int] = 30

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, picks=True)
        self.name = name
        self._promise = empty
        self._chart: Chart | None = None
        self._picture: Picture | None = None
        self._zoom: tuple[Span, Span] | None = None
        self._pointer: QPointF | None = None
        self._spot: Spot | None = None  # What the arrow keys lead along.
        self._pressed: Spot | None = None
        self._picking = False
        self._panned: QPointF | None = None
        self._hand = Hand(self)
        self._hand.told.connect(self.selected)
        self._all = self.header_button(tr("all"), tr("Show everything again (double click, or key 0)"))
        self._all.hide()
        self._all.clicked.connect(self.show_all)
        self.setMouseTracking(True)

    # What is shown.

    @property
    def picture(self) -> Picture | None:
        """The chart as it stands on the screen; None while there is nothing."""
        if self._picture is None and self._chart is not None:
            self._picture = Picture(self._chart, self.content(), self.font(), self._zoom)
        return self._picture

    @property
    def zoomed(self) -> bool:
        """Whether only a part of the chart is shown."""
        return self._zoom is not None

    def keep(self, event: Event) -> None:
        if isinstance(event, Chart) and event.name == self.name:
            if self._chart is not None and _axes(self._chart) != _axes(event):
                self._zoom = None
            self._chart, self._picture = event, None
            # A point that has gone is no longer held.
            self._spot = self._spot if _there(self._spot, event) else None
            self._pressed = self._pressed if _there(self._pressed, event) else None
            self._hand.keep(event)

    def clear(self) -> None:
        self._chart = self._picture = self._zoom = self._spot = self._pressed = None
        self.redraw()

    def redraw(self) -> None:
        if self._all.isHidden() == self.zoomed:
            self._all.setVisible(self.zoomed)
            self.place_buttons()
        self.update()
        if self._pointer is not None and QToolTip.isVisible() and self.underMouse():
            self._say(self._pointer)  # What is under the pointer may have changed.

    def show_all(self) -> None:
        """Show the whole ranges again."""
        self._look_at(None)

    def _look_at(self, zoom: tuple[Span, Span] | None) -> None:
        self._zoom, self._picture = zoom, None
        self.redraw()

    def empty(self) -> str:
        if self._chart is not None:
            return ""
        return self._promise or tr("Here a chart will appear as soon as there is something to draw.")

    def paint(self, painter: QPainter, area: QRectF) -> None:
        picture = self.picture
        assert picture is not None
        picture.paint(painter, self._seen_spot(picture))

    def describe_content(self, point: QPointF) -> str:
        picture = self.picture
        return "" if picture is None else picture.words_at(point)

    def restyle(self) -> None:
        super().restyle()
        self._picture = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture = None

    def _seen_spot(self, picture: Picture) -> Spot | None:
        """Return the point that the pointer or the keys are at."""
        if self._pointer is not None:
            return None if self._busy else picture.spot_at(self._pointer)
        if self._spot is None or not self.hasFocus():
            return None
        return self._spot if picture.frame.plot.contains(picture.place(self._spot)) else None

    # The pointer.

    @property
    def _busy(self) -> bool:
        """Whether a button is held that does something."""
        return self._picking or self._panned is not None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point, picture = event.position(), self.picture
        if picture is None or self._chart is None:
            return
        self._pointer = point
        if self._picking:
            self._pick(picture, self._chart, point)
        elif self._panned is not None:
            by, self._panned = point - self._panned, point
            self._look_at(picture.panned(by))
        else:
            self._say(point)
            inside = picture.frame.plot.contains(point)
            if self._chart.follows and inside and not event.buttons():
                self._hand.follow(self._chart.follows, picture.x_at(point))
            self._show_cursor(picture, point)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point, picture = event.position(), self.picture
        if picture is None or self._chart is None or not picture.frame.plot.contains(point):
            super().mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pressed = picture.link_at(point)
            if self._pressed is None and self._chart.picks:
                self._picking = True
                QToolTip.hideText()
                self._pick(picture, self._chart, point)
        elif event.button() == Qt.MouseButton.RightButton:
            self._panned = point
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            QToolTip.hideText()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        point, picture = event.position(), self.picture
        pressed, self._pressed = self._pressed, None
        self._picking, self._panned = False, None
        if picture is None:
            return
        self._show_cursor(picture, point)
        self.update()
        answer = picture.answer(pressed)
        if answer is not None and picture.link_at(point) == pressed:
            self.selected.emit(*answer)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.zoomed and event.button() == Qt.MouseButton.LeftButton:
            self.show_all()
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        picture, notches = self.picture, event.angleDelta().y() / 120
        if picture is None or not notches or event.position().y() < picture.frame.plot.top():
            event.ignore()
            return
        self._look_at(picture.zoomed(_NOTCH**notches, event.position()))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointer = None
        QToolTip.hideText()
        self.update()

    def _say(self, point: QPointF) -> None:
        words = self.describe(point.toPoint())
        if words:
            QToolTip.showText(self.mapToGlobal(point.toPoint()) + QPoint(14, 10), words, self)
        else:
            QToolTip.hideText()

    def _show_cursor(self, picture: Picture, point: QPointF) -> None:
        if picture.frame.plot.contains(point) and picture.link_at(point) is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif picture.frame.plot.contains(point) and picture.chart.picks:
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self.unsetCursor()

    def _pick(self, picture: Picture, chart: Chart, point: QPointF) -> None:
        if chart.picks:
            self._hand.pick(chart.picks, picture.x_at(point))

    # Keys.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        picture, chart = self.picture, self._chart
        if picture is None or chart is None:
            super().keyPressEvent(event)
        elif event.key() in _ARROWS:
            self._go(picture, chart, *_ARROWS[event.key()], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in _ZOOMS:
            self._look_at(picture.zoomed(_ZOOMS[event.key()], picture.frame.plot.center()))
        elif event.key() == Qt.Key.Key_0 and self.zoomed:
            self.show_all()
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (answer := picture.answer(self._spot)) is not None
        ):
            self.selected.emit(*answer)
        else:
            super().keyPressEvent(event)

    def _go(self, picture: Picture, chart: Chart, along: int, across: int, far: bool) -> None:
        steered = chart.picks or chart.follows
        if steered and along:
            self._hand.step(steered, along * (0.1 if far else 0.01), picture.whole[0], picture.frame.plot.width())
            return
        self._pointer = None
        # Where left and right steer, up and down lead along what can be opened.
        if steered:
            along, across = across, 0
        size = 0 if self._spot is None else len(picture.lines[self._spot.line].points)
        step = along * max(size // 10, 1) if far else along
        self._spot = picture.walked(self._spot, step, across, linked=bool(steered))
        if self._spot is not None:
            at = self.mapToGlobal(picture.place(self._spot).toPoint())
            QToolTip.showText(at + QPoint(14, 10), picture.words_of(self._spot), self)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._spot = None

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._hand.rest()


def _axes(chart: Chart) -> list[tuple[str, bool]]:
    """Return what a zoom depends on: whether the axes still mean the same. Numbers in their names may change."""
    labels = ((axis.label, axis.log) for axis in (chart.x, chart.y))
    return [(label.template if isinstance(label, Message) else label, log) for label, log in labels]


def _there(spot: Spot | None, chart: Chart) -> bool:
    """Tell whether a chart has a point."""
    if spot is None or spot.line >= len(chart.lines):
        return False
    line = chart.lines[spot.line]
    return spot.place < min(len(line.x), len(line.y))
