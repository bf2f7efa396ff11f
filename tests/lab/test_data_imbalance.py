"""Unequal classes: what is learned from, what SMOTE makes of it, what remedies are worth, and what a leak pretends."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.metrics import balanced_accuracy_score, recall_score
from torch import nn

from lab.core.events import Event
from lab.core.experiment import Context
from lab.core.figures import Chart, Overlay, Table
from lab.sweeps.comparison import interval
from lab.topics.data.imbalance import Imbalance, ImbalanceParams, trained
from lab.topics.data.imbalance.examples import made
from lab.topics.data.imbalance.figures import parents
from lab.topics.data.imbalance.remedies import REMEDIES, Remedied, Worth, of_network
from tests.lab.swept import DATA

SEEDS = range(7, 17)


def gain(found: list[Worth], other: list[Worth]) -> tuple[float, float]:
    """Return by how many points balanced accuracy is higher than another, seed by seed, and half of the interval."""
    return interval(100 * np.array([a.balanced - b.balanced for a, b in zip(found, other, strict=True)]))


@pytest.mark.parametrize("data", ["clusters", "breast_cancer", "digits8x8"])
def test_shares_are_as_said_and_no_test_row_is_learned_from(data: str) -> None:
    found = made(ImbalanceParams(data=data, remedy="none", rare=0.1))
    assert np.concatenate([found.rare, found.dev_rare]).mean() == pytest.approx(0.1, abs=0.01)
    assert found.inputs.mean(0) == pytest.approx(np.zeros(found.inputs.shape[1]), abs=1e-9), "scaled by what is learned"
    learned = {row.tobytes() for row in found.inputs}
    assert not any(row.tobytes() in learned for row in (*found.dev_inputs, *found.test_inputs) if data != "digits8x8")


def test_what_is_resampled_has_equally_many_and_the_rest_is_as_it_comes() -> None:
    usual = made(ImbalanceParams(remedy="none"))
    for remedy in ("fewer", "copies", "smote"):
        found = made(ImbalanceParams(remedy=remedy))
        assert found.rare.mean() == 0.5
        assert (found.dev_inputs == usual.dev_inputs).all(), "nothing of what is held back is touched"
        assert (found.test_inputs == usual.test_inputs).all()


def test_each_point_of_smote_lies_between_a_rare_one_and_one_of_its_neighbours() -> None:
    params = ImbalanceParams(remedy="smote", neighbours=3)
    usual, found = made(params.replace(remedy="none")), made(params)
    real = len(usual.inputs)
    assert (found.inputs[:real] == usual.inputs).all()
    pairs = parents(found.inputs, found.rare, real, 3)
    few = np.flatnonzero(usual.rare)
    for point, (first, second) in zip(found.inputs[real:], pairs, strict=True):
        a, b = found.inputs[first], found.inputs[second]
        share = (point - a) @ (b - a) / ((b - a) @ (b - a))
        assert -1e-9 <= share <= 1 + 1e-9
        assert a + share * (b - a) == pytest.approx(point, abs=1e-9)
        nearer = np.linalg.norm(found.inputs[few] - a, axis=1) < np.linalg.norm(b - a) - 1e-12
        assert nearer.sum() <= 3, "one of the three nearest, itself not counted"


def test_a_copy_before_the_split_stands_on_both_sides() -> None:
    leaks = made(ImbalanceParams(remedy="copies", before=True, rare=0.01))
    learned = {row.tobytes() for row in leaks.inputs}
    seen = [row.tobytes() in learned for row in leaks.dev_inputs[leaks.dev_rare]]
    assert np.mean(seen) == 1.0
    clean = made(ImbalanceParams(remedy="copies", rare=0.01))
    assert not {row.tobytes() for row in clean.inputs} & {row.tobytes() for row in clean.dev_inputs}


def test_class_weights_are_those_of_torch() -> None:
    params = ImbalanceParams(remedy="weights", epochs=1)
    learner = Remedied(params, alone=True)
    outputs = torch.tensor(learner.network.outputs(learner.made.inputs), requires_grad=True)
    targets = torch.tensor(learner.made.rare[:, None].astype(float))
    many, few = int((targets == 0).sum()), int(targets.sum())
    # pos_weight counts the rare ones so many times more; the whole is scaled so that the mean weight is 1.
    loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(many / few))(outputs, targets) * (many + few) / (2 * many)
    loss.backward()
    assert outputs.grad is not None
    mine = learner._slope(outputs.detach().numpy(), targets.numpy())
    assert mine == pytest.approx(outputs.grad.numpy(), abs=1e-12)


def test_the_numbers_are_those_of_scikit_learn() -> None:
    learner = Remedied(ImbalanceParams(epochs=20))
    while not learner.finished:
        learner.train_epoch()
    found = of_network(learner.made, learner.network, learner.cut)
    said = learner.network.outputs(learner.made.test_inputs)[:, 0] > 0
    assert found.recall == pytest.approx(recall_score(learner.made.test_rare, said), abs=1e-12)
    assert found.balanced == pytest.approx(balanced_accuracy_score(learner.made.test_rare, said), abs=1e-12)
    rare = learner.made.test_rare
    weights = np.where(rare, 0.05 / rare.mean(), 0.95 / (1 - rare.mean()))
    assert found.usual(0.05) == pytest.approx(np.average(said == rare, weights=weights), abs=1e-12)


def test_the_other_threshold_is_the_share_of_the_rare_ones() -> None:
    learner = Remedied(ImbalanceParams(remedy="threshold"))
    assert 1 / (1 + math.exp(-learner.cut)) == pytest.approx(0.05, abs=1e-9)


def test_at_the_end_all_remedies_stand_beside_each_other() -> None:
    page, params = Imbalance(), ImbalanceParams(networks=2, epochs=3, remedy="smote", count=100)
    page.prepare(params)
    events: list[Event] = list(page.run(params, Context("cpu", DATA, due=lambda _kind, name: name == "plane")))
    table = [event for event in events if isinstance(event, Table) and event.name == "remedies"][-1]
    assert len(table.rows) == len(REMEDIES) + 4
    chart = [event for event in events if isinstance(event, Chart) and event.name == "shares"][-1]
    assert np.isfinite([line.y for line in chart.lines]).all()
    overlay = [event for event in events if isinstance(event, Overlay) and event.name == "plane"][-1]
    assert [line.style for line in overlay.lines[2:]] == ["line", "faint points"], "points on their segments"


def test_resampling_and_a_threshold_help_recall_and_more_data_does_not() -> None:
    params = ImbalanceParams()
    found = {name: [trained(params, name, seed) for seed in range(7, 12)] for name in ("none", "more", "threshold")}
    recall = {name: np.mean([one.recall for one in each]) for name, each in found.items()}
    assert recall["threshold"] > 0.7 > 0.4 > max(recall["none"], recall["more"])
    assert np.mean([one.usual(0.05) for one in found["none"]]) == pytest.approx(0.954, abs=0.006)


@pytest.mark.long
def test_the_figures_of_the_lesson() -> None:
    plain = [trained(ImbalanceParams(), "none", seed) for seed in SEEDS]
    assert np.mean([one.recall for one in plain]) == pytest.approx(0.21, abs=0.015)
    assert np.mean([one.usual(0.05) for one in plain]) == pytest.approx(0.954, abs=0.003)
    gains = {"copies": (22.2, 5.9), "smote": (22.4, 5.9), "weights": (21.9, 5.9), "fewer": (20.3, 6.7),
             "threshold": (23.5, 5.9), "more": (-0.9, 4.8), "forest": (3.0, 5.4), "logistic": (2.4, 5.4)}  # fmt: skip
    found = {remedy: [trained(ImbalanceParams(), remedy, seed) for seed in SEEDS] for remedy in gains}
    for remedy, wanted in gains.items():
        assert gain(found[remedy], plain) == pytest.approx(wanted, abs=1.0), remedy
    alone = {remedy: 100 * float(np.mean([one.specificity for one in each])) for remedy, each in found.items()}
    helping = list(gains)[:5]
    assert (min(alone[name] for name in helping), max(alone[name] for name in helping)) == pytest.approx(
        (78, 86), abs=1.0
    )
    assert np.mean([one.specificity for one in plain]) == pytest.approx(0.99, abs=0.005)
    apart = [abs(gain(found[one], found[other])[0]) for one, other in itertools.combinations(helping, 2)]
    assert max(apart) == pytest.approx(3.2, abs=0.5)
    assert max(np.mean([one.balanced for one in each]) for each in found.values()) < 0.841
    leaks = [trained(ImbalanceParams(rare=0.01), "leak:copies", seed) for seed in SEEDS]
    assert np.mean([one.held for one in leaks]) == pytest.approx(0.96, abs=0.02)
    assert np.mean([one.balanced for one in leaks]) == pytest.approx(0.71, abs=0.02)


def test_the_best_rule_for_the_clusters_is_that_of_normal_distributions() -> None:
    assert stats.norm.cdf(1.0) == pytest.approx(0.841, abs=0.0005)
