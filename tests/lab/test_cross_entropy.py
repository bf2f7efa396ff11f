"""Cross-entropy, against SciPy and torch, its laws, and where it has no limit."""

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
from torch.nn import functional

from lab.core.events import Event, Metrics
from lab.core.figures import Bars, Chart, Table
from lab.core.params import ParamError
from lab.terminal.cli import cli
from lab.topics.maths.cross_entropy import CrossEntropy, CrossEntropyParams

Pair = tuple[tuple[float, ...], tuple[float, ...]]


@st.composite
def pairs(draw: st.DrawFn, least_q: float = 1e-6, most: int = 25) -> Pair:
    """Return two distributions over the same classes; every q is at least about `least_q`."""
    count = draw(st.integers(2, most))
    p = draw(st.lists(st.floats(0, 1), min_size=count, max_size=count).filter(lambda found: sum(found) > 1e-3))
    q = draw(st.lists(st.floats(least_q, 1), min_size=count, max_size=count).filter(lambda found: sum(found) > 1e-3))
    return tuple(entry / math.fsum(p) for entry in p), tuple(entry / math.fsum(q) for entry in q)


def shown(**values: object) -> list[Event]:
    return list(CrossEntropy().compute(CrossEntropyParams(**values)))


def metrics(**values: object) -> dict[str, float]:
    return next(dict(event.values) for event in shown(**values) if isinstance(event, Metrics))


def table(name: str, **values: object) -> Table:
    figures = [*shown(**values), *CrossEntropy().verify(CrossEntropyParams(**values))]
    return next(event for event in figures if isinstance(event, Table) and event.name == name)


PLAIN = "F.binary_cross_entropy(q[:1], p[:1])"
OURS = "-xlogy(p, q).sum().item() / scale"


def from_torch(**values: object) -> dict[str, tuple[float, str]]:
    """Return what torch says: value and mark by call."""
    return {str(row[1].value): (float(row[3].value), row[4].mark) for row in table("check", **values).rows}


def test_the_course_has_this_number() -> None:
    assert metrics(p=(1, 0), q=(0.25, 0.75))["cross_entropy"] == pytest.approx(-math.log(0.25))
    assert metrics(p=(1.0,), q=(0.25,)) == metrics()
    command = ["run", "maths.cross_entropy", "--p", "1", "0", "--q", "0.25", "0.75", "--json"]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0
    found = json.loads(result.stdout.splitlines()[-1])["metrics"]
    assert found["cross_entropy"] == pytest.approx(1.3863, abs=5e-5)
    assert found["reversed_kl_divergence"] == "inf"


@given(pairs(), st.sampled_from([("e", math.e), ("2", 2.0), ("10", 10.0)]))
def test_it_is_entropy_and_divergence_together(pair: Pair, base: tuple[str, float]) -> None:
    p, q = pair
    found = metrics(p=p, q=q, base=base[0])
    assert found["kl_divergence"] == pytest.approx(float(scipy_entropy(p, q, base=base[1])), abs=1e-9)
    assert found["cross_entropy"] == pytest.approx(found["entropy"] + found["kl_divergence"], abs=1e-9)
    assert found["cross_entropy"] >= found["entropy"] - 1e-12


@given(pairs())
def test_only_the_truth_itself_costs_nothing_more(pair: Pair) -> None:
    p, q = pair
    same = metrics(p=p, q=p)
    assert same["cross_entropy"] == pytest.approx(same["entropy"], abs=1e-12)
    assert same["kl_divergence"] == same["reversed_kl_divergence"] == 0
    if max(abs(a - b) for a, b in zip(p, q, strict=True)) > 1e-3:
        assert metrics(p=p, q=q)["kl_divergence"] > 0


@given(pairs())
def test_torch_agrees_when_it_is_given_what_it_expects(pair: Pair) -> None:
    p, q = pair
    ours = metrics(p=p, q=q)["cross_entropy"]
    theirs = functional.cross_entropy(torch.tensor(q, dtype=torch.float64).log(), torch.tensor(p, dtype=torch.float64))
    assert ours == pytest.approx(float(theirs), abs=1e-9)
    found = from_torch(p=p, q=q)
    right = [value for call, value in found.items() if "(z" in call or call in (PLAIN, OURS)]
    assert len(right) >= (4 if len(p) == 2 else 2)
    assert all(mark == "good" and value == pytest.approx(ours, abs=1e-6) for value, mark in right)


