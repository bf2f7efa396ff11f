"""Networks of the papers: what they are made of, and what they cost."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import bars, code, numbers, table, torch_check
from app.views.strip import StripView

ARCHITECTURES: tuple[Layout, ...] = (
    Layout(
        "zoo.vgg",
        rows=(
            row(cell(lambda: StripView(tr("Network: click a layer"))), stretch=0),
            row(
                cell(
                    table("The table: click a layer", "paper"),
                    table("Layer by layer", "layers"),
                    table("Errors", "compared"),
                    torch_check(),
                    code(),
                    stretch=3,
                ),
                cell(numbers(), bars("Where it is", "shares"), stretch=2),
            ),
        ),
    ),
)
