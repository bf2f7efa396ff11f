"""Digits and dense networks: programs, and what scrambling and a missing digit do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.core.catalogue import experiment
from lab.core.code import Code
from lab.core.events import Event, Histogram, ImageRows, LayerTree, Metrics, Predictions, Progress, Scalars, made
from lab.core.experiment import Context, State
from lab.core.figures import Bars, Table
from lab.data.store import DataStore
from lab.topics.ann.missing import left_out
from lab.topics.ann.scrambled import order, scramble
from tests.lab.contracts import printed
from tests.lab.digits import Few

NAMES = ("ann.mnist", "ann.scrambled", "ann.missing")
SMALL: dict[str, Any] = {"hidden": (12,), "epochs": 2, "batch_size": 64, "optimiser": "adam", "learning_rate": 0.003}
STORE = DataStore(Path("unused"))


def ran(name: str, data: DataStore | None = None, *, seen: bool = False, **values: Any) -> list[Event]:
    chosen = experiment(name)
    context = Context("cpu", data or Few())
    if seen:
        context = replace(context, due=lambda _kind, _name: True)
    return list(chosen().run(chosen.params(**{**SMALL, **values}), context))


def metrics(events: list[Event]) -> Mapping[str, float]:
    assert isinstance(events[-1], Metrics)
    return events[-1].values


def newest(events: list[Event], kind: type[Event], name: str) -> Any:
    return [event for event in events if isinstance(event, kind) and getattr(event, "name", "") == name][-1]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ann.mnist", {"dropout": 0.2, "batch_norm": True}),
        ("ann.mnist", {"optimiser": "sgd", "learning_rate": 0.1, "initialisation": "kaiming_normal"}),
        ("ann.scrambled", {}),
        ("ann.scrambled", {"follow": True, "hidden": (12, 6)}),
        ("ann.missing", {"missing": 4}),
    ],
)
def test_the_program_prints_the_metrics_of_the_page(name: str, values: dict[str, Any]) -> None:
    chosen = experiment(name)
    params = chosen.params(**{**SMALL, "epochs": 1, "batch_size": 256, **values})
    [code] = [event for event in made(chosen().preview(params, STORE)) if isinstance(event, Code)]
    found = metrics(list(chosen().run(params, Context("cpu", STORE))))
    numbers = printed(code.source)
    assert len(numbers) >= 4
    for key, [number] in numbers.items():
        assert number == pytest.approx(found[key], abs=2e-5), key


@pytest.mark.parametrize("name", NAMES)
def test_a_run_that_was_interrupted_ends_like_one_that_was_not(name: str) -> None:
    chosen = experiment(name)
    params = chosen.params(**SMALL)
    whole = metrics(ran(name))
    instance = chosen()
    steps = 0
    for event in instance.run(params, Context("cpu", Few())):
        steps += isinstance(event, Progress)
        if steps == 30:  # In the middle of the second epoch.
            break
    state = instance.state()
    assert isinstance(state, State)
    again = list(chosen().run(params, Context("cpu", Few(), restored=state)))
    assert metrics(again) == whole


def test_test_images_are_never_learned() -> None:
    chosen = experiment("ann.mnist")
    sources = chosen().setup(chosen.params(), STORE).sources
    learned, tested = ({image.tobytes() for image in sources[part].inputs.numpy()} for part in ("train", "test"))
    assert not learned & tested


def test_a_page_of_digits_shows_layers_mistakes_and_answers() -> None:
    events = ran("ann.mnist", seen=True)
    assert [layer.kind for layer in newest(events, LayerTree, "network").layers][1:] == [
        "Flatten", "Linear", "ReLU", "Linear",
    ]  # fmt: skip
    predictions = newest(events, Predictions, "test")
    right = float((predictions.predicted == predictions.truth).mean())
    assert right == pytest.approx(metrics(events)["test_accuracy"], abs=1e-12)
    [panel] = newest(events, Bars, "answer").panels
    assert panel.values.sum() == pytest.approx(1, abs=1e-6)
    assert panel.values.max() == pytest.approx(predictions.confidence[0], abs=1e-6)


def test_the_picked_image_is_answered_for() -> None:
    instance = experiment("ann.mnist")()
    list(instance.run(experiment("ann.mnist").params(**SMALL), Context("cpu", Few())))
    shown = list(made(instance.query({"image": 11})))
    predictions, answer = newest(shown, Predictions, "test"), newest(shown, Bars, "answer")
    assert int(answer.panels[0].values.argmax()) == predictions.predicted[11]
    assert not [event for event in shown if isinstance(event, Histogram)]


def test_histograms_begin_before_the_first_step_and_end_with_the_last() -> None:
    # Also where nobody watches: they are the history of the run.
    events = [event for event in ran("ann.mnist") if isinstance(event, Histogram)]
    assert {event.name for event in events} == {"weights/hidden1.weight", "weights/output.weight"}
    steps = [event.step for event in events if event.name == "weights/output.weight"]
    assert steps == [0, 24, 48]
    assert all(event.counts.sum() == 120 for event in events if event.name == "weights/output.weight")


# Scrambled.


def test_one_order_for_all_moves_each_pixel_alike_and_an_order_for_each_keeps_only_the_ink() -> None:
    dataset = Few().load("digits")
    before = dataset.train.images.reshape(-1, 784)
    fixed, each = (scramble(dataset, way, 3)[0].reshape(-1, 784) for way in ("fixed", "each"))
    np.testing.assert_array_equal(fixed, before[:, order(3)])
    assert sorted(order(3)) == list(range(784))
    np.testing.assert_array_equal(np.sort(each, axis=1), np.sort(before, axis=1))
    assert not any(np.array_equal(each[0][order(3)], each[place]) for place in range(1, 20))
    # An image has its own order in the test too, and it is the same one in all epochs.
    np.testing.assert_array_equal(scramble(dataset, "each", 3)[1], scramble(dataset, "each", 3)[1])


def test_with_the_weights_in_the_same_order_nothing_changes_at_all() -> None:
    found = metrics(ran("ann.scrambled", follow=True))
    for measure in ("train_loss", "test_loss", "test_accuracy"):
        assert found[f"fixed_{measure}"] == pytest.approx(found[f"plain_{measure}"], abs=1e-4)
    other = metrics(ran("ann.scrambled"))
    assert abs(other["fixed_train_loss"] - other["plain_train_loss"]) > 1e-3


def test_the_means_of_digits_survive_one_order_and_not_one_for_each() -> None:
    chosen = experiment("ann.scrambled")
    rows = newest(list(made(chosen().preview(chosen.params(), STORE))), ImageRows, "means").rows
    plain, fixed, each = (images.reshape(10, 784) for _, images in rows)
    np.testing.assert_allclose(fixed, plain[:, order(7)], atol=1e-3)
    assert each.std(axis=1).max() < 0.2 * plain.std(axis=1).min()


@pytest.mark.parametrize("seed", range(5))
def test_scrambled_alike_is_learned_as_well_and_scrambled_each_is_lost(seed: int) -> None:
    found = metrics(ran("ann.scrambled", STORE, hidden=(64, 32, 32), epochs=3, seed=seed))
    assert 0.90 < found["plain_test_accuracy"] < 0.97
    assert found["fixed_test_accuracy"] == pytest.approx(found["plain_test_accuracy"], abs=0.025)
    assert found["each_test_accuracy"] < 0.35


# Missing.


def test_the_missing_digit_is_in_no_lesson_and_in_no_test_of_the_others() -> None:
    chosen = experiment("ann.missing")
    sources = chosen().setup(chosen.params.from_texts({"missing": "4"}), STORE).sources
    dataset = STORE.load("digits")
    assert 4 not in sources["train"].targets and 4 not in sources["test"].targets
    assert set(sources["missing"].targets.tolist()) == {4}
    whole = len(dataset.train) + len(dataset.test)
    assert sum(map(len, sources.values())) == whole
    assert len(left_out(dataset, 4)) == len(sources["missing"])


def test_its_bias_is_pushed_down_by_its_probability_in_every_batch() -> None:
    chosen = experiment("ann.missing")
    setup = chosen().setup(chosen.params(), Few())
    inputs, targets = setup.sources["train"].part(0, 200)
    outputs = setup.model(inputs)
    setup.task.loss(outputs, targets).backward()
    gradient = float(setup.model[-1].bias.grad[7])
    outputs = outputs.detach()
    assert gradient == pytest.approx(float(outputs.softmax(1)[:, 7].mean()), rel=1e-5)
    assert gradient == pytest.approx(0.1, abs=0.03)  # The course's comment calls this output "never trained".


@pytest.mark.parametrize("seed", range(5))
def test_the_output_is_pushed_down_and_most_sevens_become_nines(seed: int) -> None:
    events = ran("ann.missing", STORE, hidden=(64, 32, 32), epochs=3, seed=seed, seen=True)
    found = metrics(events)
    assert 0.05 < found["untrained_probability"] < 0.15
    assert found["missing_probability"] < 0.003
    assert found["missing_accuracy"] == found["taken_for_7"] == 0
    assert found["bias_change"] < -0.05
    shares = [found[f"taken_for_{digit}"] for digit in range(10)]
    assert sum(shares) == pytest.approx(1)
    assert np.argmax(shares) == 9
    assert 0.87 < found["test_accuracy"] < 0.98
    taken, output = newest(events, Bars, "taken"), newest(events, Table, "output")
    np.testing.assert_allclose(taken.panels[0].values, 100 * np.array(shares))
    assert [cell.value for cell in output.rows[0][1:]] == pytest.approx(
        [found["untrained_probability"], found["missing_probability"]], abs=1e-9
    )
    before = next(event for event in events if isinstance(event, Scalars) and event.name == "epoch")
    assert before.values["missing_probability"] == pytest.approx(found["untrained_probability"], abs=1e-6)
