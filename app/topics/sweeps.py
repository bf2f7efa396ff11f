"""Sweeps over any experiment."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import chart, field, table
from app.views.chart.view import ChartView


def _empty() -> str:
    return tr("Here you will see every run of the grid as it comes in; a click opens that very run.\nPress Run.")


PAGES: tuple[Layout, ...] = (
    Layout(
        "sweeps.grid",
        rows=(
            row(
                cell(
                    lambda: ChartView(tr("Over the first parameter: click a point to open its run"), "over", _empty()),
                    field(
                        "Over two parameters",
                        "heat",
                        "Here a grid over two parameters becomes a map.\nJoin two by & in the field “Over”.",
                    ),
                ),
                stretch=3,
            ),
            row(
                cell(
                    chart(
                        "Losses of all runs",
                        "curves",
                        "Here the losses of networks that train together appear, a curve a run.",
                    )
                ),
                cell(table("Best and worst", "extremes", "Here the best and the worst runs appear.\nPress Run.")),
                stretch=2,
            ),
        ),
    ),
)
