"""What the page shows: what transforms do to numbers, and how classifier and autoencoders do. Needs no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array, ImageRows
from lab.core.figures import Cell, Table
from lab.core.text import Message, message

if TYPE_CHECKING:
    from lab.data.base import ImageDataset
    from lab.topics.cnn.cifar10.params import Cifar10Params
    from lab.training.engine import TorchEngine

NAMES: dict[str, Message] = {
    "linear": message("linear"),
    "tanh": message("tanh"),
    "leaky": message("leaky ReLU"),
}
"""The outputs that are compared, as their scalars begin."""
SHOWN = 24
DARK = 0.25
"""Of the way from black to white, up to which a pixel is called dark."""
SCALES = {"unit": (0.0, 1.0), "standard": (0.1307, 0.3081), "symmetric": (0.5, 0.5)}
"""What is taken away from pixels in [0, 1], and what they are divided by."""


def scale(params: Cifar10Params) -> tuple[float, float]:
    """Return what black and white are for the network."""
    shift, over = SCALES[params.pixels]
    return (0 - shift) / over, (1 - shift) / over


def ranges(params: Cifar10Params, dataset: ImageDataset) -> dict[str, float]:
    """Return the lowest and highest number of the raw training images, and of those that a network gets."""
    raw, (low, high) = dataset.train.images[: params.images], scale(params)
    # A border of black is lowest of all.
    darkest = 0 if raw.ndim == 3 else int(raw.min())
    brightest = int(raw.max())
    return {
        "raw_low": float(raw.min()), "raw_high": float(brightest),
        "low": low + (high - low) * darkest / 255, "high": low + (high - low) * brightest / 255,
    }  # fmt: skip


def transforms(params: Cifar10Params, dataset: ImageDataset) -> Table:
    """Return the range of numbers before and behind the transforms, and where they act."""
    found = ranges(params, dataset)
    raw, side = dataset.train.images, params.shape
    was, made = " × ".join(map(str, raw.shape[1:])), " × ".join(map(str, side))
    rows = (
        (
            Cell("train.data", message("what lies in memory, as it was read")), Cell("uint8"), Cell(was),
            Cell(found["raw_low"]), Cell(found["raw_high"]),
        ),
        (
            Cell("train[0]", message("__getitem__ runs the transforms, on the one image that is asked for"), "strong"),
            Cell("float32"), Cell(made), Cell(found["low"], mark="strong"), Cell(found["high"], mark="strong"),
        ),
        (
            Cell(message("train.data, later"), message("after any number of epochs")), Cell("uint8"), Cell(was),
            Cell(found["raw_low"], message("never touched: no transform writes there")), Cell(found["raw_high"]),
        ),
    )  # fmt: skip
    columns = (message("what"), message("type"), message("one image"), message("lowest"), message("highest"))
    note = message("Transforms act in __getitem__ alone. Whoever looks at train.data sees what no network ever gets.")
    return Table("transforms", columns, rows, note)


def delivered(params: Cifar10Params, dataset: ImageDataset) -> ImageRows:
    """Return test images as they lie in memory, and as the network is given them."""
    raw, (low, high) = dataset.test.images[:SHOWN], scale(params)
    # Clothes get a border; photographs are as large already.
    border = (params.shape[1] - raw.shape[1]) // 2
    wide = np.pad(raw, ((0, 0), (border, border), (border, border), *((0, 0),) * (raw.ndim - 3)))
    made = (low + (high - low) * wide / np.float32(255)).astype(np.float32)
    rows = ((message("in memory"), raw), (message("for the network"), made))
    return ImageRows("images", rows, (low, high))


def by_batches(right: Array, batch: int) -> float:
    """Return the mean of the accuracies of batches, of which the last may be small and yet counts as much."""
    return float(np.mean([part.mean() for part in np.split(right, range(batch, len(right), batch))]))


def classified(engine: TorchEngine[str], batch: int) -> Table:
    """Return how the classifier does, and what counting by batches makes of it."""
    rows = []
    for source, label in (("dev", message("dev")), ("test", message("test"))):
        right = engine.judgement(source).answers[0].numpy() == engine.first.sources[source].labels()
        rest = len(right) % batch or batch
        why = message("mean of {count} batches, the last of {rest} images", count=-(-len(right) // batch), rest=rest)
        rows.append(
            (
                Cell(label, message("{count} images", count=len(right))),
                Cell(float(right.mean()), mark="strong", share=True),
                Cell(by_batches(np.asarray(right), batch), why, share=True),
            )
        )
    columns = (message("judged on"), message("right answers"), message("mean over batches"))
    note = message("The mean over batches counts the images of a small last batch more than the others.")
    return Table("numbers", columns, tuple(rows), note)


def reconstructions(engine: TorchEngine[str], params: Cifar10Params) -> ImageRows:
    """Return test images and what each autoencoder makes of them."""
    given, _ = engine.first.sources["test"].part(0, SHOWN)
    rows: list[tuple[Message | str, Array]] = [(message("original"), _pictures(given.cpu().numpy()))]
    for name, trainer in engine.trainers.items():
        rows.append((NAMES[name], _pictures(trainer.outputs("test", 0, SHOWN).cpu().numpy())))
    return ImageRows("images", tuple(rows), scale(params), step=engine.step)


def _pictures(images: Array) -> Array:
    """Return images (N, C, H, W) as they are shown."""
    return np.array(images[:, 0] if images.shape[1] == 1 else images.transpose(0, 2, 3, 1), copy=True)


def measures(engine: TorchEngine[str], params: Cifar10Params, source: str = "test") -> dict[str, dict[str, float]]:
    """Return of each output its error, that of dark pixels, its lowest number, and how steep it is for dark pixels.

    Steep: the mean derivative of the output by what comes to it, over dark pixels; their gradients are so much smaller.
    """
    low, high = scale(params)
    count = len(engine.first.sources[source])
    wanted = engine.first.sources[source].part(0, count)[0].cpu().numpy()
    dark = wanted < low + DARK * (high - low)
    found = {}
    for name in engine.names:
        outputs = engine.judgement(source, name).answers[0].numpy()
        errors = np.square(outputs - wanted, dtype=np.float64)
        slopes = {"linear": np.ones_like(outputs), "tanh": 1 - outputs**2, "leaky": np.where(outputs < 0, 0.01, 1.0)}
        found[name] = {
            "mse": float(errors.mean()),
            "dark_mse": float(errors[dark].mean()),
            "lowest": float(outputs.min()),
            "steep": float(slopes[name][dark].mean()),
        }
    return found


def compared(engine: TorchEngine[str], params: Cifar10Params) -> Table:
    """Return the three outputs side by side."""
    low, _ = scale(params)
    rows = tuple(
        (
            Cell(NAMES[name], mark="bad" if name == "leaky" and low < 0 else ""),
            Cell(float(f"{found['mse']:.4g}"), mark="strong"),
            Cell(float(f"{found['dark_mse']:.4g}")),
            Cell(float(f"{found['lowest']:.3g}"), message("black is {low}", low=f"{low:.3g}")),
            Cell(float(f"{found['steep']:.3g}"), message("by so much are the gradients of dark pixels smaller")),
        )
        for name, found in measures(engine, params).items()
    )
    columns = (
        message("output"), message("test MSE"), message("dark pixels"), message("lowest output"),
        message("slope there"),
    )  # fmt: skip
    note = message("Same first weights, same batches. A leaky ReLU needs −100 before it to give −1.")
    return Table("outputs", columns, rows, note)
