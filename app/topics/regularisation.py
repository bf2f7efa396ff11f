"""Regularisation: what keeps a network from learning by heart."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Curve,
    Plot,
    accuracies,
    chart,
    code,
    curves,
    field,
    histograms,
    losses,
    matrices,
    numbers,
    table,
)

BOTH_WAYS = curves(
    "One network, measured both ways",
    losses(Curve("train_loss", "training, dropout on", 2), Curve("test_loss", "test", 1)),
    accuracies(
        Curve("train_accuracy", "training, dropout off", 0),
        Curve("dropout_accuracy", "training, dropout on", 2),
        Curve("test_accuracy", "test", 1),
    ),
)
PENALTIES = curves(
    "Penalty and loss",
    losses(Curve("none_loss", "no penalty", 2), Curve("l1_loss", "L1", 0), Curve("l2_loss", "L2", 1)),
    Plot("Penalty", "added to the loss", "", (Curve("l1_penalty", "L1", 0), Curve("l2_penalty", "L2", 1))),
)
ZEROS = curves(
    "Zeros",
    Plot(
        "Zeros",
        "weights",
        "",
        (Curve("none_zeros", "no penalty", 2), Curve("l1_zeros", "L1", 0), Curve("l2_zeros", "L2", 1)),
    ),
    name="zeros",
)
LAST_BATCH = curves(
    "A small last test batch",
    accuracies(
        Curve("test_accuracy", "every example counts the same", 0),
        Curve("test_by_batches", "mean of two batches", 1),
        words="test examples",
    ),
)
NOISE = curves(
    "With noise and without",
    losses(
        Curve("clean_loss", "training, with noise", 0),
        Curve("test_loss", "test, with noise", 1),
        Curve("plain_train_loss", "training, without", 2),
        Curve("plain_test_loss", "test, without", 3),
    ),
    accuracies(
        Curve("train_accuracy", "training, with noise", 0),
        Curve("test_accuracy", "test, with noise", 1),
        Curve("plain_train_accuracy", "training, without", 2),
        Curve("plain_test_accuracy", "test, without", 3),
    ),
)
PAGES: tuple[Layout, ...] = (
    Layout(
        "regularisation.dropout",
        rows=(
            row(
                cell(matrices("One layer of ten", "layer"), chart("Its mean, draw by draw", "means"), stretch=5),
                cell(field("What the network says of every point", "plane"), numbers(), code(), stretch=6),
                stretch=6,
            ),
            row(
                cell(BOTH_WAYS, stretch=6),
                cell(
                    chart(
                        "Ten rates",
                        "rates",
                        "Here the accuracy with ten rates will appear at the end. A point opens its run.\nPress Run.",
                    ),
                    chart(
                        "Training − test",
                        "gaps",
                        "Here it will stand how far training lies above the test, measured both ways.\nPress Run.",
                    ),
                    stretch=5,
                ),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "regularisation.weights",
        rows=(
            row(
                cell(
                    histograms(
                        "No penalty",
                        "none",
                        "Here you will see how its weights are spread, step after step.\nPress Run.",
                    )
                ),
                cell(
                    histograms("L1", "l1", "Here you will see how its weights are spread, step after step.\nPress Run.")
                ),
                cell(
                    histograms("L2", "l2", "Here you will see how its weights are spread, step after step.\nPress Run.")
                ),
                stretch=5,
            ),
            row(
                cell(
                    PENALTIES,
                    ZEROS,
                    chart(
                        "Ten strengths",
                        "strengths",
                        "Here the accuracy with ten strengths of the penalty will appear at the end.\nPress Run.",
                    ),
                    stretch=5,
                ),
                cell(
                    numbers("Three networks"),
                    table(
                        "Weight decay",
                        "decay",
                        "Here weight decay in torch will be compared with the penalty at the end.\nPress Run.",
                    ),
                    code(),
                    stretch=6,
                ),
                stretch=6,
            ),
        ),
    ),
    Layout(
        "regularisation.batches",
        rows=(
            row(
                cell(
                    chart("At equal epochs: accuracy", "epochs accuracy"),
                    chart("Loss", "epochs loss"),
                    chart("Test", "epochs test_accuracy"),
                ),
                cell(
                    chart("At equal updates: accuracy", "updates accuracy"),
                    chart("Loss", "updates loss"),
                    chart("Test", "updates test_accuracy"),
                ),
                stretch=5,
            ),
            row(
                cell(table("All sizes", "sizes"), table("Left over", "left_out"), numbers("The result"), code()),
                cell(LAST_BATCH, table("What one counts", "last")),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "regularisation.augmentation_noise",
        rows=(
            row(
                cell(field("With noise", "plane")),
                cell(field("Without", "plain")),
                stretch=6,
            ),
            row(
                cell(NOISE, chart("What a step sees", "seen"), stretch=4),
                cell(
                    numbers("Both networks"),
                    table(
                        "All kinds",
                        "kinds",
                        "Here all kinds of noise will be compared over several seeds at the end.\nPress Run.",
                    ),
                    code(),
                    stretch=6,
                ),
                stretch=5,
            ),
        ),
    ),
)
"""In the order of the course."""
