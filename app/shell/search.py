"""What can be found by words: experiments, parameters, lessons and commands, in every language at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.core.language import LANGUAGES, in_language
from app.pages.catalogue import TITLES, topic_of
from lab.core.catalogue import experiment, title
from lab.core.lessons import MARKDOWN, Lesson, load_lessons
from lab.core.text import Message

Kind = Literal["page", "command", "parameter", "lesson"]
ORDER: tuple[Kind, ...] = ("page", "command", "parameter", "lesson")
MOST = 60
AROUND = 34
"""Letters of a lesson shown on each side of what was found in it."""

# A letter that Arabic keyboards write otherwise than Persian ones, and what is not told apart when one looks for it.
_SAME = str.maketrans(
    "يكىةأإآؤئ‌۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩–—-‑",
    "یکیهاااوی 01234567890123456789    ",
)
_SPELT = {
    "سافت مکس": "softmax",
    "سافتمکس": "softmax",
    "بیشینه نرم": "softmax",
    "سیگموید": "sigmoid",
    "دراپ اوت": "dropout",
    "آدام": "adam",
    "مومنتوم": "momentum",
    "پولینگ": "pooling",
    "آنتروپی": "entropy",
}
"""Names that Persian texts leave in Latin letters or translate, as they are typed too."""
_MARKUP = re.compile(r"\]\([^)]*\)|[*`$#\[\]_]|\\[a-z]+")
_HEADING = re.compile(r"^#+\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Found:
    """Something that can be gone to: `key` is a page or a command, `field` a parameter of the page.

    `name` is what it is called, `where` to what it belongs, both in the language in force; `words` are what of a
    lesson was found.
    """

    kind: Kind
    key: str
    name: str
    where: str = ""
    field: str = ""
    words: str = ""


@dataclass(frozen=True)
class _Entry:
    found: Found
    names: tuple[str, ...]
    """What it is called in every language, as `plain` makes it."""
    more: str = ""
    """Further words by which it is found, as `plain` makes them."""
    text: str = ""
    """Of a lesson, the whole text, to quote from."""


class Index:
    """Finds by words; parameters come in one experiment at a time, by `load`, since their modules take a while."""

    def __init__(self, lessons: Mapping[str, Lesson], commands: Mapping[str, Message]) -> None:
        """`commands` are what can be done, by key, and what it is called."""
        self._entries: list[_Entry] = []
        for name in lessons:
            self._add("page", name, title(name), _topic(name))
        for key, words in commands.items():
            self._add("command", key, words.template, "")
        for language in LANGUAGES:
            for name, lesson in load_lessons(language).items():
                self._add_lesson(name, lesson)
        self._waiting = [name for name in lessons if topic_of(name) in TITLES]

    def load(self) -> bool:
        """Take in the parameters of one more experiment; return whether there are others left."""
        if self._waiting:
            name = self._waiting.pop(0)
            for field, spec in experiment(name).params.specs().items():
                self._add("parameter", name, spec.label, title(name), field, help_words=spec.help)
        return bool(self._waiting)

    def search(self, query: str) -> list[Found]:
        """Return what holds every word of a query: names before texts, the closest first."""
        typed = plain(query)
        for spelt, name in _SPELT.items():
            typed = typed.replace(plain(spelt), name)
        words = typed.split()
        if not words:
            return []
        ranked = [(rank, place) for place, entry in enumerate(self._entries) if (rank := _rank(entry, words))]
        # Of a lesson in two languages, what was found first.
        found: dict[tuple[str, str, str], Found] = {}
        for _, place in sorted(ranked):
            entry = self._entries[place]
            key = entry.found.kind, entry.found.key, entry.found.field
            if key not in found:
                found[key] = _quoted(entry, words)
            if len(found) == MOST:
                break
        return list(found.values())

    def _add(self, kind: Kind, key: str, name: str, where: str, field: str = "", help_words: str = "") -> None:
        found = Found(kind, key, in_language(name), in_language(where), field)
        names = tuple(dict.fromkeys(plain(in_language(name, language)) for language in LANGUAGES))
        more = " ".join(
            plain(in_language(words, language)) for words in (where, help_words) if words for language in LANGUAGES
        )
        self._entries.append(_Entry(found, names, more))

    def _add_lesson(self, name: str, lesson: Lesson) -> None:
        text = "\n".join(block.source for block in lesson.blocks if block.kind == MARKDOWN)
        headings = tuple(plain(heading) for heading in _HEADING.findall(text))
        text = " ".join(_MARKUP.sub("", text).split())
        found = Found("lesson", name, in_language(title(name)))
        self._entries.append(_Entry(found, (plain(lesson.title), *headings), plain(text), text))


def plain(text: str) -> str:
    """Return a text as it is compared: no capitals, accents or vowel signs, one form of each letter and digit."""
    text = text.translate(_SAME)
    spelt = unicodedata.normalize("NFKD", text.casefold())
    seen = (letter for letter in spelt if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf")
    return " ".join("".join(seen).split())


def _topic(name: str) -> str:
    return TITLES.get(topic_of(name), "")


def _rank(entry: _Entry, words: list[str]) -> tuple[int, int, int] | None:
    """Return how far an entry is from what is looked for; None where a word is not there."""
    whole = " ".join(words)
    best = None
    for name in entry.names:
        if all(word in name or word in entry.more for word in words):
            closeness = _closeness(name, whole, words)
            best = closeness if best is None else min(best, closeness)
    if best is None:
        return None
    # What only a text holds comes after all that is called so.
    return (best >= _TEXT, ORDER.index(entry.found.kind), best)


_TEXT = 4


def _closeness(name: str, whole: str, words: list[str]) -> int:
    if name == whole:
        return 0
    if name.startswith(whole):
        return 1
    if all(f" {word}" in f" {name}" for word in words):
        return 2
    return 3 if all(word in name for word in words) else _TEXT


def _quoted(entry: _Entry, words: list[str]) -> Found:
    """Return what was found, with the piece of the lesson around the first word."""
    if not entry.text:
        return entry.found
    pieces = entry.text.split(" ")
    hit = next((place for place, piece in enumerate(pieces) if words[0] in plain(piece)), 0)
    before = list(_taken(reversed(pieces[:hit]), AROUND))[::-1]
    after = list(_taken(iter(pieces[hit:]), 2 * AROUND))
    start = "… " if len(before) < hit else ""
    end = " …" if hit + len(after) < len(pieces) else ""
    quote = f"{start}{' '.join([*before, *after])}{end}"
    return Found("lesson", entry.found.key, quote, entry.found.name, words=pieces[hit].strip(".,:;!?،؛؟()«»“”"))


def _taken(pieces: Iterator[str], most: int) -> Iterator[str]:
    length = 0
    for piece in pieces:
        length += len(piece) + 1
        if length > most:
            return
        yield piece
