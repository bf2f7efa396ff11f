"""Activations, batch norm, losses and scaling on the wine data: against torch and scikit-learn, and over seeds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from torch import nn
from torch.nn import functional

from lab.core.catalogue import experiment
from lab.core.events import Array, Event, Progress, Remark
from lab.core.experiment import Context
from lab.core.figures import Bars, Table
from lab.core.numbers import check
from lab.core.params import ParamError
from lab.core.text import Message
from lab.nets.dense.torch_modules import give_numbers, sequential
from lab.sweeps.comparison import interval
from lab.sweeps.execution import Backend, execute
from lab.sweeps.grid import Axis, Sweep
from lab.sweeps.outcomes import Outcome, Results
from lab.topics.metaparameters.activations import WineActivations, WineActivationsParams, sums_of, unused
from lab.topics.metaparameters.batch_norm import BatchNorm, BatchNormParams, left_in_training
from lab.topics.metaparameters.batch_norm_numbers import matrices
from lab.topics.metaparameters.loss import ClassLosses, LossParams
from lab.topics.metaparameters.loss_numbers import each_loss
from lab.topics.metaparameters.normalisation import Normalisation, NormalisationParams, alone, by_itself
from lab.topics.metaparameters.normalisation_numbers import Scaler
from lab.training.dense.learner import Learner
from tests.lab.swept import DATA, metrics, run

PAGES: dict[str, Any] = {
    "activations": WineActivations, "batch_norm": BatchNorm, "loss": ClassLosses, "normalisation": Normalisation,
}  # fmt: skip


def over_seeds(name: str, values: tuple[str, ...], seeds: int, **params: Any) -> Results:
    chosen = experiment(f"metaparameters.{name}")
    axes = Axis(PAGES[name].compared, values), Axis("seed", tuple(range(7, 7 + seeds)))
    results = Results.of(Sweep(chosen.id, chosen.params(**params), axes))
    for found in execute(results.sweep, results.cells, DATA, Backend()):
        if isinstance(found, Outcome):
            results.take(found)
    return results


def accuracy(results: Results) -> Array:
    return results.grid("test_accuracy")[..., 0]


def watched(name: str, **params: Any) -> list[Event]:
    chosen = PAGES[name]
    instance, values = chosen(), chosen.params(**params)
    instance.prepare(values)
    return list(instance.run(values, Context("cpu", DATA, due=lambda _kind, _name: False)))


@pytest.mark.parametrize("name", PAGES)
def test_all_kinds_are_compared_with_the_same_seeds_when_a_run_has_ended(name: str) -> None:
    events = watched(name, epochs=2, seeds=2)
    kinds = [label for _value, label in PAGES[name].params.specs()[PAGES[name].compared].choices]
    bars = [event for event in events if isinstance(event, Bars) and event.name == "compared"][-1]
    assert [str(label) for label in bars.labels] == kinds
    table = [event for event in events if isinstance(event, Table) and event.name == "compared"][-1]
    assert f"{2 * len(kinds)} of {2 * len(kinds)} networks" in str(table.note)
    told = [event for event in events if isinstance(event, Progress) and event.doing is not None]
    assert [event.step for event in told] == sorted(event.step for event in told)
    assert told[-1].step == told[-1].steps, "how far the comparison is"
    checks = [event for event in events if isinstance(event, Table) and event.name == "check"]
    assert len(checks) == (name != "activations"), "torch has checked what was computed by hand"
    for row in checks[0].rows if checks else ():
        assert any(cell.mark == "good" for cell in row), [str(cell.value) for cell in row]


@pytest.mark.parametrize("name", PAGES)
def test_a_terminal_is_told_what_learns_from_what(name: str) -> None:
    chosen = PAGES[name]
    steps = chosen().run(chosen.params(data="wine", epochs=1), Context("cpu", DATA))
    remark = next(event for event in steps if isinstance(event, Remark))
    assert "13–16–32–" in str(remark.message)
    assert "three growers in Italy" in str(remark.message)


def test_an_interval_is_that_of_scipy() -> None:
    runs = np.array([0.91, 0.95, 0.97, 0.93, np.nan])
    mean, half = interval(runs)
    low, high = stats.t.interval(0.95, 3, loc=mean, scale=stats.sem(runs[:4]))
    assert (mean - half, mean + half) == pytest.approx((low, high))
    assert math.isnan(interval(runs[:1])[1])


def test_dead_units_are_those_that_torch_gives_no_gradient() -> None:
    params = WineActivationsParams(learning_rate=0.3, epochs=20)
    learner = Learner(WineActivations().recipe(params, DATA))
    for _ in range(20):
        learner.train_epoch()
    dead, flat = unused(learner.network, learner.recipe.inputs)
    network = sequential(learner.recipe.plan).double()
    give_numbers(network, learner.network)
    values, open_for = torch.tensor(learner.recipe.inputs), []
    for module in network:
        values = module(values)
        if isinstance(module, nn.ReLU):
            open_for.append(int((~(values > 0).any(0)).sum()))
    assert dead == open_for
    assert flat == dead, "a slope of ReLU is 0 or 1"
    assert sum(dead) > 0
    assert [sums.shape[1] for sums in sums_of(learner.network, learner.recipe.inputs)] == [16, 32, 32]


def test_labels_left_by_chained_assignment_give_a_hundred_percent_of_nothing() -> None:
    found = metrics(run("metaparameters.activations", epochs=40, chained=True))
    assert (found["accuracy"], found["test_accuracy"]) == (1.0, 1.0)
    page, params = WineActivations(), WineActivationsParams(chained=True)
    list(page.preview(params, DATA))
    rows = {str(row[0].value): row[1] for row in page.numbers(params, page.learner(params, DATA)).table.rows}
    assert (rows["labels that are not 0"].value, rows["labels that are not 0"].mark) == (0, "bad")


def test_relu6_is_relu_as_long_as_nothing_passes_6_and_the_sigmoid_is_late() -> None:
    found = accuracy(over_seeds("activations", ("relu", "relu6", "elu", "sigmoid"), 5, epochs=40))
    np.testing.assert_array_equal(found[0], found[1])
    # Measured over ten seeds after 100 epochs: 96.5 ± 2.1 %, 96.7 ± 2.2 % and 61.8 ± 3.5 %.
    assert found[2].mean() > 0.9 > 0.75 > found[3].mean()


@pytest.mark.parametrize("batch", ["2 0.5; 4 -1; 6 0; 8 2.5", "1; 1.5", "3 3 3; 0 1 2; 5 -4 1e3"])
def test_a_batch_number_by_number_is_that_of_torch(batch: str) -> None:
    params = BatchNormParams(batch=batch, momentum=0.3, scale=1.5, shift=-0.5)
    normed = params.normed()
    theirs = nn.BatchNorm1d(normed.batch.shape[1], momentum=0.3, dtype=torch.float64)
    theirs.weight.data.fill_(1.5)
    theirs.bias.data.fill_(-0.5)
    x = torch.tensor(normed.batch)
    np.testing.assert_allclose(normed.outputs, theirs(x).detach().numpy(), atol=1e-9)
    np.testing.assert_allclose(normed.running_mean, theirs.running_mean.numpy(), atol=1e-12)
    np.testing.assert_allclose(normed.running_variance, theirs.running_var.numpy(), atol=1e-9)
    np.testing.assert_allclose(normed.used, theirs.eval()(x).detach().numpy(), atol=1e-9)


def test_a_batch_of_one_is_refused_here_as_by_torch() -> None:
    params = BatchNormParams(batch="2 0.5")
    refusal = matrices(params.normed()).refusal
    assert isinstance(refusal, Message)
    assert "batch of 1" in str(refusal)
    rows = check(BatchNorm().by_hand(params)).rows
    refused = [row for row in rows if str(row[3].value) == "refused"]
    assert len(refused) == 8
    assert all("more than 1 value per channel" in str(row[4].value) and row[4].mark == "good" for row in refused)
    with pytest.raises(ParamError, match="equally long"):
        BatchNormParams(batch="1 2; 3")


def test_a_network_left_in_training_mode_judges_by_the_test_rows() -> None:
    learner = Learner(BatchNorm().recipe(BatchNormParams(), DATA))
    for _ in range(5):
        learner.train_epoch()
    recipe = learner.recipe
    network = sequential(recipe.plan).double()
    give_numbers(network, learner.network)
    assert recipe.test_inputs is not None and recipe.test_targets is not None
    with torch.no_grad():
        said = network.train()(torch.tensor(recipe.test_inputs)).numpy()
    assert left_in_training(recipe, learner.network) == ((said > 0) == (recipe.test_targets > 0.5)).mean()
    kept = learner.network.norms[0]
    assert kept is not None
    before = kept.mean.copy()
    left_in_training(recipe, learner.network)
    np.testing.assert_array_equal(kept.mean, before)


def test_batch_norm_learns_faster_over_five_seeds() -> None:
    # Measured over ten seeds after ten epochs: 62.3 ± 3.4, 87.7 ± 3.6 and 93.9 ± 2.0 %.
    found = accuracy(over_seeds("batch_norm", ("none", "before", "after"), 5, epochs=10))
    assert found[0].mean() < 0.75 < 0.8 < found[1].mean()
    assert found[2].mean() > 0.88
    assert (found[2] > found[0]).all()


@pytest.mark.parametrize("target", [0, 1, 2])
def test_losses_of_logits_are_those_of_torch_and_of_the_course(target: int) -> None:
    logits = np.array([1.0, 4.0, 3.0])
    z, wanted = torch.tensor(logits, requires_grad=True), torch.tensor(target)
    theirs = (
        functional.cross_entropy(z, wanted),
        functional.cross_entropy(z.softmax(0), wanted),
        functional.mse_loss(z.softmax(0), functional.one_hot(wanted, 3).double()),
    )
    for (loss, gradient), other in zip(each_loss(logits, target), theirs, strict=True):
        assert loss == pytest.approx(other.item(), abs=1e-12)
        (slope,) = torch.autograd.grad(other, z, retain_graph=True)
        np.testing.assert_allclose(gradient, slope.numpy(), atol=1e-12)
    printed = {0: (3.349, 1.437), 1: (0.349, 0.766), 2: (1.349, 1.212)}[target]
    assert [round(loss, 3) for loss, _ in each_loss(logits, target)[:2]] == [
        pytest.approx(p, abs=2e-3) for p in printed
    ]


@pytest.mark.parametrize("z", [-1000.0, -120.0, -20.0, 0.5, 2.0, 17.0, 89.0, 120.0, 1000.0])
@pytest.mark.parametrize("positive", [False, True])
def test_both_losses_of_a_logit_are_those_of_torch_in_single_precision(z: float, positive: bool) -> None:
    rows = check(ClassLosses().by_hand(LossParams(z=z, positive=positive))[:1]).rows
    for row in rows:
        assert any(cell.mark == "good" for cell in row), [str(cell.value) for cell in row]
    refused = [row for row in rows if str(row[3].value) == "refused"]
    assert len(refused) == (not 0 <= z <= 1), "a logit is no probability"


def test_a_softmax_too_many_slows_learning_over_five_seeds() -> None:
    # Measured over ten seeds after 30 epochs: 94.9 ± 2.6 % without, 75.3 ± 10.5 % with it.
    found = over_seeds("loss", ("cross_entropy", "softmax_cross_entropy", "bce", "bce_logits"), 5, epochs=30)
    once, twice, bce, logits = accuracy(found)
    assert once.mean() > 0.9
    assert (once >= twice).all() and once.mean() - twice.mean() > 0.08
    np.testing.assert_allclose(found.grid("loss")[2], found.grid("loss")[3], atol=1e-9)
    np.testing.assert_array_equal(bce, logits)
    assert found.grid("loss")[1].min() > math.log(1 + 1 / math.e)


@pytest.mark.parametrize(
    ("way", "theirs"),
    [("z_score", StandardScaler()), ("unit", MinMaxScaler()), ("symmetric", MinMaxScaler(feature_range=(-1, 1)))],
)
def test_scalers_are_those_of_scikit_learn(way: str, theirs: Any) -> None:
    recipe = Normalisation().recipe(NormalisationParams(scaling="none"), DATA)
    assert recipe.test_inputs is not None
    theirs.fit(recipe.inputs)
    ours = Scaler.of(way, recipe.inputs)
    for rows in (recipe.inputs, recipe.test_inputs):
        np.testing.assert_allclose(ours(rows), theirs.transform(rows), atol=1e-9)
    scaled = Normalisation().recipe(NormalisationParams(scaling=way), DATA)
    assert scaled.test_inputs is not None
    np.testing.assert_allclose(scaled.test_inputs, theirs.transform(recipe.test_inputs), atol=1e-9)
    np.testing.assert_allclose(Scaler.of(way, np.ones((3, 2)))(np.ones((3, 2))) * 0, 0.0)


def test_rows_scaled_by_themselves_mean_something_else() -> None:
    # Measured over ten seeds after 200 epochs: 96.7 ± 2.1 %; one class at a time 50.4 ± 3.6 %; unscaled 66.8 ± 9.2 %.
    found = over_seeds("normalisation", ("z_score", "none", "apart"), 5, epochs=60)
    right, raw, _apart = accuracy(found)
    assert right.mean() > 0.9 > 0.85 > raw.mean()
    assert found.grid("class_accuracy")[0].mean() < 0.65
    np.testing.assert_allclose(found.grid("own_accuracy")[0, :, 0], accuracy(found)[2])


def test_scaling_scaled_rows_again_is_scaling_them_as_measured() -> None:
    params = NormalisationParams(epochs=5)
    learner = Learner(Normalisation().recipe(params, DATA))
    for _ in range(5):
        learner.train_epoch()
    recipe = learner.recipe
    raw = Normalisation().recipe(params.replace(scaling="none"), DATA)
    assert raw.test_inputs is not None and recipe.test_targets is not None
    outputs = learner.network.outputs(StandardScaler().fit_transform(raw.test_inputs))
    assert by_itself(params, recipe, learner.network) == recipe.right(outputs, recipe.test_targets).mean()
    assert 0 <= alone(params, recipe, learner.network) <= 1
    with pytest.raises(ParamError, match="two different"):
        NormalisationParams(learned=(1.0, 1.0))
