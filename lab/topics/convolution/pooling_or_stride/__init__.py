"""Pooling or stride: the same small network on the same digits, halved in three ways, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.events import Event, Metrics, Remark, Scalars, lazily
from lab.core.experiment import Context, State
from lab.core.figures import Chart, Table
from lab.core.headline import Headline
from lab.core.metaparameters import SeedParams
from lab.core.params import ParamError, Params, integer, integers, real
from lab.core.text import message
from lab.data.store import DataStore
from lab.topics.convolution.pooling_or_stride.figures import measured_table, sizes_table, stability_chart, totals
from lab.topics.convolution.pooling_or_stride.program import stride_program
from lab.topics.convolution.pooling_or_stride.ways import (
    NAMES,
    WAYS,
    Counted,
    NetworkParams,
    Way,
    counted,
    network_params,
)
from lab.training.drive import LearningExperiment, Occasion

if TYPE_CHECKING:
    from lab.topics.convolution.pooling_or_stride.networks import Comparison


@dataclass(frozen=True, kw_only=True)
class PoolingOrStrideParams(SeedParams):
    """What the three networks have in common."""

    channels: tuple[int, ...] = integers(
        (8, 16), 1, 64, length=(1, 2), label="Channels", group="Network",
        help="Kernels of each block. Each block halves the image.",
    )  # fmt: skip
    kernel: int = integer(
        3, 1, 7, label="Kernel size", unit="pixels", group="Network",
        help="The side of the kernels; an odd number, so that padding can keep the size for the pooling to halve.",
    )  # fmt: skip
    strided_kernel: int = integer(
        0, 0, 8, label="Kernel with stride", unit="pixels", group="Network",
        help="The side of the kernels that have stride 2; 0: the same. One more sees as much as with pooling.",
    )  # fmt: skip
    images: int = integer(
        2000, 20, 8500, scale="log", slider=True, label="Images", unit="images", group="Data",
        help="How many of the bundled digits are learned from. The test is always with the same 1,500 others.",
    )  # fmt: skip
    epochs: int = integer(
        4, 1, 100, scale="log", label="Epochs", group="Training",
        help="How many times the networks see every training image.",
    )  # fmt: skip
    batch_size: int = integer(
        50, 2, 500, scale="log", unit="images", label="Batch size", group="Training",
        help="How many images one step looks at. All networks see the same ones.",
    )  # fmt: skip
    learning_rate: float = real(
        0.005, 1e-5, 10.0, scale="log", slider=True, label="Learning rate", group="Training",
        help="How far one step goes along the gradient (Adam).",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse kernels after which the networks would not have equal sizes."""
        if self.kernel % 2 == 0:
            raise ParamError(
                "kernel", "{field}: {value} is even; allowed is 1, 3, 5 or 7, whose padding keeps the size",
                value=self.kernel,
            )  # fmt: skip

    def network(self, way: Way) -> NetworkParams:
        """Return the network of a way, and how it is trained."""
        kernel = (self.strided_kernel or self.kernel) if way == "stride" else self.kernel
        shared = ("seed", "epochs", "batch_size", "learning_rate")
        training = {name: getattr(self, name) for name in shared}
        return network_params(way, self.channels, kernel).replace(**training)

    def counts(self) -> dict[Way, Counted]:
        """Return the sizes of all networks."""
        return {way: counted(self.network(way)) for way in WAYS}


class PoolingOrStride(LearningExperiment[PoolingOrStrideParams, "Comparison"]):
    """Train three networks in alternating steps, and measure what tells them apart."""

    id: ClassVar[str] = "convolution.pooling_or_stride"
    title: ClassVar[str] = "Pooling or stride?"
    params: ClassVar[type[Params]] = PoolingOrStrideParams
    persistent: ClassVar[bool] = False
    headline: ClassVar[Headline | None] = Headline(
        "accuracy_max", message("accuracy with max pooling"), live="max_test_accuracy"
    )

    def validate(self, params: PoolingOrStrideParams, data: DataStore) -> None:
        """Raise LabError where the digits are missing or damaged."""
        data.load("digits")

    def preview(self, params: PoolingOrStrideParams, data: DataStore) -> Iterator[Event]:
        """Show the sizes, which need no training, and the program."""
        return _sizes(params)

    def begin(self, params: PoolingOrStrideParams, context: Context) -> Comparison:
        """Make the three networks, from the same weights."""
        from lab.topics.convolution.pooling_or_stride.networks import Comparison

        self._params = params
        return Comparison({way: params.network(way) for way in WAYS}, context.data.load("digits"), params.images)

    def before(self, engine: Comparison) -> Iterator[Event]:
        """Show what needs no training, and measure the networks before their first step."""
        yield from _sizes(self._params)
        yield Scalars("epoch", 0, dict(engine.measure()))

    def shown(self, engine: Comparison, occasion: Occasion, choices: Mapping[str, Any]) -> Iterator[Event]:
        """Yield how stable the features are, after each epoch, and all that was measured so far."""
        if occasion != "step" and engine.step:
            yield lazily(Chart, "stability", lambda: stability_chart(engine.shifted()))
        yield lazily(Table, "measured", lambda: measured_table(engine.seen))

    def closing(self, engine: Comparison, watched: bool) -> Iterator[Event]:
        """Measure what is measured once."""
        engine.measure()
        engine.shifted()
        engine.time()
        return iter(())

    def diverged(self, engine: Comparison, params: PoolingOrStrideParams) -> Remark:
        """Say which network it was."""
        assert engine.wild is not None
        words = message(
            "The loss of the network with {way} is not finite any more at step {step}. Try a smaller learning "
            "rate, such as {rate}.",
            way=NAMES[engine.wild], step=engine.diverged, rate=f"{params.learning_rate / 10:.3g}",
        )  # fmt: skip
        return Remark("diverged", words, "warning")

    def result(self, engine: Comparison) -> Metrics:
        """Return all that was measured, but for a network that diverged, and the sizes."""
        if engine.wild is not None:
            engine.seen.forget(engine.wild)
        return totals(engine.seen, self._params.counts())

    def state(self) -> State | None:
        """Return nothing: times are of one sitting."""
        return None


def _sizes(params: PoolingOrStrideParams) -> Iterator[Event]:
    counts = params.counts()
    yield sizes_table(counts, params.kernel)
    yield stride_program(counts, params.kernel, params.strided_kernel or params.kernel)


EXPERIMENT = PoolingOrStride