def test_what_torch_makes_of_probabilities_in_place_of_logits() -> None:
    found = from_torch()
    assert found["F.cross_entropy(q, p)"] == (
        pytest.approx(-math.log(math.exp(0.25) / (math.exp(0.25) + math.exp(0.75)))),
        "bad",
    )
    assert found["F.binary_cross_entropy_with_logits(q[:1], p[:1])"] == (
        pytest.approx(math.log1p(math.exp(-0.25))),
        "bad",
    )
    assert found["F.cross_entropy(z, torch.tensor(0))"] == (pytest.approx(math.log(4)), "good")
    assert [row[0].mark for row in table("check").rows[-6:]] == ["", "", "bad", "", "", "bad"]


def test_a_q_of_zero_has_no_limit_and_torch_stops_at_100() -> None:
    found = metrics(p=(1, 0), q=(0, 1))
    assert found["cross_entropy"] == found["kl_divergence"] == math.inf
    numbers = table("numbers", p=(1, 0), q=(0, 1))
    assert "Class 1 happens" in str(numbers.note) and "−log 0" in str(numbers.rows[0][1].why)
    theirs = from_torch(p=(1, 0), q=(0, 1))
    assert theirs[PLAIN] == (100, "bad")
    assert theirs["F.cross_entropy(z, p)"][0] == math.inf
    # Impossible and never happening is no harm.
    assert metrics(p=(1, 0, 0), q=(0.5, 0.5, 0))["cross_entropy"] == pytest.approx(math.log(2))
    assert metrics(p=(1, 0, 0), q=(0.5, 0.5, 0))["reversed_kl_divergence"] == math.inf


@given(pairs(least_q=0.0))
def test_whatever_is_set_is_shown_and_the_bars_add_up(pair: Pair) -> None:
    p, q = pair
    figures = shown(p=p, q=q)
    [bars] = [event for event in figures if isinstance(event, Bars)]
    assert [(panel.field, panel.total) for panel in bars.panels[:2]] == [("p", 1.0), ("q", 1.0)]
    assert bars.panels[3].values.sum() == pytest.approx(metrics(p=p, q=q)["cross_entropy"])
    assert all(len(panel.values) == len(p) for panel in bars.panels)
    [chart] = [event for event in figures if isinstance(event, Chart)]
    assert not any(np.isinf(mark.value) for mark in chart.marks)
    assert chart.picks == ("q" if len(p) == 2 else "")


@given(st.floats(0, 1), st.floats(0.001, 0.999))
def test_the_ball_lies_on_the_curve_whose_bottom_is_the_entropy_of_p(p: float, q: float) -> None:
    [chart] = [event for event in shown(p=(p,), q=(q,)) if isinstance(event, Chart)]
    curve, ball = chart.lines[0], chart.lines[-1]
    assert (ball.style, ball.x[0]) == ("ball", q)
    assert float(ball.y[0]) == pytest.approx(metrics(p=(p,), q=(q,))["cross_entropy"])
    assert np.interp(q, curve.x, curve.y) == pytest.approx(float(ball.y[0]), rel=0.02, abs=0.02)
    assert min(curve.y) == pytest.approx(metrics(p=(p,), q=(q,))["entropy"], abs=1e-3)
    assert chart.y.high is not None and chart.y.high > float(ball.y[0])


def test_a_number_of_classes_makes_both_as_long() -> None:
    assert metrics(p=(1, 0), q=(0.2, 0.3, 0.5), outcomes=3)["cross_entropy"] == pytest.approx(-math.log(0.2))
    assert metrics(p=(1, 0), q=(0.2, 0.3, 0.5), outcomes=2)["cross_entropy"] == pytest.approx(-math.log(0.2))


@pytest.mark.parametrize(
    ("texts", "field", "sentence"),
    [
        ({"p": "1 0", "q": "0.2 0.3 0.5"}, "q", "there are 3 probabilities, but the true distribution has 2"),
        ({"q": "0.25 0.25"}, "q", "sum to 0.5"),
        ({"p": "0.5 0.25"}, "p", "sum to 0.75"),
        ({"q": "-0.25 1.25"}, "q", "not allowed"),
        ({"outcomes": "26"}, "outcomes", "not allowed"),
    ],
)
def test_bad_input_is_refused(texts: dict[str, str], field: str, sentence: str) -> None:
    with pytest.raises(ParamError, match=sentence) as caught:
        CrossEntropyParams.from_texts(texts)
    assert caught.value.field == field
