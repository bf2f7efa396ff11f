"""Bars in noise, lines of any angle, and what the lesson says of five networks."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import t
from torch import nn

from lab.core.catalogue import experiment
from lab.core.events import Event, Metrics
from lab.core.experiment import Context
from lab.data.store import DataStore
from lab.nets.convolutional import plan
from lab.topics.cnn.orientation import SHAPE, OrientationParams
from lab.topics.cnn.orientation.answers import ANGLES, ASKED, STANDS, Answers
from lab.topics.cnn.orientation.images import bars, in_noise, lines
from lab.training.task import BINARY

STORE = DataStore(Path("unused"))


def test_the_network_is_the_course_s() -> None:
    assert sum(layer.parameters for layer in plan(OrientationParams(), SHAPE, 1)) == 7891


def test_each_image_has_a_bar_that_lies_or_stands() -> None:
    images, stands = bars(500, 3, 1.0)
    assert 200 < stands.sum() < 300
    for image, one in zip(images, stands, strict=True):
        rows, columns = (image == 1).all(1).sum(), (image == 1).all(0).sum()
        assert (rows, columns)[not one] == 0
        # Those that begin in the last rows are cut off at the edge.
        assert 2 <= (rows, columns)[int(one)] <= 5
    rest = images[images != 1]
    assert rest.std() == pytest.approx(1, abs=0.01) and rest.mean() == pytest.approx(0, abs=0.01)
    again, _ = bars(500, 3, 1.0)
    assert (again == images).all()


def test_of_104_ways_to_place_a_bar_three_cut_it() -> None:
    cut = [start + width > 30 for start in range(2, 28) for width in range(2, 6)]
    assert sum(cut) == 3 and len(cut) == 104


@pytest.mark.parametrize("degrees", [0.0, 12.0, 30.0, 45.0, 90.0, 147.0])
@pytest.mark.parametrize("thickness", [1.0, 3.0])
def test_a_line_covers_what_a_strip_covers(degrees: float, thickness: float) -> None:
    # Of 9 × 9 points in each pixel, those that lie in the strip.
    places = (np.arange(30 * 9) - 15 * 9 - 4) / 9
    down, right = np.meshgrid(places, places, indexing="ij")
    direction = np.array([math.cos(math.radians(degrees)), -math.sin(math.radians(degrees))])
    inside = np.abs(right * direction[1] - down * direction[0]) <= thickness / 2
    covered = inside.reshape(30, 9, 30, 9).mean((1, 3))
    found = lines(np.array([degrees]), thickness)[0]
    assert np.abs(found - covered).max() < 0.15
    assert found.sum() == pytest.approx(covered.sum(), rel=0.12)


def test_zero_degrees_lies_and_ninety_stands() -> None:
    lying, standing = lines(np.array([0.0, 90.0]), 1.0)
    np.testing.assert_allclose(lying[15], 1)
    np.testing.assert_allclose(lying, standing.T, atol=1e-6)
    assert lying.sum() == pytest.approx(30)


def test_noise_leaves_the_line_as_it_is() -> None:
    image = lines(np.array([0.0]), 3.0)
    found = in_noise(image, 2.0, 50, 1)
    assert (found[:, 14:17] == 1).all()
    assert found[:, :13].std() == pytest.approx(2, abs=0.05)
    assert (in_noise(image, 0.0, 1, 1) == image).all()


def test_two_classes_are_judged_as_torch_judges_them() -> None:
    logits = torch.tensor([[2.0], [-1.0], [0.5]])
    targets = torch.tensor([[1.0], [1.0], [0.0]])
    wanted = nn.BCEWithLogitsLoss(reduction="sum")(logits, targets)
    assert BINARY.judged_loss(logits, targets) == pytest.approx(wanted.item())
    assert BINARY.measures["accuracy"](logits, targets) == 1
    classes, sure = BINARY.answers(logits)
    assert classes.tolist() == [1, 0, 1]
    np.testing.assert_allclose(sure, [0.880797, 0.731059, 0.622459], atol=1e-6)


def test_right_is_counted_over_the_lines_of_which_it_is_known() -> None:
    assert len(ANGLES) == 60 and ASKED.sum() == 58
    upright = np.where(STANDS, 0.9, 0.1)
    wrong = upright.copy()
    wrong[:29] = 1 - wrong[:29]
    wrong[ANGLES == 45] = 0.7
    answers = Answers({"course": np.array([upright, wrong])})
    found = dict(answers.metrics())
    assert answers.right("course").tolist() == [1.0, 30 / 58]
    half = float(t.ppf(0.975, 1)) * np.std([1, 30 / 58], ddof=1) / 2**0.5
    assert found["right_course_high"] - found["right_course_mean"] == pytest.approx(half)


def run(**values: object) -> dict[str, float]:
    chosen = experiment("cnn.orientation")
    last = list[Event](chosen().run(chosen.params(**values), Context("cpu", STORE)))[-1]
    assert isinstance(last, Metrics)
    return dict(last.values)


def test_networks_beside_it_change_nothing_of_the_first() -> None:
    few = {"images": 64, "epochs": 1, "network": ("pool", "conv channels=2", "relu", "flatten")}
    alone, beside = run(networks=1, **few), run(networks=2, **few)
    assert {name: beside[name] for name in alone if not name.endswith("_mean")} == {
        name: value for name, value in alone.items() if not name.endswith("_mean")
    }
    other = run(networks=1, seed=8, **few)
    assert beside["seed8_test_loss"] == other["test_loss"]
    assert beside["right_like_mean"] == pytest.approx((alone["right_like"] + other["right_like"]) / 2)


@pytest.mark.long
def test_five_networks_say_what_the_lesson_says() -> None:
    found = run()
    spoken = {"like": (96.9, 3.2), "thick": (92.1, 7.5), "course": (87.9, 11.0), "noisy": (72, 23)}
    for way, (mean, half) in spoken.items():
        room = max(1.0, half / 3)
        assert 100 * found[f"right_{way}_mean"] == pytest.approx(mean, abs=room), way
        assert 50 * (found[f"right_{way}_high"] - found[f"right_{way}_low"]) == pytest.approx(half, abs=room), way
    accuracies = np.array([found["test_accuracy"], *(found[f"seed{seed}_test_accuracy"] for seed in range(8, 12))])
    assert 100 * accuracies.mean() == pytest.approx(99.7, abs=0.3)
