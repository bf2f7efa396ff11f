"""How good a network is, and how one knows."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import Curve, Plot, bars, chart, code, confusion, curves, losses, matrices, numbers, sheet, table

EPOCHS = curves(
    "Accuracy beside what it hides",
    losses(Curve("train_loss", "training", 0), Curve("test_loss", "test", 1)),
    Plot(
        "Measures",
        "test images",
        "",
        (
            Curve("test_accuracy", "test accuracy", 1),
            Curve("macro_f1", "macro F1", 2),
            Curve("rare_recall", "recall of the rare class", 3),
        ),
        share=True,
    ),
)
SKLEARN = table("By scikit-learn", "check", "Here scikit-learn and torch will check the numbers.")
SCIPY = table("By SciPy", "check", "Here SciPy will check the numbers.")

PAGES: tuple[Layout, ...] = (
    Layout(
        "measures.confusion",
        rows=(
            row(cell(matrices("The matrix: click a cell and type", "confusion")), stretch=9),
            row(
                cell(bars("Class by class", "per_class"), stretch=6),
                cell(numbers(), table("Averages", "averages"), SKLEARN, code(), stretch=7),
                stretch=10,
            ),
        ),
    ),
    Layout(
        "measures.threshold",
        rows=(
            row(
                cell(
                    chart(
                        "Scores: click to move the threshold",
                        "scores",
                        "Here the network will be trained, which takes a moment.",
                    ),
                    stretch=6,
                ),
                cell(
                    chart("ROC curve", "roc", "Here the network will be trained, which takes a moment."),
                    chart("Precision and recall", "precision_recall"),
                    matrices("Confusion matrix", "confusion"),
                    stretch=5,
                ),
                stretch=5,
            ),
            row(
                cell(
                    chart(
                        "What errors cost: click",
                        "costs",
                        "Here the network will be trained, which takes a moment.",
                    ),
                    chart("Calibration", "calibration"),
                    code("Training", "training"),
                    stretch=5,
                ),
                cell(
                    table(
                        "At the threshold", "at_threshold", "Here the network will be trained, which takes a moment."
                    ),
                    numbers("Areas"),
                    SKLEARN,
                    code(),
                    stretch=6,
                ),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "measures.unequal",
        rows=(
            row(
                cell(EPOCHS, stretch=6),
                cell(
                    table(
                        "What accuracy hides",
                        "numbers",
                        "Here accuracy will stand beside recall and F1.\nPress Run.",
                    ),
                    code(),
                    stretch=5,
                ),
                stretch=5,
            ),
            row(
                cell(bars("Class by class", "per_class"), stretch=6),
                cell(confusion("test"), sheet(), stretch=5),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "measures.time",
        rows=(
            row(cell(bars("Three clocks, the same work", "clocks")), stretch=5),
            row(
                cell(chart("More threads", "threads"), chart("Repeat by repeat", "repeats"), stretch=1),
                cell(numbers(), code("Code"), stretch=1),
                stretch=6,
            ),
        ),
    ),
    Layout(
        "measures.chance",
        rows=(
            row(
                cell(chart("What luck gives", "luck"), stretch=6),
                cell(chart("The interval over the number of examples", "interval"), stretch=5),
                stretch=4,
            ),
            row(
                cell(
                    chart("Two networks, seed by seed", "seeds"),
                    chart("If every sign were chance", "signs"),
                    stretch=5,
                ),
                cell(numbers("One accuracy"), table("Two networks", "paired"), SCIPY, code("SciPy"), stretch=6),
                stretch=5,
            ),
        ),
    ),
)
