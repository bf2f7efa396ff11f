"""Weights copied from one network into another, and a network whose last layer is replaced or whose others are frozen."""

from __future__ import annotations

from app.core.language import tr
from app.pages.layout import Layout, cell, row
from app.pages.panels import Curve, accuracies, chart, code, curves, table
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
                stretch=15,
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
PAGES = (COPY,)
