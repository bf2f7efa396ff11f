"""The code as a plane in which one drags, of a plain autoencoder and of a variational one."""

from __future__ import annotations

from app.pages.layout import Layout, cell, row
from app.pages.panels import (
    BATCHES,
    Curve,
    Plot,
    bars,
    chart,
    code,
    curves,
    field,
    image_rows,
    loss_and_accuracy,
    numbers,
    picture,
    pictures,
)

DECODED = picture("Decoded", "decoded", "Here the point under your hand will be decoded.\nPress Run to start.")
PLANE = field("The code: drag in it", "plane", "Here each test image will be a point, its code.\nPress Run to start.")
GRID = pictures("Decoded everywhere", "grid", "Here points all over the plane will be decoded.\nPress Run to start.")
PARTS = curves(
    "Both parts of the loss",
    Plot(
        "Reconstruction",
        "all pixels",
        "",
        (Curve("train_reconstruction", "training", 0), Curve("test_reconstruction", "test", 1)),
    ),
    Plot("KL divergence", "all units", "nats", (Curve("train_kl", "training", 0), Curve("test_kl", "test", 1))),
    steps="optimiser steps",
)

LATENT = Layout(
    "autoencoders.latent",
    rows=(
        row(
            cell(PLANE, GRID, field("Two components of the pixels", "pixels"), stretch=8),
            cell(DECODED, stretch=5),
            stretch=11,
        ),
        row(
            cell(
                image_rows("Test images: pick one", "reconstructions"),
                image_rows(
                    "A walk",
                    "walk",
                    "Here images will stand between two codes.\nPress Run to start.",
                ),
                field("Units", "units", "Here the mean of each unit will stand for each class."),
                stretch=8,
            ),
            cell(
                loss_and_accuracy(*BATCHES, loss="mean over all pixels", unit="", accuracy=None),
                numbers(),
                chart("Variance", "shares", "Here the components of pixels and code will be compared."),
                code(),
                stretch=7,
            ),
            stretch=9,
        ),
    ),
)

VARIATIONAL = Layout(
    "autoencoders.variational",
    rows=(
        row(
            cell(
                pictures(
                    "Drawn anew",
                    "samples",
                    "Here codes will be drawn from the normal distribution, and decoded.\nPress Run to start.",
                ),
                GRID,
                stretch=8,
            ),
            cell(PLANE, stretch=8),
            cell(DECODED, stretch=4),
            stretch=11,
        ),
        row(
            cell(image_rows("Test images: pick one", "reconstructions"), stretch=6),
            cell(
                PARTS,
                bars("Units", "units", "Here the KL divergence of each unit of the code will stand."),
                numbers(),
                code(),
                stretch=8,
            ),
            stretch=10,
        ),
    ),
)
