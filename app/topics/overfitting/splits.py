"""Splits: which rows are learned from, and which are kept back."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import bars, chart, code, confusion, field, numbers, table, torch_check

SKLEARN = table("The same from scikit-learn", "check", "Here scikit-learn will check the numbers.")

SPLITS: tuple[Layout, ...] = (
    Layout(
        "overfitting.fit",
        rows=(
            row(
                cell(chart("The fit, and fits to other redraws", "fit"), stretch=6),
                cell(chart("Errors: click to choose an order", "errors"), stretch=5),
                stretch=6,
            ),
            row(
                cell(chart("Bias and variance over the order", "parts"), code(), stretch=6),
                cell(table("When is it harmless?", "asked"), numbers(), torch_check(), stretch=5),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "overfitting.split",
        rows=(
            row(
                cell(field("The rows, in the colour of their part", "rows"), stretch=6),
                cell(numbers(), SKLEARN, code("Python"), stretch=5),
                stretch=6,
            ),
            row(
                cell(bars("The parts: drag a share", "parts"), stretch=6),
                cell(table("All ways to divide them", "ways"), stretch=5),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "overfitting.cross_validation",
        rows=(
            row(
                cell(chart("Each fold over the epochs", "curves"), stretch=6),
                cell(chart("The folds, and the steps between", "folds"), stretch=5),
                stretch=6,
            ),
            row(
                cell(field("When each row is tested", "rows"), confusion("rows", "rows"), stretch=6),
                cell(numbers(), code(), stretch=5),
                stretch=6,
            ),
        ),
    ),
    Layout(
        "overfitting.leak",
        rows=(
            row(
                cell(chart("Both over the epochs", "curves"), stretch=6),
                cell(numbers("Honest and leaking"), code(), stretch=5),
                stretch=6,
            ),
            row(
                cell(chart("Seed by seed", "seeds"), stretch=6),
                cell(table("What is done", "rows"), stretch=5),
                stretch=5,
            ),
        ),
    ),
)
