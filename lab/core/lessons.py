"""Lessons: Markdown files with a TOML header between lines of `+++`.

    +++
    title = "A network that reads digits"
    experiment = "cnn.mnist"
    order = 1
    +++
    Text with $inline$ and $$display$$ formulas in TeX, and [links](try:learning_rate=0.05&epochs=3) that set
    parameters and run.

The body is split into blocks. What stands between fences (```` ```kind ````) is a block of that kind, everything
else is Markdown. A new kind of block, questions for instance, is one more entry of `KINDS` and a view for it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from lab.core.catalogue import current
from lab.core.text import LabError

LESSONS = Path(__file__).resolve().parents[2] / "resources" / "lessons"
MARKDOWN = "markdown"
KINDS = ("python", "text")
"""Kinds of fenced blocks: code and plain output, shown as they stand."""
SCHEME = "try:"

_FIELDS: Mapping[str, type] = {"title": str, "experiment": str, "order": int}
_FENCE = re.compile(r"(`{3,})\s*(.*?)\s*")
# A code span keeps its dollars; `\$` is a dollar.
_FORMULA = re.compile(r"`[^`\n]*`|\\.|\$\$(?P<display>[^$]+)\$\$|\$(?P<inline>[^$\n]+)\$|(?P<stray>\$)")
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)]*)\)|(?P<bare>\b(?:https?|ftp|mailto|file):\S+)")


class LessonError(LabError):
    """A lesson that cannot be read; `file` and `line` say where."""

    def __init__(self, template: str, /, *, file: str, line: int, **values: Any) -> None:
        super().__init__(template, file=file, line=line, **values)
        self.file = file
        self.line = line


@dataclass(frozen=True)
class Block:
    """A piece of a lesson: `kind` is "markdown" or one of KINDS; `line` is where it starts in the file, from 1."""

    kind: str
    source: str
    line: int


@dataclass(frozen=True)
class Lesson:
    """A lesson for one experiment; `order` is its place among the lessons of a course."""

    title: str
    experiment: str
    order: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Formula:
    """TeX, without its dollars, and where it stands in the text."""

    tex: str
    display: bool
    start: int
    end: int


def load_lessons(language: str, folder: Path = LESSONS) -> dict[str, Lesson]:
    """Read all lessons of a language, by the identifier of their experiment, in their order.

    Raises LessonError for a lesson that cannot be read, and for a second one of the same experiment.
    """
    lessons: dict[str, Lesson] = {}
    for path in sorted((folder / language).glob("*.md")):
        file = f"{language}/{path.name}"
        try:
            source = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LessonError(
                "{file}, line {line}: cannot be read as UTF-8: {problem}",
                file=file,
                line=1,
                problem=str(error),
            ) from error
        lesson = parse_lesson(source, file)
        if lesson.experiment in lessons:
            raise LessonError(
                "{file}, line {line}: another lesson is already about {experiment}; each experiment has one",
                file=file,
                line=1,
                experiment=lesson.experiment,
            )
        lessons[lesson.experiment] = lesson
    return dict(sorted(lessons.items(), key=lambda entry: (entry[1].order, entry[0])))


def parse_lesson(source: str, file: str) -> Lesson:
    """Read the text of a lesson; `file` is its name for errors. Raises LessonError."""
    lines = source.splitlines()
    if not lines or lines[0].rstrip() != "+++":
        raise LessonError("{file}, line {line}: a lesson begins with a line +++ and its header", file=file, line=1)
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "+++"), None)
    if end is None:
        raise LessonError("{file}, line {line}: the header has no second line +++", file=file, line=len(lines))
    header = _header(lines[1:end], file)
    blocks = tuple(_blocks(lines[end + 1 :], end + 2, file))
    for block in blocks:
        if block.kind == MARKDOWN:
            _check(block, file)
    return Lesson(header["title"], current(header["experiment"]), header["order"], blocks)


def tries(lesson: Lesson) -> list[dict[str, str]]:
    """Return what each try link sets, as texts for `Params.from_texts`, in the order of the lesson."""
    return [
        parse_try(match["target"])
        for block in lesson.blocks
        if block.kind == MARKDOWN
        for match in _LINK.finditer(_without_formulas(block.source))
    ]


def as_markdown(lesson: Lesson) -> str:
    """Return a lesson as Markdown that anyone reads: what a try link sets stands behind its words."""
    parts = []
    for block in lesson.blocks:
        if block.kind != MARKDOWN:
            parts.append(f"```{block.kind}\n{block.source}\n```")
            continue
        text, end = "", 0
        for match in _LINK.finditer(_without_formulas(block.source)):
            sets = ", ".join(f"`{name}={value}`" for name, value in parse_try(match["target"]).items())
            words = block.source[match.start() + 1 : match.start("target") - 2]
            text += block.source[end : match.start()] + words + (f" ({sets})" if sets else "")
            end = match.end()
        parts.append((text + block.source[end:]).strip("\n"))
    return "\n\n".join(parts)


def parse_try(target: str) -> dict[str, str]:
    """Read the target of a try link, `try:name=value&name=value`. Raises ValueError for anything else."""
    if not target.startswith(SCHEME) or re.search(r"\s", target):
        raise ValueError(target)
    query = target.removeprefix(SCHEME)
    pairs = parse_qsl(query, strict_parsing=True, keep_blank_values=True) if query else []
    if len(dict(pairs)) < len(pairs) or any(not name for name, _ in pairs):
        raise ValueError(target)
    return dict(pairs)


def formulas(markdown: str) -> Iterator[Formula]:
    """Yield the formulas of a Markdown text in order."""
    for match in _FORMULA.finditer(markdown):
        for name in ("display", "inline"):
            if match[name]:
                yield Formula(match[name].strip(), name == "display", match.start(), match.end())


def _header(lines: list[str], file: str) -> dict[str, Any]:
    try:
        header = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        # The only place that tomllib of Python 3.11 to 3.13 gives is inside its sentence.
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) + 1 if place else len(lines) + 1
        raise LessonError(
            "{file}, line {line}: the header is not TOML: {problem}", file=file, line=line, problem=str(error)
        ) from error
    allowed = ", ".join(_FIELDS)
    for name, value in header.items():
        if name not in _FIELDS:
            raise LessonError(
                "{file}, line {line}: the header has no field {name}; choose from {allowed}",
                file=file,
                line=_line_of(name, lines),
                name=name,
                allowed=allowed,
            )
        if type(value) is not _FIELDS[name] or value == "":
            raise LessonError(
                "{file}, line {line}: {name} is {value}; title and experiment are texts, order is a whole number",
                file=file,
                line=_line_of(name, lines),
                name=name,
                value=value,
            )
    for name in _FIELDS:
        if name not in header:
            raise LessonError(
                "{file}, line {line}: the header lacks {name}; it needs {allowed}",
                file=file,
                line=1,
                name=name,
                allowed=allowed,
            )
    return header


def _line_of(name: str, lines: list[str]) -> int:
    return next((number for number, line in enumerate(lines, 2) if line.lstrip(" \t\"'[").startswith(name)), 1)


def _blocks(lines: list[str], first: int, file: str) -> Iterator[Block]:
    """Split the body, whose first line is line `first` of the file, at its fences."""
    kind, fence, start = MARKDOWN, "", first
    kept: list[str] = []
    for number, line in enumerate(lines, first):
        mark = _FENCE.fullmatch(line)
        if fence and mark and not mark[2] and len(mark[1]) >= len(fence):
            yield Block(kind, "\n".join(kept), start)
            kind, fence, start, kept = MARKDOWN, "", number + 1, []
        elif mark and not fence:
            yield from _markdown(kept, start)
            kind, fence, start, kept = mark[2], mark[1], number, []
            if kind not in KINDS:
                raise LessonError(
                    "{file}, line {line}: there is no kind of block named “{kind}”; choose from {allowed}",
                    file=file,
                    line=number,
                    kind=kind,
                    allowed=", ".join(KINDS),
                )
        else:
            kept.append(line)
    if fence:
        raise LessonError("{file}, line {line}: the block that begins here is never closed", file=file, line=start)
    yield from _markdown(kept, start)


def _markdown(lines: list[str], start: int) -> Iterator[Block]:
    if any(line.strip() for line in lines):
        yield Block(MARKDOWN, "\n".join(lines), start)


def _check(block: Block, file: str) -> None:
    """Refuse a dollar without a partner and links that are not try links."""
    for match in _FORMULA.finditer(block.source):
        if match["stray"]:
            raise LessonError(
                "{file}, line {line}: this $ has no partner; write \\$ for a dollar",
                file=file,
                line=_place(block, match.start()),
            )
    for match in _LINK.finditer(_without_formulas(block.source)):
        try:
            parse_try(match["bare"] or match["target"])
        except ValueError:
            raise LessonError(
                "{file}, line {line}: the link to “{target}” is not allowed; allowed is try:name=value&name=value",
                file=file,
                line=_place(block, match.start()),
                target=match["bare"] or match["target"],
            ) from None


def _place(block: Block, offset: int) -> int:
    return block.line + block.source.count("\n", 0, offset)


def _without_formulas(markdown: str) -> str:
    """Blank out formulas and code spans, with every other character left in its place."""
    return _FORMULA.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), markdown)
