"""Two clusters: against torch, the two ways to one loss, the best line there is, and how often one unit learns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import norm
from torch import nn

from lab.core.params import ParamError
from lab.data.clusters import ceiling
from lab.topics.ann.binary import CENTRES, HALF_WAY, LOGITS, BinaryParams
from lab.training.dense.learner import Learner
from lab.training.dense.open_units import open_units
from tests.lab.dense_runs import (
    begun,
    events,
    losses_in_torch,
    metrics,
    newest,
    over_seeds,
    recipe_of,
    sequential,
    trained,
)

NAME = "ann.binary"
SEEDS = range(200)
CEILING = 0.977


@pytest.mark.parametrize("loss", ["bce", "bce_logits"])
@pytest.mark.parametrize("seed", [2, 3])
def test_every_loss_of_the_run_is_that_of_torch(loss: str, seed: int) -> None:
    recipe = recipe_of(NAME, loss=loss, seed=seed)
    expected, _network = losses_in_torch(recipe, 300)
    learner = Learner(recipe)
    assert [learner.train_epoch() for _ in range(300)] == pytest.approx(expected, abs=1e-9)


def test_data_are_those_of_the_course() -> None:
    recipe = recipe_of(NAME, points=2000)
    for label, centre in enumerate(CENTRES):
        chosen = recipe.inputs[recipe.targets[:, 0] == label]
        assert chosen.mean(0) == pytest.approx(centre, abs=0.1)
        assert chosen.std(0) == pytest.approx([1, 1], abs=0.06)
    usual = BinaryParams()
    assert (usual.points, usual.blur, usual.learning_rate, usual.epochs) == (100, 1.0, 0.01, 1000)


def test_six_of_ten_learn_with_relu() -> None:
    accuracy = over_seeds(NAME, SEEDS)["accuracy"]
    # 0.61; three standard errors of 200 are 0.10.
    assert 0.5 < (accuracy > 0.7).mean() < 0.72
    # Two heaps: hardly anyone is near the mean of all.
    assert (np.abs(accuracy - 0.5) < 0.1).mean() > 0.2
    assert (accuracy > 0.9).mean() > 0.25


def test_without_relu_all_learn_at_a_good_rate() -> None:
    accuracy = over_seeds(NAME, SEEDS, activation="identity", learning_rate=0.1)["accuracy"]
    assert (accuracy > 0.7).all()
    # What the overlap of the clusters allows, and 200 points that it was fitted to.
    assert accuracy.mean() == pytest.approx(CEILING, abs=0.006)
    assert (accuracy > 0.93).all()


@pytest.mark.parametrize("blur", [0.3, 1.0, 2.5])
def test_the_ceiling_is_that_of_normal_distributions(blur: float) -> None:
    assert ceiling(4.0, blur) == pytest.approx(norm.cdf(HALF_WAY - CENTRES[0][0], scale=blur))
    assert ceiling(4.0, 0.0) == 1.0


def test_both_ways_to_the_loss_give_the_same_network() -> None:
    apart, joined = trained(NAME, loss="bce"), trained(NAME, loss="bce_logits")
    assert apart.loss() == pytest.approx(joined.loss(), abs=1e-12)
    for ours, theirs in zip(apart.network.learned, joined.network.learned, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-9)
    rows = {str(row[0].value): row[1].value for row in newest(events(NAME))["Table", "numbers"].rows}
    assert rows["loss"] == pytest.approx(rows["loss the other way"], abs=1e-12)


def test_extreme_logits_are_those_of_torch() -> None:
    table = newest(events(NAME, epochs=1))["Table", "extremes"]
    for z, row in zip(LOGITS, table.rows, strict=True):
        expected = [z]
        target = torch.zeros(1)
        first, second = (torch.tensor([z], requires_grad=True) for _ in range(2))
        share = torch.sigmoid(first)
        apart, joined = nn.BCELoss()(share, target), nn.BCEWithLogitsLoss()(second, target)
        apart.backward()
        joined.backward()
        assert first.grad is not None and second.grad is not None
        expected += [share.item(), apart.item(), first.grad.item(), joined.item(), second.grad.item()]
        assert [cell.value for cell in row] == pytest.approx(expected, rel=2e-4, abs=1e-6)
        # From 17 on, the two differ: that is what the table is for.
        assert (row[2].mark == "bad") == (z > 17)
    last = table.rows[-1]
    assert last[2].value == 100 and last[3].value == 0 and last[4].value == 200 and last[5].value == 1


def test_rings_are_around_those_on_the_wrong_side() -> None:
    overlay = newest(events(NAME, blur=2.0))["Overlay", "boundary"]
    learner = trained(NAME, blur=2.0)
    wrong = (learner.network.outputs(learner.recipe.inputs) > 0.5) != (learner.recipe.targets > 0.5)
    (rings,) = (line for line in overlay.lines if line.style == "rings")
    assert np.stack([rings.x, rings.y], 1) == pytest.approx(learner.recipe.inputs[wrong[:, 0]])
    assert 0 < len(rings.x) < 200


def test_the_boundary_is_what_the_network_says() -> None:
    field = newest(events(NAME))["Field", "boundary"]
    learner = trained(NAME)
    height, width = field.values.shape
    row, column = 40, 7
    (x_low, x_high), (y_low, y_high) = field.x_range, field.y_range
    place = [[x_low + (column + 0.5) / width * (x_high - x_low), y_low + (row + 0.5) / height * (y_high - y_low)]]
    share = float(learner.network.outputs(np.array(place)).item())
    assert field.values[row, column] == pytest.approx(2 * share - 1)


def test_the_boundary_moves_while_it_learns() -> None:
    seen = [event for event in _watched(epochs=3) if event.key == ("Field", "boundary")]
    assert len(seen) >= 4
    assert not np.array_equal(seen[0].values, seen[-1].values)


def test_simple_tools_are_sane() -> None:
    shown = newest(events(NAME, watched=True))
    network, nearest, means, line = shown["Table", "tools"].rows
    assert network[1].value == metrics(NAME)["accuracy"]
    for row in (nearest, means, line):
        # On 2,000 new points three standard errors are 0.01.
        assert CEILING - 0.02 < row[2].value < CEILING + 0.01
    assert line[2].value == pytest.approx(CEILING, abs=0.01)
    assert all(row[3].value > 0 for row in (network, nearest, means, line))


def test_the_nearest_neighbour_knows_its_examples_by_heart_and_new_points_less() -> None:
    row = newest(events(NAME, watched=True, neighbours=1, epochs=5))["Table", "tools"].rows[1]
    assert row[1].value == 1.0
    assert row[2].value < CEILING


def test_without_blur_everything_is_one_point_a_class() -> None:
    rows = newest(events(NAME, watched=True, blur=0.0, epochs=5, points=3))["Table", "tools"].rows
    assert [row[2].value for row in rows[1:]] == [1, 1, 1]


def test_tools_are_left_out_where_nobody_watches() -> None:
    assert ("Table", "tools") not in newest(events(NAME, epochs=5))


def test_open_examples_are_those_where_torch_has_a_gradient() -> None:
    learner = trained(NAME, seed=3)
    first = sequential(learner.recipe)[0]
    with torch.no_grad():
        first.weight.copy_(torch.from_numpy(learner.network.weights[0].T))
        first.bias.copy_(torch.from_numpy(learner.network.biases[0]))
    sums = first(torch.from_numpy(learner.recipe.inputs)).detach().requires_grad_()
    torch.relu(sums).sum().backward()
    assert sums.grad is not None
    assert np.array_equal(open_units(learner)[0], sums.grad.numpy() != 0)
    rows = {str(row[0].value): row[1].value for row in newest(events(NAME, seed=3))["Table", "numbers"].rows}
    assert rows["examples that open the hidden unit"] == int(sums.grad.sum())


def test_bad_values_are_refused() -> None:
    for changes in ({"points": 1}, {"blur": -1.0}, {"loss": "mse"}, {"neighbours": 0}):
        with pytest.raises(ParamError):
            BinaryParams(**changes)


def _watched(**changes: Any) -> list[Any]:
    return list(begun(NAME, BinaryParams(**changes), lambda _kind, _name: True))
