"""Gradient descent, where it can be seen."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.chart.view import ChartView
from app.views.field.view import FieldView
from app.views.table.view import TableView

PAGES: tuple[Layout, ...] = (
    Layout(
        "gradient_descent.line",
        rows=(
            row(
                cell(lambda: ChartView(tr("The function: click to put the ball"), "function"), stretch=4),
                cell(
                    lambda: ChartView(tr("Its derivative"), "derivative"),
                    lambda: TableView(tr("Zeros of the derivative"), "zeros"),
                    stretch=3,
                ),
                stretch=3,
            ),
            row(
                cell(
                    lambda: ChartView(tr("Parameter over the steps"), "steps"),
                    lambda: ChartView(tr("Gradient over the steps"), "gradients"),
                ),
                cell(
                    lambda: ChartView(tr("Where many random starts are"), "ends"),
                    lambda: TableView(tr("One step in numbers"), "numbers"),
                ),
                stretch=2,
            ),
        ),
    ),
    Layout(
        "gradient_descent.plane",
        rows=(
            row(
                cell(lambda: FieldView(tr("Height: click to put the ball"), "plane")),
                cell(lambda: FieldView(tr("Basins: where every start ends"), "basins")),
                stretch=5,
            ),
            row(
                cell(lambda: ChartView(tr("How low, over the steps"), "heights")),
                cell(
                    lambda: TableView(tr("Gradient at the pointer"), "gradient"),
                    lambda: TableView(tr("Race"), "race"),
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "gradient_descent.schedules",
        rows=(
            row(
                cell(lambda: ChartView(tr("Three ways down"), "function"), stretch=5),
                cell(
                    lambda: TableView(tr("Where they are"), "places"),
                    lambda: TableView(
                        tr("The same from torch"), "torch", tr("Here torch.optim.SGD will go the same ways.")
                    ),
                    stretch=4,
                ),
                stretch=3,
            ),
            row(
                cell(lambda: ChartView(tr("Parameter"), "parameter")),
                cell(lambda: ChartView(tr("Gradient"), "gradient")),
                cell(lambda: ChartView(tr("Learning rate"), "rate")),
                stretch=2,
            ),
        ),
    ),
    Layout(
        "gradient_descent.grid",
        rows=(
            row(
                cell(
                    lambda: ChartView(
                        tr("From 50 starts"),
                        "starts",
                        tr("Here you will see where 50 descents from different starts end.\nPress Run."),
                    )
                ),
                cell(
                    lambda: ChartView(
                        tr("With 50 learning rates"),
                        "rates",
                        tr("Here you will see where 50 descents with different learning rates end.\nPress Run."),
                    )
                ),
                stretch=2,
            ),
            row(
                cell(
                    lambda: FieldView(
                        tr("Rates × steps: click a cell to watch its descent"),
                        "heat",
                        tr("Here you will see where 2,000 descents end, by learning rate and steps.\nPress Run."),
                    )
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "gradient_descent.vanishing",
        rows=(
            row(
                cell(lambda: ChartView(tr("Gradients of the network, layer by layer"), "norms"), stretch=4),
                cell(lambda: ChartView(tr("A chain of layers: drag the ball"), "curve"), stretch=3),
                stretch=1,
            ),
            row(
                cell(
                    lambda: ChartView(tr("What multiplies the gradient"), "factors"),
                    lambda: ChartView(tr("The signal on its way forward"), "signals"),
                    stretch=4,
                ),
                cell(
                    lambda: TableView(tr("In numbers"), "numbers"),
                    lambda: TableView(tr("On the curve"), "step"),
                    lambda: TableView(tr("torch"), "torch", tr("Here torch will compute the same gradients.")),
                    stretch=3,
                ),
                stretch=1,
            ),
        ),
    ),
    Layout(
        "gradient_descent.dimensions",
        rows=(
            row(
                cell(lambda: ChartView(tr("How many of the flat places are minima"), "share"), stretch=4),
                cell(lambda: FieldView(tr("In two dimensions: click to put the ball"), "saddle"), stretch=3),
                stretch=4,
            ),
            row(
                cell(
                    lambda: ChartView(tr("Their curvatures: all eigenvalues"), "spectrum"),
                    stretch=5,
                ),
                cell(
                    lambda: TableView(
                        tr("In numbers"), "numbers", tr("Here the counts of each dimension will appear.\nPress Run.")
                    ),
                    lambda: TableView(tr("Saddle"), "point"),
                    stretch=6,
                ),
                stretch=3,
            ),
        ),
    ),
)
