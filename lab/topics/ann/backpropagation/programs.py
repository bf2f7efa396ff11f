"""The same calculation as a program of PyTorch, and what PyTorch makes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from lab.core.code import Code, CodeLine
from lab.core.figures import Cell, CellMark, Table, Words
from lab.core.numbers import CHECKED, evaluated, executed
from lab.core.quantities import Numbers, Value
from lab.core.quantities import program as printing
from lab.core.text import message
from lab.nets.registry.activations import ACTIVATIONS
from lab.topics.ann.backpropagation.computed import Found
from lab.topics.ann.backpropagation.passes import Network


def program(network: Network, rate: float, found: Mapping[str, Found]) -> Code:
    """Return a program that can be run as it is, and prints the results; each of its numbers is read by its `code`."""
    note = message("It can be copied and run; then print W.grad[0, 0], for instance.")
    return printing([Numbers(tuple(found.values()), setup=_lines(network, rate))], note)


def _lines(network: Network, rate: float) -> tuple[CodeLine, ...]:
    g = {name: repr(value + 0.0) for name, value in network.given.items()}  # Without the sign of a negative zero.
    loss = "F.binary_cross_entropy({y}, y)" if network.loss == "bce" else "({y} - y) ** 2 / 2"
    return (
        CodeLine("import torch"),
        CodeLine("import torch.nn.functional as F"),
        CodeLine(""),
        CodeLine("exact = torch.float64", (), message("As exact as here: 64 bits a number.")),
        CodeLine(f"x = torch.tensor([{g['x1']}, {g['x2']}], dtype=exact, requires_grad=True)", ("x",)),
        CodeLine(f"y = torch.tensor({g['t']}, dtype=exact)", ("t",)),
        CodeLine(
            f"W = torch.tensor([[{g['w11']}, {g['w12']}], [{g['w21']}, {g['w22']}]], dtype=exact, requires_grad=True)",
            ("W",),
            message("One row for each hidden unit, one column for each input."),
        ),
        CodeLine(f"b = torch.tensor([{g['b1']}, {g['b2']}], dtype=exact, requires_grad=True)", ("b",)),
        CodeLine(f"v = torch.tensor([{g['v1']}, {g['v2']}], dtype=exact, requires_grad=True)", ("v",)),
        CodeLine(f"c = torch.tensor({g['c']}, dtype=exact, requires_grad=True)", ("c",)),
        CodeLine(""),
        CodeLine("z = W @ x + b", ("z",), message("Both hidden units at once: z₁ and z₂.")),
        CodeLine(f"a = {_applied(network.hidden, 'z')}", ("a",)),
        CodeLine("z3 = v @ a + c", ("z3",)),
        CodeLine(f"y_hat = {_applied(network.output, 'z3')}", ("y_hat",)),
        CodeLine(f"J = {loss.format(y='y_hat')}", ("J",)),
        CodeLine(""),
        CodeLine("for made in (z, a, z3, y_hat):"),
        CodeLine(
            "    made.retain_grad()", (),
            message("Of what is computed on the way, PyTorch keeps no gradient unless it is asked to."),
        ),
        CodeLine(
            "J.backward()", ("grad",), message("All gradients at once; then W.grad, b.grad, v.grad, c.grad are there.")
        ),
        CodeLine(""),
        CodeLine(f"optimiser = torch.optim.SGD([W, b, v, c], lr={rate!r})", ("step",)),
        CodeLine("optimiser.step()", ("step",), message("The update: W, b, v and c are changed in place.")),
        CodeLine("z_new = W @ x + b", ("z",), message("Forward again, with the new parameters.")),
        CodeLine(f"a_new = {_applied(network.hidden, 'z_new')}", ("a",)),
        CodeLine("z3_new = v @ a_new + c", ("z3",)),
        CodeLine(f"y_hat_new = {_applied(network.output, 'z3_new')}", ("y_hat",)),
        CodeLine(f"J_new = {loss.format(y='y_hat_new')}", ("J",)),
    )  # fmt: skip


def _applied(activation: str, variable: str) -> str:
    """Return the call of an activation."""
    function = ACTIVATIONS[activation].function
    return variable if function == "z" else function.replace("(z)", f"({variable})")


def torch_numbers(network: Network, rate: float, found: Mapping[str, Found]) -> dict[str, Value | Exception]:
    """Run the program, and return what it says of all numbers, by name; imports torch."""
    names: dict[str, Any] = {}
    refused = executed(names, _lines(network, rate))
    return {key: refused or evaluated(names, number.code) for key, number in found.items()}


def difference(found: Mapping[str, Found], torch_found: Mapping[str, Value | Exception]) -> float:
    """Return the largest difference of a number from that of torch, as a share of what is larger than 1."""
    both = ((number.number, torch_found[key]) for key, number in found.items())
    return max(abs(ours - said) / max(1.0, abs(said)) if isinstance(said, float) else math.nan for ours, said in both)


def torch_table(found: Mapping[str, Found], stage: int, torch_found: Mapping[str, Value | Exception] | None) -> Table:
    """Return every number with its line of PyTorch, and what torch says of it, once it is known and was asked."""
    rows = []
    for number in found.values():
        if number.stage <= stage and torch_found is not None:
            rows.append(number.compared(number.code, torch_found[number.key]))
            continue
        known = number.stage <= stage
        mark: CellMark = "" if known else "muted"
        head = Cell(number.label, mark=mark), Cell(number.code.removesuffix(".item()"), mark=mark)
        waits = Cell(None, message("Run asks torch.") if known else message("not known yet"))
        rows.append((*head, Cell(number.number, number.why) if known else waits, waits, waits))
    note: Words = message("Run asks torch for the same numbers.")
    if torch_found is not None:
        note = message(
            "torch.autograd in float64. Largest difference of all numbers: {share}.",
            share=f"{difference(found, torch_found):.1g}",
        )
    return Table("check", CHECKED, tuple(rows), note)
