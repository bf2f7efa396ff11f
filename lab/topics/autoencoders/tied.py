"""Tied weights: the decoder uses those of the encoder, transposed. What is due to that, and what to the first scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import defined
from lab.core.events import Event, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Cell, Table
from lab.core.headline import Headline
from lab.core.params import Params, redeclared
from lab.core.text import Message, message
from lab.nets.registry.losses import LOSSES
from lab.topics.autoencoders.network import (
    AutoencoderParams,
    Reconstructions,
    SideBySide,
    data_lines,
    network_lines,
    setup,
)
from lab.training.drive import Occasion
from lab.training.probes import Probe
from lab.training.program import reconstruction_program

if TYPE_CHECKING:
    from lab.core.code import Code
    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

NAMES: Mapping[str, Message] = MappingProxyType(
    {
        "free": message("free"),
        "wide": message("free, σ = 1"),
        "tied": message("code tied"),
        "course": message("code tied, σ = 1"),
        "all": message("all tied"),
    }
)
WHYS: Mapping[str, Message] = MappingProxyType(
    {
        "free": message("the decoder has weights of its own, and all begin as torch begins"),
        "wide": message("the weights on both sides of the code begin with torch.randn; nothing is tied"),
        "tied": message("the code's two sides share one matrix without biases, which begins as torch begins"),
        "course": message("the course's network: that matrix begins with torch.randn, which is not scaled"),
        "all": message("every layer of the decoder has the weights of its counterpart, transposed"),
    }
)


@dataclass(frozen=True, kw_only=True)
class TiedParams(AutoencoderParams):
    """The course's 784–128–50–128–784; 5 epochs, as five networks learn."""

    encoder: tuple[int, ...] = redeclared(AutoencoderParams, "encoder", (128,))
    epochs: int = redeclared(AutoencoderParams, "epochs", 5)


class TiedWeights(SideBySide[TiedParams]):
    """Five networks on the same batches, whose first weights are the same where they are not said to differ."""

    id: ClassVar[str] = "autoencoders.tied"
    title: ClassVar[str] = "Tied weights"
    params: ClassVar[type[Params]] = TiedParams
    headline: ClassVar[Headline | None] = Headline("tied_test_mse", message("test MSE, code tied"), "number", "lower")
    probes: ClassVar[tuple[Probe, ...]] = (Reconstructions(NAMES),)
    names: ClassVar[Mapping[str, Message]] = NAMES

    def program(self, params: TiedParams, data: DataStore) -> Code:
        """Return the program of the network of which all layers are tied."""
        return reconstruction_program(
            params,
            data=data_lines(params, data),
            network=network_lines(params),
            criterion=LOSSES[params.loss].criterion,
            begun=(
                "", "", *defined("lab.topics.autoencoders.tied_network", "Tied"),
                f"network = Tied(list(network), {len(params.encoder) + 1}, True)",
            ),
            after=('print("all_parameters:", sum(each.numel() for each in network.parameters()))',),
            name="all",
        )  # fmt: skip

    def setup(self, params: TiedParams, data: DataStore, way: str = "") -> Setup:
        """Return a network and the images."""
        from lab.topics.autoencoders.tied_network import Tied, widened
        from lab.topics.autoencoders.torch_network import Autoencoder

        made = setup(params, data)
        free = made.model
        assert isinstance(free, Autoencoder)
        if way in ("wide", "course"):
            widened(free, params.seed)
        if way in ("", "free", "wide"):
            return made
        pairs = len(params.encoder) + 1 if way == "all" else 1
        return replace(made, model=Tied([*free.encoder, *free.decoder], pairs, way == "all"))

    def begin(self, params: TiedParams, context: Context) -> TorchEngine[str]:
        """Make the networks, and look at them before they have learned."""
        engine = super().begin(params, context)
        self._first = {way: self._begins(engine, way) for way in NAMES}
        return engine

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what all make of the test images, and how they began."""
        yield from super().shown(engine, occasion, choices)
        if occasion != "step":
            yield lazily(Table, "numbers", self._table, engine)

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, the parameters, and with what error and spread each began."""
        values = dict(super().result(engine).values)
        for way, (error, spread) in self._first.items():
            values |= {f"{way}_first_mse": error, f"{way}_first_spread": spread}
            values[f"{way}_parameters"] = float(_parameters(engine, way))
        return Metrics(values)

    def _begins(self, engine: TorchEngine[str], way: str) -> tuple[float, float]:
        """Return the test error, and the standard deviation of the sums before the last sigmoid, as they are now."""
        import torch

        trainer = engine.trainers[way]
        outputs = trainer.outputs("test", 0, len(trainer.sources["test"])).double()
        return trainer.judge("test").values["mse"], float(torch.logit(outputs, eps=1e-12).std())

    def _table(self, engine: TorchEngine[str]) -> Table:
        rows = []
        for way, label in NAMES.items():
            error, spread = self._first[way]
            now = engine.judgement("test", way).values["mse"]
            rows.append(
                (
                    Cell(label, WHYS[way], "strong" if way == "course" else ""),
                    Cell(_parameters(engine, way)),
                    Cell(round(spread, 3), message("standard deviation of the sums that go into the last sigmoid")),
                    Cell(round(error, 4)),
                    Cell(round(now, 5)),
                )
            )
        columns = (
            message("network"), message("parameters"), message("first spread"), message("first MSE"),
            message("test MSE"),
        )  # fmt: skip
        note = message(
            "Spread: of the sums before the last sigmoid. To see what tying does, compare networks that begin alike: "
            "the first with the third, the second with the fourth."
        )
        return Table("numbers", columns, tuple(rows), note)


def _parameters(engine: TorchEngine[str], way: str) -> int:
    return sum(each.numel() for each in engine.trainers[way].model.parameters())


EXPERIMENT = TiedWeights
