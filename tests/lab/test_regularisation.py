"""Regularisers: what they do to a training, against torch and by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats
from torch.nn import functional

from lab.core.catalogue import experiment
from lab.data.clusters import RADII, SPREADS
from lab.data.store import DataStore
from lab.maths.chance import mean_interval
from lab.nets.dense.spec import Layer, MLPSpec
from lab.nets.registry import losses
from lab.sweeps.grid import Axis
from lab.sweeps.outcomes import Results
from lab.sweeps.within import seeds
from lab.sweeps.within import within as swept
from lab.topics.regularisation.augmentation_noise import NoiseParams
from lab.topics.regularisation.augmentation_noise.noisy import KINDS, PLAIN, Noisy, disturbed, smoothed
from lab.topics.regularisation.batches import BatchesParams, last, sizes
from lab.topics.regularisation.dropout import DropoutParams, averaged, with_dropout
from lab.topics.regularisation.dropout.layer import masks
from lab.topics.regularisation.dropout.rates import BEST
from lab.topics.regularisation.examples import EACH
from lab.topics.regularisation.weights import WeightsParams, three
from lab.topics.regularisation.weights.decay import decay
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import training_code
from tests.lab.contracts import prints_its_metrics
from tests.lab.test_ensemble import agree, recipes

STORE = DataStore(Path("unused"))


def finished(learner: Learner) -> Learner:
    while not learner.finished:
        learner.train_epoch()
    return learner


# What a training can do besides.


@pytest.mark.parametrize(
    "options",
    [
        {"batch_size": 7, "drop_last": True},
        {"l2_biases": True},
        {"l1_proximal": True},
        {"batch_size": 7, "drop_last": True, "l1_proximal": True, "l2_biases": True, "optimiser": "adam"},
    ],
)
def test_ensembles_know_it_too(options: dict[str, Any]) -> None:
    agree(recipes([(Layer(6, "tanh"), Layer(1, "identity"))] * 3, "bce_logits", **options))


@pytest.mark.parametrize(
    "options",
    [
        {"batch_size": 7, "drop_last": True},
        {"l2": 0.1, "l2_biases": True},
        {"l1": 0.05, "l1_proximal": True},
        {"batch_size": 7, "dropout": 0.4},
        {"dropout": 0.4},
    ],
)
def test_programs_know_it_too(options: dict[str, Any]) -> None:
    generator = np.random.default_rng(3)
    dropout = options.pop("dropout", 0.0)
    plan = MLPSpec(2, (Layer(6, "relu", dropout=dropout), Layer(6, "relu", dropout=dropout), Layer(1, "identity")))
    inputs, targets = generator.normal(size=(31, 2)), generator.integers(0, 2, (31, 1)).astype(float)
    recipe = TrainingSpec(plan, "bce_logits", inputs, targets, 0.1, 20, 5, **options)
    network = finished(Learner(recipe)).network
    said = losses.value("bce_logits", network.outputs(inputs), targets)
    right = recipe.right(network.outputs(inputs), targets).mean()
    prints_its_metrics(training_code(recipe), {"loss": said, "accuracy": right}, relative=1e-9)


def test_drop_last_leaves_out_what_a_loader_leaves_out() -> None:
    for count, size in ((120, 64), (120, 32), (120, 16), (120, 8), (31, 40)):
        plan = MLPSpec(1, (Layer(1, "identity"),))
        inputs = np.zeros((count, 1))
        recipe = TrainingSpec(plan, "mse", inputs, inputs, 0.1, 1, 0, batch_size=size, drop_last=True)
        learner = finished(Learner(recipe))
        loader = torch.utils.data.DataLoader(list(range(count)), batch_size=size, drop_last=True)
        # Torch would learn nothing at all from fewer examples than a batch; here they are one.
        assert learner.steps == recipe.batches == max(1, len(loader))
        assert recipe.left_out == (count - len(loader) * size if len(loader) else 0)


# The doughnut.


def test_nobody_tells_the_rings_apart_better_than_its_note_says() -> None:
    step = 0.1
    places = np.arange(-32, 32, step)
    turns = np.linspace(0, 4 * np.pi, EACH)
    densities = []
    for radius, spread in zip(RADII, SPREADS, strict=True):
        x, y = (
            stats.norm.pdf(places[:, None], radius * middles, deviation)
            for middles, deviation in zip((np.cos(turns), np.sin(turns)), spread, strict=True)
        )
        densities.append(x @ y.T / EACH * step**2)
    assert [each.sum() for each in densities] == pytest.approx([1, 1], abs=1e-8)
    # The best rule answers with the class that is likelier where a point lies.
    assert np.maximum(*densities).sum() / 2 == pytest.approx(0.88814, abs=5e-6)
    assert round(0.88814, 3) == BEST


# Dropout.


def test_what_is_left_is_made_larger_as_torch_does() -> None:
    for rate in (0.0, 0.25, 0.5, 0.9):
        ours = masks(rate, 7, 4000)
        theirs = functional.dropout(torch.ones(4000, 10, dtype=torch.float64), rate, training=True).numpy()
        assert set(np.unique(ours.round(12))) <= {0.0, round(1 / (1 - rate), 12)}
        assert set(np.unique(theirs.round(12))) <= {0.0, round(1 / (1 - rate), 12)}
        assert ours.mean() == pytest.approx(1.0, abs=0.1)
        assert functional.dropout(torch.ones(10), rate, training=False).equal(torch.ones(10))


def test_training_is_measured_both_ways() -> None:
    params = DropoutParams(dropout=0.3, hidden=(24, 24), learning_rate=0.02, epochs=60)
    chosen = experiment("regularisation.dropout")()
    learner = finished(chosen.learner(params, STORE))
    found = chosen.metrics(params, learner.recipe, learner.network)
    assert found["gap"] == pytest.approx(found["accuracy"] - found["test_accuracy"])
    assert found["gap_with_dropout"] == pytest.approx(found["accuracy_with_dropout"] - found["test_accuracy"])
    assert found["accuracy_with_dropout"] < found["accuracy"]
    without = params.replace(dropout=0.0)
    learner = finished(chosen.learner(without, STORE))
    both = chosen.metrics(without, learner.recipe, learner.network)
    assert both["accuracy_with_dropout"] == both["accuracy"] and both["gap"] == both["gap_with_dropout"]
    assert with_dropout(learner.recipe, learner.network) == both["accuracy"]


def test_it_is_relu_that_moves_the_mean_of_the_outputs() -> None:
    params = DropoutParams(dropout=0.5, hidden=(32, 32), learning_rate=0.01, epochs=120)
    learner = finished(experiment("regularisation.dropout")().learner(params, STORE))
    network, inputs = learner.network, torch.tensor(learner.recipe.inputs)
    layers = [(torch.tensor(w), torch.tensor(b)) for w, b in zip(network.weights, network.biases, strict=True)]
    (a, a0), (b, b0), (c, c0) = layers
    with torch.random.fork_rng():
        torch.manual_seed(1)
        hidden = (inputs @ a + a0).relu()
        sums = torch.stack([functional.dropout(hidden, 0.5) @ b + b0 for _ in range(1000)])
    still = (hidden @ b + b0).relu() @ c + c0
    # Dropout keeps the mean of what a linear layer gives, and so that of its outputs; ReLU between them does not.
    assert (sums.mean(0) - hidden @ b - b0).abs().mean() < 0.1 * sums.std(0).mean()
    expected = sums.relu().mean(0) @ c + c0
    assert (expected - still).mean() < -0.1 or (expected - still).mean() > 0.1
    np.testing.assert_allclose(network.outputs(learner.recipe.inputs), still.numpy(), atol=1e-12)
    ours = averaged(learner.recipe, network)
    assert ours.mean() == pytest.approx(expected.mean().item(), abs=0.05)
    table = {
        str(row[0].value): row[1].value
        for row in experiment("regularisation.dropout")().numbers(params, learner).table.rows
    }
    assert table["mean output, dropout off"] == pytest.approx(still.mean().item())
    assert table["mean output, dropout on"] == pytest.approx(ours.mean())


def test_seeds_stop_at_the_last() -> None:
    assert seeds(DropoutParams(), 3) == (7, 8, 9)
    assert seeds(DropoutParams(seed=2**31 - 1), 3) == (2**31 - 3, 2**31 - 2, 2**31 - 1)


# Weights.


def test_the_notebook_can_move_a_weight_by_five_millionths() -> None:
    chosen, params = experiment("regularisation.weights")(), WeightsParams()
    learner = chosen.learner(params, STORE)
    found = chosen.metrics(params, learner.recipe, learner.network)
    assert found["push"] == pytest.approx(1000 * 0.005 * 0.005 / 4544, rel=1e-12)
    assert found["push"] == pytest.approx(5.5e-6, rel=1e-3)
    finished(learner)
    by_kind = three.by_kind(learner)
    plain, l1 = (chosen.metrics(params, by_kind[kind].recipe, by_kind[kind].network) for kind in ("none", "l1"))
    # What the penalty changes is nothing that is seen.
    assert plain["accuracy"] == l1["accuracy"] and plain["test_accuracy"] == l1["test_accuracy"]
    assert abs(plain["loss"] - l1["loss"]) < 2e-5


def test_the_gradient_of_l1_makes_no_zeros_and_the_other_step_does() -> None:
    chosen = experiment("regularisation.weights")()
    counted = {}
    for proximal in (False, True):
        params = WeightsParams(l1=0.05, divided=False, proximal=proximal, epochs=300)
        network = finished(Learner(chosen.recipe(params, STORE))).network
        counted[proximal] = chosen.metrics(params, chosen.recipe(params, STORE), network)
    assert counted[False]["exact_zeros"] == 0 and counted[False]["zeros"] > 1000
    assert counted[True]["exact_zeros"] > 1000
    assert counted[True]["zeros"] == pytest.approx(counted[False]["zeros"], rel=0.05)


def test_weight_decay_of_torch_is_the_penalty_with_biases() -> None:
    params = WeightsParams(penalty="l2", epochs=100)
    rows = {
        str(row[0].value): row[3] for row in decay(experiment("regularisation.weights")().recipe(params, STORE)).rows
    }
    assert rows["λ/2·Σw², biases too"].mark == "good"
    assert rows["λ/2·Σw², weights only"].mark == rows["no penalty"].mark == "bad"


def test_the_three_begin_alike_and_are_counted_whole() -> None:
    learner = experiment("regularisation.weights")().learner(WeightsParams(), STORE)
    first, *others = (three.weights(one.network) for one in three.by_kind(learner).values())
    assert len(first) == 4544 and all((first == other).all() for other in others)
    assert all(histogram.counts.sum() == 4544 for histogram in three.histograms(learner))
    # With a rate that is far too high, weights grow to millions, or leave the range of numbers.
    learner.network.weights[0][0, 0] = 1e12
    assert all(
        histogram.counts.sum() == 4544 and len(histogram.edges) < 3000 for histogram in three.histograms(learner)
    )
    learner.network.weights[0][0, 0] = np.inf
    assert len(list(three.histograms(learner))) == 2


# Batches.


def test_updates_are_equal_where_they_should_be() -> None:
    learner = experiment("regularisation.batches")().learner(BatchesParams(), STORE)
    assert isinstance(learner, sizes.Sizes)
    done = {key: learner[key].recipe.epochs * learner[key].recipe.batches for key in learner.keys}
    assert [done["epochs", size] for size in sizes.SIZES] == [30000, 15000, 7500, 3500, 1500, 500]
    assert {done["updates", size] for size in sizes.SIZES} == {4200}


def test_all_go_as_far_as_the_one_of_the_result() -> None:
    params = BatchesParams(batch_size=10, equal="updates", epochs=4, updates=60)
    learner = experiment("regularisation.batches")().learner(params, STORE)
    assert isinstance(learner, sizes.Sizes)
    finished(learner)
    assert all(learner[key].finished for key in learner.keys) and ("epochs", 10) in learner.keys
    assert learner.history(("updates", 64))[-1, :2].tolist() == [60, 60]


def test_two_of_thirty_count_a_quarter_each() -> None:
    answers = np.ones(30)
    answers[-1] = 0
    assert last.by_batches(answers, 2) == pytest.approx(0.75)
    assert last.by_batches(answers, 15) == pytest.approx(answers.mean())
    table = last.table(answers, 2)
    assert table.rows[1][4].value == 0.25 and table.rows[0][4].value == pytest.approx(1 / 56)


# Noise.


def test_smoothed_labels_are_those_of_torch() -> None:
    generator = np.random.default_rng(0)
    logits, labels = generator.normal(size=(20, 1)), generator.integers(0, 2, 20)
    ours = losses.value("bce_logits", logits, smoothed(labels[:, None].astype(float), 0.3))
    # A sigmoid of z is a softmax of 0 and z.
    both = torch.tensor(np.concatenate([np.zeros((20, 1)), logits], 1))
    theirs = functional.cross_entropy(both, torch.tensor(labels), label_smoothing=0.3)
    assert ours == pytest.approx(theirs.item(), abs=1e-12)


def test_labels_drawn_anew_are_smoothed_ones_in_the_mean() -> None:
    targets, noise = np.array([[0.0], [1.0]] * 20_000), np.random.default_rng(1)
    drawn = disturbed("labels", 0.3, targets, targets, noise)[1]
    for label in (0.0, 1.0):
        of = targets == label
        assert drawn[of].mean() == pytest.approx(smoothed(np.array([label]), 0.3)[0], abs=0.01)


@pytest.mark.parametrize("kind", ["inputs", "labels", "smoothing", "weights"])
def test_no_noise_is_no_noise_and_the_other_network_hears_nothing_of_it(kind: str) -> None:
    params = NoiseParams(hidden=(8,), epochs=5, each=20)
    recipe = experiment("regularisation.augmentation_noise")().recipe(params, STORE)
    plain = finished(Learner(recipe)).network.weights
    quiet, loud = finished(Noisy(recipe, kind, 0.0)), finished(Noisy(recipe, kind, 0.5))
    assert isinstance(loud, Noisy)
    for place, weight in enumerate(plain):
        np.testing.assert_allclose(quiet.network.weights[place], weight, atol=1e-12)
        assert (loud.others[PLAIN].network.weights[place] == weight).all()
        assert not np.allclose(loud.network.weights[place], weight)


# What the lessons say of several seeds, with a margin.


def ended(name: str, params: Any, axis: str, values: tuple[float, ...], networks: int) -> dict[str, np.ndarray]:
    """Return the metrics (values, networks) of a sweep."""
    kept: list[Results] = []
    axes = Axis(axis, values), Axis("seed", seeds(params, networks))
    for _event in swept(name, params, axes, STORE, params.epochs, lambda results: kept.append(results) or ()):
        pass
    results = kept[-1]
    return {metric: results.grid(metric)[..., 0] for metric in results.names()}


def within(values: np.ndarray) -> tuple[float, float]:
    """Return the mean and half the width of its 95 % interval."""
    low, high = mean_interval(values)
    return (low + high) / 2, (high - low) / 2


@pytest.mark.long
def test_rates_of_dropout_are_worth_what_the_lesson_says() -> None:
    found = ended("regularisation.dropout", DropoutParams(), "dropout", (0.0, 0.1, 0.2, 0.5), 6)
    for name in ("accuracy", "accuracy_with_dropout", "test_accuracy", "gap", "gap_with_dropout"):
        print(name, [tuple(round(100 * each, 2) for each in within(values)) for values in found[name]])
    assert (found["gap"][0] == found["gap_with_dropout"][0]).all()
    for place in (1, 2):
        assert found["gap"][place].mean() > 0.02 > 0.01 > found["gap_with_dropout"][place].mean()
    assert found["accuracy_with_dropout"][3].mean() > 0.72 and found["accuracy"][3].mean() < 0.66


@pytest.mark.long
def test_penalties_do_what_the_lesson_says() -> None:
    chosen = experiment("regularisation.weights")()
    for seed in range(7, 17):
        params = WeightsParams(seed=seed)
        both = three.by_kind(finished(chosen.learner(params, STORE)))
        plain, l1 = (chosen.metrics(params, both[kind].recipe, both[kind].network) for kind in ("none", "l1"))
        apart = np.abs(three.weights(both["none"].network) - three.weights(both["l1"].network)).max()
        print(seed, plain["loss"] - l1["loss"], apart)
        assert (plain["accuracy"], plain["test_accuracy"]) == (l1["accuracy"], l1["test_accuracy"])
        assert abs(plain["loss"] - l1["loss"]) < 1.5e-5 and 5e-6 < apart < 1e-4
    found = ended("regularisation.weights", WeightsParams(divided=False), "l1", (0.005,), 5)
    print(found["zeros"], found["test_accuracy"])
    assert found["zeros"].min() > 780 and found["zeros"].max() < 875
    assert found["test_accuracy"].min() > 0.9


@pytest.mark.long
def test_sizes_of_batches_differ_by_their_updates() -> None:
    found = {
        budget: ended("regularisation.batches", BatchesParams(equal=budget), "batch_size", sizes.SIZES, 10)
        for budget in sizes.BUDGETS
    }
    for budget, metrics in found.items():
        for name in ("loss", "test_accuracy"):
            print(budget, name, [tuple(round(each, 4) for each in within(values)) for values in metrics[name]])
    epochs, updates = (found[budget]["test_accuracy"] for budget in sizes.BUDGETS)
    assert within(epochs[0] - epochs[-1])[0] > 0.15
    middle, half = within(updates[0] - updates[-1])
    assert abs(middle) < 0.05 and half < 0.06


@pytest.mark.long
def test_noise_lowers_the_loss_and_not_the_errors() -> None:
    params = NoiseParams()
    found = {}
    for kind in KINDS:
        rows = []
        for seed in range(7, 17):
            recipe = experiment("regularisation.augmentation_noise")().recipe(params.replace(seed=seed), STORE)
            made = finished(Noisy(recipe, kind, params.amounts.get(kind, 0.0), beside=False))
            measured = judged(made.recipe, made.network)
            rows.append((measured["test_loss"], measured["test_accuracy"]))
        found[kind] = np.array(rows)
    assert found["none"][:, 0].mean() == pytest.approx(0.57, abs=0.03)
    for kind in set(KINDS) - {"none"}:
        loss, accuracy = (within(difference) for difference in (found[kind] - found["none"]).T)
        print(kind, found[kind].mean(0), loss, accuracy)
        assert -0.25 < loss[0] < -0.14 and loss[1] < 0.11
        assert abs(accuracy[0]) < 0.018 and abs(accuracy[0]) < accuracy[1]
