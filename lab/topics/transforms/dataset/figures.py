"""The pictures of the story: one image being fetched, and the batch that fills."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Words
from lab.core.pictures import PicturePanel, Pictures, seen
from lab.core.text import Verbatim, message
from lab.topics.transforms.dataset.ledger import Ledger
from lab.topics.transforms.dataset.words import done_to


def one_image(ledger: Ledger) -> Pictures:
    """Return the image that is fetched, as it is stored and as it comes out."""
    item = ledger.item
    index = 0 if item is None else item.index
    stored = ledger.images[index]
    panels = [
        PicturePanel(
            message("{index}, stored", index=index), stored, "grey" if stored.ndim == 2 else "colour", (0, 255),
            note=f"uint8, {stored.shape}", why=ledger.class_name(index),
        )
    ]  # fmt: skip
    if item is not None and item.made is not None:
        panels.append(
            _panel(
                ledger, message("{index}, delivered", index=index), item.made,
                done_to(item) if item.transforms else message("no transform ran"),
            )
        )  # fmt: skip
    return Pictures("item", tuple(panels))


def _panel(ledger: Ledger, title: Words, made: Array, note: Words) -> PicturePanel:
    """Return an image (C, H, W) of a batch."""
    low = -1.0 if ledger.params.normalise and ledger.params.when != "never" else 0.0
    why = message("float32, {shape}, from {low} to 1", shape=Verbatim(str(made.shape)), low=f"{low:g}")
    return PicturePanel(title, *seen(made), (low, 1.0), note=note, why=why)


def _empty(shape: tuple[int, ...], title: Words) -> PicturePanel:
    return PicturePanel(
        title,
        np.full(shape[:2], np.nan, np.float32),
        hatched=np.ones(shape[:2], bool),
        hatched_label=message("to come"),
    )


def batch(ledger: Ledger) -> Pictures:
    """Return the batch as it fills; before the first, the data."""
    size, shape = ledger.params.batch_size, ledger.images.shape[1:]
    if not ledger.slots:
        first = range(min(size, len(ledger.labels)))
        grey = len(shape) == 2
        panels = tuple(
            PicturePanel(
                _title(ledger, index), ledger.images[index], "grey" if grey else "colour", (0, 255),
                why=message("as it is stored: uint8, {shape}", shape=Verbatim(str(shape))),
            )
            for index in first
        )  # fmt: skip
        return Pictures(
            "batch",
            panels,
            message("The data, as stored: {shown} of {count} images.", shown=len(panels), count=len(ledger.labels)),
        )
    panels = tuple(
        _panel(ledger, _title(ledger, slot.index), slot.made, "") for slot in ledger.slots if slot.made is not None
    )
    epoch, number = ledger.slots[0].epoch, ledger.slots[0].batch
    if ledger.arrived is not None:
        shape = ledger.arrived.shape
        tensors = Verbatim(f"x {shape} float32, y ({shape[0]},) int64")
        words = message("Epoch {epoch}, batch {batch}: {tensors}", epoch=epoch, batch=number, tensors=tensors)
        return Pictures("batch", panels, words)
    wanted = min(size, len(ledger.labels) - (number - 1) * size)
    panels += tuple(_empty(shape, "…") for _ in range(wanted - len(panels)))
    return Pictures(
        "batch",
        panels,
        message("Epoch {epoch}, batch {batch} is being filled: {there} of {wanted}.", epoch=epoch, batch=number,
                there=len(ledger.slots), wanted=wanted),
    )  # fmt: skip


def _title(ledger: Ledger, index: int) -> str:
    return f"{index} {ledger.class_name(index)}"
