"""Sweeps over any experiment."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.chart.view import ChartView
from app.views.field.view import FieldView
from app.views.table.view import TableView


def _empty() -> str:
    return tr("Here you will see every run of the grid as it comes in; a click opens that very run.\nPress Run.")


PAGES: tuple[Layout, ...] = (
    Layout(
        "sweeps.grid",
        rows=(
            row(
                cell(
                    lambda: ChartView(tr("Over the first parameter: click a point to open its run"), "over", _empty()),
                    lambda: FieldView(
                        tr("Over two parameters"),
                        "heat",
                        tr("Here a grid over two parameters becomes a map.\nJoin two by & in the field “Over”."),
                    ),
                ),
                stretch=3,
            ),
            row(
                cell(
                    lambda: ChartView(
                        tr("Losses of all runs"),
                        "curves",
                        tr("Here the losses of networks that train together appear, a curve a run."),
                    )
                ),
                cell(
                    lambda: TableView(
                        tr("Best and worst"), "extremes", tr("Here the best and the worst runs appear.\nPress Run.")
                    )
                ),
                stretch=2,
            ),
        ),
    ),
)
