"""A training that measures how far the weights of each layer move."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from lab.core.experiment import State
from lab.training.engine import TorchEngine
from lab.training.trainer import Trainer

_BEFORE = "before."


class Movement(TorchEngine[str]):
    """One training, and `others` by name that learn beside it. Beside their measures: of each layer of the one
    ‖W − W of the epoch before‖ / ‖W of the epoch before‖ as "change_…", and ‖W − first W‖ / ‖first W‖ as "moved_…".
    """

    def __init__(self, trainer: Trainer, others: Mapping[str, Trainer] | None = None) -> None:
        super().__init__({"": trainer, **(others or {})})
        self.initial = matrices(trainer.model)
        """The first weights of each layer."""
        self._before, self._at = self.initial, 0
        self._moves: dict[str, float] = {}

    def measure(self) -> Mapping[str, float]:
        """Judge the network, and compare its weights with those when it was last measured."""
        if self._at != self.step:
            now = matrices(self.first.model)
            self._moves = {f"change_{name}": relative(now[name], old) for name, old in self._before.items()}
            self._moves |= {f"moved_{name}": relative(now[name], old) for name, old in self.initial.items()}
            self._before, self._at = now, self.step
        return {**super().measure(), **self._moves}

    def state(self) -> State:
        """Return the state of the training, with the weights of the epoch before."""
        state = super().state()
        state.tensors |= {f"{_BEFORE}{name}": weight for name, weight in self._before.items()}
        state.counters["moves"] = {"at": self._at, "values": dict(self._moves)}
        return state

    def restore(self, state: State) -> None:
        """Go back to it."""
        super().restore(state)
        moves = state.counters["moves"]
        self._at, self._moves = int(moves["at"]), dict(moves["values"])
        self._before = {name: state.tensors[f"{_BEFORE}{name}"].clone() for name in self.initial}


def matrices(model: nn.Module) -> dict[str, Tensor]:
    """Return copies, on the CPU, of the weights of all linear layers by their names."""
    return {
        name: module.weight.detach().to("cpu", copy=True)
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear)
    }


def relative(now: Tensor, before: Tensor) -> float:
    """Return ‖now − before‖ / ‖before‖."""
    return float((now - before).double().norm() / before.double().norm())
