"""A head on a pretrained network, for pictures of one's own."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Curve,
    accuracies,
    bars,
    chart,
    code,
    confusion,
    curves,
    image_rows,
    losses,
    pictures,
    table,
)
from app.views.sheet import SheetView

PAGES = (
    Layout(
        "transfer.photographs",
        rows=(
            row(
                cell(
                    image_rows(
                        "The pictures",
                        "pictures",
                        "Here your pictures will be seen, a class a row.",
                    ),
                    curves(
                        "Loss and accuracy",
                        losses(Curve("train_loss", "training", 0), Curve("test_loss", "test", 1)),
                        accuracies(
                            Curve("test_accuracy", "test", 1),
                            Curve("random_test_accuracy", "random weights", 2),
                            Curve("pixels_test_accuracy", "raw pixels", 3),
                        ),
                        steps="optimiser steps",
                    ),
                    lambda: SheetView(tr("Test pictures"), "test"),
                    stretch=11,
                ),
                cell(
                    table("The classes", "classes", "Here the classes of your folder will stand."),
                    table("Left out", "refused", "Nothing was left out."),
                    stretch=9,
                ),
                stretch=5,
            ),
            row(
                cell(
                    confusion("test", "pictures"),
                    pictures(
                        "The picture that is asked",
                        "asked",
                        "Here the picture will be seen that is asked, and what is most like it.\nPress Run to start.",
                    ),
                    table(
                        "ImageNet", "imagenet", "Here stands what the network itself would say.\nPress Run to start."
                    ),
                    stretch=11,
                ),
                cell(
                    table(
                        "Compared", "numbers", "Here three ways to see a picture will be compared.\nPress Run to start."
                    ),
                    bars("Its answer", "answer", "Here the classes of one picture will stand.\nPress Run to start."),
                    chart("Splits", "splits", "Here each split will be a point.\nPress Run to start."),
                    code(),
                    stretch=9,
                ),
                stretch=5,
            ),
        ),
    ),
)
