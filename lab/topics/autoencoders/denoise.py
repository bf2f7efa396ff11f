"""Noise in the images: an autoencoder that has never seen any, and one that has learned to take it away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from lab.core.events import Metrics
from lab.core.figures import Axis, Cell, Table
from lab.core.headline import Headline
from lab.core.params import Params, real, redeclared
from lab.core.text import Message, message
from lab.topics.autoencoders.network import AutoencoderParams
from lab.topics.autoencoders.spoiled import TEST_STREAM, SpoiledExperiment

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from lab.core.code import Code
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine

NAMES: Mapping[str, Message] = MappingProxyType(
    {"clean": message("learned from clean"), "noisy": message("learned from noisy")}
)


@dataclass(frozen=True, kw_only=True)
class DenoiseParams(AutoencoderParams):
    """The course's network and noise; 5 epochs, as two networks learn."""

    essentials: ClassVar[tuple[str, ...]] = ("noise", "code", "loss", "epochs")

    noise: float = real(
        0.25, 0.0, 1.0, slider=True, label="Noise", group="Data",
        help="To each pixel, from 0 to 1, an even random number from 0 to this is added; above 1 it is cut off.",
    )  # fmt: skip
    epochs: int = redeclared(AutoencoderParams, "epochs", 5)


class Denoise(SpoiledExperiment[DenoiseParams]):
    """The same noise at the test for both."""

    id: ClassVar[str] = "autoencoders.denoise"
    title: ClassVar[str] = "Noise taken away"
    params: ClassVar[type[Params]] = DenoiseParams
    headline: ClassVar[Headline | None] = Headline(
        "mse_noisy", message("test MSE"), "number", "lower", live="noisy_test_mse"
    )
    names: ClassVar[Mapping[str, Message]] = NAMES
    strengths: ClassVar[tuple[float, ...]] = tuple(step / 10 for step in range(11))
    strength_label: ClassVar[Message] = message("noise of the test images")

    def strength(self, params: DenoiseParams) -> float:
        """Return the most that is added to a pixel."""
        return params.noise

    def spoiled(self, images: Tensor, strength: float, generator: Generator) -> Tensor:
        """Return images with noise."""
        import torch

        added = torch.rand(images.shape, generator=generator, device=images.device)
        return (images + strength * added).clamp_(max=1)

    def lines(self, params: DenoiseParams) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the lines that add it."""
        seed = f"torch.Generator().manual_seed({params.seed + TEST_STREAM})"
        return (
            (f"given = (test + {params.noise!r} * torch.rand(test.shape, generator={seed})).clamp_(max=1)",),
            (f"inputs = (inputs + {params.noise!r} * torch.rand(inputs.shape, generator=noise)).clamp_(max=1)",),
        )

    def program(self, params: DenoiseParams, data: DataStore, after: tuple[str, ...] = ()) -> Code:
        """Return the program, which tells the result by its own names too."""
        criterion = "nn.functional.mse_loss"
        own = (
            f'print("mse_noisy:", {criterion}(outputs, test).item())',
            f'print("noise:", {criterion}(given, test).item())',
        )
        return super().program(params, data, own)

    def compared(self, originals: Tensor, others: Tensor) -> float:
        """Return the mean squared error."""
        return float((others - originals).square().mean())

    @property
    def axis(self) -> Axis:
        """Return the axis of errors."""
        return Axis(message("test MSE"), low=0.0)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end; `noise` is the error of the noisy images themselves."""
        values = dict(super().result(engine).values)
        given, wanted = self.all_tests(engine)
        values |= {f"mse_{way}": values[f"{way}_test_mse"] for way in NAMES}
        return Metrics({**values, "noise": self.compared(wanted, given)})

    def table(self, engine: TorchEngine[str]) -> Table:
        """Return the errors of both networks, and of doing nothing."""
        given, wanted = self.all_tests(engine)
        untouched = self.compared(wanted, given)
        share = message("of the noise is left, counted as squared error")
        rows = [
            (Cell(message("nothing done")), Cell(float(f"{untouched:.4g}")), Cell(1.0, share, share=True), Cell(0.0))
        ]
        for way in NAMES:
            noisy = engine.judgement("test", way).values["mse"]
            plain = engine.judgement("plain", way).values["mse"]
            rows.append(
                (
                    Cell(NAMES[way], mark="strong" if way == "noisy" else ""),
                    Cell(float(f"{noisy:.4g}")),
                    Cell(round(noisy / untouched, 4) if untouched else None, share, share=True),
                    Cell(float(f"{plain:.4g}"), message("the same network, given the images without noise")),
                )
            )
        columns = (message("network"), message("given noisy"), message("left"), message("given clean"))
        note = message("Test MSE: how far the outputs are from the images before the noise came.")
        return Table("numbers", columns, tuple(rows), note)


EXPERIMENT = Denoise
