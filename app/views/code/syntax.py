"""Python in pieces that are coloured, line by line; as much of it as short programs need."""

from __future__ import annotations

import keyword
import re
from functools import lru_cache
from typing import Literal

Kind = Literal["plain", "keyword", "string", "comment", "number", "defined"]
Piece = tuple[int, str, Kind]
"""Where it begins in its line, what stands there, and what it is."""

_TOKEN = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<string>[rbfRBF]{0,2}(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'))"
    r"|(?P<number>\b\d[\w.]*(?:(?<=[eE])[+-]\d+)?)"
    r"|(?P<word>[^\W\d]\w*)"
)


@lru_cache(maxsize=2048)
def pieces(line: str) -> tuple[Piece, ...]:
    """Return the pieces of a line that are not blank; what is plain is one piece as far as it goes."""
    found: list[Piece] = []
    end, before = 0, ""
    for match in _TOKEN.finditer(line):
        said = match[0]
        kind = _kind(match.lastgroup or "", said, before)
        before = said
        if kind != "plain":
            _plain(found, line, end, match.start())
            found.append((match.start(), said, kind))
            end = match.end()
    _plain(found, line, end, len(line))
    return tuple(found)


def _kind(group: str, said: str, before: str) -> Kind:
    match group:
        case "comment" | "string" | "number":
            return group
        case _ if keyword.iskeyword(said):
            return "keyword"
        case _:
            return "defined" if before in ("def", "class") else "plain"


def _plain(found: list[Piece], line: str, start: int, end: int) -> None:
    said = line[start:end]
    if said.strip():
        skipped = len(said) - len(said.lstrip())
        found.append((start + skipped, said.strip(), "plain"))
