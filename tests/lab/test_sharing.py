"""Runs as text: the same numbers to the last bit, and one clear sentence for each kind of damage."""

from __future__ import annotations

import base64
import json
import textwrap
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lab.core.catalogue import experiment, experiments
from lab.core.events import Metrics, Progress
from lab.core.experiment import State
from lab.core.params import Params
from lab.core.text import LabError, RunError
from lab.nets.dense.spec import Layer, MLPSpec
from lab.running import sessions, sharing
from lab.running.sharing import LONGEST_TEXT, MOST_NUMBERS, Shared, SharingError, copy, decode, encode
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.spec import TrainingSpec
from tests.lab.contracts import small
from tests.networks import typed

CNN = "cnn.mnist"
TINY = {"network": typed(units=(8,)), "batch_size": "512", "epochs": "2", "device": "cpu"}
DTYPES = ("bool", "uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "f8")


def tiny(**texts: str) -> Params:
    return experiment(CNN).params.from_texts({**TINY, **texts})


def small_state() -> State:
    return State({"w": np.arange(6, dtype=np.float32).reshape(2, 3)}, {"steps_done": 3})


def said(text: str) -> str:
    with pytest.raises(LabError) as caught:
        decode(text)
    words = str(caught.value)
    assert words[0].isupper()
    assert words.endswith(".")
    assert "\n" not in words
    return words


def forged(content: Any, head: str = f"descent:{CNN}:1:") -> str:
    """Return a text that is whole, with a content of one's own."""
    raw = content if isinstance(content, bytes) else zlib.compress(json.dumps(content).encode())
    body = f"{head}{base64.urlsafe_b64encode(raw).decode().rstrip('=')}:"
    return body + sharing._checksum(body)


numbers = st.sampled_from(DTYPES).flatmap(
    lambda dtype: arrays.arrays(np.dtype(dtype), arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
)
counters = st.dictionaries(
    st.text(max_size=8), st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.integers(), max_size=3)
)


@given(st.dictionaries(st.text(max_size=8), numbers, max_size=5), counters, st.integers(0, 10**9))
def test_what_is_copied_is_what_is_pasted_to_the_bit(
    tensors: dict[str, np.ndarray[Any, Any]], more: dict[str, Any], steps: int
) -> None:
    state = State(tensors, {**more, "steps_done": steps})
    text = encode(CNN, tiny(), state)
    found = decode(text)
    assert (found.experiment, found.params) == (CNN, tiny())
    assert found.state is not None
    assert found.state.step == steps
    # NaN is not equal to itself, but it is written in the same way.
    assert json.dumps(found.state.counters, sort_keys=True) == json.dumps(state.counters, sort_keys=True)
    assert found.state.tensors.keys() == tensors.keys()
    for name, array in tensors.items():
        again = found.state.tensors[name]
        assert (again.dtype, again.shape, again.tobytes()) == (array.dtype, array.shape, array.tobytes())
        assert again.flags.writeable
    assert encode(found.experiment, found.params, found.state) == text


def test_other_orders_of_bytes_and_axes_are_the_same_numbers() -> None:
    array = np.arange(12.0).reshape(3, 4)
    for variant in (array.astype(">f8"), np.asfortranarray(array), array[::-1][::-1], torch.tensor(array)):
        found = decode(encode(CNN, tiny(), State({"w": variant}, {"steps_done": 1})))
        assert found.state is not None
        np.testing.assert_array_equal(found.state.tensors["w"], array)


@pytest.mark.parametrize("identifier", sorted(experiments()))
def test_parameters_of_every_experiment(identifier: str) -> None:
    params = experiment(identifier).params()
    assert decode(encode(identifier, params, None)) == Shared(identifier, params, None)


def test_it_begins_with_words_that_can_be_read() -> None:
    assert encode(CNN, tiny(), None).startswith("descent:cnn.mnist:1:")


def test_mails_break_lines_and_put_words_before_and_after() -> None:
    text = encode(CNN, tiny(), small_state())
    quoted = "".join(f"> {line}\r\n" for line in textwrap.wrap(text, 60, break_on_hyphens=False))
    for changed in (
        f"  {text}\n",
        quoted,
        f"On descent: look!\n\n{quoted}",
        f"\u200f\u2066{text}\u2069",
        "\n".join(text),
        f"“{text}”",
        f"{text} Have fun.",
    ):
        found = decode(changed)
        assert found.params == tiny()
        assert found.state is not None
        assert found.state.step == 3


# Going on from it.


def drive(session: sessions.Session, until: int) -> None:
    for event in session.events:
        if isinstance(event, Progress) and event.step >= until:
            return


def rest(session: sessions.Session) -> tuple[dict[str, float], State]:
    values = [dict(event.values) for event in session.events if isinstance(event, Metrics)]
    state = session.experiment.state()
    assert state is not None
    return values[-1], state


@pytest.fixture
def begun() -> Iterator[sessions.Session]:
    session = sessions.start(CNN, tiny(dropout="0.2"), 1)
    drive(session, 20)
    yield session
    session.close()


def test_a_network_goes_on_exactly_where_it_was_copied(begun: sessions.Session) -> None:
    text = encode(CNN, begun.params, begun.experiment.state())
    expected, expected_state = rest(begun)
    pasted = sessions.start_from(decode(text), 1)
    assert pasted.params == begun.params
    assert pasted.run is not None
    assert begun.run is not None
    assert pasted.run.folder != begun.run.folder
    # Before its first step it says where it stands, and is there.
    first = next(event for event in pasted.events if isinstance(event, Progress))
    assert first.step == 20
    state = pasted.experiment.state()
    assert state is not None
    assert encode(CNN, pasted.params, state) == text
    found, found_state = rest(pasted)
    assert found == expected
    assert found_state.counters == expected_state.counters
    for name, tensor in expected_state.tensors.items():
        assert torch.equal(found_state.tensors[name], tensor), name


DENSE = [name for name, chosen in experiments().items() if issubclass(chosen, DenseExperiment)]


@pytest.mark.parametrize("identifier", DENSE)
def test_a_dense_network_goes_on_exactly_where_it_was_copied(identifier: str) -> None:
    params = small(experiment(identifier), epochs=12)
    whole = sessions.start(identifier, params, 1)
    drive(whole, 5)
    text = encode(identifier, params, whole.experiment.state())
    pasted = sessions.start_from(decode(text), 1)
    drive(pasted, 5)
    assert encode(identifier, params, pasted.experiment.state()) == text
    (expected, state), (found, found_state) = rest(whole), rest(pasted)
    assert found == expected
    assert encode(identifier, params, found_state) == encode(identifier, params, state)


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "adam"])
def test_batches_dropout_and_normalisation_go_on_exactly(optimiser: str) -> None:
    random = np.random.default_rng(3)
    recipe = TrainingSpec(
        MLPSpec(2, (Layer(5, "tanh", batch_norm=True, dropout=0.3), Layer(1, "identity"))),
        "mse",
        random.normal(size=(23, 2)),
        random.normal(size=(23, 1)),
        optimiser=optimiser,
        learning_rate=0.01,
        batch_size=5,
        epochs=9,
        seed=4,
    )
    whole, again = Learner(recipe), Learner(recipe)
    for _ in range(4):
        whole.train_epoch()
    shared = decode(encode(CNN, tiny(), whole.state()))
    assert shared.state is not None
    again.restore(shared.state)
    for _ in range(5):
        assert again.train_epoch() == whole.train_epoch()
    assert encode(CNN, tiny(), again.state()) == encode(CNN, tiny(), whole.state())


