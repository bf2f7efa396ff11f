"""The one training loop of the project."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from lab.core.experiment import State
from lab.core.metaparameters import TrainingParams
from lab.core.text import RunError
from lab.nets.network import Dropout

Augment = Callable[[Tensor, torch.Generator], Tensor]
Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Step:
    """Result of one optimiser step: mean loss and share of right answers over its batch."""

    loss: float
    accuracy: float
    epoch_ends: bool


@dataclass(frozen=True)
class Evaluation:
    """A model on a data set: mean loss, accuracy in [0, 1], predicted classes (N,), their probabilities (N,)."""

    loss: float
    accuracy: float
    predicted: Tensor
    confidence: Tensor


class Training:
    """A classifier in training: owns model, loss, optimiser, schedule, batch order, random state and counters.

    `inputs` (N, C, H, W) and `targets` (N,) stay on `device` for the whole run. All random numbers come from two
    generators that belong to this object, so that runs side by side do not disturb each other.
    """

    def __init__(
        self,
        model: nn.Module,
        loss: Loss,
        inputs: Tensor,
        targets: Tensor,
        params: TrainingParams,
        device: str,
        augment: Augment | None = None,
    ) -> None:
        self.device = torch.device(device)
        self.model = model.to(self.device).to(memory_format=torch.channels_last)
        self.loss = loss
        self.inputs = inputs.to(self.device)
        self.targets = targets.to(self.device)
        self.params = params
        self.augment = augment
        self.optimiser = make_optimiser(params, self.model)
        self._order_generator = torch.Generator().manual_seed(params.seed)
        # "meta", on which nothing is computed but every placement is checked, has no random numbers.
        noise_device = "cpu" if self.device.type == "meta" else self.device
        self._noise_generator = torch.Generator(noise_device).manual_seed(params.seed + 1)
        for module in model.modules():
            if isinstance(module, Dropout):
                module.generator = self._noise_generator
        count, batch = len(inputs), params.batch_size
        # A last batch of a single example cannot be normalised over the batch; it is left out.
        self.steps_per_epoch = max(1, count // batch if count % batch == 1 else math.ceil(count / batch))
        self.steps = self.steps_per_epoch * params.epochs
        self.steps_done = 0
        self._order = torch.empty(0, dtype=torch.int64)
        self._loss_sum = 0.0
        self._right = 0
        self._seen = 0

    @property
    def epoch(self) -> int:
        """The epoch of the last step, from 1; 0 before the first step."""
        return math.ceil(self.steps_done / self.steps_per_epoch)

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.steps_done >= self.steps

    @property
    def epoch_loss(self) -> float:
        """Mean loss over the examples of this epoch so far, each as it was when it was seen."""
        return self._loss_sum / max(1, self._seen)

    @property
    def epoch_accuracy(self) -> float:
        """Share of right answers over the examples of this epoch so far."""
        return self._right / max(1, self._seen)

    def step(self) -> Step:
        """Do one optimiser step. Raises RuntimeError of torch, for instance when memory does not suffice."""
        place = self.steps_done % self.steps_per_epoch
        if place == 0:
            self._order = torch.randperm(len(self.inputs), generator=self._order_generator)
            self._loss_sum, self._right, self._seen = 0.0, 0, 0
        batch = self.params.batch_size
        index = self._order[place * batch : (place + 1) * batch].to(self.device)
        inputs, targets = self.inputs[index], self.targets[index]
        if self.augment is not None:
            inputs = self.augment(inputs, self._noise_generator)
        for group in self.optimiser.param_groups:
            group["lr"] = self.learning_rate()
        if not self.model.training:
            self.model.train()
        self.optimiser.zero_grad(set_to_none=True)
        outputs = self.model(inputs)
        loss = self.loss(outputs, targets)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        right = int((outputs.detach().argmax(1) == targets).sum())
        value = float(loss.detach())
        count = len(index)
        self._loss_sum += value * count
        self._right += right
        self._seen += count
        self.steps_done += 1
        return Step(value, right / count, self.steps_done % self.steps_per_epoch == 0)

    def learning_rate(self) -> float:
        """Return the learning rate of the next step.

        One cycle is Smith's (2018): up from 1/25 over the first 30 %, then down to almost nothing, both as cosines.
        """
        top, last = self.params.learning_rate, max(1, self.steps - 1)
        match self.params.schedule:
            case "cosine":
                return top * (1 + math.cos(math.pi * self.steps_done / self.steps)) / 2
            case "one_cycle":
                peak = max(1.0, 0.3 * self.steps - 1)
                if self.steps_done <= peak:
                    return _between(top / 25, top, self.steps_done / peak)
                return _between(top, top / 25e4, (self.steps_done - peak) / max(1.0, last - peak))
            case _:
                return top

    def evaluate(self, inputs: Tensor, targets: Tensor, batch: int = 500) -> Evaluation:
        """Judge the model on `inputs` (N, C, H, W) without changing it."""
        self.model.eval()
        loss, predicted, confidence = 0.0, [], []
        with torch.inference_mode():
            for start in range(0, len(inputs), batch):
                outputs = self.model(inputs[start : start + batch])
                answers = targets[start : start + batch]
                loss += float(nn.functional.cross_entropy(outputs, answers, reduction="sum"))
                top = outputs.softmax(1).max(1)
                predicted.append(top.indices)
                confidence.append(top.values)
        chosen = torch.cat(predicted)
        accuracy = float((chosen == targets).double().mean())
        return Evaluation(loss / len(inputs), accuracy, chosen.cpu(), torch.cat(confidence).cpu())

    def state(self) -> State:
        """Return a copy, on the CPU, of all that the next steps depend on."""
        tensors = {f"model.{name}": _copy(tensor) for name, tensor in self.model.state_dict().items()}
        for index, values in self.optimiser.state_dict()["state"].items():
            for name, value in values.items():
                # RMSprop and SGD keep None where momentum is off.
                if value is not None:
                    tensors[f"optimiser.{index}.{name}"] = _copy(torch.as_tensor(value))
        tensors["order"] = _copy(self._order)
        tensors["random.order"] = self._order_generator.get_state()
        tensors["random.noise"] = self._noise_generator.get_state()
        counters = {
            "steps_done": self.steps_done,
            "loss_sum": self._loss_sum,
            "right": self._right,
            "seen": self._seen,
        }
        return State(tensors, counters)

    def restore(self, state: State) -> None:
        """Go back to a state of a training with the same model, data and parameters.

        Raises RunError when the state belongs to another model; then nothing has been changed.
        """
        own = self.model.state_dict()
        weights = {n.removeprefix("model."): t for n, t in state.tensors.items() if n.startswith("model.")}
        fits = own.keys() == weights.keys() and all(own[name].shape == weights[name].shape for name in own)
        if not fits or not {"order", "random.order", "random.noise"} <= state.tensors.keys():
            raise RunError("The saved weights belong to another network than the parameters describe.")
        self.model.load_state_dict(weights)
        self.optimiser.load_state_dict(
            {
                "state": self._optimiser_state(state),
                "param_groups": self.optimiser.state_dict()["param_groups"],
            }
        )
        self._order = _copy(state.tensors["order"])
        self._order_generator.set_state(state.tensors["random.order"])
        self._noise_generator.set_state(state.tensors["random.noise"])
        self.steps_done = int(state.counters["steps_done"])
        self._loss_sum = float(state.counters["loss_sum"])
        self._right = int(state.counters["right"])
        self._seen = int(state.counters["seen"])

    def _optimiser_state(self, state: State) -> dict[int, dict[str, Any]]:
        """Return the optimiser's part, each tensor in the memory format of its weight, as fused steps need it."""
        weights = list(self.model.parameters())
        result: dict[int, dict[str, Any]] = {}
        for full_name, tensor in state.tensors.items():
            if full_name.startswith("optimiser."):
                _, index, name = full_name.split(".")
                weight = weights[int(index)]
                if tensor.shape == weight.shape:
                    tensor = torch.empty_like(weight).copy_(tensor)
                result.setdefault(int(index), {})[name] = tensor
        return result


def make_optimiser(params: TrainingParams, model: nn.Module) -> Optimizer:
    """Return the optimiser of `params`, in its fused form where torch has one (one kernel for all weights)."""
    weights = list(model.parameters())
    rate, decay = params.learning_rate, params.weight_decay
    fused = all(weight.device.type in ("cpu", "cuda") for weight in weights)
    match params.optimiser:
        case "sgd":
            return torch.optim.SGD(weights, rate, momentum=params.momentum, weight_decay=decay, fused=fused)
        case "rmsprop":
            return torch.optim.RMSprop(weights, rate, momentum=params.momentum, weight_decay=decay)
        case "adamw":
            return torch.optim.AdamW(weights, rate, weight_decay=decay, fused=fused)
        case _:
            return torch.optim.Adam(weights, rate, weight_decay=decay, fused=fused)


def _between(first: float, last: float, share: float) -> float:
    """Go from `first` to `last` along half a cosine."""
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


def _copy(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", copy=True).contiguous()
