"""Which parameters learn, and how fast: groups by name, frozen parts, and on what weight decay works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm as BatchNorm

from lab.training.metaparameters import TrainingParams


@dataclass(frozen=True)
class Group:
    """The parameters whose names match `names`, as in "features.*"; the first group that matches has them.

    rate: times the learning rate of the run. decay: the weight decay in place of the run's. frozen: they do not
    learn; batch norm whose parameters are all frozen stays in evaluation mode, unless its `statistics_move`.
    """

    names: str
    rate: float = 1.0
    decay: float | None = None
    frozen: bool = False
    statistics_move: bool = False


REST = Group("*")


def freeze(model: nn.Module, groups: Sequence[Group]) -> list[nn.Module]:
    """Let only those parameters learn that are not frozen; return the batch norms that stay in evaluation mode."""
    frozen = {}
    for name, parameter in model.named_parameters():
        group = group_of(name, groups)
        parameter.requires_grad_(not group.frozen)
        frozen[name] = group.frozen and not group.statistics_move
    held: list[nn.Module] = []
    for prefix, module in model.named_modules():
        if isinstance(module, BatchNorm):
            names = [f"{prefix}.{name}" if prefix else name for name, _ in module.named_parameters(recurse=False)]
            if names and all(frozen[name] for name in names):
                held.append(module)
    return held


def group_of(name: str, groups: Sequence[Group]) -> Group:
    """Return the group of a parameter."""
    return next((group for group in groups if fnmatchcase(name, group.names)), REST)


def parameter_groups(model: nn.Module, groups: Sequence[Group], params: TrainingParams) -> list[dict[str, Any]]:
    """Return the groups as torch's optimisers take them: "params", "weight_decay", and "scale", what the learning
    rate is multiplied by. Frozen parameters are in none.

    Weight decay pulls at weights; at biases and at the scales and shifts of norms only where `decay_on` says
    "everything".
    """
    found: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        group = group_of(name, groups)
        if parameter.requires_grad:
            decay = params.weight_decay if group.decay is None else group.decay
            decays = parameter.ndim > 1 or params.decay_on == "everything"
            found.setdefault((group.rate, decay if decays else 0.0), []).append(parameter)
    return [
        {"params": chosen, "lr": params.learning_rate * rate, "scale": rate, "weight_decay": decay}
        for (rate, decay), chosen in found.items()
    ]
