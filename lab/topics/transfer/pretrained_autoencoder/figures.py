"""What is shown of an autoencoder and of the classifiers that begin with its encoder. Needs no torch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array, ImageRows
from lab.core.figures import Axis, Cell, CellMark, Chart, Line, Link, Table, Words
from lab.core.options import write_options
from lab.core.pictures import PicturePanel, Pictures
from lab.core.text import message
from lab.maths.chance import sign_test
from lab.nets.convolutional import plan
from lab.sweeps.comparison import interval
from lab.topics.transfer.pretrained_autoencoder.params import WAYS, PretrainedParams

if TYPE_CHECKING:
    from lab.data.base import ImageDataset
    from lab.topics.transfer.pretrained_autoencoder.engine import Pretraining

SHOWN = 20
"""Test images that are shown with what the autoencoder makes of them."""
ORIGINAL, MADE = message("original"), message("given back")


def originals(dataset: ImageDataset) -> ImageRows:
    """Return test images before there is anything to be made of them."""
    return ImageRows("reconstructions", ((ORIGINAL, dataset.test.images[:SHOWN]),), (0.0, 255.0))


def reconstructions(engine: Pretraining, dataset: ImageDataset) -> ImageRows:
    """Return test images, and what the autoencoder makes of them."""
    given = engine.source.sources["test"].part(0, SHOWN)[0].cpu().numpy()
    made = engine.source.outputs("test", 0, SHOWN).cpu().numpy()
    low, high = float(given.min()), float(given.max())
    rows = tuple((words, _seen(images)) for words, images in ((ORIGINAL, given), (MADE, made)))
    return ImageRows("reconstructions", rows, (low, high), step=engine.step)


def _seen(images: Array) -> Array:
    """Return images (N, C, H, W) as they are shown."""
    return np.array(images[:, 0] if images.shape[1] == 1 else images.transpose(0, 2, 3, 1), copy=True)


def copied(params: PretrainedParams) -> Table:
    """Return the layers of both networks, and what goes from one to the other."""
    coder, classifier = (plan(network, params.shape, None) for network in (params.coder, params.classifier))
    shared = 2 * len(params.channels)
    rows = list[tuple[Cell, ...]]()
    for place, layer in enumerate(classifier):
        if layer.parameters:
            begins = place < shared
            why = message("drawn by the naive classifier; taken from the autoencoder by the others")
            rows.append((
                Cell(layer.name, _shape(layer.shape_out)), Cell(layer.parameters if begins else None),
                Cell(layer.parameters, layer.arithmetic),
                Cell(message("copied"), why, "good") if begins else Cell(message("by chance")),
            ))  # fmt: skip
    for layer in coder[shared:]:
        if layer.parameters:
            rows.append((
                Cell(layer.name, _shape(layer.shape_out), "muted"), Cell(layer.parameters, layer.arithmetic),
                Cell(None), Cell(message("left behind")),
            ))  # fmt: skip
    totals = (sum(layer.parameters for layer in network) for network in (coder, classifier))
    rows.append((Cell(message("all"), mark="strong"), *(Cell(total) for total in totals), Cell(None)))
    columns = message("layer"), message("autoencoder"), message("classifier"), message("at first")
    return Table(
        "copied", columns, tuple(rows), message("Parameters of each layer. The classifiers differ in nothing else.")
    )


def maps(engine: Pretraining, params: PretrainedParams, picked: int, layer: int) -> Pictures:
    """Return what a convolution of two classifiers makes of an image; the lowest number, −1, is that of the weights of
    the first one alone.
    """
    from lab.topics.transfer.pretrained_autoencoder.engine import maps as made

    index = picked % len(engine.others["naive"].sources["test"])
    bare, panels = layer < 0, []
    for way in ("pretrained", "naive"):
        trainer = engine.others[way]
        image = trainer.sources["test"].part(index, index + 1)[0]
        pair = made(trainer, image, len(params.channels))[max(layer, 0)]
        found = pair[bare].cpu().numpy()
        why = (
            message("no stride, no padding, no bias, and a ReLU: no layer of the network makes these")
            if bare
            else message("as the network computes it, behind its leaky ReLU")
        )
        peak = float(np.abs(found).max()) or 1.0
        note = message("{count} maps of {size}", count=len(found), size=_shape(found.shape[1:]))
        panels.append(PicturePanel(WAYS[way], _tiled(found), "signed", (-peak, peak), why=why, note=note))
    return Pictures("bare" if bare else f"maps{layer + 1}", tuple(panels))


def _tiled(maps: Array) -> Array:
    """Return maps (C, h, w) as one picture, with a line of nothing between them."""
    count, height, width = maps.shape
    across = math.ceil(math.sqrt(count))
    picture = np.full((math.ceil(count / across) * (height + 1) - 1, across * (width + 1) - 1), np.nan, np.float32)
    for place, each in enumerate(maps):
        row, column = (height + 1) * (place // across), (width + 1) * (place % across)
        picture[row : row + height, column : column + width] = each
    return picture


def table(engine: Pretraining, params: PretrainedParams) -> Table:
    """Return how the classifiers do on the same test images."""
    truth = engine.others["naive"].sources["test"].labels()
    right = {way: np.asarray(engine.answers("test", name=way)[0] == truth) for way in WAYS}
    rows = []
    for way, words in WAYS.items():
        trainer = engine.others[way]
        learned = trainer.epoch_values().get("accuracy") if trainer.steps_done else None
        rows.append((
            Cell(words), Cell(round(float(right[way].mean()), 4), mark="strong", share=True),
            Cell(None if learned is None else round(learned, 4), message("mean over the epoch"), share=True),
            Cell(None) if way == "naive" else _ahead(right[way], right["naive"]),
            Cell(sum(each.numel() for each in trainer.learning), message("parameters that learn")),
        ))  # fmt: skip
    found = engine.of_source()["autoencoder_test_loss"]
    texts = params.to_texts()
    settings = {name: texts[name] for name in params.changed() if name not in ("seed", "labelled", "seeds")}
    link = Link("sweeps.grid", {
        "experiment": "transfer.pretrained_autoencoder", "over": "labelled=100,500,2000", "repeats": "5",
        "settings": write_options({**settings, "seeds": "0"}),
    }, runs=False)  # fmt: skip
    error = Cell(float(f"{found:.4g}"), message("test MSE of the autoencoder"))
    rows.append((Cell("MSE"), error, *(Cell(None),) * 3))
    sweep = Cell(message("as a sweep"), message("Opens the page of sweeps with these settings."), link=link)
    rows.append((Cell(message("labels")), sweep, *(Cell(None),) * 3))
    columns: tuple[Words, ...] = (
        message("classifier"), message("test"), message("training"), message("ahead"), message("learning"),
    )  # fmt: skip
    note = message(
        "Ahead: of the naive one, in points of the same test images. What another seed would do is not in it."
    )
    return Table("numbers", columns, tuple(rows), note)


def _ahead(here: Array, naive: Array) -> Cell:
    """Return by how many points one is ahead, with what the test images alone make of it by chance."""
    only, other = int((here & ~naive).sum()), int((naive & ~here).sum())
    p = sign_test(np.repeat([1, -1], [only, other])) if only + other else 1.0
    why = message(
        "{only} images are right here alone, {other} in the naive one alone; sign test: p = {p}",
        only=only, other=other, p=f"{p:.2g}",
    )  # fmt: skip
    return Cell(round(100 * float(here.mean() - naive.mean()), 2), why)


def over_labels(sizes: tuple[int, ...], found: Array) -> Chart:
    """Return accuracies (sizes, ways, seeds) over the number of labels: each seed, and means."""
    x, lines = np.array(sizes, float), list[Line]()
    for place, words in enumerate(WAYS.values()):
        each = found[:, place]
        lines.append(Line(words, x, np.array([interval(runs)[0] for runs in each]), "line + points", place))
        known = np.isfinite(each)
        lines.append(Line("", np.broadcast_to(x[:, None], each.shape)[known], each[known], "faint points", place))
    labels = Axis(message("labelled images"), log=True)
    return Chart("labels", tuple(lines), labels, Axis(message("test accuracy"), share=True))


def gains(sizes: tuple[int, ...], found: Array) -> Table:
    """Return the means of accuracies (sizes, ways, seeds), and how far those with the encoder are ahead, seed by
    seed.
    """
    rows, naive = [], list(WAYS).index("naive")
    for size, values in zip(sizes, found, strict=True):
        mean = interval(values[naive])[0]
        ahead = [_apart(values[place], values[naive]) for place in range(len(WAYS)) if place != naive]
        rows.append((Cell(size), Cell(None if math.isnan(mean) else round(mean, 4), share=True), *ahead))
    apart = (message("{way} − naive", way=words) for way, words in WAYS.items() if way != "naive")
    note = message(
        "Means of {count} seeds; differences in points, seed by seed, with 95 % intervals: green above 0, red below.",
        count=int(np.isfinite(found).all((0, 1)).sum()),
    )
    return Table("gains", (message("labels"), WAYS["naive"], *apart), tuple(rows), note)


def _apart(values: Array, naive: Array) -> Cell:
    """Return the mean of the differences of accuracies (S,) with its interval, in points."""
    mean, half = interval(100 * (values - naive))
    if math.isnan(mean):
        return Cell(None)
    why = message("{share} % right, mean of the seeds", share=f"{100 * interval(values)[0]:.2f}")
    if math.isnan(half):
        return Cell(f"{mean:+.2f}".replace("-", "−"), why)
    mark: CellMark = "good" if mean > half else "bad" if mean < -half else ""
    return Cell(f"{mean:+.2f} ± {half:.2f}".replace("-", "−"), why, mark)


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
