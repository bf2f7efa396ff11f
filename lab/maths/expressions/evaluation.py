"""Values of expressions over whole arrays: a flat list of NumPy operations, each made once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.maths.expressions.algebra import Node, in_order

Value = Any
"""A Python float, which takes on the precision of the arrays it meets, or an array."""
Operation = Callable[..., Any]

BLOCK: Final = 16_384
"""Values that are taken through all operations together: what fits into a core's cache is thrice as fast."""
FEW: Final = 2048
"""Values for which memory is made faster than it is found again."""
CONSTANTS: Final = {"pi": math.pi, "e": math.e, "tau": math.tau}


def _relu(u: Value, out: Value = None) -> Value:
    return np.maximum(u, 0.0, out=out)


def _step(u: Value, out: Value = None) -> Value:
    return np.heaviside(u, 0.0, out=out)


def _sigmoid(u: Value, out: Value = None) -> Value:
    # Where exp(-u) overflows, 1/inf is the 0 that the true value rounds to; on either side nothing cancels.
    falling = np.negative(u, out=out)
    np.exp(falling, out=falling)
    falling += 1.0
    return np.divide(1.0, falling, out=falling)


def _softplus(u: Value, out: Value = None) -> Value:
    return np.logaddexp(u, 0.0, out=out)


OPERATIONS: Final[dict[str, Operation]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
    "negate": np.negative,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "log2": np.log2,
    "sqrt": np.sqrt,
    "cbrt": np.cbrt,
    "abs": np.abs,
    "sign": np.sign,
    "floor": np.floor,
    "relu": _relu,
    "step": _step,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "min": np.minimum,
    "max": np.maximum,
}


