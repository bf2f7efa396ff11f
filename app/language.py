"""The language of the window: English sentences are the keys of resources/translations/<language>.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lab.text import Message

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
LANGUAGES = {"en": "English", "fa": "فارسی"}
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

_language = "en"
_translations: dict[str, str] = {}


def set_language(language: str) -> None:
    """Switch; what is already on the screen has to be built anew."""
    global _language, _translations
    if language not in LANGUAGES:
        raise ValueError(language)
    path = RESOURCES / "translations" / f"{language}.json"
    _translations = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    _language = language


def language() -> str:
    """Return the code of the language in force."""
    return _language


def right_to_left() -> bool:
    """Tell whether the language in force is written from the right."""
    return _language == "fa"


def tr(template: str, /, **values: Any) -> str:
    """Say a literal English sentence in the language in force, with its digits."""
    return say(Message(template, values))


def say(message: Message) -> str:
    """Say a message in the language in force, with its digits."""
    template = _translations.get(message.template, message.template)
    values = {name: _said(value) for name, value in message.values.items()}
    return digits(template.format(**values) if values else template)


def digits(text: str) -> str:
    """Return `text` with the digits of the language in force; the decimal point of Persian is ٫."""
    if _language != "fa":
        return text
    pieces = list(text.translate(_PERSIAN_DIGITS))
    for place in range(1, len(pieces) - 1):
        if pieces[place] == "." and pieces[place - 1] in "۰۱۲۳۴۵۶۷۸۹" and pieces[place + 1] in "۰۱۲۳۴۵۶۷۸۹":
            pieces[place] = "٫"
    return "".join(pieces)


def _said(value: Any) -> Any:
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return value
