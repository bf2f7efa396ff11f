"""The playground, irises, and the shapes of networks."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.topics.ann.curves import curves
from app.views.chart.view import ChartView
from app.views.confusion import ConfusionView
from app.views.examples.scatter import ScatterView
from app.views.examples.shares import SharesView
from app.views.field.view import FieldView
from app.views.table.view import TableView
from app.views.units.view import UnitsView

FLOWERS: tuple[Layout, ...] = (
    Layout(
        "ann.playground",
        rows=(
            row(
                cell(lambda: FieldView(tr("The plane"), "plane"), stretch=11),
                cell(lambda: UnitsView(tr("The network: drag a weight, or click it"), "network"), stretch=12),
                stretch=7,
            ),
            row(
                cell(lambda: curves(tested=True), stretch=12),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: ConfusionView(tr("Confusion matrix"), "points", tr("points")),
                    stretch=8,
                ),
                stretch=4,
            ),
        ),
        result="test_accuracy",
        result_words=lambda share: tr("test accuracy {share} %", share=share),
    ),
    Layout(
        "ann.iris",
        rows=(
            row(
                cell(lambda: ScatterView(tr("Four measurements, two at a time"), "flowers"), stretch=11),
                cell(
                    lambda: ConfusionView(tr("Confusion matrix"), "flowers", tr("flowers")),
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: TableView(tr("Sums"), "sums"),
                    stretch=8,
                ),
                stretch=3,
            ),
            row(
                cell(lambda: SharesView(tr("Probabilities, flower by flower"), "flowers"), stretch=11),
                cell(lambda: curves(tested=True), stretch=8),
                stretch=2,
            ),
        ),
        result="accuracy",
        result_words=lambda share: tr("accuracy {share} %", share=share),
    ),
    Layout(
        "ann.three_clusters",
        rows=(
            row(
                cell(lambda: FieldView(tr("One softmax: that of the loss"), "plain")),
                cell(lambda: FieldView(tr("Two: another one before the loss"), "double")),
                stretch=5,
            ),
            row(
                cell(lambda: ChartView(tr("Loss"), "loss"), stretch=9),
                cell(
                    lambda: ChartView(tr("Accuracy"), "accuracy"),
                    lambda: ChartView(tr("Confidence"), "confidence"),
                    stretch=9,
                ),
                cell(lambda: TableView(tr("What it costs"), "numbers"), stretch=15),
                stretch=4,
            ),
        ),
        result="accuracy",
        result_words=lambda share: tr("accuracy {share} %", share=share),
    ),
    Layout(
        "ann.hidden_units",
        rows=(
            row(
                cell(
                    lambda: ChartView(
                        tr("Accuracy over the units: click a point to open its run"),
                        "accuracy",
                        tr(
                            "Here you will see the accuracy of networks with 1 to 128 hidden units; "
                            "a click opens that very run.\nPress Run."
                        ),
                    ),
                    lambda: ChartView(
                        tr("Final loss"),
                        "loss",
                        tr("Here you will see the loss at the end, over the number of hidden units.\nPress Run."),
                    ),
                ),
                stretch=3,
            ),
            row(
                cell(
                    lambda: ChartView(
                        tr("Losses of all runs"),
                        "curves",
                        tr("Here the losses of all networks will appear, a curve a network.\nPress Run."),
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
        result="best_accuracy",
        result_words=lambda share: tr("best mean accuracy {share} %", share=share),
    ),
    Layout(
        "ann.depth_breadth",
        rows=(
            row(
                cell(
                    lambda: ChartView(
                        tr("Accuracy over units, by depth: click a point to open its run"),
                        "units",
                        tr(
                            "Here you will see accuracy over units per layer, a line a depth; "
                            "a click opens that very run.\nPress Run."
                        ),
                    )
                ),
                stretch=3,
            ),
            row(
                cell(
                    lambda: ChartView(
                        tr("Accuracy over parameters"),
                        "parameters",
                        tr("Here you will see accuracy over the number of parameters, and their r.\nPress Run."),
                    ),
                    lambda: FieldView(
                        tr("Layers × units"),
                        "map",
                        tr("Here you will see accuracy over layers and units as a map.\nPress Run."),
                    ),
                    stretch=1,
                ),
                cell(
                    lambda: TableView(
                        tr("By depth"), "depths", tr("Here the mean and spread of each depth appear.\nPress Run.")
                    ),
                    stretch=1,
                ),
                stretch=2,
            ),
        ),
        result="best_accuracy",
        result_words=lambda share: tr("best mean accuracy {share} %", share=share),
    ),
)
