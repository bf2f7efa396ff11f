"""Pictures that are zoomed, moved, and picked in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from app.core.language import tr
from app.views.pictures.frame import Pixel
from app.views.pictures.scene import Spot
from app.views.pictures.sheet import PicturesSheet
from app.views.prose import told
from lab.core.events import Event
from lab.core.pictures import PicturePanel

_NOTCH = 120  # What Qt calls one notch of a wheel.
_FAR = 10
_LEFT, _MIDDLE, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
_STEPS: dict[int, Pixel] = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
_ZOOMS: dict[int, int] = {
    Qt.Key.Key_Plus: 1,
    Qt.Key.Key_Equal: 1,
    Qt.Key.Key_Minus: -1,
    Qt.Key.Key_Underscore: -1,
}
_PANELS: dict[int, int] = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}


class PicturesView(PicturesSheet):
    """The `Pictures` of one name. In a panel that `picks`, clicks, drags, arrows and Enter emit
    `selected(picks, (row, column))`; where pixels stand for other numbers, clicks and Enter alone, with their indices.

    The wheel, Plus and Minus zoom all pictures that share a plane; what is zoomed is moved by dragging: with the left
    button where nothing is picked, everywhere with another one or with Shift. A double click or 0 shows all again.
    """

    def __init__(self, title: str, name: str, empty: str = "") -> None:
        super().__init__(title, name, empty)
        self._picking: int | None = None  # The panel that is picked in while the button is held.
        self._told: tuple[str, Pixel] | None = None
        self._held: tuple[int, QPointF] | None = None  # The panel that is moved, and where it is held.
        self._turned = 0
        self._all = self.header_button(tr("all"), tr("Show all of the pictures again (key 0)"))
        self._all.clicked.connect(self.show_all)
        self._all.hide()

    def keep(self, event: Event) -> None:
        super().keep(event)
        count = len(self._scene.panels)
        if self._picking is not None and self._picking >= count:
            self._picking = None
        if self._held is not None and self._held[0] >= count:
            self._held = None
        if self._cursor is None or not self.hasFocus():
            self.follow_picked()

    def clear(self) -> None:
        self._picking = self._held = self._told = None
        super().clear()
        self._offer_all()

    def redraw(self) -> None:
        self._offer_all()
        super().redraw()

    # Zoom.

    def show_all(self) -> None:
        """Show all of the pictures again."""
        self._scene.show_all()
        self._moved()

    def zoom(self, panel: int, point: QPointF, steps: int) -> None:
        """Magnify by `steps`, or less, about a point in a panel."""
        self.scene().zoom(panel, point, steps)
        self._moved()

    def _moved(self) -> None:
        self._offer_all()
        self.update()

    def _offer_all(self) -> None:
        """Show the button that shows all, where that is needed."""
        zoomed = bool(self._scene.panels) and self.scene().zoomed
        if self._all.isHidden() == zoomed:
            if self._all.hasFocus():
                self.setFocus()
            self._all.setVisible(zoomed)
            self.place_buttons()

    def hint(self, panel: PicturePanel) -> str:
        if panel.picks and panel.indices is not None:
            return tr("Click a number to see what it is made of; wheel zooms, right button moves")
        if panel.picks:
            return tr("Click or drag to pick a pixel; wheel zooms, right button moves")
        return tr("Wheel zooms, dragging moves, double click shows all")

    # The pointer.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.empty():
            return
        point, scene = event.position(), self.scene()
        place = scene.panel_at(point)
        if place is None or event.button() not in (_LEFT, _MIDDLE, _RIGHT):
            return
        spot = scene.spot_at(point)
        moves = event.button() != _LEFT or event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if not moves and spot is not None:
            self._cursor = spot
        if moves or not scene.panels[place].picks:
            self._held = place, point
        elif spot is not None:
            # What is picked by its indices may bring other pictures, in which the pointer is somewhere else.
            self._picking = place if scene.panels[place].indices is None else None
            self._told = None
            self._pick(spot)
        self._point_at(point)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.empty():
            return
        point, pressed = event.position(), event.buttons()
        if self._held is not None and pressed & (_LEFT | _MIDDLE | _RIGHT):
            place, before = self._held
            self.scene().pan(place, point - before)
            self._held = place, point
            self.update()
        elif self._picking is not None and pressed & _LEFT:
            scene = self.scene()
            spot = scene.nearest((self._picking, scene.frame(self._picking).pixel_near(point)))
            self._cursor = spot
            self._pick(spot)
        self._point_at(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._picking = self._held = self._told = None
        self._point_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The second of two quick clicks: where pixels are picked, it counts like the first.
        self.mousePressEvent(event)
        if event.button() == _LEFT and self._picking is None and not self.empty():
            self.show_all()

    def wheelEvent(self, event: QWheelEvent) -> None:
        point = event.position()
        place = None if self.empty() else self.scene().panel_at(point)
        if place is None:
            event.ignore()
            return
        # Fine wheels and touch pads turn by parts of a notch.
        self._turned += event.angleDelta().y()
        steps = int(self._turned / _NOTCH)
        self._turned -= steps * _NOTCH
        if steps:
            self.zoom(place, point, steps)
            self._point_at(point)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._offer_all()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def _point_at(self, point: QPointF | None) -> None:
        spot = None if point is None else self.pixel_at(point)
        if spot != self._pointed:
            self._pointed = spot
            self.update()
        shape = Qt.CursorShape.ArrowCursor
        if self._held is not None and self.scene().camera(self._held[0]).zoomed:
            shape = Qt.CursorShape.ClosedHandCursor
        elif spot is not None and self._scene.panels[spot[0]].picks:
            shape = Qt.CursorShape.CrossCursor
        elif spot is not None and self._scene.camera(spot[0]).zoomed:
            shape = Qt.CursorShape.OpenHandCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def _pick(self, spot: Spot) -> None:
        """Tell what is picked, once for each pixel."""
        panel = self._scene.panels[spot[0]]
        value = panel.picked(*spot[1])
        if panel.picks and value is not None and (panel.picks, spot[1]) != self._told:
            self._told = panel.picks, spot[1]
            self.selected.emit(panel.picks, value)

    # The keyboard.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if self.empty():
            super().keyPressEvent(event)
        elif key in _STEPS:
            place, (row, column) = self.start()
            far = _FAR if control else 1
            down, right = _STEPS[key]
            self.go((place, (row + far * down, column + far * right)))
        elif key in _PANELS:
            self.go(self.further(_PANELS[key]), picks=False)
        elif key in _ZOOMS:
            place, pixel = self.current() or self.start()
            self.zoom(place, self.scene().frame(place).pixel_area(pixel).center(), _ZOOMS[key])
        elif event.text() in ("0", "۰"):
            self.show_all()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._scene.panels[self.start()[0]].picks:
            self._told = None
            self.go(self.start(), entered=True)
        else:
            super().keyPressEvent(event)

    def go(self, spot: Spot, *, picks: bool = True, entered: bool = False) -> None:
        """Put the cursor on the nearest pixel, bring it into view, explain it, and pick it where that is possible."""
        scene = self.scene()
        self._cursor, self._pointed = scene.nearest(spot), None
        scene.reveal(self._cursor)
        if entered or (picks and scene.panels[self._cursor[0]].indices is None):
            self._pick(self._cursor)
        self.update()
        below = self.scene().frame(self._cursor[0]).pixel_area(self._cursor[1]).bottomRight().toPoint()
        said = self.describe_pixel(self._cursor)
        if len(scene.panels) > 1:
            said += told(tr("Page Up and Page Down lead to the other pictures"))
        QToolTip.showText(self.mapToGlobal(below), said, self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QToolTip.hideText()
        super().focusOutEvent(event)
