"""The form of an experiment, typed into as a user does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.core.language import digits, set_language
from app.widgets import form as form_module
from app.widgets.blocks import BlocksEdit
from app.widgets.fields import NumberEdit, SliderEdit, stepped
from app.widgets.form import Form
from lab.core.blocks import ReadBlock, read_block, write_block
from lab.core.catalogue import experiments
from lab.core.params import ParamError, Params, Spec, choice, flag, integer, integers, real, show, text
from lab.data.params import AugmentParams
from lab.topics.draw.digit import DigitParams
from lab.training.metaparameters import TrainingParams
from tests.app.keyboard import type_text
from tests.app.leaks import settle


@dataclass(frozen=True, kw_only=True)
class NetworkParams(AugmentParams, TrainingParams):
    """As long as those of an experiment that trains; two of its fields have to go together."""

    channels: tuple[int, ...] = integers(
        (10, 20), 1, 512, length=(1, 6), label="Channels", help="One number a block.", group="Network"
    )
    kernel_size: tuple[int, ...] = integers(
        (5,), 1, 15, length=(1, 6), label="Kernel size", help="One for all.", group="Network"
    )
    batch_norm: bool = flag(False, label="Batch norm", help="Whether.", group="Network")
    dropout: float = real(0.0, 0.0, 0.95, label="Dropout", help="How much.", group="Network")

    def check(self) -> None:
        if self.kernel_size[0] > 10 and len(self.channels) < 3:
            raise ParamError("kernel_size", "{field}: {value} does not fit", value=self.kernel_size[0])


FIELDS = [(name, field) for name, chosen in experiments().items() for field in chosen.params.specs()]


@pytest.fixture(params=["en", "fa"])
def language(request: pytest.FixtureRequest) -> str:
    set_language(request.param)
    return str(request.param)


def shown(qtbot: QtBot, params: type[Params] = NetworkParams) -> Form:
    form = Form(params)
    qtbot.addWidget(form)
    form.resize(340, 300)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    return form


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    return shown(qtbot)


def line(form: Form, name: str) -> QLineEdit:
    editor = form.editor(name)
    assert isinstance(editor, QLineEdit)
    return editor


def retype(form: Form, name: str, text: str) -> QLineEdit:
    editor = line(form, name)
    editor.setFocus()
    editor.selectAll()
    type_text(editor, text)
    if not text:
        QTest.keyClick(editor, Qt.Key.Key_Backspace)
    return editor


def needs(params: type[Params], name: str) -> dict[str, Any]:
    """Return values of other fields with which one matters."""
    when = params.specs()[name].when
    return {} if when is None else {**needs(params, when[0]), when[0]: when[1][0]}


def other(params: type[Params], name: str) -> Any:
    """Return a value that is allowed beside the defaults and what it needs, and is not the default."""
    spec, default = params.specs()[name], params.default(name)
    match spec.kind:
        case "choice":
            candidates: list[Any] = [value for value, _ in spec.choices]
        case "flag":
            candidates = [True, False]
        case "integers":
            candidates = [(7,), (3,), (2,), (1,), tuple(reversed(default)), (*default[:-1], 0)]
            candidates.append((*default[:-1], default[-1] + 1))
        case "integer" | "real":
            candidates = [spec.low, spec.high, default + 1]
        case "blocks":
            candidates = list(other_blocks(spec, default))
        case "reals":
            candidates = [tuple(reversed(default)), (0.5, 0.5), (0.75,), (-1.0, 2.0), (1.5, 0.25)]
            candidates.append((*default[:-1], default[-1] / 2 + 0.125))
        case _:
            candidates = ["runs/20260101 – ۷", "2, 0; 0, 2", "cat; dog; dog", "cat, dog, bird, cow", "1, 0; 0, 1; 1, 0"]
            candidates += [
                "9,8 7,6",
                "1 + 3x",
                "(yhat - y)^2",
                "3o!",
                "ann.binary",
                "1 2 1; -2 1 2",
                "3 0 3; 0 1 0; 3 0 3",
                "seed=1:3:3",
                "relu, tanh",
                "--epochs 20",
                "hidden1 2-3",
                "resnet18, vgg16",
                "linear1 output",
            ]
    for value in candidates:
        if value != default:
            with contextlib.suppress(ParamError):
                params(**{**needs(params, name), name: value})
                return value
    raise AssertionError(f"{name} has no other value")


def other_blocks(spec: Spec, default: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield lists of the same kinds of blocks with one number changed."""
    for place, written in enumerate(default):
        block = read_block(spec.kinds, written)
        for number in spec.kinds[block.kind].numbers:
            for value in [word for word, _ in number.choices] or [number.high, number.low]:
                changed = ReadBlock(block.kind, {**block.values, number.name: value})
                yield (*default[:place], write_block(spec.kinds, changed), *default[place + 1 :])


