"""What a figure is, and how it is printed."""

from __future__ import annotations

import json
import operator
from typing import Literal


def figure(
    name: str, value: float, unit: str, budget: float | None = None, sense: Literal["at least", "at most"] = "at least"
) -> None:
    """Print one figure as a JSON line; without a budget `holds` is null."""
    compare = operator.ge if sense == "at least" else operator.le
    holds = None if budget is None else compare(value, budget)
    line = {"name": name, "value": round(value, 4), "unit": unit, "budget": budget, "sense": sense, "holds": holds}
    print(json.dumps(line), flush=True)


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
