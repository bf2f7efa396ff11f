"""A convolutional network that learns digits."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import BATCHES, code, confusion, loss_and_accuracy
from app.views.maps import FeatureMapsView, KernelsView
from app.views.sheet import SheetView
from app.views.strip import StripView

PAGES = (
    Layout(
        "cnn.mnist",
        rows=(
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(
                cell(loss_and_accuracy(*BATCHES), stretch=11),
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
