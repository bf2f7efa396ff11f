"""Each page of transfer learning, by mouse and keyboard."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.pages.catalogue import pages
from tests.app.windows import Opener
from tests.e2e.acts import Acts
from tests.e2e.rounds import run_twice


@pytest.mark.parametrize("name", [layout.experiment for layout in pages("transfer")])
def test_a_page_is_run_by_the_mouse_and_again_by_the_keyboard_to_the_same_numbers(
    qtbot: QtBot, open_window: Opener, name: str
) -> None:
    run_twice(Acts(qtbot, open_window), name)
