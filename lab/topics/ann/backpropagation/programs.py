"""The same calculation as a program of PyTorch, and what PyTorch makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lab.core.code import Code, CodeLine
from lab.core.figures import Cell, Table, Words
from lab.core.text import message
from lab.nets.registry.activations import ACTIVATIONS
from lab.topics.ann.backpropagation.computed import Found
from lab.topics.ann.backpropagation.passes import INPUTS, MADE, PARAMETERS, Network

if TYPE_CHECKING:
    from torch import Tensor

TOLERANCE = 1e-6
"""What may lie between a number here and that of torch, as a share of what is larger than 1."""


def program(network: Network, rate: float) -> Code:
    """Return a program that can be run as it is; each of its numbers is read by the `code` that `Found` has for it."""
    g = {name: repr(value + 0.0) for name, value in network.given.items()}  # Without the sign of a negative zero.
    loss = "F.binary_cross_entropy({y}, y)" if network.loss == "bce" else "({y} - y) ** 2 / 2"
    lines = (
        CodeLine("import torch"),
        CodeLine("import torch.nn.functional as F"),
        CodeLine("torch.set_default_dtype(torch.float64)", (), message("As exact as here: 64 bits a number.")),
        CodeLine(""),
        CodeLine(f"x = torch.tensor([{g['x1']}, {g['x2']}], requires_grad=True)", ("x",)),
        CodeLine(f"y = torch.tensor({g['t']})", ("t",)),
        CodeLine(
            f"W = torch.tensor([[{g['w11']}, {g['w12']}], [{g['w21']}, {g['w22']}]], requires_grad=True)", ("W",),
            message("One row for each hidden unit, one column for each input."),
        ),
        CodeLine(f"b = torch.tensor([{g['b1']}, {g['b2']}], requires_grad=True)", ("b",)),
        CodeLine(f"v = torch.tensor([{g['v1']}, {g['v2']}], requires_grad=True)", ("v",)),
        CodeLine(f"c = torch.tensor({g['c']}, requires_grad=True)", ("c",)),
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
    return Code("program", lines, message("It can be copied and run; then print W.grad[0, 0], for instance."))


def _applied(activation: str, variable: str) -> str:
    """Return the call of an activation."""
    function = ACTIVATIONS[activation].function
    return variable if function == "z" else function.replace("(z)", f"({variable})")


def torch_numbers(network: Network, rate: float) -> dict[str, float]:
    """Return all numbers by name as torch finds them with autograd and SGD; imports torch."""
    import torch

    from lab.nets.dense.torch_modules import activation

    g = network.given

    def tensor(*names: str) -> Tensor:
        return torch.tensor([g[name] for name in names], dtype=torch.float64, requires_grad=True)

    x, weights, b = tensor(*INPUTS), tensor("w11", "w12", "w21", "w22"), tensor("b1", "b2")
    v, c, target = tensor("v1", "v2"), tensor("c"), torch.tensor([g["t"]], dtype=torch.float64)
    functions = {name: activation(name) for name in (network.hidden, network.output)}

    def forward() -> dict[str, Tensor]:
        z = weights.view(2, 2) @ x + b
        a = functions[network.hidden](z)
        z3 = v @ a + c
        y = functions[network.output](z3)
        if network.loss == "bce":
            loss = torch.nn.functional.binary_cross_entropy(y, target)
        else:
            loss = ((y - target) ** 2 / 2).sum()
        return {"z": z, "a": a, "z3": z3, "y": y, "J": loss}

    def values(made: Mapping[str, Tensor]) -> list[float]:
        return [float(value) for name in ("z", "a", "z3", "y", "J") for value in made[name].detach().reshape(-1)]

    made = forward()
    for name in ("z", "a", "z3", "y"):
        made[name].retain_grad()
    torch.autograd.backward(made["J"])
    found = dict(zip(MADE, values(made), strict=True))

    def gradients(value: Tensor, *names: str) -> dict[str, float]:
        assert value.grad is not None
        return {f"d_{name}": float(each) for name, each in zip(names, value.grad.reshape(-1), strict=True)}

    found |= gradients(made["y"], "y") | gradients(made["z3"], "z3") | gradients(v, "v1", "v2") | gradients(c, "c")
    found |= gradients(made["a"], "a1", "a2") | gradients(made["z"], "z1", "z2")
    z, z3 = made["z"].detach(), made["z3"].detach().reshape(())
    hidden, output = torch.func.grad(functions[network.hidden]), torch.func.grad(functions[network.output])
    found |= {"slope1": float(hidden(z[0])), "slope2": float(hidden(z[1])), "slope3": float(output(z3))}
    found |= gradients(weights, "w11", "w12", "w21", "w22") | gradients(b, "b1", "b2") | gradients(x, *INPUTS)
    torch.optim.SGD([weights, b, v, c], lr=rate).step()
    order = ("w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c")
    moved = dict(zip(order, (float(each) for part in (weights, b, v, c) for each in part.detach()), strict=True))
    found |= {f"next_{name}": moved[name] for name in PARAMETERS}
    return found | {f"next_{name}": value for name, value in zip(MADE, values(forward()), strict=True)}


def difference(found: Mapping[str, Found], torch_found: Mapping[str, float]) -> float:
    """Return the largest difference of a number from that of torch, as a share of what is larger than 1."""
    return max(
        abs(number.value - torch_found[key]) / max(1.0, abs(torch_found[key])) for key, number in found.items()
    )  # fmt: skip


def torch_table(found: Mapping[str, Found], stage: int, torch_found: Mapping[str, float] | None) -> Table:
    """Return every number with its line of PyTorch, and what torch says of it, once it is known and was asked."""
    rows = []
    for number in found.values():
        known = number.stage <= stage
        name = message("{name}, new", name=number.label) if number.key.startswith("next_") else number.label
        row = (Cell(name, mark="" if known else "muted"), Cell(number.code, mark="" if known else "muted"))
        if not known:
            rows.append((*row, Cell(None, message("not known yet")), Cell(None, message("not known yet"))))
        elif torch_found is None:
            rows.append((*row, Cell(number.value, number.why), Cell(None, message("Run asks torch."))))
        else:
            rows.append((*row, Cell(number.value, number.why), _compared(number, torch_found[number.key])))
    note: Words = message("Run asks torch for the same numbers.")
    if torch_found is not None:
        note = message(
            "torch.autograd in float64. Largest difference of all numbers: {share}.",
            share=f"{difference(found, torch_found):.1g}",
        )
    columns = (message("quantity"), "PyTorch", message("here"), "torch")
    return Table("torch", columns, tuple(rows), note)


def _compared(number: Found, said: float) -> Cell:
    off = abs(number.value - said)
    same = off <= TOLERANCE * max(1.0, abs(said))
    return Cell(said, message("largest difference {value}", value=f"{off:.2g}"), "good" if same else "bad")
