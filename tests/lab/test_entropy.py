"""Entropy, against SciPy and torch, and the laws that it obeys."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy as scipy_entropy

from lab.core.events import Event, Metrics
from lab.core.figures import Bars, Chart, Table
from lab.core.params import ParamError, show
from lab.terminal.cli import cli
from lab.topics.maths.entropy import Entropy, EntropyParams
from lab.topics.maths.probabilities import distribution, entropy

BASES = {"e": math.e, "2": 2.0, "10": 10.0}


@st.composite
def distributions(draw: st.DrawFn, least: int = 2) -> tuple[float, ...]:
    """Return probabilities that sum to 1, some of them 0."""
    weights = draw(st.lists(st.floats(0, 1), min_size=least, max_size=25).filter(lambda found: sum(found) > 1e-3))
    return tuple(weight / math.fsum(weights) for weight in weights)


def shown(**values: object) -> list[Event]:
    return list(Entropy().compute(EntropyParams(**values)))


def metrics(**values: object) -> dict[str, float]:
    return next(dict(event.values) for event in shown(**values) if isinstance(event, Metrics))


def test_the_course_has_these_numbers() -> None:
    assert metrics(p=(0.25,))["entropy"] == pytest.approx(0.5623, abs=5e-5)
    assert metrics(p=(0.25,), base="2")["entropy"] == pytest.approx(0.8113, abs=5e-5)
    assert metrics(p=(0.25,))["first_term_alone"] == pytest.approx(0.3466, abs=5e-5)
    assert metrics(p=(0.25, 0.75)) == metrics(p=(0.25,))


def test_the_command_line_gives_them_too() -> None:
    result = CliRunner().invoke(cli, ["run", "maths.entropy", "--p", "0.25", "--base", "e", "--json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout.splitlines()[-1])
    assert found["metrics"]["entropy"] == pytest.approx(0.5623, abs=5e-5)


@given(distributions(), st.sampled_from(list(BASES)))
def test_scipy_and_torch_agree_in_every_base(p: tuple[float, ...], base: str) -> None:
    found = metrics(p=p, base=base)
    assert found["entropy"] == pytest.approx(float(scipy_entropy(p, base=BASES[base])), abs=1e-9)
    theirs = torch.distributions.Categorical(probs=torch.tensor(p, dtype=torch.float64)).entropy()
    assert found["entropy"] * math.log(BASES[base]) == pytest.approx(float(theirs), abs=1e-9)
    [table] = [event for event in Entropy().verify(EntropyParams(p=p, base=base)) if isinstance(event, Table)]
    assert [row[4].mark for row in table.rows] == ["good"] * (8 if len(p) == 2 else 7)
    assert [str(row[0].value) for row in table.rows].count("entropy −Σ p·log p") == (4 if len(p) == 2 else 3)


@given(distributions())
def test_it_is_never_negative_and_largest_where_all_are_alike(p: tuple[float, ...]) -> None:
    most = math.log(len(p))
    assert 0 <= metrics(p=p)["entropy"] <= most + 1e-12
    assert metrics(p=(1 / len(p),) * len(p))["entropy"] == pytest.approx(most)
    assert metrics(p=p)["perplexity"] <= len(p) + 1e-9


@given(distributions(), st.integers(1, 25))
def test_taking_outcomes_together_never_adds_and_impossible_ones_change_nothing(
    p: tuple[float, ...], outcomes: int
) -> None:
    found = distribution("p", p, outcomes)
    assert len(found) == outcomes
    assert found.sum() == pytest.approx(1)
    if outcomes >= len(p):
        assert entropy(found) == pytest.approx(entropy(np.array(p)))
    else:
        assert entropy(found) <= entropy(np.array(p)) + 1e-12


@given(distributions(), st.sampled_from(list(BASES)))
def test_the_bars_add_up_and_a_bar_that_is_dragged_sets_p(p: tuple[float, ...], base: str) -> None:
    [bars] = [event for event in shown(p=p, base=base) if isinstance(event, Bars)]
    given_p, surprises, terms = bars.panels
    assert (given_p.field, given_p.total) == ("p", 1.0)
    assert terms.values.sum() == pytest.approx(metrics(p=p, base=base)["entropy"])
    assert (np.isinf(surprises.values) == (given_p.values == 0)).all()
    assert (terms.values <= terms.high).all()
    assert len(bars.labels) == len(surprises.whys) == len(terms.whys) == len(p)


@given(st.floats(0, 1))
def test_the_ball_lies_on_the_curve_and_can_be_picked(p: float) -> None:
    [chart] = [event for event in shown(p=(p,)) if isinstance(event, Chart)]
    assert chart.picks == "p"
    curve, ball = chart.lines[0], chart.lines[-1]
    assert (ball.style, ball.x[0]) == ("ball", p)
    assert np.interp(p, curve.x, curve.y) == pytest.approx(float(ball.y[0]), abs=5e-3)
    assert max(curve.y) == pytest.approx(math.log(2), abs=1e-6)
    # What is picked is one number, and the field is a list.
    assert EntropyParams.from_texts({"p": show(EntropyParams.specs()["p"], p)}).p == (p,)


@given(distributions(least=3))
def test_on_the_way_to_uniform_entropy_only_rises(p: tuple[float, ...]) -> None:
    [chart] = [event for event in shown(p=p) if isinstance(event, Chart)]
    heights = chart.lines[0].y
    assert heights[0] == pytest.approx(metrics(p=p)["entropy"])
    assert heights[-1] == pytest.approx(math.log(len(p)))
    assert (np.diff(heights) >= -1e-12).all()
    assert not chart.picks


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"p": "0.2 0.3"}, "p: the probabilities sum to 0.5, and have to sum to 1"),
        ({"p": "0.5 0.6"}, "p: the probabilities sum to 1.1, and have to sum to 1"),
        ({"p": "0.3333 0.3333 0.3333"}, "p: the probabilities sum to 0.9999, and have to sum to 1"),
        ({"p": "1.5"}, "p: 1.5 is not allowed"),
        ({"p": "-0.5 1"}, "p: -0.5, 1 is not allowed"),
        ({"p": ""}, "p is empty; allowed"),
        ({"base": "3"}, "base: 3 is not allowed"),
    ],
)
def test_bad_input_is_refused(texts: dict[str, str], sentence: str) -> None:
    with pytest.raises(ParamError, match=sentence):
        EntropyParams.from_texts(texts)


def test_a_sum_may_miss_one_by_a_millionth() -> None:
    assert metrics(p=(0.333333, 0.333333, 0.333333))["entropy"] == pytest.approx(math.log(3), abs=1e-5)
