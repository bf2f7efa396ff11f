"""Pictures of the pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from app.pages.catalogue import layouts
from app.shell.gallery import gallery


def taken(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    with pytest.raises(SystemExit) as left:
        gallery([*arguments])
    assert left.value.code == 0
    return capsys.readouterr().out.splitlines()


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as left:
        gallery([*arguments])
    assert left.value.code not in (0, None)
    return capsys.readouterr().err


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("fa", "dark")])
def test_a_picture_of_every_page(capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str, theme: str) -> None:
    # Each page in one of both, as a hundred of them take two minutes.
    pages = ("home", *layouts(), "draw.digit")[theme == "dark" :: 2]
    options = ("--state", "before", "--language", language, "--theme", theme, "--size", "1280x720")
    paths = taken(capsys, str(tmp_path / "out"), *options, *(word for page in pages for word in ("--page", page)))
    assert [Path(path).name for path in paths] == [f"{page}-{theme}-{language}-1280x720-before.png" for page in pages]
    for path in paths:
        image = QImage(path)
        assert (image.width(), image.height()) == (1280, 720)
        colours = {image.pixelColor(x, y).name() for x in range(0, 1280, 9) for y in range(0, 720, 9)}
        assert len(colours) > 20
        assert (image.pixelColor(640, 5).lightness() < 128) == (theme == "dark")


def test_a_picture_of_a_wrong_value(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    [wrong] = taken(capsys, str(tmp_path), "--state", "wrong", "--page", "cnn.mnist")
    [before] = taken(capsys, str(tmp_path), "--state", "before", "--page", "cnn.mnist")
    assert QImage(wrong) != QImage(before)


def test_what_cannot_be_done_is_said_and_nothing_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert f"allowed is one of home, {', '.join(layouts())}, draw.digit" in refused(
        capsys, str(out), "--page", "rnn.poems"
    )
    for size in ("0x0", "1280", "100x100", "99999x99999", "axb"):
        assert f"{size}: allowed is WIDTHxHEIGHT" in refused(capsys, str(out), "--size", size)
    assert not out.exists()
    # A file stands in the way.
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "out", tmp_path / "file"):
        assert str(place) in refused(capsys, str(place), "--state", "before", "--page", "home")
