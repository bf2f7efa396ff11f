"""Shapes and counts of all layers, by arithmetic and by torch."""

from __future__ import annotations

from collections.abc import Iterator

from lab.core.code import CodeLine
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.topics.weights.shapes.chain import LARGEST, Chain
from lab.topics.weights.shapes.figures import refusal


def numbers(chain: Chain) -> tuple[Numbers, Numbers]:
    """Return a row a layer, and the numbers of the whole network."""
    columns = (
        message("layer"),
        "torch",
        message("weight"),
        message("parameters"),
        message("y"),
    )
    return (
        Numbers(tuple(_layers(chain)), "layers", columns, setup=_program(chain)),
        Numbers(tuple(_whole(chain)), note=refusal(chain) if chain.broken else ""),
    )


def _layers(chain: Chain) -> Iterator[tuple[Quantity, ...]]:
    for place, (takes, units) in enumerate(chain.pairs, 1):
        name, label = f"network[{place - 1}]", message("layer {number}", number=place)
        stopped = place > chain.through
        comes = f"({chain.batch} × {chain.widths[place - 1]}) · ({takes} × {units})"
        why = message("does not fit") if place == chain.broken else message("Nothing comes so far.")
        weight = message("out_features × in_features")
        output = Quantity(label, message("none"), why, mark="bad") if stopped else Quantity(
            label, (chain.batch, units), comes, code=f"network[:{place}](x).shape"
        )  # fmt: skip
        yield (
            Quantity(label, f"nn.Linear({takes}, {units})", mark="bad" if place == chain.broken else ""),
            Quantity(label, (units, takes), weight, code=f"{name}.weight.shape"),
            Quantity(
                label, units * takes + units, f"{units}·{takes} + {units}",
                code=f"{name}.weight.numel() + {name}.bias.numel()",
            ),
            output,
        )  # fmt: skip


def _whole(chain: Chain) -> Iterator[Quantity]:
    weights, biases = sum(units * takes for units, takes in chain.shapes), sum(units for units, _takes in chain.shapes)
    summed = "sum(numbers.numel() for numbers in network.parameters(){})"
    each = " + ".join(f"{units}·{takes}" for units, takes in chain.shapes)
    shapes = "[tuple(layer.weight.shape) for layer in network]"
    yield Quantity(message("shapes of the weights"), chain.shapes, message("each out × in"), "shapes", shapes)
    yield Quantity(message("weights"), weights, each, "weights", summed.format(" if numbers.ndim == 2"))
    yield Quantity(
        message("biases"), biases, message("one for each unit"), "biases", summed.format(" if numbers.ndim == 1")
    )
    total = f"{weights} + {biases}"
    yield Quantity(message("parameters"), weights + biases, total, "parameters", summed.format(""), mark="strong")
    if chain.broken:
        yield Quantity(message("output"), message("none"), refusal(chain), mark="bad")
        yield Quantity(message("output"), None, refusal(chain), code="network(x)", listed=False)
        yield Quantity(message("fits"), 0, "", "fits", "int(y is not None)", listed=False)
        return
    multiplied = chain.batch * weights
    yield Quantity(
        message("multiplications"),
        multiplied,
        f"{chain.batch} · {weights}",
        "multiplications",
        "x.shape[0] * " + summed.format(" if numbers.ndim == 2"),
    )
    output = chain.values[-1].astype(float)
    yield Quantity(message("shape of the output"), output.shape, f"{chain.batch} × {chain.widths[-1]}", "output_shape",
                   "y.shape")  # fmt: skip
    yield Quantity(message("output"), output, message("computed here by NumPy"), "", "y", listed=False)
    yield Quantity(message("fits"), 1, "", "fits", "int(y is not None)", listed=False)


def _program(chain: Chain) -> tuple[CodeLine | str, ...]:
    made = ", ".join(f"nn.Linear({takes}, {units})" for takes, units in chain.pairs)
    kept = message("torch keeps a weight as (out_features, in_features), and computes x @ weight.T + bias.")
    tried = message("All layers can be made, whatever their sizes; only the forward pass notices.")
    return (
        "import numpy as np",
        "import torch",
        "from torch import nn",
        "",
        CodeLine(f"network = nn.Sequential({made}).double()", why=kept),
        "",
        f"draw = np.random.default_rng({chain.seed})",
        CodeLine(
            f"x = torch.tensor(draw.integers(-{LARGEST}, {LARGEST + 1}, ({chain.batch}, {chain.widths[0]}))).double()",
            why=message("A batch, of whole numbers that can be followed by eye."),
        ),
        "with torch.no_grad():",
        "    for layer in network:",
        f"        layer.weight.copy_(torch.tensor(draw.integers(-{LARGEST}, {LARGEST + 1}, layer.weight.shape)))",
        f"        layer.bias.copy_(torch.tensor(draw.integers(-{LARGEST}, {LARGEST + 1}, layer.bias.shape)))",
        CodeLine("    try:", why=tried),
        "        y, said = network(x), None",
        "    except RuntimeError as error:",
        "        y, said = None, str(error)",
        "",
    )
