"""What is shown of the way that weights go: layer by layer, and beside what is gained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Cell, Chart, Line, Mark, Table, Words
from lab.core.text import message

Epoch = Mapping[str, float]
"""What was measured after an epoch, by the names of its scalars."""
FEWEST = 3
"""Epochs from which on anything goes together."""


def of_layer(epoch: Epoch, measures: Iterable[str]) -> dict[str, float]:
    """Return those measures of all layers."""
    begins = tuple(f"{measure}_" for measure in measures)
    return {name: value for name, value in epoch.items() if name.startswith(begins)}


def _means(history: Sequence[Epoch], measure: str) -> Array:
    """Return the mean over the layers of a measure of each epoch (E,)."""
    return np.array([np.mean(list(of_layer(epoch, (measure,)).values())) for epoch in history[1:]])


def _gained(history: Sequence[Epoch], name: str, begin: int) -> Array:
    return np.diff([epoch[name] for epoch in history[begin:]])


def series(history: Sequence[Epoch]) -> tuple[Array, Array]:
    """Return what is gained in test accuracy in each epoch, and how far the layers went in the same epoch, (E,)."""
    return _gained(history, "test_accuracy", 0), _means(history, "change")


def correlations(history: Sequence[Epoch]) -> dict[str, float]:
    """Return how gain and change go together, by names of metrics; nothing where there are too few epochs.

    correlation: test accuracy, measured before and after an epoch, and the change relative to size in that epoch.
    The course takes mean accuracies over epochs and ‖ΔW‖: same_epoch_correlation pairs what is gained from one epoch
    to the next with the change in the latter, shifted_correlation with that in the former, as the course does.
    """
    if len(history) <= FEWEST:
        return {}
    gain, change = series(history)
    trained, length = _gained(history, "train_accuracy", 1), _means(history, "length")
    found = {
        "correlation": _correlation(gain, change),
        "same_epoch_correlation": _correlation(trained, length[1:]),
        "shifted_correlation": _correlation(trained, length[:-1]),
    }
    return {name: value for name, value in found.items() if np.isfinite(value)}


def _correlation(x: Array, y: Array) -> float:
    return float(np.corrcoef(x, y)[0, 1]) if x.std() and y.std() else float("nan")


def correlations_table(history: Sequence[Epoch]) -> Table:
    """Return them with what they are."""
    found = correlations(history)
    gain, change = series(history)
    bends = _correlation(np.diff(gain), np.diff(change))
    rows: list[tuple[Words, Words, float | None]] = [
        (
            message("gain and change of the same epoch"),
            message("test accuracy after an epoch minus before it; change relative to size, mean over the layers"),
            found.get("correlation"),
        ),
        (
            message("the course's measures, same epoch"),
            message("from one mean training accuracy to the next, and ‖ΔW‖ in the epoch that comes second"),
            found.get("same_epoch_correlation"),
        ),
        (
            message("the course's measures, shifted"),
            message("As in its notebook: a gain is paired with the change of the epoch before it."),
            found.get("shifted_correlation"),
        ),
        (
            message("from epoch to epoch, trend taken away"),
            message("the differences between neighbours of both: a common rise and fall is no longer in it"),
            bends if np.isfinite(bends) else None,
        ),
    ]
    cells = tuple((Cell(words, why), Cell(None if r is None else float(f"{r:.4g}"), why)) for words, why, r in rows)
    note = message("Pearson's r over {count} epochs. Two curves that rise and fall slowly go together anyway.",
                   count=len(gain))  # fmt: skip
    return Table("numbers", (message("what goes together"), "r"), cells, note)


def over_epochs(history: Sequence[Epoch]) -> Chart:
    """Return gain and change of each epoch, as deviations from their mean, and the gain where the course draws it."""
    gain, change = series(history)
    x = np.arange(1.0, len(gain) + 1)
    trained = _gained(history, "train_accuracy", 1)
    lines = (
        Line(message("gain in test accuracy"), x, _standard(gain), "line + points", 1),
        Line(message("change, mean over the layers"), x, _standard(change), "line + points", 2),
        Line(message("gain, where the course draws it"), x[:-1], _standard(trained), "dashes", -1),
    )
    return Chart("epochs", lines, Axis(message("epoch"), whole=True), Axis(message("deviations from the mean")),
                 (Mark("y", 0.0),))  # fmt: skip


def pairs(history: Sequence[Epoch]) -> Chart:
    """Return each epoch as a point: how far the layers went, and what was gained."""
    gain, change = series(history)
    lines = (Line(message("an epoch each, the first hollow"), change[1:], 100 * gain[1:], "points", 0),
             Line("", change[:1], 100 * gain[:1], "faint points", 0))  # fmt: skip
    return Chart(
        "pairs", lines, Axis(message("change relative to size"), share=True), Axis(message("gain, points")),
        (Mark("y", 0.0),),
    )  # fmt: skip


def layers_table(names: Sequence[str], history: Sequence[Epoch]) -> Table:
    """Return each layer: how far it went in the last epoch, by itself and by its size, and how it is conditioned."""
    first, now = history[0], history[-1]
    whole = sum(sum(of_layer(epoch, ("length",)).values()) for epoch in history[1:])
    rows = []
    for name in names:
        own = sum(epoch[f"length_{name}"] for epoch in history[1:])
        share = 100 * own / whole if whole else None
        found = (
            now.get(f"length_{name}"),
            None if f"change_{name}" not in now else 100 * now[f"change_{name}"],
            share,
            first[f"condition_{name}"],
            now[f"condition_{name}"],
        )
        rows.append((Cell(name), *(Cell(None if value is None else float(f"{value:.3g}"), _whys()[place])
                                   for place, value in enumerate(found))))  # fmt: skip
    columns = (
        message("layer"),
        "‖ΔW‖",
        message("change, %"),
        message("share, %"),
        message("κ, first"),
        message("κ, now"),
    )
    note = message(
        "‖ΔW‖ and change: in the last epoch. share: of the sum of ‖ΔW‖ over layers and epochs, which the course takes. "
        "κ: largest over smallest singular value."
    )
    return Table("layers", columns, tuple(rows), note)


def _whys() -> tuple[Words, ...]:
    return (
        message("the root of the sum of squares of all changes in the last epoch"),
        message("the same over ‖W‖ before that epoch"),
        message("A large matrix has a large ‖ΔW‖, whatever each of its weights does."),
        message("condition number before the first step"),
        message("condition number now"),
    )


def _standard(values: Array) -> Array:
    return np.asarray((values - values.mean()) / (values.std() or 1.0))
