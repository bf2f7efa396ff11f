"""A bar across each image: does an autoencoder take it away, and does the measure see whether it does?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import defined
from lab.core.events import Metrics
from lab.core.figures import Axis, Cell, Table
from lab.core.headline import Headline
from lab.core.params import Params, integer, redeclared
from lab.core.text import Message, message
from lab.topics.autoencoders.network import AutoencoderParams, outputs_of
from lab.topics.autoencoders.spoiled import TEST_STREAM, SpoiledExperiment

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from lab.core.code import Code
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine

MEASURES = "lab.topics.autoencoders.bars"
"""Where bars and correlations are; it needs torch."""
LEAST = 1e-4
"""The course's measure leaves out pixels that are not brighter than this in both images."""
NAMES: Mapping[str, Message] = MappingProxyType(
    {"clean": message("learned from clean"), "barred": message("learned with bars")}
)


@dataclass(frozen=True, kw_only=True)
class OcclusionParams(AutoencoderParams):
    """784–128–50–128–784 and 5 epochs, as in the course."""

    essentials: ClassVar[tuple[str, ...]] = ("width", "code", "loss", "epochs")

    encoder: tuple[int, ...] = redeclared(AutoencoderParams, "encoder", (128,))
    epochs: int = redeclared(AutoencoderParams, "epochs", 5)
    width: int = integer(
        1, 0, 8, slider=True, unit="pixels", label="Width of the bar", group="Data",
        help="A bar of full brightness lies across the whole image, or stands in it, from row or column 10 to 20 on.",
    )  # fmt: skip


class Occlusion(SpoiledExperiment[OcclusionParams]):
    """The same bars at the test for both; what comes out is compared with the images behind the bars."""

    id: ClassVar[str] = "autoencoders.occlusion"
    title: ClassVar[str] = "Bars taken away"
    params: ClassVar[type[Params]] = OcclusionParams
    headline: ClassVar[Headline | None] = Headline("barred_test_mse", message("test MSE"), "number", "lower")
    names: ClassVar[Mapping[str, Message]] = NAMES
    strengths: ClassVar[tuple[float, ...]] = tuple(map(float, range(9)))
    strength_label: ClassVar[Message] = message("width of the bars in the test images, pixels")

    def strength(self, params: OcclusionParams) -> float:
        """Return how wide the bars are."""
        return float(params.width)

    def spoiled(self, images: Tensor, strength: float, generator: Generator) -> Tensor:
        """Return images with bars."""
        from lab.topics.autoencoders.bars import barred

        return barred(images, round(strength), generator)

    def picked(self, choices: Mapping[str, Any]) -> float:
        """Return a whole number of pixels."""
        return float(round(super().picked(choices)))

    def lines(self, params: OcclusionParams) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the lines that paint bars."""
        seed = f"torch.Generator().manual_seed({params.seed + TEST_STREAM})"
        return (
            ("", "", *defined(MEASURES, "barred"), f"given = barred(test, {params.width}, {seed})"),
            (f"inputs = barred(inputs, {params.width}, noise)",),
        )

    def program(self, params: OcclusionParams, data: DataStore, after: tuple[str, ...] = ()) -> Code:
        """Return the program, which prints the correlations too."""
        return super().program(params, data, (
            "", "", *defined(MEASURES, "correlations", "bright_only"),
            'print("r_barred:", correlations(test, outputs).mean().item())',
            'print("bright_r_barred:", bright_only(test, outputs).mean().item())',
            'print("r_untouched:", correlations(test, given).mean().item())',
            'print("bright_r_untouched:", bright_only(test, given).mean().item())',
        ))  # fmt: skip

    def compared(self, originals: Tensor, others: Tensor) -> float:
        """Return the mean correlation over all pixels."""
        from lab.topics.autoencoders.bars import correlations

        return float(correlations(originals, others).mean())

    @property
    def axis(self) -> Axis:
        """Return the axis of correlations."""
        return Axis(message("correlation with the original"), high=1.0)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end: `r_…` is over all pixels, `bright_r_…` the biased one."""
        values = dict(super().result(engine).values)
        if engine.diverged is not None:
            return Metrics(values)
        found, black_share = self._measured(engine)
        for name, (error, r, bright) in found.items():
            values |= {f"mse_{name}": error, f"r_{name}": r, f"bright_r_{name}": bright}
        return Metrics({**values, "black_share": black_share})

    def _measured(self, engine: TorchEngine[str]) -> tuple[dict[str, tuple[float, float, float]], float]:
        """Return error, correlation, and correlation of bright pixels: of what both networks make, of the barred
        images themselves, and of originals on which the bars stand beside the digit alone; and which share of the
        squared error of the network that learned from clean images lies where these are black.
        """
        import torch

        from lab.topics.autoencoders.bars import bright_only, correlations

        given, wanted = self.all_tests(engine)
        images = {way: outputs_of(trainer, given) for way, trainer in engine.trainers.items()}
        errors = (images["clean"] - wanted).square()
        images |= {"untouched": given, "behind": torch.where(wanted > LEAST, wanted, given)}
        found = {
            name: (
                float((image - wanted).square().mean()),
                float(correlations(wanted, image).mean()),
                float(bright_only(wanted, image).mean()),
            )
            for name, image in images.items()
        }
        return found, float(errors[wanted == 0].sum() / errors.sum())

    def table(self, engine: TorchEngine[str]) -> Table:
        """Return what both measures say of both networks, and of images of which it is known what they should say."""
        found, black_share = self._measured(engine)
        labels = {
            **NAMES,
            "untouched": message("nothing done"),
            "behind": message("bar left beside the digit"),
        }
        whys = {"behind": message("made of the original: only pixels that were black have the bar")}
        rows = tuple(
            (
                Cell(labels[name], whys.get(name, ""), "strong" if name == "barred" else ""),
                Cell(float(f"{error:.4g}")),
                Cell(round(r, 4)),
                Cell(round(bright, 4), mark="bad" if name == "behind" else ""),
            )
            for name, (error, r, bright) in found.items()
        )
        columns = (
            message("compared with the original"), message("test MSE"), message("r, all pixels"),
            message("r, bright pixels"),
        )  # fmt: skip
        note = message(
            "“Bright” leaves out each pixel that is black in the original or in the output: the bars on the background "
            "are not counted. MSE does count them: {share} % of that of the first row lies on pixels that should be 0.",
            share=f"{100 * black_share:.0f}",
        )
        return Table("numbers", columns, rows, note)


EXPERIMENT = Occlusion
