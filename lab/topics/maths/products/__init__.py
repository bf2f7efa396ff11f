"""Dot product, matrix product and their kin: which shapes fit, and where each number comes from."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Event, Metrics, Remark
from lab.core.experiment import ClosedForm, Context
from lab.core.figures import Matrices
from lab.core.params import Params, choice, text
from lab.topics.maths.products.check import check_table
from lab.topics.maths.products.figures import equation, numbers
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
        label="Operation",
        help="What is done with A and B. The transpose needs A only.",
        group="Product",
    )
    a: str = text(
        "1 2 3; 4 5 6",
        label="A",
        help="Numbers separated by spaces or commas, rows by semicolons. You can also edit the cells themselves.",
        group="Product",
    )
    b: str = text(
        "2 1; -1 0; 1 3",
        label="B",
        help="Numbers separated by spaces or commas, rows by semicolons. You can also edit the cells themselves.",
        group="Product",
    )

    def check(self) -> None:
        """Refuse what is no matrix. Shapes that do not fit are no error: they are shown."""
        self.product()

    def product(self) -> Product:
        """Return the product. Raises ParamError."""
        return multiply(self.operation, self.a, self.b)


class Products(ClosedForm[ProductsParams]):
    """Show a product as an equation whose cells can be asked, and in the plane."""

    id: ClassVar[str] = "maths.products"
    title: ClassVar[str] = "Products of vectors and matrices"
    params: ClassVar[type[Params]] = ProductsParams

    def compute(self, params: ProductsParams) -> Iterator[Event]:
        """Yield the equation, its numbers, and lengths and angle in the plane."""
        product = params.product()
        yield equation(product)
        yield numbers(product)
        yield from plane(product)
        yield Metrics(product.metrics())

    def verify(self, params: ProductsParams) -> Iterator[Event]:
        """Yield what torch, NumPy and plain Python make of the same matrices, errors included."""
        yield check_table(params.product())

    def run(self, params: ProductsParams, context: Context) -> Generator[Event, None, None]:
        """Say a refusal in words too, where there is no equation to see."""
        for event in super().run(params, context):
            yield event
            if isinstance(event, Matrices) and not isinstance(event.refusal, str):
                yield Remark("shapes", event.refusal, "warning")


EXPERIMENT = Products
