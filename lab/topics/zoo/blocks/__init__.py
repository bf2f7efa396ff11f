"""Networks of blocks with the way past each block and without it, side by side, as deep as one likes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.code import Code
from lab.core.events import Event, Images, Metrics, lazily
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.headline import Headline
from lab.core.numbers import check
from lab.core.params import Params, choice, flag, integers, real, redeclared
from lab.core.text import message
from lab.data.params import AnyImageDataParams, count_field
from lab.nets.registry.initialisations import LABELS
from lab.topics.zoo.blocks import figures, one_block
from lab.topics.zoo.blocks.figures import NAMES
from lab.topics.zoo.blocks.program import program
from lab.training.drive import Occasion
from lab.training.experiment import TrainingExperiment
from lab.training.metaparameters import TrainingParams
from lab.training.probes import Confusion, Modules, Probe

if TYPE_CHECKING:
    from torch import nn

    from lab.data.store import DataStore
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Setup

SHALLOW = 1
"""Blocks a stage of the network that both are compared with."""
DEPTHS = {
    "8": "8 layers", "14": "14 layers", "20": "20 layers", "32": "32 layers", "44": "44 layers", "56": "56 layers",
}  # fmt: skip


def _number(default: float, label: str, help: str) -> Any:
    """Declare a number of the block of single numbers."""
    return real(default, -one_block.MOST, one_block.MOST, slider=True, label=label, group="One block", help=help)


@dataclass(frozen=True, kw_only=True)
class BlocksParams(AnyImageDataParams, TrainingParams):
    """Networks for CIFAR-10 as in the paper, narrower, on grey images of half the side."""

    essentials: ClassVar[tuple[str, ...]] = ("depth", "batch_norm", "identity", "initialisation", "epochs")

    depth: str = choice(
        "20", DEPTHS, label="Depth", group="Network",
        help="Layers with weights: one, three stages of equally many blocks of two, and the output.",
    )  # fmt: skip
    channels: tuple[int, ...] = integers(
        (4, 8, 16), 1, 64, length=(3, 3), label="Channels", group="Network",
        help="How many maps each of the three stages has; the second and third halve the sides.",
    )  # fmt: skip
    batch_norm: bool = flag(
        True, label="Batch norm", group="Network", help="Whether batch norm follows each convolution.",
    )  # fmt: skip
    identity: bool = flag(
        False, label="Begins as the identity", group="Network",
        help="Each residual block begins as y = x: the scale of its last batch norm is 0; without batch norm, its last "
        "weights are.",
    )  # fmt: skip
    shortcut: str = choice(
        "A", {"A": "A: channels of zeros", "B": "B: convolution of 1 × 1"}, label="Where sizes change", group="Network",
        help="What becomes of x where a block has more channels than the one before and half the side.",
    )  # fmt: skip
    initialisation: str = choice(
        "kaiming_normal", LABELS, label="Initialisation", help="How the first weights are drawn.", group="Network"
    )
    halved: bool = flag(
        True, label="Half the side", group="Data",
        help="Images of 14 × 14: each pixel is the mean of four. That takes a fraction of the time.",
    )  # fmt: skip
    count: int = count_field(2000)
    optimiser: str = redeclared(TrainingParams, "optimiser", "momentum")
    learning_rate: float = redeclared(TrainingParams, "learning_rate", 0.1)
    schedule: str = redeclared(TrainingParams, "schedule", "cosine")
    batch_size: int = redeclared(TrainingParams, "batch_size", 64)
    epochs: int = redeclared(TrainingParams, "epochs", 8)
    x: float = _number(1.5, "x", "What goes into the block.")
    w1: float = _number(0.6, "w₁", "The weight before relu.")
    w2: float = _number(0.5, "w₂", "The weight behind relu.")

    @property
    def blocks(self) -> int:
        """How many blocks a stage has."""
        return (int(self.depth) - 2) // 6

    @property
    def ways(self) -> tuple[str, ...]:
        """The networks that are trained: the shallow one only where it is another than the plain one."""
        return tuple(way for way in NAMES if way != "shallow" or self.blocks > SHALLOW)

    def blocks_of(self, way: str) -> int:
        """Return how many blocks a stage of a network has."""
        return SHALLOW if way == "shallow" else self.blocks

    @property
    def one_block(self) -> one_block.OneBlock:
        """The block of single numbers."""
        return one_block.OneBlock(self.x, self.w1, self.w2)


class Blocks(TrainingExperiment[BlocksParams]):
    """The same batches for a residual network, the same without the ways past, and a shallow one without."""

    id: ClassVar[str] = "zoo.blocks"
    title: ClassVar[str] = "Why residual blocks"
    params: ClassVar[type[Params]] = BlocksParams
    headline: ClassVar[Headline | None] = Headline(
        "residual", message("residual, test accuracy"), live="residual_test_accuracy"
    )
    queries: ClassVar[tuple[str, ...]] = ("image",)
    probes: ClassVar[tuple[Probe, ...]] = (Confusion(), Modules())

    def preview(self, params: BlocksParams, data: DataStore) -> Iterator[Event]:
        """Show one block, number by number, the test images, and the programs."""
        yield one_block.graph(params.one_block)
        yield one_block.numbers(params.one_block, 3 * params.blocks).table
        yield one_block.by_hand(params.one_block, 3 * params.blocks)
        dataset = params.images(data)
        yield Images("test", dataset.test.images, dataset.test.labels, dataset.classes, dataset.source)
        for way in NAMES:
            yield self.program(params, data, way)

    def program(self, params: BlocksParams, data: DataStore, way: str = "residual") -> Code:
        """Return the program of one of the networks."""
        return program(params, data, way)

    def setup(self, params: BlocksParams, data: DataStore, way: str = "residual") -> Setup:
        """Return a network and the images."""
        import torch
        from torch.nn import functional

        from lab.nets.pixels import as_tensor, scaled
        from lab.topics.zoo.blocks.gradients import GradientSizes
        from lab.training.sources import InMemory
        from lab.training.task import CLASSIFY
        from lab.training.trainer import Setup

        dataset = params.images(data)
        sources = {}
        for name, part, count in (("train", dataset.train, params.count), ("test", dataset.test, None)):
            images = scaled(as_tensor(part.images[:count]), "symmetric")
            labels = torch.tensor(part.labels[:count])
            sources[name] = InMemory(functional.avg_pool2d(images, 2) if params.halved else images, labels)
        model = self.model(params, way, len(dataset.classes))
        return Setup(model, CLASSIFY, sources, dataset.classes, dataset.test.images, hooks=(GradientSizes(),))

    def model(self, params: BlocksParams, way: str, classes: int) -> nn.Module:
        """Return a network with its first weights."""
        import torch

        from lab.nets.network import initialise
        from lab.topics.zoo.blocks.network import Network, begin_as_identity

        residual = way == "residual"
        network = Network(
            params.blocks_of(way), params.channels, classes, residual=residual, norm=params.batch_norm,
            projected=params.shortcut == "B",
        )  # fmt: skip
        initialise(network, params.initialisation, torch.Generator().manual_seed(params.seed))
        if residual and params.identity:
            begin_as_identity(network)
        return network

    def begin(self, params: BlocksParams, context: Context) -> TorchEngine[str]:
        """Make the networks; the same seed gives them the same batches."""
        from lab.training.engine import TorchEngine
        from lab.training.trainer import Trainer

        self._params = params
        setups = {way: self.setup(params, context.data, way) for way in params.ways}
        return TorchEngine({way: Trainer(setup, params, context.device) for way, setup in setups.items()})

    def shown(self, engine: TorchEngine[str], occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield what the probes show, the gradients, and the table; at rest also what torch says of one block."""
        yield from super().shown(engine, occasion, choices)
        if engine.step:
            yield lazily(Chart, "gradients", figures.gradients, engine)
        if occasion != "step":
            yield lazily(Table, "numbers", figures.table, engine, self._params)
        if occasion == "rest":
            yield lazily(Table, "check", check, [one_block.numbers(self._params.one_block, 3 * self._params.blocks)])

    def result(self, engine: TorchEngine[str]) -> Metrics:
        """Return the measures of the end, the test accuracies by the name of each network too, and the gradients."""
        values = dict(super().result(engine).values)
        values |= {way: values[f"{way}_test_accuracy"] for way in engine.names}
        return Metrics({**values, **figures.ratios(engine)})


EXPERIMENT = Blocks
