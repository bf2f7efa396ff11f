"""What is demanded of every experiment, each demand once: each raises AssertionError where it is not met."""

from __future__ import annotations

import contextlib
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lab.core.catalogue import experiment
from lab.core.code import Code
from lab.core.events import Event, Metrics, Progress, Remark, Scalars, Weights, made
from lab.core.experiment import ClosedForm, Context, Experiment
from lab.core.figures import Cell, Table
from lab.core.params import Params
from lab.core.text import LabError
from lab.data.store import DataStore
from lab.running.runs import Run
from lab.training.drive import LearningExperiment
from tests.networks import network, told

Numbers = list[tuple[str, int, dict[str, str]]]

DIGITS = ("ann.missing", "ann.mnist", "ann.scrambled", "weights.change", "weights.freeze", "weights.histograms")
"""Dense networks that learn to read digits, each under the same parameters."""
DROPPED = (
    *("conv channels=2 kernel=5", "pool kernel=4", "relu", "dropout share=0.2 by=channel"),
    *("flatten", "linear units=4", "relu", "dropout share=0.3"),
)
"""A network that drops whole maps and single numbers."""
TRANSFERRED = {
    **{"network": ("pool kernel=4", "conv channels=2", "batch_norm", "relu", "flatten", "dropout share=0.3")},
    **{"batch_size": 850, "examples": 40, "source_epochs": 1, "epochs": 2, "seeds": 1, "sizes": (20,)},
}
"""A transfer with batch norm and dropout."""
SMALL: dict[str, dict[str, Any]] = {
    "ann.depth_breadth": {"layers": 1, "fewest": 2, "most": 4, "repeats": 1, "epochs": 2},
    **{name: {"hidden": (6,), "batch_size": 1700, "epochs": 2, "dropout": 0.3, "batch_norm": True} for name in DIGITS},
    **{
        f"autoencoders.{name}": {"encoder": (8,), "code": 4, "batch_size": 1700, "epochs": 2}
        for name in ("denoise", "digits", "occlusion", "tied")
    },
    "autoencoders.size": {
        "narrowest": 4,
        "widest": 8,
        "encoders": 2,
        "smallest": 2,
        "largest": 3,
        "codes": 1,
        "epochs": 2,
        "batch_size": 1700,
    },
    "ann.hidden_units": {"fewest": 1, "most": 2, "repeats": 1, "epochs": 2},
    "ann.learning_rates": {"rates": 2, "repeats": 1, "epochs": 2},
    "ann.playground": {"epochs": 6, "dropout": 0.2, "batch_norm": True},
    "ann.slopes": {"slopes": 3, "repeats": 1, "epochs": 2},
    **{
        f"autoencoders.{name}": {"encoder": (6,), "batch_size": 1700, "epochs": 2}
        for name in ("anomaly", "latent", "variational")
    },
    "cnn.autoencoder": {"data": "digits", "images": 40, "batch_size": 20, "epochs": 2},
    "cnn.gaussians": {"images": 40, "side": 15, "batch_size": 20, "epochs": 2},
    "cnn.channels": {"first": (1,), "second": (1, 2), "epochs": 1, "batch_size": 4096},
    "cnn.letters": told(
        {"channels": (1,), "units": (4,), "batch_size": 2048, "epochs": 2, "dropout": 0.3, "batch_norm": True}
    ),
    "cnn.dropout": {"network": DROPPED, "count": 200, "batch_size": 100, "epochs": 2},
    "cnn.cifar10": {
        "network": ("conv channels=1", "pool kernel=4", "batch_norm", "relu", "flatten", "dropout share=0.3"),
        "images": 300,
        "batch_size": 100,
        "epochs": 2,
    },
    "cnn.clothes": {
        "network": ("conv channels=1", "pool kernel=4", "batch_norm", "relu", "flatten", "dropout share=0.3"),
        "batch_size": 2400,
        "epochs": 2,
    },
    "cnn.losses": {
        "network": ("pool kernel=4", "resize factor=4", "conv channels=1 kernel=2 padding=2"),
        "images": 40,
        "epochs": 2,
        "batch_size": 20,
    },
    "cnn.maximise": {"steps": 2, "images": 2, "count": 2},
    "cnn.mnist": told(
        {"channels": (1,), "units": (4,), "batch_size": 1700, "epochs": 2, "dropout": 0.3, "batch_norm": True}
    ),
    "cnn.orientation": {
        "network": ("pool", "conv channels=2", "relu", "flatten"),
        "images": 40,
        "networks": 2,
        "epochs": 2,
        "batch_size": 20,
    },
    "cnn.shifted": {"network": network((1,), units=(4,)), "count": 200, "batch_size": 100, "epochs": 2},
    "convolution.pooling_or_stride": {"channels": (2,), "images": 100, "epochs": 2, "batch_size": 50},
    "data.amount": {"points": 20, "epochs": 4, "networks": 0, "batch_size": 20},
    "data.features": {"networks": 0, "epochs": 6},
    "data.imbalance": {"networks": 0, "epochs": 6},
    **{
        f"data.{name}": {"examples": 60, "hidden": (4,), "epochs": 2, "networks": 1}
        for name in ("noise", "oversampling")
    },
    "data.save": {"hidden": (6,), "batch_size": 1700, "epochs": 2, "dropout": 0.3, "batch_norm": True},
    "gpu.pays": {"smallest": 8, "largest": 16, "points": 2, "repeats": 3, "threads": 2},
    "gradient_descent.line": {"steps": 20, "many_starts": 10},
    "gradient_descent.plane": {"steps": 20},
    "maths.life": {"generations": 30},
    **{f"metaparameters.{name}": {"seeds": 2} for name in ("activations", "batch_norm", "loss", "normalisation")},
    "measures.time": {"size": 32, "pause": 1.0, "repeats": 2},
    "measures.unequal": {"hidden": (4,), "batch_size": 1700, "epochs": 2},
    "overfitting.cross_validation": {"folds": 3, "hidden": (4,), "epochs": 6},
    "overfitting.leak": {"repeats": 2, "hidden": (4,), "epochs": 6},
    "regularisation.augmentation_noise": {"epochs": 6, "networks": 1},
    "regularisation.batches": {"epochs": 6, "updates": 60},
    "regularisation.dropout": {"epochs": 6, "hidden": (8, 8)},
    "regularisation.weights": {"epochs": 6, "networks": 1},
    "metaparameters.optimisers": {"rates": 2, "repeats": 2, "epochs": 2, "batch_size": 1700},
    "transfer.photographs": {"things": 2, "each": 3, "splits": 2, "hidden": 4, "batch_size": 2, "epochs": 3},
    "transfer.pretrained_autoencoder": {
        "channels": (1,),
        "units": (4,),
        "unlabelled": 100,
        "labelled": 50,
        "batch_size": 500,
        "pretrain_epochs": 2,
        "epochs": 2,
        "seeds": 1,
        "sizes": (50,),
    },
    "weights.identical": {"hidden": (6, 5), "count": 200, "batch_size": 100, "epochs": 4, "networks": 1},
    "weights.scale": {"hidden": (6,), "count": 200, "batch_size": 100, "epochs": 4, "scales": 3},
    "weights.initialisation": {"seeds": 2, "depth": 5, "widths": (5, 4)},
    **{
        f"transfer.{name}": {"count": 60, "tests": 200, "batch_size": 30, "epochs": 2}
        for name in ("copy", "freeze", "head")
    },
    "transfer.digits_to_clothes": TRANSFERRED,
    "transfer.letters_to_digits": TRANSFERRED | {"statistics": False, "frozen": "convolutions"},
    "transfer.unsuitable": TRANSFERRED | {"side": 20, "colours": True},
    "sweeps.grid": {"experiment": "ann.regression", "over": "epochs=1,2", "repeats": 1},
    "zoo.blocks": {"depth": "8", "channels": (1, 2, 2), "count": 100, "batch_size": 50, "epochs": 2},
    "zoo.run": {"network": "squeezenet1_1", "weights": "random", "repeats": 1},
    "zoo.train": {"architecture": "lenet", "count": 64, "epochs": 2},
}
"""What makes runs short, and yet has all that a state has to hold. Others are short, or made so by `small`."""
MEASURED = re.compile("seconds|_ms_|_ratio$|^crossing_")
"""Metrics that are times: never twice the same."""


