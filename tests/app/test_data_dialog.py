"""Importing and downloading data sets in the window."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.widgets.data import DataDialog
from lab.core.text import DataError
from lab.data.store import DatasetInfo, DataStore


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> DataDialog:
    dialog = DataDialog(DataStore(tmp_path / "store"), None)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def choose(dialog: DataDialog, name: str) -> None:
    place = [info.name for info in dialog._infos].index(name)
    dialog.table.selectRow(place)


def test_it_lists_what_is_here_and_offers_what_is_not(dialog: DataDialog) -> None:
    assert dialog.table.rowCount() == len(dialog._infos) + len(dialog._networks)
    assert not dialog.download_button.isEnabled()
    choose(dialog, "digits")
    assert not dialog.download_button.isEnabled()
    choose(dialog, "mnist")
    assert dialog.download_button.isEnabled()


def test_it_says_whose_a_data_set_is_and_how_large(dialog: DataDialog) -> None:
    assert "Choose a data set" in dialog.about.text()
    choose(dialog, "cifar-10")
    words = dialog.about.text()
    assert "Learning Multiple Layers of Features from Tiny Images" in words
    assert "no licence stated by its authors" in words
    assert "170 MB" in words
    choose(dialog, "digits")
    assert "MIT" in dialog.about.text()
    assert "MB" not in dialog.about.text()


def test_a_file_can_be_imported_too(
    dialog: DataDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cifar-10-binary.tar.gz"
    path.write_bytes(b"no archive")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments, **_more: (str(path), ""))
    dialog.file_button.click()
    qtbot.waitUntil(lambda: dialog.file_button.isEnabled())
    assert f"{path} is damaged, cut short, or neither" in dialog.words.text()


def test_a_folder_without_data_is_said_in_a_sentence(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    dialog.import_from(tmp_path / "empty")
    qtbot.waitUntil(lambda: dialog.import_button.isEnabled())
    assert "No data set was found" in dialog.words.text()
    assert str(tmp_path / "empty") in dialog.words.text()


def test_progress_is_shown_and_the_list_is_new_afterwards(
    dialog: DataDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(path: Path, store: DataStore, progress: Callable[[int, int], None]) -> DatasetInfo:
        progress(5_000_000_000, 10_000_000_000)
        go_on.wait(30)
        return store.info("mnist")

    monkeypatch.setattr("lab.data.importing.import_path", slow)
    dialog.import_from(tmp_path)
    qtbot.waitUntil(lambda: dialog.bar.value() == 500)
    assert not dialog.import_button.isEnabled()
    go_on.set()
    qtbot.waitUntil(lambda: dialog.import_button.isEnabled())
    assert "MNIST (70,000 digits): 60,000 + 10,000 images are here." in dialog.words.text()
    assert "NIST" in dialog.about.text()
    assert dialog.bar.isHidden()


def test_what_was_imported_is_counted_and_shown(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    digits = DataStore(Path("/nowhere")).load("digits").train
    rows = [
        f"{label}," + ",".join(map(str, image.ravel()))
        for image, label in zip(digits.images[:300], digits.labels[:300], strict=True)
    ]
    (tmp_path / "mnist_train_small.csv").write_text("\n".join(rows))
    assert dialog.sheet.isHidden()
    dialog.import_from(tmp_path / "mnist_train_small.csv")
    qtbot.waitUntil(lambda: dialog.sheet.isVisible(), timeout=30_000)
    assert "Own images: 27" in dialog.words.text()
    assert "A tenth of each class" in dialog.words.text()
    assert "mnist_train_small.csv" in dialog.about.text()
    assert dialog.sheet.pixmap().width() == 20 * 30 + 2
    assert not dialog.download_button.isEnabled()
    choose(dialog, "digits")
    assert dialog.sheet.isHidden()


def test_a_web_page_is_called_that(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "mnist_train_small.csv").write_text("<!DOCTYPE html><html></html>")
    dialog.import_from(tmp_path / "mnist_train_small.csv")
    qtbot.waitUntil(lambda: dialog.import_button.isEnabled())
    assert "is a saved web page, not a data file" in dialog.words.text()


def test_closing_while_downloading_cancels_first(
    dialog: DataDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = threading.Event()

    def endless(name: str, store: DataStore, report: object, cancelled: Callable[[], bool]) -> DatasetInfo:
        began.set()
        while not cancelled():
            threading.Event().wait(0.01)
        raise DataError("{name} was cancelled.", name=name)

    monkeypatch.setattr("lab.data.downloading.download", endless)
    choose(dialog, "mnist")
    dialog.download_button.click()
    qtbot.waitUntil(began.is_set)
    dialog.close()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert dialog._thread is None


def test_a_network_that_is_not_there_is_said(dialog: DataDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_arguments: object) -> DatasetInfo:
        raise DataError("There is no network.")

    monkeypatch.setattr("lab.data.downloading.download", unreachable)
    choose(dialog, "letters")
    dialog.download_button.click()
    qtbot.waitUntil(lambda: not dialog.cancel_button.isEnabled())
    assert dialog.words.text() == "There is no network."


def test_networks_are_listed_and_their_weights_are_imported_and_downloaded(
    dialog: DataDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = [each.network for each in dialog._networks].index("resnet18")
    dialog.table.selectRow(len(dialog._infos) + place)
    assert dialog.download_button.isEnabled()
    assert "resnet18-f37072fd.pth has 45 MB" in dialog.about.text()
    asked: list[str] = []

    def refused(request: urllib.request.Request, timeout: float) -> None:
        asked.append(request.full_url)
        raise OSError("no network")

    monkeypatch.setattr(urllib.request, "urlopen", refused)
    dialog.download_button.click()
    qtbot.waitUntil(lambda: dialog.import_button.isEnabled(), timeout=60_000)
    assert asked == ["https://download.pytorch.org/models/resnet18-f37072fd.pth"]
    assert "resnet18 could not be downloaded" in dialog.words.text()
    (tmp_path / "resnet18-f37072fd.pth").write_bytes(b"something else")
    dialog.import_from(tmp_path)
    qtbot.waitUntil(lambda: dialog.import_button.isEnabled(), timeout=60_000)
    assert "its SHA-256 begins with" in dialog.words.text()
    assert dialog.download_button.isEnabled()
