"""What there is to know of a code, beside what as many principal components of the pixels would give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.topics.autoencoders.components import Components, components, of_images, rows_of, spectrum
from lab.topics.autoencoders.network import PIXELS
from lab.topics.autoencoders.plane import CodePlane, encoded, network

if TYPE_CHECKING:
    from lab.data.base import ImageDataset
    from lab.topics.autoencoders.latent import LatentParams
    from lab.training.engine import TorchEngine

NEIGHBOURS = 5
TOLD = 3
"""Components whose shares are metrics."""


@dataclass(frozen=True, eq=False)
class Measured:
    """The principal components of the pixels and of the code, over the training images, and the shares of those of
    the first hidden layer (H,), where there is one; and `values`, by the names of their metrics.
    """

    pixels: Components
    hidden: Array
    code: Components
    dead: Array
    values: Mapping[str, float]

    @property
    def shares(self) -> Mapping[str, tuple[float, ...]]:
        """The shares of the first components, by the names of their metrics."""
        found = {"pixel_shares": self.pixels.shares, "hidden_shares": self.hidden, "code_shares": self.code.shares}
        return {name: tuple(shares[:TOLD].tolist()) for name, shares in found.items() if len(shares)}


def measured(engine: TorchEngine[str], dataset: ImageDataset) -> Measured:
    """Measure the code of a network as it is."""
    learned, tested = (encoded(engine, source).astype(np.float64) for source in ("train", "test"))
    pixels, units = of_images(dataset.train), learned.shape[1]
    dead = np.ptp(learned, axis=0) == 0
    error, accuracy = _by_components(dataset, units)
    values = {
        "pca_mse": error,
        "dead_units": int(dead.sum()),
        "code_accuracy": _recognised(dataset, learned, tested),
        "pca_accuracy": accuracy,
    }
    return Measured(pixels, _hidden(engine), components(learned), dead, values)


@lru_cache(maxsize=4)
def _by_components(dataset: ImageDataset, units: int) -> tuple[float, float]:
    """Return error and recognition of as many principal components of the pixels."""
    found = of_images(dataset.train)
    learned, tested = (found.codes(rows_of(part.images), units) for part in (dataset.train, dataset.test))
    return float(spectrum(dataset)[min(units, PIXELS)]), _recognised(dataset, learned, tested)


def _hidden(engine: TorchEngine[str]) -> Array:
    """Return the shares of the components of the first hidden layer; none where the code follows the pixels."""
    import torch

    if len(network(engine).encoder) < 4:
        return np.empty(0)
    with torch.inference_mode():
        rows, _targets = engine.first.sources["train"].part(0, len(engine.first.sources["train"]))
        hidden = network(engine).encoder[:2](rows)
        return components(np.array(hidden.double().cpu().numpy())).shares


def _recognised(dataset: ImageDataset, learned: Array, tested: Array) -> float:
    """Return the share of test images whose nearest training images, by their codes, are mostly of their class."""
    from sklearn.neighbors import KNeighborsClassifier

    known = KNeighborsClassifier(NEIGHBOURS, algorithm="brute").fit(learned, dataset.train.labels)
    return float(known.score(tested, dataset.test.labels))


def pixel_plane(dataset: ImageDataset) -> CodePlane:
    """Return where two principal components of the pixels put the test images."""
    found = of_images(dataset.train)
    codes = found.codes(rows_of(dataset.test.images), 2)
    return CodePlane(codes, dataset.test.labels, dataset.classes, np.zeros(2), np.eye(2))


def numbers(found: Measured) -> Numbers:
    """Return all of it as a table."""
    values, units = found.values, len(found.dead)
    where = ", ".join(str(number + 1) for number in np.flatnonzero(found.dead))
    quantities = [
        Quantity(message("test MSE of {count} principal components", count=units), values["pca_mse"],
                 message("what a linear autoencoder of as many units can reach, or nearly")),
        Quantity(message("dead units"), int(values["dead_units"]),
                 message("the same number for every training image: {which}", which=where) if where
                 else message("each unit says something"), mark="bad" if where else ""),
        Quantity(message("classes told apart by the code"), values["code_accuracy"],
                 message("test images of which most of the {count} training images with the nearest codes are of the "
                         "same class", count=NEIGHBOURS), share=True, mark="strong"),
        Quantity(message("by as many principal components"), values["pca_accuracy"], share=True),
    ]  # fmt: skip
    names = {
        "pixel_shares": message("variance along 3 components of the pixels"),
        "hidden_shares": message("of the first hidden layer"),
        "code_shares": message("of the code"),
    }
    for name, shares in found.shares.items():
        said = " · ".join(f"{100 * share:.1f}" for share in shares)
        quantities.append(Quantity(names[name], f"{said} %"))
    return Numbers(quantities)


def after_lines(params: LatentParams) -> tuple[str, ...]:
    """Return the lines of the program that measure the code with scikit-learn."""
    code = 2 * (len(params.encoder) + 1)
    hidden = (
        "    hidden = network[:2](train).double().numpy()",
        'print("hidden_shares:", *shares(hidden))',
    )
    return (
        "",
        "from sklearn.decomposition import PCA",
        "from sklearn.neighbors import KNeighborsClassifier",
        "",
        "",
        "def shares(rows):",
        "    spread = np.linalg.eigvalsh(np.atleast_2d(np.cov(rows.T)))[::-1]",
        f"    return (spread / max(spread.sum(), 1e-12))[:{TOLD}]",
        "",
        "",
        "def accuracy(known, asked):",
        f'    found = KNeighborsClassifier({NEIGHBOURS}, algorithm="brute").fit(known, train_labels)',
        "    return found.score(asked, test_labels)",
        "",
        "",
        "with torch.no_grad():",
        f"    learned, tested = (network[:{code}](rows).double().numpy() for rows in (train, test))",
        *(hidden[:1] if params.encoder else ()),
        "pixels, test_pixels = train.double().numpy(), test.double().numpy()",
        'pca = PCA(svd_solver="covariance_eigh").fit(pixels)',
        f"axes = pca.components_[:{params.code}]",
        "kept, test_kept = ((rows - pca.mean_) @ axes.T for rows in (pixels, test_pixels))",
        'print("pca_mse:", ((test_kept @ axes + pca.mean_ - test_pixels) ** 2).mean())',
        'print("dead_units:", (np.ptp(learned, axis=0) == 0).sum())',
        'print("code_accuracy:", accuracy(learned, tested))',
        'print("pca_accuracy:", accuracy(kept, test_kept))',
        f'print("pixel_shares:", *pca.explained_variance_ratio_[:{TOLD}])',
        *(hidden[1:] if params.encoder else ()),
        'print("code_shares:", *shares(learned))',
    )
