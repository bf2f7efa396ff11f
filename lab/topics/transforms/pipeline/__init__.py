"""Transforms one after another, as torchvision runs them: what each does, and what it does to the label."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lab.core.blocks import ReadBlock, read_block
from lab.core.events import Event, Remark
from lab.core.experiment import ClosedForm, RunMode
from lab.core.metaparameters import seed_field
from lab.core.numbers import all_of
from lab.core.params import ParamError, Params, blocks, choice, integer
from lab.core.text import Message, message
from lab.data.images.sources import PictureParams
from lab.data.store import DataStore
from lab.topics.transforms.pipeline.block_kinds import KINDS
from lab.topics.transforms.pipeline.figures import histogram, sheet, stage_pictures, stage_table
from lab.topics.transforms.pipeline.label import judge
from lab.topics.transforms.pipeline.numbers import label_numbers, sample_numbers
from lab.topics.transforms.pipeline.passing import run
from lab.topics.transforms.pipeline.sources import Source, of_dataset, of_picture


@dataclass(frozen=True, kw_only=True)
class PipelineParams(PictureParams):
    """The image, the blocks, and what is guessed of them."""

    data: str = choice(
        "picture",
        {
            "picture": "A picture",
            "digits": "MNIST digits",
            "fashion": "Fashion-MNIST",
            "cifar-10": "CIFAR-10, where it is installed",
        },
        label="Images",
        help="One picture, or the images of a data set. CIFAR-10 is installed by “Data …”; without it Fashion-MNIST is "
        "taken.",
        group="Data",
    )
    number: int = integer(
        4,
        0,
        1499,
        slider=True,
        label="Image",
        help="Which of the test images, from 0.",
        group="Data",
        when=("data", ("digits", "fashion", "cifar-10")),
    )
    pipeline: tuple[str, ...] = blocks(
        ("resize size=128", "resized_crop size=96", "flip_horizontal", "colour", "float", "normalise"),
        KINDS,
        length=(0, 12),
        label="Blocks",
        help="Transforms in the order in which they run.",
        group="Pipeline",
    )
    samples: int = integer(
        12,
        1,
        36,
        slider=True,
        label="Samples",
        help="How often the same image goes through the pipeline.",
        group="Pipeline",
    )
    stage: int = integer(
        12,
        0,
        12,
        slider=True,
        label="Histogram after block",
        help="Whose values the histogram shows beside those of the image itself; beyond the last block it is the last.",
        group="Pipeline",
    )
    guess: str = choice(
        "none",
        {"none": "Not guessed yet", "keeps": "It is still the same digit", "destroys": "It may be another digit"},
        label="Your guess",
        help="Does the pipeline keep the label? Guess first: then a network that knows digits is asked.",
        group="Label",
        when=("data", ("digits",)),
    )
    seed: int = seed_field()

    def check(self) -> None:
        """Refuse what no pipeline can be."""
        super().check()
        for place, block in enumerate(self.read(), 1):
            if block.kind == "blur" and int(block.values["kernel"]) % 2 == 0:
                raise ParamError(
                    "pipeline",
                    "{field}: block {block}: a kernel has a middle only if its size is odd, and {value} is even",
                    block=place,
                    value=block.values["kernel"],
                )

    def read(self) -> tuple[ReadBlock, ...]:
        """Return the blocks."""
        return tuple(read_block(KINDS, text) for text in self.pipeline)

    def source(self, store: DataStore) -> Source:
        """Return the image that goes in. Raises DataError."""
        return of_picture(self) if self.data == "picture" else of_dataset(store, self.data, self.number)


class Pipeline(ClosedForm[PipelineParams]):
    """Run a pipeline of torchvision on one image, many times."""

    id: ClassVar[str] = "transforms.pipeline"
    title: ClassVar[str] = "A pipeline of transforms"
    params: ClassVar[type[Params]] = PipelineParams
    needs_torch: ClassVar[bool] = True
    mode: ClassVar[RunMode] = "background"

    def validate(self, params: PipelineParams, data: DataStore) -> None:
        """Raise LabError where the image cannot be read."""
        params.source(data)

    def compute(self, params: PipelineParams) -> Iterator[Event]:
        """Yield samples, stages, what they hold, the verdict on the label, and the program. Raises LabError."""
        source, read = params.source(self.data), params.read()
        piped = run(source.image, read, params.samples, params.seed)
        yield sheet(piped)
        yield stage_pictures(piped)
        yield stage_table(piped)
        yield histogram(piped, params.stage)
        judged = None
        if source.digit is not None and params.guess != "none":
            judged = judge(piped.samples, source.digit)
        if piped.problem:
            yield Remark("pipeline", _stopped(len(piped.stages) - 1, piped.problem), "warning")
        elif source.remark is not None:
            yield Remark("data", source.remark)
        samples = sample_numbers(source, read, params.samples, params.seed, piped)
        yield from all_of((samples, label_numbers(read, source, params.guess, judged)))


def _stopped(place: int, reason: str) -> Message:
    return message(
        "Block {place} cannot work with what comes to it: {reason}. What came before it is shown.",
        place=place,
        reason=reason.rstrip("."),
    )


EXPERIMENT = Pipeline
