"""The training of a network in torch: one object that owns all on which its next step depends."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from lab.core.events import Array
from lab.core.experiment import State
from lab.core.text import RunError
from lab.nets.network import Dropout
from lab.nets.registry.optimisers import OPTIMISERS
from lab.training.groups import Group, freeze, parameter_groups
from lab.training.hooks import Hook, restore_hooks, with_hooks
from lab.training.metaparameters import TrainingParams
from lab.training.random import Lent
from lab.training.sources import Change, InMemory, Source
from lab.training.task import Task, mean_of

JUDGED_AT_ONCE = 500
"""Examples that go through the network together when it is judged."""
_QUIET = "torch.nn.modules."
_LOUD = ("dropout", "activation.MultiheadAttention", "activation.RReLU", "transformer")


@dataclass(frozen=True)
class Setup:
    """What is trained on what: the network with its first weights, its task, and the `sources` by name: "train", and
    "test" or "dev" where it is judged. `change` varies what is learned from, batch by batch. `classes` are their names;
    `pictures` the test images as they are shown, (N, H, W[, 3]) uint8. `optimised` is the network whose parameters the
    optimiser holds, where that, by mistake, is another one: of `model` it moves what both have in common.
    """

    model: nn.Module
    task: Task
    sources: Mapping[str, Source]
    classes: tuple[str, ...] = ()
    pictures: Array | None = None
    groups: tuple[Group, ...] = ()
    hooks: tuple[Hook, ...] = ()
    change: Change | None = None
    optimised: nn.Module | None = None


@dataclass(frozen=True)
class Step:
    """One optimiser step, not yet waited for: the mean `loss` of its `count` examples, and the sums of the measures."""

    number: int
    count: int
    loss: Tensor
    sums: Mapping[str, Tensor]
    epoch_ends: bool

    def values(self) -> dict[str, float]:
        """Return loss and measures as numbers; waits for the device."""
        return {"loss": float(self.loss), **{name: float(total) / self.count for name, total in self.sums.items()}}


@dataclass(frozen=True)
class Judgement:
    """A model on examples: the mean loss and measures by name, and its answers for each example, on the CPU."""

    values: Mapping[str, float]
    answers: tuple[Tensor, ...] = field(default=())


class Trainer:
    """A network in training: owns model, optimiser, schedule, batch order, random state and counters.

    Its sources stay on `device` for the whole run. All random numbers come from generators that belong to this object,
    so that runs side by side do not disturb each other: dropout of our own draws from one of them; for any other
    module that might draw, the state of torch's global generator is lent for the step.
    """

    def __init__(self, setup: Setup, params: TrainingParams, device: str) -> None:
        self.device = torch.device(device)
        self.setup, self.params, self.task = setup, params, setup.task
        self.model = setup.model.to(self.device).to(memory_format=torch.channels_last)
        self.sources = {name: source.to(self.device) for name, source in setup.sources.items()}
        self._optimised = self.model if setup.optimised is None else setup.optimised.to(self.device)
        self._held = freeze(self.model, setup.groups)
        self._fixed = self._unmoved()
        self.model.eval()  # So that the first step sets each module as it learns.
        self._thawed: list[str] = []
        self.optimiser = make_optimiser(params, self._optimised, setup.groups)
        self._order_generator = torch.Generator().manual_seed(params.seed)
        # "meta", on which nothing is computed but every placement is checked, has no random numbers.
        noise_device = "cpu" if self.device.type == "meta" else self.device
        self._noise_generator = torch.Generator(noise_device).manual_seed(params.seed + 1)
        for module in self.model.modules():
            if isinstance(module, Dropout):
                module.generator = self._noise_generator
        self._lent = Lent(params.seed + 2, self.device) if _might_draw(self.model) else None
        count, batch = len(self.sources["train"]), params.batch_size
        # A last batch of a single example cannot be normalised over the batch; it is left out.
        self.steps_per_epoch = max(1, count // batch if count % batch == 1 else math.ceil(count / batch))
        self.steps = self.steps_per_epoch * params.epochs
        self.steps_done = 0
        self._order = torch.empty(0, dtype=torch.int64)
        self._indices = self._order
        self._sums: dict[str, Tensor] = {}
        self._seen = 0

    @property
    def epoch(self) -> int:
        """The epoch of the last step, from 1; 0 before the first step."""
        return math.ceil(self.steps_done / self.steps_per_epoch)

    @property
    def epoch_ends(self) -> bool:
        """Whether the last step was the last one of its epoch."""
        return self.steps_done % self.steps_per_epoch == 0

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.steps_done >= self.steps

    @property
    def learning(self) -> list[nn.Parameter]:
        """The parameters that learn."""
        return [parameter for group in self.optimiser.param_groups for parameter in group["params"]]

    @property
    def held(self) -> tuple[nn.Module, ...]:
        """The batch norms that stay in evaluation mode while it trains."""
        return tuple(self._held)

    def epoch_values(self) -> dict[str, float]:
        """Return the means over the examples of this epoch so far, each as it was when it was seen; waits for the
        device.
        """
        return mean_of({name: float(total) for name, total in self._sums.items()}, max(1, self._seen))

    def step(self) -> Step:
        """Do one optimiser step, without waiting for the device. Raises RuntimeError of torch, for instance when
        memory does not suffice.
        """
        place, batch = self.steps_done % self.steps_per_epoch, self.params.batch_size
        train = self.sources["train"]
        if place == 0:
            self._order = torch.randperm(len(train), generator=self._order_generator)
            self._sums, self._seen = {}, 0
        if place == 0 or self._indices.numel() != self._order.numel():
            self._indices = self._order.to(self.device if isinstance(train, InMemory) else "cpu")
        inputs, targets = train.take(self._indices[place * batch : (place + 1) * batch])
        if place + 1 < self.steps_per_epoch:
            train.expect(self._indices[(place + 1) * batch : (place + 2) * batch])
        for hook in self.setup.hooks:
            hook.before_step(self)
        rate = self.learning_rate()
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["scale"]
        if not self.model.training:
            self.model.train()
            for module in self._held:
                module.eval()
        self.optimiser.zero_grad(set_to_none=True)
        with self._lent.lent() if self._lent is not None else contextlib.nullcontext():
            if self.setup.change is not None:
                inputs = self.setup.change(inputs, self._noise_generator)
            outputs = self.model(inputs)
            loss = self.task.loss(outputs, targets)
            loss.backward()  # type: ignore[no-untyped-call]
        for hook in self.setup.hooks:
            hook.after_backward(self)
        self.optimiser.step()
        with torch.no_grad():
            sums = {name: measure(outputs, targets) for name, measure in self.task.measures.items()}
            loss, count = loss.detach(), len(targets)
            self._add("loss", loss.double() * count)
            for name, total in sums.items():
                self._add(name, total.double())
        self._seen += count
        self.steps_done += 1
        return Step(self.steps_done, count, loss, sums, self.epoch_ends)

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

    def judge(self, source: str, start: int = 0, end: int | None = None) -> Judgement:
        """Judge the model on the examples of a source, or some of them, without changing it; waits for the device."""
        examples = self.sources[source]
        end = len(examples) if end is None else min(end, len(examples))
        self.model.eval()
        sums: dict[str, Tensor] = {}
        answers: list[tuple[Tensor, ...]] = []
        with torch.inference_mode():
            for first in range(start, end, JUDGED_AT_ONCE):
                last = min(first + JUDGED_AT_ONCE, end)
                inputs, targets = examples.part(first, last)
                outputs = self.model(inputs)
                sums["loss"] = self.task.judged_loss(outputs, targets).double() + sums.get("loss", 0.0)
                for name, measure in self.task.measures.items():
                    sums[name] = measure(outputs, targets).double() + sums.get(name, 0.0)
                answers.append(self.task.answers(outputs))
        values = mean_of({name: float(total) for name, total in sums.items()}, max(1, end - start))
        return Judgement(values, tuple(torch.cat(parts).cpu() for parts in zip(*answers, strict=True)))

    def outputs(self, source: str, start: int, end: int) -> Tensor:
        """Return what the model, as it is in use, makes of some examples, on its device."""
        self.model.eval()
        with torch.inference_mode():
            inputs, _ = self.sources[source].part(start, end)
            outputs: Tensor = self.model(inputs)
        return outputs

    def weights(self) -> dict[str, Tensor]:
        """Return a copy, on the CPU, of the parameters and buffers that this training moves."""
        return {name: _copy(tensor) for name, tensor in self.model.state_dict().items() if name not in self._fixed}

    def _unmoved(self) -> set[str]:
        """Return the names of parameters and buffers that the groups freeze: nothing of them is ever kept."""
        fixed = {name for name, parameter in self.model.named_parameters() if not parameter.requires_grad}
        held = {id(buffer) for module in self._held for buffer in module.buffers(recurse=False)}
        return fixed | {name for name, buffer in self.model.named_buffers() if id(buffer) in held}

    def hold(self, norms: Sequence[nn.Module]) -> None:
        """Keep these batch norms in evaluation mode from the next step on, and no others. What they gathered before is
        kept with the state.
        """
        self._held = list(norms)
        self.model.eval()

    def set_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Give the network what `weights` returned."""
        self.model.load_state_dict(dict(weights), strict=False)

    def unfreeze(self, names: str) -> None:
        """Let frozen parameters learn from now on; their batch norm learns with them. What the others have gathered
        in the optimiser stays.
        """
        self._thawed.append(names)
        groups = tuple(Group(one) for one in self._thawed) + self.setup.groups
        gathered = self.optimiser.state
        self._held = freeze(self.model, groups)
        self._fixed = self._unmoved()
        self.optimiser = make_optimiser(self.params, self._optimised, groups)
        for parameter in self.learning:
            if parameter in gathered:
                self.optimiser.state[parameter] = gathered[parameter]
        self.model.eval()

    def state(self) -> State:
        """Return a copy, on the CPU, of all that the next steps depend on; of what is frozen nothing."""
        tensors = {f"model.{name}": tensor for name, tensor in self.weights().items()}
        for index, parameter in enumerate(self.model.parameters()):
            for name, value in self.optimiser.state.get(parameter, {}).items():
                # RMSprop and SGD keep None where momentum is off.
                if value is not None:
                    tensors[f"optimiser.{index}.{name}"] = _copy(torch.as_tensor(value))
        tensors["order"] = _copy(self._order)
        tensors["random.order"] = self._order_generator.get_state()
        tensors["random.noise"] = self._noise_generator.get_state()
        for name, value in (self._lent.state if self._lent is not None else {}).items():
            tensors[f"random.{name}"] = value.clone()
        counters: dict[str, Any] = {
            "steps_done": self.steps_done,
            "seen": self._seen,
            "sums": {name: float(total) for name, total in self._sums.items()},
        }
        if self._thawed:
            counters["thawed"] = list(self._thawed)
        return with_hooks(State(tensors, counters), self.setup.hooks)

    def restore(self, state: State) -> None:
        """Go back to a state of a training with the same model, data and parameters.

        Raises RunError when the state belongs to another model; then nothing has been changed.
        """
        for names in state.counters.get("thawed", ()):
            self.unfreeze(names)
        own = self.model.state_dict()
        weights = _part(state, "model.")
        fits = all(name in own and own[name].shape == tensor.shape for name, tensor in weights.items())
        fits = fits and self.weights().keys() <= weights.keys()
        if not fits or not {"order", "random.order", "random.noise"} <= state.tensors.keys():
            raise RunError("The saved weights belong to another network than the parameters describe.")
        self.set_weights(weights)
        self.optimiser.state.clear()
        self._restore_optimiser(_part(state, "optimiser."))
        self._order, self._indices = _copy(state.tensors["order"]), torch.empty(0, dtype=torch.int64)
        self._order_generator.set_state(state.tensors["random.order"])
        examples = len(self.sources["train"])
        if self._order.numel() not in (0, examples):
            # It goes on with other data than it began with: the rest of the epoch is of these.
            self._order = torch.randperm(examples, generator=self._order_generator)
        self._restore_noise(state.tensors["random.noise"], int(state.counters["steps_done"]))
        if self._lent is not None:
            self._lent.state |= {name: t for name, t in _part(state, "random.").items() if name in self._lent.state}
        counters = state.counters
        self.steps_done, self._seen = int(counters["steps_done"]), int(counters["seen"])
        # Runs of earlier versions kept the two sums of a classifier by other names.
        sums = counters.get("sums")
        if sums is None:
            sums = {"loss": counters["loss_sum"], "accuracy": counters["right"]}
        self._sums = {name: self._number(float(total)) for name, total in sums.items()}
        restore_hooks(state, self.setup.hooks)

    def _restore_noise(self, kept: Tensor, steps_done: int) -> None:
        """Draw on from a kept state. That of another kind of device says nothing here: then its seed and its step."""
        if kept.shape == self._noise_generator.get_state().shape:
            self._noise_generator.set_state(kept)
        else:
            self._noise_generator.manual_seed(self.params.seed + 1 + steps_done)

    def _restore_optimiser(self, kept: Mapping[str, Tensor]) -> None:
        """Take what an optimiser gathered, each tensor in the memory format of its weight, as fused steps need it."""
        weights = list(self.model.parameters())
        for full_name, tensor in kept.items():
            index, name = full_name.split(".")
            weight = weights[int(index)]
            if tensor.shape == weight.shape:
                tensor = torch.empty_like(weight).copy_(tensor)
            elif self.optimiser.defaults.get("fused"):
                tensor = tensor.to(weight.device)
            self.optimiser.state[weight][name] = tensor

    def _add(self, name: str, total: Tensor) -> None:
        before = self._sums.get(name)
        self._sums[name] = total if before is None else before + total

    def _number(self, value: float) -> Tensor:
        return torch.tensor(value, dtype=torch.float64, device=self.device)


def make_optimiser(params: TrainingParams, model: nn.Module, groups: tuple[Group, ...] = ()) -> Optimizer:
    """Return the optimiser of `params`, in its fused form where torch has one (one kernel for all weights)."""
    chosen = parameter_groups(model, groups, params)
    fused = all(weight.device.type in ("cpu", "cuda") for group in chosen for weight in group["params"])
    return OPTIMISERS[params.optimiser].in_torch(chosen, params.learning_rate, params.momentum, fused)


def _might_draw(model: nn.Module) -> bool:
    """Tell whether some module may draw from torch's global generator: one that is not known not to."""
    for module in model.modules():
        kind = f"{type(module).__module__}.{type(module).__name__}"
        if isinstance(module, Dropout) or (kind.startswith(_QUIET) and not any(name in kind for name in _LOUD)):
            continue
        return True
    return False


def _between(first: float, last: float, share: float) -> float:
    """Go from `first` to `last` along half a cosine."""
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


def _part(state: State, prefix: str) -> dict[str, Tensor]:
    """Return the tensors whose names begin so, without that."""
    return {name.removeprefix(prefix): t for name, t in state.tensors.items() if name.startswith(prefix)}


def _copy(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", copy=True).contiguous()
