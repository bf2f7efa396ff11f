"""How good a network is, and how one knows."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import Make, bars, chart, code, confusion, matrices, numbers, table
from app.views.base import View
from app.views.curves import CurvesView, Panel, Series
from app.views.sheet import SheetView


def _epochs() -> Make:
    """Show loss, and accuracy beside what it hides, epoch by epoch."""

    def make() -> View:
        losses = (
            Series("epoch", "train_loss", tr("training"), "line + marker", 0),
            Series("epoch", "test_loss", tr("test"), "line + marker", 1),
        )
        shares = (
            Series("epoch", "test_accuracy", tr("test accuracy"), "line + marker", 1),
            Series("epoch", "macro_f1", tr("macro F1"), "line + marker", 2),
            Series("epoch", "rare_recall", tr("recall of the rare class"), "line + marker", 3),
        )
        panels = (
            Panel(tr("Loss"), tr("cross-entropy"), tr("nats"), losses),
            Panel(tr("Measures"), tr("test images"), "%", shares, y_range=(0.0, 100.0), scale=100.0),
        )
        return CurvesView(tr("Accuracy beside what it hides"), "curves", panels)

    return make


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
                cell(_epochs(), stretch=6),
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
                cell(confusion("test"), lambda: SheetView(tr("Test images"), "test"), stretch=5),
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
