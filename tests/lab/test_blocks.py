"""Lists of blocks: read as people write them, written one way, refused with a sentence that says where."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.blocks import Block, Number, ReadBlock, read_block
from lab.core.lessons import parse_try
from lab.core.options import describe, read_options
from lab.core.params import ParamError, Params, blocks, integer, parse, show
from lab.running import sharing
from lab.sweeps import grid
from lab.sweeps.suggest import suggest
from tests.strings import _sentences

KINDS = {
    "conv": Block(
        "Convolution",
        "Slides kernels over its input.",
        (
            Number("kernel", 3, 1, 15, "Kernel"),
            Number("stride", 1, 1, 8, "Stride"),
        ),
    ),
    "blur": Block(
        "Blur",
        "Smooths.",
        (
            Number("sigma", 1, 0.1, 10, "Width", whole=False),
            Number("border", "zeros", 0, 0, "Border", choices=(("zeros", "Zeros"), ("reflect", "Reflected"))),
        ),
    ),
    "flip": Block("Flip", "Mirrors."),
}


@dataclass(frozen=True, kw_only=True)
class Stack(Params):
    layers: tuple[str, ...] = blocks(
        ("conv", "flip"), KINDS, length=(1, 4), label="Layers", help="First to last.", group="A"
    )
    side: int = integer(8, 1, 99, label="Side", help="How large.", group="A")


class Stacked:
    """As much of an experiment as sweeps and copied texts need."""

    id: ClassVar[str] = "fake.stack"
    params: ClassVar[type[Params]] = Stack


LISTS = st.lists(
    st.one_of(
        st.tuples(st.just("conv"), st.fixed_dictionaries({}, optional={"kernel": st.integers(1, 15)})),
        st.tuples(
            st.just("blur"),
            st.fixed_dictionaries(
                {}, optional={"sigma": st.floats(0.1, 10), "border": st.sampled_from(["zeros", "reflect"])}
            ),
        ),
        st.tuples(st.just("flip"), st.just({})),
    ),
    min_size=1,
    max_size=4,
)
SPACES = st.sampled_from(["", " ", "   "])
PERSIAN = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")


@given(data=st.data(), wanted=LISTS)
def test_what_is_typed_is_read_however_it_is_spaced(data: st.DataObject, wanted: list[tuple[str, dict]]) -> None:
    persian = data.draw(st.booleans())
    written = []
    for kind, values in wanted:
        names = data.draw(st.permutations(list(values)))
        text = data.draw(SPACES) + kind
        for name in names:
            value = str(values[name]).translate(PERSIAN) if persian and name != "border" else str(values[name])
            text += f" {name}{data.draw(SPACES)}={data.draw(SPACES)}{value}"
        written.append(text + data.draw(SPACES))
    found = Stack.from_texts({"layers": ("؛" if persian else ";").join(written)}).layers
    assert len(found) == len(wanted)
    for text, (kind, values) in zip(found, wanted, strict=True):
        defaults = {number.name: number.default for number in KINDS[kind].numbers}
        assert read_block(KINDS, text) == ReadBlock(kind, defaults | values)


def test_the_canonical_text_has_all_numbers_in_the_order_declared() -> None:
    made = Stack(layers=("blur border=reflect sigma=2.50", "conv stride=2", "flip"))
    assert made.layers == ("blur sigma=2.5 border=reflect", "conv kernel=3 stride=2", "flip")
    assert made.to_json()["layers"] == list(made.layers)
    assert made.to_texts()["layers"] == "blur sigma=2.5 border=reflect; conv kernel=3 stride=2; flip"
    assert made == Stack(layers=("blur sigma=2,5 border=reflect", "conv kernel=3 stride=2", "flip"))


def test_the_default_is_canonical_too() -> None:
    assert Stack.default("layers") == ("conv kernel=3 stride=1", "flip")
    assert list(Stack().changed()) == []
    with pytest.raises(ParamError, match="there is no cnv"):
        blocks(("cnv",), KINDS, length=(1, 2), label="Layers", help="First to last.", group="A")


def test_numbers_have_the_type_that_is_declared() -> None:
    values = read_block(KINDS, "blur sigma=2").values
    assert values == {"sigma": 2.0, "border": "zeros"}
    assert isinstance(values["sigma"], float)
    assert isinstance(read_block(KINDS, "blur").values["sigma"], float)
    assert isinstance(read_block(KINDS, "conv kernel=۵").values["kernel"], int)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("flip; cnv", "layers: block 2: there is no cnv; choose from conv, blur, flip"),
        ("kernel=3", "layers: block 1: there is no kernel; choose from conv, blur, flip"),
        ("conv size=3", "layers: block 1, Convolution: there is no size; allowed is conv kernel=1…15 stride=1…8"),
        ("flip; flip size=3", "layers: block 2, Flip: there is no size; allowed is flip"),
        ("conv 3", "layers: block 1, Convolution: 3 cannot be read; allowed is conv kernel=1…15 stride=1…8"),
        ("conv kernel=3 kernel=5", "layers: block 1, Convolution: kernel is given twice"),
        (
            "flip; flip; conv kernel=0",
            "layers: block 3, Convolution: Kernel 0 is not allowed; allowed is a whole number from 1 to 15",
        ),
        (
            "conv kernel=2.5",
            "layers: block 1, Convolution: Kernel 2.5 is not allowed; allowed is a whole number from 1 to 15",
        ),
        (
            "conv kernel=1 2 stride=1",
            "layers: block 1, Convolution: Kernel 1 2 is not allowed; allowed is a whole number from 1 to 15",
        ),
        ("conv kernel=", "layers: block 1, Convolution: Kernel is empty; allowed is a whole number from 1 to 15"),
        ("blur sigma=nan", "layers: block 1, Blur: Width nan is not allowed; allowed is a number from 0.1 to 10"),
        ("blur border=x", "layers: block 1, Blur: Border x is not allowed; allowed is one of zeros, reflect"),
        ("", "layers: the number of blocks is 0; allowed is 1 to 4"),
        ("flip;flip;flip;flip;flip", "layers: the number of blocks is 5; allowed is 1 to 4"),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_place(typed: str, sentence: str) -> None:
    with pytest.raises(ParamError) as caught:
        parse("layers", Stack.specs()["layers"], typed)
    assert str(caught.value) == sentence
    assert caught.value.field == "layers"
    # A form marks the block that is wrong.
    place = int(sentence.split("block ")[1][0]) if "block " in sentence else 0
    assert caught.value.message.values["block"] == place


@pytest.mark.parametrize("value", ["conv", ("conv", 3), None, 3, ("conv; flip",), (("conv",),)])
def test_values_that_are_no_list_of_blocks_are_refused(value: Any) -> None:
    with pytest.raises(ParamError, match="layers"):
        Stack(layers=value)


@given(st.text(st.sampled_from("conv blur flip kernel=sigma;؛۱2.5e-9,\n\t\0=")))
def test_nothing_that_is_typed_does_more_than_be_refused(typed: str) -> None:
    spec = Stack.specs()["layers"]
    with contextlib.suppress(ParamError):
        found = parse("layers", spec, typed)
        assert parse("layers", spec, show(spec, found)) == found


def test_files_written_by_hand_are_read() -> None:
    assert Stack.from_json(json.loads('{"layers": ["conv", " flip "]}')) == Stack()


@pytest.mark.parametrize(
    "words",
    [
        ["--layers", "conv kernel=5; flip", "--side", "4"],
        ["--layers=conv kernel=5; flip", "--side=4"],
        ["--layers", "conv", "kernel=5;", "flip", "--side", "4"],
    ],
)
def test_the_command_line(words: list[str]) -> None:
    made = Stack.from_texts(read_options(Stack, words))
    assert made == Stack(layers=("conv kernel=5", "flip"), side=4)


def test_the_command_line_tells_how_blocks_are_written() -> None:
    told = describe(Stack)[0][1]
    assert told == (
        "conv kernel=3 stride=1; flip  (1 to 4 blocks separated by “;”, of conv kernel=1…15 stride=1…8, "
        "blur sigma=0.1…10 border=zeros|reflect, flip)"
    )


@pytest.mark.parametrize("written", [quote, quote_plus, lambda text: text.replace(" ", "+")])
def test_a_link_of_a_lesson_sets_blocks(written: Any) -> None:
    texts = parse_try(f"try:layers={written('conv kernel=5; flip')}&side=4")
    assert Stack.from_texts(texts) == Stack(layers=("conv kernel=5", "flip"), side=4)


def test_a_copied_text_carries_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "experiment", lambda _name: Stacked)
    monkeypatch.setattr(sharing, "read_params", lambda _name, values: Stack.from_json(values))
    made = Stack(layers=("blur sigma=0.3", "conv"))
    assert sharing.decode(sharing.encode("fake.stack", made, None)).params == made
    # The text is whole, but another version has other kinds.
    other = sharing.encode("fake.stack", Stack(), None)
    monkeypatch.setitem(KINDS, "conv", Block("Convolution", "Slides.", (Number("kernel", 1, 1, 1, "Kernel"),)))
    with pytest.raises(sharing.SharingError, match="Layers: block 1, Convolution: Kernel 3 is not allowed"):
        sharing.decode(other)


def test_a_sweep_goes_over_whole_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "experiment", lambda _name: Stacked)
    axis = grid.read_axis("fake.stack", "layers=conv; flip, flip, blur sigma=0.5 ; flip")
    assert axis.values == (
        ("conv kernel=3 stride=1", "flip"),
        ("flip",),
        ("blur sigma=0.5 border=zeros", "flip"),
    )
    sweep = grid.Sweep("fake.stack", Stack(), (axis,))
    assert [cell.params for cell in sweep.cells()] == [Stack(layers=value) for value in axis.values]
    assert grid.show_value(sweep, "layers", axis.values[0]) == "conv kernel=3 stride=1; flip"
    with pytest.raises(ParamError, match="over: layers: block 1: there is no 1:5:3; choose from conv, blur, flip"):
        grid.read_axis("fake.stack", "layers=1:5:3")


def test_the_sweep_that_a_page_offers_keeps_its_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "experiment", lambda _name: Stacked)
    found = suggest("fake.stack", Stack(layers=("conv kernel=5", "flip"))).texts
    assert found["over"].startswith("side=")
    assert found["settings"] == "'--layers=conv kernel=5 stride=1; flip'"


def test_all_that_a_block_says_is_to_be_translated() -> None:
    said = set(_sentences(Stack.specs()["layers"]))
    assert {"Convolution", "Slides kernels over its input.", "Kernel", "Border", "Reflected", "Flip"} <= said
