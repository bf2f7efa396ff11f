"""How a column of numbers is scaled: what is subtracted, what it is divided by, and what becomes of other numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.core.events import Array
from lab.core.figures import Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message

WAYS = ("unit", "symmetric", "z_score")


@dataclass(frozen=True)
class Scaler:
    """What is subtracted from each column (F,), and what it is divided by then (F,)."""

    shift: Array
    spread: Array

    @classmethod
    def of(cls, way: str, x: Array) -> Scaler:
        """Return the scaler of a way, fitted to x (N, F); a column without any spread is divided by 1."""
        if way == "none":
            return cls(np.zeros(x.shape[1]), np.ones(x.shape[1]))
        low, high = x.min(0), x.max(0)
        shift, spread = {
            "unit": lambda: (low, high - low),
            "symmetric": lambda: ((low + high) / 2, (high - low) / 2),
            "z_score": lambda: (x.mean(0), x.std(0)),
        }[way]()
        return cls(shift, np.where(spread > 0, spread, 1.0))

    def __call__(self, x: Array) -> Array:
        """Return x (N, F) scaled."""
        return np.asarray((x - self.shift) / self.spread)


LINES = {
    "unit": ("low, high = x[learned].min(0), x[learned].max(0)", "x = (x - low) / (high - low)"),
    "symmetric": (
        "low, high = x[learned].min(0), x[learned].max(0)",
        "x = (x - (low + high) / 2) / ((high - low) / 2)",
    ),
    "z_score": ("x = (x - x[learned].mean(0)) / x[learned].std(0)",),
    "none": (),
}
"""The lines of a program that do the same."""
_SKLEARN = {
    "unit": "MinMaxScaler()",
    "symmetric": "MinMaxScaler(feature_range=(-1, 1))",
    "z_score": "StandardScaler()",
}
_TORCH = {
    "unit": ("column.min()", "column.max() - column.min()"),
    "symmetric": ("(column.min() + column.max()) / 2", "(column.max() - column.min()) / 2"),
    "z_score": ("column.mean()", "column.std(correction=0)"),
}


def numbers(learned: tuple[float, ...], tested: tuple[float, ...]) -> Numbers:
    """Return a small column scaled in three ways, and two test values, by it and by themselves."""
    x, t = np.array(learned)[:, None], np.array(tested)[:, None]
    fitted = {way: (Scaler.of(way, x), Scaler.of(way, t)) for way in WAYS}

    def row(
        label: Words, why: Words, name: str, values: dict[str, float], code: dict[str, str], theirs: str = ""
    ) -> Row:
        return tuple(
            Quantity(
                label, values[way], why, f"{way}_{name}", code[way],
                (theirs.replace("SCALER", _SKLEARN[way]),) if theirs else (),
            )
            for way in WAYS
        )  # fmt: skip

    shifts, spreads = ({way: _TORCH[way][place].replace("column", "x") for way in WAYS} for place in (0, 1))
    rows = [
        row(message("subtracted"), message("of the training column"), "shift",
            {way: float(fitted[way][0].shift[0]) for way in WAYS}, _with_item(shifts)),
        row(message("divided by"), message("of the training column"), "spread",
            {way: float(fitted[way][0].spread[0]) for way in WAYS}, _with_item(spreads)),
    ]  # fmt: skip
    for place, value in enumerate(tested):
        code = {way: f"((t[{place}] - ({shifts[way]})) / ({spreads[way]}))" for way in WAYS}
        rows.append(
            row(message("test value {value}", value=f"{value:g}"), message("scaled by the training column: right"),
                f"test_{place + 1}", {way: float(fitted[way][0](t)[place, 0]) for way in WAYS}, _with_item(code),
                f"SCALER.fit(x[:, None]).transform(t[:, None])[{place}, 0]")
        )  # fmt: skip
        own = {way: tuple(part.replace("column", "t") for part in _TORCH[way]) for way in WAYS}
        code = {way: f"((t[{place}] - ({own[way][0]})) / ({own[way][1]}))" for way in WAYS}
        rows.append(
            row(message("{value}, by the test values", value=f"{value:g}"),
                message("scaled by the test values themselves: wrong, since the same number means something else"),
                f"own_{place + 1}", {way: float(fitted[way][1](t)[place, 0]) for way in WAYS}, _with_item(code),
                f"SCALER.fit(t[:, None]).transform(t[:, None])[{place}, 0]")
        )  # fmt: skip
    return Numbers(
        rows,
        name="by_ways",
        columns=(message("quantity"), "0 … 1", "−1 … 1", message("z-score")),
        setup=(
            "import torch",
            "",
            f"x = torch.tensor({list(learned)!r}, dtype=torch.float64)",
            f"t = torch.tensor({list(tested)!r}, dtype=torch.float64)",
        ),
        aside=("from sklearn.preprocessing import MinMaxScaler, StandardScaler",),
        note=message(
            "The network learned what numbers mean by the training column; test values have to be told the same way."
        ),
    )


Row = tuple[Quantity, ...]


def _with_item(codes: dict[str, str]) -> dict[str, str]:
    return {way: f"({code}).item()" for way, code in codes.items()}
