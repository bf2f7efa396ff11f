"""Devices, in the order of their lessons."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import bars, chart, code, numbers, table, torch_check

_TIMES = "Here a curve will grow, size by size.\nPress Run."
_SOON = "Here torch will say it, as soon as it is loaded."

PAGES: tuple[Layout, ...] = (
    Layout(
        "gpu.device",
        rows=(
            row(
                cell(table("What goes together: click", "together"), stretch=6),
                cell(bars("What lies where", "lying"), stretch=5),
                stretch=4,
            ),
            row(
                cell(
                    table("The error, read together", "sentence"), table("Devices of this computer", "devices", _SOON)
                ),
                stretch=5,
            ),
            row(cell(numbers(), torch_check(), code(), code("Mended", "mended")), stretch=5),
        ),
    ),
    Layout(
        "gpu.pays",
        rows=(
            row(
                cell(chart("Time of one call", "times", _TIMES), stretch=6),
                cell(chart("What is gained", "gains", _TIMES), chart("Cores at work", "clocks", _TIMES), stretch=5),
                stretch=6,
            ),
            row(
                cell(numbers(), table("Timed wrongly", "mistakes"), code(), stretch=1),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "gpu.move",
        rows=(
            row(
                cell(table("What is where", "places"), stretch=7),
                cell(code(), stretch=6),
                stretch=6,
            ),
            row(
                cell(
                    table("Results come back", "fetched"),
                    numbers(),
                    table("What torch says", "said", _SOON),
                    torch_check(),
                ),
                stretch=5,
            ),
        ),
    ),
)
