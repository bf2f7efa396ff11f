"""Programs that a page shows: complete, as short as can be, and printing the numbers of the page by name."""

from __future__ import annotations

from collections.abc import Iterable

from lab.core.code import Code, CodeLine
from lab.core.events import Array
from lab.core.figures import Words
from lab.core.quantities import Numbers

NAME = "code"


def program(lines: Iterable[CodeLine | str], note: Words = "") -> Code:
    """Return the program of a page; plain texts are lines of which nothing needs to be said."""
    return Code(NAME, tuple(line if isinstance(line, CodeLine) else CodeLine(line) for line in lines), note)


def literal(array: Array) -> str:
    """Return an array as Python writes nested lists, on one line; each number reads back as the same."""
    return str(array.tolist())


def tensor_lines(name: str, matrix: Array, dtype: str = "torch.float64") -> list[str]:
    """Return lines that define a tensor of a matrix (rows, columns), a row a line."""
    rows = [f"    {row}," for row in matrix.tolist()]
    return [f"{name} = torch.tensor([", *rows, f"], dtype={dtype})"]


def refusal(problem: object) -> list[Numbers]:
    """Return what a program says at its end where torch has refused, if there is a problem: no numbers."""
    return [Numbers((), setup=("print(refusal)",))] if problem else []
