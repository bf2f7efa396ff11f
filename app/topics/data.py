"""Data: what a network is given, and what that does to it."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import bars, chart, code, field, numbers, table, torch_check

SKLEARN = table("By scikit-learn", "check", "Here scikit-learn and SciPy will check the numbers.")

PAGES: tuple[Layout, ...] = (
    Layout(
        "data.tensors",
        rows=(
            row(
                cell(numbers("Step by step"), code(), stretch=7),
                cell(field("The labels of each batch", "batches"), stretch=5),
                stretch=6,
            ),
            row(
                cell(table("What layer and losses say", "verdicts"), stretch=7),
                cell(table("float64 and float32", "precision"), torch_check(), stretch=6),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "data.outliers",
        rows=(
            row(
                cell(chart("The points and the fits", "fit"), stretch=6),
                cell(chart("Further and further out: drag", "farther"), stretch=5),
                stretch=6,
            ),
            row(
                cell(table("What each rule finds", "rules"), table("Scaling", "scalings"), code("Python"), stretch=6),
                cell(numbers("What the fits are worth"), bars("After scaling", "scaled"), SKLEARN, stretch=5),
                stretch=4,
            ),
        ),
    ),
)
"""In the order of the course."""
