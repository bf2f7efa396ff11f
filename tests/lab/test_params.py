"""Parameters: what is declared once must hold for JSON, typed text and the command line."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.blocks import Block, Number
from lab.core.catalogue import experiments
from lab.core.options import describe, option, read_options
from lab.core.params import (
    Migration,
    ParamError,
    Params,
    Spec,
    blocks,
    choice,
    flag,
    integer,
    integers,
    needed,
    parse,
    real,
    show,
    text,
)
from lab.core.specs import checked


def _first_words(values: dict[str, Any]) -> dict[str, Any]:
    """Rate was called speed, and something is gone."""
    names = {"speed": "rate"}
    return {names.get(name, name): value for name, value in values.items() if name != "gone"}


@dataclass(frozen=True, kw_only=True)
class Sample(Params):
    migrations: ClassVar[tuple[Migration, ...]] = (Migration(_first_words),)

    count: int = integer(3, 1, 10, label="Count", help="How many.", group="A")
    rate: float = real(0.5, 1e-6, 1.0, scale="log", label="Rate", help="How fast.", group="A")
    kind: str = choice("one", {"one": "One", "two": "Two"}, label="Kind", help="Which.", group="B")
    on: bool = flag(False, label="On", help="Whether.", group="B")
    sizes: tuple[int, ...] = integers((1, 2), 0, 9, length=(0, 3), label="Sizes", help="How large.", group="B")
    note: str = text("", label="Note", help="What.", group="B", longest=5)
    steps: tuple[str, ...] = blocks(
        ("turn",),
        {
            "turn": Block("Turn", "Turns.", (Number("degrees", 15, -180, 180, "Degrees", whole=False),)),
            "cut": Block("Cut", "Cuts.", (Number("side", 8, 1, 64, "Side"), Number("p", 0.5, 0, 1, "p", whole=False))),
            "flip": Block("Flip", "Mirrors."),
        },
        length=(0, 3),
        label="Steps",
        help="What is done.",
        group="B",
    )


def strategy(spec: Spec) -> st.SearchStrategy:
    low, high = spec.low, spec.high
    match spec.kind:
        case "integer":
            return st.integers(int(low), int(high))
        case "real":
            return st.floats(low, high)
        case "choice":
            return st.sampled_from([value for value, _ in spec.choices])
        case "flag":
            return st.booleans()
        case "integers":
            entries = st.integers(int(low), int(high))
            return st.lists(entries, min_size=spec.length[0], max_size=spec.length[1]).map(tuple)
        case "reals":
            numbers = st.floats(low, high)
            return st.lists(numbers, min_size=spec.length[0], max_size=spec.length[1]).map(tuple)
        case "blocks":
            entries = st.one_of([block(kind, declared) for kind, declared in spec.kinds.items()])
            return st.lists(entries, min_size=spec.length[0], max_size=spec.length[1]).map(tuple)
        case "text":
            return st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=int(high))


def block(kind: str, declared: Block) -> st.SearchStrategy[str]:
    """Return texts of one kind of block, with some of its numbers."""

    def values(number: Number) -> st.SearchStrategy:
        if number.choices:
            return st.sampled_from([value for value, _ in number.choices])
        if number.whole:
            return st.integers(int(number.low), int(number.high))
        return st.floats(number.low, number.high)

    some = st.fixed_dictionaries({}, optional={number.name: values(number) for number in declared.numbers})
    return some.map(lambda chosen: " ".join((kind, *(f"{name}={value}" for name, value in chosen.items()))))


KINDS = [Sample, *[experiment.params for experiment in experiments().values()]]


@pytest.mark.parametrize("params", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_every_value_survives_json_text_and_options(params: type[Params], data: st.DataObject) -> None:
    for name, spec in params.specs().items():
        value = data.draw(strategy(spec), label=name)
        try:
            made = params(**{name: value})
        except ParamError:
            continue  # It does not fit the other defaults; sizes are tested on their own.
        assert params.from_json(json.loads(json.dumps(made.to_json()))) == made
        assert params.from_texts(made.to_texts()) == made
        typed = show(spec, value)
        if not typed.startswith("--"):
            words = (
                [option(name), *typed.replace(",", " ").split()]
                if spec.kind in ("integers", "reals", "blocks")
                else [option(name), typed]
            )
            assert params.from_texts(read_options(params, words)) == made


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 11}, "count"),
        ({"count": True}, "count"),
        ({"count": 2.5}, "count"),
        ({"rate": math.nan}, "rate"),
        ({"rate": math.inf}, "rate"),
        ({"rate": 0.0}, "rate"),
        ({"rate": "0.1"}, "rate"),
        ({"kind": "three"}, "kind"),
        ({"on": 1}, "on"),
        ({"sizes": (1, 2, 3, 4)}, "sizes"),
        ({"sizes": (10,)}, "sizes"),
        ({"sizes": (True,)}, "sizes"),
        ({"note": "longer"}, "note"),
        ({"steps": ("turn degrees=200",)}, "steps"),
        ({"steps": ("flip",) * 4}, "steps"),
        ({"steps": "flip"}, "steps"),
    ],
)
def test_what_is_not_allowed_is_refused_with_field_value_and_range(values: dict, field: str) -> None:
    with pytest.raises(ParamError) as caught:
        Sample(**values)
    assert caught.value.field == field
    sentence = str(caught.value)
    assert field in sentence
    assert "allowed is" in sentence


def test_a_field_without_a_check_would_be_noticed() -> None:
    """The violation of the test above: without validation, nothing is raised."""

    @dataclass(frozen=True, kw_only=True)
    class Careless(Sample):
        def __post_init__(self) -> None:
            pass

    assert Careless(count=99).count == 99


@pytest.mark.parametrize(
    ("typed", "value"), [("0.25", 0.25), ("0,25", 0.25), ("۰٫۲۵", 0.25), ("٠٫٢٥", 0.25), ("1e-3", 0.001), (" .5 ", 0.5)]
)
def test_numbers_are_read_in_both_scripts_and_with_both_marks(typed: str, value: float) -> None:
    assert parse("rate", Sample.specs()["rate"], typed) == value


@pytest.mark.parametrize("typed", ["", "abc", "nan", "inf", "1e999", "0x1", "--1", "0.2.5"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ParamError, match="rate"):
        parse("rate", Sample.specs()["rate"], typed)


@pytest.mark.parametrize("typed", ["۱، ۲", "1 2", "1,2", "(1, 2)", "1, 2,"])
def test_lists_are_read_as_people_write_them(typed: str) -> None:
    assert parse("sizes", Sample.specs()["sizes"], typed) == (1, 2)


def test_renamed_and_removed_fields_of_older_files_are_read() -> None:
    assert Sample.from_json({"speed": 0.25, "gone": 1}).rate == 0.25


def test_unknown_fields_and_newer_files_are_refused() -> None:
    with pytest.raises(ParamError, match="colour is not a parameter here"):
        Sample.from_json({"colour": 1})
    with pytest.raises(ParamError, match="newer"):
        Sample.from_json({"schema_version": 99})
    with pytest.raises(ParamError, match="JSON object"):
        Sample.from_json([1])


def test_changed_tells_what_differs_from_the_defaults() -> None:
    assert list(Sample(count=4, on=True).changed()) == ["count", "on"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--on"], {"on": "true"}),
        (["--no-on"], {"on": "false"}),
        (["--sizes", "1", "2"], {"sizes": "1 2"}),
        (["--sizes=1,2", "--count", "4"], {"sizes": "1,2", "count": "4"}),
        (["--sizes"], {"sizes": ""}),
        (["--steps"], {"steps": ""}),
        (["--steps", "turn degrees=5; flip"], {"steps": "turn degrees=5; flip"}),
    ],
)
def test_options(words: list[str], expected: dict[str, str]) -> None:
    assert read_options(Sample, words) == expected


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--conut", "3"], "did you mean --count"),
        (["--count"], "a value is missing"),
        (["3"], "stands alone"),
        (["--zzzzzz", "3"], "is not an option; choose from"),
    ],
)
def test_wrong_options_are_named(words: list[str], sentence: str) -> None:
    with pytest.raises(ParamError, match=sentence):
        read_options(Sample, words)


@dataclass(frozen=True, kw_only=True)
class Conditional(Params):
    kind: str = choice("a", {"a": "A", "b": "B"}, label="Kind", help="Which.", group="A")
    sized: bool = flag(True, label="Sized", help="Whether.", group="A", when=("kind", ("b",)))
    size: int = integer(1, 0, 9, label="Size", help="How large.", group="A", when=("sized", (True,)))
    step: float = real(1.0, 0.0, 2.0, label="Step", help="How far.", group="A", when=("kind", ("a", "b")))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"kind": "a", "sized": True}, {"kind", "step"}),
        ({"kind": "b", "sized": True}, {"kind", "sized", "size", "step"}),
        ({"kind": "b", "sized": False}, {"kind", "sized", "step"}),
        ({}, {"kind", "sized", "size", "step"}),
        ({"kind": "b"}, {"kind", "sized", "size", "step"}),
        ({"sized": False}, {"kind", "sized", "step"}),
    ],
)
def test_which_fields_matter(values: dict[str, object], expected: set[str]) -> None:
    assert needed(Conditional.specs(), values) == expected


def test_what_does_not_matter_is_checked_and_kept_all_the_same() -> None:
    assert Conditional.from_json(Conditional(size=5).to_json()).size == 5
    with pytest.raises(ParamError):
        Conditional(size=10)


def test_the_command_line_says_when_an_option_matters() -> None:
    helps = {option: told for option, _, told in describe(Conditional)}
    assert helps == {
        "--kind": "Which.",
        "--sized": "Whether. Only with --kind b.",
        "--size": "How large. Only with --sized true.",
        "--step": "How far. Only with --kind a or b.",
    }


def test_conditions_of_every_experiment_can_be_met() -> None:
    for experiment in experiments().values():
        specs = experiment.params.specs()
        for name, spec in specs.items():
            if spec.when is not None:
                other, values = spec.when
                assert values, (experiment.id, name)
                for value in values:
                    checked(other, specs[other], value)
        assert needed(specs, {}) == specs.keys()


def test_every_parameter_of_every_experiment_is_told_about() -> None:
    for experiment in experiments().values():
        for name, spec in experiment.params.specs().items():
            assert spec.label and spec.help and spec.group, (experiment.id, name)
            assert spec.help[-1] in ".:", (experiment.id, name)
