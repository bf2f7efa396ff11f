"""The stages of the calculation: which numbers each one finds, and what happens in it."""

from __future__ import annotations

from typing import Final

from lab.core.text import Message, message
from lab.topics.ann.backpropagation.passes import MADE, PARAMETERS

STAGES: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("z1",),
    ("z2",),
    ("a1",),
    ("a2",),
    ("z3",),
    ("y",),
    ("J",),
    ("d_y",),
    ("slope3", "d_z3"),
    ("d_v1", "d_v2", "d_c"),
    ("d_a1", "d_a2"),
    ("slope1", "slope2", "d_z1", "d_z2"),
    ("d_w11", "d_w12", "d_b1"),
    ("d_w21", "d_w22", "d_b2"),
    ("d_x1", "d_x2"),
    tuple(f"next_{name}" for name in PARAMETERS),
    tuple(f"next_{name}" for name in MADE),
)
"""The numbers of each stage: values and slopes by their names, d_… gradients, next_… what comes after the update."""
LAST: Final = len(STAGES) - 1
LOSS: Final = 7
"""The stage in which the loss is found, the last one of the way forward."""
GRADIENTS: Final = 15
"""The stage in which all gradients are there, and nothing is changed yet."""
UPDATE: Final = 16
STAGE: Final = {name: stage for stage, names in enumerate(STAGES) for name in names}
"""The stage of each number."""


def story(stage: int) -> Message:
    """Say what happens in a stage."""
    return (
        message("Given: two inputs, the target y, six weights and three biases. Nothing is computed yet."),
        message("Forward: hidden unit 1 adds its weighted inputs and its bias."),
        message("Forward: hidden unit 2 does the same, with weights of its own."),
        message("Forward: the activation of unit 1."),
        message("Forward: the activation of unit 2."),
        message("Forward: the output adds what the two hidden units say, weighted, and its bias."),
        message("Forward: the activation of the output gives the prediction ŷ."),
        message("Forward, last: the loss J says in one number how wrong ŷ is."),
        message("Back: the way begins with the derivative of the loss itself."),
        message("Back through the output's activation: times its slope."),
        message("Back to the output's parameters: times what each was multiplied by on the way forward."),
        message("Back to the hidden units: times the weight between. ∂J/∂z₃ is used again, not computed again."),
        message("Back through the hidden activations: times their slopes. Where a slope is 0 the way ends."),
        message("Back to the parameters of unit 1: times the input that each was multiplied by."),
        message("Back to the parameters of unit 2: the same once more."),
        message("Back to the inputs: two paths lead there, so two products are added. A layer before would need them."),
        message("The update: each parameter goes against its gradient, by learning rate × gradient."),
        message("Forward again with the new parameters: what became of the loss?"),
    )[stage]
