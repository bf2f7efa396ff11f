"""The tabs of overfitting, regularisation and metaparameters: a page of each, from its tab to a link of its lesson."""

from __future__ import annotations

import pytest
import torch  # noqa: F401  Before SciPy is used: it looks for torch, which a thread of the window may have half loaded.
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.pages.page import Page
from app.shell.window import Window
from app.views.curves import CurvesView
from app.views.table.view import TableView
from lab.core.events import Scalars
from tests.app.pages import follow, metrics, page_of, rows, step, type_over, values
from tests.app.windows import HOME, Opener, click_entry, press, view
from tests.e2e.acts import Acts, said, shown


@pytest.fixture
def acts(qtbot: QtBot, open_window: Opener) -> Acts:
    return Acts(qtbot, open_window)


def visit(acts: Acts, name: str) -> tuple[Window, Page]:
    """Click on a topic at the side, then on a page of it."""
    window = acts.opener(HOME)
    click_entry(window.navigation, name.partition(".")[0])
    click_entry(window.navigation, name)
    return window, page_of(window, name)


def run_and_stop(acts: Acts, page: Page) -> None:
    """Press Run, look on for a while, and press Stop: it ends within a step."""
    press(page, "run")
    acts.wait(lambda: step(page) > 3)
    press(page, "stop")
    acts.wait(lambda: page.runner.status == "stopped")
    assert page.runner.error is None
    assert page.controls.button("run").isEnabled()


def of_epochs(page: Page, name: str) -> list[float]:
    """Return a scalar of all epochs of the last run."""
    events = page.runner.history.replay()
    return [e.values[name] for e in events if isinstance(e, Scalars) and e.name == "epoch" and name in e.values]


def test_early_stopping(acts: Acts) -> None:
    _, page = visit(acts, "overfitting.early_stopping")
    type_over(page, "epochs", "5000")
    assert values(page).epochs == 5000
    run_and_stop(acts, page)
    assert step(page) < 5000
    # As the lesson says: it gives up soon, and has the weights of its best epoch.
    follow(page.lesson, "try:patience=3")
    acts.ends(page)
    assert (values(page).patience, values(page).epochs) == (3, 100)
    found = metrics(page)
    assert found["epochs"] == found["best_epoch"] + 3 < 100
    dev = of_epochs(page, "dev_accuracy")
    assert found["dev_accuracy"] == max(dev)
    assert dev.index(max(dev)) + 1 == found["best_epoch"]
    # What was not looked at is made when it is.
    table = shown(page, TableView, "numbers")
    acts.wait(lambda: said(table, "dev accuracy") == found["dev_accuracy"])


def test_dropout(acts: Acts) -> None:
    _, page = visit(acts, "regularisation.dropout")
    type_over(page, "dropout", "1.5")
    assert not page.controls.button("run").isEnabled()
    assert "0.9" in page.form.said()
    type_over(page, "dropout", "0.2")
    run_and_stop(acts, page)
    with_dropout, without = of_epochs(page, "dropout_accuracy"), of_epochs(page, "train_accuracy")
    assert with_dropout != without
    # With nothing dropped, both ways to measure are one.
    follow(page.lesson, "try:dropout=0&networks=0")
    # Not the steps of the run before.
    acts.wait(lambda: page.runner.session is not None and page.runner.session.params == values(page))
    acts.wait(lambda: len(of_epochs(page, "dropout_accuracy")) > 3)
    press(page, "stop")
    acts.wait(lambda: page.runner.status == "stopped")
    assert of_epochs(page, "dropout_accuracy") == of_epochs(page, "train_accuracy") != []
    acts.wait(lambda: view(page, CurvesView)._plots[1].last_step == step(page))


def test_activations(qtbot: QtBot, acts: Acts) -> None:
    window = acts.opener(HOME)
    # By keyboard alone: to the topic, and along its pages.
    qtbot.keyClick(window, Qt.Key.Key_8, Qt.KeyboardModifier.AltModifier)
    window.navigation.setFocus()
    names = [
        name
        for name, _ in next(e.pages for _, es in window.navigation._sections for e in es if e.key == "metaparameters")
    ]
    for _ in range(names.index("metaparameters.activations")):
        qtbot.keyClick(window.navigation, Qt.Key.Key_Down)
    qtbot.keyClick(window.navigation, Qt.Key.Key_Return)
    page = page_of(window, "metaparameters.activations")
    assert window.stack.currentWidget() is page
    type_over(page, "epochs", "20000")
    run_and_stop(acts, page)
    # Labels that were never set: everything is right, and nothing was learned.
    follow(page.lesson, "try:chained=true&epochs=20")
    acts.ends(page)
    assert metrics(page)["test_accuracy"] == 1
    assert "100.00" in page.controls.result.text()
    assert rows(shown(page, TableView, "numbers"))
    assert of_epochs(page, "test_accuracy")[-1] == 1
