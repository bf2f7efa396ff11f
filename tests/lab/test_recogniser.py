"""The shipped network, and networks of runs, answer single images."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lab.core.catalogue import experiment
from lab.core.events import FeatureMaps, Picture, Probabilities, Weights, made
from lab.core.experiment import Context
from lab.core.text import RunError
from lab.data.finding import find_drawn
from lab.data.store import DataStore
from lab.running.classifier import MODELS, Recogniser, load_model, read_card
from tests.lab.strokes import LETTERS, NOT_DIGITS, digit_strokes, place, render


@pytest.fixture(scope="module")
def shipped() -> Recogniser:
    return Recogniser(load_model("digits"))


def test_it_is_as_good_as_its_card_says(shipped: Recogniser, tmp_path: Path) -> None:
    test = DataStore(tmp_path).load("digits").test
    accuracy = float((shipped.probabilities(test.images).argmax(1) == test.labels).mean())
    assert accuracy >= 0.993
    assert accuracy == pytest.approx(read_card()["test_accuracy"], abs=1e-9)


def test_it_is_small_and_its_card_tells_how_it_was_made() -> None:
    assert (MODELS / "digits" / "model.safetensors").stat().st_size < 2_000_000
    card = read_card()
    assert card["command"].startswith("python main.py run cnn.mnist --params resources/models/digits/")
    assert {"data", "seed", "test_accuracy", "seconds", "versions"} <= card.keys()
    made = experiment("cnn.mnist").params.from_json(card["params"])
    assert made.seed == card["seed"]
    # What the command reads means what it meant when the model was made.
    by_hand = json.loads((MODELS / "digits" / "params.json").read_text(encoding="utf-8"))
    assert experiment("cnn.mnist").params.from_json(by_hand) == made


@pytest.mark.parametrize("size", [0.7, 0.85])
@pytest.mark.parametrize("pen", [6, 10, 22, 40])
def test_mouse_drawn_digits_are_recognised(shipped: Recogniser, pen: int, size: float) -> None:
    wrong = []
    for digit in range(10):
        for variant, strokes in enumerate(digit_strokes(digit)):
            seen = find_drawn(render(place(strokes, size=size), 280, pen)).image
            assert seen is not None
            if shipped.judge(seen).label != str(digit):
                wrong.append((digit, variant))
    assert not wrong


def test_it_is_sure_of_digits_and_rarely_sure_of_none(shipped: Recogniser, tmp_path: Path) -> None:
    test = DataStore(tmp_path).load("digits").test
    answers = [shipped.judge(image) for image in test.images[:500]]
    assert np.mean([answer.sure for answer in answers]) >= 0.95
    seen = [find_drawn(render(place(strokes), 280, 22)).image for strokes in NOT_DIGITS.values()]
    assert len(seen) >= 15
    assert np.mean([image is not None and shipped.judge(image).sure for image in seen]) <= 0.25


@pytest.fixture(scope="module")
def letters() -> Recogniser:
    return Recogniser(load_model("letters"))


def test_the_letters_are_as_its_card_says_and_in_fonts_that_it_never_saw(letters: Recogniser, tmp_path: Path) -> None:
    test = DataStore(tmp_path).load("synthetic-letters").test
    accuracy = float((letters.probabilities(test.images).argmax(1) == test.labels).mean())
    card = read_card("letters")
    assert accuracy >= 0.95
    assert accuracy == pytest.approx(card["test_accuracy"], abs=1e-9)
    assert "never saw real handwriting" in card["what"]
    assert card["command"].startswith("python main.py run cnn.mnist --params resources/models/letters/")
    by_hand = json.loads((MODELS / "letters" / "params.json").read_text(encoding="utf-8"))
    read = experiment("cnn.mnist").params.from_json
    assert read(by_hand) == read(card["params"])
    assert {"data", "seed", "seconds", "versions", "parameters"} <= card.keys()


@pytest.mark.parametrize("pen", [14, 22, 32])
def test_mouse_drawn_letters_are_recognised(letters: Recogniser, pen: int) -> None:
    wrong = []
    for name, strokes in LETTERS.items():
        found = find_drawn(render(place(strokes), 280, pen))
        assert found.image is not None
        # The dot of a small i belongs to it.
        assert found.count == 1, name
        if letters.judge(found.image).label != name[0].upper():
            wrong.append(name)
    assert len(wrong) <= 1


def test_it_is_sure_of_letters_and_rarely_of_what_is_none(letters: Recogniser, tmp_path: Path) -> None:
    test = DataStore(tmp_path).load("synthetic-letters").test
    answers = [letters.judge(image) for image in test.images[600:1000]]
    assert np.mean([answer.sure for answer in answers]) >= 0.9
    right = next(answer for answer in answers if answer.sure)
    assert str(right.verdict) == f"This is {right.label}."
    none = [strokes for name, strokes in NOT_DIGITS.items() if name not in LETTERS]
    seen = [find_drawn(render(place(strokes), 280, 22)).image for strokes in none]
    assert len(seen) >= 8
    assert np.mean([image is not None and letters.judge(image).sure for image in seen]) <= 0.35


def test_nothing_drawn_gives_no_answer(tmp_path: Path) -> None:
    chosen = experiment("draw.digit")
    instance = chosen()
    running = instance.run(chosen.params(), Context("cpu", DataStore(tmp_path)))
    next(running)
    answers = {type(event): event for event in made(instance.query({"drawing": np.zeros((280, 280), np.uint8)}))}
    assert answers[Picture].image is None
    assert answers[Probabilities].values is None
    assert FeatureMaps not in answers
    running.close()


def test_a_drawing_made_before_the_network_is_there_is_answered_when_it_is(tmp_path: Path) -> None:
    chosen = experiment("draw.digit")
    instance = chosen()
    drawing = render(digit_strokes(7)[0], 280, 22)
    early = list(made(instance.query({"drawing": drawing})))
    assert [type(event) for event in early] == [Picture]
    running = instance.run(chosen.params(), Context("cpu", DataStore(tmp_path)))
    for event in running:
        if isinstance(event, Probabilities):
            assert str(event.verdict) == "This is 7."
            break
    running.close()


def test_activations_end_with_the_scores_of_the_answer(shipped: Recogniser) -> None:
    seen = find_drawn(render(digit_strokes(3)[0], 280, 22)).image
    assert seen is not None
    scores = dict(shipped.activations(seen))["output"][:, 0, 0]
    shares = np.exp(scores - scores.max())
    assert shipped.probabilities(seen[None])[0] == pytest.approx(shares / shares.sum(), abs=1e-5)


def test_what_is_no_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="There is no model"):
        load_model(str(tmp_path / "nothing"))
    with pytest.raises(RunError, match="There is no run in"):
        load_model(str(tmp_path))


def test_the_network_of_a_training_answers_until_there_are_other_weights() -> None:
    kept = load_model("digits")
    weights = Weights("network", kept.arrays, {**kept.params.to_json(), "dataset": "digits"}, kept.classes, 5)
    instance = experiment("draw.digit")()
    drawing = render(place(digit_strokes(7)[0]), 280, 22)
    list(made(instance.query({"weights": weights, "drawing": drawing})))
    built = instance._recogniser
    answers = list(made(instance.query({"drawing": drawing})))
    assert instance._recogniser is built
    assert any(isinstance(event, Probabilities) and str(event.verdict) == "This is 7." for event in answers)
    list(made(instance.query({"weights": replace(weights, step=6), "drawing": drawing})))
    assert instance._recogniser is not built
