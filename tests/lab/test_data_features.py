"""Features that are typed: what they are, the best there can be, and that they add little."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import dblquad

from lab.core.catalogue import experiment
from lab.core.events import Event
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.params import ParamError
from lab.data.clusters import best_possible
from lab.maths.chance import mean_interval
from lab.topics.data.features import BLUR, CENTRES, COMPARED, Features, FeaturesParams
from lab.topics.data.features.typed import expanded
from lab.topics.data.three_clusters import drawn
from tests.lab.swept import DATA, trained


def gains(networks: int, **values: Any) -> dict[str, tuple[float, float]]:
    """Return the 95 % interval of how many points of accuracy each kind has more than x and y alone."""
    runs = trained("data.features", {"features": COMPARED}, networks, **values).grid("test_accuracy")[..., 0]
    return {kind: mean_interval(100 * (runs[place] - runs[0])) for place, kind in enumerate(COMPARED) if kind}


def test_the_best_possible_is_the_integral_over_where_each_is_nearest() -> None:
    def height(y: float, x: float) -> float:
        return float(max(np.exp(-((x - a) ** 2 + (y - b) ** 2) / 2) for a, b in CENTRES) / (2 * np.pi * 3))

    wanted, _ = dblquad(height, -7, 13, -7, 11, epsabs=1e-6)
    best = best_possible(CENTRES, BLUR)
    assert best == pytest.approx(wanted, abs=1e-5)
    points, labels = drawn(CENTRES, 200_000, 1.0, np.random.default_rng(0))
    nearest = np.argmin(((points[:, None] - np.array(CENTRES)) ** 2).sum(-1), 1)
    assert (nearest == labels).mean() == pytest.approx(best, abs=0.002)
    assert best == pytest.approx(0.884, abs=0.0005)


def test_features_are_what_numpy_says() -> None:
    positions = np.random.default_rng(0).standard_normal((50, 2))
    x, y = positions.T
    wanted = np.stack([x, y, np.hypot(x, y), x * y, np.log(x**2 + y**2)], 1)
    assert expanded("sqrt(x^2 + y^2); x y؛ log(x²+y²)", positions) == pytest.approx(wanted, abs=1e-12)
    assert expanded("", positions) == pytest.approx(positions)
    assert expanded("2", positions)[:, 2] == pytest.approx(np.full(50, 2.0))


@pytest.mark.parametrize(
    ("text", "words"),
    [("log(x)", "is no number at x = "), ("z + 1", "z"), ("x;x;x;x;x;x", "at most 5"), ("sqrt(", "features")],
)
def test_what_cannot_be_a_feature_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(ParamError, match=words):
        Features().validate(FeaturesParams(features=text), DATA)


def test_a_linear_combination_is_a_column_that_the_others_have_already() -> None:
    recipe = Features().recipe(FeaturesParams(features="3x - 2y"), DATA)
    assert np.linalg.matrix_rank(recipe.inputs) == 2
    assert np.linalg.matrix_rank(Features().recipe(FeaturesParams(), DATA).inputs) == 3


def test_the_same_points_for_all_seeds_and_new_ones() -> None:
    def points(seed: int, split: str) -> Any:
        return Features().recipe(FeaturesParams(seed=seed, split=split), DATA).inputs

    assert (points(1, "same") == points(2, "same")).all()
    assert not (points(1, "new") == points(2, "new")).any()


def test_at_the_end_five_kinds_stand_under_the_best_possible() -> None:
    page, params = experiment("data.features")(), FeaturesParams(networks=2, epochs=2, features="x^3")
    page.prepare(params)
    events: list[Event] = list(page.run(params, Context("cpu", DATA, due=lambda _kind, _name: False)))
    table = [event for event in events if isinstance(event, Table) and event.name == "compared"][-1]
    assert len(table.rows) == len(COMPARED) + 1, "what was typed is compared too"
    chart = [event for event in events if isinstance(event, Chart) and event.name == "seeds"][-1]
    assert chart.lines[-1].y[0] == best_possible(CENTRES, BLUR)


@pytest.mark.long
def test_the_figures_of_the_lesson() -> None:
    wanted = {"x + y": (-2.3, 5.5), "sqrt(x^2 + y^2)": (-2.6, 5.3), "log(x^2 + y^2)": (-3.0, 4.8), "x y": (-0.6, 6.3)}
    for kind, interval in gains(10).items():
        assert interval == pytest.approx(wanted[kind], abs=0.6), kind
    for kind, (low, high) in gains(10, learning_rate=0.01).items():
        assert -1.5 < low < 0 < high < 2.2, kind


def test_a_feature_brings_no_network_above_the_best_possible() -> None:
    values = {"learning_rate": 0.03, "epochs": 40, "points": 200}
    found = gains(5, **values)
    assert all(low < 1.5 and high > -1.5 for low, high in found.values()), found
