"""A drawing is recognised, and what the network saw is shown."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from lab.core.events import (
    Architecture,
    Array,
    Event,
    FeatureMaps,
    Metrics,
    Picture,
    Predictions,
    Probabilities,
    Progress,
    Remark,
    Weights,
    lazily,
)
from lab.core.experiment import Context, Experiment
from lab.core.headline import TEST_ACCURACY, Headline
from lab.core.params import Params, text
from lab.core.text import DataError, message
from lab.data.finding import Finding, find_digit, find_drawn, read_picture

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.running.classifier import Recogniser

TRAINER = "cnn.mnist"
"""The experiment whose network answers while it learns."""
SHOWN_SIDE = 600
"""Pixels of the longer side up to which a given picture is shown."""
CHUNK = 25
"""Images judged between two chances to answer a drawing."""


@dataclass(frozen=True, kw_only=True)
class DigitParams(Params):
    """Which network looks at the drawing."""

    model: str = text(
        "digits",
        label="Model",
        help="digits and letters are the networks that come with Descent; or the folder of a run.",
        group="Network",
    )


class Digit(Experiment[DigitParams]):
    """Answer drawings; the run itself tests the network on digits that it never learned from."""

    id: ClassVar[str] = "draw.digit"
    title: ClassVar[str] = "Draw a digit or a letter"
    params: ClassVar[type[Params]] = DigitParams
    persistent: ClassVar[bool] = False
    headline: ClassVar[Headline | None] = TEST_ACCURACY

    def __init__(self) -> None:
        self._recogniser: Recogniser | None = None
        self._found, self._of_file = Finding(None, 0), False

    def validate(self, params: DigitParams, data: DataStore) -> None:
        """Raise LabError where the network, or the images that it is tested on, cannot be read."""
        from lab.running.classifier import load_model

        load_model(params.model).test_images(data)

    def run(self, params: DigitParams, context: Context) -> Generator[Event, None, None]:
        """Load the network and test it on the test images of its own data set."""
        from lab.running.classifier import Recogniser, load_model

        recogniser = self._recogniser = Recogniser(load_model(params.model))
        yield Architecture(recogniser.layers)
        yield from self.query({})
        test = context.data.load(recogniser.model.dataset).test
        count = len(test.images)
        truth, predicted = test.labels, np.full(count, -1)
        confidence = np.zeros(count, dtype=np.float32)
        steps = -(-count // CHUNK)
        for step in range(steps):
            part = slice(step * CHUNK, (step + 1) * CHUNK)
            probabilities = recogniser.probabilities(test.images[part])
            predicted[part], confidence[part] = probabilities.argmax(1), probabilities.max(1)
            yield Progress(step + 1, steps, 1, 1, step + 1 == steps)
        yield Predictions("test", truth, predicted, confidence, recogniser.model.classes, steps)
        yield Metrics({"test_accuracy": float((predicted == truth).mean()), "test_images": float(count)})

    def query(self, request: Mapping[str, Any]) -> Iterator[Event]:
        """Answer for `drawing`, a grey image (H, W), by the network of `weights` if there is one in the request; or for
        the picture in `file`, where there is one, which is then shown too.
        """
        if "weights" in request:
            self._use(request["weights"])
        if request.get("file") is not None:
            try:
                picture = read_picture(request["file"])
            except DataError as error:
                yield Remark("file", error.message, "warning")
                return
            self._found, self._of_file = find_digit(picture), True
            every = -(-max(picture.shape[:2]) // SHOWN_SIDE)
            yield Picture("given", picture[::every, ::every])
        elif "drawing" in request:
            self._found, self._of_file = find_drawn(request["drawing"]), False
        found, seen = self._found, self._found.image
        recogniser = self._recogniser
        if recogniser is None:
            # The network is still being loaded; the answer follows when it is there.
            yield Picture("input", seen)
            return
        if seen is None:
            nothing = (self._of_file and found.words) or message("Nothing is drawn yet.")
            yield Probabilities("drawing", None, recogniser.model.classes, nothing, False)
            yield Picture("input", seen)
            return
        answer = recogniser.judge(seen)
        verdict, sure = (found.words or answer.verdict), answer.sure and found.count < 2
        yield Probabilities("drawing", answer.probabilities, recogniser.model.classes, verdict, sure)
        yield Picture("input", seen)
        yield lazily(FeatureMaps, "drawing", _maps, recogniser, seen)

    def _use(self, weights: Weights) -> None:
        from lab.running.classifier import Recogniser, kept_model

        model = kept_model("training", TRAINER, weights.params, weights.classes, weights.arrays)
        self._recogniser = Recogniser(model)


def _maps(recogniser: Recogniser, seen: Array) -> FeatureMaps:
    """Return what each layer makes of an image (28, 28)."""
    # What batch norm makes looks as what it is given, and there is little room.
    layers = tuple(pair for pair in recogniser.activations(seen) if not pair[0].startswith("batch_norm"))
    return FeatureMaps("drawing", seen / np.float32(255), layers, 0)


EXPERIMENT = Digit
