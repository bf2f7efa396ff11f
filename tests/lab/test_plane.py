"""Descent over the plane, against torch, SciPy and known minima."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from lab.core.code import Code
from lab.core.events import Event, Metrics, Progress, Remark, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Field, Overlay, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.nets.registry.optimisers import numpy_optimiser
from lab.topics.gradient_descent.plane import Plane, PlaneParams
from lab.topics.gradient_descent.plane.basins import FIRST, LEFT, MOVING, Basins

HIMMELBLAU = {(3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)}


def peaks(x: Any, y: Any, exp: Any = np.exp) -> Any:
    return (
        3 * (1 - x) ** 2 * exp(-(x**2) - (y + 1) ** 2)
        - 10 * (x / 5 - x**3 - y**5) * exp(-(x**2) - y**2)
        - 1 / 3 * exp(-((x + 1) ** 2) - y**2)
    )


def run(params: PlaneParams, watched: bool = False) -> list[Event]:
    plane = Plane()
    plane.prepare(params)
    return list(plane.run(params, Context("cpu", DataStore(Path("unused")), due=lambda _kind, _name: watched)))


def metrics(events: list[Event]) -> dict[str, float]:
    [found] = [event for event in events if isinstance(event, Metrics)]
    return dict(found.values)


def test_the_surface_is_the_peaks_of_matlab() -> None:
    shown = PlaneParams().surface()
    x, y = np.random.default_rng(0).uniform(-3, 3, (2, 200))
    np.testing.assert_allclose(shown.expression(x, y), peaks(x, y), atol=1e-12)
    tx, ty = torch.tensor(x, requires_grad=True), torch.tensor(y, requires_grad=True)
    peaks(tx, ty, torch.exp).sum().backward()
    by_x, by_y = shown.partials(x, y)
    np.testing.assert_allclose(by_x, tx.grad, atol=1e-12)
    np.testing.assert_allclose(by_y, ty.grad, atol=1e-12)


def test_the_descent_is_that_of_torch() -> None:
    found = metrics(run(PlaneParams(basins=False)))
    at = torch.tensor([0.5, -1.0], dtype=torch.float64, requires_grad=True)
    rule = torch.optim.SGD([at], lr=0.01)
    for _ in range(1000):
        rule.zero_grad()
        peaks(at[0], at[1], torch.exp).backward()
        rule.step()
    assert found["x"] == pytest.approx(at[0].item(), abs=1e-9)
    assert found["y"] == pytest.approx(at[1].item(), abs=1e-9)
    assert (found["x"], found["y"]) == pytest.approx((0.2282789, -1.6255350), abs=5e-8)
    assert found["value"] == pytest.approx(peaks(at[0], at[1], torch.exp).item(), abs=1e-9)
    assert set(found) >= {"momentum_value", "rmsprop_value", "adam_value"}


def test_the_basins_of_himmelblau_are_its_four_minima() -> None:
    params = PlaneParams(function="himmelblau", start=(0.0, 0.0), learning_rate=0.005, resolution=40, steps=500)
    events = run(params)
    assert metrics(events)["minima"] == 4
    [first, *_, last] = [event for event in events if isinstance(event, Field) and event.name == "basins"]
    assert np.isnan(first.values).all()
    said = {tuple(float(part) for part in str(words).split("(")[1].strip(")").split(", ")) for words in last.classes}
    assert all(min(abs(x - a) + abs(y - b) for a, b in HIMMELBLAU) < 2e-3 for x, y in said)


def test_each_pixel_is_coloured_by_where_its_own_descent_ends() -> None:
    shown = PlaneParams().surface()
    basins = Basins(shown.partials, shown.curvatures, numpy_optimiser("sgd", 0.01), (-3, 3), (-3, 3), 30)
    for _ in range(600):
        basins.step()
    classes = basins.classes
    counts = np.bincount(classes.ravel() + 1)
    assert counts[MOVING + 1] == basins.moving > 0  # The corners are plains, which no step leaves.
    rows, columns = np.nonzero(classes >= FIRST)
    assert len(basins.ends) == 3
    at = torch.tensor(np.stack([(columns + 0.5) / 5 - 3, (rows + 0.5) / 5 - 3]), requires_grad=True)
    rule = torch.optim.SGD([at], lr=0.01)
    for _ in range(2000):
        rule.zero_grad()
        peaks(at[0], at[1], torch.exp).sum().backward()
        rule.step()
    ends = np.array(basins.ends)[classes[rows, columns] - FIRST]
    np.testing.assert_allclose(at.detach().numpy().T, ends, atol=1e-3)


def test_ends_are_minima_by_scipy() -> None:
    shown = PlaneParams().surface()
    basins = Basins(shown.partials, shown.curvatures, numpy_optimiser("adam", 0.01), (-3, 3), (-3, 3), 20)
    for _ in range(600):
        basins.step()
    for end in basins.ends:
        assert minimize(lambda at: peaks(*at), end, tol=1e-12).x == pytest.approx(end, abs=1e-5)


def test_descents_that_leave_are_marked_as_such() -> None:
    shown = PlaneParams(function="saddle").surface()
    basins = Basins(shown.partials, shown.curvatures, numpy_optimiser("sgd", 1.5), (-2, 2), (-2, 2), 20)
    for _ in range(200):
        basins.step()
    assert (basins.classes == LEFT).mean() > 0.9


def test_a_rate_that_explodes_stops_with_step_and_place_and_what_to_try() -> None:
    events = run(PlaneParams(function="rosenbrock", start=(-1.0, 2.0), learning_rate=0.1, resolution=20), watched=True)
    [remark] = [event for event in events if isinstance(event, Remark)]
    assert "At step 1 the descent left the map" in str(remark.message)
    assert "learning rate below 0.033" in str(remark.message)
    found = metrics(events)
    assert found["diverged"] == 1
    assert all(np.isfinite(value) for value in found.values())
    assert sum(isinstance(event, Progress) for event in events) == 1


def test_nothing_is_drawn_that_is_no_number() -> None:
    params = PlaneParams(function="typed", expression="log(x) + y^2", start=(1.0, 1.0), steps=200, resolution=20)
    for event in run(params, watched=True):
        if isinstance(event, Field) and event.name == "plane":
            assert np.isfinite(event.values[~np.isnan(event.values)]).all()
        if isinstance(event, Table) and event.name == "race":
            assert all(np.isfinite(c.value) for row in event.rows for c in row if isinstance(c.value, float))


def test_watching_does_not_change_the_numbers_and_shows_the_way() -> None:
    params = PlaneParams(steps=60, resolution=30)
    seen = run(params, watched=True)
    assert metrics(seen) == metrics(run(params))
    overlays = [event for event in seen if isinstance(event, Overlay)]
    lengths = [max(len(line.x) for line in event.lines) for event in overlays]
    assert lengths[-1] == 61
    assert all(a <= b for a, b in pairwise(lengths))
    assert any(isinstance(event, Chart) for event in seen)


def test_the_gradient_at_the_cursor_is_asked_before_and_while_it_runs() -> None:
    plane = Plane()
    plane.prepare(PlaneParams())
    [table, overlay] = list(made(plane.query({"at": (1.0, 0.5)})))
    assert isinstance(table, Table)
    assert isinstance(overlay, Overlay)
    by_x, by_y = PlaneParams().surface().partials(np.array(1.0), np.array(0.5))
    shown = {str(row[0].value): row[1].value for row in table.rows}
    assert shown["∂f/∂x"] == pytest.approx(float(by_x))
    assert shown["∂f/∂y"] == pytest.approx(float(by_y))
    # The same again is no question: all is shown, as where a run comes to rest.
    assert {type(event) for event in made(plane.query({"at": (1.0, 0.5)}))} == {Field, Overlay, Chart, Table, Code}


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"expression": "x^2 + z"}, "expression", "character 7"),
        ({"expression": "log(0*x - 1) + y"}, "expression", "no value anywhere"),
        ({"expression": "log(x) + y", "start": (-1.0, 0.0)}, "start", "no value or no slope"),
        ({"start": (1.0,)}, "start", "2 to 2 numbers"),
    ],
)
def test_what_cannot_be_descended_is_refused(changes: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(ParamError, match=said) as refused:
        PlaneParams(function="typed", **changes)
    assert refused.value.field == field
