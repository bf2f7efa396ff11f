"""Few examples, rare ones, copies of them, and features made of features."""

from __future__ import annotations

from app.pages.layout import Cell, Layout, cell, row
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
    losses(Curve("test_loss", "with the feature", 1), Curve("plain_test_loss", "x and y alone", 0)),
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
DEPTHS = ("1", "1 layer", 0), ("5", "5 layers", 1), ("10", "10 layers", 2), ("20", "20 layers", 3)
FOUR_DEPTHS = curves(
    "Four depths, epoch by epoch",
    losses(*(Curve(f"loss_{d}", s, c) for d, s, c in DEPTHS)),
    accuracies(*(Curve(f"accuracy_{d}", s, c) for d, s, c in DEPTHS), words="fresh points"),
)
ALL_WAYS = "Here all ways will be compared over several seeds at the end.\nPress Run."


def two_rows(name: str, *above: Cell, under: tuple[Cell, Cell], stretch: int = 5) -> Layout:
    """Lay out a page: what is seen of data and networks, and under it how training goes, and numbers."""
    return Layout(name, (row(*above, stretch=5), row(*under, stretch=stretch)))


def told(title: str, compared: Make) -> Cell:
    """Return the numbers of the run, behind them what is compared at its end, and the program."""
    return cell(numbers(title), compared, code(), stretch=6)


def doubled(name: str, *more: Make) -> Layout:
    """Lay out one of the two pages of images that are doubled."""
    return two_rows(
        name,
        cell(FOUR_WAYS, stretch=4),
        cell(*more, numbers("Four ways in numbers"), code(), stretch=6),
        under=(
            cell(chart("Seed by seed", "seeds", ALL_WAYS), stretch=4),
            cell(
                table("Over several seeds", "compared", ALL_WAYS),
                bars("Errors", "compared", ALL_WAYS),
                stretch=6,
            ),
        ),
    )


AMOUNTS: tuple[Layout, ...] = (
    two_rows(
        "data.imbalance",
        cell(field("With the remedy", "plane")),
        cell(field("Nothing done", "plain")),
        under=(
            cell(
                BOTH_CLASSES,
                chart(
                    "Shares: click to choose",
                    "shares",
                    "Here accuracy and recall will be drawn over the share of the rare class, at the end.\nPress Run.",
                ),
                stretch=5,
            ),
            told(
                "Both networks",
                table(
                    "All remedies",
                    "remedies",
                    "Here all remedies, and other models, will be compared over several seeds at the end.\nPress Run.",
                ),
            ),
        ),
        stretch=6,
    ),
    doubled("data.oversampling"),
    doubled("data.noise", image_rows("Images and their copies", "copies")),
    two_rows(
        "data.features",
        cell(field("With the feature", "plane"), chart("What the feature tells apart", "values")),
        cell(field("x and y alone", "plain")),
        under=(
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
            told(
                "Both networks",
                table(
                    "Five kinds",
                    "compared",
                    "Here five kinds of features will be compared over several networks at the end.\nPress Run.",
                ),
            ),
        ),
    ),
    two_rows(
        "data.amount",
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
                "Here the losses of all networks will be drawn over the number of points, at the end.\nPress Run.",
            ),
            stretch=6,
        ),
        cell(field("What the network says of every point", "plane"), stretch=5),
        under=(
            cell(FOUR_DEPTHS, stretch=4),
            told(
                "Four depths",
                table(
                    "Depth and points",
                    "amount",
                    "Here four depths and four numbers of points will be compared at the end.\nPress Run.",
                ),
            ),
        ),
    ),
)
