"""Two trainings side by side: one in which layers are frozen for some epochs, and the same without that."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from lab.core.experiment import State
from lab.topics.weights.freeze.plan import Plan
from lab.topics.weights.movement import Compared, lengths
from lab.training.hooks import Hook
from lab.training.trainer import Trainer


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


class FreezingEngine(Compared):
    """The training that freezes, named "", and "free", which does not.

    Beside their measures: of each linear layer ‖W − W of the epoch before‖ / ‖W of the epoch before‖ as "change_…";
    "frozen_moved" and "statistics_moved", the farthest that any frozen number, or a running mean of a batch norm whose
    parameters are frozen, has moved in an epoch.
    """

    def __init__(self, trainers: Mapping[str, Trainer]) -> None:
        super().__init__(trainers)
        self._most = {"frozen_moved": 0.0, "statistics_moved": 0.0}

    def numbers(self) -> dict[str, Tensor]:
        """Return copies, on the CPU, of parameters and of running means and variances."""
        tensors = self.first.model.state_dict().items()
        return {name: each.detach().to("cpu", copy=True) for name, each in tensors if each.is_floating_point()}

    def compare(self, before: Mapping[str, Tensor], now: Mapping[str, Tensor]) -> dict[str, float]:
        """Return how far each tensor moved in the epoch, over its length; note how far what is frozen did."""
        model = self.first.model
        stood = {name for name, parameter in model.named_parameters() if not parameter.requires_grad}
        means = {f"{name}.running_mean" for name, norm in norms(model).items() if _frozen(norm)}
        for key, names in (("frozen_moved", stood), ("statistics_moved", means)):
            farthest = (float((now[name] - before[name]).abs().max()) for name in names)
            self._most[key] = max((self._most[key], *farthest))
        return lengths("", now, before)

    def measure(self) -> Mapping[str, float]:
        """Judge both networks, and tell how far the layers of the one, and what is frozen of it, have moved."""
        found = super().measure()
        weights = {name: far for name, far in self.moves.items() if self.initial[name].ndim == 2}
        return {**found, **{f"change_{name.rpartition('.')[0]}": far for name, far in weights.items()}, **self._most}

    def state(self) -> State:
        """Return the state of both, with the numbers of the epoch before."""
        state = super().state()
        state.counters["moves"]["most"] = dict(self._most)
        return state

    def restore(self, state: State) -> None:
        """Go back to it."""
        super().restore(state)
        self._most = dict(state.counters["moves"]["most"])


def norms(model: nn.Module) -> dict[str, nn.Module]:
    """Return the batch norms by their names."""
    return {name: module for name, module in model.named_modules() if isinstance(module, nn.BatchNorm1d)}


def _frozen(norm: nn.Module) -> bool:
    return not any(parameter.requires_grad for parameter in norm.parameters(recurse=False))
