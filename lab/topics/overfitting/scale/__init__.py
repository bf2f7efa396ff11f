"""How much is much: ImageNet beside the data at hand, and parameters beside examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lab.core.code import CodeLine
from lab.core.events import Event
from lab.core.numbers import NumbersPage
from lab.core.params import Params, choice, real
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.nets.dense.code import network_lines
from lab.nets.dense.params import hidden_field
from lab.nets.dense.spec import MLPSpec, dense
from lab.topics.overfitting.scale.figures import ladder, networks_table, sets_table, squares
from lab.topics.overfitting.scale.sets import IMAGENET, SETS, TABLES, Size, Sized, networks, size, sizes

HOUR = 3600
_LOADERS = {"iris": "load_iris", "wine": "load_wine", "breast_cancer": "load_breast_cancer", "digits8x8": "load_digits"}


@dataclass(frozen=True, kw_only=True)
class ScaleParams(Params):
    """A data set, and a dense network for it."""

    data: str = choice(
        "digits", SETS, label="Data", help="What stands beside ImageNet, and what the network is for.", group="Data"
    )
    train_share: float = real(
        0.8, 0.05, 0.95, slider=True, label="Share to train on", group="Data", when=("data", TABLES),
        help="The share of the rows that is learned from; the others are for testing.",
    )  # fmt: skip
    hidden: tuple[int, ...] = hidden_field((64, 32, 32), most=4096)

    def size(self) -> Size:
        """Return the size of the data."""
        return size(self.data, self.train_share)


class Scale(NumbersPage[ScaleParams]):
    """Examples to scale, and the parameters of a network beside them."""

    id: ClassVar[str] = "overfitting.scale"
    title: ClassVar[str] = "How much is much?"
    params: ClassVar[type[Params]] = ScaleParams

    def figures(self, params: ScaleParams) -> Iterator[Event]:
        """Yield the squares, parameters against examples, and the tables of both."""
        found = [size(name, params.train_share) for name in SETS]
        by_name = {each.name: each for each in found}
        beside = dict.fromkeys(("mnist", "digits", "iris", params.data))
        shown = sorted((by_name[name] for name in beside), key=lambda one: -one.train)
        own, others = _own(params), networks()
        yield squares(by_name[IMAGENET], shown)
        yield ladder(own, others)
        yield sets_table(found, params.data)
        yield networks_table(own, others)

    def numbers(self, params: ScaleParams) -> Sequence[Numbers]:
        """Return what the data and the network come to."""
        return [_numbers(params)]


def _plan(params: ScaleParams) -> MLPSpec:
    found = params.size()
    return dense(found.inputs, params.hidden, found.classes)


def _own(params: ScaleParams) -> Sized:
    found, plan = params.size(), _plan(params)
    return Sized(sizes(found.inputs, params.hidden, found.classes), found.title, plan.parameters, found.train)


def _numbers(params: ScaleParams) -> Numbers:
    found, plan = params.size(), _plan(params)
    largest = size(IMAGENET, params.train_share)
    terms = " + ".join(f"({before}·{after} + {after})" for before, after in plan.shapes)
    count = "sum(numbers.numel() for numbers in network.parameters())"
    quantities = (
        Quantity(message("training examples"), found.train, found.title, "examples", "examples"),
        Quantity(
            message("examples a class"), found.each,
            message("{train} / {classes}", train=f"{found.train:,}", classes=f"{found.classes:,}"),
            "per_class", "examples / classes",
        ),
        Quantity(
            message("numbers to learn from"), found.train * found.inputs,
            message("{train} examples of {inputs} numbers each", train=f"{found.train:,}", inputs=f"{found.inputs:,}"),
            "numbers", "examples * size",
        ),
        Quantity(
            message("parameters"), plan.parameters,
            message("weights and biases, layer by layer: {terms}", terms=terms), "parameters", count,
        ),
        Quantity(
            message("parameters an example"), plan.parameters / found.train,
            message("above 1 there are more knobs than examples"), "per_example", f"{count} / examples",
        ),
        Quantity(
            message("ImageNet, so many times"), largest.train / found.train,
            message("{train} photographs to train on", train=f"{largest.train:,}"), "times",
            f"{largest.train} / examples",
        ),
        Quantity(
            message("hours to look at all"), found.train / HOUR,
            message("a second each, without a break; ImageNet takes {hours}", hours=f"{largest.train / HOUR:.0f}"),
            "hours", f"examples / {HOUR}",
        ),
    )  # fmt: skip
    return Numbers(quantities, setup=(*_data_lines(found, params.train_share), *_network_lines(plan)))


def _data_lines(found: Size, share: float) -> tuple[str, ...]:
    if found.name not in TABLES:
        return ("import torch", "from torch import nn", "",
                f"examples, classes, size = {found.train}, {found.classes}, {found.inputs}")  # fmt: skip
    load = _LOADERS[found.name]
    return (
        "import torch",
        f"from sklearn.datasets import {load}",
        "from sklearn.model_selection import train_test_split",
        "from torch import nn",
        "",
        f"inputs, labels = {load}(return_X_y=True)",
        f"train, test = train_test_split(inputs, train_size={share!r}, random_state=0)",
        "examples, classes, size = len(train), len(set(labels)), inputs.shape[1]",
    )


def _network_lines(plan: MLPSpec) -> tuple[CodeLine | str, ...]:
    why = message("Only shapes, no numbers: nothing is drawn, and nothing takes memory.")
    made = [CodeLine(f"    {line.text}" if line.text else "", line.parts, line.why) for line in network_lines(plan)]
    return (CodeLine('with torch.device("meta"):', why=why), *made)


EXPERIMENT = Scale
