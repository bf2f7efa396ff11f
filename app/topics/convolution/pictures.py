"""Kernels on photographs."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.code.view import CodeView
from app.views.matrices.view import MatricesView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView

PICTURES: tuple[Layout, ...] = (
    Layout(
        "convolution.kernels",
        rows=(
            row(
                cell(
                    lambda: PicturesView(
                        tr("The picture and what the kernel makes of it"),
                        "filtered",
                        tr("Here pictures will appear as soon as torch is loaded."),
                    )
                ),
                stretch=5,
            ),
            row(
                cell(lambda: MatricesView(tr("Kernel: type into its cells"), "kernel"), stretch=7),
                cell(lambda: MatricesView(tr("This pixel, taken apart"), "apart"), stretch=16),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: CodeView(tr("PyTorch"), "code"),
                    stretch=13,
                ),
                stretch=3,
            ),
        ),
    ),
    Layout(
        "convolution.colour",
        rows=(
            row(
                cell(
                    lambda: PicturesView(
                        tr("What each plane adds"), "sums", tr("Here pictures will appear as soon as torch is loaded.")
                    ),
                    lambda: PicturesView(
                        tr("All channels"), "channels", tr("Here pictures will appear as soon as torch is loaded.")
                    ),
                ),
                stretch=5,
            ),
            row(
                cell(lambda: MatricesView(tr("The first kernel: type into its cells"), "kernel"), stretch=12),
                cell(
                    lambda: TableView(tr("Shapes"), "shapes"),
                    lambda: TableView(tr("This pixel"), "apart"),
                    lambda: CodeView(tr("PyTorch"), "code"),
                    stretch=14,
                ),
                stretch=3,
            ),
        ),
    ),
)
