"""What a unit wants to see, what an answer hangs on, and small changes that turn it."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import chart, code, image_rows, pictures, sheet, strip, table
from app.views.sketch import SketchView

PAGES = (
    Layout(
        "cnn.maximise",
        rows=(
            row(cell(strip("Network: click a layer")), stretch=0),
            row(
                cell(
                    image_rows(
                        "What each unit wants to see",
                        "wanted",
                        "Here an image will grow for each unit, from noise.\nPress Run, or click a layer.",
                    ),
                    stretch=8,
                ),
                cell(
                    chart("The climb", "climb", "Here the activations will climb.\nPress Run to start."),
                    table("Units", "units", "Here each unit will stand before and after.\nPress Run to start."),
                    stretch=7,
                ),
                stretch=9,
            ),
            row(
                cell(
                    pictures("Changed a little", "nudge", "Pick a test image, or draw: it will stand here, changed."),
                    pictures("What the answer hangs on", "reasons", "Pick a test image, or draw one."),
                    stretch=10,
                ),
                cell(
                    chart("Drag ε: all images", "all_tests", "Here curves will stand.\nPress Run to start."),
                    chart("Drag ε: this image", "this_one", "Pick a test image, or draw one."),
                    table("Numbers", "numbers", "Here it will stand from where on answers change."),
                    code(),
                    stretch=7,
                ),
                cell(sheet(), lambda: SketchView(tr("Draw")), stretch=4),
                stretch=11,
            ),
        ),
    ),
)
