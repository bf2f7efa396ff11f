"""Bars in noise, and what the network says of lines between."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import BATCHES, chart, code, confusion, loss_and_accuracy, numbers, pictures
from app.views.maps import FeatureMapsView, KernelsView
from app.views.sheet import SheetView
from app.views.strip import StripView

PAGES = (
    Layout(
        "cnn.orientation",
        rows=(
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(
                cell(
                    chart(
                        "Over the angle: click there",
                        "by_angle",
                        "Here it will stand what the networks say of lines of each angle.\nPress Run to start.",
                    ),
                    chart("Over the slope", "by_slope", "Here the same answers will stand over the slope."),
                    loss_and_accuracy(*BATCHES),
                    stretch=11,
                ),
                cell(
                    pictures("Thin lines", "lines_course"),
                    pictures("Lines like the bars", "lines_like"),
                    lambda: FeatureMapsView(tr("The picked line"), "line"),
                    lambda: FeatureMapsView(tr("A bar of the test"), "test"),
                    stretch=10,
                ),
                stretch=11,
            ),
            row(
                cell(numbers(), confusion("test"), stretch=11),
                cell(
                    lambda: SheetView(tr("Test images"), "test"),
                    lambda: KernelsView(tr("Kernels")),
                    code(),
                    stretch=10,
                ),
                stretch=9,
            ),
        ),
    ),
)
