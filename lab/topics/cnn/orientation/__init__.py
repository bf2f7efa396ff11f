"""A network learns bars that lie or stand in noise, and is asked about lines between: its psychometric function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from lab.core.code import defined
from lab.core.events import Architecture, Array, Event, FeatureMaps, Images, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.params import Params, integer, real, redeclared
from lab.core.pictures import Pictures
from lab.core.text import message
from lab.nets.convolutional import BlocksParams, plan
from lab.nets.program import network_lines
from lab.sweeps.within import seeds
from lab.topics.cnn.orientation.answers import ANGLES, Answers, pictured
from lab.topics.cnn.orientation.images import SIDE, bars, in_noise, lines
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Confusion, FeatureMapsOf, NetworkWeights, Probe
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.core.code import Code
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup, Trainer

SHAPE = (1, SIDE, SIDE)
CLASSES = ("H", "V")
COURSE = (
    *("conv channels=5 kernel=3 padding=1", "pool", "relu", "conv channels=10 kernel=3 padding=1", "pool", "relu"),
    *("flatten", "linear units=15", "relu"),
)
TESTED = 500
DRAWS = 10
"""How often a line in noise is shown, each time in other noise."""


@dataclass(frozen=True, kw_only=True)
class OrientationParams(TrainingParams, BlocksParams):
    """The course's network of 7,891 parameters, noise and training; five networks in place of one."""

    essentials: ClassVar[tuple[str, ...]] = ("noise", "thickness", "images", "networks", "epochs")

    images: int = integer(
        1800, 20, 20_000, scale="log", unit="images", label="Training images", group="Data",
        help="Images with a bar each, 2 to 5 pixels thick.",
    )  # fmt: skip
    noise: float = real(
        1.0, 0.0, 3.0, slider=True, label="Noise", group="Data",
        help="Standard deviation of the noise around bars, and around those lines that are in noise. Bars are 1.",
    )  # fmt: skip
    thickness: float = real(
        3.0, 1.0, 8.0, slider=True, unit="pixels", label="Thick lines", group="Data",
        help="How thick those lines are that are asked about beside those of 1 pixel.",
    )  # fmt: skip
    networks: int = integer(
        5, 1, 20, label="Networks", group="Training",
        help="So many learn side by side, each from other first weights and other bars. Curves are of the first one.",
    )  # fmt: skip
    network: tuple[str, ...] = redeclared(BlocksParams, "network", COURSE)

    def check(self) -> None:
        """Refuse sizes that do not fit, before anything runs."""
        plan(self, SHAPE, 1)

    def kinds(self) -> dict[str, tuple[float, float]]:
        """Return thickness and noise of each kind of line."""
        return {
            "course": (1.0, 0.0), "thick": (self.thickness, 0.0), "noisy": (1.0, self.noise),
            "like": (self.thickness, self.noise),
        }  # fmt: skip

    def asked(self, way: str) -> Array:
        """Return the lines of a kind, one after the other, each in so many draws of noise (60 · draws, 30, 30)."""
        thickness, noise = self.kinds()[way]
        return in_noise(lines(ANGLES, thickness), noise, DRAWS if noise else 1, (self.seed, 2))


