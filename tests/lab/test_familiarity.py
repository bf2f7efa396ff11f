"""The rule that tells when a network is not sure, on data where the answer is known."""

from __future__ import annotations

import pytest
import torch

from lab.nets.out_of_distribution import DIRECTIONS, Familiarity


@pytest.fixture(scope="module")
def clusters() -> tuple[torch.Tensor, torch.Tensor]:
    """Three classes in 80 dimensions, each spread widely in the same 50 directions and hardly in the others."""
    generator = torch.Generator().manual_seed(2)
    labels = torch.randint(0, 3, (1200,), generator=generator)
    spread = torch.cat([torch.full((DIRECTIONS,), 3.0), torch.full((30,), 0.1)])
    centres = torch.zeros(3, 80)
    centres[range(3), [60, 65, 70]] = 5.0
    return centres[labels] + torch.randn(1200, 80, generator=generator) * spread, labels


@pytest.fixture(scope="module")
def rule(clusters: tuple[torch.Tensor, torch.Tensor]) -> Familiarity:
    features, labels = clusters
    probabilities = torch.nn.functional.one_hot(labels[800:], 3) * 0.97 + 0.01
    return Familiarity.fit(features[:800], labels[:800], features[800:], probabilities)


def test_the_share_of_real_images_called_sure_is_the_wanted_one(rule: Familiarity, clusters: tuple) -> None:
    features, labels = clusters
    sure = [rule.sure(feature, int(label), 0.98) for feature, label in zip(features[800:], labels[800:], strict=True)]
    assert sum(sure) / len(sure) == pytest.approx(0.975, abs=0.01)


def test_what_lies_elsewhere_is_not_sure_however_probable(rule: Familiarity, clusters: tuple) -> None:
    features, labels = clusters
    strange = features[0].clone()
    strange[75] += 5.0
    assert not rule.sure(strange, int(labels[0]), 1.0)


def test_how_images_of_a_class_differ_among_themselves_does_not_count(rule: Familiarity, clusters: tuple) -> None:
    features, labels = clusters
    moved = features[0] + 5.0 * (rule.directions[:, -1])
    before, after = rule.distance(torch.stack([features[0], moved]), labels[[0, 0]])
    assert float(after) == pytest.approx(float(before), abs=1e-3)


def test_an_improbable_answer_is_not_sure(rule: Familiarity, clusters: tuple) -> None:
    features, labels = clusters
    assert rule.sure(features[0], int(labels[0]), 0.99)
    assert not rule.sure(features[0], int(labels[0]), 0.05)


def test_it_is_kept_among_the_weights(rule: Familiarity, clusters: tuple) -> None:
    features, labels = clusters
    again = Familiarity.from_arrays(rule.arrays())
    assert again is not None
    assert torch.equal(again.distance(features, labels), rule.distance(features, labels))
    assert (again.scale, again.threshold) == pytest.approx((rule.scale, rule.threshold))
    assert Familiarity.from_arrays({}) is None