def enter(form: Form, name: str, spec: Spec, value: Any) -> None:
    """Give a field a value with mouse and keyboard."""
    editor = form.editor(name)
    if isinstance(editor, QComboBox):
        turn(editor, value)
    elif isinstance(editor, BlocksEdit):
        for row, text in zip(editor.rows, value, strict=True):
            for key, entry in read_block(spec.kinds, text).values.items():
                part = row.editors[key]
                if isinstance(part, QComboBox):
                    turn(part, entry)
                else:
                    part.setFocus()
                    part.selectAll()
                    type_text(part, digits(str(entry)))
    elif isinstance(editor, QCheckBox):
        editor.setFocus()
        if editor.isChecked() != value:
            QTest.keyClick(editor, Qt.Key.Key_Space)
    else:
        shown = "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        retype(form, name, shown if spec.kind == "text" else digits(shown))


def turn(box: QComboBox, value: Any) -> None:
    """Choose with the keyboard."""
    box.setFocus()
    for _ in range(box.count()):
        QTest.keyClick(box, Qt.Key.Key_Up)
    for _ in range(box.findData(value)):
        QTest.keyClick(box, Qt.Key.Key_Down)


def not_round_trip(form: Form, fresh: Form, params: type[Params]) -> list[str]:
    """Return the fields whose values, entered in `form`, do not come out of it and into `fresh` as they are."""
    found = []
    for name, spec in params.specs().items():
        if spec.group == "Own data":
            continue  # There is no file.
        value, needed = other(params, name), needs(params, name)
        form.set_texts({field: show(params.specs()[field], entry) for field, entry in needed.items()})
        enter(form, name, spec, value)
        typed = form.params()
        if typed is None or typed != params(**{**needed, name: value}) or not form.editor(name).isVisible():
            found.append(name)
        else:
            fresh.set_texts(typed.to_texts())
            if fresh.params() != typed or fresh.texts() != typed.to_texts():
                found.append(name)
        for field in (name, *needed):
            form.reset_button(field).click()
    return found


@pytest.mark.parametrize("experiment", experiments())
def test_every_field_round_trips(qtbot: QtBot, language: str, experiment: str) -> None:
    params = experiments()[experiment].params
    form = shown(qtbot, params)
    assert form.params() == params()
    assert not_round_trip(form, shown(qtbot, params), params) == []


def test_a_field_that_does_not_round_trip_is_noticed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    text = form_module.text_of
    monkeypatch.setattr(form_module, "text_of", lambda editor, spec: text(editor, spec).replace("0", ""))
    assert not_round_trip(shown(qtbot, DigitParams), shown(qtbot, DigitParams), DigitParams) == ["model"]
    monkeypatch.undo()
    form, fresh = shown(qtbot), shown(qtbot)
    put = form_module.put
    monkeypatch.setattr(form_module, "put", lambda editor, spec, text: put(editor, spec, text.replace("-0", "-")))
    assert not_round_trip(form, fresh, NetworkParams) == ["learning_rate"]


