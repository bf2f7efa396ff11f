"""Curves over the run: loss, accuracy and whatever else an experiment counts."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QTimer
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QToolTip

from app import theme
from app.language import tr
from app.views.painted import LEFT, MARGIN, RIGHT, PaintedView, small_font, text
from app.views.plot import MEAN_WINDOW, Plot
from app.views.series import Panel, Series, colour_of, paint_sample
from lab.events import Event, Scalars

__all__ = ["CurvesView", "Panel", "Series"]

_LINE = 16
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

    events: ClassVar[tuple[type[Event], ...]] = (Scalars,)
    interval_ms: ClassVar[int] = 200

    def __init__(self, title: str, name: str, panels: tuple[Panel, ...]) -> None:
        super().__init__(title)
        self.name = name
        self._pending: dict[str, list[Scalars]] = {series.rhythm: [] for panel in panels for series in panel.series}
        self._window: tuple[float, float] | None = None  # What the user zoomed to; None follows the run.
        labels = list(dict.fromkeys(series.label for panel in panels for series in panel.series))
        self._legend = {series.label: series for panel in panels for series in panel.series}
        self._places = {label: place for place, label in enumerate(labels)}
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

    def keep(self, event: Event) -> None:
        if isinstance(event, Scalars):
            pending = self._pending.get(event.name)
            if pending is not None:
                pending.append(event)
                if len(pending) >= _PENDING:
                    self._drain()

    def clear(self) -> None:
        for pending in self._pending.values():
            pending.clear()
        for plot in self._plots:
            plot.clear()
        self.show_whole_run()

    def redraw(self) -> None:
        was_empty = not any(plot.filled for plot in self._plots)
        self._drain()
        if was_empty and not self.empty():
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
        for plot, area in zip(self._plots, self._areas(), strict=True):
            plot.widget.setVisible(not self.empty())
            plot.widget.setGeometry(area.adjusted(0, _PANEL_TITLE, 0, 0).toRect())

    def _areas(self) -> list[QRectF]:
        """Where each panel stands: beside each other where there is width, else below each other."""
        whole = QRectF(self.rect()).adjusted(4, 26 + _LINE * len(self._legend_rows()), -6, -6 - _LINE)
        count = len(self._plots)
        if whole.width() > 1.5 * whole.height() and whole.width() / count >= 110:
            width = whole.width() / count
            return [QRectF(whole.left() + width * place, whole.top(), width, whole.height()) for place in range(count)]
        height = whole.height() / count
        return [QRectF(whole.left(), whole.top() + height * place, whole.width(), height) for place in range(count)]

    def _sample_width(self) -> float:
        return 14.0 if self.width() < 320 else 20.0

    def _legend_rows(self) -> list[list[tuple[str, Series, bool]]]:
        """The entries of the legend, broken into lines: words, series, whether it is the mean of it."""
        entries = [(label, series, False) for label, series in self._legend.items()]
        for series in self._legend.values():
            if series.smoothed:
                entries.append((tr("mean of the last {count}", count=MEAN_WINDOW), series, True))
        sample = self._sample_width()
        metrics = QFontMetricsF(small_font(self.font()))
        rows: list[list[tuple[str, Series, bool]]] = [[]]
        place = 0.0
        for entry in entries:
            width = metrics.horizontalAdvance(entry[0]) + sample + (13 if sample < 20 else 17)
            if rows[-1] and place + width - 8 > self.width() - 2 * MARGIN:
                rows.append([])
                place = 0.0
            rows[-1].append(entry)
            place += width
        # Where there is little room, the pointer tells the rest.
        return rows[: max(1, (self.height() - 60) // 60)]

    def paint(self, painter: QPainter, area: QRectF) -> None:
        colours = theme.colours()
        font = small_font(self.font())
        metrics = QFontMetricsF(font)
        sample = self._sample_width()
        for line, row in enumerate(self._legend_rows()):
            at = QPointF(MARGIN, 24 + line * _LINE)
            for words, series, mean in row:
                place = self._places[series.label]
                colour = colour_of(series, place)
                paint_sample(painter, QRectF(at.x(), at.y(), sample, _LINE), series, place, colour, mean)
                width = metrics.horizontalAdvance(words) + 1
                words_area = QRectF(at.x() + sample + 4, at.y(), width, _LINE)
                text(painter, words_area, words, colours.muted, LEFT, font)
                at.setX(words_area.right() + (8 if sample < 20 else 12))
        areas = self._areas()
        for plot, panel_area in zip(self._plots, areas, strict=True):
            line_area = QRectF(panel_area.left() + 6, panel_area.top(), panel_area.width() - 12, _PANEL_TITLE)
            bold = small_font(self.font(), bold=True)
            words = plot.panel.title
            width = QFontMetricsF(bold).horizontalAdvance(words) + 8
            text(painter, line_area, words, colours.text, LEFT, bold)
            axis = tr(", ").join(word for word in (plot.panel.y_label, plot.panel.unit) if word)
            text(painter, line_area.adjusted(width, 0, 0, 0), axis, colours.muted, LEFT, font)
        bottom = QRectF(MARGIN, self.height() - _LINE - 5, self.width() - 2 * MARGIN, _LINE)
        text(painter, bottom, tr("optimiser steps"), colours.muted, RIGHT, font)
