"""What saving beside the training costs: a network of 60 million weights with Adam, and the small one of digits.

A save is begun again and again, by the recorder of the product; what is lost is how much longer the steps take
meanwhile than else. Its share is that of one save in the interval which the product leaves after it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import torch
from torch import nn

from lab.core.catalogue import experiment
from lab.core.events import Event, Progress
from lab.core.experiment import Context, Experiment, State
from lab.core.files import home
from lab.core.params import Params
from lab.data.store import DataStore
from lab.running.device import cores, use_threads
from lab.running.recording import Recorder
from lab.running.runs import Run
from lab.running.writer import interval
from tests.bench.figures import figure

WARM_UP = 5


class Large(Experiment[Params]):
    """Five layers of 3,464 units, trained on noise: 60 million weights."""

    id = "bench.large"
    title = "Large"
    params = Params

    def __init__(self) -> None:
        self.network = nn.Sequential(*(layer for _ in range(5) for layer in (nn.Linear(3464, 3464), nn.ReLU())))
        self.optimiser = torch.optim.Adam(self.network.parameters(), 1e-4, fused=True)
        self.steps = 0

    def run(self, params: Params, context: Context) -> Generator[Event, None, None]:
        """Train for ever."""
        inputs = torch.randn(32, 3464)
        while True:
            self.optimiser.zero_grad(set_to_none=True)
            self.network(inputs).square().mean().backward()
            self.optimiser.step()
            self.steps += 1
            yield Progress(self.steps, 10**9, 1, 1, False)

    def state(self) -> State:
        """Copy weights and both moments."""
        tensors = {f"model.{name}": tensor.detach().clone() for name, tensor in self.network.state_dict().items()}
        for index, values in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{index}.{name}": value.clone() for name, value in values.items()}
        return State(tensors, {"steps_done": self.steps})


def share(one: Experiment[Any], params: Params, apart: float, saves: int) -> tuple[float, float, float]:
    """Return the share (%), what is lost by a save (seconds), and what the recorder takes it for; medians.

    There are `apart` seconds from one of the `saves` to the next.
    """
    losses, costs = list[float](), list[float]()
    quiet, during = list[float](), list[float]()
    # Beside this file, as folders for temporary files may lie in memory.
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path(__file__).parent) as place:
        run = Run.create(Path(place) / "run", one.id, {}, "cpu", cores())
        recorder = Recorder(run, one, interval=lambda _cost: apart)
        one.prepare(params)
        events = one.run(params, Context("cpu", DataStore(home() / "datasets")))
        steps, began = 0, time.perf_counter()
        for event in events:
            recorder.take(event)
            if not recorder.at_rest:
                continue
            steps += 1
            if steps > WARM_UP:
                busy = recorder.writer.busy
                recorder.keep_up()
                lasted = time.perf_counter() - began
                if busy or recorder.writer.busy:
                    during.append(lasted)
                else:
                    if during and quiet:
                        losses.append(sum(during) - len(during) * statistics.mean(quiet))
                        costs.append(recorder.cost)
                        quiet.clear()
                    during.clear()
                    quiet.append(lasted)
            if len(losses) == saves:
                break
            began = time.perf_counter()
        events.close()
        recorder.writer.close()
    lost, cost = statistics.median(losses), statistics.median(costs)
    return 100 * lost / (interval(cost) + lost), lost, cost


def main() -> None:
    """Measure both."""
    use_threads(cores())
    digits = experiment("cnn.mnist")
    for name, one, params, apart, saves in (
        ("60m", Large(), Params(), 5.0, 5),
        ("cnn_mnist", digits(), digits.params(epochs=1000), 0.25, 41),
    ):
        part, lost, cost = share(one, params, apart, saves)
        figure(f"checkpoint_lost_{name}", lost, "s")
        figure(f"checkpoint_cost_as_counted_{name}", cost, "s")
        figure(f"checkpoint_share_{name}", part, "%", 2, "at most")


if __name__ == "__main__":
    main()
