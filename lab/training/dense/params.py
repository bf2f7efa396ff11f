"""Parameters of the training of a dense network: everything that a recipe has."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.metaparameters import DescentParams, rate_field
from lab.core.params import choice, integer, real
from lab.nets.registry.optimisers import IN_NUMPY
from lab.training.hooks import EarlyStopping, Hook, Target


@dataclass(frozen=True, kw_only=True)
class LearnerParams(DescentParams):
    """Optimiser, batches, penalties, and when to stop."""

    optimiser: str = choice(
        "sgd", IN_NUMPY, label="Optimiser", help="How the gradient becomes a step.", group="Training"
    )
    learning_rate: float = rate_field(0.03)
    momentum: float = real(
        0.9, 0.0, 0.999, label="Momentum", help="The share of the last step that is kept in the next one.",
        group="Training", when=("optimiser", ("momentum",)),
    )  # fmt: skip
    batch_size: int = integer(
        10, 1, 2000, scale="log", slider=True, label="Batch size", help="How many examples one step looks at.",
        group="Training",
    )  # fmt: skip
    l1: float = real(0.0, 0.0, 1.0, label="L1", help="Added to the loss: this times the sum of |w|.", group="Training")
    l2: float = real(
        0.0, 0.0, 1.0, label="L2", help="Added to the loss: half of this times the sum of w².", group="Training"
    )
    target: float = real(
        0.0, 0.0, 10.0, label="Stop at a test loss of", group="Stopping",
        help="The run ends when the test loss is not above this; 0 for never.",
    )  # fmt: skip
    patience: int = integer(
        0, 0, 10_000, unit="epochs", label="Patience", group="Stopping",
        help="The run ends when the test loss has not fallen below its lowest for so long; 0 for never.",
    )  # fmt: skip

    def hooks(self) -> tuple[Hook, ...]:
        """Return the stopping rules: of the test loss; where nothing is tested, of the other."""
        metrics = ("test_loss", "train_loss")
        target = (Target(metrics, self.target),) if self.target > 0 else ()
        return (*target, *((EarlyStopping(metrics, self.patience),) if self.patience else ()))
