"""A training that is judged twice: on a part of its own data, as the notebooks do, and on examples that are fresh."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.events import Array
from lab.nets.dense.network import Network
from lab.training.dense.measures import judged
from lab.training.dense.spec import TrainingSpec


@dataclass(frozen=True, eq=False, kw_only=True)
class Held(TrainingSpec):
    """A recipe whose test are fresh examples; (H, F) inputs with (H,) targets were held back of its own."""

    held_inputs: Array
    held_targets: Array


def judged_twice(recipe: TrainingSpec, network: Network) -> dict[str, float]:
    """Return the usual, of fresh examples, and the accuracy on what was held back."""
    assert isinstance(recipe, Held)
    right = recipe.right(network.outputs(recipe.held_inputs), recipe.held_targets)
    return {**judged(recipe, network), "held_accuracy": float(right.mean())}


PRINTED = (
    "",
    "with torch.no_grad():",
    "    right = network(held_inputs).argmax(1) == held_targets",
    'print("held_accuracy:", right.double().mean().item())',
)
"""Lines of a program that has `held_inputs` and `held_targets`."""
