"""Sweeps: what is typed, what is run, what is kept, and where."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as some

from lab.core.catalogue import experiment, identifiers
from lab.core.events import Event, Metrics, Progress
from lab.core.params import ParamError
from lab.running import sessions
from lab.sweeps.execution import Backend, execute, run_cell
from lab.sweeps.experiment import SweepExperiment
from lab.sweeps.figures import even, heat, over_axis
from lab.sweeps.grid import Axis, Sweep, read_axis, updated_axis
from lab.sweeps.outcomes import CURVE, Outcome, Outcomes, Results, thinned
from lab.sweeps.suggest import suggest
from lab.terminal.cli import cli
from lab.topics.cnn.mnist import MnistParams

MULTILAYER = "ann.multilayer"


def swept(over: str, repeats: int = 1, name: str = MULTILAYER, **values: Any) -> Sweep:
    """Return a sweep as it is typed."""
    axes = tuple(read_axis(name, part) for part in over.split("&"))
    return Sweep(name, experiment(name).params().replace(**values), axes, repeats)


def outcomes(sweep: Sweep, place: Backend | None = None) -> list[Outcome]:
    """Run a sweep and return the outcomes in the order of its cells."""
    found = execute(sweep, list(sweep.cells()), sessions.data_store(), place or Backend())
    return sorted((one for one in found if isinstance(one, Outcome)), key=lambda one: one.cell.index)


def command(*arguments: str) -> list[dict[str, Any]]:
    """Run the command line and return its lines of JSON."""
    result = CliRunner().invoke(cli, ["sweep", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def refused(*arguments: str) -> str:
    """Return the sentence with which the command line refuses."""
    result = CliRunner().invoke(cli, ["sweep", *arguments])
    assert result.exit_code == 2, result.output
    return result.stderr.strip()


def test_axes() -> None:
    assert read_axis(MULTILAYER, "learning_rate=0.001:0.1:40").values == pytest.approx(np.linspace(0.001, 0.1, 40))
    assert read_axis(MULTILAYER, " learning-rate = 0.001:0.1:3:log").values == pytest.approx((0.001, 0.01, 0.1))
    assert read_axis(MULTILAYER, "epochs=10,20, 40") == Axis("epochs", (10, 20, 40))
    assert read_axis(MULTILAYER, "points=2:5:10").values == (2, 3, 4, 5)
    assert read_axis("ann.iris", "hidden=8; 8 8; 16, 16, 16").values == ((8,), (8, 8), (16, 16, 16))
    assert read_axis("ann.iris", "hidden=2:6:3").values == ((2,), (4,), (6,))
    assert read_axis("ann.binary", "activation=relu,tanh").values == ("relu", "tanh")
    assert read_axis("ann.iris", "standardised=true,false").values == (True, False)
    # The ends are what was typed, to the last bit.
    assert read_axis(MULTILAYER, "learning_rate=0.001:0.1:7").values[-1] == 0.1


def test_a_number_of_a_block_is_an_axis() -> None:
    assert read_axis("cnn.mnist", "network.conv2.channels=2,5,8") == Axis("network.conv2.channels", (2, 5, 8))
    assert read_axis("cnn.mnist", "network.conv1.kernel=1:5:3").values == (1, 3, 5)
    assert read_axis("cnn.mnist", "network.pool1.how=max,mean").values == ("max", "mean")
    sweep = swept("network.conv1.channels=2,5 & network.conv2.channels=3 & epochs=1", 1, "cnn.mnist")
    first, second = [cell.params.to_texts()["network"].split("; ") for cell in sweep.cells()]
    usual = MnistParams().to_texts()["network"].split("; ")
    assert [text for text in first if text not in usual] == [
        f"conv channels={count} kernel=5 stride=1 padding=1" for count in (2, 3)
    ]
    assert [text for text in second if text not in first] == ["conv channels=5 kernel=5 stride=1 padding=1"]
    assert str(sweep.called("network.conv1.channels")) == "Channels of conv1"
    for axis, says in (("network.conv3.channels", "there is no conv3.channels among the blocks"),):
        with pytest.raises(ParamError, match=says):
            list(swept(f"{axis}=2", 1, "cnn.mnist").cells())
    for text in ("network.flatten1.units=3", "network.conv1=3", "network.conv1.width=3", "epochs.conv1.channels=3"):
        with pytest.raises(ParamError, match="is not a parameter of"):
            read_axis("cnn.mnist", text)
    with pytest.raises(ParamError, match="from 1 to 1024"):
        read_axis("cnn.mnist", "network.conv1.channels=0,2")


def test_an_axis_of_an_earlier_network_is_one_of_blocks() -> None:
    found = read_axis("cnn.mnist", updated_axis(MnistParams, "channels=2; 4 4", {}))
    assert [[text for text in value if text.startswith("conv")] for value in found.values] == [
        ["conv channels=2 kernel=5 stride=1 padding=1"],
        ["conv channels=4 kernel=5 stride=1 padding=1"] * 2,
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("learning_rate", "lacks its values"),
        ("learning_rate=", "lacks its values"),
        ("rate=1,2", "rate is not a parameter of ann.multilayer; choose from points, blur"),
        ("learning_rate=0:1", "cannot be read"),
        ("learning_rate=0.1:a:3", "cannot be read"),
        ("learning_rate=0.1:0.2:0", "cannot be read"),
        ("learning_rate=0.1:0.2:3:exp", "cannot be read"),
        ("learning_rate=0:0.2:3", "reaches beyond what is allowed: a number from 1e-05 to 10.0"),
        ("learning_rate=0.1,99", "99"),
        ("blur=-1:1:3:log", "cannot be read"),
        ("epochs=1.5", "1.5"),
    ],
)
def test_what_cannot_be_swept_is_said(text: str, says: str) -> None:
    with pytest.raises(ParamError) as caught:
        read_axis(MULTILAYER, text)
    assert caught.value.field == "over"
    assert says in str(caught.value)


@settings(max_examples=200)
@given(some.text(alphabet="learning_rate=0123456789.:,;-&e \u06f1", max_size=40))
def test_nothing_but_an_axis_or_a_sentence_comes_of_typing(text: str) -> None:
    try:
        found: object = read_axis(MULTILAYER, text).values
    except ParamError as error:
        found = str(error)
    assert found


def test_cells_have_seeds_of_their_own_that_depend_on_their_place_alone() -> None:
    cells = list(swept("learning_rate=0.01,0.1 & epochs=5,6", 3).cells())
    assert [cell.index for cell in cells] == list(range(12))
    assert [cell.repeat for cell in cells[:4]] == [0, 1, 2, 0]
    assert cells[5].values == {"learning_rate": 0.01, "epochs": 6}
    assert len({cell.seed for cell in cells}) == 12
    assert [cell.seed for cell in swept("learning_rate=0.01,0.1 & epochs=5,6", 3).cells()] == [c.seed for c in cells]
    others = swept("learning_rate=0.01,0.1 & epochs=5,6", 3, seed=8).cells()
    assert not {cell.seed for cell in others} & {cell.seed for cell in cells}
    assert [cell.seed for cell in swept("seed=1,2,3").cells()] == [1, 2, 3]


def test_sweeps_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ParamError, match="twice"):
        swept("epochs=1,2 & epochs=3,4")
    with pytest.raises(ParamError, match="left to chance"):
        swept("p=0.1;0.2", 2, "maths.entropy")
    with pytest.raises(ParamError, match="at most 100000"):
        swept("learning_rate=0.001:0.1:1000", 200)


def test_every_cell_is_the_run_that_opens_it() -> None:
    sweep = swept("learning_rate=0.01:0.1:4", 2, epochs=60)
    for one in outcomes(sweep):
        link = sweep.link(one.cell)
        params = experiment(link.experiment).params
        alone = run_cell(MULTILAYER, params.from_texts({**params().to_texts(), **link.texts}).to_json())
        assert isinstance(alone, dict)
        assert dict(one.metrics) == pytest.approx(alone, abs=1e-9)
        assert one.curve is not None
        assert len(one.curve) == 60


def test_different_shapes_are_grouped() -> None:
    sweep = swept("hidden=4; 5; 6 6; 3 & activation=relu,tanh", name="ann.iris", epochs=5)
    for one in outcomes(sweep):
        alone = run_cell("ann.iris", one.cell.params.to_json())
        assert isinstance(alone, dict)
        assert one.metrics["loss"] == pytest.approx(alone["loss"], abs=1e-9)


def test_one_that_explodes_has_no_numbers_and_says_when() -> None:
    one, wild = outcomes(swept("learning_rate=0.01,10", name="ann.regression", epochs=40, activation="identity"))
    assert np.isfinite(one.metrics["loss"])
    assert np.isnan(wild.metrics["loss"])
    alone = run_cell("ann.regression", wild.cell.params.to_json())
    assert isinstance(alone, dict)
    assert wild.metrics["epochs"] == alone["epochs"] < 40


def test_a_grid_whose_data_do_not_fit_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = swept("learning_rate=0.01:0.1:7", epochs=5)
    whole = outcomes(sweep)
    made, most = [], []
    recipe = experiment(MULTILAYER).recipe

    def counted(*arguments: Any) -> Any:
        made.append(1)
        most.append(len(made) - len(ended))
        return recipe(*arguments)

    ended: list[Outcome] = []
    monkeypatch.setattr("lab.sweeps.ensembles.AT_ONCE", 3)
    monkeypatch.setattr(experiment(MULTILAYER), "recipe", counted)
    for one in execute(sweep, list(sweep.cells()), sessions.data_store(), Backend()):
        if isinstance(one, Outcome):
            ended.append(one)
    assert max(most) <= 3
    assert [dict(one.metrics) for one in ended] == [dict(one.metrics) for one in whole]


@pytest.mark.parametrize("name", [name for name in identifiers() if not name.startswith("sweeps.")])
def test_every_experiment_offers_a_sweep_of_itself(name: str) -> None:
    chosen = experiment(name)
    if issubclass(chosen, SweepExperiment) or name == "draw.digit":
        return  # They have no such button: a sweep is one already, and a drawing is nothing to vary.
    grid = experiment("sweeps.grid").params
    link = suggest(name, chosen.params())
    assert link.experiment == "sweeps.grid"
    assert not link.runs
    found = grid.from_texts({**grid().to_texts(), **link.texts}).sweep()
    assert found.experiment == name
    assert len(list(found.cells())) == len(found) > 1


def test_what_is_set_in_the_form_is_in_the_sweep() -> None:
    params = experiment("ann.playground").params(
        data="own", points="1 2 1; -1 2.5 2; 0 0 1", hidden=(), noise=0.25, x_squared=True, seed=5
    )
    grid = experiment("sweeps.grid").params
    found = grid.from_texts({**grid().to_texts(), **suggest("ann.playground", params).texts}).sweep()
    assert found.base == params


def test_closing_ends_the_threads() -> None:
    sweep = swept("learning_rate=0.001:0.1:10", epochs=100_000)
    found = execute(sweep, list(sweep.cells()), sessions.data_store(), Backend())
    next(found)
    found.close()


def test_other_experiments_run_in_processes_and_their_errors_are_theirs() -> None:
    sweep = swept("steps=10,20 & start=0.1,0.5", name="gradient_descent.line")
    found = outcomes(sweep)
    for one in found:
        assert one.metrics == run_cell("gradient_descent.line", one.cell.params.to_json())
    missing = swept("rotation=0,1", name="cnn.mnist", dataset="mnist", epochs=1)
    assert all("not here" in str(one.error) or one.error for one in outcomes(missing))
    assert not any(one.metrics for one in outcomes(missing))


def test_dense_networks_in_processes_give_the_same() -> None:
    sweep = swept("learning_rate=0.01,0.1", epochs=20)
    together, apart = outcomes(sweep), outcomes(sweep, Backend("processes"))
    for one, other in zip(together, apart, strict=True):
        assert dict(one.metrics) == pytest.approx(dict(other.metrics), abs=1e-9)


def test_command_line() -> None:
    lines = command(MULTILAYER, "--over", "learning_rate=0.001:0.1:4", "--repeats", "2", "--epochs", "10")
    assert len(lines) == 9
    assert lines[-1].keys() >= {"models", "seconds"}
    assert lines[-1]["models"] == 8
    for line in lines[:-1]:
        assert line.keys() >= {"learning_rate", "repeat", "seed", "accuracy", "loss"}
        assert line["epochs"] == 10
    assert {line["repeat"] for line in lines[:-1]} == {0, 1}
    two = command("ann.binary", "--over", "learning_rate=0.01,0.1", "--over", "blur=1,2", "--epochs", "3")
    assert [(line["learning_rate"], line["blur"]) for line in two[:-1]] == [(0.01, 1), (0.01, 2), (0.1, 1), (0.1, 2)]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((MULTILAYER,), "--over is missing"),
        (("ann.nothing", "--over", "a=1"), "ann.nothing"),
        ((MULTILAYER, "--over", "epochs=1,2", "--blurr", "1"), "--blurr"),
        ((MULTILAYER, "--over", "epochs=1,2", "--repeats", "0"), "a whole number from 1"),
        ((MULTILAYER, "--over", "epochs=1,2", "--backend", "dask"), "tcp://"),
        ((MULTILAYER, "--over", "epochs=1,2", "--backend", "moon"), "one of auto, processes, dask"),
        (("sweeps.grid", "--over", "repeats=1,2"), "sweep of sweeps"),
    ],
)
def test_the_command_line_refuses_in_a_sentence(arguments: tuple[str, ...], says: str) -> None:
    assert says in refused(*arguments)


def test_a_stopped_sweep_goes_on_where_it_was(tmp_path: Path) -> None:
    params = experiment("sweeps.grid").params(
        experiment="ann.iris", over="hidden=1; 2; 3; 4 & learning_rate=0.01,0.02", repeats=1, settings="--epochs 4"
    )
    whole = _metrics(sessions.start("sweeps.grid", params, 1, tmp_path / "whole").events)
    first = sessions.start("sweeps.grid", params, 1, tmp_path / "run")
    seen = 0
    for event in first.events:
        seen += isinstance(event, Outcomes)
        if seen >= 3 and isinstance(event, Progress):
            break
    first.close()
    again = sessions.resume(tmp_path / "run")
    events = list(again.events)
    assert sum(isinstance(event, Outcomes) for event in events) == 8 - seen
    last = _metrics(iter(events))
    assert {k: v for k, v in last.items() if k != "seconds"} == {k: v for k, v in whole.items() if k != "seconds"}


def _metrics(events: Iterator[Event]) -> dict[str, float]:
    return next(dict(event.values) for event in events if isinstance(event, Metrics))


def test_results_come_back_from_their_state() -> None:
    sweep = swept("learning_rate=0.01,0.1", 2, epochs=5)
    results = Results.of(sweep)
    for one in outcomes(sweep)[:3]:
        results.take(one)
    results.take(Outcome(results.cells[3], {}, "It failed."))
    again = Results.of(sweep, results.state())
    assert again.metrics == results.metrics
    assert again.errors == {3: "It failed."}
    assert again.done == {0, 1, 2, 3}
    for index, curve in results.curves.items():
        assert again.curves[index] == pytest.approx(curve)
    assert np.isnan(again.grid("loss")[1, 1])
    assert again.grid("loss").shape == (2, 2)


def test_long_curves_are_thinned_but_keep_their_ends() -> None:
    curve = np.arange(10_000.0)
    thin = thinned(curve)
    assert len(thin) == CURVE
    assert (thin[0], thin[-1]) == (0, 9999)


def test_figures_open_the_runs_they_show() -> None:
    sweep = swept("learning_rate=0.01,0.1 & blur=1,2,3", 1, epochs=5)
    results = Results.of(sweep)
    for one in outcomes(sweep):
        results.take(one)
    field = heat(results, "loss", "heat", "loss")
    assert field.values.shape == (3, 2)
    for row, blur in enumerate((1, 2, 3)):
        for column, rate in enumerate((0.01, 0.1)):
            link = field.links[2 * row + column]
            texts = {"learning_rate": "0.01", "blur": "1.0", **link.texts}
            assert (float(texts["learning_rate"]), float(texts["blur"])) == (rate, blur)
            index = next(c.index for c in results.cells if c.values == {"learning_rate": rate, "blur": blur})
            assert field.values[row, column] == results.metrics[index]["loss"]
    chart = over_axis(results, "loss", "over", field.y)
    assert len(chart.lines) == 3
    assert all(len(line.links) == 2 for line in chart.lines)


def test_axes_know_whether_they_are_logarithmic() -> None:
    assert even(np.linspace(0.001, 0.1, 10))
    assert not even(np.geomspace(0.001, 0.1, 10))
    assert even(np.array([-1.0, 0.0, 5.0]))


SCHEDULER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        print(cluster.scheduler_address, *pids, flush=True)
        sys.stdin.readline()
"""


