"""Windows without weights, and what can stand for them."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import Trace, chart, code, loss_and_accuracy, matrices, numbers, pictures, table, torch_check

CURVES = loss_and_accuracy(
    Trace("batch", "max_train", "max pooling", 0, "loss"),
    Trace("batch", "mean_train", "mean pooling", 1, "loss"),
    Trace("batch", "stride_train", "stride 2", 2, "loss"),
    Trace("epoch", "max_test", "max pooling", 0, "accuracy"),
    Trace("epoch", "mean_test", "mean pooling", 1, "accuracy"),
    Trace("epoch", "stride_test", "stride 2", 2, "accuracy"),
    loss="cross-entropy, each batch",
    accuracy="test, each epoch",
)

POOLING: tuple[Layout, ...] = (
    Layout(
        "convolution.pooling",
        rows=(
            row(cell(matrices("Number by number, there and back", "matrices")), stretch=9),
            row(
                cell(
                    pictures("A picture with noise, before and after", "pictures", "Here the picture will be pooled."),
                    stretch=6,
                ),
                cell(
                    numbers(),
                    table("Picture", "picture_numbers", "Here the picture will be measured."),
                    torch_check(),
                    code(),
                    stretch=5,
                ),
                stretch=10,
            ),
        ),
    ),
    Layout(
        "convolution.pooling_or_stride",
        rows=(
            row(
                cell(CURVES, stretch=7),
                cell(
                    chart(
                        "Stability: the image is shifted",
                        "stability",
                        "Here it will be seen how much the features change when the image moves.\nPress Run.",
                    ),
                    stretch=5,
                ),
                stretch=5,
            ),
            row(
                cell(
                    table(
                        "Measured here",
                        "measured",
                        "Here accuracy, stability and times of the three networks will stand.\nPress Run.",
                    )
                ),
                cell(
                    table("Sizes", "sizes"),
                    code(),
                ),
                stretch=5,
            ),
        ),
    ),
)
