"""Pages that consist of numbers: what they show follows from their quantities."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import numpy as np

from lab.core import code as source
from lab.core.events import Event
from lab.core.experiment import ClosedForm
from lab.core.figures import Table
from lab.core.params import Params
from lab.core.quantities import Lines, Numbers, Value, metrics, program
from lab.core.text import message

P = TypeVar("P", bound=Params)
REFUSALS = (RuntimeError, ValueError, IndexError)
"""What torch, NumPy and SciPy raise where they refuse their arguments."""
CHECKED = message("quantity"), message("computed by"), message("here"), message("gives"), message("difference")
"""The columns of a check."""


def check(groups: Sequence[Numbers]) -> Table:
    """Run the program without its prints, and return what it gives beside the numbers of the page; imports torch.

    The lines are those of `program`: made of numbers, and of texts as `repr` writes them, so that nothing in a file of
    the user's is executed. They must not touch torch's global random numbers, which others use at the same time.
    """
    names: dict[str, Any] = {}
    rows = []
    for group in groups:
        refused = executed(names, [*group.setup, *group.aside])
        for row in group.rows:
            for column, quantity in zip(group.columns[1:], row, strict=False):
                refused = refused or executed(names, quantity.lines)
                several = message("{label}, {column}", label=quantity.label or row[0].label, column=column)
                for code in (quantity.code, *quantity.others):
                    if code:
                        found = refused or evaluated(names, code)
                        rows.append(quantity.compared(code, found, several if len(row) > 1 else ""))
    return Table("check", CHECKED, tuple(rows), next((group.checked for group in groups if group.checked), ""))


def all_of(groups: Sequence[Numbers]) -> Iterator[Event]:
    """Yield the tables, the program where there is one, and the result."""
    yield from (group.table for group in groups if any(quantity.listed for quantity in group.each))
    if any(group.setup for group in groups):
        yield program(groups)
    yield metrics(groups)


class NumbersPage(ClosedForm[P]):
    """A closed form that consists of its numbers and of `figures` beside them."""

    @abstractmethod
    def numbers(self, params: P) -> Sequence[Numbers]:
        """Return the numbers of `params`, a group a table; must not import torch."""

    def figures(self, params: P) -> Iterator[Event]:
        """Yield what is shown beside the numbers; must not import torch."""
        return iter(())

    def compute(self, params: P) -> Iterator[Event]:
        """Yield figures, tables, program and result."""
        yield from self.figures(params)
        yield from all_of(self.numbers(params))

    def verify(self, params: P) -> Iterator[Event]:
        """Yield what the program makes of the same."""
        yield check(self.numbers(params))


def executed(names: dict[str, Any], lines: Lines) -> Exception | None:
    """Execute lines, which set `names`; return how they are refused, if they are."""
    try:
        source.executed(lines, names)
    except RecursionError:
        raise  # A fault of ours is no refusal.
    except REFUSALS as error:
        return error
    return None


def evaluated(names: dict[str, Any], code: str) -> Value | Exception:
    """Return what an expression gives: of tensors and arrays with one number that number."""
    try:
        found = eval(code, names)
    except RecursionError:
        raise
    except REFUSALS as error:
        return error
    if isinstance(found, tuple | list) and np.ndim(found) == 1:
        return tuple(found)
    if isinstance(found, tuple | list) and all(isinstance(each, tuple) for each in found):
        return tuple(tuple(each) for each in found)
    array = np.asarray(found.detach() if hasattr(found, "detach") else found)
    # Adding zero makes 0 of −0.
    return array if array.ndim else float(array) + 0.0
