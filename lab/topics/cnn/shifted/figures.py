"""What is seen of two networks whose images are moved: accuracy over the distance, and what moves with a digit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array, ImageRows
from lab.core.figures import Axis, Cell, Chart, Line, Link, Mark, Table, Words
from lab.core.options import write_options
from lab.core.text import Message, message
from lab.nets.convolutional import planned_layers
from lab.topics.cnn.shifted.moving import moved

if TYPE_CHECKING:
    from torch import Tensor, nn

    from lab.data.base import ImageDataset
    from lab.topics.cnn.shifted import ShiftedParams
    from lab.training.engine import TorchEngine
    from lab.training.trainer import Trainer

SHOWN = 24
"""Images in a row."""
MEASURED = 300
"""Test images, the first ones, that are moved by each distance."""
FARTHEST, APART = 14, 2
"""Up to how many pixels either way, and how many lie between two distances."""
SWEPT = "shift=2,4,10"


def images(dataset: ImageDataset, given: tuple[Array, Array]) -> ImageRows:
    """Return the first images as they are, and as they are given to the networks."""
    train, test = given
    rows = (
        (message("training"), dataset.train.images[:SHOWN]),
        (message("training, given"), train[:SHOWN]),
        (message("test"), dataset.test.images[:SHOWN]),
        (message("test, given"), test[:SHOWN]),
    )
    return ImageRows("images", rows)


def rolls(test: Array, shift: int) -> ImageRows:
    """Return what torch.roll(img, shift, dims=1) makes of an image of 28 × 28, and of one of 1 × 28 × 28."""
    first = test[:SHOWN]
    rows: tuple[tuple[Message | str, Array], ...] = (
        (message("as they are"), first),
        (message("28 × 28"), np.roll(first, shift, 2)),
        (message("1 × 28 × 28"), np.roll(first, shift, 1)),
    )
    return ImageRows("rolls", rows)


def over_distance(
    engine: TorchEngine[str], names: Mapping[str, Message], params: ShiftedParams, dataset: ImageDataset
) -> Chart:
    """Return the accuracy of both networks where all images are moved alike."""
    x = np.arange(-FARTHEST, FARTHEST + 1, APART)
    labels = dataset.test.labels[:MEASURED]
    found: dict[str, list[float]] = {way: [] for way in names}
    for distance in x.tolist():
        for way, right in found.items():
            trainer = engine.trainers[way]
            answers = _asked(trainer, trainer.model, _given(params, dataset, distance)).argmax(1)
            right.append(float((answers.cpu().numpy() == labels).mean()))
    lines = tuple(
        Line(names[way], x.astype(float), np.array(right), "line + points", place)
        for place, (way, right) in enumerate(found.items())
    )
    ends = sorted({-params.shift, params.shift})
    return Chart(
        "distances", lines, Axis(message("test images, all moved by"), message("pixels"), whole=True),
        Axis(message("right answers"), low=0.0, high=1.02, share=True),
        tuple(Mark("x", float(end), f"{end:+d}".replace("-", "−")) for end in ends),
    )  # fmt: skip


def table(
    engine: TorchEngine[str], names: Mapping[str, Message], params: ShiftedParams, dataset: ImageDataset
) -> Table:
    """Return what moving the test costs, and what moves along with a digit before flatten, and what does not."""
    shifted, still = (
        [engine.judgement(source, way).values["accuracy"] for way in names] for source in ("test", "unshifted")
    )
    pitches = {"convolutional": _pitch(params), "dense": 1.0}
    # So far that the maps move by whole places, where that is not far.
    by = round(pitches["convolutional"]) if 1 <= pitches["convolutional"] <= 8 else 4
    same = [[_same(engine.trainers[way], params, dataset, far) for way in names] for far in (1, by)]
    changes = [_changes(engine.trainers[way], params, dataset, by, round(by / pitches[way])) for way in names]
    answers = message("of {count} test images, moved either way", count=MEASURED)
    numbers = message("numbers that flatten gets, image moved by {by} pixels: ‖after − before‖ / ‖before‖", by=by)
    places = message("each of them compared with the number that lies where it went")
    rows: list[tuple[Words, list[float], Words]] = [
        (message("right, test as it is"), still, ""),
        (message("right, test shifted"), shifted, ""),
        (message("lost"), [a - b for a, b in zip(still, shifted, strict=True)], ""),
        (message("same answer, 1 pixel on"), same[0], answers),
        (message("same answer, {by} pixels on", by=by), same[1], answers),
        (message("change before flatten"), [change for change, _back in changes], numbers),
        (message("… each at its new place"), [back for _change, back in changes], places),
    ]
    cells = [
        (Cell(words, why), *(Cell(_known(value), why, share=True) for value in values)) for words, values, why in rows
    ]
    settings = {name: params.to_texts()[name] for name in params.changed() if name not in ("seed", "shift")}
    link = Link("sweeps.grid", {
        "experiment": "cnn.shifted", "over": SWEPT, "settings": write_options(settings), "repeats": "1",
    }, runs=False)  # fmt: skip
    opens = Cell(message("as a sweep"), message("Opens the page of sweeps with these settings."), link=link)
    cells.append((Cell(message("shift up to 2, 4, 10 pixels")), opens, Cell(None)))
    return Table("numbers", (message("measured"), *names.values()), tuple(cells))


def _known(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


def _given(params: ShiftedParams, dataset: ImageDataset, distance: int) -> Array:
    """Return test images (N, 28, 28), all moved by one distance along the axes of the page."""
    there = np.full(MEASURED, distance)
    some, none = dataset.test.images[:MEASURED], np.zeros_like(there)
    count = len(some)
    rows, columns = (none if params.direction == other else there for other in ("columns", "rows"))
    return moved(some, rows[:count], columns[:count], params.wraps)


def _asked(trainer: Trainer, network: nn.Module, images: Array) -> Tensor:
    """Return what a network, or a part of it, makes of images (N, 28, 28) uint8."""
    import torch

    from lab.nets.pixels import as_tensor, scaled

    trainer.model.eval()
    with torch.inference_mode():
        inputs = scaled(as_tensor(images), getattr(trainer.params, "pixels", "unit"))
        outputs: Tensor = network(inputs.to(trainer.device))
    return outputs


def _same(trainer: Trainer, params: ShiftedParams, dataset: ImageDataset, far: int) -> float:
    """Return the share of images of which the answer stays when they are moved so far, mean of both ways."""
    before, *after = (
        _asked(trainer, trainer.model, _given(params, dataset, distance)).argmax(1) for distance in (0, far, -far)
    )
    return float(np.mean([float((answer == before).double().mean()) for answer in after]))


def _changes(
    trainer: Trainer, params: ShiftedParams, dataset: ImageDataset, far: int, places: int
) -> tuple[float, float]:
    """Return how much changes, of what flatten gets, when images are moved: number by number, and where each number
    is compared with the one that lies so many `places` further.
    """
    from torch import nn

    layers = list(trainer.model.children())
    body = nn.Sequential(*layers[: next(i for i, each in enumerate(layers) if isinstance(each, nn.Flatten))])
    before, after = (_asked(trainer, body, _given(params, dataset, distance)) for distance in (0, far))
    change = _change(before, after)
    # What left the maps on one side, and what came in on the other, has nothing to be compared with.
    for axis, other in ((2, "columns"), (3, "rows")):
        kept = before.shape[axis] - places
        if params.direction != other and kept > 0:
            before, after = before.narrow(axis, 0, kept), after.narrow(axis, places, kept)
    return change, _change(before, after)


def _change(before: Tensor, after: Tensor) -> float:
    """Return ‖after − before‖ / ‖before‖, mean of the images of which there is anything."""
    length = before.flatten(1).norm(dim=1)
    alive = length > 0
    return float(((after - before).flatten(1).norm(dim=1)[alive] / length[alive]).double().mean())


def _pitch(params: ShiftedParams) -> float:
    """Return how many pixels lie between two places of what flatten gets."""
    pitch = 1.0
    for each in planned_layers(params, (1, 28, 28), None):
        match each.layer.kind:
            case "flatten":
                break
            case "conv":
                pitch *= each.number("stride")
            case "pool":
                pitch *= each.number("kernel")
            case "transposed":
                pitch /= each.number("stride")
            case "resize":
                pitch /= each.number("factor")
    return pitch
