"""The views of a page: what is drawn at once, and what comes after."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from app.pages.layout import cell, row
from app.pages.view_grid import FRAME_MS, ViewGrid
from app.views.base import View
from lab.core.events import Event, Picture


class Slow(View):
    """A view that says that it takes half of a frame to draw."""

    events: ClassVar[tuple[type[Event], ...]] = (Picture,)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
        self.kept: list[Event] = []
        self.drawn, self.waits = 0, False
        self.cost_ms = 0.5 * FRAME_MS

    def keep(self, event: Event) -> None:
        self.kept.append(event)

    def redraw(self) -> None:
        self.drawn += 1

    def clear(self) -> None:
        self.kept.clear()

    @property
    def awaits_paint(self) -> bool:
        return self.waits

    def describe(self, position: QPoint) -> str:
        return ""

    def select(self, name: str, value: Any) -> None:
        return


@pytest.fixture
def board(qtbot: QtBot) -> ViewGrid:
    board = ViewGrid((row(*[cell(lambda name=name: Slow(name)) for name in "abcd"]),))
    qtbot.addWidget(board)
    board.show()
    return board


def drawn(board: ViewGrid) -> list[int]:
    return [view.drawn for view in board.views if isinstance(view, Slow)]


def picture() -> Picture:
    return Picture("p", np.zeros((1, 1), np.uint8))


def test_a_frame_draws_what_it_has_time_for_and_the_next_one_the_rest(qtbot: QtBot, board: ViewGrid) -> None:
    board.take(picture())
    board.follow()
    assert drawn(board) == [1, 1, 0, 0]
    qtbot.waitUntil(lambda: drawn(board) == [1, 1, 1, 1])


def test_while_the_hand_moves_none_is_forgotten(board: ViewGrid) -> None:
    for _ in range(4):
        board.take(picture())
        board.follow()
    # No event loop ran between: each frame drew two, those that waited longest.
    assert drawn(board) == [2, 2, 2, 2]


def test_what_was_computed_is_part_of_the_frame(qtbot: QtBot, board: ViewGrid) -> None:
    board.take(picture())
    board.follow(0.8 * FRAME_MS)
    assert drawn(board) == [1, 0, 0, 0]
    qtbot.waitUntil(lambda: drawn(board) == [1, 1, 1, 1])


def test_what_is_not_painted_yet_is_part_of_the_frame_but_of_an_answer(qtbot: QtBot, board: ViewGrid) -> None:
    a, b, *_ = (view for view in board.views if isinstance(view, Slow))
    a.waits = b.waits = True
    board.take(picture())
    board.follow()
    board.tick(1e12)
    assert drawn(board) == [0, 0, 0, 0]
    board.answer([Picture("d", np.zeros((1, 1), np.uint8))])
    assert drawn(board) == [0, 0, 0, 1]
    a.waits = b.waits = False
    qtbot.waitUntil(lambda: drawn(board) == [1, 1, 1, 1])


def test_views_whose_time_has_come_at_once_share_frames(qtbot: QtBot, board: ViewGrid) -> None:
    board.take(picture())
    board.tick(1e12)
    assert drawn(board) == [1, 1, 0, 0]
    qtbot.waitUntil(lambda: drawn(board) == [1, 1, 1, 1])


def test_the_very_same_event_is_nothing_new(board: ViewGrid) -> None:
    event = picture()
    board.take(event)
    board.take(event)
    assert [len(view.kept) for view in board.views if isinstance(view, Slow)] == [1, 1, 1, 1]
    # After a restart it is: the views have forgotten it.
    board.clear()
    board.take(event)
    assert [len(view.kept) for view in board.views if isinstance(view, Slow)] == [1, 1, 1, 1]


def test_an_answer_is_drawn_at_once_in_its_order_and_what_else_is_new_waits(qtbot: QtBot, board: ViewGrid) -> None:
    answer = [Picture(name, np.zeros((1, 1), np.uint8)) for name in "dbc"]
    board.take(picture())
    for event in answer:
        board.take(event)
    board.answer(answer)
    assert drawn(board) == [0, 1, 0, 1]
    qtbot.waitUntil(lambda: drawn(board) == [0, 1, 1, 1])
