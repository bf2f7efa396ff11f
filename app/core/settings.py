"""What the window remembers: theme, language, the values typed into forms."""

from __future__ import annotations

import contextlib
import json
import logging
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TypeVar

from app.core.language import LANGUAGES
from lab.core.catalogue import current
from lab.core.files import replace_file
from lab.core.reading import ReadingError, read_json

THEMES = ("system", "light", "dark")
LARGEST_SIDE = 16_000
LARGEST_SETTINGS = 4 << 20
"""Bytes; a form holds at most some ten thousand letters."""
FARTHEST_PLACE = 100_000
T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass
class Settings:
    """Kept in a JSON file; what cannot be read falls back to the default, one entry at a time."""

    theme: str = "system"
    language: str = "en"
    page: str = "home"
    maximised: bool = False
    size: list[int] = field(default_factory=lambda: [1280, 800])
    place: list[int] = field(default_factory=list)
    """Where the window was left: x and y of its content on the desktop; empty: it was never moved."""
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    """What stands in each form, by experiment and parameter."""
    versions: dict[str, dict[str, int]] = field(default_factory=dict)
    """Of which versions the texts of an experiment are: `Params.versions`."""

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Read the file; a missing or damaged one gives the defaults, and a damaged one is kept beside it."""
        settings = cls()
        try:
            raw = read_json(path, LARGEST_SETTINGS)
        except FileNotFoundError:
            return settings
        except (OSError, ReadingError) as error:
            log.warning("the settings %s cannot be read and are taken as new: %s", path, error)
            with contextlib.suppress(OSError):
                path.replace(path.with_name(f"{path.name}.damaged"))
            return settings
        for entry in fields(cls):
            value = raw.get(entry.name) if isinstance(raw, dict) else None
            if _fits(entry.name, value):
                setattr(settings, entry.name, value)
        if isinstance(raw, dict) and "versions" not in raw:
            # Written before there were any: in the first version of all.
            settings.versions = {name: {} for name in settings.texts}
        settings.page = current(settings.page)
        settings.texts, settings.versions = _by_current(settings.texts), _by_current(settings.versions)
        return settings

    def save(self, path: Path) -> None:
        """Write the file; settings that cannot be kept are no reason to stop, the log tells of it."""
        # Half a letter, which a form may hold, can be neither written nor read.
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2).encode(errors="replace")
        try:
            replace_file(path, lambda stream: stream.write(text))
        except OSError as error:
            log.warning("the settings %s cannot be saved: %s", path, error)


def _by_current(kept: dict[str, dict[str, T]]) -> dict[str, dict[str, T]]:
    """Return what is kept by experiment, by the identifiers of today; where there are both, today's holds."""
    return {
        current(name): values for name, values in kept.items() if current(name) == name or current(name) not in kept
    }


def _fits(name: str, value: object) -> bool:
    match name:
        case "theme":
            return value in THEMES
        case "language":
            return isinstance(value, str) and value in LANGUAGES
        case "page":
            return isinstance(value, str)
        case "maximised":
            return isinstance(value, bool)
        case "size":
            return (
                isinstance(value, list)
                and len(value) == 2
                and all(type(side) is int and 0 < side <= LARGEST_SIDE for side in value)
            )
        case "place":
            return (
                isinstance(value, list)
                and len(value) in (0, 2)
                and all(type(side) is int and abs(side) <= FARTHEST_PLACE for side in value)
            )
        case _:
            kind = int if name == "versions" else str
            return isinstance(value, dict) and all(
                isinstance(entries, dict) and all(type(entry) is kind for entry in entries.values())
                for entries in value.values()
            )
