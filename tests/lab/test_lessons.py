from __future__ import annotations

from pathlib import Path

import pytest

from lab.core.catalogue import experiments
from lab.core.lessons import Block, Formula, LessonError, formulas, load_lessons, parse_lesson, parse_try, tries

LANGUAGES = ("en", "fa")
HEADER = '+++\ntitle = "Steps"\nexperiment = "descent.steps"\norder = 3\n+++\n'


def refusal(source: str) -> LessonError:
    with pytest.raises(LessonError) as caught:
        parse_lesson(source, "en/steps.md")
    assert str(caught.value).startswith(f"en/steps.md, line {caught.value.line}: ")
    return caught.value


def test_a_lesson_has_a_header_and_blocks() -> None:
    lesson = parse_lesson(HEADER + "\nA *step*.\n\n```python\nx = 1\n```\n\nThe end.\n", "en/steps.md")
    assert (lesson.title, lesson.experiment, lesson.order) == ("Steps", "descent.steps", 3)
    assert lesson.blocks == (
        Block("markdown", "\nA *step*.\n", 6),
        Block("python", "x = 1", 9),
        Block("markdown", "\nThe end.", 12),
    )


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("# Steps\n", 1, "begins with a line +++"),
        ("", 1, "begins with a line +++"),
        ('+++\ntitle = "Steps"\n', 2, "no second line +++"),
        ('+++\ntitle = "Steps"\norder = \n+++\n', 3, "not TOML"),
        ('+++\ntitle = "Steps"\norder = 3\n+++\n', 1, "lacks experiment"),
        (HEADER.replace("order", "level"), 4, "no field level"),
        (HEADER.replace("3", '"3"'), 4, "order is 3"),
        (HEADER.replace("3", "true"), 4, "order is True"),
        (HEADER.replace("Steps", ""), 2, "title is "),
    ],
)
def test_a_faulty_header_is_refused_with_its_line(source: str, line: int, says: str) -> None:
    error = refusal(source)
    assert error.line == line
    assert says in str(error)


@pytest.mark.parametrize("kind", ["question", "javascript", ""])
def test_an_unknown_kind_of_block_is_refused_with_what_is_allowed(kind: str) -> None:
    error = refusal(HEADER + f"Text.\n\n```{kind}\nanswer = 4\n```\n")
    assert error.line == 8
    assert f"named “{kind}”" in str(error)
    assert "python, text" in str(error)


def test_a_block_may_hold_shorter_fences_and_must_be_closed() -> None:
    lesson = parse_lesson(HEADER + "````text\n```question\n$ [a](b)\n```\n````\n", "en/steps.md")
    assert lesson.blocks == (Block("text", "```question\n$ [a](b)\n```", 6),)
    error = refusal(HEADER + "Text.\n```text\nnever closed\n")
    assert error.line == 7


def test_formulas_are_found_outside_code() -> None:
    text = r"If $a_1$ and `$b$` cost 5\$, then" + "\n\n$$\n\\sum_i x_i\n$$\n"
    assert list(formulas(text)) == [
        Formula("a_1", False, 3, 8),
        Formula(r"\sum_i x_i", True, text.index("$$"), len(text) - 1),
    ]


def test_a_dollar_without_partner_is_refused() -> None:
    error = refusal(HEADER + "One $x$,\nand $y.\n")
    assert error.line == 7


def test_tries_are_texts_for_parameters() -> None:
    body = "[a](try:learning_rate=0.05&channels=2,4), $f[x](y)$, `[c](d)`\n\n[defaults](try:)\n"
    assert tries(parse_lesson(HEADER + body, "en/steps.md")) == [{"learning_rate": "0.05", "channels": "2,4"}, {}]


@pytest.mark.parametrize(
    "link",
    [
        "[a](https://example.org)",
        "<https://example.org>",
        "https://example.org",
        "[a](other.md)",
        "![a](picture.png)",
        "[a](try:epochs)",
        "[a](try:epochs=1&epochs=2)",
        "[a](try:=1)",
        '[a](try:epochs=1 "title")',
        "[a]()",
    ],
)
def test_only_try_links_are_allowed(link: str) -> None:
    error = refusal(HEADER + f"\nSee {link} there.\n")
    assert error.line == 7
    assert "try:name=value" in str(error)


def test_a_try_may_hold_any_letters() -> None:
    assert parse_try("try:name=%D8%A8%20b") == {"name": "ب b"}
    with pytest.raises(ValueError, match="about:"):
        parse_try("about:blank")


def test_lessons_come_in_order_and_each_experiment_has_one(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "a.md").write_text(HEADER, encoding="utf-8")
    (folder / "b.md").write_text(HEADER.replace("steps", "first").replace("3", "1"), encoding="utf-8")
    assert list(load_lessons("en", tmp_path)) == ["descent.first", "descent.steps"]
    (folder / "c.md").write_text(HEADER, encoding="utf-8")
    with pytest.raises(LessonError, match=r"en/c\.md, line 1: another lesson is already about descent\.steps"):
        load_lessons("en", tmp_path)
    (folder / "c.md").write_bytes(b"\xff\xfe")
    with pytest.raises(LessonError, match=r"en/c\.md, line 1: cannot be read as UTF-8"):
        load_lessons("en", tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_experiment_has_a_lesson_whose_tries_its_parameters_accept(language: str) -> None:
    lessons = load_lessons(language)
    assert lessons.keys() == experiments().keys()
    for identifier, lesson in lessons.items():
        assert tries(lesson), identifier
        for texts in tries(lesson):
            experiments()[identifier].params.from_texts(texts)


def test_both_languages_tell_the_same_story() -> None:
    english, persian = (load_lessons(language) for language in LANGUAGES)
    assert list(english) == list(persian)
    for one, other in zip(english.values(), persian.values(), strict=True):
        assert one.order == other.order
        assert tries(one) == tries(other)
        assert [block.kind for block in one.blocks] == [block.kind for block in other.blocks]
        written = [
            [(formula.tex, formula.display) for block in lesson.blocks for formula in formulas(block.source)]
            for lesson in (one, other)
        ]
        assert written[0] == written[1]


def test_no_two_lessons_have_the_same_place_and_both_languages_agree() -> None:
    orders = [{name: lesson.order for name, lesson in load_lessons(language).items()} for language in LANGUAGES]
    assert orders[0] == orders[1]
    assert len(set(orders[0].values())) == len(orders[0])