def test_a_finished_run_is_finished(begun: sessions.Session) -> None:
    expected, state = rest(begun)
    pasted = sessions.start_from(decode(encode(CNN, begun.params, state)), 1)
    events = list(pasted.events)
    assert not any(isinstance(event, Progress) for event in events)
    assert events[-1] == Metrics(expected)


def test_parameters_alone_begin_at_the_beginning() -> None:
    session = sessions.start_from(
        decode(encode("gradient_descent.line", experiment("gradient_descent.line").params(), None)), 1
    )
    assert session.context.restored is None
    assert next(event for event in session.events if isinstance(event, Progress)).step == 1
    session.close()


def test_a_state_of_another_network_is_said_before_the_first_step(begun: sessions.Session) -> None:
    state = begun.experiment.state()
    assert state is not None
    other = sessions.start_from(decode(encode(CNN, tiny(network=typed(units=(9,))), state)), 1)
    with pytest.raises(RunError, match="another network"):
        list(other.events)
    del state.counters["seen"]
    older = sessions.start_from(decode(encode(CNN, begun.params, state)), 1)
    with pytest.raises(SharingError, match="does not fit its experiment here: 'seen'"):
        list(older.events)


# What cannot be copied.


def test_too_many_numbers_for_a_text() -> None:
    most = State({"w": np.zeros(MOST_NUMBERS, np.float32)}, {"steps_done": 1})
    assert decode(encode(CNN, tiny(), most)).state is not None
    more = State({"w": np.zeros(MOST_NUMBERS, np.float32), "b": np.zeros(1)}, {"steps_done": 1})
    with pytest.raises(SharingError, match="more than 200,000 numbers"):
        encode(CNN, tiny(), more)
    noise = np.random.default_rng(1).normal(size=MOST_NUMBERS)
    with pytest.raises(SharingError, match="may have at most 1,000,000"):
        encode(CNN, tiny(), State({"w": noise}, {"steps_done": 1}))


