"""Both accuracies over the epochs and over the seeds, and what their difference means."""

from __future__ import annotations

import numpy as np

from lab.core.figures import Axis, Cell, CellMark, Chart, Line, Mark, Table, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.maths import chance
from lab.topics.overfitting.leak.pairs import HONEST, LEAKING, SEEN, Pairs

CONFIDENCE = 0.95
ACCURACY = Axis(message("test accuracy"), low=0.0, high=1.02, share=True)
SHARE = Axis(message("mean of all seeds"), low=0.0, high=1.02, share=True)
NAMES = message("honest"), message("leaking"), message("test rows trained on")


def over_epochs(pairs: Pairs) -> Chart:
    """Return the means over all seeds, and the share of test rows that were trained on."""
    means = pairs.history.mean(axis=2)
    x = np.arange(float(len(means)))
    lines = tuple(
        Line(NAMES[of], x, means[:, of], "dashes" if of == SEEN else "line", of) for of in (SEEN, HONEST, LEAKING)
    )
    return Chart("curves", lines, Axis(message("Epoch"), low=0.0, high=float(max(1, len(x) - 1))), SHARE)


def over_seeds(pairs: Pairs) -> Chart:
    """Return both accuracies seed by seed, and the means."""
    seeds, now = np.array(pairs.seeds, dtype=float), pairs.now
    lines = tuple(Line(NAMES[of], seeds, now[of], "line + points", of) for of in (HONEST, LEAKING))
    marks = tuple(Mark("y", float(now[of].mean())) for of in (HONEST, LEAKING))
    return Chart("seeds", lines, Axis(message("seed"), low=seeds[0] - 0.5, high=seeds[-1] + 0.5), ACCURACY, marks)


def numbers(pairs: Pairs) -> Numbers:
    """Return the accuracies, how far they are apart and how sure that is, and the share of test rows trained on."""
    now, count = pairs.now, pairs.params.repeats
    differences = now[LEAKING] - now[HONEST]
    low, high = chance.mean_interval(differences, CONFIDENCE)
    tested = chance.paired_t(differences)
    told = pairs.told(now)
    over = message("mean over {count} seeds, from {low} to {high} %", count=count,
                   low=f"{100 * now[HONEST].min():.1f}", high=f"{100 * now[HONEST].max():.1f}")  # fmt: skip
    other = message("mean over {count} seeds, from {low} to {high} %", count=count,
                    low=f"{100 * now[LEAKING].min():.1f}", high=f"{100 * now[LEAKING].max():.1f}")  # fmt: skip
    sure: CellMark = "" if low <= 0 <= high else "bad"
    quantities = (
        Quantity(message("epoch"), pairs.epoch, message("of {epochs}", epochs=pairs.epochs), "epochs"),
        Quantity(message("honest accuracy"), told["honest"], over, "honest", mark="strong", share=True),
        Quantity(message("leaking accuracy"), told["leaking"], other, "leaking", share=True),
        Quantity(message("difference"), float(differences.mean()),
                 message("leaking minus honest, seed by seed"), "difference", share=True),
        Quantity(message("its 95 % interval, from"), low, message("Student's t over {count} seeds", count=count),
                 "difference_low", share=True, mark=sure),
        Quantity(message("to"), high, message("Student's t over {count} seeds", count=count), "difference_high",
                 share=True, mark=sure),
        Quantity(message("p of the paired t-test"), message("none") if tested is None else tested[1],
                 message("if both were as good, how often they would be so far apart by chance")),
        Quantity(message("test rows trained on"), told["seen"],
                 message("of the leaking test: it asks for what was learned"), "seen", share=True,
                 mark="bad" if told["seen"] else ""),
    )  # fmt: skip
    return Numbers(quantities, note=_verdict(pairs, low, high))


def _verdict(pairs: Pairs, low: float, high: float) -> Words:
    if not pairs.epoch:
        return message("Nothing is learned yet: both guess.")
    if low > 0:
        return message("The leak pretends {low} to {high} points more than there is.", low=f"{100 * low:.1f}",
                       high=f"{100 * high:.1f}")  # fmt: skip
    if high < 0:
        return message("Here the leaking one is the worse: what leaks need not help.")
    return message(
        "The interval holds 0: with these seeds the leak cannot be told from chance. It is a leak all the same."
    )


def explained(pairs: Pairs) -> Table:
    """Return what the two do, side by side."""
    clean, leaked, way = pairs.rows[0], pairs.leaked[0], pairs.params.way
    once, anew, rows_alone = message("once"), message("each epoch"), message("rows")
    train, everything, none = message("train"), message("all rows"), message("nothing")
    copied, scaled = way == "copies", way == "zscores"
    rows = (
        _row(message("split is drawn"), once, anew if way == "epochs" else once),
        _row(message("what is split"), rows_alone, message("copies") if copied else rows_alone),
        _row(message("z-scores from"), train if scaled else none, everything if scaled else none),
        _row(message("train rows"), len(clean.train), len(leaked.train)),
        _row(message("test rows"), len(clean.test), len(leaked.test)),
        _row(message("of them trained on"), int(clean.seen.sum()), round(pairs.now[SEEN, 0] * len(leaked.test))),
    )
    note = message("Counts are those of the first seed. All else is alike, the first weights too.")
    return Table("rows", (message("what is done"), NAMES[HONEST], NAMES[LEAKING]), rows, note)


def _row(label: Words, honest: Words | int, leaking: Words | int) -> tuple[Cell, ...]:
    return Cell(label), Cell(honest), Cell(leaking, mark="bad" if honest != leaking else "")
