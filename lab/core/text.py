"""Sentences for people: kept as a template and its values, so that they can be said in any language.

The English template is the key of its translation. `str(message)` is the English sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Persian and Arabic digits and decimal marks, as keyboards of those languages type them.
_TO_ASCII = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫−", "01234567890123456789.-")


@dataclass(frozen=True)
class Message:
    """A sentence with named places, as in `str.format`; a value may be a Message itself."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values) if self.values else self.template


NOTHING_SAID = Message(*("",))
"""What is said where there is nothing to say."""


def message(template: str, /, **values: Any) -> Message:
    """Make a Message; the template must be a literal, so that the translation check finds it."""
    return Message(template, values)


class Verbatim(str):
    """What stands in a file of the user's, said letter by letter: its digits and commas stay as they are."""

    __slots__ = ()


class LabError(Exception):
    """An error that a person can do something about; its message says what, where and what is allowed."""

    def __init__(self, template: str, /, **values: Any) -> None:
        self.message = Message(template, values)
        super().__init__(template, values)

    def __str__(self) -> str:
        return str(self.message)


class DataError(LabError):
    """A data set, image or file of data that cannot be used."""


class RunError(LabError):
    """A kept run or weight file that cannot be read, written or continued."""


def ascii_digits(text: str) -> str:
    """Return `text` with Persian and Arabic digits, decimal marks and minus signs as ASCII."""
    return text.translate(_TO_ASCII)
