"""Optimisers, their rates and how they change."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import chart, code, numbers, table, torch_check

OPTIMISERS: tuple[Layout, ...] = (
    Layout(
        "metaparameters.optimisers",
        rows=(
            row(
                cell(
                    chart(
                        "Accuracy: click a point to open that run",
                        "accuracy",
                        "Here each network will be a point: its test accuracy over its learning rate.\nPress Run.",
                    )
                ),
                stretch=6,
            ),
            row(
                cell(
                    chart(
                        "Training losses",
                        "curves",
                        "Here the losses of all networks will be drawn, over the epochs.\nPress Run.",
                    ),
                    stretch=5,
                ),
                cell(
                    table(
                        "By rate and optimiser",
                        "rates",
                        "Here each learning rate gets a row, and each optimiser a column.\nPress Run.",
                    ),
                    stretch=6,
                ),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "metaparameters.momentum",
        rows=(
            row(
                cell(chart("How far each step goes", "steps"), chart("The weight", "weight"), stretch=6),
                cell(chart("The rate it comes to: click to choose μ", "effective"), stretch=5),
                stretch=5,
            ),
            row(
                cell(
                    table("What is called momentum", "conventions"),
                    table("The course's values", "course"),
                    stretch=6,
                ),
                cell(numbers(), torch_check(), code(), stretch=5),
                stretch=5,
            ),
        ),
    ),
    Layout(
        "metaparameters.adam",
        rows=(
            row(
                cell(chart("Gradients and their running means", "moments"), stretch=1),
                cell(chart("Steps, in learning rates", "steps"), chart("The weight", "weight"), stretch=1),
                stretch=5,
            ),
            row(
                cell(numbers("The shown step"), torch_check(), code(), stretch=4),
                cell(table("All steps", "steps"), stretch=5),
                stretch=6,
            ),
        ),
    ),
    Layout(
        "metaparameters.decay",
        rows=(
            row(
                cell(chart("The rate of each group", "rates"), chart("The four schedules", "schedules"), stretch=6),
                cell(chart("The first change, step by step", "trace"), stretch=5),
                stretch=5,
            ),
            row(
                cell(table("Groups", "groups"), stretch=6),
                cell(numbers(), torch_check(), code(), stretch=5),
                stretch=4,
            ),
        ),
    ),
    Layout(
        "metaparameters.rate_finder",
        rows=(
            row(
                cell(
                    chart(
                        "Loss while the rate rises",
                        "losses",
                        "Here the rate will be raised step by step, which takes a moment.",
                    ),
                    stretch=6,
                ),
                cell(
                    chart(
                        "Slope of the smoothed loss",
                        "slopes",
                        "Here the rate will be raised step by step, which takes a moment.",
                    ),
                    stretch=5,
                ),
                stretch=5,
            ),
            row(
                cell(
                    chart(
                        "What rates about it are worth",
                        "worth",
                        "Here the rate will be raised step by step, which takes a moment.",
                    ),
                    table("In numbers", "worth", "Here the rate will be raised step by step, which takes a moment."),
                    stretch=6,
                ),
                cell(numbers(), torch_check(), code(), stretch=5),
                stretch=5,
            ),
        ),
    ),
)
