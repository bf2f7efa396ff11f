"""Losses of one's own: what they say of given arrays, how each pulls at each pixel, and what networks make of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from lab.core.code import defined, executed
from lab.core.events import Array, Event, ImageRows, Metrics, Remark, lazily
from lab.core.experiment import Context
from lab.core.figures import Matrices, Table, Words
from lab.core.headline import Headline
from lab.core.numbers import check
from lab.core.params import ParamError, Params, choice, integer, real, redeclared, text
from lab.core.pictures import PicturePanel, Pictures
from lab.core.quantities import metrics as metrics_of
from lab.core.text import message
from lab.data.blobs import occluded
from lab.maths.matrices import parse_matrix, shape_words
from lab.nets.convolutional import BlocksParams, plan
from lab.nets.program import network_lines
from lab.topics.cnn.losses import fits
from lab.topics.cnn.losses.arrays import Given
from lab.topics.cnn.losses.kinds import NAMES, VARIANCE, definitions, losses
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.program import reconstruction_program

if TYPE_CHECKING:
    from torch import nn

    from lab.core.code import Code
    from lab.data.store import DataStore
    from lab.maths.expressions.averages import Average
    from lab.training.engine import TorchEngine
    from lab.training.task import Task
    from lab.training.trainer import Setup

TESTED = 100
SHOWN = 10
TOGETHER = 32
"""Images whose loss is taken together where its gradient is shown."""
COURSE = (
    *("conv channels=6 kernel=3 padding=1", "relu", "pool", "conv channels=4 kernel=3 padding=1", "relu", "pool"),
    *("transposed channels=6 kernel=3 stride=2", "relu", "transposed channels=1 kernel=3 stride=2"),
)


@dataclass(frozen=True, kw_only=True)
class LossesParams(TrainingParams, BlocksParams):
    """The course's autoencoder of 557 parameters, its blobs behind bars, and its three losses beside one's own."""

    essentials: ClassVar[tuple[str, ...]] = ("loss", "over", "given", "target", "epochs")

    loss: str = text(
        VARIANCE, longest=200, label="Your loss", group="Loss",
        help="A function of outputs yhat and targets y; of what it gives the mean is taken. It knows mean(…), abs, "
        "sqrt, exp and many more. At first it is the variance of the output.",
    )  # fmt: skip
    over: str = choice(
        "batch", {"batch": "The whole batch", "image": "Each image"}, label="mean(…) over", group="Loss",
        help="Over which numbers mean(…) in your loss goes.",
    )  # fmt: skip
    given: str = text(
        "0.2 0.9 0.4; -0.1 0.3 0.8", label="Outputs ŷ", group="Arrays",
        help="Numbers of which all losses are worked out, each row an image.",
    )  # fmt: skip
    target: str = text(
        "0 1 0.5; 0.1 0.2 0.6", label="Targets y", group="Arrays", help="As many numbers: what the outputs ought to be."
    )
    images: int = integer(
        900, 20, 5000, scale="log", unit="images", label="Training images", group="Data",
        help="Blobs behind a bar each; the networks give back what they see.",
    )  # fmt: skip
    side: str = choice(
        "43", {"43": "43 × 43", "91": "91 × 91, the course's"}, label="Size of the images", group="Data",
        help="Large images take four times as long.",
    )  # fmt: skip
    noise: float = real(
        0.2, 0.0, 1.0, slider=True, label="Noise", group="Data", help="Standard deviation of the noise of the images."
    )
    network: tuple[str, ...] = redeclared(BlocksParams, "network", COURSE)
    epochs: int = redeclared(TrainingParams, "epochs", 15)

    def check(self) -> None:
        """Refuse losses and arrays that cannot be read, and networks that do not give images back."""
        given = self.arrays()
        if given.outputs.shape != given.targets.shape:
            raise ParamError(
                "target", "{field}: {found} numbers, and the outputs are {allowed}; both have to be of one shape",
                found=shape_words(given.targets), allowed=shape_words(given.outputs),
            )  # fmt: skip
        made = plan(self, self.shape, None)
        if not made or made[-1].shape_out != self.shape:
            raise ParamError(
                "network", "{field}: it makes {found} of an image of {allowed}, and has to make the same size again",
                found=" × ".join(map(str, made[-1].shape_out if made else self.shape)),
                allowed=" × ".join(map(str, self.shape)),
            )  # fmt: skip

    def losses(self) -> Mapping[str, Average]:
        """Return all losses by name. Raises ParamError."""
        return losses(self.loss, self.over == "image")

    def arrays(self) -> Given:
        """Return the arrays that are typed. Raises ParamError."""
        return Given(parse_matrix("given", self.given), parse_matrix("target", self.target), self.losses())

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of an image."""
        return 1, int(self.side), int(self.side)

    @property
    def starts(self) -> tuple[int, int]:
        """Where bars begin: from 2 to 27 of 91 pixels, as in this notebook of the course."""
        return round(2 / 91 * int(self.side)), round(27 / 91 * int(self.side))

    def tests(self) -> Array:
        """Return the test images (N, side, side)."""
        return occluded(TESTED, (self.seed, 1), self.noise, self.starts, int(self.side))[0]


