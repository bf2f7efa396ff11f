"""Pooling or stride: the same small network on the same digits, halved in three ways, side by side."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.events import Event, Progress, Remark, Scalars
from lab.core.experiment import Context, Counts, Experiment
from lab.core.figures import Chart, Table
from lab.core.metaparameters import SeedParams
from lab.core.params import ParamError, Params, integer, integers, real
from lab.core.text import message
from lab.data.store import DataStore
from lab.topics.convolution.pooling_or_stride.figures import Seen, measured_table, sizes_table, stability_chart, totals
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

if TYPE_CHECKING:
    import torch

    from lab.training.trainer import Training

SHIFTED = 100
"""Test images that are shifted, and that a forward pass is timed with."""


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


class PoolingOrStride(Experiment[PoolingOrStrideParams]):
    """Train three networks in alternating steps, and measure what tells them apart."""

    id: ClassVar[str] = "convolution.pooling_or_stride"
    title: ClassVar[str] = "Pooling or stride?"
    params: ClassVar[type[Params]] = PoolingOrStrideParams
    kept: ClassVar[bool] = False
    counts: ClassVar[Counts] = "batch"

    _trainings: dict[Way, Training]

    def preview(self, params: PoolingOrStrideParams, data: DataStore) -> Iterator[Event]:
        """Show the sizes, which need no training, and the program."""
        counts = params.counts()
        yield sizes_table(counts, params.kernel)
        yield stride_program(counts, params.kernel, params.network("stride").kernel_size[0])

    def run(self, params: PoolingOrStrideParams, context: Context) -> Generator[Event, None, None]:
        """Train all networks to the end, each step on the same images; then time them."""
        yield from self.preview(params, context.data)
        self._begin(params, context)
        first = self._trainings[WAYS[0]]
        yield Scalars("epoch", 0, self._judge())
        while not first.finished:
            losses = self._step()
            step = first.steps_done
            ends = step % first.steps_per_epoch == 0
            yield Scalars("batch", step, {f"{way}_loss": loss for way, loss in losses.items()})
            wild = next((way for way, loss in losses.items() if not math.isfinite(loss)), None)
            if ends or wild:
                yield Scalars("epoch", step, self._judge())
            if (ends or wild) and not first.finished and context.due(Chart, "stability"):
                self._shift()
                yield stability_chart(self._seen)
            if context.due(Table, "measured"):
                yield measured_table(self._seen)
            yield Progress(step, first.steps, first.epoch, params.epochs, ends)
            if wild:
                yield Remark("diverged", message(
                    "The loss of the network with {way} is not finite any more at step {step}. Try a smaller learning "
                    "rate, such as {rate}.",
                    way=NAMES[wild], step=step, rate=f"{params.learning_rate / 10:.3g}",
                ), "warning")  # fmt: skip
                break
        self._shift()
        self._time()
        yield from self._figures()
        yield totals(self._seen, params.counts())

    def look(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Measure the present networks."""
        if hasattr(self, "_trainings") and self._trainings[WAYS[0]].steps_done:
            self._shift()
            yield from self._figures()

    def _figures(self) -> Iterator[Event]:
        yield stability_chart(self._seen)
        yield measured_table(self._seen)

    def _begin(self, params: PoolingOrStrideParams, context: Context) -> None:
        import torch

        from lab.nets.pixels import as_tensor
        from lab.topics.convolution.pooling_or_stride.networks import built
        from lab.training.trainer import Training

        digits = context.data.load("digits")
        inputs, targets = as_tensor(digits.train.images[: params.images]), torch.tensor(digits.train.labels)
        self._test: tuple[torch.Tensor, torch.Tensor] = (
            as_tensor(digits.test.images).to(memory_format=torch.channels_last),
            torch.tensor(digits.test.labels),
        )
        self._trainings = {
            way: Training(
                built(way, params.network(way)),
                torch.nn.CrossEntropyLoss(),
                inputs,
                targets[: params.images],
                params.network(way),
                "cpu",
            )
            for way in WAYS
        }
        self._seen = Seen(self._trainings[WAYS[0]].steps_per_epoch)

    def _step(self) -> dict[Way, float]:
        """Do one step of each network on the same images, each time another one first."""
        from lab.topics.convolution.pooling_or_stride.networks import in_turn

        losses = {}
        for way in in_turn(WAYS, self._trainings[WAYS[0]].steps_done):
            start = time.perf_counter()
            losses[way] = self._trainings[way].step().loss
            self._seen.step_ms[way].append(1000 * (time.perf_counter() - start))
            self._seen.losses[way].append(losses[way])
        return losses

    def _judge(self) -> dict[str, float]:
        values: dict[str, float] = {}
        for way, training in self._trainings.items():
            found = training.evaluate(*self._test)
            self._seen.accuracy[way], self._seen.test_loss[way] = found.accuracy, found.loss
            values |= {f"{way}_accuracy": found.accuracy, f"{way}_test_loss": found.loss}
        return values

    def _shift(self) -> None:
        from lab.topics.convolution.pooling_or_stride.networks import stability

        images = self._test[0][:SHIFTED]
        for way, training in self._trainings.items():
            found = stability(training.model, images)
            self._seen.change[way], self._seen.answers[way] = found.change, found.answers

    def _time(self) -> None:
        from lab.topics.convolution.pooling_or_stride.networks import forward_times

        networks = {way: training.model for way, training in self._trainings.items()}
        self._seen.forward_ms |= forward_times(networks, self._test[0][:SHIFTED])


EXPERIMENT = PoolingOrStride
