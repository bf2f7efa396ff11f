"""Times that were taken on a graphics card once, by `python -m tests.gpu`, and are shown where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.core.params import ParamError
from lab.core.reading import ReadingError, cut, number, read_json, whole_number
from lab.topics.gpu.pays.params import PaysParams

FOLDER = Path(__file__).resolve().parents[4] / "tests" / "gpu" / "recorded"
SAME = ("work", "over", "width", "batch_size", "compare", "inputs", "results", "synchronise")
"""The parameters in which a recorded curve is one of the same work."""
_MOST = 200


@dataclass(frozen=True)
class Recorded:
    """A curve: the name of the card, when it was recorded, the way, and medians in ms by size."""

    card: str
    date: str
    way: str
    times: dict[float, float]


def recorded(params: PaysParams, folder: Path = FOLDER) -> list[Recorded]:
    """Return the recorded curves of this work; none where nothing was recorded, or a file is not as it should be."""
    found: list[Recorded] = []
    for path in sorted(folder.glob("*.json")):
        try:
            found += _read(read_json(path), params)
        except (OSError, ReadingError, ParamError, LookupError, TypeError, AttributeError):
            continue
    return found


def entry(params: PaysParams, ways: dict[str, dict[int, float]]) -> dict[str, Any]:
    """Return what is written of one work: its parameters as texts, and medians in ms by way and size."""
    return {
        "params": params.to_texts(),
        "ways": {name: [[size, ms] for size, ms in times.items()] for name, times in ways.items()},
    }


def _read(kept: Any, params: PaysParams) -> list[Recorded]:
    found = []
    card, date = cut(kept["card"]), cut(kept["recorded"], 10)
    for one in kept["pays"]:
        theirs = PaysParams.from_texts({str(name): str(text) for name, text in one["params"].items()})
        if all(getattr(theirs, name) == getattr(params, name) for name in SAME):
            for way, pairs in one["ways"].items():
                if not way.startswith("card"):
                    continue  # What its CPU took is for whoever reads the file.
                found.append(Recorded(card, date, cut(way, 20), _times(pairs)))
    return found


def _times(pairs: Sequence[Any]) -> dict[float, float]:
    return {float(whole_number(size, 1, 1 << 20)): number(ms, 1e-6, 1e7) for size, ms in pairs[:_MOST]}
