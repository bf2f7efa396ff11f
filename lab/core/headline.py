"""The one number by which a run is told: in the bar, at Home, in sweeps and in the terminal the same, said the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lab.core.text import Message, message

Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Headline:
    """The metric of an experiment that says how well a run did.

    `metric` is its name in `Metrics`; `live` its name in the scalars of an epoch, where that is another. `otherwise`
    stands in for it in runs that do not have it, such as those without test data.
    """

    metric: str
    label: Message
    format: Literal["percent", "number"] = "percent"
    better: Better = "higher"
    live: str = ""
    otherwise: Headline | None = None

    def chain(self) -> Iterator[Headline]:
        """Yield this one, and what stands in for it, in order."""
        found: Headline | None = self
        while found is not None:
            yield found
            found = found.otherwise

    def of(self, values: Mapping[str, Any], live: bool = False) -> tuple[Headline, float] | None:
        """Return the headline that `values` have, with its value; None: they have none.

        They are metrics, perhaps read from a file, or, `live`, the scalars of an epoch.
        """
        for each in self.chain():
            value = values.get((live and each.live) or each.metric)
            if isinstance(value, int | float):
                return each, float(value)
        return None

    def said(self, values: Mapping[str, Any], live: bool = False) -> Message | None:
        """Say what `values` come to, such as "test accuracy 97.53 %"; None where they say nothing of it."""
        found = self.of(values, live)
        if found is None:
            return None
        each, value = found
        return message("{label} {value}", label=each.label, value=each.worded(value))

    def worded(self, value: float) -> Message | str:
        """Say a value as it is said everywhere."""
        if not math.isfinite(value):
            return "–"
        return message("{share} %", share=f"{100 * value:.2f}") if self.format == "percent" else f"{value:.4g}"


LOSS = Headline("loss", message("loss"), "number", "lower")
TEST_LOSS = Headline("test_loss", message("test loss"), "number", "lower", otherwise=LOSS)
ACCURACY = Headline("accuracy", message("accuracy"), live="train_accuracy", otherwise=TEST_LOSS)
TEST_ACCURACY = Headline("test_accuracy", message("test accuracy"), otherwise=ACCURACY)
"""Of a network that may be judged on test data and may tell classes apart: the first of these four that it has."""


def is_share(metric: str) -> bool:
    """Tell whether a metric, of any experiment, is said in per cent: accuracies are, whatever they are measured on."""
    return "accuracy" in metric