@pytest.mark.parametrize("typed", ["0.25", "0,25", "۰٫۲۵", "۰.۲۵", "٠٫٢٥", "۰,۲۵", ".25", "2.5e-1", "۲٫۵e-۱"])
def test_both_digits_and_both_decimal_marks_are_read(form: Form, language: str, typed: str) -> None:
    retype(form, "learning_rate", typed)
    params = form.params()
    assert isinstance(params, NetworkParams)
    assert params.learning_rate == 0.25
    assert line(form, "learning_rate").text() == typed


@pytest.mark.parametrize("typed", ["4, 8", "4 8", "۴، ۸", "۴,۸", "(4, 8)", "4،8"])
def test_lists_are_read_with_either_comma(form: Form, typed: str) -> None:
    retype(form, "channels", typed)
    params = form.params()
    assert isinstance(params, NetworkParams)
    assert params.channels == (4, 8)


def test_numbers_are_shown_in_the_digits_of_the_language(qtbot: QtBot) -> None:
    set_language("fa")
    form = shown(qtbot)
    assert line(form, "learning_rate").text() == "۰٫۰۰۱"
    assert line(form, "channels").text() == "۱۰, ۲۰"
    assert form.params() == NetworkParams()
    assert line(form, "learning_rate").layoutDirection() == Qt.LayoutDirection.LeftToRight


