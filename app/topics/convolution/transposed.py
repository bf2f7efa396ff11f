"""From few numbers to many."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.code.view import CodeView
from app.views.matrices.view import MatricesView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView

TRANSPOSED: tuple[Layout, ...] = (
    Layout(
        "convolution.transposed",
        rows=(
            row(
                cell(
                    lambda: MatricesView(tr("Stamp by stamp"), "stamping"),
                    lambda: MatricesView(tr("There and back: no inverse"), "back"),
                    lambda: PicturesView(tr("Why transposed: the matrix"), "matrix"),
                    lambda: MatricesView(tr("y = Cᵀ · x"), "equation"),
                ),
                stretch=8,
            ),
            row(
                cell(lambda: PicturesView(tr("Stamps, and where they meet"), "pictures"), stretch=11),
                cell(
                    lambda: TableView(tr("Sizes"), "arithmetic"),
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: TableView(tr("By torch"), "check", tr("Here torch will say its numbers.")),
                    lambda: CodeView(tr("PyTorch"), "code"),
                    stretch=10,
                ),
                stretch=7,
            ),
        ),
    ),
)
