"""Activation functions on their page: where they saturate against mpmath, numbers against torch."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from lab.core.events import Event, Metrics
from lab.core.figures import Chart, Line, Table
from lab.core.params import ParamError
from lab.terminal.cli import cli
from lab.topics.ann.activations import Activations, ActivationsParams
from lab.topics.ann.activations.saturation import FACTS, FUNCTIONS, dips, slope_at, tails, zones

ROOT = Path(__file__).resolve().parents[2]
names = st.sampled_from(sorted(FUNCTIONS))
places = st.floats(-10, 10)
thresholds = st.floats(0.001, 0.5)
SMOOTH = {
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "elu": lambda z: z if z > 0 else mpmath.expm1(z),
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
    "gelu": lambda z: z * mpmath.ncdf(z),
    "silu": lambda z: z / (1 + mpmath.exp(-z)),
}


def shown(**values: Any) -> list[Event]:
    return list(Activations().compute(ActivationsParams(**values)))


def metrics(**values: Any) -> dict[str, float]:
    last = shown(**values)[-1]
    assert isinstance(last, Metrics)
    return dict(last.values)


def chart(name: str, **values: Any) -> Chart:
    return next(event for event in shown(**values) if isinstance(event, Chart) and event.name == name)


def table(name: str, **values: Any) -> Table:
    figures = [*shown(**values), *Activations().verify(ActivationsParams(**values))]
    return next(event for event in figures if isinstance(event, Table) and event.name == name)


def cells(**values: Any) -> dict[str, Any]:
    """Return the numbers of the first function by what they are called."""
    return {str(row[0].value): row[1] for row in table("numbers", **values).rows}


def lines(figure: Chart, style: str) -> list[Line]:
    return [line for line in figure.lines if line.style == style]


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("threshold", [0.001, 0.0123, 0.05, 0.0998, 0.128, 0.2, 0.5])
def test_at_every_edge_of_a_flat_zone_the_slope_is_the_threshold(name: str, threshold: float) -> None:
    edges = [edge for zone in zones(name, threshold) for edge in (zone.low, zone.high) if math.isfinite(edge)]
    assert len(edges) == {
        "elu": 1,
        "softplus": 1,
        "gelu": 3 if threshold < 0.128904 else 1,
        "silu": 3 if threshold < 0.0998388 else 1,
    }.get(name, 0 if name == "sigmoid" and threshold > 0.25 else 2)
    with mpmath.workdps(40):
        for edge in edges:
            assert abs(mpmath.diff(SMOOTH[name], mpmath.mpf(edge))) == pytest.approx(threshold, rel=1e-10)


@given(name=names, z=st.floats(-30, 30), threshold=thresholds)
@settings(max_examples=400)
def test_inside_the_zones_it_is_flatter_and_outside_not(name: str, z: float, threshold: float) -> None:
    inside = any(zone.low <= z <= zone.high for zone in zones(name, threshold))
    slope = abs(slope_at(name, z))
    if abs(slope - threshold) > 1e-9:
        assert inside == (slope < threshold)


@given(name=names, threshold=thresholds)
def test_zones_lie_apart_and_in_their_order(name: str, threshold: float) -> None:
    found = zones(name, threshold)
    assert all(zone.low < zone.high for zone in found)
    assert all(before.high <= after.low for before, after in pairwise(found))


def test_known_places_of_saturation() -> None:
    assert tails("sigmoid", 0.05) == (pytest.approx(-2.8872709503576), pytest.approx(2.8872709503576))
    assert tails("tanh", 0.5) == (pytest.approx(-math.asinh(1)), pytest.approx(math.asinh(1)))
    assert tails("softplus", 0.5) == (0.0, None)
    assert tails("relu", 0.3) == (0.0, None)
    assert tails("relu6", 0.3) == (0.0, 6.0)
    assert tails("leaky_relu", 0.009) == (None, None)
    assert tails("leaky_relu", 0.011) == (0.0, None)
    assert tails("gelu", 0.5) == tails("silu", 0.5) == (0.0, None)
    assert tails("sigmoid", 0.3) == (math.inf, -math.inf)
    # Where a quarter is asked for, only z = 0 itself is as steep.
    assert tails("sigmoid", 0.25) == (0.0, 0.0)


def test_a_smooth_function_is_flat_at_its_lowest_point_without_saturation() -> None:
    for name, lowest in (("gelu", -0.7517915246935645), ("silu", -1.2784645427610738)):
        (dip,) = dips(name, 0.05)
        assert dip.low < lowest < dip.high
        assert str(cells(function=name, z=lowest)["at this z"].value) == "flat: lowest point"
        assert str(cells(function=name, z=-9.5)["at this z"].value) == "saturated"
        # The dip is never as steep as this, so the flat tail begins after it.
        assert dips(name, 0.2) == ()
    assert all(dips(name, 0.05) == () for name in FUNCTIONS if name not in ("gelu", "silu"))


@pytest.mark.parametrize("name", FACTS)
def test_largest_slopes_kinks_and_values_are_those_of_the_function(name: str) -> None:
    facts, z = FACTS[name], torch.linspace(-30, 30, 600_001, dtype=torch.float64, requires_grad=True)
    values = getattr(functional, name)(z)
    (slopes,) = torch.autograd.grad(values.sum(), z)
    assert float(slopes.max()) == pytest.approx(facts.largest, abs=1e-8)
    if math.isfinite(facts.steepest):
        assert slope_at(name, facts.steepest) == facts.largest
    jumps = z.detach()[1:][abs(torch.diff(slopes)) > 0.5]
    np.testing.assert_allclose(jumps, facts.kinks, atol=2e-4)
    turns = z.detach()[1:-1][torch.diff(torch.sign(torch.diff(slopes[abs(z) < 40]))) != 0]
    for turn in facts.turns:
        assert float(abs(turns - turn).min()) < 2e-4
    lowest = facts.values[1:].split(",")[0].replace("−", "-").replace("∞", "inf")
    assert float(values.min().detach()) == pytest.approx(float(lowest), abs=1e-5) or lowest == "-inf"


@given(name=names, other=names, z=places, layers=st.integers(1, 50))
@settings(max_examples=60)
def test_metrics_are_those_of_torch(name: str, other: str, z: float, layers: int) -> None:
    found = metrics(function=name, compared=other, z=z, layers=layers)
    for prefix, each in (("", name), ("compared_", other)):
        if prefix and name == other:
            assert "compared_value" not in found
            continue
        place = torch.tensor(z, dtype=torch.float64, requires_grad=True)
        value = getattr(functional, each)(place)
        (slope,) = torch.autograd.grad(value, place)
        assert found[f"{prefix}value"] == pytest.approx(value.item(), rel=1e-12, abs=1e-12)
        assert found[f"{prefix}slope"] == pytest.approx(slope.item(), rel=1e-12, abs=1e-12)
        assert found[f"{prefix}gradient_after_layers"] == pytest.approx(slope.item() ** layers, rel=1e-8, abs=1e-12)
        assert found[f"{prefix}saturated"] == (abs(slope.item()) < 0.05)


def test_ten_sigmoids_leave_a_millionth_at_best() -> None:
    assert metrics(function="sigmoid", z=0)["gradient_after_layers"] == 0.25**10 < 1e-6
    # The same by torch, through ten sigmoids that are all at their steepest.
    z = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    a = z
    for _ in range(10):
        a = torch.sigmoid(a) - 0.5
    (gradient,) = torch.autograd.grad(a, z)
    assert gradient.item() == 0.25**10


def test_a_chain_of_them_is_drawn_layer_by_layer_and_zero_is_said_not_drawn() -> None:
    figure = chart("gradients", function="tanh", compared="relu", z=-1, layers=3)
    tanh, relu = lines(figure, "line + points")
    slope = 1 - math.tanh(1) ** 2
    np.testing.assert_allclose(tanh.y, [1, slope, slope**2, slope**3])
    np.testing.assert_array_equal(relu.y, [1, math.nan, math.nan, math.nan])
    assert str(relu.label) == "ReLU: 0"
    assert figure.y.log and figure.y.low is not None and 0 < figure.y.low <= slope**3


def test_the_charts_follow_the_pointer_and_show_place_and_edges() -> None:
    for name in ("functions", "slopes"):
        assert chart(name).follows == "z"
        found, kind = metrics(z=2.0), "value" if name == "functions" else "slope"
        first, second = lines(chart(name, z=2.0), "ball")
        assert (first.x[0], first.y[0]) == (2.0, found[kind])
        assert (second.x[0], second.y[0]) == (2.0, found[f"compared_{kind}"])
    edges = [mark.value for mark in chart("functions", function="tanh").marks]
    assert edges == [pytest.approx(-2.1782722103), pytest.approx(2.1782722103)]
    dots = lines(chart("functions", function="tanh", compared="none"), "points")
    assert all(abs(x) >= 2.178 for line in dots for x in line.x.tolist())
    assert str(chart("functions", threshold=0.4, function="sigmoid").marks[0].label) == "saturated everywhere"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_jump_of_the_slope_is_not_bridged(name: str) -> None:
    slopes = lines(chart("slopes", function=name, compared="none"), "line")[0]
    assert np.isnan(slopes.y).sum() == len(FACTS[name].kinks)
    joined = np.isfinite(slopes.y[1:]) & np.isfinite(slopes.y[:-1])
    assert np.abs(np.diff(slopes.y)[joined]).max() < 0.06
    places_ = slopes.x[np.isfinite(slopes.x)]
    assert (places_[0], places_[-1]) == (-10, 10) and (np.diff(places_) >= 0).all()


@given(z=places)
@settings(max_examples=60)
def test_the_place_is_always_in_sight(z: float) -> None:
    for name in FUNCTIONS:
        figure = chart("functions", function=name, compared="none", z=z)
        (ball,) = lines(figure, "ball")
        assert figure.y.low is not None and figure.y.high is not None
        assert figure.y.low <= float(ball.y[0]) <= figure.y.high


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"function": "relu", "z": -1.0}, "Nothing comes back here"),
        ({"function": "relu6", "z": 7.0}, "Nothing comes back here"),
        ({"function": "silu", "z": -2.0}, "negative"),
        ({"function": "sigmoid", "z": 6.0}, "only 0.00247 of the gradient"),
        ({"function": "sigmoid", "z": 0.0}, "a′(z) = σ(z)"),
    ],
)
def test_it_says_what_a_place_means(values: dict[str, Any], said: str) -> None:
    assert said in str(table("numbers", **values).note)


def test_at_a_kink_it_says_so() -> None:
    assert "no derivative. torch takes 0" in str(cells(function="relu", z=0.0)["slope a′(z)"].why)
    assert "no derivative. torch takes 0.01" in str(cells(function="leaky_relu", z=0.0)["slope a′(z)"].why)
    assert "no derivative" not in str(cells(function="gelu", z=0.0)["slope a′(z)"].why)


@given(name=names, other=names, z=places)
@settings(max_examples=60)
def test_torch_says_the_same(name: str, other: str, z: float) -> None:
    rows = table("check", function=name, compared=other, z=z).rows
    assert len(rows) == (3 if name == other else 6)
    assert all(row[4].mark == "good" for row in rows)


def test_every_combination_is_shown_without_a_warning_and_without_scipy() -> None:
    script = (
        "import sys, warnings; warnings.simplefilter('error')\n"
        "from lab.topics.ann.activations import Activations, ActivationsParams\n"
        "from lab.topics.ann.activations.saturation import FUNCTIONS\n"
        "for function in FUNCTIONS:\n"
        "    for z in (-10, -0.75, 0, 6, 10):\n"
        "        for threshold in (0.001, 0.25, 0.5):\n"
        "            params = ActivationsParams(function=function, z=z, threshold=threshold, layers=50)\n"
        "            list(Activations().compute(params))\n"
        "assert not {'scipy', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def test_the_command_line_gives_the_numbers() -> None:
    result = CliRunner().invoke(cli, ["run", "ann.activations", "--function", "tanh", "--z", "2", "--json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout.splitlines()[-1])["metrics"]
    assert found["value"] == pytest.approx(math.tanh(2)) and found["saturated_above"] == pytest.approx(2.1782722)


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"function": "swish"}, "function"),
        ({"z": "11"}, "z"),
        ({"threshold": "0"}, "threshold"),
        ({"layers": "0"}, "layers"),
    ],
)
def test_bad_input_is_refused(texts: dict[str, str], field: str) -> None:
    with pytest.raises(ParamError, match="not allowed") as caught:
        ActivationsParams.from_texts(texts)
    assert caught.value.field == field
