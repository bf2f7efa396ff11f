"""Sentences and numbers in the language in force."""

from __future__ import annotations

import pytest

from app.core.language import digits, say, set_language, tr
from lab.core.text import message


@pytest.fixture
def persian() -> None:
    set_language("fa")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1,500", "۱٬۵۰۰"),
        ("0.25", "۰٫۲۵"),
        ("3/10", "۳/۱۰"),
        ("10, 20", "۱۰, ۲۰"),
        ("28 × 28.", "۲۸ × ۲۸."),
        ("conv1", "conv1"),
        ("t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte"),
        ("1e-07", "1e-07"),
        ("/media/usb/12/digits", "/media/usb/12/digits"),
        ("1.1.0", "1.1.0"),
    ],
)
def test_numbers_become_persian_and_names_stay(persian: None, text: str, shown: str) -> None:
    assert digits(text) == shown


def test_in_english_nothing_changes() -> None:
    assert digits("1,500 of conv1") == "1,500 of conv1"


def test_messages_within_messages_are_translated(persian: None) -> None:
    inner = message("a whole number from {low} to {high}", low=1, high=10)
    outer = message("{field}: {value} is not allowed; allowed is {allowed}", field="epochs", value=0, allowed=inner)
    said = say(outer)
    assert "epochs" in said
    assert "۱۰" in said
    assert "allowed" not in said


def test_an_unknown_sentence_is_said_in_english(persian: None) -> None:
    assert tr("This sentence is nowhere else.") == "This sentence is nowhere else."


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="xx"):
        set_language("xx")