def small(chosen: type[Experiment[Any]], **changes: Any) -> Any:
    """Return parameters of a run that is over soon."""
    few = {"epochs": 6} if "epochs" in chosen.params.specs() and chosen.step_unit == "epoch" else {}
    return chosen.params(**(few | SMALL.get(chosen.id, {}) | changes))


@dataclass
class Ran:
    """What one run gave."""

    numbers: Numbers
    metrics: Metrics
    epochs: list[Mapping[str, float]]
    steps: int
    code: str = ""


def exact(events: Iterable[Event]) -> Numbers:
    """Return scalars and metrics to the last bit, without what is measured in seconds."""
    found = []
    for event in events:
        if isinstance(event, Scalars | Metrics):
            values = dict(event.values)
            for name, several in event.lists.items() if isinstance(event, Metrics) else ():
                values |= {f"{name} {place}": value for place, value in enumerate(np.ravel(several).tolist())}
            bits = {name: float(value).hex() for name, value in values.items() if not MEASURED.search(name)}
            found.append((getattr(event, "name", "metrics"), getattr(event, "step", -1), bits))
    return found


def ran(chosen: type[Experiment[Any]], params: Params, data: DataStore, watched: bool = False) -> Ran:
    """Run to the end; watched, with every figure due at each step, and every question asked in between."""
    instance = chosen()
    instance.prepare(params)
    context = Context("cpu", data)
    if watched:
        context = Context("cpu", data, due=lambda _kind, _name: True, seen=lambda _kind, _name: True)
    events, steps, code = list[Event](), 0, ""
    preview = instance.preview(params, data) if watched else ()
    for event in [*made(each for each in preview if each.key == ("Code", "code"))]:
        assert isinstance(event, Code)
        code = event.source
    for event in instance.run(params, context):
        if isinstance(event, Scalars | Metrics):
            events.append(event)
        elif isinstance(event, Progress):
            steps += 1
            if watched and steps < 5:
                list(made(instance.query({})))
        elif isinstance(event, Code) and event.name == "code":
            code = event.source
    assert isinstance(events[-1], Metrics), "a run ends with its metrics"
    epochs = [event.values for event in events if isinstance(event, Scalars) and event.name == "epoch"]
    return Ran(exact(events), events[-1], epochs, steps, code)