def test_what_is_too_large_is_copied_without_its_state() -> None:
    made = copy(CNN, tiny(), State({"w": np.zeros(MOST_NUMBERS + 1)}, {"steps_done": 8}))
    assert made.step is None
    assert "200,000" in str(made.problem)
    assert decode(made.text) == Shared(CNN, tiny(), None)
    made = copy(CNN, tiny(), small_state())
    assert (made.step, made.problem) == (3, None)


# Damage.


@pytest.mark.parametrize("text", ["", " \n", "hello", "https://example.org/descent", "descent", '{"descent": 1}'])
def test_not_of_descent(text: str) -> None:
    assert said(text).startswith("This is no text that Descent copied")


def test_of_a_newer_version() -> None:
    text = encode(CNN, tiny(), small_state()).replace(":1:", ":2:", 1)
    assert "copied by a newer Descent, in format 2; this one reads up to 1" in said(text)


def test_cut_off_anywhere() -> None:
    text = encode(CNN, tiny(), small_state())
    for end in range(len("descent:"), len(text)):
        assert said(text[:end]).startswith("This text is cut off"), end


def test_one_character_changed_anywhere_in_the_content() -> None:
    text = encode(CNN, tiny(), small_state())
    for place in range(len(f"descent:{CNN}:1:"), len(text)):
        if text[place] == ":":
            continue
        changed = text[:place] + ("f" if text[place] != "f" else "e") + text[place + 1 :]
        assert said(changed).startswith("This text was changed after it was copied"), place


def test_of_an_experiment_that_is_not_here() -> None:
    text = forged({"params": {}}, head="descent:cnn.unknown:1:")
    assert said(text) == "This text is of the experiment cnn.unknown, which is not here."


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"learning_rate": 1e9}, "Learning rate: "),
        ({"wings": 2}, "wings is not a parameter here"),
        ({"schema_version": 99}, "newer Descent"),
        (None, "must be a JSON object"),
    ],
)
def test_parameters_that_are_not_allowed(params: Any, words: str) -> None:
    sentence = said(forged({"params": params}))
    assert sentence.startswith("The parameters in this text are not allowed here: ")
    assert words in sentence


def test_too_long() -> None:
    assert "too long" in said("descent:" + "a" * 3 * LONGEST_TEXT)
    assert "too long" in said(f"descent:{CNN}:1:{'A' * LONGEST_TEXT}:0123456789abcdef")


def test_a_small_text_that_unpacks_to_much_is_not_unpacked() -> None:
    bomb = forged(zlib.compress(b" " * 300_000_000 + b"{}", 9))
    assert len(bomb) < LONGEST_TEXT
    assert "does not hold what Descent writes" in said(bomb)


