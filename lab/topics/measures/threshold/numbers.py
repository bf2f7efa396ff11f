"""The numbers of scores, without a threshold and at one, and scikit-learn's functions that have to agree."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lab.core.code import CodeLine
from lab.core.figures import Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.maths.confusion import accuracy, precision, recall
from lab.topics.measures.threshold.trained import BINS, Scored

_A_LINE = 12
"""Scores in a line of the program."""


def numbers(found: Scored) -> Numbers:
    """Return what no threshold changes."""
    count, base = len(found.truth), found.positives / len(found.truth)
    brier = float(((found.scores - found.truth) ** 2).mean())
    pairs = message("the share of {count} pairs, of a positive and a negative one, that are in the right order",
                    count=f"{found.positives * found.negatives:,}")  # fmt: skip
    quantities = (
        Quantity(message("test examples"), count, "", "examples", "len(truth)"),
        Quantity(message("base rate"), base, f"{found.positives}/{count}", "base_rate", "truth.double().mean().item()",
                 share=True),
        Quantity(message("area under the ROC curve"), found.auc, pairs, "auc", "auc()",
                 ("metrics.roc_auc_score(truth, scores)",), mark="strong"),
        Quantity(message("average precision"), found.average_precision,
                 message("the area under precision over recall, as a sum of steps; guessing gives the base rate"),
                 "average_precision", "average_precision()", ("metrics.average_precision_score(truth, scores)",)),
        Quantity(message("Brier score"), brier, message("the mean of (score − truth)²: 0 is perfect"), "brier",
                 "(scores - truth.double()).square().mean().item()", ("metrics.brier_score_loss(truth, scores)",)),
        Quantity(message("calibration error"), found.calibration_error,
                 message("how far the share of positive ones is from the score, over {count} bins", count=BINS),
                 "calibration_error", "calibration_error()", ("their_error",)),
    )  # fmt: skip
    return Numbers(
        quantities,
        setup=(
            "import torch",
            "",
            CodeLine("scores = torch.tensor([", why=message("what the trained network says of examples it never saw")),
            *_packed([f"{score:g}" for score in found.scores.tolist()]),
            "], dtype=torch.float64)",
            "truth = torch.tensor([",
            *_packed([str(int(one)) for one in found.truth.tolist()]),
            "]) == 1",
            "",
            "",
            "def auc():",
            "    higher = scores[truth][:, None] - scores[~truth]",
            CodeLine("    return ((higher > 0).double() + (higher == 0) / 2).mean().item()",
                     why=message("equal scores count half")),
            "",
            "",
            "def average_precision():",
            "    steps, before = scores.unique().flip(0).tolist(), 0",
            "    total = 0.0",
            "    for step in steps:",
            "        said = scores >= step",
            "        hits = (said & truth).sum().item()",
            "        total += (hits - before) / truth.sum().item() * hits / said.sum().item()",
            "        before = hits",
            "    return total",
            "",
            "",
            "def calibration_error():",
            f"    place = torch.bucketize(scores, torch.linspace(0, 1, {BINS + 1}, dtype=torch.float64)[1:-1])",
            f"    apart = torch.zeros({BINS}, dtype=torch.float64).index_add(0, place, truth.double() - scores)",
            "    return apart.abs().sum().item() / len(scores)",
            "",
            "",
        ),
        aside=(
            "import numpy as np",
            "from sklearn import metrics",
            "from sklearn.calibration import calibration_curve",
            f"_true, _said = calibration_curve(truth.numpy(), scores.numpy(), n_bins={BINS})",
            f"_counts = np.bincount(np.searchsorted(np.linspace(0, 1, {BINS + 1})[1:-1], scores.numpy()))",
            "their_error = float((_counts[_counts > 0] * abs(_true - _said)).sum() / len(scores))",
        ),
        checked=message("scikit-learn gets the same scores, rounded to six decimals as in the program."),
    )  # fmt: skip


def at_threshold(found: Scored, threshold: float, false_alarm: float, missed: float) -> Numbers:
    """Return what follows from the threshold, and where errors would be cheapest."""
    counts = found.at(threshold)
    (tp, fn), (fp, tn) = counts.tolist()
    paid = found.costs(false_alarm, missed)
    best = int(np.argmin(paid))
    total = false_alarm + missed
    cost = false_alarm * fp + missed * fn
    silent = message("0/0: nothing reaches the threshold; taken as 0")
    quantities = [
        Quantity(message("accuracy"), accuracy(counts), f"({tp} + {tn})/{len(found.truth)}", "accuracy",
                 "(said == truth).double().mean().item()", ("metrics.accuracy_score(truth, said)",), share=True),
        Quantity(message("precision"), float(precision(counts)[0]), f"{tp}/{tp + fp}" if tp + fp else silent,
                 "precision", "tp / max(1, tp + fp)", ("metrics.precision_score(truth, said, zero_division=0)",),
                 mark="" if tp + fp else "bad", share=True),
        Quantity(message("recall"), float(recall(counts)[0]), f"{tp}/{tp + fn}", "recall", "tp / (tp + fn)",
                 ("metrics.recall_score(truth, said)",), share=True),
        Quantity(message("false alarms"), fp, message("of {count} negative ones", count=found.negatives),
                 "false_alarms", "fp"),
        Quantity(message("misses"), fn, message("of {count} positive ones", count=found.positives), "misses", "fn"),
        Quantity(message("cost"), cost, f"{false_alarm:g} · {fp} + {missed:g} · {fn}", "cost",
                 f"{false_alarm!r} * fp + {missed!r} * fn", mark="good" if cost <= paid[best] + 1e-9 else ""),
        Quantity(message("cheapest cost"), float(paid[best]), message("of all thresholds, on these test examples"),
                 "cheapest_cost", "min(cost(step) for step in [2.0, *scores.tolist()])", ("min(their_costs)",)),
        Quantity(message("cheapest threshold"), float(min(found.thresholds[best], 1.0)) if best
                 else message("never yes"), message("found on the test examples, and so too good for new ones"),
                 "cheapest_threshold" if best else "", "cheapest" if best else ""),
    ]  # fmt: skip
    if total:
        quantities.append(
            Quantity(message("threshold for honest scores"), false_alarm / total,
                     message("cost of a false alarm / sum of both: where both errors cost the same, if scores are "
                             "probabilities"), "honest_threshold",
                     f"{false_alarm!r} / ({false_alarm!r} + {missed!r})"),
        )  # fmt: skip
    return Numbers(
        quantities,
        "at_threshold",
        note=message("Cost and threshold belong to whoever bears the errors; no area decides for them."),
        setup=(
            "",
            CodeLine(f"said = scores >= {threshold!r}", why=message("from here on the answer is yes")),
            "tp, fp = (said & truth).sum().item(), (said & ~truth).sum().item()",
            "fn, tn = (~said & truth).sum().item(), (~said & ~truth).sum().item()",
            "",
            "",
            "def cost(step):",
            "    yes = scores >= step",
            f"    return {false_alarm!r} * (yes & ~truth).sum().item() + {missed!r} * (~yes & truth).sum().item()",
            "",
            "",
            CodeLine("cheapest = min(scores.unique().flip(0).tolist(), key=cost)", why=_highest()),
        ),
        aside=(
            "_fpr, _tpr, _ = metrics.roc_curve(truth, scores, drop_intermediate=False)",
            f"their_costs = ({false_alarm!r} * _fpr * (~truth).sum().item()"
            f" + {missed!r} * (1 - _tpr) * truth.sum().item()).tolist()",
        ),
    )


def _highest() -> Words:
    return message("of equally cheap thresholds the highest")


def _packed(texts: list[str]) -> Iterator[str]:
    for start in range(0, len(texts), _A_LINE):
        yield f"    {', '.join(texts[start : start + _A_LINE])},"
