"""What is wrong with a table, and where: the file, the line, the column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lab.core.text import DataError, Message, Verbatim, message

_LONGEST = 40
_MOST_LISTED = 20


@dataclass(frozen=True)
class Place:
    """A place in a file: its line and column, both counted from 1 and None where there is no one to name.

    `name` is what the column is called, "" before that is known. A row that a quoted line break runs through is
    named by its first line.
    """

    file: str
    line: int | None = None
    column: int | None = None
    name: str = ""

    @property
    def said(self) -> Message:
        """The place in words."""
        named = self.name not in ("", f"column {self.column}")
        if self.column is None and self.line is None:
            return message("{file}", file=Verbatim(self.file))
        if self.column is None:
            return message("{file}, line {line}", file=Verbatim(self.file), line=self.line)
        if self.line is None:
            return (
                message(
                    "{file}, column {column} (“{name}”)",
                    file=Verbatim(self.file),
                    column=self.column,
                    name=cut(self.name),
                )
                if named
                else message("{file}, column {column}", file=Verbatim(self.file), column=self.column)
            )
        if not named:
            return message(
                "{file}, line {line}, column {column}", file=Verbatim(self.file), line=self.line, column=self.column
            )
        return message(
            "{file}, line {line}, column {column} (“{name}”)",
            file=Verbatim(self.file),
            line=self.line,
            column=self.column,
            name=cut(self.name),
        )


class TableError(DataError):
    """A table that cannot be used; `place` is where, and stands in the sentence as {where}."""

    def __init__(self, template: str, place: Place, /, **values: Any) -> None:
        super().__init__(template, where=place.said, **values)
        self.place = place


def cut(text: str) -> Verbatim:
    """Return a text of the file in one line, and what is too long for a sentence with its end left out."""
    plain = " ".join(text.split())
    return Verbatim(plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…")


def listed(words: Sequence[Message | str]) -> Message | str:
    """Put words one after the other, with the commas of the language; of many the first ones."""
    if len(words) > _MOST_LISTED:
        words = (*words[:_MOST_LISTED], "…")
    said = words[0]
    for word in words[1:]:
        said = message("{first}, {second}", first=said, second=word)
    return said
