"""The training of one dense network in NumPy: on a processor, many times as fast as torch for networks of this size."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.experiment import State
from lab.core.streams import streams
from lab.core.text import RunError
from lab.nets.dense.network import Network
from lab.nets.registry import losses
from lab.nets.registry.optimisers import numpy_optimiser
from lab.training.dense.spec import TrainingSpec

Array = NDArray[Any]


class Learner:
    """A network in training: owns its numbers, its optimiser, the order of examples and all that is random."""

    def __init__(self, recipe: TrainingSpec) -> None:
        self.recipe = recipe
        random = streams(recipe.seed)
        self.network = Network.drawn(recipe.plan, random.weights, recipe.first)
        self._order, self._noise = random.order, random.noise
        # One array of all numbers, of which those of the network are parts: one step of the optimiser moves them all.
        self._flat = np.concatenate([array.ravel() for array in self.network.learned])
        self._share()
        self._decays = np.concatenate([np.full(array.size, float(array.ndim == 2)) for array in self.network.learned])
        self._l2 = recipe.l2 * (self._with_biases() if recipe.l2_biases else self._decays)
        self._optimiser = numpy_optimiser(recipe.optimiser, recipe.learning_rate, recipe.momentum)
        self.steps = 0
        self.epoch = 0

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.epoch >= self.recipe.epochs

    def train_epoch(self) -> float:
        """See every example once; return the mean loss over them, each as it was when it was seen.

        Numbers that leave their range become infinite or NaN, and so does the loss.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            return self._train_epoch()

    def _train_epoch(self) -> float:
        recipe, count = self.recipe, len(self.recipe.inputs)
        batch = recipe.batch_size or count
        self.epoch += 1
        if batch >= count:
            return self._step(recipe.inputs, recipe.targets)
        order, total, seen = self._order.permutation(count), 0.0, 0
        for start in range(0, count, batch):
            chosen = order[start : start + batch]
            if recipe.drop_last and len(chosen) < batch:
                break
            if len(chosen) == 1 and count > 1 and any(norm is not None for norm in self.network.norms):
                continue  # One example has no spread by which it could be normalised.
            total += len(chosen) * self._step(recipe.inputs[chosen], recipe.targets[chosen])
            seen += len(chosen)
        return total / seen

    def take(self, network: Network) -> None:
        """Take the numbers of a network that was trained elsewhere, by one epoch of a single step."""
        for own, trained in zip(self.network.learned, network.learned, strict=True):
            own[...] = trained
        self.steps += 1
        self.epoch += 1

    def loss(self) -> float:
        """Return the mean loss over the training examples now."""
        return losses.value(self.recipe.loss, self.network.outputs(self.recipe.inputs), self.recipe.targets)

    def state(self) -> State:
        """Return a copy of all that the next epochs depend on."""
        tensors = {"numbers": self._flat.copy()}
        for place, norm in enumerate(self.network.norms):
            if norm is not None:
                tensors[f"mean.{place}"], tensors[f"variance.{place}"] = norm.mean.copy(), norm.variance.copy()
        tensors |= {f"optimiser.{name}": memory.copy() for name, memory in self._optimiser.state().items()}
        random = {"order": self._order.bit_generator.state, "noise": self._noise.bit_generator.state}
        return State(tensors, {"steps_done": self.steps, "epoch": self.epoch, "random": random})

    def restore(self, state: State) -> None:
        """Go back to a state of a training by the same recipe. Raises RunError when it belongs to another."""
        numbers = np.asarray(state.tensors.get("numbers", ()))
        if numbers.shape != self._flat.shape:
            raise RunError("The saved weights belong to another network than the parameters describe.")
        self._flat[:] = numbers
        for place, norm in enumerate(self.network.norms):
            if norm is not None:
                norm.mean = np.array(state.tensors[f"mean.{place}"])
                norm.variance = np.array(state.tensors[f"variance.{place}"])
        kept = {name: value for name, value in state.tensors.items() if name.startswith("optimiser.")}
        # Earlier versions wrote the names with a line before them.
        self._optimiser.restore(
            {name.removeprefix("optimiser.").removeprefix("_"): np.array(value) for name, value in kept.items()}
        )
        self.steps, self.epoch = int(state.counters["steps_done"]), int(state.counters["epoch"])
        self._order.bit_generator.state = state.counters["random"]["order"]
        self._noise.bit_generator.state = state.counters["random"]["noise"]

    def _share(self) -> None:
        """Let the arrays of the network be parts of the flat one."""
        start = 0
        parts = []
        for array in self.network.learned:
            parts.append(self._flat[start : start + array.size].reshape(array.shape))
            start += array.size
        layers = len(self.recipe.plan.layers)
        self.network.weights, self.network.biases = parts[:layers], parts[layers : 2 * layers]
        rest = iter(parts[2 * layers :])
        for norm in self.network.norms:
            if norm is not None:
                norm.scale, norm.shift = next(rest), next(rest)

    def _with_biases(self) -> Array:
        """Return 1 for weights and biases, and 0 for numbers of norms, and for biases that these take away."""
        network = self.network
        kept = [
            np.full(bias.size, float(norm is None)) for bias, norm in zip(network.biases, network.norms, strict=True)
        ]
        weights = [np.ones(weight.size) for weight in network.weights]
        norms = [np.zeros(2 * norm.scale.size) for norm in network.norms if norm is not None]
        return np.concatenate([*weights, *kept, *norms])

    def _slope(self, outputs: Array, targets: Array) -> Array:
        """Return the derivative of what is descended by each output."""
        return losses.gradient(self.recipe.loss, outputs, targets)

    def _step(self, inputs: Array, targets: Array) -> float:
        """Do one optimiser step; return the loss before it, without penalties."""
        recipe, network = self.recipe, self.network
        passes = network.forward(inputs, self._noise)
        outputs = passes[-1].outputs
        gradients = network.backward(passes, self._slope(outputs, targets))
        flat = np.concatenate([gradient.ravel() for gradient in gradients])
        if recipe.l2:
            flat += self._l2 * self._flat
        if recipe.l1 and not recipe.l1_proximal:
            flat += recipe.l1 * self._decays * np.sign(self._flat)
        self._flat += self._optimiser(self.steps, flat)
        if recipe.l1 and recipe.l1_proximal:
            left = np.abs(self._flat) - recipe.learning_rate * recipe.l1 * self._decays
            self._flat[:] = np.sign(self._flat) * np.maximum(left, 0.0)
        self.steps += 1
        return losses.value(recipe.loss, outputs, targets)
