"""A picture through a network that others trained."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import bars, chart, code, layer_tree, numbers, pictures, table, torch_check
from app.views.maps import FeatureMapsView

_SOON = "Here it will appear as soon as torch is loaded."

PAGES = (
    Layout(
        "zoo.run",
        rows=(
            row(
                cell(pictures("The picture, and where in it an answer is seen", "seen", _SOON), stretch=5),
                cell(bars("The five best answers", "answers", _SOON), numbers(), stretch=3),
                stretch=8,
            ),
            row(
                cell(lambda: FeatureMapsView(tr("What a layer makes of it"), "layer", tr(_SOON)), stretch=1),
                cell(
                    chart("Time of each part", "times", _SOON),
                    table("Parts", "times", _SOON),
                    layer_tree("Layers: click one", "network", _SOON),
                    torch_check(),
                    code(),
                    stretch=1,
                ),
                stretch=9,
            ),
        ),
    ),
)
