"""Least squares of rising order: against NumPy and scikit-learn, and what the page says of it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import PolynomialFeatures

from lab.core.figures import Chart, Table
from lab.topics.overfitting.fit import Fit, FitParams
from lab.topics.overfitting.fit.models import MOST, basis


@pytest.mark.parametrize("order", [0, 1, 3, 8])
def test_scikit_learn_fits_the_same_polynomial(order: int) -> None:
    fits = FitParams().fits()
    x, new = fits.x[:, None], fits.drawn[0][:, None]
    powers = PolynomialFeatures(order)
    theirs = LinearRegression(fit_intercept=False).fit(powers.fit_transform(x), fits.y[0])
    ours = (basis("polynomial", new[:, 0]) @ fits.weights[order])[:, 0]
    assert ours == pytest.approx(theirs.predict(powers.transform(new)), abs=1e-6)


@pytest.mark.parametrize("model", ["polynomial", "hidden"])
def test_the_training_error_falls_with_the_order_and_the_test_error_turns(model: str) -> None:
    fits = FitParams(kind=model).fits()
    trained = fits.train_errors.mean(axis=1)
    assert (np.diff(trained) <= 1e-9).all()
    assert trained[14] == pytest.approx(0, abs=1e-12) or model == "hidden"
    best = int(fits.expected.argmin())
    assert 2 < best < 8
    assert fits.expected[0] > fits.expected[best] < fits.expected[MOST]


def test_an_error_of_0_is_not_drawn_as_another_one() -> None:
    [chart] = [one for one in Fit().figures(FitParams()) if isinstance(one, Chart) and one.name == "errors"]
    training = chart.lines[0]
    # It leaves the chart at the bottom; whoever asks for a point hears what it is.
    assert training.y == pytest.approx(FitParams().fits().train_errors.mean(axis=1), abs=1e-25)
    assert chart.y.low is not None and training.y[14] < chart.y.low < training.y[12]


def test_bias_and_variance_of_many_redraws_come_to_what_is_exact() -> None:
    fits = FitParams(redraws=1000).fits()
    for order in (1, 3, 6):
        (bias, variance), (exact_bias, exact_variance) = fits.seen, fits.exact
        assert variance[order] == pytest.approx(exact_variance[order], rel=0.1)
        assert bias[order] == pytest.approx(exact_bias[order], abs=0.01)


def test_order_nine_is_worse_than_order_three_with_each_of_five_seeds() -> None:
    # What the lesson says.
    found = np.array([FitParams(seed=seed).fits().test_errors.mean(axis=1)[[3, 9]] for seed in (7, 1, 2, 3, 4)])
    assert (found[:, 0] < found[:, 1]).all()
    assert (found[:, 0] > 0.08).all() and (found[:, 0] < 0.15).all()
    assert (found[:, 1] > 0.13).all() and (found[:, 1] < 0.18).all()


def test_overfitting_is_harmless_only_where_nothing_new_is_asked() -> None:
    table = next(event for event in Fit().compute(FitParams()) if isinstance(event, Table) and event.name == "asked")
    learned, again, new = (int(str(row[1].value)) for row in table.rows)
    assert learned == 14
    assert again < 6 > new


def test_an_order_is_chosen_in_the_chart() -> None:
    charts = [event for event in Fit().compute(FitParams(noise=0.0)) if isinstance(event, Chart)]
    assert {chart.picks for chart in charts} == {"", "order"}
    for chart in charts:
        assert all(np.isfinite(line.y).all() and (line.y > 0).all() for line in chart.lines) or not chart.y.log
