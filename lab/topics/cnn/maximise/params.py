"""What is asked of which network, and of which image. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from lab.core.metaparameters import SeedParams
from lab.core.params import ParamError, choice, integer, real, text
from lab.nets.convolutional import plan
from lab.running.classifier import KeptModel
from lab.topics.cnn.maximise.words import MOST

SHAPE = (1, 28, 28)


@dataclass(frozen=True, kw_only=True)
class MaximiseParams(SeedParams):
    """The network, the units that are to be excited and how, and the image that is changed."""

    essentials: ClassVar[tuple[str, ...]] = ("layer", "unit", "blur", "decay")
    implies: ClassVar[Mapping[str, Mapping[str, str]]] = {"layer": {"unit": "0"}}

    model: str = text(
        "digits", label="Model", group="Network", dialog="folder",
        help="digits and letters are the networks that come with Descent; or the folder of a run.",
    )  # fmt: skip
    layer: str = text(
        "output", label="Layer", group="Climb", longest=40,
        help="The layer whose units are excited, by its name in the network; or click it there.",
    )  # fmt: skip
    unit: int = integer(0, 0, 4095, label="First unit", help="The number of the first unit, from 0.", group="Climb")
    count: int = integer(
        10, 1, 32, label="Units", help="How many units, from the first on: an image climbs for each.", group="Climb"
    )
    of: str = choice(
        "map", {"map": "whole map", "middle": "middle of the map"}, label="Excited", group="Climb",
        help="Of a layer with maps: the mean of a map, or its one number in the middle.",
    )  # fmt: skip
    steps: int = integer(100, 1, 1000, label="Steps", help="Steps of each image, up its gradient.", group="Climb")
    rate: float = real(
        0.1, 0.001, 1.0, scale="log", slider=True, label="Step size", group="Climb",
        help="How far a step goes: root of the mean square over all pixels, which are from 0 to 1.",
    )  # fmt: skip
    blur: float = real(
        0.4, 0.0, 2.0, slider=True, label="Gaussian blur", unit="pixels", group="Climb",
        help="Width of the Gaussian that blurs the image after each step.",
    )  # fmt: skip
    decay: float = real(
        0.05, 0.0, 0.5, slider=True, label="Decay", help="Share of all light that is taken away in each step.",
        group="Climb",
    )  # fmt: skip
    jitter: int = integer(
        1, 0, 8, label="Jitter", unit="pixels", group="Climb",
        help="Each step is taken on the image moved by up to this much in each direction.",
    )  # fmt: skip
    number: int = integer(
        0, 0, 100_000, label="Test image", help="The number of the image that is looked at first.", group="Image"
    )
    path: str = text(
        "", label="Picture file", group="Image", longest=1000, dialog="image",
        help="A picture of a digit of your own, in place of the test image; empty for none.",
    )  # fmt: skip
    patch: int = integer(
        6, 1, 20, label="Cover", unit="pixels", help="Side of the black square that covers a part.", group="Image"
    )
    epsilon: float = real(
        0.1, 0.0, MOST, label="ε at first", group="Change",
        help="By how much pixels, from 0 to 1, may change. Drag it in the chart; shares are told for this one.",
    )  # fmt: skip
    images: int = integer(
        100, 1, 2000, scale="log", label="Test images", group="Change", help="How many are changed, for the curves.",
    )  # fmt: skip

    def count_of(self, model: KeptModel) -> int:
        """Return how many units of its layer there are to excite. Raises ParamError for a layer or unit it has not."""
        layers = {layer.name: layer.shape_out[0] for layer in plan(model.params, SHAPE, len(model.classes))}
        if self.layer not in layers:
            raise ParamError(
                "layer", "{field}: there is no layer {value}; allowed are {names}",
                value=self.layer, names=", ".join(layers),
            )  # fmt: skip
        units = layers[self.layer]
        if self.unit >= units:
            raise ParamError(
                "unit", "{field}: {value} is not allowed; the layer {layer} has {count} units, from 0 to {last}",
                value=self.unit, layer=self.layer, count=units, last=units - 1,
            )  # fmt: skip
        return min(self.count, units - self.unit)
