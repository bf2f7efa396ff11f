"""The maths that deep learning stands on."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.cells.view import CellsView
from app.views.chart.view import ChartView
from app.views.columns.view import BarsView
from app.views.field.view import FieldView
from app.views.matrices.view import MatricesView
from app.views.table.view import TableView

PAGES: tuple[Layout, ...] = (
    Layout(
        "maths.life",
        rows=(
            row(
                cell(lambda: CellsView(tr("Cells: draw with the mouse"), "life"), stretch=3),
                cell(lambda: ChartView(tr("Population"), "population"), stretch=2),
                stretch=9,
            ),
            row(
                cell(lambda: MatricesView(tr("The rule, at the cell under the pointer"), "rule"), stretch=13),
                cell(lambda: TableView(tr("Numbers"), "numbers"), stretch=7),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "maths.encoding",
        rows=(
            row(
                cell(lambda: MatricesView(tr("There: categories to numbers"), "encoded"), stretch=4),
                cell(lambda: MatricesView(tr("And back: numbers to categories"), "decoded"), stretch=3),
                stretch=5,
            ),
            row(
                cell(lambda: TableView(tr("Shapes, and the column of ones"), "shapes"), stretch=4),
                cell(
                    lambda: TableView(tr("Distances"), "distances"),
                    lambda: TableView(
                        tr("The same from torch and scikit-learn"),
                        "check",
                        tr("Here torch and scikit-learn will check the encodings."),
                    ),
                    stretch=3,
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "maths.softmax",
        rows=(
            row(cell(lambda: BarsView(tr("From scores to shares"), "softmax")), stretch=4),
            row(
                cell(lambda: ChartView(tr("Shares over the temperature"), "temperature"), stretch=5),
                cell(
                    lambda: TableView(tr("Overflow"), "stability"),
                    lambda: TableView(tr("The same from torch"), "torch"),
                    stretch=6,
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "maths.logarithm",
        rows=(
            row(
                cell(lambda: ChartView(tr("What a probability costs"), "punishment"), stretch=3),
                cell(lambda: ChartView(tr("exp and log are mirror images"), "inverse"), stretch=2),
                stretch=3,
            ),
            row(
                cell(lambda: TableView(tr("A product of many probabilities"), "products"), stretch=6),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: TableView(tr("The same from torch"), "torch"),
                    stretch=7,
                ),
                stretch=2,
            ),
        ),
    ),
    Layout(
        "maths.entropy",
        rows=(
            row(cell(lambda: BarsView(tr("Probability, surprise, entropy"), "distribution")), stretch=2),
            row(
                cell(lambda: ChartView(tr("Where entropy is largest"), "curve"), stretch=5),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: TableView(tr("The same from SciPy and torch"), "check"),
                    stretch=6,
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "maths.cross_entropy",
        rows=(
            row(cell(lambda: BarsView(tr("What happens, and what was predicted"), "distributions")), stretch=2),
            row(
                cell(lambda: ChartView(tr("The loss"), "loss"), stretch=2),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: TableView(tr("The same from torch"), "torch"),
                    stretch=3,
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "maths.derivative",
        rows=(
            row(
                cell(lambda: ChartView(tr("The function and its tangent"), "function")),
                cell(lambda: ChartView(tr("Its derivative: the slope"), "derivative")),
                stretch=3,
            ),
            row(
                cell(lambda: ChartView(tr("Error of finite differences over the step"), "error")),
                cell(
                    lambda: TableView(tr("The slope at x"), "numbers"),
                    lambda: TableView(tr("torch, for comparison"), "autograd", tr("Here torch will check the slope.")),
                ),
                stretch=2,
            ),
        ),
    ),
    Layout(
        "maths.products",
        rows=(
            row(cell(lambda: MatricesView(tr("The product, cell by cell"), "product")), stretch=5),
            row(
                cell(
                    lambda: FieldView(
                        tr("Length and angle"),
                        "plane",
                        tr("Here the two vectors of a dot product\nare seen as arrows."),
                    ),
                    stretch=4,
                ),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: TableView(
                        tr("The same from torch and NumPy"), "check", tr("Here torch and NumPy will check the product.")
                    ),
                    stretch=5,
                ),
                stretch=6,
            ),
        ),
    ),
    Layout(
        "maths.sampling",
        rows=(
            row(
                cell(lambda: ChartView(tr("The law of large numbers"), "law")),
                cell(lambda: ChartView(tr("Means of many samples"), "means")),
                stretch=4,
            ),
            row(
                cell(lambda: ChartView(tr("The p of many t-tests"), "p_values"), stretch=2),
                cell(
                    lambda: TableView(tr("Mean and variance"), "numbers"),
                    lambda: TableView(
                        tr("t-test"), "test", tr("Here two samples will be compared.\nPress Run to draw them.")
                    ),
                    lambda: TableView(tr("Seeds"), "seeds"),
                    stretch=3,
                ),
                stretch=3,
            ),
        ),
    ),
)
