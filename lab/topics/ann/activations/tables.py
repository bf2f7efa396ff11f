"""Numbers of activation functions at a place, with their arithmetic, and the same from torch."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lab.core.figures import Cell, Table, Words
from lab.core.text import Message, message
from lab.nets.registry.activations import ACTIVATIONS
from lab.topics.ann.activations.figures import label
from lab.topics.ann.activations.saturation import FACTS, dips, flat, slope_at, tails, value_at
from lab.topics.ann.numerals import inner, number

Row = tuple[Cell, ...]


def numbers(chosen: Sequence[str], z: float, threshold: float, layers: int) -> Table:
    """Return what can be said of one or two functions, and of them at z."""
    slopes = [slope_at(name, z) for name in chosen]
    rows: list[Row] = [
        (
            Cell("a(z)"),
            *(Cell(value_at(name, z), f"a(z) = {FACTS[name].value}\nz = {number(z)}", "strong") for name in chosen),
        ),
        (
            Cell(message("slope a′(z)")),
            *(Cell(slope, _slope_why(name, z), "strong") for name, slope in zip(chosen, slopes, strict=True)),
        ),
        (Cell(message("at this z")), *(_state(name, z, threshold) for name in chosen)),
        (
            Cell(message("{layers} layers: a′(z)ᵏ", layers=layers)),
            *(
                Cell(slope**layers, f"{inner(slope)}^{layers}", "bad" if abs(slope**layers) < 1e-3 else "")
                for slope in slopes
            ),
        ),
        (Cell(message("saturated below z =")), *(_tail(name, threshold, 0) for name in chosen)),
        (Cell(message("saturated above z =")), *(_tail(name, threshold, 1) for name in chosen)),
    ]
    if any(dips(name, threshold) for name in chosen):
        rows.append((Cell(message("flat at its lowest, z in")), *(_dip(name, threshold) for name in chosen)))
    rows += [
        (Cell(message("values of a")), *(Cell(FACTS[name].values) for name in chosen)),
        (
            Cell(message("largest slope")),
            *(Cell(FACTS[name].largest, _largest_why(name)) for name in chosen),
        ),
        (Cell(message("slope at 0")), *(Cell(slope_at(name, 0.0), _slope_why(name, 0.0)) for name in chosen)),
        (Cell(message("for z < 0")), *(Cell(FACTS[name].below) for name in chosen)),
    ]
    columns = (message("quantity"), *(label(name) for name in chosen))
    return Table("numbers", columns, tuple(rows), _note(chosen[0], z, threshold))


def _slope_why(name: str, z: float) -> Words:
    rule = f"a′(z) = {FACTS[name].slope}"
    if z in FACTS[name].kinks:
        return message(
            "At z = {z} there is a kink: no derivative. torch takes {slope}, the slope of one side.",
            z=number(z),
            slope=number(slope_at(name, z)),
        )
    return rule


def _state(name: str, z: float, threshold: float) -> Cell:
    slope = slope_at(name, z)
    compared = f"|{number(slope)}| {'<' if flat(name, z, threshold) else '≥'} {number(threshold)}"
    if any(zone.low < z < zone.high for zone in dips(name, threshold)):
        return Cell(message("flat: lowest point"), compared, "bad")
    if slope == 0:
        return Cell(message("dead"), message("The slope is exactly 0: nothing comes back through this unit."), "bad")
    if flat(name, z, threshold):
        return Cell(message("saturated"), compared, "bad")
    return Cell(message("not saturated"), compared, "good")


def _tail(name: str, threshold: float, side: int) -> Cell:
    edge = tails(name, threshold)[side]
    limit = number(threshold)
    if edge is None:
        return Cell(
            message("nowhere"),
            message("On this side the slope stays at {threshold} or more, however far z goes.", threshold=limit),
            "muted",
        )
    if tails(name, threshold)[0] == math.inf:
        return Cell(
            message("everywhere"),
            message(
                "Its largest slope, {largest}, is below {threshold}.",
                largest=number(FACTS[name].largest),
                threshold=limit,
            ),
        )
    match name:
        case "relu" | "relu6":
            why: Words = message("From there on the slope is exactly 0.")
        case "leaky_relu":
            why = message("Below it the slope is 0.01: small, but never smaller.")
        case "sigmoid":
            why = f"σ·(1 − σ) = {limit}\nσ = (1 − √(1 − 4·{limit})) / 2\nz = ±ln((1 − σ) / σ)"
        case "tanh":
            why = f"1 − tanh²z = {limit}\nz = ±artanh √(1 − {limit})"
        case "softplus":
            why = f"σ(z) = {limit}\nz = ln({limit} / (1 − {limit}))"
        case _:
            why = message(
                "a′(z) = {slope}; there is no formula, it is found by halving an interval.", slope=f"±{limit}"
            )
    return Cell(edge, why)


def _dip(name: str, threshold: float) -> Cell:
    found = dips(name, threshold)
    if not found:
        return Cell(None)
    why = message(
        "Around its lowest point every smooth function is flat. That is no saturation: a step away it is not."
    )
    return Cell(f"({number(found[0].low, 4)}, {number(found[0].high, 4)})", why)


def _largest_why(name: str) -> Words:
    place = FACTS[name].steepest
    if math.isinf(place):
        return message("approached as z grows, never reached")
    if FACTS[name].kinks:
        return message("on its whole straight part")
    return message("at z = {z}", z=number(place))


def _note(name: str, z: float, threshold: float) -> Message | str:
    """Return one sentence on the first function at z."""
    slope = slope_at(name, z)
    if slope == 0 and FACTS[name].kinks:
        return message(
            "Nothing comes back here: the weights before this unit do not change. Where it is so for all data, they "
            "never will."
        )
    if flat(name, z, threshold):
        return message("Hardly anything comes back here: only {share} of the gradient.", share=number(slope, 3))
    if slope < 0:
        return message("Here the slope is negative: more input, less output.")
    return f"a′(z) = {FACTS[name].slope}"


def torch_table(chosen: Sequence[str], z: float) -> Table:
    """Return values of torch and slopes of its autograd beside ours, float64."""
    import torch

    from lab.nets.dense.torch_modules import activation

    rows = []
    for name in chosen:
        place = torch.tensor(z, dtype=torch.float64, requires_grad=True)
        a = activation(name)(place)
        (slope,) = torch.autograd.grad(a, place)
        line = ACTIVATIONS[name].function
        made = f"z = torch.tensor({z!r}, dtype=torch.float64, requires_grad=True)\na = {line}"
        rows.append(_compared(f"a = {line}", a.item(), value_at(name, z), made))
        rows.append(_compared("z.grad", slope.item(), slope_at(name, z), f"{made}\na.backward()\nz.grad"))
    columns: tuple[Words, ...] = ("torch", message("gives"), message("ours"), message("difference"))
    layers = ", ".join(ACTIVATIONS[name].module for name in chosen)
    return Table("torch", columns, tuple(rows), message("As layers of a network: {layers}", layers=layers))


def _compared(line: str, found: float, ours: float, made: str) -> Row:
    apart = abs(found - ours)
    return (
        Cell(line, made),
        Cell(found, made),
        Cell(ours, message("by NumPy")),
        Cell(apart, f"|{number(found, 10)} − {inner(ours, 10)}|", "good" if apart < 1e-12 else "bad"),
    )
