"""The copies in training, each beside the network that it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lab.topics.transfer.changes import Numbers, apart, numbers, outputs_of
from lab.topics.transfer.given import is_buffer
from lab.training.engine import TorchEngine
from lab.training.trainer import Trainer
from lab.training.transferred import take


def copied(way: str, source: nn.Module, own: nn.Module) -> tuple[nn.Module, nn.Module | None]:
    """Copy `source` into `own`, a network of the same layers, or in its place; return the copy, and the network whose
    parameters the optimiser holds, where that is another one.
    """
    match way:
        case "parameters":
            take(source, own, buffers=False)
            return own, None
        case "state":
            take(source, own, whole=True)
            return own, None
        case "deepcopy":
            return deepcopy(source), own
        case "deepcopy_first":
            return deepcopy(source), None
        case _:
            return source, None


@dataclass(frozen=True)
class Made:
    """A copy as it was made: its `numbers`, and those of its `source`; how far each tensor was `apart` from it then;
    the names of those whose numbers came along into memory of their own; the outputs (N, K) of both for the test, and
    the share of right answers of the copy.
    """

    numbers: Numbers
    source: Numbers
    apart: Mapping[str, float]
    own: tuple[str, ...]
    theirs: Tensor
    outputs: Tensor
    accuracy: float

    @property
    def difference(self) -> float:
        """The largest difference of an output."""
        return float((self.outputs - self.theirs).abs().max())

    def count(self, buffers: bool) -> int:
        """Return how many tensors were copied: of parameters, or of buffers."""
        return sum(is_buffer(name) == buffers for name in self.own)


class Copies(TorchEngine[str]):
    """A training of each copy. The measures of the `chosen` way are also there without its name: "test_accuracy"."""

    def __init__(self, trainers: Mapping[str, Trainer], sources: Mapping[str, nn.Module], chosen: str) -> None:
        super().__init__(trainers)
        self.chosen, self.sources = chosen, sources
        inputs, _ = self.first.sources["test"].part(0, len(self.first.sources["test"]))
        for source in sources.values():
            source.to(self.first.device).to(memory_format=torch.channels_last)
        # All are the same network.
        outputs = outputs_of(sources[self.names[0]], inputs).cpu()
        self.made = {way: self._made(way, inputs, outputs) for way in trainers}

    def _made(self, way: str, inputs: Tensor, outputs: Tensor) -> Made:
        trainer, source = self.trainers[way], self.sources[way]
        theirs, own = source.state_dict(), trainer.model.state_dict()
        distances = apart(numbers(trainer.model), numbers(source))
        alone = tuple(
            name for name, far in distances.items() if not far and own[name].data_ptr() != theirs[name].data_ptr()
        )
        return Made(
            numbers(trainer.model), numbers(source), distances, alone,
            outputs, outputs_of(trainer.model, inputs).cpu(),
            self.judgement("test", way).values["accuracy"],
        )  # fmt: skip

    def moved(self, way: str) -> dict[str, float]:
        """Return how far each tensor of a copy has moved since it was made."""
        return apart(numbers(self.trainers[way].model), self.made[way].numbers)

    def source_moved(self, way: str) -> int:
        """Return how many tensors of the network that was copied are not what they were."""
        return sum(far > 0 for far in apart(numbers(self.sources[way]), self.made[way].source).values())

    def measure(self) -> Mapping[str, float]:
        """Judge all, and call the chosen one so."""
        found = dict(super().measure())
        before = f"{self.chosen}_"
        return found | {name.removeprefix(before): found[name] for name in list(found) if name.startswith(f"{before}t")}

    def facts(self) -> dict[str, float]:
        """Return what is said of the chosen way."""
        made, moved = self.made[self.chosen], self.moved(self.chosen)
        learned, gathered = (
            sum(far > 0 for name, far in moved.items() if is_buffer(name) == buffers) for buffers in (False, True)
        )
        return {
            "equal_outputs": float(made.difference == 0),
            "max_difference": made.difference,
            "parameters_copied": float(made.count(False)),
            "buffers_copied": float(made.count(True)),
            "copied_accuracy": made.accuracy,
            "parameters_moved": float(learned),
            "buffers_moved": float(gathered),
            "source_moved": float(self.source_moved(self.chosen)),
        }
