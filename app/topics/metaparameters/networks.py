"""What a network is made of and fed with."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    TEST,
    TRAINING,
    Make,
    bars,
    chart,
    code,
    loss_and_accuracy,
    matrices,
    numbers,
    table,
)


def _compared() -> tuple[Make, ...]:
    """Show the kinds side by side, as bars and as a table."""
    return (
        bars(
            "Side by side",
            "compared",
            "Here all kinds will be compared over seeds, when the run has ended.\nPress Run.",
        ),
        table(
            "Compared", "compared", "Here each kind gets its interval over seeds, when the run has ended.\nPress Run."
        ),
    )


def _by_torch() -> Make:
    return table("By torch", "check", "Here torch will check the numbers, when the run has ended.\nPress Run.")


CURVES = loss_and_accuracy(TRAINING, TEST)
RESULTS = cell(numbers(), *_compared(), code(), stretch=7)
"""Wide enough for the comparison: all of its columns at 1366 × 768."""
NETWORKS: tuple[Layout, ...] = (
    Layout(
        "metaparameters.activations",
        rows=(
            row(
                cell(chart("Where the sums lie, and the slope there", "sums"), stretch=6),
                cell(table("Layer by layer", "layers"), stretch=6),
                stretch=5,
            ),
            row(cell(CURVES, stretch=5), RESULTS, stretch=6),
        ),
    ),
    Layout(
        "metaparameters.batch_norm",
        rows=(
            row(
                cell(matrices("One batch: click a cell and type", "batch"), stretch=6),
                cell(
                    table("Number by number", "statistics"),
                    _by_torch(),
                    code("One batch", "by_hand"),
                    stretch=6,
                ),
                stretch=5,
            ),
            row(cell(CURVES, chart("What layer 1 keeps", "kept"), stretch=5), RESULTS, stretch=6),
        ),
    ),
    Layout(
        "metaparameters.loss",
        rows=(
            row(
                cell(
                    chart("One logit: click", "extremes"),
                    chart("A softmax too many", "margins"),
                    chart("Gradients", "slopes"),
                    stretch=6,
                ),
                cell(
                    table("One logit", "one_logit"),
                    table("Several", "logits"),
                    _by_torch(),
                    code("By hand", "by_hand"),
                    stretch=6,
                ),
                stretch=6,
            ),
            row(cell(loss_and_accuracy(TRAINING, TEST, loss="as chosen", unit=""), stretch=5), RESULTS, stretch=5),
        ),
    ),
    Layout(
        "metaparameters.normalisation",
        rows=(
            row(
                cell(chart("What comes to the network", "columns"), table("Columns", "columns"), stretch=6),
                cell(
                    table("One column", "by_ways"),
                    table(
                        "By scikit-learn",
                        "check",
                        "Here scikit-learn will check the numbers, when the run has ended.\nPress Run.",
                    ),
                    code("By hand", "by_hand"),
                    stretch=6,
                ),
                stretch=6,
            ),
            row(cell(CURVES, stretch=5), RESULTS, stretch=5),
        ),
    ),
)