@pytest.mark.long
def test_a_dask_cluster_that_loses_a_worker_still_ends_complete(tmp_path: Path) -> None:
    import signal

    pytest.importorskip("distributed", reason="Dask is an extra")
    script = tmp_path / "cluster.py"
    script.write_text(SCHEDULER)
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    cluster = subprocess.Popen([sys.executable, str(script)], env=environment, **pipes)
    try:
        assert cluster.stdout is not None
        address, *pids = cluster.stdout.readline().split()
        arguments = [
            sys.executable, "main.py", "sweep", "ann.iris", "--over", "hidden=10:80:8", "--repeats", "3",
            "--epochs", "300", "--backend", "dask", "--scheduler", address, "--out", str(tmp_path / "run"), "--json",
        ]  # fmt: skip
        with subprocess.Popen(arguments, env=environment, cwd=root, stdout=subprocess.PIPE, text=True) as sweep:
            assert sweep.stdout is not None
            lines = [sweep.stdout.readline()]
            os.kill(int(pids[0]), signal.SIGKILL)
            lines += sweep.stdout.readlines()
        assert sweep.returncode == 0
        rows = [json.loads(line) for line in lines]
        assert len(rows) == 25
        assert rows[-1]["models"] == 24
        assert rows[-1]["failed"] == 0
        one = next(row for row in rows[:-1] if row["hidden"] == [10] and row["repeat"] == 1)
        alone = run_cell(
            "ann.iris", experiment("ann.iris").params(hidden=(10,), epochs=300, seed=one["seed"]).to_json()
        )
        assert isinstance(alone, dict)
        assert one["loss"] == pytest.approx(alone["loss"], abs=1e-6)
    finally:
        cluster.communicate("\n", timeout=60)