@cache
def ran_once(name: str, watched: bool) -> Ran:
    """Run an experiment of the catalogue shortly; what comes of it is shared by all contracts."""
    chosen = experiment(name)
    return ran(chosen, small(chosen), DataStore(Path("unused")), watched)


def resumes_exactly(chosen: type[Experiment[Any]], params: Params, whole: Ran, folder: Path, at: int) -> None:
    """Demand: what goes on from the state of step `at`, as a disk gives it back, ends as if nothing had been."""
    data = DataStore(folder / "data")
    instance = chosen()
    instance.prepare(params)
    before, steps = list[Event](), 0
    events = instance.run(params, Context("cpu", data))
    for event in events:
        before.append(event)
        steps += isinstance(event, Progress)
        if steps == at:
            break
    state = instance.state()
    assert state is not None, "there is nothing to go on from"
    events.close()
    run = Run.create(folder / "run", chosen.id, params.to_json(), "cpu", 1)
    run.save(state, [event for event in before if isinstance(event, Scalars)])
    kept, fresh = run.checkpoint(), chosen()
    assert kept is not None
    if chosen.needs_torch:
        import torch

        kept.tensors = {name: torch.tensor(array) for name, array in kept.tensors.items()}
    fresh.prepare(params)
    after = list(fresh.run(params, Context("cpu", data, restored=kept)))
    assert exact([*run.history(kept.step), *after]) == whole.numbers


def poison(instance: Experiment[Any]) -> None:
    """Make the weights of what learns no numbers any more."""
    assert isinstance(instance, LearningExperiment) and instance.engine is not None
    weights = instance.engine.weights()
    instance.engine.set_weights({name: weight * (math.nan if _real(weight) else 1) for name, weight in weights.items()})


def _real(weight: Any) -> bool:
    return "float" in str(weight.dtype)


def says_that_it_diverged(
    chosen: type[Experiment[Any]], params: Params, data: DataStore, poisoned: bool = False
) -> None:
    """Demand: where numbers leave their range, a run stops, says so once, and hands out nothing of them.

    With `poisoned`, its weights are made no numbers after the first step.
    """
    instance = chosen()
    instance.prepare(params)
    seen = list[Event]()
    for event in instance.run(params, Context("cpu", data)):
        seen.append(event)
        if poisoned and isinstance(event, Progress):
            poisoned = False
            poison(instance)
    remarks = [place for place, event in enumerate(seen) if isinstance(event, Remark) and event.name == "diverged"]
    assert len(remarks) == 1, "that it diverged is said once"
    said = seen[remarks[0]]
    assert isinstance(said, Remark) and said.level == "warning"
    assert not any(isinstance(event, Progress | Scalars) for event in seen[remarks[0] :]), "it goes on"
    for event in seen:
        if isinstance(event, Scalars):
            assert all(math.isfinite(value) for value in event.values.values()), event
        elif isinstance(event, Weights):
            assert all(np.isfinite(array).all() for array in event.arrays.values()), "weights that are none"
    assert isinstance(seen[-1], Metrics), "a run ends with its metrics"
    assert instance.state() is None, "a state would replace the last good one"
    if chosen.headline is not None and isinstance(instance, LearningExperiment):
        found = chosen.headline.of(seen[-1].values)
        epochs = [event.values for event in seen if isinstance(event, Scalars) and event.name == "epoch"]
        before = chosen.headline.of(epochs[-1], live=True) if epochs else None
        assert found is None or not math.isfinite(found[1]) or found == before, "a result of numbers that are none"


