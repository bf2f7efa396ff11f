"""Events that are texts of programs."""

from __future__ import annotations

from dataclasses import dataclass

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
