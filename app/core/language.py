"""The language of the window: English sentences are the keys of resources/translations/<language>.json."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from lab.core.text import Message, Verbatim

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
LANGUAGES = {"en": "English", "fa": "فارسی"}
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

# Runs of what names, paths and numbers are made of; those with a letter, or with two points, are no numbers.
_TOKEN = re.compile(r"[A-Za-z0-9_./\\:,+~\u2060-]*[0-9][A-Za-z0-9_./\\:,+~\u2060-]*")
# U+2060, which is not seen, makes a name of a number that is verbatim.
_NAME = re.compile(r"[A-Za-z_\u2060]|\d\.\d+\.\d")

_language = "en"
_translations: dict[str, str] = {}


def set_language(language: str) -> None:
    """Switch; what is already on the screen has to be built anew."""
    global _language, _translations
    _translations = _read(language)
    _language = language


@cache
def _read(language: str) -> dict[str, str]:
    """Return the translations of a language; none of English, which is what is translated."""
    if language not in LANGUAGES:
        raise ValueError(language)
    path = RESOURCES / "translations" / f"{language}.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def language() -> str:
    """Return the code of the language in force."""
    return _language


def right_to_left() -> bool:
    """Tell whether the language in force is written from the right."""
    return _language == "fa"


def tr(template: str, /, **values: Any) -> str:
    """Say a literal English sentence in the language in force, with its digits."""
    return say(Message(template, values))


def in_language(template: str, language: str = "") -> str:
    """Return a sentence without values as another language than the one in force says it."""
    return (_read(language) if language else _translations).get(template, template)


def say(message: Message) -> str:
    """Say a message in the language in force, with its digits."""
    template = _translations.get(message.template, message.template)
    values = {name: _said(value) for name, value in message.values.items()}
    return digits(template.format(**values) if values else template)


def after(step: int) -> str:
    """Say after which step something is so; of what no step was taken for, that it comes before them all."""
    return tr("after step {step}", step=f"{step:,}") if step else tr("before training")


def isolated(*parts: str) -> str:
    """Put parts one after the other in the direction of the language, whatever their own letters are.

    Unicode's marks: RLM or LRM begins the line, FSI and PDI enclose each part.
    """
    return ("\u200f" if right_to_left() else "\u200e") + "".join(f"\u2068{part}\u2069" for part in parts)


def digits(text: str) -> str:
    """Return `text` with the numbers of the language in force: ۱٬۵۰۰ and ۰٫۲۵ in Persian.

    Names and code that hold digits stay as they are: conv1, 1e-07, uint8, paths, versions.
    """
    return _TOKEN.sub(lambda token: _in_persian(token[0]), text) if _language == "fa" else text


def _in_persian(token: str) -> str:
    if _NAME.search(token):
        return token
    token = re.sub(r"(?<=\d),(?=\d{3})", "٬", token)
    return re.sub(r"(?<=\d)\.(?=\d)", "٫", token).translate(_PERSIAN_DIGITS)


def _said(value: Any) -> Any:
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, Verbatim) and (right_to_left() or not value.isascii()):
        return isolated(re.sub(r"(?=[0-9])", "\u2060", value))
    if isinstance(value, str) and right_to_left() and any(sign in value for sign in "⌊=→×"):
        return f"\u2066{value}\u2069"
    return value


def words(said: Message | str) -> str:
    """Return what a figure says, in the language in force; plain strings are symbols and stay as they are."""
    return say(said) if isinstance(said, Message) else said
