"""Kept runs against one another: what differs in their parameters, how they ended, how far their weights lie apart, and
which examples one answered rightly and the other wrongly. They are only read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.core.catalogue import experiment, read_params
from lab.core.events import Array
from lab.core.experiment import Context
from lab.core.text import RunError
from lab.maths.chance import mean_interval
from lab.running.run_info import RunInfo
from lab.running.runs import Run

if TYPE_CHECKING:
    from lab.data.store import DataStore

CONFIDENCE = 0.95


@dataclass(frozen=True)
class KeptRun:
    """What is read of one run. `params` are those of today, `metrics` the numbers of its end, where it has one."""

    run: Run
    info: RunInfo
    params: Mapping[str, Any]
    metrics: Mapping[str, float]
    step: int

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.run.folder.resolve().name


@dataclass(frozen=True)
class Folded:
    """Runs that differ in their seeds alone: of each metric the mean, and where it lies with 95 % (Student)."""

    runs: tuple[str, ...]
    seeds: tuple[int, ...]
    metrics: Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Answers:
    """How two runs answered the same examples: how many both, only the first, only the second, and none had right, and
    the numbers of those examples that one of them alone had right.
    """

    both: int
    first: tuple[int, ...]
    second: tuple[int, ...]
    neither: int


def read_run(run: Run) -> KeptRun:
    """Read a run to compare it. Raises RunError, and ParamError where its parameters are no longer allowed."""
    info = run.info()
    params = read_params(info.experiment, info.params).to_json()
    found = (run.result() or {}).get("metrics", {})
    numbers = {name: float(value) for name, value in found.items() if isinstance(value, int | float)}
    steps = run.checkpoints()
    # The versions of the classes of parameters say how they were written, not what was run.
    values = {name: value for name, value in params.items() if name != "versions"}
    return KeptRun(run, info, values, numbers, steps[-1] if steps else 0)


def differences(runs: Sequence[KeptRun]) -> dict[str, tuple[Any, ...]]:
    """Return the parameters in which not all runs agree, with the value of each; None where it has no such one."""
    names = dict.fromkeys(name for one in runs for name in one.params)
    rows = {name: tuple(one.params.get(name) for one in runs) for name in names}
    return {name: values for name, values in rows.items() if any(value != values[0] for value in values)}


def shared_metrics(runs: Sequence[KeptRun]) -> dict[str, tuple[float | None, ...]]:
    """Return the metrics that at least two runs have, with the number of each; None where it has none."""
    names = dict.fromkeys(name for one in runs for name in one.metrics)
    rows = {name: tuple(one.metrics.get(name) for one in runs) for name in names}
    return {name: values for name, values in rows.items() if sum(value is not None for value in values) > 1}


def folded(runs: Sequence[KeptRun]) -> list[Folded]:
    """Return the settings that were run with two seeds or more."""
    groups: dict[str, list[KeptRun]] = {}
    for one in runs:
        if one.metrics and isinstance(one.params.get("seed"), int):
            setting = {name: value for name, value in one.params.items() if name != "seed"}
            groups.setdefault(f"{one.info.experiment} {sorted(setting.items())}", []).append(one)
    return [_folded(group) for group in groups.values() if len({one.params["seed"] for one in group}) > 1]


def _folded(group: Sequence[KeptRun]) -> Folded:
    # The same seed twice is the same run, and no further evidence.
    once = list({one.params["seed"]: one for one in group}.values())
    names = [name for name in once[0].metrics if all(np.isfinite(one.metrics.get(name, np.nan)) for one in once)]
    found = {}
    for name in names:
        values = np.array([one.metrics[name] for one in once])
        found[name] = (float(values.mean()), *mean_interval(values, CONFIDENCE))
    return Folded(tuple(one.name for one in once), tuple(one.params["seed"] for one in once), found)


def weight_changes(first: KeptRun, second: KeptRun) -> dict[str, float | None]:
    """Return for each tensor of the networks ‖b − a‖ / ‖a‖; None where shapes differ, or one lacks it."""
    before, after = (_weights(one) for one in (first, second))
    found: dict[str, float | None] = {}
    for name in dict.fromkeys([*before, *after]):
        a, b = before.get(name), after.get(name)
        if a is None or b is None or a.shape != b.shape:
            found[name] = None
            continue
        size = float(np.linalg.norm(a.astype(np.float64)))
        apart = float(np.linalg.norm(b.astype(np.float64) - a.astype(np.float64)))
        found[name] = apart / size if size else (0.0 if apart == 0 else None)
    return found


def _weights(one: KeptRun) -> dict[str, Array]:
    """Return the weights of the newest kept state, of an ensemble or of several trainings those of all."""
    steps = one.run.checkpoints()
    if not steps:
        return {}
    state = one.run.checkpoint(steps[-1])
    assert state is not None
    named = {name: np.asarray(array) for name, array in state.tensors.items()}
    return {name: array for name, array in named.items() if "model." in name and array.dtype.kind == "f"}


def compared_answers(first: KeptRun, second: KeptRun, data: DataStore) -> Answers | None:
    """Return how two runs answered the examples on which both were judged; None where these are not the same."""
    (truth, mine), (others, theirs) = (_answers(one, data) for one in (first, second))
    if truth is None or others is None or len(mine) != len(theirs) or not np.array_equal(truth, others):
        return None
    a, b = mine == truth, theirs == truth
    only_first, only_second = (tuple(int(place) for place in np.flatnonzero(one)) for one in (a & ~b, b & ~a))
    return Answers(int((a & b).sum()), only_first, only_second, int((~a & ~b).sum()))


def _answers(one: KeptRun, data: DataStore) -> tuple[Array | None, Array]:
    """Return the classes of the examples that a run is judged on, and its answers; None where it does not classify."""
    nothing = None, np.zeros(0)
    chosen = experiment(one.info.experiment)
    steps = one.run.checkpoints()
    if not chosen.needs_torch or not steps:
        return nothing
    from lab.running.sessions import restorable
    from lab.training.experiment import TrainingExperiment

    if not issubclass(chosen, TrainingExperiment):
        return nothing
    instance = chosen()
    instance.data = data
    params = read_params(one.info.experiment, one.info.params)
    instance.validate(params, data)
    instance.prepare(params)
    state = restorable(one.info.experiment, one.run.checkpoint(steps[-1]))
    engine = instance.begin(params, Context("cpu", data))
    trainer = engine.first
    if state is None or not trainer.setup.classes or "test" not in trainer.sources:
        return nothing
    try:
        engine.restore(state)
    except (LookupError, RuntimeError, ValueError) as error:
        raise RunError(
            "What was saved of the run in {folder} does not fit its experiment: {reason}. It was left as it is.",
            folder=str(one.run.folder), reason=str(error) or type(error).__name__,
        ) from error  # fmt: skip
    # Of one logit, targets are columns.
    return np.asarray(trainer.sources["test"].labels()).reshape(-1), engine.answers("test")[0].reshape(-1)
