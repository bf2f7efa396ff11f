"""Each page of devices, by mouse and keyboard: asked, run, looked at from all sides."""

from __future__ import annotations

import pytest
import torch  # noqa: F401  Before SciPy is used: it looks for torch, which a thread of the window may have half loaded.
from pytestqt.qtbot import QtBot

from app.views.table.view import TableView
from lab.core.catalogue import experiment
from lab.topics.gpu.device import DeviceParams
from tests.app.pages import metrics, values
from tests.app.windows import Opener
from tests.e2e.acts import Acts, said, shown
from tests.e2e.rounds import key, look_behind_each_tab
from tests.lab.contracts import small


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


@pytest.mark.parametrize("name", ["gpu.device", "gpu.move"])
def test_a_page_of_numbers_is_checked_by_torch_and_looked_at(acts: Acts, name: str) -> None:
    _, page = acts.open(name)
    acts.wait(lambda: not any(view.dirty for view in page.views))
    look_behind_each_tab(page, acts)


def test_a_place_is_chosen_in_the_form_and_the_numbers_follow(acts: Acts) -> None:
    _, page = acts.open("gpu.device")
    page.form.set_texts({"data": "card"})
    assert values(page) == DeviceParams(data="card")
    acts.wait(lambda: said(shown(page, TableView, "numbers"), "losses") == 1)


def test_times_are_taken_by_the_mouse_and_again_by_the_keyboard(acts: Acts) -> None:
    _, page = acts.open("gpu.pays")
    chosen = experiment("gpu.pays")
    usual, few = chosen.params().to_texts(), small(chosen).to_texts()
    page.form.set_texts({field: text for field, text in few.items() if text != usual[field]})
    acts.run(page)
    assert metrics(page)["operations"] == 2 * 16**3
    look_behind_each_tab(page, acts)
    key(page, "reset")
    acts.wait(lambda: page.runner.status == "idle")
    key(page, "run")
    acts.ends(page)
    assert {"wall_ms_cpu_1", "wall_ms_cpu_2"} <= metrics(page).keys()
