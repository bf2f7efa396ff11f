"""Convolutional networks."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.confusion import ConfusionView
from app.views.curves import CurvesView, Panel, Series
from app.views.maps import FeatureMapsView, KernelsView
from app.views.sheet import SheetView
from app.views.strip import StripView


def _curves() -> CurvesView:
    each, epoch, test = tr("train, each batch"), tr("train, each epoch"), tr("test, each epoch")
    loss = Panel(
        tr("Loss"),
        tr("cross-entropy"),
        tr("nats"),
        (
            Series("batch", "train_loss", each, "thin line", 0),
            Series("epoch", "train_loss", epoch, "line + marker", 2),
            Series("epoch", "test_loss", test, "line + marker", 1),
        ),
    )
    accuracy = Panel(
        tr("Accuracy"),
        tr("right answers"),
        "%",
        (
            Series("batch", "train_accuracy", each, "thin line", 0),
            Series("epoch", "train_accuracy", epoch, "line + marker", 2),
            Series("epoch", "test_accuracy", test, "line + marker", 1),
        ),
        y_range=(0.0, 100.0),
        scale=100.0,
    )
    return CurvesView(tr("Loss and accuracy"), "curves", (loss, accuracy))


PAGES = (
    Layout(
        "cnn.mnist",
        rows=(
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(
                cell(_curves, stretch=11),
                cell(
                    lambda: FeatureMapsView(tr("Feature maps"), "test"),
                    lambda: KernelsView(tr("Kernels")),
                    stretch=10,
                ),
            ),
            row(
                cell(lambda: ConfusionView(tr("Confusion matrix"), "test"), stretch=11),
                cell(lambda: SheetView(tr("Test images"), "test"), stretch=10),
            ),
        ),
        result="test_accuracy",
        result_words=lambda share: tr("test accuracy {share} %", share=share),
    ),
)
