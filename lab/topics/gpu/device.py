"""Model and data on a device: what is there, what goes together, and what torch says where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from lab.core.code import Code, CodeLine
from lab.core.events import Event
from lab.core.figures import BarPanel, Bars, Cell, Link, Table, Words
from lab.core.numbers import NumbersPage, check
from lab.core.params import Params, choice, integer, integers
from lab.core.quantities import Lines, Numbers, Quantity, code_of
from lab.core.text import message
from lab.topics.gpu.present import SECOND, present

INPUTS, CLASSES = 20, 2
FLOAT, LONG = 4, 8
"""Bytes of a number of a network, and of a label."""
_PLACES = {"cpu": "CPU", "card": "Card"}
_NAMES = {"cpu": "cpu", "card": "cuda:0"}


@dataclass(frozen=True, kw_only=True)
class DeviceParams(Params):
    """A network, examples, and where each of them is."""

    model: str = choice("card", _PLACES, label="Model on", help="Where the weights are.", group="Where")
    data: str = choice("cpu", _PLACES, label="Data on", help="Where the inputs are.", group="Where")
    labels: str = choice(
        "card", _PLACES, label="Labels on", help="Where the right answers are, which the loss needs.", group="Where"
    )
    hidden: tuple[int, ...] = integers(
        (100, 500, 30), 1, 4096, length=(1, 6), label="Hidden layers",
        help="The units of each hidden layer, with ReLU behind it; 20 inputs come before, two outputs after.",
        group="Network",
    )  # fmt: skip
    examples: int = integer(
        1000, 1, 1_000_000, scale="log", slider=True, label="Examples", help="How many examples go through at once.",
        group="Network",
    )  # fmt: skip

    @property
    def sizes(self) -> tuple[int, ...]:
        """The units of all layers, inputs and outputs included."""
        return INPUTS, *self.hidden, CLASSES

    @property
    def runs(self) -> bool:
        """Whether the network takes the data."""
        return self.model == self.data

    @property
    def judged(self) -> bool:
        """Whether there is a loss."""
        return self.runs and self.data == self.labels


class Device(NumbersPage[DeviceParams]):
    """The two lines that bring a network and its data to a device, and what is refused where one is forgotten."""

    id: ClassVar[str] = "gpu.device"
    title: ClassVar[str] = "Which device?"
    params: ClassVar[type[Params]] = DeviceParams

    def figures(self, params: DeviceParams) -> Iterator[Event]:
        """Yield what goes together, how much lies where, the sentence of torch, and how it is mended."""
        yield _together(params)
        yield _lying(params)
        yield _sentence(params)
        yield Code("mended", code_of([*_made(params), *_moved(DeviceParams(data="card")), *_LOSS]), _ONE_PLACE)

    def numbers(self, params: DeviceParams) -> Sequence[Numbers]:
        """Return what is moved, and what comes of it."""
        return [_numbers(params)]

    def verify(self, params: DeviceParams) -> Iterator[Event]:
        """Yield the devices of this computer, and what torch makes of the same here."""
        from lab.training.random import seeded

        yield present()
        with seeded(0):
            yield check(self.numbers(params))


_ONE_PLACE = message(
    "Before a loop: the model once. In the loop: each batch of inputs and labels. Written so, it runs with and without"
    " a card."
)


def _made(params: DeviceParams) -> list[CodeLine | str]:
    layers = [f"nn.Linear({before}, {after})" for before, after in pairwise(params.sizes)]
    device = message(
        'In a program of your own write "cpu" for "meta". Where there is no card, the device meta stands for it'
        " here: it has shapes and no numbers, and refuses what lies elsewhere."
    )
    return [
        "import torch",
        "from torch import nn",
        "",
        CodeLine(f'device = torch.device("cuda:0" if torch.cuda.is_available() else "{SECOND}")', ("device",), device),
        f"net = nn.Sequential({', nn.ReLU(), '.join(layers)})",
        f"data = torch.randn({params.examples}, {INPUTS})",
        CodeLine(f"labels = torch.zeros({params.examples}, dtype=torch.int64)",
                 why=message("One number an example. The course makes them (1, 1000): no loss would take that.")),
    ]  # fmt: skip


def _moved(params: DeviceParams) -> list[CodeLine | str]:
    net = message("A module moves its parameters and buffers, itself.")
    new = message("A tensor stays where it is: .to gives a copy, which has to have a name.")
    return [
        *([CodeLine("net.to(device)", ("device",), net)] if params.model == "card" else []),
        *([CodeLine("data = data.to(device)", ("device",), new)] if params.data == "card" else []),
        *([CodeLine("labels = labels.to(device)", ("device",), new)] if params.labels == "card" else []),
    ]


_LOSS: Lines = ("loss = nn.functional.cross_entropy(net(data), labels)",)


def _together(params: DeviceParams) -> Table:
    """Return where the network runs, for model and data on either device; clicking tries it."""

    def cell(model: str, data: str) -> Cell:
        fits, chosen = model == data, (model, data) == (params.model, params.data)
        words = message("runs") if fits else message("refused")
        why = (
            message("all tensors of an operation are on {device}", device=_NAMES[model])
            if fits
            else message("weights on {model}, inputs on {data}", model=_NAMES[model], data=_NAMES[data])
        )
        texts = {**params.to_texts(), "model": model, "data": data, "labels": data}
        link = None if chosen else Link("gpu.device", texts, runs=False)
        return Cell(message("▸ {words}", words=words) if chosen else words, why, "good" if fits else "bad", link=link)

    rows = [
        (Cell(message("model on the CPU")), cell("cpu", "cpu"), cell("cpu", "card")),
        (Cell(message("model on the card")), cell("card", "cpu"), cell("card", "card")),
    ]
    columns = (message("net(data)"), message("data on the CPU"), message("data on the card"))
    return Table("together", columns, tuple(rows), message("A number alone, of shape (), may come from the CPU."))


def _lying(params: DeviceParams) -> Bars:
    """Return how many bytes lie on either device."""
    parameters = FLOAT * sum((before + 1) * after for before, after in pairwise(params.sizes))
    each = [
        (message("model"), params.model, parameters),
        (message("data"), params.data, FLOAT * INPUTS * params.examples),
        (message("labels"), params.labels, LONG * params.examples),
        (message("outputs"), params.model if params.runs else "", FLOAT * CLASSES * params.examples),
    ]
    high = max(size for _name, _place, size in each) / 1000
    panels = [
        BarPanel(
            title, np.array([size / 1000 if place == where else 0.0 for _name, place, size in each]), 0.0, high,
            tuple(message("{bytes} bytes on {place}", bytes=f"{size:,}", place=_NAMES[place]) if place
                  else message("there are none: refused") for _name, place, size in each),
            colour=colour,
        )
        for colour, (where, title) in enumerate(
            {"cpu": message("On the CPU, kB"), "card": message("On the card, kB")}.items()
        )
    ]  # fmt: skip
    return Bars("lying", tuple(name for name, _place, _size in each), tuple(panels))


def _sentence(params: DeviceParams) -> Table:
    """Return what torch says with a card where something is refused, part by part.

    Its words, and the names in it, are those in the libraries of torch 2.14 (c10 and libtorch_cuda).
    """
    columns = (message("torch says"), message("that means"))
    if params.judged:
        nothing = message("nothing is refused: all three are on {device}", device=_NAMES[params.model])
        return Table("sentence", columns, ((Cell("–"), Cell(nothing, mark="good")),))
    if params.runs:
        argument, here, there, method = "target", params.labels, params.data, "nll_loss_forward"
        what: Words = message("the labels")
        which: Words = message("the loss of classes, the second half of cross_entropy")
    else:
        argument, here, there, method = "mat1", params.data, params.model, "addmm"
        what = message("the left of the two matrices: the inputs of the layer")
        which = message("bias + inputs · weights: what nn.Linear does. The layer itself is not named")
    parts: tuple[tuple[str, Words], ...] = (
        ("Expected all tensors to be on the same device,", message("an operation takes all it needs from one device")),
        (f"but got {argument} is on {_NAMES[here]},", what),
        (f"different from other tensors on {_NAMES[there]}",
         message("those before it: the weights") if argument == "mat1" else message("the outputs of the network")),
        (f"(when checking argument in method wrapper_CUDA_{method})", which),
    )  # fmt: skip
    mend = message("another .to(device) where {what} are made", what=what)
    if argument == "mat1":
        mend = message("data = data.to(device)")
        if params.model == "cpu":
            mend = message("net.to(device), before the loop")
    rows = (
        *((Cell(part, part), Cell(words)) for part, words in parts),
        (Cell(message("So it is mended by")), Cell(mend, mark="good")),
    )
    note = message("With a CUDA card, torch 2.14. What torch says on this computer stands under “By torch”.")
    return Table("sentence", columns, rows, note)


def _numbers(params: DeviceParams) -> Numbers:
    parameters = sum((before + 1) * after for before, after in pairwise(params.sizes))
    terms = " + ".join(f"({before} + 1) · {after}" for before, after in pairwise(params.sizes))
    refused = message("refused")
    outputs = CLASSES * params.examples if params.runs else None
    loss = 1 if params.judged else None
    on_card = FLOAT * parameters * (params.model == "card")
    on_card += FLOAT * INPUTS * params.examples * (params.data == "card") + LONG * params.examples * (
        params.labels == "card"
    )
    held = "tensor.nbytes for tensor in [*net.parameters(), data, labels]"
    quantities = (
        Quantity(message("parameters"), parameters, terms, "parameters", "sum(p.numel() for p in net.parameters())"),
        Quantity(message("bytes of the model"), FLOAT * parameters, message("4 each"), "model_bytes",
                 "sum(p.nbytes for p in net.parameters())"),
        Quantity(message("bytes of the data"), FLOAT * INPUTS * params.examples,
                 message("{examples} examples of 20 numbers, 4 bytes each", examples=f"{params.examples:,}"),
                 "data_bytes", "data.nbytes"),
        Quantity(message("bytes of the labels"), LONG * params.examples, message("whole numbers, 8 bytes each"),
                 "label_bytes", "labels.nbytes"),
        Quantity(message("bytes that were moved"), on_card, message("all that is on the card now was copied there"),
                 "moved_bytes", f"sum({held} if tensor.device.type == device.type)"),
        Quantity(message("outputs"), outputs, message("two an example"), "outputs", "net(data).numel()",
                 cells=() if params.runs else (Cell(refused, _where(params.model, params.data), "bad"),)),
        Quantity(message("losses"), loss, message("their mean, one number"), "losses",
                 "nn.functional.cross_entropy(net(data), labels).numel()",
                 cells=() if params.judged else (Cell(refused, _where(params.data, params.labels), "bad"),)),
    )  # fmt: skip
    return Numbers(
        quantities,
        setup=[*_made(params), *_moved(params)],
        checked=message("Computed on the CPU and on the card, or, where there is none, on meta, which stands for it."),
    )


def _where(one: str, other: str) -> Words:
    return message("{one} here, {other} there", one=_NAMES[one], other=_NAMES[other])


EXPERIMENT = Device
