"""Few examples, rare ones, copies of them, and features made of features."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    Curve,
    Make,
    Plot,
    accuracies,
    bars,
    chart,
    code,
    curves,
    field,
    image_rows,
    losses,
    numbers,
    table,
)

BOTH_CLASSES = curves(
    "Epoch by epoch",
    Plot(
        "Rare ones found",
        "fresh examples",
        "",
        (Curve("recall", "with the remedy", 1), Curve("plain_recall", "nothing done", 0)),
        share=True,
    ),
    Plot(
        "Accuracy",
        "as they come",
        "",
        (Curve("usual_accuracy", "with the remedy", 1), Curve("plain_usual_accuracy", "nothing done", 0)),
        share=True,
    ),
)
WITH_FEATURES = curves(
    "Both networks",
    losses(
        Curve("test_loss", "with the feature", 1),
        Curve("plain_test_loss", "x and y alone", 0),
    ),
    accuracies(
        Curve("test_accuracy", "with the feature", 1),
        Curve("plain_test_accuracy", "x and y alone", 0),
        words="fresh points",
    ),
)
WAYS = (
    ("plain", "as they are", 0),
    ("longer", "twice as long", 2),
    ("train", "doubled", 1),
    ("leak", "leak", 3),
)
FOUR_WAYS = curves(
    "Four ways",
    Plot("Test", "test images", "", tuple(Curve(f"{w}_accuracy", s, c) for w, s, c in WAYS), True),
    Plot("Held back", "what each says of itself", "", tuple(Curve(f"{w}_held", s, c) for w, s, c in WAYS), True),
)
FOUR_DEPTHS = curves(
    "Four depths, epoch by epoch",
    losses(
        Curve("loss_1", "1 layer", 0),
        Curve("loss_5", "5 layers", 1),
        Curve("loss_10", "10 layers", 2),
        Curve("loss_20", "20 layers", 3),
    ),
    accuracies(
        Curve("accuracy_1", "1 layer", 0),
        Curve("accuracy_5", "5 layers", 1),
        Curve("accuracy_10", "10 layers", 2),
        Curve("accuracy_20", "20 layers", 3),
        words="fresh points",
    ),
)


def doubled(name: str, *more: Make) -> Layout:
    """Lay out one of the two pages of images that are doubled."""
    return Layout(
        name,
        rows=(
            row(
                cell(FOUR_WAYS, stretch=5),
                cell(*more, numbers("Four ways in numbers"), code(), stretch=6),
                stretch=5,
            ),
            row(
                cell(
                    chart(
                        "Seed by seed",
                        "seeds",
                        "Here all ways will be compared over several seeds at the end.\nPress Run.",
                    ),
                    stretch=5,
                ),
                cell(
                    table(
                        "Over several seeds",
                        "compared",
                        "Here all ways will be compared over several seeds at the end.\nPress Run.",
                    ),
                    bars(
                        "Errors",
                        "compared",
                        "Here all ways will be compared over several seeds at the end.\nPress Run.",
                    ),
                    stretch=6,
                ),
                stretch=5,
            ),
        ),
    )


AMOUNTS: tuple[Layout, ...] = (
    Layout(
        "data.imbalance",
        rows=(
            row(
                cell(field("With the remedy", "plane")),
                cell(field("Nothing done", "plain")),
                stretch=5,
            ),
            row(
                cell(
                    BOTH_CLASSES,
                    chart(
                        "From 50:50 to 99:1: click to choose",
                        "shares",
                        "Here accuracy and recall will be drawn over the share of the rare class, at the end.\n"
                        "Press Run.",
                    ),
                    stretch=5,
                ),
                cell(
                    numbers("Both networks"),
                    table(
                        "All remedies",
                        "remedies",
                        "Here all remedies, and other models, will be compared over several seeds at the end.\n"
                        "Press Run.",
                    ),
                    code(),
                    stretch=6,
                ),
                stretch=6,
            ),
        ),
    ),
    doubled("data.oversampling"),
    doubled("data.noise", image_rows("Images and their copies", "copies")),
    Layout(
        "data.features",
        rows=(
            row(
                cell(
                    field("With the feature", "plane"),
                    chart("What the feature tells apart", "values"),
                ),
                cell(field("x and y alone", "plain")),
                stretch=5,
            ),
            row(
                cell(
                    chart(
                        "Network by network",
                        "seeds",
                        "Here several networks of each kind will be compared at the end, under the best possible.\n"
                        "Press Run.",
                    ),
                    WITH_FEATURES,
                    stretch=5,
                ),
                cell(
                    numbers("Both networks"),
                    table(
                        "Five kinds",
                        "compared",
                        "Here five kinds of features will be compared over several networks at the end.\nPress Run.",
                    ),
                    code(),
                    stretch=6,
                ),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "data.amount",
        rows=(
            row(
                cell(
                    chart(
                        "Accuracy over points",
                        "amount",
                        "Here each network will be a point, in the colour of its depth, at the end.\nPress Run.",
                    ),
                    chart(
                        "Learning curve",
                        "learning",
                        "Here accuracy in training and on fresh points will come together, at the end.\nPress Run.",
                    ),
                    chart(
                        "Training losses",
                        "losses",
                        "Here the losses of all networks will be drawn over the number of points, at the end.\n"
                        "Press Run.",
                    ),
                    stretch=6,
                ),
                cell(field("What the network says of every point", "plane"), stretch=5),
                stretch=5,
            ),
            row(
                cell(FOUR_DEPTHS, stretch=5),
                cell(
                    numbers("Four depths"),
                    table(
                        "Depth and points",
                        "amount",
                        "Here four depths and four numbers of points will be compared at the end.\nPress Run.",
                    ),
                    code(),
                    stretch=6,
                ),
                stretch=5,
            ),
        ),
    ),
)
