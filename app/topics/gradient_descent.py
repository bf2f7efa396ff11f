"""Gradient descent, where it can be seen."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import chart, code, field, table, torch_check

PAGES: tuple[Layout, ...] = (
    Layout(
        "gradient_descent.line",
        rows=(
            row(
                cell(chart("The function: click to put the ball", "function"), stretch=4),
                cell(
                    chart("Its derivative", "derivative"),
                    table("Zeros of the derivative", "zeros"),
                    stretch=3,
                ),
                stretch=3,
            ),
            row(
                cell(
                    chart("Parameter over the steps", "steps"),
                    chart("Gradient over the steps", "gradients"),
                ),
                cell(
                    chart("Where many random starts are", "ends"),
                    table("One step in numbers", "numbers"),
                    code(),
                ),
                stretch=2,
            ),
        ),
    ),
    Layout(
        "gradient_descent.plane",
        rows=(
            row(
                cell(field("Height: click to put the ball", "plane")),
                cell(field("Basins: where every start ends", "basins")),
                stretch=5,
            ),
            row(
                cell(chart("How low, over the steps", "heights")),
                cell(
                    table("Gradient at the pointer", "gradient"),
                    table("Race", "race"),
                    code(),
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "gradient_descent.schedules",
        rows=(
            row(
                cell(chart("Three ways down", "function"), stretch=5),
                cell(
                    table("Where they are", "places"),
                    torch_check(),
                    code(),
                    stretch=4,
                ),
                stretch=3,
            ),
            row(
                cell(chart("Parameter", "parameter")),
                cell(chart("Gradient", "gradient")),
                cell(chart("Learning rate", "rate")),
                stretch=2,
            ),
        ),
    ),
    Layout(
        "gradient_descent.grid",
        rows=(
            row(
                cell(
                    chart(
                        "From 50 starts",
                        "starts",
                        "Here you will see where 50 descents from different starts end.\nPress Run.",
                    )
                ),
                cell(
                    chart(
                        "With 50 learning rates",
                        "rates",
                        "Here you will see where 50 descents with different learning rates end.\nPress Run.",
                    )
                ),
                stretch=2,
            ),
            row(
                cell(
                    field(
                        "Rates × steps: click a cell to watch its descent",
                        "heat",
                        "Here you will see where 2,000 descents end, by learning rate and steps.\nPress Run.",
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
                cell(chart("Gradients of the network, layer by layer", "norms"), stretch=4),
                cell(chart("A chain of layers: drag the ball", "curve"), stretch=3),
                stretch=1,
            ),
            row(
                cell(
                    chart("What multiplies the gradient", "factors"),
                    chart("The signal on its way forward", "signals"),
                    stretch=4,
                ),
                cell(
                    table("In numbers", "numbers"),
                    table("On the curve", "step"),
                    torch_check(),
                    code(),
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
                cell(chart("How many of the flat places are minima", "share"), stretch=4),
                cell(field("In two dimensions: click to put the ball", "saddle"), stretch=3),
                stretch=4,
            ),
            row(
                cell(
                    chart("Their curvatures: all eigenvalues", "spectrum"),
                    stretch=5,
                ),
                cell(
                    table("In numbers", "numbers", "Here the counts of each dimension will appear.\nPress Run."),
                    table("Saddle", "point"),
                    code(),
                    stretch=6,
                ),
                stretch=3,
            ),
        ),
    ),
)
