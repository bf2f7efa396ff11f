"""Softmax, against torch and SciPy, and where the formula as it stands breaks."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax as scipy_softmax

from lab.core.events import Metrics
from lab.core.figures import Bars, Cell, Chart, Table
from lab.core.params import ParamError
from lab.core.text import Message
from lab.topics.maths.softmax import Softmax, SoftmaxParams
from lab.topics.maths.softmax.ways import naive_softmax, softmax

LOGITS = st.lists(st.floats(-1000, 1000), min_size=2, max_size=25)


def metrics(**values: object) -> dict[str, float]:
    [event] = [event for event in Softmax().compute(SoftmaxParams(**values)) if isinstance(event, Metrics)]
    return dict(event.values)


def bars(**values: object) -> Bars:
    [event] = [event for event in Softmax().compute(SoftmaxParams(**values)) if isinstance(event, Bars)]
    return event


def table(name: str, **values: object) -> Table:
    params = SoftmaxParams(**values)
    figures = [*Softmax().compute(params), *Softmax().verify(params)]
    [event] = [event for event in figures if isinstance(event, Table) and event.name == name]
    return event


@given(LOGITS, st.floats(0.01, 100))
def test_shares_sum_to_one_keep_the_order_and_are_those_of_torch_and_scipy(
    logits: list[float], temperature: float
) -> None:
    scores = np.array(logits) / temperature
    shares = softmax(scores)
    assert shares.sum() == pytest.approx(1, abs=1e-12)
    assert (shares >= 0).all()
    assert (np.diff(shares[np.argsort(scores)]) >= 0).all()
    np.testing.assert_allclose(shares, torch.softmax(torch.tensor(scores), 0).numpy(), atol=1e-12)
    np.testing.assert_allclose(shares, scipy_softmax(scores), atol=1e-12)


@given(LOGITS, st.floats(-1000, 1000))
def test_a_shift_of_all_logits_changes_nothing(logits: list[float], shift: float) -> None:
    np.testing.assert_allclose(softmax(np.array(logits) + shift), softmax(np.array(logits)), atol=1e-9)


@given(LOGITS, st.floats(0.01, 100), st.floats(-1000, 1000), st.sampled_from([0, 2, 7, 25]))
def test_whatever_is_set_is_shown_without_a_number_that_is_none(
    logits: list[float], temperature: float, shift: float, count: int
) -> None:
    params = SoftmaxParams(logits=tuple(logits), temperature=temperature, shift=shift, count=count)
    [*_, last] = Softmax().compute(params)
    assert isinstance(last, Metrics)
    assert last.values["sum"] == pytest.approx(1)
    [drawn] = [event for event in Softmax().compute(params) if isinstance(event, Bars)]
    assert all(len(panel.values) == (count or len(logits)) == len(drawn.labels) for panel in drawn.panels)
    assert all(panel.low < panel.high for panel in drawn.panels)
    for panel in (drawn.panels[0], drawn.panels[2]):
        assert (panel.low <= panel.values).all() and (panel.values <= panel.high).all()
    assert not any(cell.mark == "bad" for cell in check_column(params, 4))


def check_column(params: SoftmaxParams, column: int) -> list[Cell]:
    [compared] = [event for event in Softmax().verify(params) if isinstance(event, Table)]
    return [row[column] for row in compared.rows]


def test_exp_of_1000_overflows_as_the_formula_stands_and_not_when_the_largest_is_subtracted() -> None:
    powers, shares = naive_softmax(np.array([1000.0, 999.0]))
    assert np.isinf(powers).all() and np.isnan(shares).all()
    found = metrics(logits=(1000, 999))
    assert math.isnan(found["largest_naive"])
    assert found["largest"] == pytest.approx(1 / (1 + math.exp(-1)))
    rows = table("stability", logits=(1000, 999)).rows
    assert [row[3].mark for row in rows] == ["bad", "bad", "good", "good"]
    assert "overflow" in str(rows[0][1].why) and "NaN" in str(rows[0][3].why)


@pytest.mark.parametrize(
    ("logits", "marks"),
    [
        ((88.0, 0.0), "good good good good"),
        ((89.0, 0.0), "bad good good good"),
        ((709.0, 0.0), "bad good good good"),
        ((710.0, 0.0), "bad bad good good"),
        ((-1000.0, -999.0), "bad bad good good"),
    ],
)
def test_the_limits_of_both_precisions(logits: tuple[float, float], marks: str) -> None:
    assert [row[3].mark for row in table("stability", logits=logits).rows] == marks.split()


def test_a_sum_that_overflows_makes_a_share_of_zero() -> None:
    row = table("stability", logits=(709.0,) * 25).rows[1]
    assert (row[2].value, row[3].value, row[3].mark) == (math.inf, 0, "bad")
    assert "sum does not" in str(row[3].why)


@pytest.mark.parametrize(
    ("logits", "shift", "verdict"),
    [
        ((2.0, 1.0, -1.0), 0, "negative share"),
        ((1.0, -1.0), 0, "sum is 0"),
        ((0.1, 0.2, -0.3), 0, "sum is 0"),
        ((-1.0, -2.0), 0, "the least"),
        ((1.0, 2.0), 0, "shift"),
        ((1.0, -1.0), 5, "shift"),
    ],
)
def test_dividing_by_the_sum_goes_wrong_in_words(logits: tuple[float, ...], shift: float, verdict: str) -> None:
    panel = bars(logits=logits, shift=shift).panels[3]
    assert verdict in str(panel.remark)
    shifted = np.array(logits) + shift
    if "sum is 0" in verdict:
        assert np.isnan(panel.values).all()
    else:
        np.testing.assert_allclose(panel.values, shifted / shifted.sum())


@given(st.floats(0.01, 100))
def test_temperature_zero_is_the_largest_and_infinity_all_alike(temperature: float) -> None:
    [chart] = [event for event in Softmax().compute(SoftmaxParams(temperature=temperature)) if isinstance(event, Chart)]
    curves = [line for line in chart.lines if line.label]
    assert [line.y[0] for line in curves] == pytest.approx([1, 0, 0, 0, 0], abs=1e-6)
    assert [line.y[-1] for line in curves] == pytest.approx([0.2] * 5, abs=0.01)
    assert chart.picks == "temperature"
    assert chart.lines[-1].y[0] == pytest.approx(metrics(temperature=temperature)["largest"])


def test_a_count_adds_zeros_or_leaves_out_the_last_and_says_so() -> None:
    assert bars(logits=(3, 1), count=4).panels[0].values.tolist() == [3, 1, 0, 0]
    fewer = bars(logits=(3, 1, 2), count=2).panels[0]
    assert fewer.values.tolist() == [3, 1]
    assert str(fewer.remark) == "typed, but left out: 1"
    assert len(bars(logits=(3, 1, 2)).labels) == 3


def test_only_where_one_is_largest_does_it_get_the_least() -> None:
    assert str(bars(logits=(-1, -2)).panels[3].remark) == "the largest gets the least"
    assert str(bars(logits=(-5, -5)).panels[3].remark) == "a shift would change them"


def test_log_softmax_goes_on_where_the_share_is_zero() -> None:
    _, share, _, logarithm = table("check", logits=(1000, 0)).rows[:4]
    assert (share[2].value, share[3].value, logarithm[2].value, logarithm[3].value) == (0, 0, -1000, -1000)
    assert isinstance(logarithm[2].why, Message)


@pytest.mark.parametrize(
    "texts",
    [
        {"logits": "1"},
        {"logits": "1 1001"},
        {"logits": "1 " * 26},
        {"count": "1"},
        {"count": "26"},
        {"temperature": "0"},
    ],
)
def test_bad_input_is_refused(texts: dict[str, str]) -> None:
    with pytest.raises(ParamError) as caught:
        SoftmaxParams.from_texts(texts)
    assert caught.value.field == next(iter(texts))
    assert "allowed is" in str(caught.value)