class Losses(TrainingExperiment[LossesParams]):
    """Networks with the same first weights learn from the same batches, each by another loss."""

    id: ClassVar[str] = "cnn.losses"
    title: ClassVar[str] = "Losses of your own"
    params: ClassVar[type[Params]] = LossesParams
    headline: ClassVar[Headline | None] = Headline("l1_test_mse", message("test MSE by L1"), "number", "lower")
    queries: ClassVar[tuple[str, ...]] = ("image",)

    def preview(self, params: LossesParams, data: DataStore) -> Iterator[Event]:
        """Show the losses of the arrays, test images, and the program."""
        given = params.arrays()
        yield given.matrices()
        yield given.numbers().table
        yield _rows("reconstructions", params.tests(), {})
        yield self.program(params)

    def program(self, params: LossesParams) -> Code:
        """Return the program of the network that learns by the typed loss."""
        given = params.arrays()
        quantities = (line for quantity in given.numbers().each for line in quantity.program)
        settings = f"{params.noise!r}, {params.starts}, {params.side}"
        seeds = {"train": (params.images, params.seed), "test": (TESTED, (params.seed, 1))}
        return reconstruction_program(
            params,
            data=(
                "from numpy import ndarray as Array", "", "SIDE = 91", "", "",
                *defined("lab.data.blobs", "blobs", "noisy", "barred", "occluded"),
                *definitions(given.losses),
                *(
                    f"{name} = torch.tensor(occluded({count}, {seed}, {settings})[0]).unsqueeze(1)"
                    for name, (count, seed) in seeds.items()
                ),
            ),
            network=network_lines(params, params.shape, None),
            criterion="typed",
            initialisation=params.initialisation,
            after=("", *given.tensors(), *(str(line) for line in quantities)),
            name="typed",
        )  # fmt: skip

    def begin(self, params: LossesParams, context: Context) -> TorchEngine[str]:
        """Make a network for each loss."""
        from lab.training.engine import TorchEngine
        from lab.training.trainer import Trainer

        self._params, self._images = params, params.tests()
        first = self.setup(params, context.data)
        setups = {way: replace(first, model=_model(params), task=_task(params, way)) for way in NAMES}
        return TorchEngine({way: Trainer(setup, params, context.device) for way, setup in setups.items()})

    def setup(self, params: LossesParams, data: DataStore) -> Setup:
        """Return the network that learns by the first loss, and the images."""
        import torch

        from lab.training.sources import InMemory
        from lab.training.trainer import Setup

        train = occluded(params.images, params.seed, params.noise, params.starts, int(params.side))[0]
        found = {"train": train, "test": self._images}
        images = {name: torch.tensor(each).unsqueeze(1) for name, each in found.items()}
        return Setup(_model(params), _task(params, "l1"), {name: InMemory(each, each) for name, each in images.items()})

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield images and gradients, and after each epoch what the outputs are worth; torch's numbers once."""
        given, picked = self._params.arrays(), int(choices.get("image", 0)) % TESTED
        if occasion == "rest":
            yield lazily(Matrices, "arrays", given.matrices)
            yield lazily(Table, "check", check, [given.numbers()])
        if occasion != "step":
            yield lazily(ImageRows, "reconstructions", lambda: _rows("reconstructions", self._images, _outputs(engine)))
            yield lazily(ImageRows, "fitted", lambda: self._fitted(engine))
            yield lazily(Pictures, "gradients", self._gradients, engine, picked)
            yield lazily(Table, "scales", lambda: fits.table(self._fits(engine)))

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, what the outputs are worth, and the losses of the arrays."""
        found = metrics_of([self._params.arrays().numbers()])
        values = {**super().result(engine).values, **found.values}
        return Metrics(values if engine.diverged else {**values, **dict(fits.metrics(self._fits(engine)))}, found.lists)

    def diverged(self, engine: TorchEngine[str], params: LossesParams) -> Remark:
        """Say by which loss it happened."""
        words = message(
            "In step {step} the loss of one network was no number any more: {loss}. Try a smaller learning rate, or a "
            "loss that is a number everywhere.",
            step=engine.diverged, loss=NAMES[engine.wild or "typed"],
        )  # fmt: skip
        return Remark("diverged", words, "warning")

    def _fits(self, engine: TorchEngine[str]) -> dict[str, fits.Fit]:
        return {way: fits.fitted(outputs, self._images) for way, outputs in _outputs(engine).items()}

    def _fitted(self, engine: TorchEngine[str]) -> ImageRows:
        """Return the outputs with the scale and offset that suit them best; of one grey, the mean of the targets."""
        outputs, found = _outputs(engine), self._fits(engine)
        return _rows("fitted", self._images, {
            way: found[way].scale * outputs[way] + found[way].offset if np.isfinite(found[way].scale)
            else np.full_like(outputs[way], self._images.mean())
            for way in outputs
        })  # fmt: skip

    def _gradients(self, engine: TorchEngine[str], picked: int) -> Pictures:
        """Return how each loss pulls at each pixel of what the first network makes of a test image."""
        first = picked // TOGETHER * TOGETHER
        outputs = _outputs(engine)["l1"][first : first + TOGETHER]
        targets = self._images[first : first + TOGETHER]
        panels = [
            PicturePanel(title, image[picked - first], limits=(-1.0, 1.0))
            for title, image in ((message("output of L1"), outputs), (message("target"), targets))
        ]
        why = message("∂ loss/∂ŷ, times the numbers of all {count} images together", count=len(outputs))
        for name, loss in self._params.losses().items():
            pull = loss.gradient("yhat", outputs, targets)[picked - first] * outputs.size
            most = float(np.abs(pull[np.isfinite(pull)]).max(initial=0.0)) or 1.0
            panels.append(PicturePanel(NAMES[name], pull, "signed", (-most, most), why=why))
        return Pictures("gradients", tuple(panels))


def _model(params: LossesParams) -> nn.Module:
    import torch

    from lab.nets.network import build

    return build(params, params.shape, None, torch.Generator().manual_seed(params.seed))


def _task(params: LossesParams, way: str) -> Task:
    import torch

    from lab.training.task import reconstruct

    loss = executed(definitions(params.losses()), {"torch": torch})[way]
    return replace(reconstruct(loss), measures={"mse": reconstruct().judged_loss})


def _outputs(engine: TorchEngine[str]) -> dict[str, Array]:
    """Return what each network makes of the test images (N, side, side)."""
    return {way: engine.judgement("test", way).answers[0].numpy()[:, 0] for way in engine.trainers}


def _rows(name: str, images: Array, outputs: Mapping[str, Array]) -> ImageRows:
    """Return some test images, and what is made of them; the course's limits, −1 black and 1 white."""
    chosen = np.linspace(0, len(images) - 1, SHOWN).round().astype(int)
    rows: list[tuple[Words, Array]] = [(message("original"), images[chosen])]
    rows += [(NAMES[way], found[chosen]) for way, found in outputs.items()]
    return ImageRows(name, tuple(rows), (-1.0, 1.0), chosen)


EXPERIMENT = Losses
