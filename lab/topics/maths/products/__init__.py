"""Dot product, matrix product and their kin: which shapes fit, and where each number comes from."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event, Remark
from lab.core.experiment import Context
from lab.core.figures import Matrices
from lab.core.numbers import NumbersPage
from lab.core.params import Params, choice, text
from lab.core.quantities import Numbers
from lab.topics.maths.products.figures import equation
from lab.topics.maths.products.numbers import numbers
from lab.topics.maths.products.rules import Product, multiply
from lab.topics.maths.products.transformed_plane import plane


@dataclass(frozen=True, kw_only=True)
class ProductsParams(Params):
    """What is multiplied, and how."""

    operation: str = choice(
        "matrix",
        {
            "dot": "Dot product",
            "matrix": "Matrix product",
            "elementwise": "Elementwise (Hadamard)",
            "outer": "Outer product",
            "transpose": "Transpose",
        },
        label="Operation", help="What is done with A and B. The transpose needs A only.", group="Product",
    )  # fmt: skip
    a: str = text(
        "1 2 3; 4 5 6", label="A",
        help="Numbers separated by spaces or commas, rows by semicolons. You can also edit the cells themselves.",
        group="Product",
    )  # fmt: skip
    b: str = text(
        "2 1; -1 0; 1 3", label="B",
        help="Numbers separated by spaces or commas, rows by semicolons. You can also edit the cells themselves.",
        group="Product",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what is no matrix. Shapes that do not fit are no error: they are shown."""
        self.product()

    def product(self) -> Product:
        """Return the product. Raises ParamError."""
        return multiply(self.operation, self.a, self.b)


class Products(NumbersPage[ProductsParams]):
    """Show a product as an equation whose cells can be asked, and in the plane."""

    id: ClassVar[str] = "maths.products"
    title: ClassVar[str] = "Products of vectors and matrices"
    params: ClassVar[type[Params]] = ProductsParams

    def figures(self, params: ProductsParams) -> Iterator[Event]:
        """Yield the equation, and lengths and angle in the plane."""
        product = params.product()
        yield equation(product)
        yield from plane(product)

    def numbers(self, params: ProductsParams) -> Sequence[Numbers]:
        """Return shapes and lengths; torch, NumPy and plain Python say where they refuse shapes."""
        return [numbers(params.product())]

    def run(self, params: ProductsParams, context: Context) -> Generator[Event, None, None]:
        """Say a refusal in words too, where there is no equation to see."""
        for event in super().run(params, context):
            yield event
            if isinstance(event, Matrices) and not isinstance(event.refusal, str):
                yield Remark("shapes", event.refusal, "warning")


EXPERIMENT = Products
