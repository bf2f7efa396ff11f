"""The window comes without waiting for torch; each check has a violation that turns it red."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LATE = ("torch", "torchvision", "sklearn", "scipy")


def early_imports(tree: ast.Module) -> Iterator[str]:
    """Yield what is imported when the module is: not in functions, and not for type checkers alone."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def violations(folder: Path) -> list[str]:
    found = []
    for path in sorted(folder.rglob("*.py")):
        for name in early_imports(ast.parse(path.read_text(encoding="utf-8"))):
            if name.split(".")[0] in LATE:
                found.append(f"{path.relative_to(folder)}: {name}")
    return found


def test_nothing_heavy_is_imported_with_a_module_of_app() -> None:
    assert len(list((ROOT / "app").rglob("*.py"))) > 30
    assert violations(ROOT / "app") == []


@pytest.mark.parametrize(
    "line",
    [
        "import torch",
        "import numpy, torchvision.transforms as T",
        "from sklearn import datasets",
        "from scipy.ndimage import zoom",
        "if True:\n    import torch",
        "try:\n    import torch\nexcept ImportError:\n    pass",
        "class Late:\n    import torch",
    ],
)
def test_a_heavy_import_is_noticed(tmp_path: Path, line: str) -> None:
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "seeded.py").write_text(line)
    [found] = violations(tmp_path)
    assert found.startswith("views/seeded.py: ")


def test_an_import_for_later_or_for_types_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "fine.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\ndef f():\n    import scipy\n"
    )
    assert violations(tmp_path) == []


PROGRAM = f"""
import sys
import app.shell.window, app.shell.gallery, app.shell.start, app.pages.page, app.topics.draw, app.widgets.data
heavy = [name for name in {LATE!r} if name in sys.modules]
sys.exit(f"imported: {{heavy}}" if heavy else 0)
"""


def opened(root: Path) -> subprocess.CompletedProcess[str]:
    """Import the window in a new process, with the code under `root`."""
    environment = os.environ | {"PYTHONPATH": str(root)}
    return subprocess.run([sys.executable, "-c", PROGRAM], env=environment, cwd=root, capture_output=True, text=True)


def test_the_window_is_imported_without_torch() -> None:
    result = opened(ROOT)
    assert result.returncode == 0, result.stderr


def test_torch_behind_another_module_is_noticed(tmp_path: Path) -> None:
    for name in ("app", "lab"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "lab" / "running" / "throughput.py").open("a") as stream:
        stream.write("\nimport scipy\n")
    result = opened(tmp_path)
    assert result.returncode == 1
    assert "imported: ['scipy']" in result.stderr