WRONG = {
    "epochs": ("0", "Epochs: 0 is not allowed; allowed is a whole number from 1 to 1000"),
    "batch_size": ("3.5", "Batch size: 3.5 is not allowed; allowed is a whole number from 1 to 4096"),
    "learning_rate": ("fast", "Learning rate: fast is not allowed; allowed is a number from 1e-07 to 10"),
    "seed": ("", "Seed is empty; allowed is a whole number from 0 to 2147483647"),
    "channels": ("10, x", "Channels: 10, x is not allowed; allowed is 1 to 6 whole numbers from 1 to 512"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_marked_said_and_kept_as_it_was_typed(qtbot: QtBot, form: Form, name: str) -> None:
    typed, words = WRONG[name]
    editor = retype(form, name, typed)
    assert form.params() is None
    assert editor.property("invalid") is True
    assert editor.text() == typed
    assert form.complaint.text() == form.said()
    # The words stand in the form, beneath the field and above the next one.
    assert form.complaint.isVisible()
    assert form.complaint.window() is form
    others = [form.editor(key) for key in NetworkParams.specs() if key != name]

    def in_its_place() -> bool:
        top, bottom = form.complaint.geometry().top(), form.complaint.geometry().bottom()
        above = editor.geometry().bottom()
        return above < top < bottom and not any(above < next.geometry().top() <= bottom for next in others)

    qtbot.waitUntil(in_its_place)
    corner = form.complaint.rect().bottomLeft()
    qtbot.waitUntil(lambda: form.viewport().rect().contains(form.complaint.mapTo(form.viewport(), corner)))
    assert form.said().startswith(words)
    assert [key for key in NetworkParams.specs() if form.editor(key).property("invalid")] == [name]
    retype(form, name, NetworkParams().to_texts()[name])
    assert form.params() == NetworkParams()
    assert not editor.property("invalid")
    assert not form.complaint.isVisible()
    assert form.said() == ""


def test_a_complaint_is_read_from_the_right_in_persian_whatever_its_field_is_called(qtbot: QtBot) -> None:
    set_language("fa")
    form = shown(qtbot)
    retype(form, "learning_rate", "fast")
    assert form.complaint.text() == "\u200f" + form.said()


def test_a_complaint_does_not_pull_the_form_away_from_another_field(qtbot: QtBot, form: Form) -> None:
    retype(form, "kernel_size", "99")
    editor = retype(form, "epochs", "1")
    form.ensureWidgetVisible(editor)
    settle()
    type_text(editor, "2")
    settle()
    assert form.viewport().rect().contains(editor.mapTo(form.viewport(), editor.rect().center()))
    assert form.error is not None
    assert form.error.field == "kernel_size"


def test_the_sentence_calls_the_field_as_the_form_does_in_its_language(qtbot: QtBot) -> None:
    set_language("fa")
    form = shown(qtbot)
    retype(form, "epochs", "۰")
    [label] = [label for label in form.findChildren(QLabel) if label.buddy() is form.editor("epochs")]
    assert label.text() in form.said()
    assert "epochs" not in form.said()
    assert "۱۰۰۰" in form.said().replace("٬", "")


def test_values_that_do_not_go_together_are_said_of_a_field(form: Form) -> None:
    retype(form, "kernel_size", "15")
    assert form.params() is None
    assert form.editor("kernel_size").property("invalid") is True
    assert form.said().startswith("Kernel size: 15 does not fit")
    # The same mistake can be mended in another field.
    retype(form, "channels", "4, 8, 16")
    assert form.params() is not None
    assert not form.editor("kernel_size").property("invalid")


@pytest.mark.parametrize("name", ["epochs", "learning_rate", "optimiser", "batch_norm", "channels"])
def test_the_way_back_appears_only_when_it_leads_somewhere(qtbot: QtBot, form: Form, name: str) -> None:
    spec, button = NetworkParams.specs()[name], form.reset_button(name)
    assert not any(form.reset_button(key).isVisible() for key in NetworkParams.specs())
    enter(form, name, spec, other(NetworkParams, name))
    assert [key for key in NetworkParams.specs() if form.reset_button(key).isVisible()] == [name]
    with qtbot.waitSignal(form.changed):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert form.params() == NetworkParams()
    assert not button.isVisible()


def test_the_way_back_from_a_wrong_value(qtbot: QtBot, form: Form) -> None:
    retype(form, "epochs", "many")
    assert form.reset_button("epochs").isVisible()
    qtbot.mouseClick(form.reset_button("epochs"), Qt.MouseButton.LeftButton)
    assert form.params() == NetworkParams()
    assert form.said() == ""


def test_the_same_number_in_other_words_is_no_change(form: Form) -> None:
    retype(form, "learning_rate", "1e-3")
    assert not form.reset_button("learning_rate").isVisible()
    retype(form, "channels", "۱۰،۲۰")
    assert not form.reset_button("channels").isVisible()


def test_up_and_down_keys_change_numbers(qtbot: QtBot, form: Form, language: str) -> None:
    for name, key, expected in (
        ("epochs", Qt.Key.Key_Up, 12),
        ("epochs", Qt.Key.Key_Down, 8),
        ("learning_rate", Qt.Key.Key_Up, 0.001259),
        ("rotation", Qt.Key.Key_Up, 0.9),
        ("seed", Qt.Key.Key_Up, 8),
    ):
        retype(form, name, "0" if name == "rotation" else NetworkParams().to_texts()[name])
        with qtbot.waitSignal(form.changed):
            QTest.keyClick(form.editor(name), key)
        params = form.params()
        assert params is not None
        assert getattr(params, name) == expected


def test_keys_stay_within_the_range(form: Form) -> None:
    for name, end, key in (("epochs", "1000", Qt.Key.Key_Up), ("dropout", "0", Qt.Key.Key_Down)):
        QTest.keyClick(retype(form, name, end), key)
        assert form.params() is not None
        assert float(line(form, name).text()) == float(end)


def test_keys_leave_alone_what_is_no_number(form: Form) -> None:
    editor = retype(form, "epochs", "many")
    QTest.keyClick(editor, Qt.Key.Key_Up)
    assert editor.text() == "many"
    editor = retype(form, "channels", "4, many")
    QTest.keyClick(editor, Qt.Key.Key_Up)
    assert editor.text() == "4, many"


@pytest.mark.parametrize(("experiment", "field"), FIELDS)
def test_steps_by_keys_are_always_allowed(experiment: str, field: str) -> None:
    params = experiments()[experiment].params
    spec = params.specs()[field]
    if spec.kind not in ("integer", "real"):
        return
    for start in (spec.low, spec.high, params.default(field)):
        value = start
        for turns in (*[1] * 60, *[-1] * 120):
            value = stepped(spec, value, turns)
            assert spec.low <= value <= spec.high
        assert value != start or value == spec.low


def test_texts_from_an_earlier_version_are_taken_as_far_as_they_are_known(qtbot: QtBot, form: Form) -> None:
    with qtbot.waitSignal(form.changed):
        form.set_texts({"gone": "3", "epochs": "5", "optimiser": "adagrad", "batch_norm": "true"})
    assert form.params() == NetworkParams(epochs=5, batch_norm=True)


def test_a_wrong_text_from_the_settings_is_shown_and_said(form: Form) -> None:
    form.set_texts({"epochs": "0"})
    assert form.params() is None
    assert line(form, "epochs").text() == "0"
    assert form.said().startswith("Epochs: 0")


def test_every_field_says_its_range_and_default(form: Form) -> None:
    tip = form.editor("epochs").toolTip()
    assert "1 to 1,000, default 10" in tip
    assert NetworkParams.specs()["epochs"].help in tip
    assert "images" in form.editor("batch_size").toolTip()
    assert "default Adam" in form.editor("optimiser").toolTip()
    assert all(form.editor(name).accessibleName() for name in NetworkParams.specs())


def test_the_wheel_over_a_choice_scrolls_the_form(qtbot: QtBot, form: Form) -> None:
    box = form.editor("optimiser")
    assert isinstance(box, QComboBox)
    form.ensureWidgetVisible(box)
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(box.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    box.wheelEvent(event)
    assert not event.isAccepted()
    assert form.params() == NetworkParams()


def test_tab_goes_through_the_fields_in_their_order(form: Form) -> None:
    form.activateWindow()
    first, second = line(form, "channels"), line(form, "kernel_size")
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert isinstance(first.window().focusWidget(), NumberEdit)
    assert first.window().focusWidget() is second


# Fields that matter only with some values of another.


@dataclass(frozen=True, kw_only=True)
class Conditional(Params):
    kind: str = choice("a", {"a": "A", "b": "B", "c": "C"}, label="Kind", help="Which.", group="First")
    typed: str = text("x", label="Typed", help="What.", group="First", when=("kind", ("b",)))
    rate: float = real(
        0.5, 0.0, 1.0, label="Rate", help="How fast.", group="Second", slider=True, when=("kind", ("b", "c"))
    )
    fine: bool = flag(False, label="Fine", help="Whether.", group="Second", when=("kind", ("b", "c")))
    steps: int = integer(3, 1, 9, label="Steps", help="How many.", group="Second", when=("fine", (True,)))
    last: int = integer(1, 0, 9, label="Last", help="The last.", group="Third")


def visible(form: Form) -> list[str]:
    return [name for name in Conditional.specs() if form.editor(name).isVisible()]


def written(form: Form) -> list[str]:
    return [label.text() for label in form.findChildren(QLabel) if label.isVisible()]


def test_fields_come_and_go_with_what_they_depend_on(qtbot: QtBot) -> None:
    form = shown(qtbot, Conditional)
    assert visible(form) == ["kind", "last"]
    # Nothing is left of them: no label, no range, no slider, no heading.
    assert not {"Typed", "Rate", "Second", "0 to 1, default 0.5"} & set(written(form))
    assert "Third" in written(form)
    assert not [slider for slider in form.findChildren(SliderEdit) if slider.isVisible()]
    enter(form, "kind", Conditional.specs()["kind"], "c")
    assert visible(form) == ["kind", "rate", "fine", "last"]
    assert {"Rate", "Second", "0 to 1, default 0.5"} <= set(written(form))
    assert [slider for slider in form.findChildren(SliderEdit) if slider.isVisible()]
    enter(form, "fine", Conditional.specs()["fine"], True)
    assert visible(form) == ["kind", "rate", "fine", "steps", "last"]
    # What depends on a field that does not matter does not matter either.
    enter(form, "kind", Conditional.specs()["kind"], "a")
    assert visible(form) == ["kind", "last"]
    assert form.params() == Conditional(fine=True)


def test_hidden_fields_take_no_room(qtbot: QtBot) -> None:
    form = shown(qtbot, Conditional)

    def bottom() -> int:
        return form.editor("last").geometry().bottom()

    few = bottom()
    form.set_texts({"kind": "b", "fine": "true"})
    qtbot.waitUntil(lambda: bottom() > few + 100)
    form.set_texts({"kind": "a"})
    qtbot.waitUntil(lambda: bottom() == few)
    # The way back comes with its field.
    form.set_texts({"kind": "b", "rate": "0.75"})
    assert form.reset_button("rate").isVisible()
    form.set_texts({"kind": "a"})
    assert not form.reset_button("rate").isVisible()
    qtbot.waitUntil(lambda: bottom() == few)


def test_a_hidden_field_keeps_what_was_typed(qtbot: QtBot) -> None:
    form = shown(qtbot, Conditional)
    form.set_texts({"kind": "b"})
    retype(form, "typed", "sin(x)")
    form.set_texts({"kind": "a"})
    assert visible(form) == ["kind", "last"]
    assert form.params() == Conditional(typed="sin(x)")
    form.set_texts({"kind": "b"})
    assert line(form, "typed").text() == "sin(x)"


def test_a_field_with_which_something_is_wrong_is_never_hidden(qtbot: QtBot) -> None:
    form = shown(qtbot, Conditional)
    form.set_texts({"kind": "b"})
    retype(form, "rate", "7")
    form.set_texts({"kind": "a"})
    assert visible(form) == ["kind", "rate", "last"]
    assert form.complaint.isVisible() and "Rate: 7" in form.said()
    # It is put right, and does not go from under the hand.
    retype(form, "rate", "0.5")
    assert visible(form) == ["kind", "rate", "last"]
    assert form.said() == ""
    retype(form, "last", "2")
    assert visible(form) == ["kind", "last"]
    # From a file or the settings it may be wrong at once, and then another one.
    form.set_texts({"rate": "7", "steps": "x"})
    assert visible(form) == ["kind", "steps", "last"]
    form.set_texts({"steps": "1"})
    assert visible(form) == ["kind", "rate", "last"]


def test_what_cannot_be_read_hides_nothing(qtbot: QtBot) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Counted(Params):
        count: int = integer(0, 0, 9, label="Count", help="How many.", group="A")
        size: int = integer(1, 1, 9, label="Size", help="How large.", group="A", when=("count", (1, 2)))

    form = shown(qtbot, Counted)
    assert not form.editor("size").isVisible()
    retype(form, "count", "1")
    assert form.editor("size").isVisible()
    retype(form, "count", "")
    assert form.editor("size").isVisible()
    retype(form, "count", "3")
    assert not form.editor("size").isVisible()


def test_the_tab_key_passes_over_what_is_hidden(form: Form) -> None:
    form.editor("optimiser").setFocus()
    QTest.keyClick(form.editor("optimiser"), Qt.Key.Key_Tab)
    assert form.window().focusWidget() is form.editor("learning_rate")
    # Between these two there is the momentum, of another optimiser.
    form.editor("learning_rate").setFocus()
    QTest.keyClick(form.editor("learning_rate"), Qt.Key.Key_Tab)
    assert form.window().focusWidget() is form.editor("weight_decay")


def test_values_that_change_without_hiding_anything_lay_nothing_out(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = shown(qtbot, Conditional)
    form.set_texts({"kind": "b"})
    settle()
    asked = []
    monkeypatch.setattr(form.editor("typed"), "setVisible", asked.append)
    for value in ("0.25", "0.75", "0.5"):
        form.set_texts({"rate": value})
    assert asked == []
    form.set_texts({"kind": "c"})
    assert asked == [False]
