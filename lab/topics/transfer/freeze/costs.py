"""What a training holds in memory: counted, tensor by tensor."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor

from lab.nets.network import Dropout
from lab.training.trainer import Trainer


@dataclass(frozen=True)
class Costs:
    """Bytes: of gradients; of what the optimiser has gathered; of what one batch leaves for the way back; of a
    checkpoint.
    """

    gradients: int
    optimiser: int
    activations: int
    checkpoint: int

    @property
    def training(self) -> int:
        """All that is held beside the network itself."""
        return self.gradients + self.optimiser + self.activations


def counted(trainer: Trainer) -> Costs:
    """Return what a training holds. The optimiser has gathered nothing before the first step."""
    learning = [parameter for parameter in trainer.model.parameters() if parameter.requires_grad]
    gathered = [value for each in trainer.optimiser.state.values() for value in each.values()]
    return Costs(
        sum(map(_bytes, learning)),
        sum(_bytes(value) for value in gathered if isinstance(value, Tensor)),
        activations(trainer),
        sum(_bytes(tensor) for name, tensor in trainer.state().tensors.items() if _is_learned(name)),
    )


def activations(trainer: Trainer) -> int:
    """Return the bytes that a batch leaves behind for the backward pass, without the weights; a copy is asked."""
    generators = [module.generator for module in trainer.model.modules() if isinstance(module, Dropout)]
    model = deepcopy(trainer.model, dict.fromkeys(map(id, filter(None, generators))))
    model.train()
    for module, held in zip(model.modules(), trainer.model.modules(), strict=True):
        if held in trainer.held:
            module.eval()
    inputs, targets = trainer.sources["train"].part(0, trainer.params.batch_size)
    weights = {each.untyped_storage().data_ptr() for each in (*model.parameters(), *model.buffers())}
    found: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        # The images lie there anyway.
        if storage.data_ptr() not in weights and storage.data_ptr() != inputs.untyped_storage().data_ptr():
            found[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.random.fork_rng(devices=[]), torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = trainer.task.loss(model(inputs), targets)
    del loss
    return sum(found.values())


def _is_learned(name: str) -> bool:
    """Tell of a tensor of a state whether it is of the network or its optimiser, and no order or random number."""
    return name.startswith(("model.", "optimiser."))


def _bytes(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()
