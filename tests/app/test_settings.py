"""What the window remembers from one start to the next."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest

from app.core.settings import Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "settings.json"


def test_settings_are_kept(file: Path) -> None:
    settings = Settings(
        theme="dark",
        language="fa",
        page="cnn.mnist",
        maximised=True,
        size=[1500, 900],
        texts={"cnn.mnist": {"epochs": "۳", "model": "گام"}},
    )
    settings.save(file)
    assert Settings.load(file) == settings
    assert "گام" in file.read_text(encoding="utf-8")


def test_there_are_none_at_first(file: Path) -> None:
    assert Settings.load(file) == Settings()
    assert not file.parent.exists()


DAMAGED = {
    "empty": b"",
    "cut short": b'{"theme": "dark", "lang',
    "not text": b"\xff\xfe\x00\x01",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_gives_the_defaults_and_is_kept(file: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    file.parent.mkdir()
    file.write_bytes(DAMAGED[name])
    with caplog.at_level(logging.WARNING):
        settings = Settings.load(file)
    assert settings == Settings()
    assert str(file) in caplog.text
    # Saving at the end does not write over what may be wanted again.
    settings.save(file)
    assert [path.read_bytes() for path in file.parent.iterdir() if path != file] == [DAMAGED[name]]
    assert Settings.load(file) == Settings()


@pytest.mark.parametrize("raw", [[], "dark", 3, None])
def test_json_of_another_kind_gives_the_defaults(file: Path, raw: Any) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps(raw))
    assert Settings.load(file) == Settings()


WRONG: dict[str, tuple[Any, ...]] = {
    "theme": ("blue", None, 3, ["dark"]),
    "language": ("de", None, [], {"en": 1}),
    "page": (None, 3),
    "maximised": (1, "yes", None),
    "size": ([1280], [1280, "800"], [0, 0], [-5, 700], [10**12, 700], [True, True], "big", None, [1280.5, 800]),
    "texts": ([], {"cnn.mnist": []}, {"cnn.mnist": {"epochs": 3}}, None),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_entry_that_cannot_be_used_falls_back_for_itself(file: Path, name: str) -> None:
    file.parent.mkdir()
    good = {
        "theme": "dark",
        "language": "fa",
        "page": "cnn.mnist",
        "maximised": True,
        "size": [1000, 700],
        "texts": {"cnn.mnist": {"epochs": "3"}},
        "from a newer version": 1,
    }
    for value in WRONG[name]:
        file.write_text(json.dumps(good | {name: value}))
        settings = Settings.load(file)
        for key, expected in good.items():
            if key == name:
                assert getattr(settings, key) == getattr(Settings(), key), value
            elif key in WRONG:
                assert getattr(settings, key) == expected


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc").exists(), reason="nothing here refuses to be written")
def test_settings_that_cannot_be_kept_are_no_reason_to_stop(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        Settings().save(Path("/proc/none/settings.json"))
    assert "cannot be saved" in caplog.text


def test_the_defaults_are_not_shared() -> None:
    Settings().texts["cnn.mnist"] = {"epochs": "3"}
    Settings().size.append(3)
    assert Settings() == Settings(texts={}, size=[1280, 800])
