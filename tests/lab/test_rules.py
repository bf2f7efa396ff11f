"""The rules of the rooms, checked by machine; each check has a violation that turns it red."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIOLATIONS = {
    "Qt in lab": ("lab/running/throughput.py", "import PySide6.QtCore"),
    "pyqtgraph in lab": ("lab/running/throughput.py", "import pyqtgraph"),
    "app in lab": ("lab/running/throughput.py", "import app.pages.layout"),
    "a room above": ("lab/maths/descent.py", "import lab.nets.network"),
    "a run in training": ("lab/training/trainer.py", "import lab.running.runs"),
    "a room of lab outside the list": ("lab/attic/__init__.py", ""),
    "a page in a view": ("app/views/base.py", "import app.pages.page"),
    "the shell in a page": ("app/pages/page.py", "import app.shell.window"),
    "a topic in a topic": ("lab/topics/cnn/mnist.py", "import lab.topics.draw.digit"),
    "a page in a page": ("app/topics/cnn.py", "import app.topics.draw"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder)}
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("lab", "app"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_imports_keep_the_rules(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("name", VIOLATIONS)
def test_an_import_that_breaks_a_rule_turns_the_check_red(name: str, copy: Path) -> None:
    place, line = VIOLATIONS[name]
    path = copy / place
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{path.read_text() if path.exists() else ''}\n{line}\n")
    result = lint(copy)
    assert result.returncode == 1
    assert "BROKEN" in result.stdout or "exhaustive" in result.stdout.lower() or "missing" in result.stdout.lower()


def test_there_is_no_qt_in_this_environment() -> None:
    """These tests are run where Qt is not installed, so that nothing of lab can need it."""
    from importlib.util import find_spec

    if sys.prefix.endswith("venv-lab"):
        assert find_spec("PySide6") is None
    script = "import sys, lab.terminal.cli, lab.running.sessions, lab.training, lab.running.classifier; "
    script += "assert not [name for name in sys.modules if name.startswith(('PySide6', 'shiboken6', 'pyqtgraph'))]"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)
