"""Numbers of activation functions at a place, with their arithmetic and their program."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from lab.core.figures import Cell, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.nets.registry.activations import ACTIVATIONS
from lab.topics.ann.activations.figures import label
from lab.topics.ann.activations.saturation import FACTS, dips, flat, slope_at, tails, value_at
from lab.topics.ann.numerals import inner, number


def numbers(chosen: Sequence[str], z: float, threshold: float, layers: int) -> Numbers:
    """Return what can be said of one or two functions, and of them at z: a column each."""
    dipped = any(dips(name, threshold) for name in chosen)
    columns = [
        _column(name, z, threshold, layers, prefix, variable, dipped)
        for name, prefix, variable in zip(chosen, ("", "compared_"), "ab", strict=False)
    ]
    setup = ["import torch", "import torch.nn.functional as F", ""]
    setup.append(f"z = torch.tensor({z!r}, dtype=torch.float64, requires_grad=True)")
    for name, variable in zip(chosen, "ab", strict=False):
        setup.append(f"{variable} = {ACTIVATIONS[name].function}")
        setup.append(f"(slope_{variable},) = torch.autograd.grad({variable}, z)")
    modules = ", ".join(ACTIVATIONS[name].module for name in chosen)
    return Numbers(
        tuple(zip(*columns, strict=True)),
        columns=(message("quantity"), *(label(name) for name in chosen)),
        note=_note(chosen[0], z, threshold),
        setup=setup,
        checked=message("As layers of a network: {layers}", layers=modules),
    )


def _column(
    name: str, z: float, threshold: float, layers: int, prefix: str, variable: str, dipped: bool
) -> Iterator[Quantity]:
    """Yield what is said of one function, which the program calls by `variable`."""
    facts, value, slope = FACTS[name], value_at(name, z), slope_at(name, z)
    (below, above), left = tails(name, threshold), slope**layers
    rule, grad = f"a(z) = {facts.value}\nz = {number(z)}", f"slope_{variable}.item()"
    yield Quantity("a(z)", value, rule, f"{prefix}value", f"{variable}.item()", mark="strong")
    yield Quantity(message("slope a′(z)"), slope, _slope_why(name, z), f"{prefix}slope", grad, mark="strong")
    shut = float(flat(name, z, threshold))
    yield Quantity(message("at this z"), shut, "", f"{prefix}saturated", cells=(_state(name, z, threshold),))
    yield Quantity(
        message("{layers} layers: a′(z)ᵏ", layers=layers), left, f"{inner(slope)}^{layers}",
        f"{prefix}gradient_after_layers", f"{grad} ** {layers}", mark="bad" if abs(left) < 1e-3 else "",
    )  # fmt: skip
    for words, edge, metric, side in (
        (message("saturated below z ="), below, "saturated_below", 0),
        (message("saturated above z ="), above, "saturated_above", 1),
    ):
        yield Quantity(words, edge, "", f"{prefix}{metric}", cells=(_tail(name, threshold, side),))
    if dipped:
        yield Quantity(message("flat at its lowest, z in"), None, cells=(_dip(name, threshold),))
    yield Quantity(message("values of a"), facts.values)
    yield Quantity(message("largest slope"), facts.largest, _largest_why(name), f"{prefix}largest_slope")
    yield Quantity(message("slope at 0"), slope_at(name, 0.0), _slope_why(name, 0.0))
    yield Quantity(message("for z < 0"), facts.below)


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
        case "elu":
            why = f"eᶻ = {limit}\nz = ln {limit}"
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
