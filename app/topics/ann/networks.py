"""What a network is made of."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import chart, code, numbers, table, units

NETWORKS: tuple[Layout, ...] = (
    Layout(
        "ann.parameters",
        rows=(
            row(
                cell(units("Wide", "wide", counts=True)),
                cell(units("Deep", "deep", counts=True)),
                stretch=5,
            ),
            row(
                cell(
                    numbers("Side by side"),
                    table("Layer by layer", "layers"),
                    table("The same from torchinfo", "check", "Here torchinfo will count."),
                    code(),
                    stretch=5,
                ),
                cell(chart("The same nodes in more layers", "divided"), stretch=4),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "ann.definitions",
        rows=(
            row(
                cell(code("As nn.Sequential", "sequential"), stretch=5),
                cell(code("As a class", "class"), stretch=6),
                stretch=8,
            ),
            row(
                cell(table("What their numbers are called", "names"), stretch=5),
                cell(
                    table("Same numbers, same outputs", "outputs", "Here torch will run both networks."),
                    stretch=6,
                ),
                stretch=5,
            ),
        ),
    ),
)