W = {"w": ["<f4", [2], base64.b64encode(bytes(8)).decode()]}
STEPS = {"steps_done": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"no zlib",
        zlib.compress(b"no json"),
        zlib.compress(b"[" * 100_000),
        zlib.compress(b'{"params": ' + b"9" * 5000 + b"}"),
        zlib.compress(b"{}") + b"more",
        zlib.compress(b"{}")[:-2],
        [],
        {"counters": STEPS},
        {"tensors": W},
        {"counters": [], "tensors": W},
        {"counters": STEPS, "tensors": []},
        {"counters": {}, "tensors": W},
        {"counters": {"steps_done": -1}, "tensors": W},
        {"counters": {"steps_done": True}, "tensors": W},
        {"counters": {"steps_done": 1.5}, "tensors": W},
        {"counters": STEPS, "tensors": {"w": 5}},
        {"counters": STEPS, "tensors": {"w": ["|O", [1], ""]}},
        {"counters": STEPS, "tensors": {"w": ["f4,f4", [1], ""]}},
        {"counters": STEPS, "tensors": {"w": ["<f4", [2, -1], W["w"][2]]}},
        {"counters": STEPS, "tensors": {"w": ["<f4", [True, 2], W["w"][2]]}},
        {"counters": STEPS, "tensors": {"w": ["<f4", "2", W["w"][2]]}},
        {"counters": STEPS, "tensors": {"w": ["<f4", [3], W["w"][2]]}},
        {"counters": STEPS, "tensors": {"w": ["<f4", [2], "AAA"]}},
        {"counters": STEPS, "tensors": {"w": ["<f4", [2], "é" + W["w"][2]]}},
        {"counters": STEPS, "tensors": {"w": ["<f4", [0, 10**30], ""]}},
        {"counters": STEPS, "tensors": {"w": ["<f4", [1] * 100, "AAAAAA=="]}},
    ],
)
def test_whole_but_of_something_else(content: Any) -> None:
    if isinstance(content, dict):
        content = {"params": tiny().to_json(), **content}
    assert "does not hold what Descent writes" in said(forged(content))


def test_a_shape_that_is_too_large_is_not_made() -> None:
    state = {"counters": STEPS, "tensors": {"w": ["<f4", [10**9, 10**9], ""]}}
    assert "200,000 numbers" in said(forged({"params": tiny().to_json(), **state}))
    many = {str(place): ["|u1", [60_000], base64.b64encode(bytes(60_000)).decode()] for place in range(4)}
    assert "200,000 numbers" in said(forged({"params": tiny().to_json(), "counters": STEPS, "tensors": many}))


def read(text: str) -> Shared | None:
    """Return what a text holds, None where it is refused by a sentence; every other error is raised."""
    try:
        return decode(text)
    except LabError as error:
        return None if str(error) else pytest.fail("nothing is said")


WHOLE = encode(CNN, tiny(), small_state())


@given(st.data())
@settings(max_examples=300)
def test_a_random_change_is_an_error_or_changes_nothing(data: st.DataObject) -> None:
    text = WHOLE
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 8)))
        between = data.draw(st.text(max_size=4) | st.sampled_from([":", "descent:", text[:20], text[-20:]]))
        text = text[:start] + between + text[end:]
    found = read(text)
    if found is not None:
        assert found.state is not None
        assert encode(found.experiment, found.params, found.state) == WHOLE


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
)


@given(json_values, json_values, json_values, st.sampled_from(sorted(tiny().specs())))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_any_content_is_an_error_or_a_run(params: Any, counted: Any, tensors: Any, field: str) -> None:
    for content in (
        params,
        {"params": params, "counters": counted, "tensors": tensors},
        {"params": {**tiny().to_json(), field: params}, "counters": {"steps_done": 1, "a": counted}, "tensors": W},
        {"params": tiny().to_json(), "counters": STEPS, "tensors": {"w": tensors, "v": ["<f8", counted, ""]}},
    ):
        found = read(forged(content))
        assert found is None or found.experiment == CNN
