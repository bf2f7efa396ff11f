"""Bars in noise, and what the network says of lines between."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    BATCHES,
    chart,
    code,
    confusion,
    feature_maps,
    kernels,
    loss_and_accuracy,
    numbers,
    pictures,
    sheet,
    strip,
)

PAGES = (
    Layout(
        "cnn.orientation",
        rows=(
            row(cell(strip()), stretch=0),
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
                    feature_maps("The picked line", "line"),
                    feature_maps("A bar of the test", "test"),
                    stretch=10,
                ),
                stretch=11,
            ),
            row(
                cell(numbers(), confusion("test"), stretch=11),
                cell(
                    sheet(),
                    kernels(),
                    code(),
                    stretch=10,
                ),
                stretch=9,
            ),
        ),
    ),
)
