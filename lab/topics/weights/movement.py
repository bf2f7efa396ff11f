"""Trainings that measure how far their numbers move from epoch to epoch, and the setup that they have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

from torch import Tensor, nn

from lab.core.experiment import State
from lab.data.store import DataStore
from lab.training.digits import DenseDigitsParams, examples, network
from lab.training.engine import TorchEngine
from lab.training.hooks import Hook
from lab.training.task import CLASSIFY
from lab.training.trainer import Setup, Trainer

_BEFORE = "before."


def setup(params: DenseDigitsParams, data: DataStore, hooks: tuple[Hook, ...] = ()) -> Setup:
    """Return the network and the images, with what the hooks do to them."""
    dataset = params.images(data)
    sources = {
        "train": examples(dataset.train.images, dataset.train.labels),
        "test": examples(dataset.test.images, dataset.test.labels),
    }
    return Setup(network(params, len(dataset.classes)), CLASSIFY, sources, dataset.classes, hooks=hooks)


class Compared(TorchEngine[str]):
    """Trainings of which the first is compared, whenever it is measured, with itself of the epoch before."""

    def __init__(self, trainers: Mapping[str, Trainer]) -> None:
        super().__init__(trainers)
        self.initial = self.numbers()
        """The first numbers of the first training."""
        self._before, self._at = self.initial, 0
        self.moves: dict[str, float] = {}
        """What the last comparison came to."""

    def numbers(self) -> dict[str, Tensor]:
        """Return copies of what is compared: the weights of all linear layers by the names of these."""
        return matrices(self.first.model)

    @abstractmethod
    def compare(self, before: Mapping[str, Tensor], now: Mapping[str, Tensor]) -> dict[str, float]:
        """Return what is measured of the way from the epoch before to where it is now."""

    def measure(self) -> Mapping[str, float]:
        """Judge the networks, and compare the first with itself when it was last measured."""
        if self._at != self.step:
            now = self.numbers()
            self.moves = self.compare(self._before, now)
            self._before, self._at = now, self.step
        return super().measure()

    def state(self) -> State:
        """Return the state of all, with the numbers of the epoch before."""
        state = super().state()
        state.tensors |= {f"{_BEFORE}{name}": tensor for name, tensor in self._before.items()}
        state.counters["moves"] = {"at": self._at, "values": dict(self.moves)}
        return state

    def restore(self, state: State) -> None:
        """Go back to it."""
        super().restore(state)
        kept = state.counters["moves"]
        self._at, self.moves = int(kept["at"]), dict(kept["values"])
        self._before = {name: state.tensors[f"{_BEFORE}{name}"].clone() for name in self.initial}


class Movement(Compared):
    """One training, and `others` by name that learn beside it. Beside their measures: of each layer of the one
    ‖W − W of the epoch before‖ / ‖W of the epoch before‖ as "change_…", and ‖W − first W‖ / ‖first W‖ as "moved_…".
    """

    def __init__(self, trainer: Trainer, others: Mapping[str, Trainer] | None = None) -> None:
        super().__init__({"": trainer, **(others or {})})

    def compare(self, before: Mapping[str, Tensor], now: Mapping[str, Tensor]) -> dict[str, float]:
        """Return both measures of each layer."""
        return lengths("change_", now, before) | lengths("moved_", now, self.initial)

    def measure(self) -> Mapping[str, float]:
        """Judge the networks, and tell how far the layers of the one have moved."""
        return {**super().measure(), **self.moves}


def matrices(model: nn.Module) -> dict[str, Tensor]:
    """Return copies, on the CPU, of the weights of all linear layers by their names."""
    return {
        name: module.weight.detach().to("cpu", copy=True)
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear)
    }


def lengths(prefix: str, now: Mapping[str, Tensor], before: Mapping[str, Tensor]) -> dict[str, float]:
    """Return ‖now − before‖ / ‖before‖ of each by its name; of what was nothing but zeros, none."""
    found = {}
    for name, old in before.items():
        length = float(old.double().norm())
        if length:
            found[f"{prefix}{name}"] = float((now[name] - old).double().norm()) / length
    return found
