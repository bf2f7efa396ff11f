"""What `.to(device)` moves, what stays, and what comes back to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event
from lab.core.figures import Cell, Link, Table, Words
from lab.core.numbers import NumbersPage, check
from lab.core.params import Params
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.topics.gpu.move.params import BATCH, CLASSES, EPOCH, FLOAT, INPUTS, LONG, UNITS, MoveParams
from lab.topics.gpu.move.program import lines, said


@dataclass(frozen=True)
class Thing:
    """Tensors of one kind: what they are called, how many there are, their bytes, and whether they are moved."""

    name: str
    kind: Words
    tensors: int
    bytes: int
    moves: bool
    why: Words


def things(params: MoveParams) -> list[Thing]:
    """Return everything that the network, its optimiser and its data consist of."""
    listed = params.layers == "module_list"
    parameter, buffer = message("parameter"), message("buffer")
    found = message("Module.to goes through all parameters, and gives each new numbers: it stays the same object")
    found_buffer = message("Module.to goes through all buffers too")
    means = {
        "attribute": (message("attribute"), False, message("a tensor like any other: Module.to does not know of it")),
        "buffer": (buffer, True, message("register_buffer made it known: it is moved, and kept with the weights")),
        "left_out": (buffer, True, message("persistent=False: it is moved, but not kept with the weights")),
    }
    kind, moves, why = means[params.mean]
    learns = [(INPUTS * UNITS, UNITS), (UNITS, UNITS), *([(UNITS * CLASSES, CLASSES)] if listed else [])]
    count, numbers = 2 * len(learns), sum(map(sum, learns))
    last = message("in a list of Python it is not found: neither moved, nor learned, nor kept")
    if listed:
        last = message("nn.ModuleList makes it known")
    early = params.optimiser == "before"
    state = message("made by the first step, where the parameters are then: two tensors for each that learns")
    if early:
        state = message(
            "made by the first step, before: two tensors for each that learns. Nothing moves them, and the next step is"
            " refused"
        )
    new = message(".to gives a copy, and nobody takes it")
    if params.data == "kept":
        new = message("the copy has a name: the old one is gone")
    drawn = message("a generator belongs to the device that it was made for: a card has its own, with other numbers")
    return [
        Thing("first", parameter, 2, FLOAT * (INPUTS + 1) * UNITS, True, found),
        Thing("norm", parameter, 2, FLOAT * 2 * UNITS, True, found),
        Thing("norm.running_*", buffer, 3, FLOAT * 2 * UNITS + LONG, True, found_buffer),
        Thing("last", parameter, 2, FLOAT * (UNITS + 1) * CLASSES, listed, last),
        Thing("mean", kind, 1, FLOAT * INPUTS, moves, why),
        Thing("optimiser", message("Adam's numbers"), 2 * count, 2 * FLOAT * numbers, not early, state),
        Thing("data", message("tensor"), 1, FLOAT * INPUTS * params.batch_size, params.data == "kept", new),
        Thing("generator", message("random numbers"), 1, 0, False, drawn),
    ]  # fmt: skip


class Move(NumbersPage[MoveParams]):
    """A network, its optimiser and its data, before and after `.to(device)`."""

    id: ClassVar[str] = "gpu.move"
    title: ClassVar[str] = "What is moved to a device?"
    params: ClassVar[type[Params]] = MoveParams

    def figures(self, params: MoveParams) -> Iterator[Event]:
        """Yield what is where, and what it takes to fetch results."""
        yield _places(things(params))
        yield _fetched(params)

    def numbers(self, params: MoveParams) -> Sequence[Numbers]:
        """Return how much is moved, and whether the network runs there."""
        return [_numbers(params)]

    def verify(self, params: MoveParams) -> Iterator[Event]:
        """Yield the same counted by torch, and what it says where something is refused."""
        from lab.training.random import seeded

        with seeded(0):
            yield check(self.numbers(params))
            yield said(params)


def _places(found: Sequence[Thing]) -> Table:
    rows = [
        (
            Cell(thing.name, thing.why),
            Cell(thing.kind),
            Cell(thing.tensors),
            Cell(thing.bytes),
            Cell(message("card") if thing.moves else message("CPU"), thing.why,
                 "good" if thing.moves else "bad" if thing.bytes else ""),
        )
        for thing in found
    ]  # fmt: skip
    columns = (message("after net.to"), message("kind"), message("tensors"), message("bytes"), message("where"))
    return Table("places", columns, tuple(rows), message("Point at a row: it says why."))


def _numbers(params: MoveParams) -> Numbers:
    found = [thing for thing in things(params) if thing.bytes]
    moved, stayed = ([thing for thing in found if thing.moves is there] for there in (True, False))
    forward = all(thing.moves for thing in found if thing.name != "optimiser")
    stays = ", ".join(thing.name for thing in stayed if thing.name != "optimiser")
    refused = message("refused: {names} stayed on the CPU", names=stays)
    alike = "tensor.device.type == device.type"
    count = 3 if params.looked_at == BATCH else 2
    times = params.batches if params.looked_at == BATCH else 1
    each = params.batch_size * (FLOAT * CLASSES + LONG) + FLOAT if params.looked_at == BATCH else 2 * FLOAT
    quantities = (
        Quantity(message("tensors that are moved"), sum(thing.tensors for thing in moved), "", "moved",
                 f"sum({alike} for tensor in everything)"),
        Quantity(message("bytes on the card"), sum(thing.bytes for thing in moved), "", "moved_bytes",
                 f"sum(tensor.nbytes for tensor in everything if {alike})"),
        Quantity(message("tensors that stay"), sum(thing.tensors for thing in stayed), "", "stayed",
                 f"sum(not {alike} for tensor in everything)".replace("not tensor.device.type ==",
                                                                      "tensor.device.type !=")),
        Quantity(message("kept with the weights"), _kept(params), message("names in net.state_dict()"), "kept",
                 "len(net.state_dict())"),
        Quantity(message("outputs"), CLASSES * params.batch_size if forward else None,
                 message("batch size · classes"), "outputs", "net(data).numel()",
                 cells=() if forward else (Cell(message("refused"), refused, "bad"),)),
        Quantity(message("fetched in an epoch"), count * times,
                 message("times that the CPU waits for the card: outputs, labels and loss of each batch, or two sums"),
                 "fetched"),
        Quantity(message("bytes fetched in an epoch"), each * times, "", "fetched_bytes"),
    )  # fmt: skip
    return Numbers(
        quantities,
        setup=lines(params),
        checked=message("Counted with a card, or, where there is none, with meta, which stands for it."),
    )


def _kept(params: MoveParams) -> int:
    return 2 + 2 + 3 + 2 * (params.layers == "module_list") + (params.mean == "buffer")


def _fetched(params: MoveParams) -> Table:
    """Return what both ways of counting fetch in an epoch; clicking measures it."""
    batch, epoch = ({**params.to_texts(), "looked_at": way} for way in (BATCH, EPOCH))
    measure = {"work": "training", "results": "true", "over": "size", "batch_size": str(params.batch_size)}
    size = params.batch_size * (FLOAT * CLASSES + LONG) + FLOAT
    rows = (
        (Cell(message("each batch: outputs, labels, loss"), message("as in the course"),
              link=Link("gpu.move", batch, runs=False)),
         Cell(3 * params.batches), Cell(size * params.batches)),
        (Cell(message("each epoch: the sums of loss and right answers"), message("they are added up on the card"),
              link=Link("gpu.move", epoch, runs=False)),
         Cell(2), Cell(2 * FLOAT)),
        (Cell(message("▸ measure it"), message("opens the page that times it on this computer"),
              link=Link("gpu.pays", measure)), Cell(None), Cell(None)),
    )  # fmt: skip
    columns = (message("fetched"), message("times an epoch"), message("bytes an epoch"))
    note = message(
        "Each time the CPU waits until the card has done all that it was given. A confusion matrix, NumPy and plots"
        " need the answers on the CPU: .cpu() them once, when there is something to look at."
    )
    return Table("fetched", columns, rows, note)


EXPERIMENT = Move
