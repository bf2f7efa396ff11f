"""The page of receptive fields, by mouse and keyboard."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.core.language import words
from app.pages.page import Page
from app.views.chart.lines import Spot
from app.views.chart.view import ChartView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView
from tests.app.pages import beside, page_of, rows, type_over, values
from tests.app.windows import Opener
from tests.e2e.acts import Acts, click, line_of, open_point, pick, shown

NAME = "convolution.receptive_field"


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def numbers(acts: Acts, page: Page, words: str, wanted: object) -> None:
    """Wait until a number of the table is what it should be."""
    table = shown(page, TableView, "numbers")
    acts.wait(lambda: bool(rows(table)) and beside(table, words) == wanted)


def test_stacks_are_chosen_and_one_is_taken_over_at_a_point_of_the_chart(acts: Acts) -> None:
    _, page = acts.open(NAME)
    numbers(acts, page, "receptive field", "16 × 16")
    pick(page, "preset", "dilated")
    numbers(acts, page, "receptive field", "15 × 15")
    chart = shown(page, ChartView, "growth")
    acts.wait(lambda: line_of(chart, "receptive field").y.tolist() == [1, 3, 7, 15])
    open_point(chart, Spot(0, 2))
    assert values(page).preset == "own"
    assert len(values(page).layers) == 2
    numbers(acts, page, "receptive field", "7 × 7")
    assert [str(row[2]) for row in rows(shown(page, TableView, "layers"))] == [
        "1",
        "1 + (3 − 1)·1·1 = 3",
        "3 + (3 − 1)·2·1 = 7",
    ]


def test_a_click_into_the_picture_looks_at_the_output_about_there(acts: Acts) -> None:
    _, page = acts.open(NAME)
    pick(page, "preset", "three")
    numbers(acts, page, "receptive field", "7 × 7")
    view = shown(page, PicturesView, "fields")
    acts.wait(lambda: view._event is not None and not view.dirty)
    click(view, view.pixel_area(0, 20, 5).center())
    assert values(page).at == (20, 5)
    numbers(acts, page, "output looked at", "(20, 5)")
    numbers(acts, page, "of them in the input", "7 × 7")
    type_over(page, "at", "0, 5")
    numbers(acts, page, "of them in the input", "4 × 7")
    assert view._event is not None
    mean = view._event.panels[1].values
    assert mean[4:].max() == 0
    assert mean[:4, 2:9].min() > 0


def test_in_persian_what_does_not_fit_is_said_and_nothing_is_lost(open_window: Opener, qtbot: QtBot) -> None:
    page = page_of(open_window(NAME, language="fa"), NAME)
    pick(page, "preset", "lenet")
    type_over(page, "size", "۲۰")
    table = shown(page, TableView, "layers")
    qtbot.waitUntil(lambda: len(rows(table)) == 6)
    assert rows(table)[5][2] == "16 + (5 − 1)·1·4 = 32"
    assert table._event is not None
    assert words(table._event.note).startswith("لایهٔ")
    type_over(page, "size", "۰")
    assert "مجاز" in page.form.said()
    assert len(rows(table)) == 6
