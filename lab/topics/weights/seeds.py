"""Seeds: when two networks have the same numbers, and the biases that nobody drew anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array, Event
from lab.core.figures import Axis, CellMark, Chart, Line, LineStyle, Mark, Words
from lab.core.metaparameters import seed_field
from lab.core.numbers import NumbersPage
from lab.core.params import Params, choice, integer, integers
from lab.core.quantities import SINGLE, Lines, Numbers, Quantity
from lab.core.text import Message, message
from lab.maths.torch_stream import TorchStream
from lab.nets.registry.initialisations import INITIALISATIONS, LABELS

RULES = {name: label for name, label in LABELS.items() if not INITIALISATIONS[name].biases}
"""Rules for weights that leave biases to somebody else."""
CELLS = 3
"""How often the cell of the notebook runs, one time after the other."""
MADE = {
    "copies": "Copies of one",
    "before": "Built before the seed",
    "after": "Built after the seed",
}


@dataclass(frozen=True, kw_only=True)
class SeedsParams(Params):
    """The course's values are the defaults."""

    sizes: tuple[int, ...] = integers(
        (2, 8, 1, 1), 1, 32, length=(2, 6), label="Layers", group="Networks",
        help="Inputs, then the units of each layer. The course's 2, 8, 1, 1 has 25 weights and 10 biases.",
    )  # fmt: skip
    made: str = choice(
        "copies", MADE, label="The four networks are", group="Networks",
        help="The course copies one network four times. The rule draws their weights anew, never their biases.",
    )  # fmt: skip
    rule: str = choice(
        "xavier_normal", RULES, label="Weights by", group="Networks", help="How weights are drawn. Biases are not."
    )
    first: int = integer(1, 0, 2**31 - 1, label="Seed of 1a and 1b", group="Seeds", help="Set before each of them.")
    other: int = integer(2, 0, 2**31 - 1, label="The other seed", group="Seeds", help="Set before the network “2”.")
    drawn: int = integer(
        0, 0, 20, slider=True, label="Drawn in between", group="Seeds",
        help="So many numbers are drawn, by torch.rand(1), between the seed of 1b and its weights.",
    )  # fmt: skip
    seed: int = seed_field()


