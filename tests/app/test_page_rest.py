"""What a page shows while its experiment waits: all of the present state, however the page came to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.views.cells.view import CellsView
from app.views.field.view import FieldView
from lab.core.events import Event, Progress
from lab.running.sessions import start
from tests.app.leaks import settle
from tests.app.pages import Clock, hover, opened, page_of, step, values
from tests.app.windows import Opener, press, view, waiter

LIFE, PLANE = "maths.life", "gradient_descent.plane"
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return waiter(qtbot)


def newest(events: Iterable[Event]) -> dict[tuple[str, str], Event]:
    return {event.key: event for event in events if not isinstance(event, Progress)}


def plain(thing: Any) -> Any:
    """Return an event as what can be compared."""
    if is_dataclass(thing):
        return [type(thing).__name__, *(plain(getattr(thing, field.name)) for field in fields(thing))]
    if isinstance(thing, np.ndarray):
        return [thing.shape, np.nan_to_num(thing.astype(float), nan=-1e99).tolist()]
    return [plain(entry) for entry in thing] if isinstance(thing, tuple) else thing


@pytest.mark.parametrize("name", ["gradient_descent.line", PLANE, LIFE, "introduction.sandwich"])
def test_two_quick_steps_by_hand_show_the_second_one(
    wait: Wait, open_window: Opener, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    # As if the second came in the same moment: figures are made at most so many times a second.
    Clock(monkeypatch)
    _, page = opened(open_window, name, {"resolution": "20", "samples": "100"})
    for wanted in (1, 2):
        press(page, "step")
        wait(lambda wanted=wanted: step(page) == wanted and page.runner.status == "paused")
    params = values(page)
    session = start(name, params, 1)
    session.context.due = lambda _kind, _name: True
    made, steps = [], 0
    while steps < 2:
        made.append(next(session.events))
        steps += isinstance(made[-1], Progress)
    session.close()
    shown, expected = newest(page.runner.history.replay()), newest(made)
    kinds = {type(event).__name__: type(event) for event in expected.values()}
    assert expected
    for key, event in expected.items():
        # What lies in another tab was not even made.
        right = plain(event) if page.grid.seen(kinds[key[0]], key[1]) else None
        assert plain(shown.get(key)) == right, key


def test_a_page_that_was_only_pointed_at_is_whole_when_it_is_built_anew(wait: Wait, open_window: Opener) -> None:
    for name, kind in ((LIFE, CellsView), (PLANE, FieldView)):
        window = open_window(name)
        page = page_of(window, name)
        figure = view(page, kind)
        assert figure.empty() == ""
        hover(figure, figure.content().center())
        wait(lambda page=page: page.runner.status == "paused")
        window.switch_language("fa")
        settle()
        assert [view.title for view in page_of(window, name).views if view.isVisible() and view.empty()] == []
        window.switch_language("en")
        window.close()
