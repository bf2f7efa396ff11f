"""How large the signal and the gradient are in each layer of a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lab.core.events import Array
from lab.core.streams import streams
from lab.nets.dense.network import Network
from lab.nets.registry import losses
from lab.training.dense.spec import TrainingSpec

EXAMPLES = 200
"""Of the first training images; they say as much as all would."""


@dataclass(frozen=True)
class Sizes:
    """Of each layer the root mean square of what leaves it, of its weights, and of ∂loss/∂W."""

    signals: Array
    weights: Array
    gradients: Array


@np.errstate(over="ignore", invalid="ignore")
def sizes(recipe: TrainingSpec, network: Network) -> Sizes:
    """Send some examples through a network, and the gradient back."""
    inputs, targets = recipe.inputs[:EXAMPLES], recipe.targets[:EXAMPLES]
    # Nothing here draws.
    passes = network.forward(inputs, np.random.default_rng(0))
    gradient = losses.gradient(recipe.loss, passes[-1].outputs, targets)
    gradients = network.backward(passes, gradient)[: len(network.weights)]
    return Sizes(_each([one.outputs for one in passes]), _each(network.weights), _each(gradients))


def at_first(recipe: TrainingSpec) -> Sizes:
    """Return them as the network begins."""
    return sizes(recipe, Network.drawn(recipe.plan, streams(recipe.seed).weights, recipe.first))


def _each(arrays: Sequence[Array]) -> Array:
    return np.array([float(np.sqrt(np.square(array).mean())) for array in arrays])


def lines(names: Sequence[str]) -> Iterator[str]:
    """Yield lines that print the same of `network`, before it has learned."""
    yield f"x, some = inputs[:{EXAMPLES}], targets[:{EXAMPLES}]"
    yield "criterion(network(x), some).backward()"
    yield "signals = []"
    yield "for layer in network:"
    yield "    x = layer(x)"
    yield "    if not isinstance(layer, nn.Linear) or layer is network[-1]:"
    yield "        signals.append(x.square().mean().sqrt().item())"
    yield "linear = [layer for layer in network if isinstance(layer, nn.Linear)]"
    yield f"for name, layer, signal in zip({list(names)!r}, linear, signals):"
    yield '    print(f"first_signal_{name}:", signal)'
    yield '    print(f"first_gradient_{name}:", layer.weight.grad.square().mean().sqrt().item())'
