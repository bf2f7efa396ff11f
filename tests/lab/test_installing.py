"""What `pip install` makes of Descent is whole, and runs from anywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("lab", "app", "resources")
NOT_SHIPPED = ("resources/makers/", "resources/pictures/")

pytestmark = pytest.mark.long


def pip(*words: str, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words, "--no-deps", "--no-index"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy, since building leaves files behind that the next wheel would hold too."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SHIPPED:
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "source" / name)
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder), ".", folder=folder / "source")
    [found] = folder.glob("*.whl")
    return found


def test_it_holds_all_that_is_needed_and_nothing_else(wheel: Path) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix()
        for name in SHIPPED
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".sh"
    }
    wanted = {name for name in wanted if not name.startswith(NOT_SHIPPED)}
    assert {"resources/style.qss", "resources/datasets/digits.npz", "resources/lessons/fa/cnn-mnist.md"} <= wanted
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == wanted


def test_it_runs_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip("install", "--target", str(site), str(wheel), folder=elsewhere)
    picture = Image.new("L", (100, 100), 255)
    ImageDraw.Draw(picture).line([(20, 20), (80, 20), (45, 85)], fill=0, width=9)
    picture.save(elsewhere / "seven.png")

    def descent(*words: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(site)}
        # Python's own -P: what lies in the folder of the script is no part of the test.
        command = [sys.executable, "-P", str(site / "bin" / "descent"), *words]
        done = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "cnn.mnist" in descent("list")
    assert json.loads(descent("run", "maths.entropy", "--json"))["experiment"] == "maths.entropy"
    assert json.loads(descent("predict", "seven.png", "--json"))["label"] == "7"
    assert descent("--help").startswith("Usage: descent ")
    where = [sys.executable, "-P", "-c", "import lab, app; print(lab.__file__, app.__file__)"]
    found = subprocess.run(
        where, cwd=elsewhere, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True
    )
    assert all(Path(path).is_relative_to(site) for path in found.stdout.split()), found.stdout
