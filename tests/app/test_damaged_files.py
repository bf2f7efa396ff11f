"""One damaged file in the user's folder: the window opens, shows what can be read, and names what cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from app.core.settings import Settings
from app.shell.home import Home
from lab.core.catalogue import experiment
from lab.core.files import home
from lab.core.text import DataError
from lab.data.images.reading import read_photo
from lab.running.runs import Run
from lab.running.sessions import run_store
from lab.running.sharing import encode
from tests.app.pages import page_of
from tests.app.test_window import kept
from tests.app.windows import HOME, Opener
from tests.lab.test_reading import DAMAGE

KERNELS = "convolution.kernels"


def shown(open_window: Opener) -> tuple[Home, str]:
    page = open_window.again().page(HOME)
    assert isinstance(page, Home)
    return page, "\n".join(label.text() for label in page.recent.findChildren(QLabel))


@pytest.mark.parametrize("text", DAMAGE.values(), ids=DAMAGE.keys())
def test_the_window_opens_beside_every_kind_of_damage(open_window: Opener, text: str) -> None:
    kept("stopped", "20260101-000000-a")
    (kept("finished", "20260102-000000-b").folder / "result.json").write_text(text)
    damaged = kept("stopped", "20260103-000000-c").folder / "run.json"
    damaged.write_text(text)
    open_window.file.parent.mkdir(parents=True, exist_ok=True)
    open_window.file.write_text(text)
    page, said = shown(open_window)
    assert page.go_on.button.isEnabled() is False, "the newest readable run is finished"
    assert str(damaged) in said
    assert "not finished" in said
    assert open_window.file.with_name("settings.json.damaged").read_text() == text


def test_many_damaged_runs_hide_no_whole_one(open_window: Opener) -> None:
    kept("stopped", "20260101-000000-a")
    for place in range(10):
        (kept("stopped", f"2026020{place}-000000-b").folder / "run.json").write_text("[")
    page, said = shown(open_window)
    assert "not finished" in said
    assert said.count("is damaged") == 3
    assert page.go_on.button.isEnabled()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_instead_of_files_are_not_waited_for(open_window: Opener, tmp_path: Path) -> None:
    run = Run.create(run_store().folder / "20260103-000000-c", KERNELS, {}, "cpu", 1)
    for path in (run.folder / "run.json", home() / "settings.json", tmp_path / "picture.png"):
        path.unlink(missing_ok=True)
        os.mkfifo(path)
    _page, said = shown(open_window)
    assert "pipe" in said
    with pytest.raises(DataError, match="pipe"):
        read_photo(tmp_path / "picture.png")


def test_half_a_letter_in_a_form_does_not_keep_the_settings_from_being_saved(open_window: Opener) -> None:
    settings = Settings(texts={KERNELS: {"path": "a\ud800b"}})
    settings.save(open_window.file)
    assert Settings.load(open_window.file).texts == {KERNELS: {"path": "a?b"}}


def test_a_pasted_text_opens_no_file_before_it_is_asked(
    open_window: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "of mine.png"
    opened: list[str] = []
    monkeypatch.setattr("lab.data.images.reading.open_regular", lambda name: opened.append(str(name)) or 1 / 0)
    page = page_of(open_window(KERNELS), KERNELS)
    before = page.form.params()
    params = experiment(KERNELS).params(picture="own", path=str(path))
    QGuiApplication.clipboard().setText(encode(KERNELS, params, None))
    page.sharer.paste()
    assert page.form.params() == before
    assert str(path) not in opened
    assert str(path) in page.notice.said
    assert page.notice.answer.isVisible()
    page.notice.answer.click()
    assert page.form.params() == params
    assert not page.notice.answer.isVisible()
    QGuiApplication.clipboard().setText("")
