"""A function and its derivative side by side, and three ways to come by it: by rule, by differences, by autograd."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event, Remark
from lab.core.experiment import ClosedForm, Context
from lab.core.numbers import all_of
from lab.core.params import ParamError, Params, choice, real, text
from lab.topics.maths.derivative.numbers import autograd, numbers
from lab.topics.maths.derivative.slope_figures import derivative_chart, error_chart, function_chart, remark
from lab.topics.maths.derivative.slopes import Curves, curves_of, spot_of

FUNCTIONS: Mapping[str, tuple[str, float, float]] = {
    "square": ("x^2", -3.0, 3.0),
    "cubic": ("x^3 − 2x", -2.2, 2.2),
    "relu": ("relu(x)", -3.0, 3.0),
    "sigmoid": ("sigmoid(x)", -6.0, 6.0),
    "tanh": ("tanh(x)", -4.0, 4.0),
    "sine": ("sin(x)", -7.0, 7.0),
    "product": ("2x^2·(4x^3 − 3x^4)", -0.6, 1.35),
    "chain": ("(x^2 + 4x^3)^5", -1.1, 1.1),
}
"""The expression of each choice, and where its plot begins and ends."""


@dataclass(frozen=True, kw_only=True)
class DerivativeParams(Params):
    """Which function, where, and how far the points of a finite difference are apart."""

    function: str = choice(
        "cubic",
        {
            "square": "x²",
            "cubic": "x³ − 2x",
            "relu": "ReLU: max(0, x)",
            "sigmoid": "Sigmoid: 1/(1 + e⁻ˣ)",
            "tanh": "tanh(x)",
            "sine": "sin(x)",
            "product": "A product: 2x²·(4x³ − 3x⁴)",
            "chain": "A chain: (x² + 4x³)⁵",
            "typed": "Typed below",
        },
        label="Function", help="What is differentiated.", group="Function",
    )  # fmt: skip
    at: float = real(
        1.0, -10.0, 10.0, label="x", help="Where the tangent touches. It follows the mouse over the plots.",
        group="Place", slider=True,
    )  # fmt: skip
    step_exponent: float = real(
        0.5, 0.0, 16.0, label="k, for the step h = 10⁻ᵏ",
        help="How far apart the two points of a finite difference are: h = 1 for k = 0, h = 0.001 for k = 3.",
        group="Place", slider=True,
    )  # fmt: skip
    expression: str = text(
        "x^2 sin(3x)", label="f(x)",
        help="For “typed below”: numbers, x, pi, e, + − · / ^, brackets, and functions such as sin(x), exp(x), log(x), "
        "sqrt(x), abs(x), relu(x), sigmoid(x), tanh(x), max(0, x).",
        group="Function", when=("function", ("typed",)), longest=200,
    )  # fmt: skip
    low: float = real(
        -3.0, -10.0, 10.0, label="Plot from",
        help="Where the plot of a typed function begins; the others have ranges that suit them.", group="Function",
        when=("function", ("typed",)),
    )  # fmt: skip
    high: float = real(
        3.0, -10.0, 10.0, label="Plot to",
        help="Where the plot of a typed function ends; the others have ranges that suit them.", group="Function",
        when=("function", ("typed",)),
    )  # fmt: skip

    def check(self) -> None:
        """Refuse an empty range, and an expression that cannot be read or differentiated."""
        if self.high - self.low < 0.01:
            raise ParamError(
                "high",
                "{field}: {value} is not above the beginning of the plot, {low}, by at least 0.01",
                value=self.high,
                low=self.low,
            )
        if self.function == "typed":
            curves_of(self.expression, self.low, self.high)

    @property
    def step(self) -> float:
        """The distance h."""
        return float(10.0**-self.step_exponent)


class Derivative(ClosedForm[DerivativeParams]):
    """The slope of a curve, exactly and nearly, and the mistakes that are made with it."""

    id: ClassVar[str] = "maths.derivative"
    title: ClassVar[str] = "Derivatives"
    params: ClassVar[type[Params]] = DerivativeParams

    def compute(self, params: DerivativeParams) -> Iterator[Event]:
        """Yield both curves with the tangent, the errors over the step, and the numbers."""
        curves = _curves(params)
        spot = spot_of(curves, params.at, params.step)
        yield function_chart(curves, spot)
        yield derivative_chart(curves, spot)
        yield error_chart(spot)
        yield from all_of([numbers(curves, spot)])

    def run(self, params: DerivativeParams, context: Context) -> Generator[Event, None, None]:
        """Say why there is no derivative in words too, where there is no table to see."""
        said = remark(_curves(params), spot_of(_curves(params), params.at, params.step))
        if said is not None:
            yield Remark("place", said)
        yield from super().run(params, context)

    def verify(self, params: DerivativeParams) -> Iterator[Event]:
        """Yield what torch says of value and derivative, with numbers of 64 and of 32 bits."""
        curves = _curves(params)
        spot = spot_of(curves, params.at, params.step)
        yield autograd(curves, spot)


def _curves(params: DerivativeParams) -> Curves:
    if params.function == "typed":
        return curves_of(params.expression, params.low, params.high)
    return curves_of(*FUNCTIONS[params.function])


EXPERIMENT = Derivative
