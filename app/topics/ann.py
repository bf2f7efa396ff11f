"""Artificial neural networks: from one unit to a thousand models at once."""

from __future__ import annotations

from app.language import tr
from app.layout import Layout, cell, row
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.columns.view import BarsView
from app.views.confusion import ConfusionView
from app.views.curves import CurvesView, Panel, Series
from app.views.examples.scatter import ScatterView
from app.views.examples.shares import SharesView
from app.views.field.view import FieldView
from app.views.graph.view import GraphView
from app.views.matrices.view import MatricesView
from app.views.table.view import TableView
from app.views.units.view import UnitsView


def _curves(tested: bool = False, unit: str = "", classes: bool = True) -> CurvesView:
    """Return curves of the loss, and of the accuracy where there are classes, on training and on test data."""
    names = [("train", tr("training"), 0), *([("test", tr("test"), 1)] if tested else [])]
    loss = tuple(Series("epoch", f"{name}_loss", label, colour=colour) for name, label, colour in names)
    accuracy = tuple(Series("epoch", f"{name}_accuracy", label, colour=colour) for name, label, colour in names)
    panels = [Panel(tr("Loss"), tr("loss"), unit, loss)]
    if classes:
        panels.append(Panel(tr("Accuracy"), tr("right answers"), "%", accuracy, y_range=(0.0, 100.0), scale=100.0))
    return CurvesView(tr("Loss and accuracy") if classes else tr("Loss"), "curves", tuple(panels))


PAGES: tuple[Layout, ...] = (
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
                cell(lambda: _curves(unit=tr("mean squared error"), classes=False), stretch=16),
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
                cell(lambda: _curves(unit=tr("nats")), stretch=13),
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
                cell(lambda: _curves(unit=tr("nats")), stretch=12),
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
    Layout(
        "ann.playground",
        rows=(
            row(
                cell(lambda: FieldView(tr("The plane"), "plane"), stretch=11),
                cell(lambda: UnitsView(tr("The network: drag a weight, or click it"), "network"), stretch=12),
                stretch=7,
            ),
            row(
                cell(lambda: _curves(tested=True), stretch=12),
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
                cell(lambda: _curves(tested=True), stretch=8),
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
