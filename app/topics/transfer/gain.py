"""What a network gains that has learned something else before."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import Make, Trace, chart, code, confusion, image_rows, loss_and_accuracy, table
from app.views.maps import FeatureMapsView, KernelsView
from app.views.strip import StripView

COMPARED = "Here all will be learned again with other seeds and examples, at the end of the run.\nPress Run."
TRACES = (
    Trace("epoch", "source_test", "source, its test", 3),
    Trace("epoch", "tuned_test", "fine-tuned", 0),
    Trace("epoch", "scratch_test", "from scratch", 1),
    Trace("epoch", "frozen_test", "frozen body", 2),
)


def gained(name: str, before: tuple[Make, ...] = (), after: tuple[Make, ...] = ()) -> Layout:
    """Lay out a transfer: both phases live, what comes of it with few examples and many, and all ways in numbers.

    `before` and `after` are what a page has beside that, about its data.
    """
    return Layout(
        name,
        rows=(
            row(cell(lambda: StripView(tr("Network"))), stretch=0),
            row(
                cell(loss_and_accuracy(*TRACES, steps="optimiser steps"), stretch=11),
                cell(
                    chart("Over the examples", "amounts", COMPARED),
                    chart("Gain", "gains", COMPARED),
                    lambda: FeatureMapsView(tr("Feature maps"), "test"),
                    lambda: KernelsView(tr("Kernels")),
                    stretch=10,
                ),
                stretch=11,
            ),
            row(
                cell(
                    *before,
                    image_rows("Images as given", "images"),
                    table(
                        "Zero-shot",
                        "zero_shot",
                        "Here it will stand what the first network says of the second data set.\nPress Run to start.",
                    ),
                    *after,
                    stretch=9,
                ),
                cell(
                    table("Numbers", "numbers", "Here all ways will stand side by side.\nPress Run to start."),
                    table("Over several seeds", "gains", COMPARED),
                    code(),
                    stretch=10,
                ),
                stretch=10,
            ),
        ),
    )


PAGES = (
    gained("transfer.digits_to_clothes", after=(confusion("test"),)),
    gained("transfer.letters_to_digits", after=(confusion("test"),)),
    gained("transfer.unsuitable", before=(code("Refused", "refusals"), table("Read together", "refusals"))),
)
