"""Each number of a page, told once: the row of its table, its metric, its line of the program, and its check.

The program computes with torch what the page computes without; so the check runs the program, and says what it gives.

    def numbers(self, params: P) -> Sequence[Numbers]:
        x = params.vector()
        why = message("the root of the sum of squares")
        return [
            Numbers(
                (
                    Quantity(message("length"), norm(x), why, "length", "x.norm().item()", ("np.linalg.norm(x)",)),
                    Quantity(message("dimensions"), len(x), "", "dimensions", "len(x)"),
                ),
                setup=("import torch", "", f"x = torch.tensor({x.tolist()}, dtype=torch.float64)"),
                aside=("import numpy as np",),
            )
        ]

gives the table "numbers", the result {"length": …, "dimensions": …}, a program that prints both, and the table "check"
with what torch and NumPy say of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np

from lab.core.code import Code, CodeLine
from lab.core.events import Array, Metrics
from lab.core.figures import Cell, CellMark, Table, Words
from lab.core.text import Message, message

Value = float | Words | tuple[float, ...] | tuple[tuple[float, ...], ...] | Array | None
Lines = Sequence[CodeLine | str]


@dataclass(frozen=True)
class Tolerance:
    """How far two ways to compute may lie apart: `absolute` + `relative` · the largest number; `reason` says why."""

    relative: float
    absolute: float
    reason: Words


DOUBLE = Tolerance(1e-9, 1e-9, message("Both compute in double precision."))
SINGLE = Tolerance(1e-5, 1e-6, message("Here numbers are rounded to single precision, of 7 figures."))


@dataclass(frozen=True)
class Quantity:
    """One number of a page, or several of one name, such as a size, several sizes, or a whole matrix.

    Args:
        label: what it is called in tables.
        value: None where there is no such number; words where it is none, and has no name.
        why: where it comes from.
        name: of the metric; "" where it is no result.
        code: the expression of the program that gives it. With a name it is printed, else only compared.
        others: further expressions that have to give the same.
        lines: what stands before its expression in the program.
        mark: how it stands in the table; of one that is not listed, how it stands in the check: a mistake is "bad".
        cells: what follows the label in the table, where that is not the one cell of value, why and mark.
        listed: whether the table has a row for it at all.
        about: what is said of the label, where that is not `why`.
        tolerance: how far the values of expressions may lie apart from it.
        share: whether tables show it in per cent.
        between: what stands between several numbers in tables.
    """

    label: Words
    value: Value
    why: Words = ""
    name: str = ""
    code: str = ""
    others: tuple[str, ...] = ()
    lines: Lines = ()
    mark: CellMark = ""
    cells: tuple[Cell, ...] = ()
    listed: bool = True
    about: Words = ""
    tolerance: Tolerance = DOUBLE
    share: bool = False
    between: str = " × "

    @property
    def row(self) -> tuple[Cell, ...]:
        """The row of the table, where it has one of its own."""
        return Cell(self.label, self.about or self.why, "strong" if self.mark == "strong" else ""), *self.shown

    @property
    def shown(self) -> tuple[Cell, ...]:
        """What the table has of it, after its label."""
        return self.cells or (Cell(said(self.value, self.between), self.why, self.mark, self.share),)

    @property
    def program(self) -> Iterator[CodeLine | str]:
        """The lines of the program; none where there is no such number."""
        if self.name and self.code and self.value is not None:
            yield from self.lines
            several = isinstance(self.value, tuple | np.ndarray)
            each = f"{self.code}.flatten().tolist()" if isinstance(self.value, np.ndarray) else self.code
            if nested(self.value):
                each = f"(number for size in {self.code} for number in size)"
            yield f'print("{self.name}:", {"*" if several else ""}{each})'

    def compared(self, code: str, theirs: Value | Exception, label: Words = "") -> tuple[Cell, ...]:
        """Return the row of the check for what an expression gives, or how it is refused; `label` may be another."""
        what = (
            # What stands nowhere else, or is shown to be another number than the one of the program, is marked here.
            Cell(label or self.label, self.about, self.mark if not (self.listed and self.code) else ""),
            Cell(code.removesuffix(".item()"), code),
        )
        ours = Cell(message("none") if self.value is None else said(self.value, self.between), self.why)
        if isinstance(theirs, Exception):
            words = str(theirs).strip().splitlines()[0]
            verdict = Cell(words, mark="good" if self.value is None else "bad")
            return *what, ours, Cell(message("refused"), words), verdict
        return *what, ours, Cell(said(theirs, self.between)), self._difference(theirs)

    def _difference(self, theirs: Value) -> Cell:
        if self.value is None:
            return Cell(message("not refused"), mark="bad")
        a, b = (np.asarray(value, np.float64) for value in (self.value, theirs))
        if a.shape != b.shape:
            return Cell(message("another shape"), mark="bad")
        # The difference of two infinities, or of two that are not a number, is none.
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        with np.errstate(invalid="ignore"):
            apart = float(np.where(same, 0.0, np.abs(a - b)).max(initial=0.0))
        largest = float(np.abs(b[np.isfinite(b)]).max(initial=0.0))
        allowed = self.tolerance.absolute + self.tolerance.relative * largest
        why = message("at most {allowed}: {reason}", allowed=f"{allowed:.2g}", reason=self.tolerance.reason)
        # More figures of it tell nothing, and take the room of the names.
        return Cell(float(f"{apart:.2g}"), why, "good" if apart <= allowed else "bad")


@dataclass(frozen=True)
class Numbers:
    """The quantities of one table, in its order; several in one row are a tuple, and have the label of the first.

    `setup` are the lines of the program before theirs, `aside` what only `others` need, which is no part of the
    program. `note` stands beneath the table, `checked` beneath the check.
    """

    quantities: Sequence[Quantity | tuple[Quantity, ...]]
    name: str = "numbers"
    columns: tuple[Words, ...] = (message("quantity"), message("value"))
    note: Words = ""
    setup: Lines = ()
    aside: Lines = ()
    checked: Words = ""

    @property
    def each(self) -> Iterator[Quantity]:
        """All quantities, one by one."""
        return (quantity for row in self.rows for quantity in row)

    @property
    def table(self) -> Table:
        """The table."""
        rows = []
        for first, *others in self.rows:
            if first.listed:
                label, *shown = first.row
                label = Cell(first.label, first.about, label.mark) if others else label
                rows.append((label, *shown, *(cell for quantity in others for cell in quantity.shown)))
        return Table(self.name, self.columns, tuple(rows), self.note)

    @property
    def rows(self) -> Iterator[tuple[Quantity, ...]]:
        """The quantities of each row."""
        return (row if isinstance(row, tuple) else (row,) for row in self.quantities)


def metrics(groups: Iterable[Numbers]) -> Metrics:
    """Return all quantities that have a name."""
    values: dict[str, float] = {}
    lists: dict[str, tuple[Any, ...]] = {}
    for quantity in (quantity for group in groups for quantity in group.each if quantity.name):
        match quantity.value:
            case tuple(numbers):
                lists[quantity.name] = numbers
            case np.ndarray() as array:
                lists[quantity.name] = tuple(array.ravel().tolist())
            case int() | float() | np.number() as number:
                values[quantity.name] = float(number)
    return Metrics(values, lists)


def program(groups: Iterable[Numbers], note: Words = "") -> Code:
    """Return the program that prints the quantities, group by group."""
    lines: list[CodeLine | str] = []
    for group in groups:
        lines += [*group.setup, *(line for quantity in group.each for line in quantity.program)]
    return Code("code", code_of(lines), note)


def code_of(lines: Lines) -> tuple[CodeLine, ...]:
    """Return lines of which nothing needs to be said as such lines."""
    return tuple(line if isinstance(line, CodeLine) else CodeLine(line) for line in lines)


def said(value: Value, between: str = " × ") -> float | str | Message | None:
    """Return a value as it stands in a cell: of several numbers their sizes, of a matrix its shape."""
    if isinstance(value, np.ndarray):
        value = value.shape
    if not isinstance(value, tuple):
        return value
    sizes = [between.join(f"{number:g}" for number in size) for size in (value if nested(value) else (value,))]
    return ", ".join(sizes)


def nested(value: Value) -> TypeGuard[tuple[tuple[float, ...], ...]]:
    """Tell whether a value is several sizes."""
    return isinstance(value, tuple) and any(isinstance(each, tuple) for each in value)
