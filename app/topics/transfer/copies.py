"""Weights that are copied, a last layer that is replaced, and layers that are frozen."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import Curve, Plot, accuracies, chart, code, confusion, curves, layer_tree, losses, table
from app.views.sheet import SheetView

COPY = Layout(
    "transfer.copy",
    rows=(
        row(
            cell(
                curves(
                    "Right answers",
                    accuracies(
                        Curve("parameters_test_accuracy", "named_parameters", 0),
                        Curve("state_test_accuracy", "load_state_dict", 1),
                        Curve("deepcopy_test_accuracy", "deepcopy, old optimiser", 2),
                        Curve("deepcopy_first_test_accuracy", "deepcopy, then optimiser", 3),
                        Curve("assigned_test_accuracy", "network = source", 4),
                        words="right answers of the test",
                    ),
                    steps="optimiser steps",
                ),
                lambda: SheetView(tr("Test images"), "test"),
                stretch=7,
            ),
            cell(table("Tensor by tensor", "tensors"), stretch=10),
            stretch=10,
        ),
        row(
            cell(
                table("All ways", "numbers", "Here all ways will be compared.\nPress Run to start."),
                code(),
                stretch=17,
            ),
            cell(
                chart(
                    "Outputs of both networks",
                    "outputs",
                    "Here each output of the copy will stand over that of the given network.\nPress Run to start.",
                ),
                stretch=6,
            ),
            stretch=9,
        ),
    ),
)
HEAD = Layout(
    "transfer.head",
    rows=(
        row(
            cell(
                curves(
                    "Accuracy and loss",
                    accuracies(
                        Curve("before_test_accuracy", "optimiser made before", 1),
                        Curve("after_test_accuracy", "optimiser made after", 0),
                        words="right answers of the test",
                    ),
                    losses(
                        Curve("before_train_loss", "optimiser made before", 1),
                        Curve("after_train_loss", "optimiser made after", 0),
                    ),
                    steps="optimiser steps",
                ),
                stretch=11,
            ),
            cell(
                table("What has moved", "moved"),
                confusion("test"),
                lambda: SheetView(tr("Test images"), "test"),
                stretch=9,
            ),
            stretch=8,
        ),
        row(
            cell(layer_tree("Given network", "given"), stretch=9),
            cell(
                layer_tree("Optimiser made before", "before"),
                layer_tree("Optimiser made after", "after"),
                code(),
                stretch=11,
            ),
            stretch=12,
        ),
    ),
)
FREEZE = Layout(
    "transfer.freeze",
    rows=(
        row(
            cell(
                curves(
                    "New and old knowledge",
                    Plot(
                        "Test", "right answers", "",
                        (
                            Curve("free_test_accuracy", "all learn", 0),
                            Curve("moving_test_accuracy", "frozen, train()", 1),
                            Curve("held_test_accuracy", "frozen, eval()", 2),
                        ),
                        share=True,
                    ),
                    Plot(
                        "Letters, old last layer", "right answers", "",
                        (
                            Curve("free_letters_accuracy", "all learn", 0),
                            Curve("moving_letters_accuracy", "frozen, train()", 1),
                            Curve("held_letters_accuracy", "frozen, eval()", 2),
                        ),
                        share=True,
                    ),
                    steps="optimiser steps",
                ),
                stretch=8,
            ),
            cell(
                table("What has moved", "moved"),
                confusion("test"),
                lambda: SheetView(tr("Test images"), "test"),
                stretch=10,
            ),
            stretch=8,
        ),
        row(
            cell(layer_tree("What learns", "network"), code(), stretch=9),
            cell(
                table("What it costs", "numbers", "Here time and memory will be compared.\nPress Run to start."),
                stretch=11,
            ),
            stretch=11,
        ),
    ),
)  # fmt: skip
PAGES = (COPY, HEAD, FREEZE)
