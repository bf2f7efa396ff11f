"""One unit, its functions, and how a gradient comes back."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.columns.view import BarsView
from app.views.field.view import FieldView
from app.views.graph.view import GraphView
from app.views.table.view import TableView

UNITS: tuple[Layout, ...] = (
    Layout(
        "ann.perceptron",
        rows=(
            row(cell(lambda: GraphView(tr("The unit: drag what has a slider"), "unit"))),
            row(
                cell(lambda: FieldView(tr("All inputs"), "plane"), stretch=16),
                cell(
                    lambda: TableView(tr("This step"), "step"),
                    lambda: TableView(tr("Four cases"), "cases"),
                    lambda: TableView(tr("Can a line do it?"), "line"),
                    stretch=23,
                ),
                cell(
                    lambda: ChartView(tr("Progress"), "progress"),
                    lambda: ChartView(tr("Weights"), "weights"),
                    stretch=12,
                ),
            ),
        ),
    ),
    Layout(
        "ann.activations",
        rows=(
            row(
                cell(lambda: ChartView(tr("The function: point at a place"), "functions")),
                cell(lambda: ChartView(tr("Its derivative: the slope"), "slopes")),
                stretch=6,
            ),
            row(
                cell(lambda: ChartView(tr("What comes back through k layers"), "gradients"), stretch=5),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: TableView(tr("The same from torch"), "torch", tr("Here torch will check the numbers.")),
                    stretch=6,
                ),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "ann.losses",
        rows=(
            row(
                cell(lambda: ChartView(tr("The loss: drag the prediction"), "losses")),
                cell(lambda: ChartView(tr("Its slope"), "slopes")),
                stretch=5,
            ),
            row(
                cell(lambda: BarsView(tr("A batch: drag targets and predictions"), "batch"), stretch=9),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: TableView(tr("The same from torch"), "torch", tr("Here torch will check the numbers.")),
                    stretch=5,
                ),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "ann.backpropagation",
        rows=(
            row(cell(lambda: GraphView(tr("The calculation: drag what has a slider"), "network")), stretch=7),
            row(
                cell(
                    lambda: TableView(tr("This stage"), "stage"),
                    lambda: TableView(tr("All numbers"), "all"),
                    lambda: TableView(tr("Along each path"), "paths"),
                    lambda: TableView(tr("The same in PyTorch"), "torch"),
                    lambda: CodeView(tr("As a program"), "program"),
                    lambda: ChartView(tr("The step"), "step"),
                ),
                stretch=4,
            ),
        ),
    ),
)
