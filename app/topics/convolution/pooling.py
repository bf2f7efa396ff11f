"""Windows without weights, and what can stand for them."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.curves import CurvesView, Panel, Series
from app.views.matrices.view import MatricesView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView


def _curves() -> CurvesView:
    names = (tr("max pooling"), tr("mean pooling"), tr("stride 2"))
    ways = tuple(zip(("max", "mean", "stride"), names, range(3), strict=True))
    loss = Panel(
        tr("Loss"),
        tr("cross-entropy, each batch"),
        tr("nats"),
        tuple(Series("batch", f"{way}_train_loss", name, "thin line", colour) for way, name, colour in ways),
    )
    accuracy = Panel(
        tr("Accuracy"),
        tr("test, each epoch"),
        "%",
        tuple(Series("epoch", f"{way}_test_accuracy", name, "line + marker", colour) for way, name, colour in ways),
        y_range=(0.0, 100.0),
        scale=100.0,
    )
    return CurvesView(tr("Loss and accuracy"), "curves", (loss, accuracy))


POOLING: tuple[Layout, ...] = (
    Layout(
        "convolution.pooling",
        rows=(
            row(cell(lambda: MatricesView(tr("Number by number, there and back"), "matrices")), stretch=9),
            row(
                cell(
                    lambda: PicturesView(
                        tr("A picture with noise, before and after"),
                        "pictures",
                        tr("Here the picture will be pooled."),
                    ),
                    stretch=6,
                ),
                cell(
                    lambda: TableView(tr("Numbers"), "numbers"),
                    lambda: TableView(tr("Picture"), "picture_numbers", tr("Here the picture will be measured.")),
                    lambda: TableView(tr("By torch"), "torch"),
                    lambda: CodeView(tr("PyTorch"), "code"),
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
                cell(_curves, stretch=7),
                cell(
                    lambda: ChartView(
                        tr("Stability: the image is shifted"),
                        "stability",
                        tr("Here it will be seen how much the features change when the image moves.\nPress Run."),
                    ),
                    stretch=5,
                ),
                stretch=5,
            ),
            row(
                cell(
                    lambda: TableView(
                        tr("Measured here"),
                        "measured",
                        tr("Here accuracy, stability and times of the three networks will stand.\nPress Run."),
                    )
                ),
                cell(
                    lambda: TableView(tr("Sizes"), "sizes"),
                    lambda: CodeView(tr("PyTorch"), "code"),
                ),
                stretch=5,
            ),
        ),
    ),
)
