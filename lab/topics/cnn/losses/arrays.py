"""The losses of two small arrays that are typed: their values, and what each number of the output adds to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lab.core.events import Array
from lab.core.figures import Matrices, MatrixItem, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.maths.expressions.averages import Average
from lab.maths.matrices import each_of, written
from lab.topics.cnn.losses.kinds import NAMES, definitions

INDEPENDENT = {
    "l1": ("torch.nn.functional.l1_loss(yhat, y).item()",),
    "l2_mean": ("(torch.nn.functional.mse_loss(yhat, y) + yhat.mean().abs()).item()",),
    "r_batch": ("-torch.corrcoef(torch.stack([yhat.flatten(), y.flatten()]))[0, 1].item()",),
    "r_image": ("-sum(torch.corrcoef(torch.stack(each))[0, 1].item() for each in zip(yhat, y)) / len(y)",),
}
"""What torch has for the same by functions of its own."""
GRADIENT = (
    "def gradient(loss):",
    "    variable = yhat.clone().requires_grad_()",
    "    loss(variable, y).backward()",
    "    return variable.grad",
    "",
    "",
)


@dataclass(frozen=True)
class Given:
    """Outputs and targets (images, pixels), each row an image, and the losses by name."""

    outputs: Array
    targets: Array
    losses: Mapping[str, Average]

    def gradient(self, name: str) -> Array:
        """Return the derivative of a loss by each output (images, pixels)."""
        return self.losses[name].gradient("yhat", self.outputs, self.targets)

    def tensors(self) -> tuple[str, ...]:
        """Return the lines that make both arrays, and gradients."""
        return (
            f"yhat = torch.tensor({self.outputs.tolist()}, dtype=torch.float64)",
            f"y = torch.tensor({self.targets.tolist()}, dtype=torch.float64)",
            *("", "", *GRADIENT),
        )

    def numbers(self) -> Numbers:
        """Return all losses: of the outputs, of twice as much, and of one more; and their gradients."""
        quantities: list[Quantity | tuple[Quantity, ...]] = []
        for name, loss in self.losses.items():
            why = message("the mean of {loss}", loss=loss.expression.pretty())
            changed = (("", self.outputs, "yhat"), ("_double", 2 * self.outputs, "2 * yhat"),
                       ("_more", self.outputs + 1, "yhat + 1"))  # fmt: skip
            quantities.append(tuple(
                Quantity(
                    NAMES[name], loss.value(outputs, self.targets), why, f"given_{name}{more}",
                    f"{name}({code}, y).item()", () if more else INDEPENDENT.get(name, ()),
                )
                for more, outputs, code in changed
            ))  # fmt: skip
            quantities.append(
                Quantity(
                    message("gradient of {loss}", loss=NAMES[name]), self.gradient(name), why,
                    f"given_{name}_gradient", f"gradient({name})", listed=False,
                )
            )  # fmt: skip
        return Numbers(
            quantities,
            columns=(message("loss"), "ŷ", "2ŷ", "ŷ + 1"),
            setup=("import torch", "", "", *definitions(self.losses), *self.tensors()),
            note=message(
                "Of your arrays, each row an image. 2ŷ and ŷ + 1 are other images: a loss that stays as it is cannot "
                "tell them apart."
            ),
            checked=message("Values and gradients by autograd, and by torch's own functions where it has them."),
        )

    def matrices(self) -> Matrices:
        """Return both arrays, to be edited, and n times the gradient of each loss, for n numbers."""

        def item(title: Words, values: Array, digits: int, field: str = "") -> MatrixItem:
            rows = tuple(tuple(row) for row in (np.round(values, digits) + 0.0).tolist())
            whys = each_of(values, lambda _i, _j, value: written(value))
            return MatrixItem(title, rows, field=field, whys=() if field else whys)

        count = self.outputs.size
        # What is long has no room there.
        gradients = (
            item("L2…" if name == "l2_mean" else NAMES[name], count * self.gradient(name), 1) for name in self.losses
        )
        return Matrices(
            "arrays",
            (item("ŷ", self.outputs, 4, "given"), item("y", self.targets, 4, "target"), *gradients),
        )