@dataclass(frozen=True)
class Net:
    """The weights (units, inputs) and biases (units,) of each layer."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]

    @property
    def numbers(self) -> Array:
        """All weights, then all biases."""
        return np.concatenate([part.ravel() for part in (*self.weights, *self.biases)])


def built(sizes: Sequence[int], stream: TorchStream) -> Net:
    """Return what torch.nn.Linear begins with: weights and biases of each layer within ±1/√inputs."""
    weights, biases = [], []
    for inputs, units in pairwise(sizes):
        bound = inputs**-0.5
        weights.append(stream.uniform((units, inputs), -bound, bound))
        biases.append(stream.uniform((units,), -bound, bound))
    return Net(tuple(weights), tuple(biases))


def cell(params: SeedsParams, stream: TorchStream) -> dict[str, Net]:
    """Run the cell once: four networks, by their names in metrics; the stream goes on from where it stands."""
    template, found = built(params.sizes, stream), {}
    for name, seed in (("unseeded", None), ("first", params.first), ("other", params.other), ("again", params.first)):
        net = built(params.sizes, stream) if params.made == "before" else template
        if seed is not None:
            stream.manual_seed(seed)
        if params.made == "after":
            net = built(params.sizes, stream)
        if name == "again":
            for _ in range(params.drawn):
                stream.uniform((1,), 0.0, 1.0)
        found[name] = Net(tuple(_drawn(params.rule, weight.shape, stream) for weight in net.weights), net.biases)
    return found


def _drawn(rule: str, shape: tuple[int, ...], stream: TorchStream) -> Array:
    units, inputs = shape
    chosen = INITIALISATIONS[rule]
    deviation = chosen.spread(inputs, units)
    if chosen.family == "normal":
        return stream.normal(shape, deviation)
    return stream.uniform(shape, -(3**0.5) * deviation, 3**0.5 * deviation)


def cells(params: SeedsParams) -> list[dict[str, Net]]:
    """Run the cell several times, as somebody does who tries something in a notebook."""
    stream = TorchStream(params.seed)
    return [cell(params, stream) for _ in range(CELLS)]


NAMES: Mapping[str, Words] = {"unseeded": message("no seed"), "first": "1a", "other": "2", "again": "1b"}
PAIRS: tuple[tuple[str, Message, Message, tuple[int, str], tuple[int, str]], ...] = (
    ("again", message("1a and 1b: the same seed"), message("The same seed, and the same draws behind it."),
     (0, "first"), (0, "again")),
    ("other", message("1a and 2: another seed"), message("Where they are equal, nobody drew them."),
     (0, "first"), (0, "other")),
    ("unseeded", message("1a and no seed"), message("It takes what comes next in the program."),
     (0, "first"), (0, "unseeded")),
    ("rerun", message("no seed: the cell again"), message("The first time against the second."),
     (0, "unseeded"), (1, "unseeded")),
    ("rerun_again", message("no seed: and once more"),
     message("The second time against the third: it goes on behind 1b, whose seed was set."),
     (1, "unseeded"), (2, "unseeded")),
)  # fmt: skip
"""What is compared: the name of its metrics, what it is, why, and both networks by the run of the cell."""


class Seeds(NumbersPage[SeedsParams]):
    """Four networks as in the course's notebook, and where their numbers come from."""

    id: ClassVar[str] = "weights.seeds"
    title: ClassVar[str] = "The same seed"
    params: ClassVar[type[Params]] = SeedsParams

    def figures(self, params: SeedsParams) -> Iterator[Event]:
        """Show all numbers of the four networks, and their differences."""
        found = cells(params)[0]
        x = np.arange(1.0, len(found["first"].numbers) + 1)
        count = sum(weight.size for weight in found["first"].weights)
        mark = (Mark("x", count + 0.5, message("biases")),)
        styles: dict[str, tuple[LineStyle, int]] = {
            "unseeded": ("points", -1), "first": ("rings", 0), "other": ("points", 1), "again": ("points", 0),
        }  # fmt: skip
        number = Axis(message("number of the weight or bias"), whole=True)
        lines = tuple(Line(NAMES[name], x, found[name].numbers, *styles[name]) for name in NAMES)
        yield Chart("all", lines, number, Axis(message("value")), mark)
        differences = tuple(
            Line(label, x, found["first"].numbers - found[name].numbers, *styles[name])
            for name, label in (
                ("again", "1a − 1b"), ("other", "1a − 2"), ("unseeded", message("1a − no seed"))
            )
        )  # fmt: skip
        yield Chart("differences", differences, number, Axis(message("difference")), (Mark("y", 0.0), *mark))

    def numbers(self, params: SeedsParams) -> Sequence[Numbers]:
        """Return the largest difference of each pair, of weights and of biases."""
        found, rows = cells(params), []
        for name, label, why, (run, one), (later, other) in PAIRS:
            nets = found[run][one], found[later][other]
            row = []
            for place, kind in enumerate(("weights", "biases")):
                a, b = (np.concatenate([part.ravel() for part in getattr(net, kind)]) for net in nets)
                apart = float(np.abs(a - b).max())
                code = f'apart(runs[{run}]["{one}"], runs[{later}]["{other}"], {place})'
                mark: CellMark = "good" if not apart else ""
                row.append(Quantity(label, apart, "" if place else why, f"{kind}_{name}", code, mark=mark, about=why,
                                    tolerance=SINGLE))  # fmt: skip
            rows.append(tuple(row))
        note = message("The largest difference of two numbers at the same place; 0 where all are equal.")
        checked = message("Torch draws the same numbers, from a generator of its own.")
        columns = message("networks"), message("weights"), message("biases")
        return [Numbers(rows, columns=columns, note=note, setup=_program(params), checked=checked)]


def _program(params: SeedsParams) -> Lines:
    call = INITIALISATIONS[params.rule].code.replace("(w", "(weight").removesuffix(")")
    begun = message("In the place of torch's own generator: g.manual_seed is then torch.manual_seed.")
    before, after = (params.made == made for made in ("before", "after"))
    return (
        "import torch",
        "from torch import nn",
        "",
        CodeLine(f"g = torch.Generator().manual_seed({params.seed})", why=begun),
        f"sizes = {list(params.sizes)!r}",
        "",
        "",
        "def built():",
        "    layers = []",
        "    for inputs, units in zip(sizes, sizes[1:]):",
        CodeLine("        bound = inputs ** -0.5", why=message("as nn.Linear begins")),
        "        weight = torch.empty(units, inputs).uniform_(-bound, bound, generator=g)",
        "        layers.append((weight, torch.empty(units).uniform_(-bound, bound, generator=g)))",
        "    return layers",
        "",
        "",
        "def cell():",
        "    template, found = built(), {}",
        f'    for name, seed in (("unseeded", None), ("first", {params.first}), ("other", {params.other}), '
        f'("again", {params.first})):',
        f"        network = {'built()' if before else 'template'}",
        "        if seed is not None:",
        "            g.manual_seed(seed)",
        *(("        network = built()",) if after else ()),
        *(('        if name == "again":', f"            for _ in range({params.drawn}):",
           "                torch.rand(1, generator=g)") if params.drawn else ()),
        "        found[name] = []",
        "        for weight, bias in network:",
        CodeLine("            weight = weight.clone()", why=message("as deepcopy does; the bias is never drawn anew")),
        f"            {call}, generator=g)",
        "            found[name].append((weight, bias))",
        "    return found",
        "",
        "",
        "def apart(one, other, part):",
        "    return max((a[part] - b[part]).abs().max().item() for a, b in zip(one, other))",
        "",
        "",
        f"runs = [cell() for _ in range({CELLS})]",
    )  # fmt: skip


EXPERIMENT = Seeds
