"""The maths that deep learning stands on."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import bars, cells, chart, code, field, matrices, numbers, table, torch_check

PAGES: tuple[Layout, ...] = (
    Layout(
        "maths.life",
        rows=(
            row(
                cell(cells("Cells: draw with the mouse", "life"), stretch=3),
                cell(chart("Population", "population"), stretch=2),
                stretch=9,
            ),
            row(
                cell(matrices("The rule, at the cell under the pointer", "rule"), stretch=13),
                cell(numbers(), stretch=7),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "maths.encoding",
        rows=(
            row(
                cell(matrices("There: categories to numbers", "encoded"), stretch=4),
                cell(matrices("And back: numbers to categories", "decoded"), stretch=3),
                stretch=5,
            ),
            row(
                cell(table("Shapes, and the column of ones", "shapes"), stretch=4),
                cell(
                    table("Distances", "distances"),
                    table(
                        "The same from torch and scikit-learn",
                        "check",
                        "Here torch and scikit-learn will check the encodings.",
                    ),
                    code(),
                    stretch=3,
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "maths.softmax",
        rows=(
            row(cell(bars("From scores to shares", "softmax")), stretch=4),
            row(
                cell(chart("Shares over the temperature", "temperature"), stretch=5),
                cell(
                    table("Overflow", "stability"),
                    torch_check(),
                    code(),
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
                cell(chart("What a probability costs", "punishment"), stretch=3),
                cell(chart("exp and log are mirror images", "inverse"), stretch=2),
                stretch=3,
            ),
            row(
                cell(table("A product of many probabilities", "products"), stretch=6),
                cell(
                    numbers(),
                    torch_check(),
                    code(),
                    stretch=7,
                ),
                stretch=2,
            ),
        ),
    ),
    Layout(
        "maths.entropy",
        rows=(
            row(cell(bars("Probability, surprise, entropy", "distribution")), stretch=2),
            row(
                cell(chart("Where entropy is largest", "curve"), stretch=5),
                cell(
                    numbers(),
                    table("The same from SciPy and torch", "check"),
                    code(),
                    stretch=6,
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "maths.cross_entropy",
        rows=(
            row(cell(bars("What happens, and what was predicted", "distributions")), stretch=2),
            row(
                cell(chart("The loss", "loss"), stretch=2),
                cell(
                    numbers(),
                    torch_check(),
                    code(),
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
                cell(chart("The function and its tangent", "function")),
                cell(chart("Its derivative: the slope", "derivative")),
                stretch=3,
            ),
            row(
                cell(chart("Error of finite differences over the step", "error")),
                cell(
                    table("The slope at x", "numbers"),
                    table("torch, for comparison", "autograd", "Here torch will check the slope."),
                ),
                stretch=2,
            ),
        ),
    ),
    Layout(
        "maths.products",
        rows=(
            row(cell(matrices("The product, cell by cell", "product")), stretch=5),
            row(
                cell(
                    field("Length and angle", "plane", "Here the two vectors of a dot product\nare seen as arrows."),
                    stretch=4,
                ),
                cell(
                    numbers(),
                    table("The same from torch and NumPy", "check", "Here torch and NumPy will check the product."),
                    code(),
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
                cell(chart("The law of large numbers", "law")),
                cell(chart("Means of many samples", "means")),
                stretch=4,
            ),
            row(
                cell(chart("The p of many t-tests", "p_values"), stretch=2),
                cell(
                    table("Mean and variance", "numbers"),
                    table("t-test", "test", "Here two samples will be compared.\nPress Run to draw them."),
                    table("Seeds", "seeds"),
                    stretch=3,
                ),
                stretch=3,
            ),
        ),
    ),
)
