"""Whether an image looks like those that a network learned from, so that it can say that it is not sure.

Softmax always sums to one: a scribble gets a probability too. But the features before the last layer of a scribble lie
elsewhere than those of a digit. Measured is how far they are from the mean of the predicted class, leaving out the
directions in which digits of one class differ among themselves (after Wang et al. 2022, "ViM", and Lee et al. 2018,
"A simple unified framework for detecting out-of-distribution samples").
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor

from lab.core.events import Array

DIRECTIONS = 50
SURE_SHARE = 0.975
"""Share of unseen real images that the rule is to call sure."""
PREFIX = "familiarity."


@dataclass(frozen=True)
class Familiarity:
    """The rule: `means` (K, F), `directions` (F, D) with orthonormal columns; `scale`, the median distance of real
    images; `threshold`, the largest strangeness that is called sure.
    """

    means: Tensor
    directions: Tensor
    scale: float
    threshold: float

    @classmethod
    def fit(cls, features: Tensor, labels: Tensor, unseen: Tensor, probabilities: Tensor) -> Self:
        """Fit means and directions to the `features` (N, F) of training images with `labels` (N,); scale and
        threshold to the features (M, F) and `probabilities` (M, K) of images that the network never learned from.
        """
        classes = probabilities.shape[1]
        means = torch.stack([features[labels == label].mean(0) for label in range(classes)])
        rest = (features - means[labels]).double()
        directions = torch.linalg.eigh(rest.T @ rest / len(rest)).eigenvectors[:, -DIRECTIONS:].float()
        fitted = cls(means, directions.contiguous(), 1.0, 0.0)
        certainty, predicted = probabilities.max(1)
        scale = float(fitted.distance(unseen, predicted).median())
        strangeness = fitted.distance(unseen, predicted) / scale - certainty.log()
        return cls(means, fitted.directions, scale, float(strangeness.quantile(SURE_SHARE)))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array]) -> Self | None:
        """Read what `arrays` wrote among the weights of a model; None where there is none."""
        parts = {name.removeprefix(PREFIX): torch.tensor(a) for name, a in arrays.items() if name.startswith(PREFIX)}
        if not parts:
            return None
        return cls(parts["means"], parts["directions"], float(parts["scale"]), float(parts["threshold"]))

    def fits(self, last: Any) -> bool:
        """Tell whether the rule is of the features that a last layer gets, and of finite numbers."""
        classes, features = last.weight.shape
        shapes = self.means.shape == (classes, features) and self.directions.shape[:-1] == (features,)
        kinds = self.means.dtype == self.directions.dtype == last.weight.dtype
        return shapes and kinds and bool(self.means.isfinite().all() and self.directions.isfinite().all())

    def arrays(self) -> dict[str, Array]:
        """Return the rule as arrays that can be kept with the weights."""
        parts = {
            "means": self.means,
            "directions": self.directions,
            "scale": torch.tensor(self.scale),
            "threshold": torch.tensor(self.threshold),
        }
        return {PREFIX + name: tensor.numpy() for name, tensor in parts.items()}

    def distance(self, features: Tensor, predicted: Tensor) -> Tensor:
        """Return how far `features` (N, F) are from the means of their `predicted` (N,) classes, (N,)."""
        rest = features - self.means[predicted]
        distance: Tensor = torch.linalg.vector_norm(rest - rest @ self.directions @ self.directions.T, dim=1)
        return distance

    def sure(self, feature: Tensor, label: int, probability: float) -> bool:
        """Tell whether the answer `label` for one image, with features (F,), may be called sure."""
        distance = float(self.distance(feature[None], torch.tensor([label]))[0])
        return distance / self.scale - math.log(max(probability, 1e-30)) <= self.threshold
