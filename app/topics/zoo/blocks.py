"""Networks with the way past each block and without."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Curve,
    Make,
    accuracies,
    chart,
    code,
    confusion,
    curves,
    graph,
    layer_tree,
    losses,
    numbers,
    sheet,
    table,
)


def _curves(title: str, source: str) -> Make:
    """Show loss and accuracy of all three networks on a source."""

    def each(measure: str) -> tuple[Curve, ...]:
        return (
            Curve(f"residual_{source}_{measure}", "residual", 0),
            Curve(f"plain_{source}_{measure}", "plain", 1),
            Curve(f"shallow_{source}_{measure}", "plain, 8 layers", 2, optional=True),
        )

    return curves(title, losses(*each("loss")), accuracies(*each("accuracy")), name=source, steps="optimiser steps")


PAGES = (
    Layout(
        "zoo.blocks",
        rows=(
            row(
                cell(_curves("In training", "train"), _curves("On the test", "test"), stretch=11),
                cell(
                    chart(
                        "Gradient of each layer",
                        "gradients",
                        "Here it will stand how large the gradient of each layer is.\nPress Run to start.",
                    ),
                    layer_tree("Modules", "network"),
                    code(),
                    code("Plain", "plain"),
                    stretch=10,
                ),
                stretch=11,
            ),
            row(
                cell(
                    graph("One block: drag it", "block"),
                    sheet(),
                    confusion("test"),
                    stretch=11,
                ),
                cell(
                    table("One block", "one_block"),
                    numbers("Networks"),
                    table("By torch", "check", "Here torch will check the numbers of the block.\nPress Run."),
                    code("By hand", "by_hand"),
                    stretch=10,
                ),
                stretch=10,
            ),
        ),
    ),
)
