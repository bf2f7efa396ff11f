"""What is new in a text since the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_LONGEST = 400
"""Lines up to which two texts are compared; the time it takes grows with their product."""


@dataclass(frozen=True)
class Changes:
    """`new` are the places of lines that were not there, `gone` those before which lines have been taken away."""

    new: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()


def changes(before: Sequence[str], after: Sequence[str]) -> Changes:
    """Compare two texts line by line."""
    if not before or before == after or max(len(before), len(after)) > _LONGEST:
        return Changes()
    new: set[int] = set()
    gone: set[int] = set()
    for kind, _, _, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind in ("insert", "replace"):
            new.update(range(start, end))
        elif kind == "delete":
            gone.add(start)
    return Changes(frozenset(new), frozenset(gone))
