"""Every number of the calculation: its name, its formula, the formula with numbers put in, and its line of PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lab.core.quantities import Quantity
from lab.core.text import message
from lab.nets.registry.activations import ACTIVATIONS
from lab.topics.ann.backpropagation.passes import LINKS, PARAMETERS, Network
from lab.topics.ann.backpropagation.stages import STAGE, STAGES

LABELS: Final = {
    "x1": "x₁", "x2": "x₂", "t": "y",
    "w11": "w₁₁", "w12": "w₁₂", "b1": "b₁", "w21": "w₂₁", "w22": "w₂₂", "b2": "b₂",
    "v1": "v₁", "v2": "v₂", "c": "c",
    "z1": "z₁", "z2": "z₂", "a1": "a₁", "a2": "a₂", "z3": "z₃", "y": "ŷ", "J": "J",
}  # fmt: skip
CODES: Final = {
    "x1": "x[0]", "x2": "x[1]", "t": "y",
    "w11": "W[0, 0]", "w12": "W[0, 1]", "b1": "b[0]", "w21": "W[1, 0]", "w22": "W[1, 1]", "b2": "b[1]",
    "v1": "v[0]", "v2": "v[1]", "c": "c",
    "z1": "z[0]", "z2": "z[1]", "a1": "a[0]", "a2": "a[1]", "z3": "z3", "y": "y_hat", "J": "J",
}  # fmt: skip
"""How each quantity is called in the program of `backpropagation_program`."""
SLOPES: Final = {"slope1": ("f′(z₁)", "z1", "a1"), "slope2": ("f′(z₂)", "z2", "a2"), "slope3": ("g′(z₃)", "z3", "y")}
"""The local derivatives of the activations: their symbols, of what, and what the activation makes of it."""


METRICS: Final = {"J": "loss", "next_J": "loss_after", "y": "output", "next_y": "output_after"} | {
    f"d_{name}": f"gradient_{name}" for name in PARAMETERS
}
"""The numbers that are results, by what they are called then."""


@dataclass(frozen=True, kw_only=True)
class Found(Quantity):
    """One number of the calculation: `formula` in symbols, `arithmetic` with numbers put in."""

    key: str
    formula: str
    arithmetic: str

    @property
    def number(self) -> float:
        """Its value."""
        assert isinstance(self.value, float)
        return self.value

    @property
    def stage(self) -> int:
        """The stage in which it is found."""
        return STAGE[self.key]


def _of(key: str, symbol: str, value: float, formula: str, arithmetic: str, code: str) -> Found:
    steps = [symbol, formula, arithmetic, plain(value)]
    # Where nothing is to be computed, the same would be said twice.
    said = [step for place, step in enumerate(steps) if place == 0 or step != steps[place - 1]]
    why = f"{' = '.join(said)}\nPyTorch: {code}"
    label = message("{name}, new", name=symbol) if key.startswith("next_") else symbol
    return Found(
        label, value, why, METRICS.get(key, ""), f"{code}.item()", key=key, formula=formula, arithmetic=arithmetic
    )


def plain(value: float, figures: int = 5) -> str:
    """Return a number as it stands first in arithmetic, or alone."""
    return f"{value + 0.0:.{figures}g}".replace("-", "−")  # Without the sign of a negative zero.


def shown(value: float, figures: int = 5) -> str:
    """Return a number as it stands after a sign: negative ones in parentheses."""
    return f"({plain(value, figures)})" if value < 0 else plain(value, figures)


def numbers(network: Network, rate: float) -> dict[str, Found]:
    """Return all numbers by name, in the order in which they are found."""
    after = network.updated(rate)
    return {key: _found(network, after, rate, key) for names in STAGES for key in names}


def _found(network: Network, after: Network, rate: float, key: str) -> Found:
    kind, _, name = key.rpartition("_")
    match kind:
        case "d":
            return _gradient(network, name)
        case "next" if name in PARAMETERS:
            return _moved(network, after, rate, name)
        case "next":
            return _value(after, name, again=True)
        case _:
            return _slope(network, key) if key in SLOPES else _value(network, key)


def factor_label(name: str) -> str:
    """Return the symbol of a local derivative."""
    if name in SLOPES:
        return SLOPES[name][0]
    return {"one": "1", "loss_slope": "∂J/∂ŷ"}.get(name) or LABELS[name]


def gradient_code(name: str) -> str:
    """Return the line that reads a gradient after `J.backward()`."""
    variable, bracket, place = CODES[name].partition("[")
    return f"{variable}.grad{bracket}{place}"


def after_code(name: str) -> str:
    """Return the line that reads a value after the update: what the parameters make then has a name of its own."""
    if name in PARAMETERS:
        return CODES[name]
    variable, bracket, place = CODES[name].partition("[")
    return f"{variable}_new{bracket}{place}"


def _value(network: Network, name: str, *, again: bool = False) -> Found:
    v = network.values
    formula, arithmetic = _made(network, name, v)
    return _of(
        f"next_{name}" if again else name, LABELS[name], v[name], formula, arithmetic,
        after_code(name) if again else CODES[name],
    )  # fmt: skip


def _made(network: Network, name: str, v: Mapping[str, float]) -> tuple[str, str]:
    """Return the formula of a value, and the same with numbers put in."""
    match name:
        case "z1" | "z2":
            unit = name[1]
            terms = (f"w{unit}1", "x1", f"w{unit}2", "x2", f"b{unit}")
        case "z3":
            terms = ("v1", "a1", "v2", "a2", "c")
        case "a1" | "a2":
            z = f"z{name[1]}"
            return f"f({LABELS[z]})", activation_arithmetic(network.hidden, v[z])
        case "y":
            return "g(z₃)", activation_arithmetic(network.output, v["z3"])
        case _ if network.loss == "bce":
            y, t, rest = plain(v["y"]), plain(v["t"]), plain(1 - v["t"])
            return "−(y·ln ŷ + (1 − y)·ln(1 − ŷ))", f"−({t} × ln({y}) + {rest} × ln(1 − {y}))"
        case _:
            return "½(ŷ − y)²", f"½ × ({plain(v['y'])} − {shown(v['t'])})²"
    one, first, two, second, bias = (LABELS[term] for term in terms)
    return (
        f"{one}·{first} + {two}·{second} + {bias}",
        f"{plain(v[terms[0]])} × {shown(v[terms[1]])} + {shown(v[terms[2]])} × {shown(v[terms[3]])}"
        f" + {shown(v[terms[4]])}",
    )


def _gradient(network: Network, name: str) -> Found:
    """Return a gradient as what comes back over each arrow: the gradient of its end times the local derivative."""
    gradients, v, y = network.gradients, network.values, plain(network.values["y"])
    label, code = f"∂J/∂{LABELS[name]}", gradient_code(name)
    if name == "y":
        error = f"{y} − {shown(v['t'])}"
        formula, arithmetic = "ŷ − y", error
        if network.loss == "bce":
            formula, arithmetic = "(ŷ − y) / (ŷ·(1 − ŷ))", f"({error}) / ({y} × (1 − {y}))"
        return _of("d_y", label, gradients["y"], formula, arithmetic, code)
    links = [link for link in LINKS if link.source == name]
    formula = " + ".join(f"∂J/∂{LABELS[link.target]}·{factor_label(link.factor)}" for link in links)
    parts = [
        f"{shown(gradients[link.target]) if place else plain(gradients[link.target])} × "
        f"{shown(network.factors[link.factor])}"
        for place, link in enumerate(links)
    ]
    return _of(f"d_{name}", label, gradients[name], formula, " + ".join(parts), code)


def _slope(network: Network, key: str) -> Found:
    label, z, a = SLOPES[key]
    activation = network.output if key == "slope3" else network.hidden
    function = ACTIVATIONS[activation].function.removesuffix("(z)")
    code = f"torch.func.grad({'lambda z: z' if function == 'z' else function})({CODES[z]})"
    arithmetic = slope_arithmetic(activation, network.values[z], network.values[a])
    formula = f"∂{LABELS[a]}/∂{LABELS[z]}"
    return _of(key, label, network.factors[key], formula, arithmetic, code)


def _moved(network: Network, after: Network, rate: float, name: str) -> Found:
    symbol, gradient = LABELS[name], network.gradients[name]
    return _of(
        f"next_{name}", symbol, after.given[name], f"{symbol} − η·∂J/∂{symbol}",
        f"{plain(network.given[name])} − {plain(rate)} × {shown(gradient)}", after_code(name),
    )  # fmt: skip


def activation_arithmetic(name: str, z: float) -> str:
    """Return an activation with its number put in."""
    number, bracketed, minus = plain(z), shown(z), plain(-z)
    return {
        "identity": number,
        "relu": f"max(0, {number})",
        "leaky_relu": number if z > 0 else f"0.01 × {bracketed}",
        "relu6": f"min(max(0, {number}), 6)",
        "elu": number if z > 0 else f"exp({number}) − 1",
        "sigmoid": f"1 / (1 + exp({minus}))",
        "tanh": f"tanh({number})",
        "softplus": f"ln(1 + exp({number}))",
        "gelu": f"{number} × Φ({number})",
        "silu": f"{number} / (1 + exp({minus}))",
    }[name]


def slope_arithmetic(name: str, z: float, a: float) -> str:
    """Return the derivative of an activation with its numbers put in: by the output `a` where that is shorter."""
    number, value = plain(z), plain(a)
    match name:
        case "sigmoid":
            return f"{value} × (1 − {value})"
        case "tanh":
            return f"1 − {shown(a)}²"
        case "softplus":
            return f"1 / (1 + exp({plain(-z)}))"
        case "gelu":
            return f"Φ({number}) + {shown(z)} × φ({number})"
        case "silu":
            return f"σ({number}) × (1 + {shown(z)} × (1 − σ({number})))"
        case "identity":
            return "1"
        case "relu6":
            return f"(1 if 0 < {number} < 6 else 0)"
        case "elu":
            return f"(1 if {number} > 0 else exp({number}))"
        case "relu" | "leaky_relu":
            return f"(1 if {number} > 0 else {'0' if name == 'relu' else '0.01'})"
        case _:
            raise ValueError(name)
