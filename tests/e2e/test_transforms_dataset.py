"""Data sets and loaders, by mouse and keyboard."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.pictures.view import PicturesView
from app.views.table.view import TableView
from tests.app.pages import command_line, metrics, page_of, rows, step, type_over
from tests.app.windows import Opener
from tests.e2e.acts import Acts, chart_of, pick, said, shown

NAME = "transforms.dataset"


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def tick(page: Page, field: str) -> None:
    """Change a yes or no with the space bar."""
    box = page.form.editor(field)
    assert isinstance(box, QCheckBox)
    page.form.ensureWidgetVisible(box)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)


def numbers(page: Page, row: str) -> list[Any]:
    """Return what stands in a row of the counts: before, and in each epoch."""
    return next(cells[1:] for cells in rows(shown(page, TableView, "counts")) if str(cells[0]) == row)


def executed(view: CodeView) -> str:
    """Return the lines that are executed now."""
    assert view._event is not None
    return "\n".join(line.text for line in view._event.lines if set(line.parts) & set(view._event.now))


def test_stepping_shows_when_a_transform_runs(acts: Acts) -> None:
    _, page = acts.open(NAME, examples="5", batch_size="2", epochs="1")
    code, batch = shown(page, CodeView, "code"), shown(page, PicturesView, "batch")
    for place, line in enumerate(("np.load", "class Images", "v2.Compose", "dataset = ", "DataLoader(", "for x, y"), 1):
        acts.step(page)
        acts.wait(lambda line=line: line in executed(code))
        assert step(page) == place
        assert numbers(page, "the transforms ran") == [0, 0]
    acts.step(page)
    acts.wait(lambda: "self.transform(self.images[index])" in executed(code))
    assert numbers(page, "the transforms ran") == [0, 1]
    # The line is where one can see it.
    code.refresh()
    line = next(at for at, each in enumerate(code._event.lines) if "self.transform(" in each.text) if code._event else 0
    assert code.content().contains(code.drawn().line_area(line))
    panels = batch.scene().panels
    assert [panel.hatched is None for panel in panels] == [True, False]
    order = torch.Generator().manual_seed(7)
    torch.empty((), dtype=torch.int64).random_(generator=order)  # As a loader does before it shuffles.
    first = int(torch.randperm(5, generator=order)[0])
    assert str(panels[0].title).startswith(f"{first} ")


def test_a_run_counts_what_it_did_and_times_it(acts: Acts) -> None:
    _, page = acts.open(NAME, examples="7", batch_size="3")
    acts.run(page)
    assert numbers(page, "__getitem__ was called") == [0, 7, 7]
    assert numbers(page, "batches arrived") == [0, 3, 3]
    assert metrics(page)["batch_size_last"] == 1
    assert metrics(page) == {
        name: value
        for name, value in command_line(NAME, examples="7", batch_size="3").items()
        if not isinstance(value, list)
    }
    images = shown(page, TableView, "images")
    acts.wait(lambda: all(None not in row[2:] for row in rows(images)))
    angles = [row[2:] for row in rows(images)]
    assert len(angles) == 7 and all(str(one) != str(other) for one, other in angles)
    assert len(chart_of(shown(page, ChartView, "times")).lines) == 3


def test_finished_tensors_run_no_transform_unless_before(acts: Acts) -> None:
    _, page = acts.open(NAME, examples="6", epochs="1")
    pick(page, "kind", "tensors")
    acts.run(page)
    assert numbers(page, "the transforms ran") == [0, 0]
    tick(page, "prepared")
    acts.run(page)
    assert numbers(page, "the transforms ran") == [6, 0]
    source = shown(page, CodeView, "code")._event
    assert source is not None and "made = torch.stack([transform(image) for image in images])" in source.source


def test_what_is_not_there_or_not_allowed_is_said(acts: Acts) -> None:
    _, page = acts.open(NAME, examples="6", epochs="1")
    pick(page, "dataset", "cifar-10")
    acts.wait(lambda: "Fashion-MNIST is used" in page.notice.said)
    type_over(page, "batch_size", "99")
    assert "16" in page.form.said()
    type_over(page, "batch_size", "8")
    tick(page, "drop_last")
    acts.run(page)
    assert "No batch came at all" in page.notice.said
    assert metrics(page)["images"] == 0


def test_in_persian_it_runs_too(acts: Acts, open_window: Opener) -> None:
    page = page_of(open_window(NAME, language="fa"), NAME)
    page.form.set_texts({"examples": "5", "epochs": "1"})
    acts.run(page)
    counts = shown(page, TableView, "counts")
    assert said(counts, "the transforms ran", 2) == 5
    batch = shown(page, PicturesView, "batch")
    assert batch._event is not None and "(5, 1, 28, 28)" in str(batch._event.note)
    assert not batch.grab().isNull()
