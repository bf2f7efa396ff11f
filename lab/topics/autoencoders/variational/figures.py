"""What there is to see of a variational autoencoder: where its codes lie, and what is drawn from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array, ImageRows
from lab.core.figures import BarPanel, Bars, Line
from lab.core.pictures import Pictures
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.topics.autoencoders.network import ORIGINAL, SHOWN, SIDE, as_images
from lab.topics.autoencoders.plane import ACROSS, DOWN, CodePlane, decoded, mosaic

if TYPE_CHECKING:
    from lab.topics.autoencoders.variational.torch_network import Variational
    from lab.training.engine import TorchEngine

ACTIVE = 0.1
"""Nats from which on a unit says something of an image."""
DRAWS = 3
"""Codes that are drawn for each image that is shown."""
BOUND = message(
    "the negative ELBO: never below −log p of an image, where a grey counts as the probability of a white pixel"
)
AROUND = np.linspace(0, 2 * np.pi, 73)


@dataclass(frozen=True, eq=False)
class Codes:
    """The distributions of codes of N images: `mean` and `deviation` (N, U)."""

    mean: Array
    deviation: Array

    @cached_property
    def divergences(self) -> Array:
        """The KL divergence from the standard normal distribution of each unit (U,), as a mean over images, in nats."""
        variance = self.deviation**2
        return np.asarray(((self.mean**2 + variance - 1 - np.log(variance)) / 2).mean(0))

    @cached_property
    def spread(self) -> Array:
        """The standard deviation of each unit (U,) over all images and draws; the standard normal has 1."""
        return np.asarray(np.sqrt(self.mean.var(0) + (self.deviation**2).mean(0)))

    @property
    def values(self) -> Mapping[str, float]:
        """How they lie, by the names of the metrics."""
        return {
            "active_units": int((self.divergences > ACTIVE).sum()),
            "code_spread": float(np.sqrt((self.spread**2).mean())),
        }


def network(engine: TorchEngine[str]) -> Variational:
    """Return the network of an engine."""
    from lab.topics.autoencoders.variational.torch_network import Variational

    model = engine.first.model
    assert isinstance(model, Variational)
    return model


def codes_of(engine: TorchEngine[str], count: int | None = None) -> Codes:
    """Return the distributions for the test images, or for the first of them."""
    import torch

    source = engine.first.sources["test"]
    with torch.inference_mode():
        rows, _targets = source.part(0, len(source) if count is None else count)
        mean, spread = (np.array(each.double().cpu().numpy()) for each in network(engine).both(rows))
    return Codes(mean, np.exp(spread / 2))


def samples(engine: TorchEngine[str]) -> Pictures:
    """Return images decoded from codes that are drawn from the standard normal distribution, always the same ones."""
    units = network(engine).spread.out_features
    codes = np.random.default_rng(0).standard_normal((ACROSS * DOWN, units)).astype(np.float32)
    return mosaic("samples", decoded(engine, codes), ACROSS, message("decoded from a code of the standard normal"))


def draws(engine: TorchEngine[str]) -> ImageRows:
    """Return test images, what their mean codes are decoded to, and what some drawn codes are."""
    found = codes_of(engine, SHOWN)
    mean, deviation = found.mean, found.deviation
    noise = np.random.default_rng(0).standard_normal((DRAWS, *mean.shape))
    codes = np.concatenate([mean[None], mean + deviation * noise]).astype(np.float32)
    images = decoded(engine, codes.reshape(-1, mean.shape[1])).reshape(1 + DRAWS, -1, SIDE, SIDE)
    names = (message("mean code"), *(message("drawn code {number}", number=one + 1) for one in range(DRAWS)))
    original = as_images(engine.first.sources["test"].part(0, SHOWN)[0])
    return ImageRows("reconstructions", ((ORIGINAL, original), *zip(names, images, strict=True)), step=engine.step)


@lru_cache(maxsize=2)
def _circle(radius: int) -> Line:
    words = message("{radius} σ of the standard normal", radius=radius)
    x, y = radius * np.cos(AROUND), radius * np.sin(AROUND)
    return Line(words, x, y, "dashes", -1, legend=message("standard normal, 1 and 2 σ"))


def circles(plane: CodePlane) -> tuple[Line, ...]:
    """Return one and two standard deviations of the distribution that codes should have; in a plane of two units."""
    return (_circle(1), _circle(2)) if plane.codes.shape[1] == 2 else ()


def ellipse(codes: Codes, image: int) -> Line:
    """Return two standard deviations of the distribution of the codes of an image."""
    (x, y), (across, up) = codes.mean[image], 2 * codes.deviation[image]
    return Line(message("codes of the image, 2 σ"), x + across * np.cos(AROUND), y + up * np.sin(AROUND), "line", 1)


def unit_bars(codes: Codes) -> Bars:
    """Return what each unit says, and how far its codes reach."""
    said, spread = codes.divergences, codes.spread
    panels = (
        BarPanel(message("KL divergence, nats"), said, 0.0, max(float(said.max()), 1.0),
                 remark=message("{active} of {count} units say something",
                                active=int((said > ACTIVE).sum()), count=len(said))),
        BarPanel(message("standard deviation over all images"), spread, 0.0, max(float(spread.max()), 1.0),
                 remark=message("the standard normal has 1"), colour=1),
    )  # fmt: skip
    return Bars("units", tuple(message("unit {number}", number=one + 1) for one in range(len(said))), panels)


def numbers(engine: TorchEngine[str], codes: Codes) -> Numbers:
    """Return the parts of the loss, and how the codes lie."""
    test = engine.judgement("test").values
    values = codes.values
    return Numbers(
        (
            Quantity(message("reconstruction"), test["reconstruction"],
                     message("nats an image, all pixels summed up, of a code that is drawn")),
            Quantity(message("KL divergence"), test["kl"], message("nats an image, all units summed up")),
            Quantity(message("their sum, the bound"), test["bound"], BOUND, mark="strong"),
            Quantity(message("loss, with β"), test["loss"]),
            Quantity(message("test MSE"), test["mse"], message("a mean over pixels, of a code that is drawn")),
            Quantity(message("active units"), int(values["active_units"]),
                     message("of {count}; more than {least} nats each", count=len(codes.spread), least=ACTIVE)),
            Quantity(message("standard deviation of the codes"), values["code_spread"],
                     message("over all images and draws; the standard normal has 1")),
        ),
    )  # fmt: skip
