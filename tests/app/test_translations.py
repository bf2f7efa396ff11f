from __future__ import annotations

import pytest

from app.core.language import LANGUAGES
from tests.strings import (
    Found,
    collect,
    different_placeholders,
    missing,
    placeholders,
    sources,
    translations,
    unused,
    written,
)

OTHERS = [language for language in LANGUAGES if language != "en"]


def test_every_sentence_is_one_literal() -> None:
    assert [entry for entry in collect() if entry.problem] == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language: str) -> None:
    assert missing(collect(), translations(language)) == {}


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language: str) -> None:
    assert unused(collect(), translations(language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_their_placeholders_and_say_something(language: str) -> None:
    assert different_placeholders(translations(language)) == []
    assert [english for english, other in translations(language).items() if not other.strip()] == []


def test_a_sentence_without_translation_is_noticed() -> None:
    seeded = {"app/seeded.py": 'label = tr("An untranslated {thing}", thing=1)\n'}
    found = written(sources() | seeded)
    assert missing(found, translations("fa"))["An untranslated {thing}"] == "app/seeded.py:1"
    assert unused(written(seeded), {"Gone": "رفته"}) == ["Gone"]
    assert different_placeholders({"{a} of {b}": "{a} از {c}", "{a}": "{a}"}) == ["{a} of {b}"]


def test_sentences_are_found_wherever_they_are_said() -> None:
    source = """
class FileError(LabError):
    def __init__(self, path, template, /, **values): ...
class ColumnError(FileError): ...
class Other(Exception): ...
def say(flag, x):
    tr("one" if flag else "two"); message("three {x}", x=x); N_("four"); text.Message("five")
    raise FileError("six", "seven")
    raise ColumnError(x, "eight" "nine", x=x)
    raise LabError("ten") from Other("eleven")
    tr(x)
"""
    base = "class LabError(Exception):\n    def __init__(self, template, /, **values): ...\n"
    found = written({"lab/core/text.py": base, "lab/say.py": source})
    assert {entry.text for entry in found} == {
        "one", "two", "three {x}", "four", "five", "seven", "eightnine", "ten",
    }  # fmt: skip


def test_titles_of_panels_are_found_in_layouts() -> None:
    source = """
cell(chart("one", "name", "two"), code(), code("three"), loss_and_accuracy(Trace("a", "b", "four"), loss="five"))
"""
    found = {entry.text for entry in written({"app/topics/seeded.py": source})}
    assert found == {"one", "two", "three", "four", "five"}
    assert written({"lab/seeded.py": source}) == []


def test_words_of_layouts_are_found_where_they_have_a_name() -> None:
    source = '''
"""What it is."""
WORDS = "Press Run."
KINDS = (("a", "one kind", 0), ("b", "two kinds", 1))
PAGES = (Layout("topic.page", rows=(cell(chart("Loss", "epochs loss", WORDS), made(KINDS)),)),)
'''
    found = {entry.text for entry in written({"app/topics/seeded.py": source})}
    assert found == {"Press Run.", "one kind", "two kinds", "Loss"}


@pytest.mark.parametrize("argument", ['f"{x} steps"', '"steps: " + x', '"{} steps".format(x)', '"%d steps" % x'])
def test_a_sentence_that_is_put_together_is_noticed(argument: str) -> None:
    [found] = written({"app/seeded.py": f"tr({argument})"})
    assert isinstance(found, Found)
    assert found.problem


def test_placeholders_are_names_in_braces() -> None:
    assert placeholders("{a} of {b.c:.2f}, {{not}}") == {"a", "b.c"}