def prints_its_metrics(
    source: str, metrics: Mapping[str, Any], relative: float = 1e-5, names: Mapping[str, Any] | None = None
) -> None:
    """Demand: a program runs, with `names` beside its own, and each number that it prints by a name is that metric."""
    assert source, "there is no program"
    numbers = printed(source, names)
    assert numbers, source
    for key, found in numbers.items():
        wanted = np.ravel(metrics[key])
        np.testing.assert_allclose(found, wanted, rtol=relative, atol=1e-6, err_msg=f"{key}\n{source}")


def printed(source: str, names: Mapping[str, Any] | None = None) -> dict[str, list[float]]:
    """Run a program, and return the numbers that it prints by name: "loss: 1", or "test: loss 1"."""
    said, scope = io.StringIO(), {"__name__": "__main__", **(names or {})}
    with contextlib.redirect_stdout(said):
        exec(compile(source, "program", "exec"), scope)
    for value in scope.values():
        if isinstance(value, np.lib.npyio.NpzFile):
            # As the end of a program does.
            value.close()
    found: dict[str, list[float]] = {}
    for line in said.getvalue().splitlines():
        name, mark, numbers = line.partition(":")
        part = re.fullmatch(r" (loss|accuracy) (\S+)", numbers)
        if part is not None and name in ("training", "test"):
            found[f"{'test_' if name == 'test' else ''}{part[1]}"] = [float(part[2])]
        elif mark and name.isidentifier():
            found[name] = [float(number) for number in numbers.split()]
    return found


def agrees_with_references(chosen: type[ClosedForm[Any]], params: Params) -> None:
    """Demand: each row of its checks is judged, and good.

    A row whose label is "bad" shows a mistake that many make; one that is "muted" has nothing to compare.
    """
    instance = chosen()
    instance.prepare(params)
    tables = [event for event in made(instance.verify(params)) if isinstance(event, Table)]
    assert any(cell.mark == "good" for table in tables for row in table.rows for cell in row), "nothing is checked"
    for row in (row for table in tables for row in table.rows):
        marks = Counter(cell.mark for cell in row)
        if row[0].mark != "bad" and (marks["bad"] or not marks["muted"]):
            assert marks["good"] and not marks["bad"], _row(row)


def _row(row: tuple[Cell, ...]) -> str:
    return " | ".join(f"{cell.value} {cell.mark}".strip() for cell in row)


def tells_its_headline(chosen: type[Experiment[Any]], found: Ran) -> None:
    """Demand: what trains or is kept has a headline, which is a metric; an epoch says the same number at the end."""
    headline = chosen.headline
    if headline is None:
        assert not trains(chosen) and not chosen.persistent, "what trains or is kept has a headline"
        return
    result = headline.of(found.metrics.values)
    assert result is not None, "the headline is no metric"
    live = [headline.of(values, live=True) for values in found.epochs]
    if any(live):
        assert live[-1] == result, "an epoch says another number"


def trains(chosen: type[Experiment[Any]]) -> bool:
    """Tell whether an experiment learns by epochs."""
    return issubclass(chosen, LearningExperiment) or {"epochs", "learning_rate"} <= chosen.params.specs().keys()


def says_the_same(watched: Numbers, unwatched: Numbers) -> None:
    """Demand: the numbers of a run that is watched are those of one that nobody sees, bit for bit."""
    assert watched == unwatched


def refuses_before_it_writes(chosen: type[Experiment[Any]], params: Params, data: DataStore) -> bool:
    """Demand: what is refused in its first step is refused by `validate`; return whether it is refused at all."""
    try:
        chosen().validate(params, data)
    except LabError:
        return True
    instance = chosen()
    instance.prepare(params)
    try:
        for event in _until_the_first_step(instance, params, data):
            assert isinstance(event, Event)
    except LabError as error:
        raise AssertionError(f"noticed too late: {error}") from error
    return False


def _until_the_first_step(instance: Experiment[Any], params: Params, data: DataStore) -> Iterator[Event]:
    with contextlib.closing(instance.run(params, Context("cpu", data))) as events:
        for event in events:
            yield event
            if isinstance(event, Progress):
                return
