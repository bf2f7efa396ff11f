"""What is said of the number in figures, and the program by which torch says the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lab.core.code import CodeLine
from lab.core.figures import Table, Words
from lab.core.numbers import CHECKED, evaluated, executed
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import message
from lab.maths.matrices import written
from lab.topics.cnn.by_layer.look import Look


def numbers(look: Look, image: Lines) -> Numbers:
    """Return the figures of the number; its value and its slope are sums of products here, and torch's own there."""
    made, used, way = look.made, look.uses, look.way
    rows, columns = way.field(look.layer, look.place)
    sees = (rows[1] - rows[0] + 1, columns[1] - columns[0] + 1)
    index = ", ".join(map(str, look.place if _is_map(look) else look.place[:1]))
    probabilities = way.numbers[-1].ravel()
    best = int(probabilities.argmax())
    slopes = np.isfinite(used.products).all() and len(used.products)
    # The scores themselves are what is asked about.
    slope = float(used.products.sum()) if slopes else look.slope
    value = _value(look)
    quantities = [
        Quantity(
            look.name, value, _why(look), "value", f"numbers[{look.layer}][0, {index}].item()", mark="strong",
        ),
        *(
            [
                Quantity(
                    f"∂z[{look.answer}]/∂{look.name}", slope,
                    message("the sum over all that it goes into, of weight × slope"), "slope",
                    f"numbers[{look.layer}].grad[0, {index}].item()",
                ),
                Quantity(
                    message("value × slope"), value * slope, f"{written(value)}·{written(slope)}", "effect",
                    f"(numbers[{look.layer}] * numbers[{look.layer}].grad)[0, {index}].item()",
                ),
            ]
            if np.isfinite(slope)
            else []
        ),
        Quantity(message("made of"), len(made.places), message("numbers of the layer before"), "terms"),
        Quantity(message("goes into"), len(used.places), message("numbers of the next layer"), "uses"),
        Quantity(message("sees of the image"), sees, message("rows and columns, without the padding"), "sees"),
        Quantity(message("answer"), look.given.classes[best], message("the class with the largest probability")),
        Quantity(
            message("its probability"), float(probabilities[best]), "", "probability", "numbers[-1].max().item()",
            share=True,
        ),
    ]  # fmt: skip
    return Numbers(quantities, setup=(*_head(look), *image, *tail(look)))


def _is_map(look: Look) -> bool:
    return look.way.numbers[look.layer].shape[1:] != (1, 1)


def _value(look: Look) -> float:
    """Return the number by its arithmetic."""
    made = look.made
    match made.kind:
        case "sum":
            return float(made.products.sum() + made.bias)
        case "largest":
            return float(made.inputs.max())
        case "softmax":
            powers = np.exp(made.inputs - made.inputs.max())
            return float(powers[look.place[0]] / powers.sum())
        case _:
            return made.value


def _why(look: Look) -> Words:
    made = look.made
    match made.kind:
        case "sum":
            return message("{count} products and the bias, added up", count=len(made.places))
        case "largest":
            return message("the largest of {count}", count=len(made.places))
        case "softmax":
            return message("e^z of it, as a share of the sum over all classes")
        case "pixel":
            return message("the pixel, from 0 to 1 unless it was standardised")
        case "copy":
            return message("the same number, in a line")
        case _:
            return message("of one number")


def _head(look: Look) -> Iterator[str]:
    yield "import numpy as np"
    yield "import torch"
    if any("load_file" in line for line in look.given.lines):
        yield "from safetensors.torch import load_file"
    yield "from torch import nn"
    yield ""
    yield from look.given.lines
    yield ""


def tail(look: Look) -> Lines:
    """Return the lines from `network` and `image` to all `numbers`, and their gradients."""
    dropped = any("Dropout(" in line for line in look.given.lines)
    return (
        "",
        CodeLine("numbers = [image]", why=message("0 is the image, then the layers in their order.")),
        f"for layer in {'filter(lambda each: not isinstance(each, nn.Identity), network)' if dropped else 'network'}:",
        "    numbers.append(layer(numbers[-1]))",
        CodeLine("    numbers[-1].retain_grad()", why=message("Else torch keeps gradients of weights alone.")),
        "numbers.append(numbers[-1].softmax(1))",
        CodeLine(
            f"numbers[-2][0, {look.answer}].backward()",
            why=message("By how much one score, before the softmax, grows with every number."),
        ),
        "",
    )


def check(look: Look) -> Table:
    """Return what the layers of torch make of the same image, beside the sums here."""
    import torch
    from torch import nn

    image = torch.from_numpy(np.array(look.way.numbers[0][None])).requires_grad_()
    layers = [module for module in look.way.modules[1:-1]]
    names: dict[str, object] = {"torch": torch, "nn": nn, "network": nn.Sequential(*layers), "image": image}
    refused = executed(names, tail(look))
    found = numbers(look, ())
    rows = [
        quantity.compared(quantity.code, refused or evaluated(names, quantity.code))
        for quantity in found.each
        if quantity.code
    ]
    note = message("Here sums of products; there the layers of torch, and its gradients.")
    return Table("check", CHECKED, tuple(rows), note)
