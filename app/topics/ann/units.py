"""One unit, its functions, and how a gradient comes back."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import bars, chart, code, field, graph, numbers, table, torch_check

UNITS: tuple[Layout, ...] = (
    Layout(
        "ann.perceptron",
        rows=(
            row(cell(graph("The unit: drag what has a slider", "unit"))),
            row(
                cell(field("All inputs", "plane"), stretch=16),
                cell(
                    table("This step", "step"),
                    table("Four cases", "cases"),
                    table("Can a line do it?", "line"),
                    stretch=23,
                ),
                cell(
                    chart("Progress", "progress"),
                    chart("Weights", "weights"),
                    stretch=12,
                ),
            ),
        ),
    ),
    Layout(
        "ann.activations",
        rows=(
            row(
                cell(chart("The function: point at a place", "functions")),
                cell(chart("Its derivative: the slope", "slopes")),
                stretch=6,
            ),
            row(
                cell(chart("What comes back through k layers", "gradients"), stretch=5),
                cell(
                    numbers(),
                    torch_check(),
                    code(),
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
                cell(chart("The loss: drag the prediction", "losses")),
                cell(chart("Its slope", "slopes")),
                stretch=5,
            ),
            row(
                cell(bars("A batch: drag targets and predictions", "batch"), stretch=9),
                cell(
                    numbers(),
                    torch_check(),
                    code(),
                    stretch=5,
                ),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "ann.backpropagation",
        rows=(
            row(cell(graph("The calculation: drag what has a slider", "network")), stretch=7),
            row(
                cell(
                    table("This stage", "stage"),
                    table("All numbers", "all"),
                    table("Along each path", "paths"),
                    table("The same in PyTorch", "check"),
                    code("As a program"),
                    chart("The step", "step"),
                ),
                stretch=4,
            ),
        ),
    ),
)
