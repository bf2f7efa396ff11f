"""The trainings of a transfer: one on the source, three on the target. Needs torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import torch

from lab.core.events import Array
from lab.training.groups import Group
from lab.training.phases import Phases
from lab.training.trainer import Trainer
from lab.training.transferred import take

HEAD = "output.*"
FROZEN = {
    "body": (Group(HEAD), Group("*", frozen=True)),
    "convolutions": (Group("conv*", frozen=True), Group("transposed*", frozen=True), Group("batch_norm*", frozen=True)),
}
"""What does not learn, by the value of the parameter."""


def groups(frozen: str, way: str) -> tuple[Group, ...]:
    """Return what is frozen in the network of a way."""
    return FROZEN[frozen] if way == "frozen" else ()


class Transferring(Phases):
    """All but the output layer goes from the source to the networks that are not from scratch."""

    def __init__(self, source: Trainer, others: Mapping[str, Trainer], statistics: bool) -> None:
        self.statistics = statistics
        super().__init__("source", source, others, self._copy)

    def _copy(self, source: Trainer, others: Mapping[str, Trainer]) -> None:
        body = [name for name in source.model.state_dict() if not name.startswith("output.")]
        for way in ("tuned", "frozen"):
            take(source.model, others[way].model, body, buffers=self.statistics)

    def measure(self) -> Mapping[str, float]:
        """Measure as ever, and the gain."""
        found = dict(super().measure())
        if self.following:
            found["gain"] = found["tuned_test_accuracy"] - found["scratch_test_accuracy"]
        return found

    @cached_property
    def said(self) -> Array:
        """The class (N,) that the network of the source, which has learned, gives each test image of the target."""
        test, model = self.others["tuned"].sources["test"], self.source.model.eval()
        with torch.inference_mode():
            parts = [
                model(test.part(first, first + 500)[0]).argmax(1) for first in range(0, len(test), 500)
            ]  # fmt: skip
        return np.array(torch.cat(parts).cpu().numpy(), copy=True)

    @cached_property
    def truth(self) -> Array:
        """The classes (N,) of the test images of the target."""
        return self.others["tuned"].sources["test"].labels()

    def totals(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the result in short, from what was measured last."""
        found = {way: values.get(f"{way}_test_accuracy", math.nan) for way in self.others}
        zero_shot = float((self.said == self.truth).mean()) if self.following else math.nan
        source = self.of_source()["source_test_accuracy"] if self.following else math.nan
        gain = found["tuned"] - found["scratch"]
        return {**found, "zero_shot": zero_shot, "source_accuracy": source, "gain": gain}
