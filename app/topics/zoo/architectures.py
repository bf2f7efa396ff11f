"""Networks of the papers: what they are made of, and what they cost."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import bars, chart, code, graph, layer_tree, numbers, table, torch_check
from app.views.strip import StripView

_SOON = "Here the network will appear as soon as torch is loaded."

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
                    stretch=14,
                ),
                cell(numbers(), bars("Where it is", "shares"), stretch=8),
            ),
        ),
    ),
    Layout(
        "zoo.networks",
        rows=(
            row(
                cell(layer_tree("Modules: click one", "network", _SOON), numbers(), torch_check(), code(), stretch=10),
                cell(chart("Accuracy against cost: click a network", "plane"), stretch=11),
                stretch=5,
            ),
            row(
                cell(graph("Inside of the module", "block", _SOON), table("All networks", "compared")),
                stretch=3,
            ),
        ),
    ),
)