class Orientation(TrainingExperiment[OrientationParams]):
    """Several networks learn, and all are asked about the same kinds of lines."""

    id: ClassVar[str] = "cnn.orientation"
    title: ClassVar[str] = "Lines between"
    params: ClassVar[type[Params]] = OrientationParams
    queries: ClassVar[tuple[str, ...]] = ("image", "at")
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(), FeatureMapsOf(), NetworkWeights())

    def preview(self, params: OrientationParams, data: DataStore) -> Iterator[Event]:
        """Show the network, bars of the test, and lines."""
        yield Architecture(plan(params, SHAPE, 1))
        images, stands = bars(TESTED, (params.seed, 1), params.noise)
        yield Images(
            "test", seen(images), stands.astype(np.int64), CLASSES, message("Bars of 1 in noise: H lies, V stands")
        )
        for way in ("course", "like"):
            yield pictured(f"lines_{way}", params.asked(way).reshape(len(ANGLES), -1, SIDE, SIDE)[:, 0])
        yield self.program(params)

    def program(self, params: OrientationParams) -> Code:
        """Return the program of the first network."""
        tensors = "(torch.tensor(images).unsqueeze(1), torch.tensor(stands).float().unsqueeze(1))"
        return classifier_program(
            params,
            data=(
                "from numpy import ndarray as Array", "", "",
                *defined("lab.data.blobs", "noisy", "barred"),
                *defined("lab.topics.cnn.orientation.images", "bars", "lines", "in_noise"),
                f"images, stands = bars({params.images}, {params.seed}, {params.noise!r})",
                f"train, train_labels = {tensors}",
                f"images, stands = bars({TESTED}, {(params.seed, 1)}, {params.noise!r})",
                f"test, test_labels = {tensors}",
            ),
            network=network_lines(params, SHAPE, 1),
            initialisation=params.initialisation,
            after=(
                "",
                "angles = np.arange(0, 180, 3)",
                "stands, asked = (angles > 45) & (angles < 135), (angles != 45) & (angles != 135)",
                f"for name, (thickness, noise) in {params.kinds()}.items():",
                f"    draws = {DRAWS} if noise else 1",
                f"    images = in_noise(lines(angles, thickness), noise, draws, {(params.seed, 2)})",
                "    with torch.no_grad():",
                "        shares = network(torch.tensor(images).unsqueeze(1)).sigmoid().view(len(angles), -1).mean(1)",
                '    print(f"right_{name}:", ((shares.numpy() > 0.5) == stands)[asked].mean())',
            ),
            binary=True,
        )  # fmt: skip

    def begin(self, params: OrientationParams, context: Context) -> TorchEngine[str]:
        """Make all networks; the first one has no name."""
        from lab.training.engine import TorchEngine
        from lab.training.trainer import Trainer

        self._params = params
        each = [params.replace(seed=seed) for seed in seeds(params, params.networks)]
        return TorchEngine(
            {
                f"seed{one.seed}" if place else "": Trainer(self.setup(one, context.data), one, context.device)
                for place, one in enumerate(each)
            }
        )

    def setup(self, params: OrientationParams, data: DataStore) -> Setup:
        """Return a network and its bars."""
        import torch

        from lab.nets.network import build
        from lab.training.sources import InMemory
        from lab.training.task import BINARY
        from lab.training.trainer import Setup

        found = {
            "train": bars(params.images, params.seed, params.noise),
            "test": bars(TESTED, (params.seed, 1), params.noise),
        }
        return Setup(
            build(params, SHAPE, 1, torch.Generator().manual_seed(params.seed)),
            BINARY,
            {
                name: InMemory(torch.tensor(images).unsqueeze(1), torch.tensor(stands).float().unsqueeze(1))
                for name, (images, stands) in found.items()
            },
            CLASSES,
            seen(found["test"][0]),
        )

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what the probes show, the line that is picked, and after each epoch what is said of all lines."""
        yield from super().shown(engine, occasion, choices)
        at = float(choices.get("at", 30.0))
        yield lazily(FeatureMaps, "line", self._line, engine, at)
        if occasion != "step":
            yield lazily(Chart, "by_angle", lambda: self.answers(engine).by_angle(at))
            yield lazily(Chart, "by_slope", lambda: self.answers(engine).by_slope())
            yield lazily(
                Table, "numbers", lambda: self.answers(engine).table(engine.judgement("test").values["accuracy"])
            )
            for way in ("course", "like"):
                yield lazily(Pictures, f"lines_{way}", self._pictured, engine, way)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, and how many lines are answered rightly."""
        values = dict(super().result(engine).values)
        return Metrics(values if engine.diverged is not None else {**values, **dict(self.answers(engine).metrics())})

    def answers(self, engine: TorchEngine[str]) -> Answers:
        """Return what all networks say now; they are asked once a step at most."""
        if self._asked is None or self._asked[0] != engine.step:
            found = {
                way: np.stack(
                    [said(trainer, images).reshape(len(ANGLES), -1).mean(1) for trainer in engine.trainers.values()]
                )
                for way in self._params.kinds()
                for images in [self._params.asked(way)]
            }
            self._asked = engine.step, Answers(found)
        return self._asked[1]

    _asked: tuple[int, Answers] | None = None

    def _pictured(self, engine: TorchEngine[str], way: str) -> Pictures:
        images = self._params.asked(way)
        first = images.reshape(len(ANGLES), -1, SIDE, SIDE)[:, 0]
        return pictured(f"lines_{way}", first, said(engine.first, first))

    def _line(self, engine: TorchEngine[str], at: float) -> FeatureMaps:
        import torch

        from lab.nets.inspection import feature_maps

        image = lines(np.array([at]), 1.0)
        found = feature_maps(engine.first.model, torch.tensor(image, device=engine.first.device).unsqueeze(1))
        return FeatureMaps("line", image[0], found.layers, engine.step, found.available, found.whole)


def said(trainer: Trainer, images: Array) -> Array:
    """Return the probability of "vertical" (N,) that a network gives images (N, 30, 30)."""
    import torch

    trainer.model.eval()
    with torch.inference_mode():
        found: Array = trainer.model(torch.tensor(images, device=trainer.device).unsqueeze(1)).sigmoid().cpu().numpy()
    return found[:, 0].astype(float)


def seen(images: Array) -> Array:
    """Return images as they are shown: −3 black, 3 white, uint8."""
    return np.round(np.clip((images + 3) / 6, 0, 1) * 255).astype(np.uint8)


EXPERIMENT = Orientation
