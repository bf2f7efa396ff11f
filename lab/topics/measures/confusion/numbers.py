"""The numbers of a confusion matrix, their program in torch, and scikit-learn's functions that have to agree."""

from __future__ import annotations

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array
from lab.core.figures import Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.maths import confusion


def numbers(counts: Array, positive: int, undefined: float) -> Numbers:
    """Return the measures of the positive class against all others."""
    tp = int(counts[positive, positive])
    fp, fn = (int(counts.sum(axis=axis)[positive]) - tp for axis in (0, 1))
    total = int(counts.sum())
    tn = total - tp - fp - fn
    sklearn = ", zero_division=zero)"
    of_class = {name: getattr(confusion, name)(counts, undefined)[positive] for name in
                ("precision", "recall", "f1", "specificity")}  # fmt: skip

    def ratio(label: Words, name: str, part: int, whole: int, code: str, theirs: str, question: Words) -> Quantity:
        arithmetic = f"{part}/{whole} = {100 * of_class[name]:.2f} %"
        return Quantity(
            label, float(of_class[name]), arithmetic if whole else _nothing(undefined), name, code, (theirs,),
            mark="" if whole else "bad", about=question, share=True,
        )  # fmt: skip

    quantities = (
        Quantity(
            message("accuracy"), confusion.accuracy(counts),
            f"{int(np.trace(counts))}/{total}", "accuracy", "(m.diag().sum() / m.sum()).item()",
            ("metrics.accuracy_score(truth, said)",), about=message("How many answers are right?"), share=True,
        ),
        ratio(message("precision"), "precision", tp, tp + fp, "share(tp, tp + fp)",
              f"metrics.precision_score(truth == positive, said == positive{sklearn}",
              message("How many of the alarms are true?")),
        ratio(message("recall"), "recall", tp, tp + fn, "share(tp, tp + fn)",
              f"metrics.recall_score(truth == positive, said == positive{sklearn}",
              message("How many of the positive ones are found? Also called sensitivity.")),
        ratio(message("F1"), "f1", 2 * tp, 2 * tp + fp + fn, "share(2 * tp, 2 * tp + fp + fn)",
              f"metrics.f1_score(truth == positive, said == positive{sklearn}",
              message("The harmonic mean of both: 2·TP / (2·TP + FP + FN). True negatives play no part in it.")),
        ratio(message("specificity"), "specificity", tn, tn + fp, "share(tn, tn + fp)",
              f"metrics.recall_score(truth != positive, said != positive{sklearn}",
              message("How many of the negative ones are left in peace?")),
        Quantity(
            message("Matthews (MCC)"), confusion.matthews(counts),
            message("the correlation of truth and prediction: 0 is guessing; 0 too where one never changes"),
            "matthews", "matthews(m)", ("metrics.matthews_corrcoef(truth, said)",) if counts.max() < total else (),
        ),
    )  # fmt: skip
    undefined_words = message(
        "0 divided by 0 is not a number. scikit-learn takes it as 0 and warns; here it is taken as {value}.",
        value=f"{undefined:g}",
    )
    empty = any(not whole for whole in (tp + fp, tp + fn, tn + fp))
    return Numbers(
        quantities,
        note=undefined_words if empty else "",
        setup=(
            "import math",
            "",
            "import torch",
            "",
            CodeLine(
                f"m = torch.tensor({counts.tolist()}, dtype=torch.float64)",
                why=message("rows are true classes, columns predicted ones"),
            ),
            f"positive, zero = {positive}, {_python(undefined)}",
            "tp = m[positive, positive].item()",
            "fp = m[:, positive].sum().item() - tp",
            "fn = m[positive].sum().item() - tp",
            "tn = m.sum().item() - tp - fp - fn",
            "",
            "",
            "def share(part, whole):",
            CodeLine("    return part / whole if whole else zero", why=message("what 0 divided by 0 is taken as")),
            "",
            "",
            "def matthews(m):",
            "    true, said, total = m.sum(1), m.sum(0), m.sum()",
            "    spread = ((total**2 - said @ said) * (total**2 - true @ true)).item()",
            "    return ((m.diag().sum() * total - true @ said).item() / math.sqrt(spread)) if spread else 0.0",
            "",
            "",
        ),
        aside=(
            "import numpy as np",
            "from sklearn import metrics",
            "rows, columns = np.indices(m.shape)",
            "truth, said = (np.repeat(each.ravel(), m.numpy().astype(int).ravel()) for each in (rows, columns))",
            "present = list(range(len(m)))",
        ),
        checked=message(
            "scikit-learn gets every example with its true and its predicted class, not the matrix; "
            "its zero_division is the page's."
        ),
    )


def averages(counts: Array, undefined: float) -> Numbers:
    """Return the averages over the classes: each class alike, by its examples, and all examples together."""
    support = counts.sum(axis=1)
    micro = confusion.accuracy(counts)
    equal = message("each class counts as much as any other, however rare it is")
    by_size = message("each class counts by its examples: what is frequent decides")
    together = message("all examples together: of one class each, that is accuracy")
    always = message("Σ (examples of a class / all) · (found of it / its examples) = found / all: always the accuracy")
    rows = []
    for name, label in (("precision", message("precision")), ("recall", message("recall")), ("f1", message("F1"))):
        values = getattr(confusion, name)(counts, undefined)
        theirs = f"metrics.{name}_score(truth, said, labels=present, average={{!r}}, zero_division=zero)"
        weighted = confusion.averaged(values, support)
        same = name == "recall" and abs(weighted - micro) < 1e-12
        rows.append((
            Quantity(label, confusion.averaged(values), equal, f"macro_{name}", f"average({name})",
                     (theirs.format("macro"),), share=True),
            Quantity(label, weighted, always if same else by_size, f"weighted_{name}", f"average({name}, m.sum(1))",
                     (theirs.format("weighted"),), mark="strong" if same else "", share=True),
            Quantity(label, micro, together, f"micro_{name}", "(m.diag().sum() / m.sum()).item()",
                     (theirs.format("micro"),), mark="muted", share=True),
        ))  # fmt: skip
    hits = "m.diag().tolist()"
    return Numbers(
        rows,
        "averages",
        (message("average"), message("macro"), message("weighted"), message("micro")),
        note=message(
            "Weighted recall and accuracy are one number: a bar chart of both shows it twice. Macro shows what a rare "
            "class suffers."
        ),
        setup=(
            "",
            f"precision = [share(*pair) for pair in zip({hits}, m.sum(0).tolist())]",
            f"recall = [share(*pair) for pair in zip({hits}, m.sum(1).tolist())]",
            f"f1 = [share(2 * hit, whole) for hit, whole in zip({hits}, (m.sum(0) + m.sum(1)).tolist())]",
            "",
            "",
            "def average(values, weights=None):",
            "    values = torch.tensor(values, dtype=torch.float64)",
            "    weights = torch.ones_like(values) if weights is None else weights",
            CodeLine("    there = values.isfinite()", why=message("what is no number is left out of the mean")),
            "    if not weights[there].sum():",
            "        return 0.0 if there.any() else math.nan",
            "    return ((values[there] * weights[there]).sum() / weights[there].sum()).item()",
            "",
            "",
        ),
    )


def _nothing(undefined: float) -> Words:
    return message("0/0: there is nothing to divide by; taken as {value}", value=f"{undefined:g}")


def _python(undefined: float) -> str:
    return "math.nan" if undefined != undefined else repr(undefined)
