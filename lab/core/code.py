"""Events that are texts of programs."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lab.core.events import Event
from lab.core.figures import Words


@dataclass(frozen=True)
class CodeLine:
    """One line. `parts` name the things it is about: lines with a part in common light up together, in all codes of a
    page; `why` is said of it.
    """

    text: str
    parts: tuple[str, ...] = ()
    why: Words = ""


@dataclass(frozen=True)
class Code(Event):
    """Python as it can be run; `note` is one sentence beneath it. Lines about the parts `now` are being executed."""

    name: str
    lines: tuple[CodeLine, ...]
    note: Words = ""
    now: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The whole text, with a line break at the end."""
        return source_of(self.lines)


def source_of(lines: tuple[CodeLine, ...]) -> str:
    """Return lines as one text."""
    return "".join(f"{line.text}\n" for line in lines)


def executed(lines: Iterable[CodeLine | str], names: dict[str, Any]) -> dict[str, Any]:
    """Run lines that a page shows, so that what they make need not be told again; `names` is what they know and make.

    They are made of numbers, and of texts as `repr` writes them.
    """
    exec("".join(f"{line.text if isinstance(line, CodeLine) else line}\n" for line in lines), names)
    return names


def definitions(*made: Any) -> tuple[str, ...]:
    """Return the source of modules, classes or functions as a program shows it: no imports, docstrings or comments."""
    trees = (ast.parse(textwrap.dedent(inspect.getsource(one))) for one in made)
    return _shown(node for tree in trees for node in tree.body)


def defined(module: str, *names: str) -> tuple[str, ...]:
    """Return the source of functions, classes and constants of a module, by name, in the same way; it is not loaded for
    that, as it may need torch.
    """
    found = find_spec(module)
    assert found is not None and found.origin is not None
    tree = ast.parse(Path(found.origin).read_text(encoding="utf-8"))
    known: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            known[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            known[node.targets[0].id] = node
    return _shown(known[name] for name in names)


def _shown(nodes: Iterable[ast.stmt]) -> tuple[str, ...]:
    lines: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom) or _is_text(node):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.FunctionDef | ast.ClassDef) and _is_text(inner.body[0]):
                del inner.body[0]
        gap = ("", "") if isinstance(node, ast.FunctionDef | ast.ClassDef) else ()
        lines += [*ast.unparse(node).splitlines(), *gap]
    return tuple(lines)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
