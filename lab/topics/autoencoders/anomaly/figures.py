"""What there is to see of scores: how they spread, their ROC curves, and the images that a threshold gets wrong."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array, ImageRows
from lab.core.figures import Axis, BarPanel, Bars, Chart, Line, LineStyle, Mark
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.topics.autoencoders.anomaly.scored import Score, Scored, area
from lab.topics.autoencoders.anomaly.unseen import Parts
from lab.topics.autoencoders.network import ORIGINAL, OUTPUT

BINS = 48
SHOWN = 16
"""Images of each kind that a threshold gets most wrong."""
POINTS = 300
SEEN, UNSEEN = message("like those learned from"), message("never seen")


def spread_chart(found: Scored, threshold: float) -> Chart:
    """Return how the errors of both kinds spread; a click moves the threshold."""
    seen, unseen = found.error.seen, found.error.unseen
    high = float(np.quantile(np.concatenate([seen, unseen]), 0.998))
    edges = np.linspace(0.0, max(high, 1e-6), BINS + 1)
    middle = (edges[1:] + edges[:-1]) / 2
    lines = tuple(
        Line(words, middle, np.histogram(np.minimum(errors, edges[-1]), edges)[0] / len(errors), "line", colour)
        for words, errors, colour in ((SEEN, seen, 0), (UNSEEN, unseen, 1))
    )
    x, y = (
        Axis(message("reconstruction error, MSE"), low=0.0),
        Axis(message("share of the images"), low=0.0, share=True),
    )
    return Chart("spread", lines, x, y, (Mark("x", threshold, message("threshold")),), picks="threshold")


def roc_chart(found: Scored, threshold: float) -> Chart:
    """Return the ROC curves of all scores, and where the threshold is on that of the error."""
    kinds: tuple[tuple[Message, Score, LineStyle, int], ...] = (
        (message("reconstruction error"), found.error, "line", 1),
        (message("error as a share of the ink"), found.relative, "line", 2),
        (message("error of principal components"), found.linear, "dashes", 0),
        (message("ink alone"), found.ink, "dashes", 3),
    )
    lines = [Line(words, *_thinned(score), style, colour) for words, score, style, colour in kinds]
    alarms, hits = found.error.rates(threshold)
    lines.append(Line(message("guessing"), np.array([0.0, 1.0]), np.array([0.0, 1.0]), "thin", -1))
    lines.append(Line(message("at the threshold"), np.array([alarms]), np.array([hits]), "ball", 1))
    x = Axis(message("false alarms"), low=0.0, high=1.0, share=True)
    return Chart("roc", tuple(lines), x, Axis(message("never seen, and found"), low=0.0, high=1.0, share=True))


def _thinned(score: Score) -> tuple[Array, Array]:
    """Return a curve with no more points than can be seen."""
    alarms, hits = score.curve
    kept = np.unique(np.linspace(0, len(alarms) - 1, POINTS).astype(int))
    return alarms[kept], hits[kept]


def missed_rows(found: Scored, step: int) -> ImageRows:
    """Return the images never seen with the lowest errors."""
    return _first("missed", found.error.unseen, found.parts.unseen, found.given[1], step)


def alarm_rows(found: Scored, step: int) -> ImageRows:
    """Return the images like the learned ones with the highest errors."""
    return _first("alarms", -found.error.seen, found.parts.test, found.given[0], step)


def _first(name: str, ranks: Array, images: Array, given: Array, step: int) -> ImageRows:
    order = np.argsort(ranks, kind="stable")[:SHOWN]
    shown = (ORIGINAL, images[order] / np.float32(255)), (OUTPUT, given[order])
    return ImageRows(name, shown, indices=order, step=step)


def first_rows(parts: Parts) -> tuple[ImageRows, ImageRows]:
    """Return some images of both kinds, before anything is learned."""
    step = max(1, len(parts.unseen) // SHOWN)
    chosen = np.arange(len(parts.unseen))[::step][:SHOWN]
    unseen = ImageRows("missed", ((ORIGINAL, parts.unseen[chosen] / np.float32(255)),), indices=chosen)
    return unseen, ImageRows("alarms", ((ORIGINAL, parts.test[:SHOWN] / np.float32(255)),))


def class_bars(found: Scored) -> Bars:
    """Return how well each class that was never seen is told from what was learned."""
    parts, errors = found.parts, found.error
    places = [one for one in range(len(parts.classes)) if (parts.labels == one).any()]
    auc = np.array([area(errors.seen, errors.unseen[parts.labels == one]) for one in places])
    means = np.array([errors.unseen[parts.labels == one].mean() for one in places])
    panels = (
        BarPanel(message("area under the ROC curve"), auc, 0.0, 1.0, remark=message("guessing gives 0.5"), colour=1),
        BarPanel(message("mean error"), means, 0.0, float(means.max()),
                 remark=message("of what is like the learned: {mean}", mean=f"{errors.seen.mean():.4f}")),
    )  # fmt: skip
    return Bars("per_class", tuple(parts.classes[one] for one in places), panels)


def numbers(found: Scored, threshold: float) -> Numbers:
    """Return the areas under the curves, and what happens at the threshold."""
    alarms, hits = found.error.rates(threshold)
    seen, unseen = len(found.error.seen), len(found.error.unseen)
    auc = message("area under the ROC curve: reconstruction error")
    why = message("the share of {count} pairs in which the image never seen has the higher error",
                  count=f"{seen * unseen:,}")  # fmt: skip
    return Numbers(
        (
            Quantity(auc, found.error.auc, why, mark="strong"),
            Quantity(message("error as a share of the ink"), found.relative.auc,
                     message("divided by the mean square of the pixels of the image")),
            Quantity(message("error of principal components"), found.linear.auc,
                     message("as many as the code has units: a linear autoencoder")),
            Quantity(message("ink alone"), found.ink.auc,
                     message("the mean of the pixels, without any network; below 0.5: what was never seen is paler")),
            Quantity(message("threshold"), threshold, message("click into the chart of errors to move it")),
            Quantity(message("false alarms"), alarms, f"{round(alarms * seen)}/{seen}", share=True),
            Quantity(message("never seen, and found"), hits, f"{round(hits * unseen)}/{unseen}", share=True),
        ),
        note=found.parts.source,
    )  # fmt: skip
