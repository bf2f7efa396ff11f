"""From a file to a tensor."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.code.view import CodeView
from app.views.matrices.view import MatricesView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView

TENSORS: tuple[Layout, ...] = (
    Layout(
        "transforms.to_tensor",
        rows=(
            row(
                cell(
                    lambda: PicturesView(
                        tr("Click on a pixel"), "pictures", tr("Here pictures will appear as soon as torch is loaded.")
                    ),
                    lambda: PicturesView(
                        tr("Channels"), "planes", tr("Here pictures will appear as soon as torch is loaded.")
                    ),
                    lambda: PicturesView(
                        tr("Axes confused"), "confused", tr("Here pictures will appear as soon as torch is loaded.")
                    ),
                    stretch=20,
                ),
                cell(
                    lambda: TableView(tr("Before and after"), "facts"),
                    lambda: CodeView(tr("PyTorch"), "code"),
                    stretch=17,
                ),
                stretch=9,
            ),
            row(
                cell(
                    lambda: MatricesView(tr("A few pixels as numbers: point at one"), "patch"),
                    lambda: TableView(tr("One after the other in memory"), "memory"),
                    lambda: TableView(tr("All arrays, all functions"), "every"),
                ),
                stretch=4,
            ),
        ),
    ),
)
