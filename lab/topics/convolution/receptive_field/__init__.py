"""What one output of a stack of layers sees of the input: what is possible, and what matters."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event, Remark
from lab.core.experiment import ClosedForm, Context, RunMode
from lab.core.metaparameters import seed_field
from lab.core.numbers import all_of
from lab.core.params import ParamError, Params, blocks, choice, flag, integer, integers
from lab.core.pictures import Pictures
from lab.data.store import DataStore
from lab.topics.convolution.receptive_field.figures import chart, pictures, plain_input, problem_of, table
from lab.topics.convolution.receptive_field.layers import KINDS, PRESETS, Stack, layers_of, vgg
from lab.topics.convolution.receptive_field.numbers import Draws, numbers

LARGEST_INPUT = 256


@dataclass(frozen=True, kw_only=True)
class ReceptiveParams(Params):
    """The layers, the input, and how networks are drawn."""

    implies: ClassVar = {"layers": {"preset": "own"}}

    preset: str = choice(
        "vgg",
        {
            "three": "Three 3 × 3",
            "seven": "One 7 × 7",
            "dilated": "Dilated 1, 2, 4",
            "lenet": "LeNet-5",
            "vgg": "VGG-16 up to a block",
            "own": "Own layers",
        },
        label="Stack",
        help="A stack that everybody should have seen, or one's own. Click a point of the chart to take over the "
        "layers up to there and edit them.",
        group="Layers",
    )
    block: int = integer(
        2, 1, 5, slider=True, label="Up to block", group="Layers", when=("preset", ("vgg",)),
        help="Of the five blocks of VGG-16, each of which ends with a pooling.",
    )  # fmt: skip
    layers: tuple[str, ...] = blocks(
        ("conv kernel=3 padding=1", "conv kernel=3 padding=1", "pool kernel=2", "conv kernel=3 padding=1"), KINDS,
        length=(1, 20), label="Layers", help="From the input upwards.", group="Layers", when=("preset", ("own",)),
    )  # fmt: skip
    size: int = integer(
        33, 1, LARGEST_INPUT, slider=True, label="Input size", unit="pixels", group="Input",
        help="Rows, and as many columns.",
    )  # fmt: skip
    at: tuple[int, ...] = integers(
        (16, 16), 0, LARGEST_INPUT - 1, length=(2, 2), label="Pixel", group="Input",
        help="Row and column of a pixel: the output with its view about there is looked at. Click into a picture.",
    )  # fmt: skip
    weights: str = choice(
        "uniform", {"uniform": "Positive: uniform from 0 to 1", "normal": "Normal", "ones": "All ones"},
        label="Weights",
        help="How the weights are drawn. With ones the gradient counts the ways from a pixel to the output.",
        group="Gradient",
    )  # fmt: skip
    channels: int = integer(
        4, 1, 16, slider=True, label="Channels", help="How many channels each convolution makes.", group="Gradient"
    )
    draws: int = integer(
        16, 1, 64, slider=True, label="Networks", group="Gradient",
        help="Over how many networks and images the gradient is averaged.",
    )  # fmt: skip
    relu: bool = flag(False, label="ReLU", help="A ReLU after each convolution.", group="Gradient")
    seed: int = seed_field()

    def check(self) -> None:
        """Refuse a padding of a pooling that torch refuses."""
        if self.preset != "own":
            return
        for place, layer in enumerate(layers_of(self.layers), 1):
            if layer.how and layer.padding > layer.kernel // 2:
                raise ParamError(
                    "layers",
                    "{field}: block {block}: the padding {value} of a pooling is not allowed; allowed is at most half "
                    "of the window, {most}",
                    block=place,
                    value=layer.padding,
                    most=layer.kernel // 2,
                )

    def texts(self) -> tuple[str, ...]:
        """Return the layers as blocks."""
        if self.preset == "own":
            return self.layers
        return vgg(self.block) if self.preset == "vgg" else PRESETS[self.preset]

    def stack(self) -> Stack:
        """Return the layers over the input."""
        row, column = (min(place, self.size - 1) for place in self.at)
        return Stack(layers_of(self.texts()), self.size, (row, column))


class ReceptiveField(ClosedForm[ReceptiveParams]):
    """Work the receptive field out layer by layer, and measure by gradients how much of it matters."""

    id: ClassVar[str] = "convolution.receptive_field"
    title: ClassVar[str] = "Receptive field"
    params: ClassVar[type[Params]] = ReceptiveParams
    needs_torch: ClassVar[bool] = True
    mode: ClassVar[RunMode] = "background"

    def preview(self, params: ReceptiveParams, data: DataStore) -> Iterator[Event]:
        """Yield what the formula says."""
        stack = params.stack()
        yield table(stack)
        yield chart(stack, params.texts())

    def compute(self, params: ReceptiveParams) -> Iterator[Event]:
        """Yield the gradient beside the boxes, numbers and program; where a layer does not fit, why."""
        stack, width = params.stack(), None
        draws = Draws(params.weights, params.channels, params.draws, params.seed, params.relu)
        problem = problem_of(stack)
        if problem is not None:
            yield Pictures("fields", (plain_input(stack),), problem)
        else:
            from lab.topics.convolution.receptive_field.gradient import effective_width, gradient

            mean = gradient(stack, draws)
            width = effective_width(mean, stack)
            yield pictures(stack, mean, width, params.draws)
        yield from all_of([numbers(stack, draws, width)])

    def run(self, params: ReceptiveParams, context: Context) -> Generator[Event, None, None]:
        """Say in words too which layer does not fit, where there is no page to see."""
        problem = problem_of(params.stack())
        if problem is not None:
            yield Remark("size", problem, "warning")
        yield from super().run(params, context)


EXPERIMENT = ReceptiveField
