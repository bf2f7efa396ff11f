"""What the window kept in earlier versions opens: settings, runs, texts; also by old names of experiments."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.core.settings import Settings
from app.shell.home import Home
from lab.core import catalogue
from lab.core.catalogue import read_params
from lab.running.sessions import run_store
from tests.app.pages import page_of
from tests.app.windows import CNN, HOME, Opener, cnn, waiter
from tests.lab.published import PUBLISHED, read, taken

OLD = "cnn.numerals"
published = pytest.mark.parametrize("published", PUBLISHED, ids=lambda folder: folder.name)


@pytest.fixture
def alias(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "ALIASES", {OLD: CNN})


@published
def test_the_window_opens_as_it_was_left(open_window: Opener, published: Path) -> None:
    kept = read(published, "settings.json")
    open_window.file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(published / "settings.json", open_window.file)
    window = open_window.again()
    assert (window.settings.theme, window.settings.language) == (kept["theme"], kept["language"])
    assert [window.width(), window.height()] == kept["size"]
    assert window.stack.currentWidget() is cnn(window)
    for name, texts in kept["texts"].items():
        window.open(name)
        expected = page_of(window, name).form.params()
        assert expected is not None
        assert expected == type(expected).from_texts(texts, kept.get("versions", {}).get(name, {})), name
    # The run of which the settings came has the same parameters.
    run = read(published / "cnn", "run.json")
    assert cnn(window).form.params() == read_params(run["experiment"], run["params"])
    window.close()
    assert Settings.load(open_window.file).versions.keys() >= kept["texts"].keys()


@published
def test_home_continues_a_run(qtbot: QtBot, open_window: Opener, published: Path) -> None:
    folder = taken(published, "cnn", run_store().folder)
    window = open_window(HOME)
    home = window.page(HOME)
    assert isinstance(home, Home)
    home.go_on.button.click()
    wait = waiter(qtbot)
    runner = window.runners[CNN]
    wait(lambda: runner.status == "finished")
    assert json.loads((folder / "run.json").read_text())["status"] == "finished"


@pytest.mark.usefixtures("alias")
def test_old_names_of_experiments(open_window: Opener) -> None:
    folder = taken(PUBLISHED[0], "cnn", run_store().folder)
    for path in (folder / "run.json", open_window.file):
        kept = path if path.exists() else PUBLISHED[0] / "settings.json"
        path.write_text(kept.read_text(encoding="utf-8").replace(f'"{CNN}"', f'"{OLD}"'), encoding="utf-8")
    assert OLD in open_window.file.read_text()
    window = open_window.again()
    assert window.stack.currentWidget() is cnn(window)
    assert "linear units=8" in cnn(window).form.texts()["network"]
    home = window.open(HOME)
    assert isinstance(home, Home)
    assert home.go_on.button.isEnabled()
    assert window.open(OLD) is cnn(window)
    home.go_on.button.click()
    assert window.stack.currentWidget() is cnn(window)


def test_texts_of_today_win_over_those_of_an_old_name(tmp_path: Path, alias: None) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"texts": {OLD: {"epochs": "3"}, CNN: {"epochs": "4"}}}))
    assert Settings.load(file).texts == {CNN: {"epochs": "4"}}
    file.write_text(json.dumps({"page": OLD, "texts": {OLD: {"epochs": "3"}}, "versions": {OLD: {"A": 1}}}))
    loaded = Settings.load(file)
    assert (loaded.page, loaded.texts, loaded.versions) == (CNN, {CNN: {"epochs": "3"}}, {CNN: {"A": 1}})


def test_home_says_which_run_a_newer_version_wrote(open_window: Opener) -> None:
    folder = taken(PUBLISHED[0], "cnn", run_store().folder)
    raw = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(raw | {"schema_version": 99}))
    window = open_window(HOME)
    home = window.page(HOME)
    assert isinstance(home, Home)
    assert not home.go_on.button.isEnabled()
    words = [label.text() for label in home.recent.findChildren(QLabel)]
    assert any("written by a newer Descent, in format 99" in text and str(folder) in text for text in words)
