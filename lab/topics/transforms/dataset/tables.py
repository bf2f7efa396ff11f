"""How often what ran, what came in all, and what was done to each image in each epoch."""

from __future__ import annotations

from lab.core.figures import Cell, Table, Words
from lab.core.quantities import Quantity
from lab.core.text import message
from lab.topics.transforms.dataset.ledger import Ledger
from lab.topics.transforms.dataset.words import done_to, said


def results(ledger: Ledger) -> tuple[Quantity, ...]:
    """Return what came in all, as far as the story goes."""
    shapes, params = ledger.shapes, ledger.params
    found: list[tuple[float | tuple[float, ...], str, str]] = [
        (ledger.batches[1], "batches", "len(loader)"),
        (ledger.delivered.total(), "images", "images_seen"),
        (len(ledger.labels) - ledger.delivered[1], "images_left_out", ""),
        (ledger.calls.total(), "getitem_calls", ""),
        (ledger.transforms.total(), "transforms_ran", ""),
        (ledger.means, "epoch_means", "means"),
    ]
    if len(ledger.labels) >= params.batch_size or not params.drop_last:
        found += [
            (shapes[-1][0] if shapes else 0, "batch_size_last", "last"),
            (shapes[0][1:] if shapes else (), "example_shape", "shape[1:]"),
            (ledger.first_batches.get(1, ()), "first_batch", ""),
        ]
    return tuple(Quantity("", value, "", name, code, listed=False) for value, name, code in found)


def counts(ledger: Ledger) -> Table:
    """Return how often what ran: before the first epoch, and in each."""
    epochs = range(1, ledger.params.epochs + 1)
    rows: list[tuple[Cell, ...]] = []
    counted = (
        (message("__getitem__ was called"), message("Once for each image that the loader asks for."), ledger.calls),
        (message("the transforms ran"), message("Each time on one image."), ledger.transforms),
        (message("of these flipped"), message("By chance, with probability 0.5."), ledger.flips),
        (message("batches were stacked"), message("collate_fn makes one tensor of a list."), ledger.collated),
        (message("batches arrived"), "", ledger.batches),
        (message("images arrived"), "", ledger.delivered),
    )
    now = 0 if ledger.now is None else ledger.now.epoch
    for name, why, counter in counted:
        cells = [
            Cell(counter[epoch], mark="strong" if epoch == now and counter[epoch] else "") for epoch in (0, *epochs)
        ]
        rows.append((Cell(name, why), *cells))
    firsts = [ledger.first_batches.get(epoch) for epoch in epochs]
    rows.append((
        Cell(message("first batch"), message("The places of its images in the data.")), Cell(None),
        *(Cell(None if first is None else " ".join(map(str, first))) for first in firsts),
    ))  # fmt: skip
    means = dict(zip(sorted(ledger.sums), ledger.means, strict=True))
    rows.append((
        Cell(message("mean of all numbers"), message("Other random numbers, other images, another mean.")), Cell(None),
        *(Cell(means.get(epoch)) for epoch in epochs),
    ))  # fmt: skip
    columns: tuple[Words, ...] = ("", message("before"), *(message("epoch {epoch}", epoch=epoch) for epoch in epochs))
    return Table("counts", columns, tuple(rows), said(ledger))


def every_image(ledger: Ledger) -> Table:
    """Return what was done to each image in each epoch."""
    epochs = range(1, ledger.params.epochs + 1)
    rows = tuple(
        (Cell(index), Cell(ledger.class_name(index)), *(_fate(ledger, index, epoch) for epoch in epochs))
        for index in range(len(ledger.labels))
    )
    columns = (message("image"), message("label"), *(message("epoch {epoch}", epoch=epoch) for epoch in epochs))
    note = {
        "each time": message("The stored images never change; what the transforms draw, they draw anew each time."),
        "once": message("What the transforms drew was drawn before the first epoch, and is the same in all of them."),
        "never": message("The same numbers in each epoch; only their order changes."),
    }[ledger.params.when]
    return Table("images", columns, rows, note)


def _fate(ledger: Ledger, index: int, epoch: int) -> Cell:
    """Return what became of an image in an epoch."""
    item = ledger.log.get((index, epoch))
    if item is not None:
        done = done_to(item) if item.transforms else message("no transform ran")
        words = message("batch {batch}: {done}", batch=item.batch, done=done)
        if not done:
            words = message("batch {batch}", batch=item.batch)
        return Cell(words, mark="strong" if item is ledger.item else "")
    now = ledger.now
    over = now is not None and (now.epoch > epoch or (now.epoch == epoch and now.kind == "end"))
    return Cell(message("dropped"), mark="muted") if over else Cell(None)
