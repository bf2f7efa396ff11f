"""What pages say of themselves: the program that they offer agrees with every number that it is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lab.core.catalogue import experiment, experiments
from lab.core.experiment import ClosedForm
from lab.core.figures import Table
from lab.core.lessons import load_lessons, tries
from lab.core.numbers import NumbersPage, check
from lab.topics.maths.entropy import Entropy, EntropyParams


def cases() -> Iterator[Any]:
    lessons = load_lessons("en")
    for name, found in experiments().items():
        if issubclass(found, ClosedForm):
            texts = [{}, *(tries(lessons[name]) if name in lessons else ())]
            yield from (pytest.param(name, text, id=f"{name}, {place}") for place, text in enumerate(texts))


def wrong(table: Table) -> list[str]:
    """Return the rows that do not agree, but for mistakes that are shown as such."""
    return [f"{row[0].value}: {row[1].value}" for row in table.rows if row[4].mark != "good" and row[0].mark != "bad"]


@pytest.mark.parametrize(("name", "texts"), list(cases()))
def test_the_program_agrees_with_the_page(name: str, texts: dict[str, str]) -> None:
    chosen = experiment(name)()
    assert isinstance(chosen, ClosedForm)
    tables = [event for event in chosen.verify(chosen.params.from_texts(texts)) if event.key == ("Table", "check")]
    for table in tables:
        assert isinstance(table, Table)
        assert wrong(table) == []
    assert tables or not isinstance(chosen, NumbersPage)


def test_a_wrong_number_would_be_noticed() -> None:
    [numbers] = Entropy().numbers(EntropyParams())
    first, *rest = numbers.quantities
    assert isinstance(first.value, float)
    assert len(wrong(check([replace(numbers, quantities=[replace(first, value=first.value + 1e-6), *rest])]))) == 4
