"""One image through one network, number by number."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import code, matrices, numbers, pictures, strip, table, torch_check

_NONE = "Here stands the arithmetic of a number; a pixel has none."
_SOON = "Here pictures will appear as soon as torch is loaded."

PAGES = (
    Layout(
        "cnn.by_layer",
        rows=(
            row(cell(strip("Network: click a layer")), stretch=0),
            row(
                cell(
                    pictures(
                        "What it is made of",
                        "before",
                        "Here stands what the number is made of. A pixel is made of nothing.",
                    ),
                    stretch=11,
                ),
                cell(pictures("Its layer: click any number", "here", _SOON), stretch=9),
                cell(
                    pictures(
                        "What it goes into",
                        "after",
                        "Here stands what the number goes into. Nothing follows the probabilities.",
                    ),
                    stretch=9,
                ),
                stretch=11,
            ),
            row(
                cell(
                    matrices("Taken apart", "apart", _NONE),
                    table("Its terms", "terms", _NONE),
                    numbers(),
                    torch_check(),
                    code(),
                    stretch=20,
                ),
                cell(
                    table("Forwards", "uses", _SOON),
                    table("From pixel to answer", "path", _SOON),
                    pictures("In the image", "image", _SOON),
                    stretch=14,
                ),
                stretch=9,
            ),
        ),
    ),
)
