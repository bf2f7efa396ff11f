"""Curves over the run: loss, accuracy and whatever else an experiment counts."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QTimer
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QToolTip

from app.core import theme
from app.core.language import tr
from app.runs.comparison import FORGET, KEEP, MOST, Comparison
from app.views.legend import LINE, Entry, Legend, run_entries, series_entries
from app.views.painted import LEFT, MARGIN, RIGHT, PaintedView, small_font, text
from app.views.plot import Plot
from app.views.series import Panel, Series
from lab.core.events import Event, Scalars, Watched

__all__ = ["CurvesView", "Panel", "Series"]

_PANEL_TITLE = 18
# Between two drainings of what has come in, also while the view is hidden.
_PENDING = 4096


class CurvesView(PaintedView):
    """Panels of curves over optimiser steps, which follow the run until the user zooms or moves them.

    Args:
        title: in the page's language, as are the texts of the panels.
        name: of the view, for the page; `Scalars` are told apart by their rhythm.
        panels: what to draw. Series with the same label share a colour and one entry of the legend.
    """

    events: ClassVar[tuple[type[Event], ...]] = (Scalars, Comparison)
    interval_ms: ClassVar[int] = 200

    def __init__(self, title: str, name: str, panels: tuple[Panel, ...]) -> None:
        super().__init__(title)
        self.name = name
        self._pending: dict[str, list[Scalars]] = {series.rhythm: [] for panel in panels for series in panel.series}
        self._window: tuple[float, float] | None = None  # What the user zoomed to; None follows the run.
        labels = list(dict.fromkeys(series.label for panel in panels for series in panel.series))
        self._legend = {series.label: series for panel in panels for series in panel.series}
        self._places = {label: place for place, label in enumerate(labels)}
        self._comparison = Comparison()
        self._plots = [Plot(self, panel, self._places) for panel in panels]
        for plot in self._plots:
            plot.moved.connect(self._moved)
            plot.widget.viewport().installEventFilter(self)
            plot.widget.viewport().setMouseTracking(True)
        self._log = self.header_button(tr("log"), tr("Logarithmic axis, where it makes sense"), checkable=True)
        self._log.setChecked(any(panel.log for panel in panels))
        self._log.setVisible(any(panel.y_range is None for panel in panels))
        self._log.toggled.connect(self._set_log)
        self._whole = self.header_button(tr("whole run"), tr("Follow the whole run again (double click)"))
        self._whole.hide()
        self._whole.clicked.connect(self.show_whole_run)
        self._keep = self.header_button("", tr("Keep for comparison"), checkable=True, sign="pin")
        self._keep.clicked.connect(lambda on: self.selected.emit(KEEP, on))
        self._forget = self.header_button("", tr("Forget the runs that are kept for comparison"), sign="unpin")
        self._forget.clicked.connect(lambda: self.selected.emit(FORGET, True))
        self._show_buttons()
        # While the user zooms, nothing new may be coming in: then this redraws, at the same small rate.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(self.interval_ms)
        self._later.timeout.connect(self._refresh_if_seen)
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
        elif isinstance(event, Comparison):
            self._compare(event)

    def clear(self) -> None:
        for pending in self._pending.values():
            pending.clear()
        for plot in self._plots:
            plot.clear()
        self._show_buttons()
        self.show_whole_run()

    def redraw(self) -> None:
        was_empty, had_begun, seen = bool(self.empty()), self._begun, self._seen
        self._drain()
        if was_empty != bool(self.empty()) or had_begun != self._begun or seen != self._seen:
            self._show_buttons()
            self._arrange()
            self.update()
        last = max((plot.last_step for plot in self._plots), default=0.0)
        for plot in self._plots:
            plot.draw(self._window, last)

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
        for plot in self._plots:
            if plot.widget.isVisible() and plot.widget.geometry().contains(position):
                return plot.describe(plot.widget.mapFrom(self, position))
        return super().describe(position)

    def restyle(self) -> None:
        super().restyle()
        for plot in self._plots:
            plot.restyle()
        self._dirty = True

    # The pointer over a plot.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        plot = next((plot for plot in self._plots if plot.widget.viewport() is watched), None)
        if plot is None:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.show_whole_run()
            return True
        if event.type() == QEvent.Type.ToolTip:
            return True  # What it would say is shown at once while the pointer moves.
        if event.type() == QEvent.Type.Leave:
            for each in self._plots:
                each.point_at(None)
            QToolTip.hideText()
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove and not event.buttons():
            at = event.position().toPoint()
            step = plot.step_at(at)
            for each in self._plots:
                each.point_at(step)
            words = plot.describe(at)
            if words:
                QToolTip.showText(event.globalPosition().toPoint() + QPoint(14, 10), words, plot.widget)
            else:
                QToolTip.hideText()
        return False

    def _moved(self, x_low: float, x_high: float) -> None:
        self._window = (x_low, x_high)
        if self._whole.isHidden():
            self._whole.show()
            self.place_buttons()
            self.update()
        if not self._later.isActive():
            self._later.start()

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
    def _begun(self) -> bool:
        return any(plot.begun for plot in self._plots)

    def _compare(self, comparison: Comparison) -> None:
        self._comparison = comparison
        for plot in self._plots:
            plot.compare(comparison)
        self._show_buttons()
        self._arrange()
        self.update()

    def _show_buttons(self) -> None:
        """Offer what can be done with the present run and those that are kept."""
        now = self._comparison
        full = len(now.runs) >= MOST and not now.pinned
        self._keep.setVisible(self._begun or now.pinned)
        self._keep.setEnabled(not full)
        self._keep.setChecked(now.pinned)
        if full:
            why = tr("{count} runs are kept, which is the most: forget them first", count=MOST)
        elif now.pinned:
            why = tr("These curves stay when another run begins. Press again to let them go.")
        else:
            why = tr("The curves of this run stay, thin and dashed, when another run begins.")
        self._keep.setToolTip(f"{tr('Keep for comparison')}\n{why}")
        self._forget.setVisible(bool(now.runs))
        self.place_buttons()

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
        self._later.start()

    def _arrange(self) -> None:
        seen = self._seen
        for plot in self._plots:
            plot.widget.setVisible(plot in seen and not self.empty())
        for plot, area in zip(seen, self._areas(), strict=True):
            plot.widget.setGeometry(area.adjusted(0, _PANEL_TITLE, 0, 0).toRect())

    def _areas(self) -> list[QRectF]:
        """Where each panel stands: beside each other where there is width, else below each other."""
        whole = QRectF(self.rect()).adjusted(4, 26 + LINE * len(self._legend_rows()), -6, -6 - LINE)
        count = len(self._seen)
        if whole.width() > 1.5 * whole.height() and whole.width() / count >= 110:
            width = whole.width() / count
            return [QRectF(whole.left() + width * place, whole.top(), width, whole.height()) for place in range(count)]
        height = whole.height() / count
        return [QRectF(whole.left(), whole.top() + height * place, whole.width(), height) for place in range(count)]

    def _legend_rows(self) -> list[list[tuple[Entry, float]]]:
        """The lines of the legend: as many as leave room for the curves; the pointer tells the rest."""
        legend, room = self._layout, self.height() - 60
        series = legend.rows(series_entries(list(self._legend.values()), self._places), max(1, room // 60))
        return series + legend.rows(run_entries(self._comparison), room // 80, beside=2)

    @property
    def _layout(self) -> Legend:
        return Legend(small_font(self.font()), self.width() - 2 * MARGIN)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        colours = theme.colours()
        font = small_font(self.font())
        self._layout.paint(painter, QPointF(MARGIN, 24), self._legend_rows())
        areas = self._areas()
        for plot, panel_area in zip(self._seen, areas, strict=True):
            line_area = QRectF(panel_area.left() + 6, panel_area.top(), panel_area.width() - 12, _PANEL_TITLE)
            bold = small_font(self.font(), bold=True)
            words = plot.panel.title
            width = QFontMetricsF(bold).horizontalAdvance(words) + 8
            text(painter, line_area, words, colours.text, LEFT, bold)
            axis = tr(", ").join(word for word in (plot.panel.y_label, plot.panel.unit) if word)
            text(painter, line_area.adjusted(width, 0, 0, 0), axis, colours.muted, LEFT, font)
        bottom = QRectF(MARGIN, self.height() - LINE - 5, self.width() - 2 * MARGIN, LINE)
        rhythms = {series.rhythm for plot in self._plots for series in plot.panel.series}
        steps = tr("epochs") if rhythms == {"epoch"} else tr("optimiser steps")
        text(painter, bottom, steps, colours.muted, RIGHT, font)
