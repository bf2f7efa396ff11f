"""What a unit wants to see, what an answer hangs on, and which small changes of an image turn it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from lab.core.events import Architecture, Array, Event, ImageRows, Images, Metrics, Progress, Remark, lazily
from lab.core.experiment import Context, Experiment
from lab.core.figures import Chart, Table
from lab.core.headline import Headline
from lab.core.params import Params
from lab.core.pictures import Pictures
from lab.core.text import DataError, Message, message
from lab.data.finding import find_digit, find_drawn, read_picture
from lab.nets.convolutional import plan
from lab.running.classifier import load_model
from lab.topics.cnn.maximise import figures
from lab.topics.cnn.maximise.params import SHAPE, MaximiseParams
from lab.topics.cnn.maximise.program import program
from lab.topics.cnn.maximise.words import CHUNK, MOST, STEP, WAYS, sizes

if TYPE_CHECKING:
    from torch import Tensor, nn

    from lab.data.store import DataStore
    from lab.topics.cnn.maximise.subject import Subject


class Maximise(Experiment[MaximiseParams]):
    """First images climb for units; then test images are changed. Questions about one image come at any time."""

    id: ClassVar[str] = "cnn.maximise"
    title: ClassVar[str] = "What a unit wants to see"
    params: ClassVar[type[Params]] = MaximiseParams
    persistent: ClassVar[bool] = False
    headline: ClassVar[Headline | None] = Headline("activation", message("activation"), "number")
    queries: ClassVar[tuple[str, ...]] = ("at", "drawing", "image")
    starts_on: ClassVar[tuple[str, ...]] = ("layer",)

    subject: Subject | None = None

    def validate(self, params: MaximiseParams, data: DataStore) -> None:
        """Raise LabError where the network, its test images or the picture file cannot be used."""
        model = load_model(params.model)
        params.count_of(model)
        model.test_images(data)
        if params.path:
            _found(params.path)

    def preview(self, params: MaximiseParams, data: DataStore) -> Iterator[Event]:
        """Show the network, the test images and the program."""
        model = load_model(params.model)
        test = model.test_images(data)
        params.count_of(model)
        yield Architecture(plan(model.params, SHAPE, len(model.classes)))
        yield Images("test", test.images, test.labels, model.classes, data.load(model.dataset).source)
        if model.file.exists():
            yield program(params, model, model.file, data)

    def prepare(self, params: MaximiseParams) -> None:
        """Remember them; the network is made when there is something to do."""
        self._params = params

    def _begin(self, data: DataStore) -> None:
        """Make the network ready, and look at the first image."""
        import torch

        from lab.nets.pixels import as_tensor
        from lab.topics.cnn.maximise.climbing import activations
        from lab.topics.cnn.maximise.seeing import seeing

        params, self._model = self._params, load_model(self._params.model)
        self._test = self._model.test_images(data)
        self._network: nn.Sequential = seeing(self._model)
        self._units = torch.arange(params.unit, params.unit + params.count_of(self._model))
        self._at = params.epsilon
        generator = self._generator = torch.Generator().manual_seed(params.seed)
        self._images: Tensor = 0.2 * torch.rand(len(self._units), *SHAPE, generator=generator)
        self._start, self._steps_done = self._images, 0
        self._digits = as_tensor(self._test.images[: params.images])
        with torch.no_grad():
            tests = activations(self._network, params.layer, params.of == "middle", self._digits)[:, self._units]
        self._best, self._best_heights = tests.argmax(0).numpy(), tests.amax(0).numpy()
        self._heights: list[Array] = [self._height()]
        self._stays: Array = np.zeros((3, len(sizes()) + 1, 0), bool)
        if params.path:
            self._look(_found(params.path), message("picture file"))
        else:
            self._look_at(params.number)

    def run(self, params: MaximiseParams, context: Context) -> Generator[Event, None, None]:
        """Climb step by step; then change the test images, a few at a time."""
        import torch

        from lab.topics.cnn.maximise.climbing import climbed
        from lab.topics.cnn.maximise.nudging import kept

        if self.subject is None:
            self._begin(context.data)
        yield Architecture(plan(self._model.params, SHAPE, len(self._model.classes)))
        yield from context.made(self._figures(), everything=True)
        parts = torch.split(self._digits, CHUNK)
        total = params.steps + len(parts)
        for step in range(1, params.steps + 1):
            self._images = climbed(
                self._network, params.layer, params.of == "middle", self._units, self._images, params.rate,
                params.jitter, params.blur, params.decay, self._generator,
            )  # fmt: skip
            self._heights.append(self._height())
            self._steps_done = step
            yield from context.made(self._climb())
            yield Progress(step, total, 1, 1, False)
        yield from context.made(self._figures(), everything=True)
        silent = [unit for unit, heights in zip(self._units.tolist(), np.transpose(self._heights), strict=True)
                  if np.ptp(heights) == 0]  # fmt: skip
        if silent:
            yield _silence(silent)
        coins = torch.Generator().manual_seed(params.seed + 1)
        for done, part in enumerate(parts, 1):
            found = kept(self._network, part, [*sizes(), params.epsilon], STEP, coins).numpy()
            self._stays = np.concatenate([self._stays, found], 2)
            yield from context.made(self._changes())
            doing = message(
                "changing test images: {count} of {total}", count=self._stays.shape[2], total=len(self._digits)
            )
            yield Progress(params.steps + done, total, 1, 1, done == len(parts), doing)
        yield from context.made(self._figures(), everything=True)
        yield self._metrics()

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Look at another image, or change it by another size; answer with all that depends on it."""
        if self.subject is None:
            self._begin(self.data)
        if "at" in request:
            self._at = min(max(float(request["at"]), 0.0), MOST)
        if "image" in request:
            self._look_at(int(request["image"]))
        if "drawing" in request:
            found = find_drawn(request["drawing"]).image
            if found is not None:
                self._look(found, message("drawing"))
        assert self.subject is not None
        # What follows the hand comes at once.
        yield figures.nudge(self.subject, self._at, self._model.classes)
        yield from self._figures()

    def _look_at(self, number: int) -> None:
        place = number % len(self._test)
        truth = self._model.classes[int(self._test.labels[place])]
        self._look(self._test.images[place], message("image {number}: {truth}", number=place, truth=truth))

    def _look(self, image: Array, label: Message) -> None:
        from lab.topics.cnn.maximise.subject import Subject

        self.subject = Subject(self._network, image, label, self._params.seed, self._params.patch)

    def _height(self) -> Array:
        """Return the activation (U,) of each unit by its own image."""
        import torch

        from lab.topics.cnn.maximise.climbing import activations

        params = self._params
        with torch.no_grad():
            found = activations(self._network, params.layer, params.of == "middle", self._images)
        heights: Array = found[torch.arange(len(self._units)), self._units].numpy()
        return heights

    def _climb(self) -> Iterator[Event]:
        yield lazily(ImageRows, "wanted", self._wanted)
        yield lazily(Chart, "climb", self._chart)
        yield lazily(Table, "units", self._table)

    def _changes(self) -> Iterator[Event]:
        """Yield what is known of many test images."""
        yield lazily(Chart, "all_tests", lambda: figures.all_tests(self._stays[:, :-1], self._at))
        yield lazily(Table, "numbers", self._numbers)

    def _figures(self) -> Iterator[Event]:
        subject, classes = self.subject, self._model.classes
        assert subject is not None
        yield from self._climb()
        yield lazily(Pictures, "nudge", lambda: figures.nudge(subject, self._at, classes))
        yield lazily(Pictures, "reasons", lambda: figures.reasons(subject, classes))
        yield lazily(Chart, "this_one", lambda: figures.this_one(subject, self._at, classes))
        yield from self._changes()

    def _wanted(self) -> ImageRows:
        start, now, digits = (
            images[:, 0].numpy().copy() for images in (self._start, self._images, self._digits[self._best])
        )
        return figures.wanted(start, now, digits, self._best, self._steps_done)

    def _chart(self) -> Chart:
        return figures.climbing(np.array(self._heights), self._units.tolist())

    def _table(self) -> Table:
        import torch

        with torch.no_grad():
            shares = self._network(self._images).softmax(1).numpy()
        heights = np.array(self._heights)
        return figures.units_table(self._units.tolist(), heights, self._best_heights, shares, self._model.classes)

    def _numbers(self) -> Table:
        assert self.subject is not None
        return figures.numbers(self._stays, self.subject.over[1], self._params.epsilon)

    def _metrics(self) -> Metrics:
        """Return those of the first unit, of all test images, and of the image that is looked at."""
        subject = self.subject
        assert subject is not None
        values: dict[str, float | None] = {
            "start": float(self._heights[0][0]),
            "activation": float(self._heights[-1][0]),
            "test_activation": float(self._best_heights[0]),
            "probability": float(subject.shares[subject.answer]),
        }
        for way, row, first in zip(WAYS, self._stays, subject.over[1], strict=True):
            values |= {f"kept_{way}": float(row[-1].mean()), f"half_{way}": figures.half(row[:-1])}
            values[f"change_{way}"] = first
        return Metrics({name: value for name, value in values.items() if value is not None})


def _found(path: str) -> Array:
    """Return the digit (28, 28) in a picture file. Raises DataError."""
    found = find_digit(read_picture(path))
    if found.image is None:
        raise DataError("Nothing is drawn in this image.")
    return found.image


def _silence(units: list[int]) -> Remark:
    words = message(
        "Units {units}: no gradient. They are silent at first, so nothing tells which way is up. Try another seed.",
        units=", ".join(map(str, units)),
    )
    return Remark("silent", words, "warning")


EXPERIMENT = Maximise
