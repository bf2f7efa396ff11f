"""What a deep output sees of the input."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView

RECEPTIVE: tuple[Layout, ...] = (
    Layout(
        "convolution.receptive_field",
        rows=(
            row(
                cell(
                    lambda: PicturesView(
                        tr("What one output sees: what is possible, and what matters"),
                        "fields",
                        tr("Here the input and its gradient will be seen."),
                    ),
                    stretch=13,
                ),
                cell(lambda: ChartView(tr("Receptive field against depth"), "growth"), stretch=8),
                stretch=9,
            ),
            row(
                cell(lambda: TableView(tr("Layer by layer"), "layers"), stretch=13),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: CodeView(tr("PyTorch"), "code"),
                    stretch=8,
                ),
                stretch=7,
            ),
        ),
    ),
)
