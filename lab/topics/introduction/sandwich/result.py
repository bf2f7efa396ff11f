"""What a run comes to, and the program that comes to the same."""

from __future__ import annotations

from collections.abc import Sequence

from lab.core.code import CodeLine
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import message
from lab.topics.introduction.sandwich.bread import Amounts, Bite, mean_loss
from lab.topics.introduction.sandwich.params import RANGE, SandwichParams


def result(params: SandwichParams, path: Sequence[Amounts]) -> Numbers:
    """Return the last sandwich of a path, as the first customer tastes it, and all of them."""
    (butter, jam), first = path[-1], params.everyone[0]
    bite = Bite(butter, jam, first)
    values = (
        (butter, "butter", "weights[0].item()"),
        (jam, "jam", "weights[1].item()"),
        (bite.prediction, "prediction", "predicted(customers[0]).item()"),
        (bite.error, "error", f"predicted(customers[0]).item() - {first.target!r}"),
        (bite.loss, "loss", "loss_of(customers[0]).item()"),
        (
            mean_loss((butter, jam), params.everyone),
            "mean_loss",
            "sum(map(loss_of, customers)).item() / len(customers)",
        ),
        (len(path) - 1, "steps", "steps"),
    )
    quantities = tuple(Quantity("", value, "", name, code, listed=False) for value, name, code in values)
    return Numbers(quantities, setup=_program(params))


def _program(params: SandwichParams) -> Lines:
    flavours = message("The flavour of a spoon of butter and of one of jam, and how much is wanted.")
    return (
        "import torch",
        "",
        CodeLine("customers = [", why=flavours),
        *(f"    ({each.butter!r}, {each.jam!r}, {each.target!r})," for each in params.everyone),
        "]",
        f"weights = torch.tensor([{params.butter!r}, {params.jam!r}], dtype=torch.float64, requires_grad=True)",
        f"optimiser = torch.optim.SGD([weights], lr={params.learning_rate!r})",
        "",
        "",
        "def predicted(customer):",
        "    return weights[0] * customer[0] + weights[1] * customer[1]",
        "",
        "",
        "def loss_of(customer):",
        "    return (predicted(customer) - customer[2]) ** 2",
        "",
        "",
        "steps = 0",
        f"for turn in range({params.steps}):",
        "    optimiser.zero_grad()",
        CodeLine("    loss_of(customers[turn % len(customers)]).backward()", why=message("The error comes back.")),
        "    before = weights.detach().clone()",
        "    optimiser.step()",
        f"    if weights.abs().max() > {RANGE!r}:",
        CodeLine("        weights.data = before", why=message("So much is never spread.")),
        "        break",
        "    steps += 1",
    )
