"""Well-known networks, adapted to small images, while they learn."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import BATCHES, chart, code, confusion, layer_tree, loss_and_accuracy, table
from app.views.maps import FeatureMapsView
from app.views.sheet import SheetView

PAGES = (
    Layout(
        "zoo.train",
        rows=(
            row(
                cell(loss_and_accuracy(*BATCHES), stretch=11),
                cell(
                    table("Adapted", "changed"),
                    lambda: FeatureMapsView(tr("Feature maps"), "test"),
                    layer_tree("Modules", "network", "Here all modules will stand.\nPress Run to start."),
                    stretch=10,
                ),
                stretch=11,
            ),
            row(
                cell(
                    table("All networks", "networks"),
                    confusion("test"),
                    table("Numbers", "numbers", "Here it will stand what the network costs.\nPress Run to start."),
                    stretch=11,
                ),
                cell(
                    chart("Accuracy against cost", "plane"),
                    lambda: SheetView(tr("Test images"), "test"),
                    code(),
                    stretch=10,
                ),
                stretch=10,
            ),
        ),
    ),
)
