"""Trainings on a card beside the same on the CPU, going on from one to the other, memory, and times."""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from lab.core.catalogue import experiment, experiments
from lab.core.events import Event, Metrics, Progress, Remark, Scalars
from lab.core.experiment import Context, State
from lab.data.store import DataStore
from lab.topics.gpu.pays import Pays
from lab.topics.gpu.pays.params import PaysParams
from lab.topics.gpu.pays.recorded import entry
from lab.training.drive import LearningExperiment
from lab.training.engine import TorchEngine
from tests.lab.contracts import small

CARD = "cuda:0"
TRAINED = [
    name
    for name, each in experiments().items()
    if "device" in each.params.specs() and issubclass(each, LearningExperiment)
]
CLOSE = 2e-3
"""How far a loss may lie from that of the CPU before anything is learned: sums are added in another order."""
LEARNED = 0.05
"""How far after a few steps, where nothing is drawn at random."""
KEPT_BYTES = 1 << 20
"""What may stay on the card when a run is over."""
PAYS: tuple[Mapping[str, Any], ...] = (
    {"work": "product", "largest": 8192, "points": 10},
    {"work": "network", "largest": 4096, "points": 9},
    {"work": "training", "largest": 4096, "points": 9},
    {"work": "training", "over": "batch", "largest": 8192, "points": 10},
    {"work": "training", "inputs": True, "results": True, "largest": 4096, "points": 9},
    {"work": "training", "results": True, "largest": 4096, "points": 9},
    {"work": "training", "compare": "precision", "largest": 4096, "points": 9},
    {"work": "product", "compare": "precision", "largest": 8192, "points": 10},
    {"work": "convolution", "compare": "layout", "smallest": 4, "largest": 256, "points": 7},
)
"""What is timed; the page shows the curves of the same work."""


class Ran:
    """What a run gave: its events, its state where it was stopped, and what learned."""

    def __init__(self, events: list[Event], state: State | None, engine: Any) -> None:
        self.events, self.state, self.engine = events, state, engine

    @property
    def before(self) -> dict[str, float]:
        """The measures before the first step."""
        found = (event.values for event in self.events if isinstance(event, Scalars) and event.step == 0)
        return dict(next(found, {}))

    @property
    def losses(self) -> dict[str, float]:
        """The losses of the end."""
        result = self.events[-1]
        values = result.values if isinstance(result, Metrics) else {}
        return {key: value for key, value in values.items() if key.endswith("loss")}

    @property
    def diverged(self) -> bool:
        """Whether it said so."""
        return any(isinstance(event, Remark) and event.name == "diverged" for event in self.events)


def plain(name: str) -> Any:
    """Return parameters of a short run without dropout: a card draws other numbers than the CPU."""
    params = small(experiment(name))
    specs = params.specs()
    off: dict[str, Any] = {"dropout": 0.0} if "dropout" in specs else {}
    if "network" in specs and specs["network"].kind == "blocks":
        off["network"] = tuple(block for block in params.network if not block.startswith("dropout"))
    return params.replace(**off)


def run(name: str, params: Any, device: str, restored: State | None = None, steps: int = 0) -> Ran:
    """Run to the end, or so many steps."""
    instance = experiment(name)()
    assert isinstance(instance, LearningExperiment)
    data = DataStore(Path("unused"))
    instance.data = data
    instance.prepare(params)
    events, state = list[Event](), None
    running = instance.run(params, Context(device, data, restored=restored))
    for event in running:
        events.append(event)
        if steps and isinstance(event, Progress) and event.step >= steps:
            state = instance.state()
            running.close()
            break
    return Ran(events, state, instance.engine)


def apart(ours: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    """Return the largest difference, as a share of the number, of what both have."""
    shared = [key for key in ours if key in theirs and "loss" in key]
    pairs = [(ours[key], theirs[key]) for key in shared]
    return max((abs(a - b) / max(abs(b), 1e-6) for a, b in pairs if math.isfinite(b)), default=0.0)


def elsewhere(engine: Any, device: str = CARD) -> list[str]:
    """Return what of a training is not on the device."""
    trainers = engine.trainers.values() if isinstance(engine, TorchEngine) else [engine]
    found = []
    for trainer in trainers:
        tensors = [*trainer.model.named_parameters(), *trainer.model.named_buffers()]
        for gathered in trainer.optimiser.state.values():
            tensors += [(key, value) for key, value in gathered.items() if torch.is_tensor(value) and value.ndim]
        found += [name for name, tensor in tensors if tensor.device != torch.device(device)]
    return found


def training(name: str, device: str = CARD) -> dict[str, Any]:
    """Train on the CPU and on the card; say how far apart both are, and what is wrong."""
    params = plain(name)
    cpu, card = run(name, params, "cpu"), run(name, params, device)
    before, after = apart(card.before, cpu.before), apart(card.losses, cpu.losses)
    wrong = [f"not on {device}: {', '.join(where)}"] if (where := elsewhere(card.engine, device)) else []
    if before > CLOSE:
        wrong.append(f"before the first step its losses are {before:.2g} apart, allowed is {CLOSE}")
    if card.diverged or not all(math.isfinite(loss) for loss in card.losses.values()):
        wrong.append("its losses are no numbers any more")
    return {"experiment": name, "before": before, "after": after, "wrong": wrong}


def going_on(name: str, first: str, second: str) -> dict[str, Any]:
    """Stop on one device, go on on another; say how far the end is from that of a run that stayed."""
    params = plain(name)
    whole, half = run(name, params, first), run(name, params, first, steps=3)
    rest = run(name, params, second, restored=half.state)
    after = apart(rest.losses, whole.losses)
    wrong = [] if after <= LEARNED else [f"{after:.2g} apart, allowed is {LEARNED}"]
    wrong += [f"not on {second}: {', '.join(where)}"] if (where := elsewhere(rest.engine, second)) else []
    return {"experiment": name, "from": first, "to": second, "apart": after, "wrong": wrong}


def memory(name: str, device: str = CARD) -> dict[str, Any]:
    """Train thrice; say how many bytes stay on the card."""

    def held() -> int:
        gc.collect()
        torch._C._cuda_clearCublasWorkspaces()  # type: ignore[attr-defined]
        torch.cuda.empty_cache()
        return torch.cuda.memory_allocated(device)

    run(name, plain(name), device)
    before = held()
    for _ in range(3):
        run(name, plain(name), device)
    stays = held() - before
    return {"experiment": name, "stays": stays, "wrong": [f"{stays:,} bytes stay"] if stays > KEPT_BYTES else []}


def times(device: str = CARD, works: tuple[Mapping[str, Any], ...] = PAYS, **changes: Any) -> Iterator[dict[str, Any]]:
    """Time each work by the page's own clock, and yield what is written of it."""
    for values in works:
        params = PaysParams(**{**values, **changes})
        page = Pays()
        for _ in page.run(params, Context(device, DataStore(Path("unused")))):
            pass
        taken = page._taken
        assert taken is not None
        yield entry(params, {way.name: _medians(taken, way) for way in taken.ways})


def _medians(taken: Any, way: Any) -> dict[int, float]:
    sizes, medians = taken.curve(way)
    return {int(size): float(f"{ms:.5g}") for size, ms in zip(sizes, medians, strict=True)}
