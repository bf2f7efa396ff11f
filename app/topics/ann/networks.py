"""What a network is made of."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.table.view import TableView
from app.views.units.view import UnitsView

NETWORKS: tuple[Layout, ...] = (
    Layout(
        "ann.parameters",
        rows=(
            row(
                cell(lambda: UnitsView(tr("Wide"), "wide", counts=True)),
                cell(lambda: UnitsView(tr("Deep"), "deep", counts=True)),
                stretch=5,
            ),
            row(
                cell(
                    lambda: TableView(tr("Side by side"), "numbers"),
                    lambda: TableView(tr("Layer by layer"), "layers"),
                    lambda: TableView(tr("The same from torchinfo"), "torchinfo", tr("Here torchinfo will count.")),
                    stretch=5,
                ),
                cell(lambda: ChartView(tr("The same nodes in more layers"), "divided"), stretch=4),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "ann.definitions",
        rows=(
            row(
                cell(lambda: CodeView(tr("As nn.Sequential"), "sequential"), stretch=5),
                cell(lambda: CodeView(tr("As a class"), "class"), stretch=6),
                stretch=8,
            ),
            row(
                cell(lambda: TableView(tr("What their numbers are called"), "names"), stretch=5),
                cell(
                    lambda: TableView(
                        tr("Same numbers, same outputs"), "outputs", tr("Here torch will run both networks.")
                    ),
                    stretch=6,
                ),
                stretch=5,
            ),
        ),
    ),
)
