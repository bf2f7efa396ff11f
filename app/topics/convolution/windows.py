"""A kernel that travels, number by number, and whether it is turned round."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.code.view import CodeView
from app.views.matrices.view import MatricesView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView

WINDOWS: tuple[Layout, ...] = (
    Layout(
        "convolution.by_number",
        rows=(
            row(cell(lambda: MatricesView(tr("The window travels over the image"), "convolution")), stretch=5),
            row(
                cell(
                    lambda: MatricesView(tr("One number of the output, taken apart"), "apart"),
                    lambda: MatricesView(tr("Image"), "image"),
                    stretch=3,
                ),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: TableView(tr("Odd, even"), "centres"),
                    lambda: TableView(
                        tr("Check"),
                        "torch",
                        tr("At the end of a run torch computes the same numbers.\nPress Run."),
                    ),
                    lambda: CodeView(tr("PyTorch"), "code"),
                    stretch=2,
                ),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "convolution.flip",
        rows=(
            row(
                cell(
                    lambda: PicturesView(
                        tr("What comes back"), "outcome", tr("Here SciPy and torch will answer, once torch is loaded.")
                    )
                ),
                stretch=5,
            ),
            row(
                cell(
                    lambda: PicturesView(tr("Given to both"), "given"),
                    lambda: MatricesView(tr("Kernel: type into its cells"), "kernels"),
                ),
                cell(
                    lambda: TableView(tr("Which equals which"), "comparison"),
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: CodeView(tr("PyTorch"), "code"),
                ),
                stretch=4,
            ),
        ),
    ),
)