class Program:
    """Evaluates several expressions at once; what they share is computed once.

    It holds no arrays between two calls, so that threads may share it.
    """

    def __init__(self, roots: Sequence[Node], variables: Sequence[str]) -> None:
        self._variables = tuple(variables)
        self._start: list[Value] = [None] * len(self._variables)
        self._steps: list[tuple[Operation, int, tuple[int, ...]]] = []
        self._known: dict[tuple[Any, ...], int] = {}
        slots: dict[Node, int] = {}
        for current in in_order(roots):
            slots[current] = self._slot(current, [slots[argument] for argument in current.arguments])
        self._results = [slots[root] for root in roots]
        self._dying = self._last_uses()

    def run(self, arrays: Sequence[ArrayLike]) -> list[NDArray[Any]]:
        """Return one array for each expression, of the shape that `arrays` broadcast to, one a variable.

        float32 when all arrays are, else float64. NaN outside a domain, infinity beyond the largest number.
        """
        given = [np.asarray(array) for array in arrays]
        if _few_and_alike(given):
            # Most descents are of few points, many times: all but the arithmetic is left out.
            with np.errstate(all="ignore"):
                values = self._values(given)
            # A result may be one of the arrays that came in, or belong to two expressions.
            shape = given[0].shape
            return [np.full(shape, value) if isinstance(value, float) else value.copy() for value in values]
        single = bool(given) and all(array.dtype == np.float32 for array in given)
        kind = np.dtype(np.float32 if single else np.float64)
        shape = np.broadcast_shapes(*(array.shape for array in given))
        # Numbers would lose the precision that arrays of one dimension keep.
        given = [np.atleast_1d(array.astype(kind, copy=False)) for array in given]
        results = [np.empty(shape, kind) for _ in self._results]
        with np.errstate(all="ignore"):
            for rows in _blocks(shape):
                parts = [_part(array, rows, shape) for array in given]
                for result, value in zip(results, self._values(parts), strict=True):
                    result[rows] = value
        return results

    def _values(self, arrays: list[NDArray[Any]]) -> list[Value]:
        slots: list[Value] = [*arrays, *self._start[len(arrays) :]]
        if not arrays or max(array.size for array in arrays) <= FEW:
            for operation, target, sources in self._steps:
                slots[target] = operation(*[slots[source] for source in sources])
            return [slots[result] for result in self._results]
        for (operation, target, sources), dying in zip(self._steps, self._dying, strict=True):
            operands = [slots[source] for source in sources]
            slots[target] = operation(*operands, out=_spare(operands, sources, dying))
            for source in dying:
                slots[source] = None
        return [slots[result] for result in self._results]

    def _slot(self, current: Node, sources: list[int]) -> int:
        match current.operation, current.value:
            case "variable", str(name):
                return self._variables.index(name)
            case "constant", str(name):
                return self._constant(CONSTANTS[name])
            case "number", value:
                return self._constant(float(value))
            case "^", _:
                return self._power(*sources)
        return self._do(current.operation, *sources)

    def _constant(self, value: float) -> int:
        # Zero and minus zero, and NaN and NaN, are told apart by how they are written.
        return self._remember(("constant", repr(value)), value)

    def _remember(self, key: tuple[Any, ...], value: Value) -> int:
        if key not in self._known:
            self._known[key] = len(self._start)
            self._start.append(value)
        return self._known[key]

    def _do(self, name: str, *sources: int) -> int:
        key = (name, *sources)
        if key in self._known:
            return self._known[key]
        operation = OPERATIONS[name]
        operands = [self._start[source] for source in sources]
        if None not in operands:
            with np.errstate(all="ignore"):
                return self._constant(float(operation(*(np.array([operand]) for operand in operands))[0]))
        slot = self._remember(key, None)
        self._steps.append((operation, slot, sources))
        return slot

    def _power(self, base: int, exponent: int) -> int:
        """Multiply for whole exponents, which is many times as fast as a power; their squares are shared."""
        value = self._start[exponent]
        if self._start[base] == math.e:
            return self._do("exp", exponent)
        if value is None or self._start[base] is not None or not abs(value) <= 100:
            return self._do("^", base, exponent)
        if value < 0:
            return self._do("/", self._constant(1.0), self._power(base, self._constant(-value)))
        if value == 0.5:
            return self._do("sqrt", base)
        if value != int(value):
            return self._do("^", base, exponent)
        if value == 0:
            return self._constant(1.0)
        square, whole = base, int(value)
        product: int | None = None
        while whole:
            if whole % 2:
                product = square if product is None else self._do("*", product, square)
            whole //= 2
            if whole:
                square = self._do("*", square, square)
        assert product is not None
        return product

    def _last_uses(self) -> list[tuple[int, ...]]:
        """Return for each step the intermediate slots that nothing needs after it."""
        kept = {*self._results, *range(len(self._variables))}
        kept.update(slot for slot, value in enumerate(self._start) if value is not None)
        dying: list[tuple[int, ...]] = []
        for _, _, sources in reversed(self._steps):
            last = tuple(dict.fromkeys(source for source in sources if source not in kept))
            kept.update(last)
            dying.append(last)
        return dying[::-1]


def _blocks(shape: tuple[int, ...]) -> Iterator[Any]:
    size = math.prod(shape)
    if not shape or size < 2 * BLOCK:
        yield ...
        return
    rows = max(1, BLOCK * shape[0] // size)
    for start in range(0, shape[0], rows):
        yield slice(start, start + rows)


def _few_and_alike(arrays: list[NDArray[Any]]) -> bool:
    """Tell whether arrays can be computed with as they are: few numbers, of one shape, in double precision."""
    if not arrays or not 0 < arrays[0].size <= FEW or not arrays[0].ndim:
        return False
    return all(array.dtype == np.float64 and array.shape == arrays[0].shape for array in arrays)


def _part(array: NDArray[Any], rows: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return the rows of an array that has rows of its own, and all of one that broadcasts along them."""
    cut = array.ndim == len(shape) and array.shape[0] == shape[0]
    part: NDArray[Any] = array[rows] if cut else array
    return part


def _spare(operands: list[Value], sources: tuple[int, ...], dying: tuple[int, ...]) -> Value:
    """Return an operand that can hold the result, if there is one: of its shape, and of no further use."""
    shapes = [operand.shape for operand in operands if not isinstance(operand, float)]
    if not dying or any(shape != shapes[0] for shape in shapes[1:]):
        return None
    return operands[sources.index(dying[0])]


def constant(root: Node) -> float:
    """Return the value of an expression without variables."""
    return float(Program([root], ()).run(())[0])
