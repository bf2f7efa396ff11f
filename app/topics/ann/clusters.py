"""Regression, and clusters to be told apart."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.topics.ann.curves import curves
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.field.view import FieldView
from app.views.matrices.view import MatricesView
from app.views.table.view import TableView

CLUSTERS: tuple[Layout, ...] = (
    Layout(
        "ann.regression",
        rows=(
            row(
                cell(lambda: ChartView(tr("The points and the prediction"), "fit"), stretch=16),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: CodeView(tr("Code"), "code"),
                    lambda: TableView(
                        tr("With and without ReLU"),
                        "with_and_without",
                        tr("Here the same network will be compared with and without its ReLU.\nPress Run."),
                    ),
                    stretch=13,
                ),
                stretch=4,
            ),
            row(
                cell(lambda: curves(unit=tr("mean squared error"), classes=False), stretch=16),
                cell(
                    lambda: ChartView(tr("Residuals"), "residuals"),
                    lambda: ChartView(
                        tr("Loss with and without ReLU"),
                        "with_and_without",
                        tr("Here the losses with and without ReLU will be drawn at the end.\nPress Run."),
                    ),
                    stretch=13,
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "ann.slopes",
        rows=(
            row(
                cell(
                    lambda: ChartView(
                        tr("Loss: click a point to open that network"),
                        "loss",
                        tr("Here the final loss of each network will appear, over the slope of its line.\nPress Run."),
                    )
                ),
                cell(
                    lambda: ChartView(
                        tr("Correlation: click a point to open that network"),
                        "correlation",
                        tr("Here the correlation of y and ŷ will appear, over the slope.\nPress Run."),
                    )
                ),
                stretch=4,
            ),
            row(
                cell(
                    lambda: ChartView(
                        tr("Dead networks"),
                        "dead",
                        tr("Here the share of dead networks will appear, over the slope.\nPress Run."),
                    )
                ),
                cell(
                    lambda: TableView(
                        tr("By slope"),
                        "slopes",
                        tr("Here each slope gets a row: how many died, and how good the others are.\nPress Run."),
                    )
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "ann.binary",
        rows=(
            row(
                cell(lambda: FieldView(tr("What the network says of every point"), "boundary"), stretch=13),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: TableView(tr("Extreme logits"), "extremes"),
                    lambda: CodeView(tr("Code"), "code"),
                    stretch=13,
                ),
                stretch=4,
            ),
            row(
                cell(lambda: curves(unit=tr("nats")), stretch=13),
                cell(
                    lambda: TableView(
                        tr("Simple tools"),
                        "tools",
                        tr(
                            "Here nearest neighbours, k-means and a straight line will be compared with the network."
                            "\nPress Run."
                        ),
                    ),
                    stretch=13,
                ),
                stretch=3,
            ),
        ),
        result="train_accuracy",
        result_words=lambda share: tr("accuracy {share} %", share=share),
    ),
    Layout(
        "ann.learning_rates",
        rows=(
            row(
                cell(
                    lambda: ChartView(
                        tr("Accuracy: click a point to open that run"),
                        "accuracy",
                        tr("Here the accuracy of each network will appear, over its learning rate.\nPress Run."),
                    ),
                    stretch=3,
                ),
                cell(
                    lambda: ChartView(
                        tr("Networks that learned"),
                        "share",
                        tr("Here the share of networks above 70 % will appear, over the learning rate.\nPress Run."),
                    ),
                    stretch=2,
                ),
            ),
            row(
                cell(
                    lambda: ChartView(
                        tr("All losses: click a curve to open that run"),
                        "curves",
                        tr("Here the losses of all networks will be drawn, over the epochs.\nPress Run."),
                    ),
                    stretch=3,
                ),
                cell(
                    lambda: TableView(
                        tr("By learning rate"),
                        "rates",
                        tr("Here each learning rate gets a row: how accurate its networks are.\nPress Run."),
                    ),
                    stretch=2,
                ),
            ),
        ),
        result="share_above_70",
        result_words=lambda share: tr("{share} % of the networks above 70 %", share=share),
    ),
    Layout(
        "ann.multilayer",
        rows=(
            row(
                cell(lambda: FieldView(tr("What the network says of every point"), "boundary"), stretch=13),
                cell(lambda: curves(unit=tr("nats")), stretch=12),
                stretch=4,
            ),
            row(
                cell(lambda: TableView(tr("Layers"), "layers"), lambda: CodeView(tr("Code"), "code"), stretch=13),
                cell(
                    lambda: ChartView(
                        tr("50 rates: click a point to open that run"),
                        "rates",
                        tr("Here the accuracy with each of 50 learning rates will appear at the end.\nPress Run."),
                    ),
                    stretch=12,
                ),
                stretch=3,
            ),
        ),
        result="train_accuracy",
        result_words=lambda share: tr("accuracy {share} %", share=share),
    ),
    Layout(
        "ann.linear_collapse",
        rows=(
            row(
                cell(
                    lambda: MatricesView(tr("The weights, multiplied out"), "weights"),
                    lambda: MatricesView(tr("The biases, carried through"), "biases"),
                ),
                stretch=2,
            ),
            row(
                cell(lambda: ChartView(tr("The output along a line"), "line"), stretch=3),
                cell(
                    lambda: TableView(tr("At five inputs"), "numbers"),
                    lambda: TableView(
                        tr("The same from torch"), "torch", tr("Here torch will compute the same outputs.")
                    ),
                    stretch=4,
                ),
                stretch=3,
            ),
        ),
    ),
)
