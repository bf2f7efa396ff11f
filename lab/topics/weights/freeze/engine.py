"""Two trainings side by side: one in which layers are frozen for some epochs, and the same without that."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from lab.core.experiment import State
from lab.topics.weights.freeze.plan import Plan
from lab.training.engine import TorchEngine
from lab.training.hooks import Hook
from lab.training.trainer import Trainer

_BEFORE = "before."


class Freezing(Hook):
    """Freezes parameters by a plan as one does in torch, by `requires_grad`: the optimiser still has all of them.

    zeros: what is frozen keeps a gradient of zeros, as `zero_grad(set_to_none=False)` leaves it, instead of none.
    held: batch norms whose parameters are frozen are in evaluation mode as well.
    """

    def __init__(self, plan: Plan, zeros: bool, held: bool) -> None:
        self.plan, self.zeros, self.held = plan, zeros, held
        self._epoch = 0
        self._stale: list[nn.Parameter] = []

    def before_step(self, trainer: Trainer) -> None:
        """Let learn what the epoch of the next step lets learn."""
        epoch = trainer.steps_done // trainer.steps_per_epoch + 1
        if epoch == self._epoch:
            return
        self._epoch, self._stale = epoch, []
        for name, parameter in trainer.model.named_parameters():
            frozen = self.plan.frozen(name, epoch)
            parameter.requires_grad_(not frozen)
            if frozen and self.zeros and self.plan.learned_before(name, epoch):
                self._stale.append(parameter)
        if self.held:
            trainer.hold([norm for norm in norms(trainer.model).values() if _frozen(norm)])

    def after_backward(self, trainer: Trainer) -> None:
        """Leave zeros where gradients once were."""
        for parameter in self._stale:
            parameter.grad = torch.zeros_like(parameter)


class FreezingEngine(TorchEngine[str]):
    """The training that freezes, named "", and "free", which does not.

    Beside their measures: of each linear layer ‖W − W of the epoch before‖ / ‖W of the epoch before‖ as "change_…";
    "frozen_moved" and "statistics_moved", the farthest that any frozen number, or a running mean of a batch norm whose
    parameters are frozen, has moved in an epoch.
    """

    def __init__(self, trainers: Mapping[str, Trainer]) -> None:
        super().__init__(trainers)
        self.initial = numbers(self.first.model)
        """The first numbers of the training that freezes."""
        self._before, self._at = self.initial, 0
        self.moves: dict[str, float] = {}
        """How far each tensor moved in the last epoch, over its length; none where it had none."""
        self._most = {"frozen_moved": 0.0, "statistics_moved": 0.0}

    def measure(self) -> Mapping[str, float]:
        """Judge both networks, and compare the numbers of the first with those of the epoch before."""
        model = self.first.model
        if self._at != self.step:
            now = numbers(model)
            self.moves = {n: moved for n in now if (moved := relative(now[n], self._before[n])) is not None}
            stood = {name for name, parameter in model.named_parameters() if not parameter.requires_grad}
            means = {f"{name}.running_mean" for name, norm in norms(model).items() if _frozen(norm)}
            for key, names in (("frozen_moved", stood), ("statistics_moved", means)):
                farthest = (float((now[name] - self._before[name]).abs().max()) for name in names)
                self._most[key] = max((self._most[key], *farthest))
            self._before, self._at = now, self.step
        changes = {f"change_{layer}": self.moves[f"{layer}.weight"] for layer in linear(model) if self.moves}
        return {**super().measure(), **changes, **self._most}

    def state(self) -> State:
        """Return the state of both, with the numbers of the epoch before."""
        state = super().state()
        state.tensors |= {f"{_BEFORE}{name}": tensor for name, tensor in self._before.items()}
        state.counters["moves"] = {"at": self._at, "values": dict(self.moves), "most": dict(self._most)}
        return state

    def restore(self, state: State) -> None:
        """Go back to it."""
        super().restore(state)
        kept = state.counters["moves"]
        self._at, self.moves, self._most = int(kept["at"]), dict(kept["values"]), dict(kept["most"])
        self._before = {name: state.tensors[f"{_BEFORE}{name}"].clone() for name in self.initial}


def numbers(model: nn.Module) -> dict[str, Tensor]:
    """Return copies, on the CPU, of parameters and of running means and variances."""
    return {n: t.detach().to("cpu", copy=True) for n, t in model.state_dict().items() if t.is_floating_point()}


def norms(model: nn.Module) -> dict[str, nn.Module]:
    """Return the batch norms by their names."""
    return {name: module for name, module in model.named_modules() if isinstance(module, nn.BatchNorm1d)}


def linear(model: nn.Module) -> list[str]:
    """Return the names of the linear layers."""
    return [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]


def relative(now: Tensor, before: Tensor) -> float | None:
    """Return ‖now − before‖ / ‖before‖, or None where before was nothing but zeros."""
    length = float(before.double().norm())
    return float((now - before).double().norm()) / length if length else None


def _frozen(norm: nn.Module) -> bool:
    return not any(parameter.requires_grad for parameter in norm.parameters(recurse=False))
