"""How a network keeps what it needs, and how it is moved."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.params import Params, choice, integer

INPUTS, UNITS, CLASSES = 20, 100, 10
FLOAT, LONG = 4, 8
"""Bytes of a number of a network, and of a label."""
EPOCH, BATCH = "epoch", "batch"


@dataclass(frozen=True, kw_only=True)
class MoveParams(Params):
    """How a network keeps what it needs, in which order it is moved, and when its results are looked at."""

    mean: str = choice(
        "attribute", {"attribute": "self.mean = …", "buffer": "register_buffer", "left_out": "persistent=False"},
        label="A mean is kept as", help="The network takes a mean from its inputs: a tensor that nothing learns.",
        group="Network",
    )  # fmt: skip
    layers: str = choice(
        "list", {"list": "[…]", "module_list": "nn.ModuleList"}, label="Last layer in",
        help="A list of Python is none of torch's business: what is in it is not found.", group="Network",
    )  # fmt: skip
    optimiser: str = choice(
        "before", {"before": "Before it is moved", "after": "After it is moved"}, label="First step",
        help="When the optimiser, Adam, does its first step: from then on it has two tensors for each that learns.",
        group="Moving",
    )  # fmt: skip
    data: str = choice(
        "lost", {"lost": "data.to(device)", "kept": "data = data.to(device)"}, label="Data",
        help="A module is moved, a tensor is copied.", group="Moving",
    )  # fmt: skip
    looked_at: str = choice(
        BATCH, {BATCH: "Each batch", EPOCH: "Each epoch"}, label="Results are fetched",
        help="When outputs, labels and loss come back to the CPU, to be counted.", group="Results",
    )  # fmt: skip
    examples: int = integer(
        18_000, 100, 1_000_000, scale="log", label="Examples", help="How many one epoch has.", group="Results"
    )
    batch_size: int = integer(
        32, 1, 4096, scale="log", slider=True, unit="images", label="Batch size",
        help="How many images one step looks at. What is left over is left out, as in the course.", group="Results",
    )  # fmt: skip

    @property
    def batches(self) -> int:
        """The steps of an epoch."""
        return max(1, self.examples // self.batch_size)
