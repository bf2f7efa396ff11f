"""The scores of both classes, the curves through all thresholds, calibration, and cost."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Mark, Matrices, MatrixItem
from lab.core.text import message
from lab.maths.confusion import share
from lab.topics.measures.threshold.trained import Scored

COLUMNS = 25


def scores(found: Scored, threshold: float) -> Chart:
    """Return how the scores of both classes are distributed."""
    edges = np.linspace(0, 1, COLUMNS + 1)
    middles, narrow = (edges[:-1] + edges[1:]) / 2, 0.18 / COLUMNS
    negative, positive = (np.histogram(found.scores[of], edges)[0].astype(float) for of in (~found.truth, found.truth))
    return Chart(
        "scores",
        (
            Line(message("negative ones"), middles - narrow, negative, "bars", 0),
            Line(message("positive ones"), middles + narrow, positive, "bars", 1),
        ),
        Axis(message("score"), low=0.0, high=1.0),
        Axis(message("examples"), low=0.0),
        (Mark("x", threshold, message("from here on yes")),),
        picks="threshold",
    )


def confused(found: Scored, threshold: float) -> Matrices:
    """Return the confusion matrix at the threshold."""
    counts = found.at(threshold)
    whys = (
        (message("true positives"), message("false negatives: missed")),
        (message("false positives: false alarms"), message("true negatives")),
    )
    item = MatrixItem(
        message("counts"), tuple(map(tuple, counts.tolist())),
        row_labels=(message("positive"), message("negative")),
        column_labels=(message("said yes"), message("said no")), whys=whys, lit=frozenset({(0, 0), (1, 1)}),
    )  # fmt: skip
    return Matrices("confusion", (item,))


def roc(found: Scored, threshold: float) -> Chart:
    """Return recall over the share of false alarms."""
    (hit, missed), (alarm, quiet) = found.at(threshold).tolist()
    return Chart(
        "roc",
        (
            Line(message("all thresholds: area {area}", area=f"{found.auc:.4f}"), found.alarms / found.negatives,
                 found.hits / found.positives, "line", 0),
            Line(message("guessing: area 0.5"), np.array([0.0, 1.0]), np.array([0.0, 1.0]), "dashes", -1),
            Line(message("this threshold"), np.array([alarm / (alarm + quiet)]), np.array([hit / (hit + missed)]),
                 "ball", 1),
        ),
        Axis(message("false alarms among the negative ones"), low=-0.02, high=1.0),
        Axis(message("recall"), low=0.0, high=1.02),
    )  # fmt: skip


def precision_recall(found: Scored, threshold: float) -> Chart:
    """Return precision over recall."""
    (hit, missed), (alarm, _quiet) = found.at(threshold).tolist()
    base = found.positives / len(found.truth)
    precision = share(found.hits, found.hits + found.alarms, np.nan)
    ball = share(np.array([hit]), np.array([hit + alarm]), np.nan)
    return Chart(
        "precision_recall",
        (
            Line(message("all thresholds: average precision {area}", area=f"{found.average_precision:.4f}"),
                 found.hits / found.positives, precision, "line", 0),
            Line(message("guessing: the base rate {share}", share=f"{base:.3f}"), np.array([0.0, 1.0]),
                 np.array([base, base]), "dashes", -1),
            Line(message("this threshold"), np.array([hit / (hit + missed)]), ball, "ball", 1),
        ),
        Axis(message("recall"), low=-0.02, high=1.0),
        Axis(message("precision"), low=0.0, high=1.02),
    )  # fmt: skip


def calibration(found: Scored) -> Chart:
    """Return which share of a tenth of the scores is positive, over what they say."""
    counts, said, true = found.bins
    there = counts > 0
    return Chart(
        "calibration",
        (
            Line(message("each tenth of the scores"), said[there], true[there], "line + points", 0),
            Line(message("what it says is what happens"), np.array([0.0, 1.0]), np.array([0.0, 1.0]), "dashes", -1),
            Line(message("share of all scores"), _middles(there), counts[there] / counts.sum(), "bars", -1),
        ),
        Axis(message("score"), low=0.0, high=1.0),
        Axis(message("positive ones"), low=0.0, high=1.02),
    )


def _middles(there: Array) -> Array:
    return ((np.arange(len(there)) + 0.5) / len(there))[there]


def costs(found: Scored, threshold: float, false_alarm: float, missed: float) -> Chart:
    """Return what the errors cost over the threshold."""
    over = np.clip(found.thresholds, 0.0, 1.0)
    paid, best = found.costs(false_alarm, missed), int(np.argmin(found.costs(false_alarm, missed)))
    (_, fn), (fp, _) = found.at(threshold).tolist()
    here = false_alarm * fp + missed * fn
    # One step at each score: between two of them nothing changes.
    x, total = np.repeat(over, 2)[:-1], np.repeat(paid, 2)[1:]
    alarms, misses = (np.repeat(part, 2)[1:] for part in
                      (false_alarm * found.alarms, missed * (found.positives - found.hits)))  # fmt: skip
    return Chart(
        "costs",
        (
            Line(message("both"), x, total, "line", 0),
            Line(message("false alarms"), x, alarms, "thin", 2),
            Line(message("misses"), x, misses, "thin", 3),
            Line(message("here"), np.array([threshold]), np.array([here]), "ball", 1),
        ),
        Axis(message("threshold"), low=0.0, high=1.0),
        Axis(message("cost"), low=0.0),
        (Mark("x", float(over[best]), message("cheapest")),),
        picks="threshold",
    )
