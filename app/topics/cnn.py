"""Convolutional networks."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import Trace, code, confusion, loss_and_accuracy
from app.views.maps import FeatureMapsView, KernelsView
from app.views.sheet import SheetView
from app.views.strip import StripView

CURVES = loss_and_accuracy(
    Trace("batch", "train", "train, each batch", 0),
    Trace("epoch", "train", "train, mean over the epoch", 2),
    Trace("epoch", "test", "test, after the epoch", 1),
)

PAGES = (
    Layout(
        "cnn.mnist",
        rows=(
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(
                cell(CURVES, stretch=11),
                cell(
                    lambda: FeatureMapsView(tr("Feature maps"), "test"),
                    lambda: KernelsView(tr("Kernels")),
                    stretch=10,
                ),
            ),
            row(
                cell(confusion("test"), stretch=11),
                cell(lambda: SheetView(tr("Test images"), "test"), code(), stretch=10),
            ),
        ),
    ),
)
