"""Curves over the run: loss, accuracy and whatever else an experiment counts."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from app.core import theme
from app.core.language import tr
from app.runs.comparison import Comparison
from app.views.chart.paint import paint_axes
from app.views.font_metrics import font_metrics
from app.views.legend import LINE, Entry, Legend, run_entries, series_entries
from app.views.moments import Moments
from app.views.painted import LEFT, MARGIN, RIGHT, PaintedView, small_font, text
from app.views.pins import Pins
from app.views.plane import Span
from app.views.plot import Plot
from app.views.series import Panel, Series
from app.views.still import Still
from lab.core.events import Event, Moment, Scalars, Watched

__all__ = ["CurvesView", "Panel", "Series"]

_PANEL_TITLE = 18
# Between two drainings of what has come in, also while the view is hidden.
_PENDING = 4096
_NOTCH = 0.85  # What one notch of the wheel leaves of the range.


class CurvesView(PaintedView):
    """Panels of curves over optimiser steps, which follow the run until the user zooms or moves them.

    Each `Moment` is a dotted line, with its words where there is room. The wheel zooms, beside a plot only the axis
    there; a held button pans; a double click follows the run again.

    Args:
        title: in the page's language, as are the texts of the panels.
        name: of the view, for the page; `Scalars` are told apart by their rhythm.
        panels: what to draw. Series with the same label share a colour and one entry of the legend.
        steps: what is counted from left to right. Where it is empty, epochs if there is nothing else, else optimiser
            steps; an epoch of batches is many of these.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Scalars, Moment, Comparison)
    interval_ms: ClassVar[int] = 250

    def __init__(self, title: str, name: str, panels: tuple[Panel, ...], steps: str = "") -> None:
        super().__init__(title)
        self.name = name
        rhythms = {series.rhythm for panel in panels for series in panel.series}
        self._steps = steps or (tr("epochs") if rhythms == {"epoch"} else tr("optimiser steps"))
        self._pending: dict[str, list[Scalars]] = {series.rhythm: [] for panel in panels for series in panel.series}
        self._window: tuple[float, float] | None = None  # What the user zoomed to; None follows the run.
        labels = list(dict.fromkeys(series.label for panel in panels for series in panel.series))
        self._legend = {series.label: series for panel in panels for series in panel.series}
        self._places = {label: place for place, label in enumerate(labels)}
        self._comparison = Comparison()
        self._plots = [Plot(panel, self._places) for panel in panels]
        self._moments = Moments()
        self._still = Still()
        # Whether the run had begun, what was seen of it, and what the legend told.
        self._arranged: tuple[bool, list[Plot], list[Series]] = False, [], []
        self._pointed: float | None = None  # The step that the pointer is at.
        self._panned: tuple[Plot, QPointF] | None = None
        self._log = self.header_button(tr("log"), tr("Logarithmic axis, where it makes sense"), checkable=True)
        self._log.setChecked(any(panel.log for panel in panels))
        self._log.setVisible(any(panel.y_range is None for panel in panels))
        self._log.toggled.connect(self._set_log)
        self._whole = self.header_button(tr("whole run"), tr("Follow the whole run again (double click)"))
        self._whole.hide()
        self._whole.clicked.connect(self.show_whole_run)
        self._pins = Pins(self)
        self._pins.show(self._comparison, self._begun)
        self.setMouseTracking(True)
        self.restyle()

    @property
    def plots(self) -> list[Plot]:
        """The plots, one a panel."""
        return self._plots

    @property
    def keys(self) -> tuple[Watched, ...]:
        """All rhythms are shown, whatever the view is called."""
        return tuple((kind, None) for kind in self.events)

    def keep(self, event: Event) -> None:
        if isinstance(event, Scalars):
            pending = self._pending.get(event.name)
            if pending is not None:
                pending.append(event)
                if len(pending) >= _PENDING:
                    self._drain()
        elif isinstance(event, Moment):
            self._moments.keep(event)
        elif isinstance(event, Comparison):
            self._compare(event)

    def clear(self) -> None:
        self._moments.clear()
        for pending in self._pending.values():
            pending.clear()
        for plot in self._plots:
            plot.clear()
        self._pins.show(self._comparison, self._begun)
        self.show_whole_run()

    def redraw(self) -> None:
        self._drain()
        if self._arranged != (self._begun, self._seen, self._told):
            self._pins.show(self._comparison, self._begun)
            self._arrange()
        last = self._last
        for plot in self._plots:
            plot.draw(self._window, last)
        self.update_inside()

    def show_whole_run(self) -> None:
        """Follow the whole run again."""
        self._window = None
        self._whole.hide()
        for plot in self._plots:
            plot.follow()
        self._arrange()
        self._dirty = True
        self._refresh_if_seen()
        self.update()

    def empty(self) -> str:
        if any(plot.filled for plot in self._plots):
            return ""
        names = tr(", ").join(plot.panel.title for plot in self._plots)
        return tr("Here the curves will grow while the network learns: {names}.\nPress Run to start.", names=names)

    def describe(self, position: QPoint) -> str:
        point = QPointF(position)
        plot = self._plot_at(point)
        return super().describe(position) if plot is None else self._words_at(plot, point)

    def _words_at(self, plot: Plot, point: QPointF) -> str:
        """Say what a plot shows at a point, and what happened there."""
        said = plot.describe(point)
        happened = [] if plot.frame is None else self._moments.words_at(point, plot.frame.plane)
        return "\n".join([said, *happened] if said else happened)

    def restyle(self) -> None:
        super().restyle()
        self._still.forget()
        self._arrange()
        self._dirty = True
        self._refresh_if_seen()

    # The hand.

    def _plot_at(self, point: QPointF) -> Plot | None:
        """Return the plot under a point, its axes included."""
        return next((plot for plot in self._plots if plot.area.contains(point)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        plot = self._plot_at(event.position())
        if plot is None or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            super().mousePressEvent(event)
            return
        self._panned = plot, event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        QToolTip.hideText()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._panned is not None:
            plot, before = self._panned
            self._panned = plot, point
            self._look_at(plot, *plot.panned(point - before, self._last))
        elif not event.buttons():
            found = self._plot_at(point)
            self._point_at(None if found is None else found.step_at(point))
            words = "" if found is None else self._words_at(found, point)
            if words:
                QToolTip.showText(event.globalPosition().toPoint() + QPoint(14, 10), words, self)
            else:
                QToolTip.hideText()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._panned = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._plot_at(event.position()) is not None:
            self.show_whole_run()

    def wheelEvent(self, event: QWheelEvent) -> None:
        plot, notches = self._plot_at(event.position()), event.angleDelta().y() / 120
        if plot is None or not notches:
            event.ignore()
            return
        self._look_at(plot, *plot.zoomed(_NOTCH**notches, event.position(), self._last))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)
        QToolTip.hideText()

    def _point_at(self, step: float | None) -> None:
        """Show the line of the pointer at a step, in all panels, or hide it."""
        if step != self._pointed:
            self._pointed = step
            self.update_inside()

    def _look_at(self, plot: Plot, x: Span, y: Span) -> None:
        """Show a range of steps in all panels, and one of values in that of the hand."""
        self._window = (x.low, x.high)
        plot.hold(y)
        if self._whole.isHidden():
            self._whole.show()
            self.place_buttons()
            self.update()
        self.refresh()

    @property
    def _last(self) -> float:
        """The newest step of all panels."""
        return max((plot.last_step for plot in self._plots), default=0.0)

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    @property
    def _seen(self) -> list[Plot]:
        """The plots but those of which this run has nothing, while others have it."""
        told = {rhythm for plot in self._plots for rhythm in plot.rhythms}
        rhythms = {plot: {series.rhythm for series in plot.panel.series} for plot in self._plots}
        return [plot for plot in self._plots if plot.filled or not told & rhythms[plot]]

    @property
    def _told(self) -> list[Series]:
        """The series of the legend: of those that not every run has, the ones that this has."""
        drawn = {label for plot in self._plots for label in plot.labels}
        return [series for label, series in self._legend.items() if label in drawn or not series.optional]

    @property
    def _shown(self) -> list[Plot]:
        """The plots that have a place on the screen."""
        return [plot for plot in self._plots if not plot.area.isEmpty()]

    @property
    def _begun(self) -> bool:
        return any(plot.begun for plot in self._plots)

    def _compare(self, comparison: Comparison) -> None:
        self._comparison = comparison
        for plot in self._plots:
            plot.compare(comparison)
        self._pins.show(self._comparison, self._begun)
        self._arrange()
        self._refresh_if_seen()
        self.update()

    def _set_log(self, log: bool) -> None:
        for plot in self._plots:
            plot.set_log(log)
        self.refresh()

    def _drain(self) -> None:
        for rhythm, pending in self._pending.items():
            if pending:
                for plot in self._plots:
                    plot.append(rhythm, pending)
                pending.clear()

    # Layout and what is painted around the plots.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._dirty = True
        self._refresh_if_seen()

    def _arrange(self) -> None:
        self._still.forget()
        seen = self._seen
        self._arranged = self._begun, seen, self._told
        places = dict(zip(seen, self._areas(), strict=True)) if seen and not self.empty() else {}
        for plot in self._plots:
            area = places.get(plot)
            area = QRectF() if area is None else area.adjusted(0, _PANEL_TITLE, 0, 0)
            plot.place(area, small_font(self.font()))

    def _areas(self) -> list[QRectF]:
        """Where each panel stands: beside each other where there is width, else below each other."""
        whole = self.content().adjusted(-2, LINE * len(self._legend_rows()), 2, 2 - LINE)
        count = len(self._seen)
        if whole.width() > 1.5 * whole.height() and whole.width() / count >= 110:
            width = whole.width() / count
            return [QRectF(whole.left() + width * place, whole.top(), width, whole.height()) for place in range(count)]
        height = whole.height() / count
        return [QRectF(whole.left(), whole.top() + height * place, whole.width(), height) for place in range(count)]

    def _legend_rows(self) -> list[list[tuple[Entry, float]]]:
        """The lines of the legend: as many as leave room for the curves; the pointer tells the rest."""
        legend, room = self._layout, self.height() - 60
        series = legend.rows(series_entries(self._told, self._places), max(1, room // 60))
        return series + legend.rows(run_entries(self._comparison), room // 80, beside=2)

    @property
    def _layout(self) -> Legend:
        return Legend(small_font(self.font()), self.width() - 2 * MARGIN)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        shown = self._shown
        made_of = [self._moments.marks, *(part for plot in shown for part in (plot.frame, plot.kept))]
        picture = self._still.picture(self.size(), self.devicePixelRatioF(), made_of, self._paint_still)
        painter.drawPixmap(0, 0, picture)
        for plot in shown:
            plot.paint(painter, self._pointed)

    def _paint_still(self, painter: QPainter) -> None:
        """Paint legend, axes, and the curves of runs that are kept."""
        colours = theme.colours()
        font = small_font(self.font())
        self._layout.paint(painter, QPointF(MARGIN, self.content().top() - 2), self._legend_rows())
        areas = self._areas()
        for plot, panel_area in zip(self._seen, areas, strict=True):
            line_area = QRectF(panel_area.left() + 6, panel_area.top(), panel_area.width() - 12, _PANEL_TITLE)
            bold = small_font(self.font(), bold=True)
            words = plot.panel.title
            width = font_metrics(bold).width(words) + 8
            text(painter, line_area, words, colours.text, LEFT, bold)
            axis = tr(", ").join(word for word in (plot.panel.y_label, plot.panel.unit) if word)
            text(painter, line_area.adjusted(width, 0, 0, 0), axis, colours.muted, LEFT, font)
            if plot.frame is not None:
                paint_axes(painter, plot.frame, self.font())
                plot.paint_kept(painter)
                self._moments.paint(painter, plot.frame.plane, self.font())
        bottom = QRectF(MARGIN, self.height() - LINE - 5, self.width() - 2 * MARGIN, LINE)
        text(painter, bottom, self._steps, colours.muted, RIGHT, font)
