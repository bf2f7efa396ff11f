"""The course's networks for clothes and small photographs."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Curve,
    Plot,
    accuracies,
    bars,
    chart,
    code,
    confusion,
    curves,
    feature_maps,
    image_rows,
    kernels,
    losses,
    sheet,
    strip,
    table,
)

PAGES = (
    Layout(
        "cnn.clothes",
        rows=(
            row(cell(strip()), stretch=0),
            row(
                cell(
                    curves(
                        "Loss and accuracy",
                        losses(Curve("train_loss", "training", 0), Curve("dev_loss", "dev", 1)),
                        accuracies(Curve("train_accuracy", "training", 0), Curve("dev_accuracy", "dev", 1)),
                        steps="optimiser steps",
                    ),
                    stretch=11,
                ),
                cell(
                    curves(
                        "Chance",
                        Plot(
                            "Images mirrored by chance",
                            "minus as they are",
                            "%",
                            (Curve("dev_chance", "dev", 1), Curve("test_chance", "test", 2)),
                        ),
                        name="chance",
                        steps="optimiser steps",
                    ),
                    chart(
                        "Draws",
                        "draws",
                        "Here it will be seen what chance alone makes of one network.\nPress Run to start.",
                    ),
                    bars("By class", "by_class", "Here each class will stand, as it is and mirrored."),
                    feature_maps(),
                    kernels(),
                    stretch=10,
                ),
            ),
            row(
                cell(confusion("test"), stretch=11),
                cell(
                    table("Numbers", "numbers", "Here dev and test will stand, as they are and mirrored."),
                    sheet(),
                    code(),
                    stretch=10,
                ),
            ),
        ),
    ),
    Layout(
        "cnn.cifar10",
        rows=(
            row(cell(strip()), stretch=0),
            row(
                cell(
                    curves(
                        "Loss",
                        Plot(
                            "Loss",
                            "cross-entropy, or MSE",
                            "",
                            (
                                Curve("train_loss", "training", 0, True),
                                Curve("dev_loss", "dev", 1, True),
                                Curve("linear_test_loss", "linear", 0, True),
                                Curve("tanh_test_loss", "tanh", 2, True),
                                Curve("leaky_test_loss", "leaky ReLU", 1, True),
                            ),
                        ),
                        steps="optimiser steps",
                    ),
                    curves(
                        "Accuracy",
                        accuracies(Curve("train_accuracy", "training", 0), Curve("dev_accuracy", "dev", 1)),
                        name="accuracies",
                        steps="optimiser steps",
                    ),
                    stretch=11,
                ),
                cell(
                    image_rows("Images", "images"),
                    feature_maps(),
                    kernels(),
                    stretch=10,
                ),
            ),
            row(
                cell(
                    table("What transforms touch", "transforms"),
                    table(
                        "Numbers",
                        "numbers",
                        "Here dev and test will stand if the task is to say what it is.",
                    ),
                    table("Outputs", "outputs", "Here three outputs will stand if the task is to give back."),
                    code(),
                    stretch=11,
                ),
                cell(sheet(), confusion("test"), stretch=10),
            ),
        ),
    ),
)
