"""Losses at one logit and at a few, number by number: where one overflows, and what a softmax too many costs."""

from __future__ import annotations

import math

import numpy as np

from lab.core.events import Array
from lab.core.figures import Axis, Chart, Line, Mark, Words
from lab.core.quantities import SINGLE, Numbers, Quantity
from lab.core.text import message
from lab.nets.registry import losses
from lab.nets.registry.activations import softmax

ONCE, TWICE, SQUARED = message("one softmax"), message("softmax before it"), message("squared error")
FAR = np.concatenate([np.linspace(-150.0, 150.0, 301)])
MARGINS = np.linspace(-10.0, 10.0, 201)


def of_one_logit(z: float, y: int) -> Numbers:
    """Return both losses of a logit `z` whose target is `y`, with their gradients, in single precision."""
    logit, target = np.array([[z]], dtype=np.float32), np.full((1, 1), y, dtype=np.float32)
    share, plain, through, written = _in_single(logit, target)
    apart, joined = losses.value("bce", share, target), losses.value("bce_logits", logit, target)
    right = f"{'sigmoid' if y else '1 - sigmoid'}"
    with np.errstate(divide="ignore"):
        bare = float(-np.log(share if y else np.float32(1) - share).item())
    raw = losses.value("bce", logit, target) if 0 <= z <= 1 else None
    overflows = message("e to the power of z has no number in single precision from z = 89 on")
    lost = abs(through - float(plain)) > 1e-3
    quantities = (
        Quantity("σ(z)", float(share.item()), message("from z = 17 on exactly 1"), "sigmoid", "sigmoid.item()",
                 tolerance=SINGLE),
        Quantity(message("−ln of it, by hand"), bare, message("infinite once σ(z) is wholly wrong"),
                 "by_hand", f"-torch.log({right}).item()", tolerance=SINGLE, mark="" if math.isfinite(bare) else "bad"),
        Quantity(message("BCELoss of σ(z)"), apart, message("torch cuts the logarithm at −100"), "bce",
                 "F.binary_cross_entropy(sigmoid, y).item()", tolerance=SINGLE,
                 mark="bad" if abs(apart - joined) > 1e-3 * max(1.0, joined) else ""),
        Quantity(message("its gradient at z"), through, message("what comes back through BCELoss and the sigmoid"),
                 "bce_gradient", "gradient(lambda z: F.binary_cross_entropy(torch.sigmoid(z), y))", tolerance=SINGLE,
                 mark="bad" if lost else ""),
        Quantity("ln(1 + e^z) − y·z", written, overflows, "written_out",
                 "(torch.log(1 + torch.exp(z)) - y * z).item()", tolerance=SINGLE,
                 mark="" if math.isfinite(written) else "bad"),
        Quantity(message("BCEWithLogitsLoss of z"), joined, message("max(z, 0) − y·z + ln(1 + e^−|z|)"),
                 "bce_logits", "F.binary_cross_entropy_with_logits(z, y).item()", tolerance=SINGLE, mark="good"),
        Quantity(message("its gradient at z"), float(plain), "σ(z) − y", "bce_logits_gradient",
                 "gradient(lambda z: F.binary_cross_entropy_with_logits(z, y))", tolerance=SINGLE, mark="good"),
        Quantity(message("BCELoss of z itself"), raw,
                 message("z is no probability unless it is between 0 and 1: torch refuses it"), "bce_of_z",
                 "F.binary_cross_entropy(z, y).item()", tolerance=SINGLE),
    )  # fmt: skip
    return Numbers(
        quantities,
        name="one_logit",
        setup=(
            "import torch",
            "from torch.nn import functional as F",
            "",
            f"z, y = torch.tensor([[{z!r}]]), torch.tensor([[{float(y)!r}]])",
            "sigmoid = torch.sigmoid(z)",
            "",
            "",
            "def gradient(loss):",
            "    at = z.clone().requires_grad_()",
            "    return torch.autograd.grad(loss(at), at)[0].item()",
            "",
            "",
        ),
        note=message("In single precision, as networks usually compute."),
    )


def _in_single(logit: Array, target: Array) -> tuple[Array, float, float, float]:
    """Return σ(z), the gradient of the loss of logits, that through BCELoss and σ, and ln(1 + e^z) − y·z as written."""
    with np.errstate(over="ignore", under="ignore"):
        share = np.float32(1) / (np.float32(1) + np.exp(-logit))
        through = float((losses.gradient("bce", share, target) * share * (1 - share)).item())
        written = float((np.log(np.float32(1) + np.exp(logit)) - target * logit).item())
    return share, float(losses.gradient("bce_logits", logit, target).item()), through, written


def of_logits(logits: tuple[float, ...], target: int) -> Numbers:
    """Return cross-entropy of logits, of their softmax, and the squared error of their softmax, with gradients."""
    z, count = np.array(logits), len(logits)
    (once, g_once), (twice, g_twice), (squared, g_squared) = each_loss(z, target)
    p = softmax(z)
    q = softmax(p)
    floor = math.log(1 + (count - 1) / math.e)
    at_most = message(
        "Behind a softmax no loss is below ln(1 + {rest}/e) = {least}.", rest=count - 1, least=f"{floor:.4f}"
    )
    names = "once", "twice", "squared"

    def row(label: Words, values: tuple[float, ...], name: str, code: str, why: Words = "") -> tuple[Quantity, ...]:
        return tuple(
            Quantity(
                label if not place else "", value, why, f"{names[place]}_{name}", code.replace("LOSS", names[place])
            )
            for place, value in enumerate(values)
        )

    gradients = tuple(
        row(
            message("∂loss/∂z {number}", number=place + 1),
            (float(g_once[place]), float(g_twice[place]), float(g_squared[place])),
            f"gradient_{place + 1}",
            f"gradient(LOSS)[{place}].item()",
        )
        for place in range(count)
    )
    quantities = (
        row(message("loss"), (once, twice, squared), "loss", "LOSS(z).item()"),
        (
            Quantity(message("p of the right class"), float(p[target]), message("softmax of the logits"), "p",
                     f"z.softmax(0)[{target}].item()"),
            Quantity("", float(q[target]), message("what the loss takes for p: softmax of the softmax"), "q",
                     f"z.softmax(0).softmax(0)[{target}].item()", mark="bad"),
            Quantity("", float(p[target])),
        ),
        *gradients,
        (
            Quantity(message("least loss possible"), 0.0),
            Quantity("", floor, at_most, "floor", f"math.log(1 + {count - 1} / math.e)", mark="bad"),
            Quantity("", 0.0),
        ),
    )  # fmt: skip
    return Numbers(
        quantities,
        name="logits",
        columns=(message("quantity"), ONCE, TWICE, SQUARED),
        setup=(
            "import math",
            "",
            "import torch",
            "from torch.nn import functional as F",
            "",
            f"z, target = torch.tensor({list(logits)!r}, dtype=torch.float64), torch.tensor({target})",
            "",
            "",
            "def once(z):",
            "    return F.cross_entropy(z, target)",
            "",
            "",
            "def twice(z):",
            "    return F.cross_entropy(z.softmax(0), target)",
            "",
            "",
            "def squared(z):",
            f"    return F.mse_loss(z.softmax(0), F.one_hot(target, {count}).double())",
            "",
            "",
            "def gradient(loss):",
            "    at = z.clone().requires_grad_()",
            "    return torch.autograd.grad(loss(at), at)[0]",
            "",
            "",
        ),
        note=message("nn.CrossEntropyLoss has a softmax in it: it wants the logits themselves."),
    )


def each_loss(z: Array, target: int) -> tuple[tuple[float, Array], ...]:
    """Return loss and gradient by the logits (K,): cross-entropy, that of their softmax, squared error of the same."""
    wanted = (np.arange(len(z)) == target).astype(float)
    p = softmax(z)
    q = softmax(p)

    def back(gradient: Array) -> Array:
        return np.asarray(p * (gradient - (gradient * p).sum()))

    peak = z.max()
    logarithm = float(peak + np.log(np.exp(z - peak).sum()) - z[target])
    return (
        (logarithm, p - wanted),
        (float(-np.log(q[target])), back(q - wanted)),
        (float(((p - wanted) ** 2).mean()), back(2 * (p - wanted) / len(z))),
    )


def extremes(z: float, y: int) -> Chart:
    """Return both losses of one logit over z, in single precision, and where z is."""
    logits, targets = FAR.astype(np.float32)[:, None], np.full((len(FAR), 1), y, dtype=np.float32)
    with np.errstate(over="ignore", divide="ignore"):
        share = np.float32(1) / (np.float32(1) + np.exp(-logits))
        bce = losses.each("bce", share, targets)[:, 0].astype(float)
        joined = losses.each("bce_logits", logits, targets)[:, 0].astype(float)
        written = (np.log(np.float32(1) + np.exp(logits)) - targets * logits)[:, 0].astype(float)
    here = np.array([min(max(z, FAR[0]), FAR[-1])])
    at = losses.each("bce_logits", here[:, None], np.full((1, 1), float(y)))[:, 0]
    return Chart(
        "extremes",
        (
            Line(message("BCEWithLogitsLoss"), FAR, joined, "line", 0),
            Line(message("BCELoss of σ(z)"), FAR, bce, "dashes", 1),
            Line("ln(1 + e^z) − y·z", FAR[::10], written[::10], "points", 2),
            Line("", here, at, "ball"),
        ),
        Axis(message("logit z")),
        Axis(message("loss"), low=-5.0, high=155.0),
        picks="z",
    )


def margins(classes: int) -> tuple[Chart, Chart]:
    """Return the three losses, and the sizes of their gradients, over the lead of the right class's logit."""
    found = [each_loss(np.array([margin, *[0.0] * (classes - 1)]), 0) for margin in MARGINS]
    names, sizes = (ONCE, TWICE, SQUARED), range(3)
    curves = tuple(
        Line(names[place], MARGINS, np.array([one[place][0] for one in found]), "line", place) for place in sizes
    )
    slopes = tuple(
        Line(names[place], MARGINS, np.array([abs(one[place][1][0]) for one in found]), "line", place)
        for place in sizes
    )
    x, floor = Axis(message("lead of the right logit over the others")), math.log(1 + (classes - 1) / math.e)
    least = Mark("y", floor, message("least with softmax: {value}", value=f"{floor:.4f}"))
    return (
        Chart("margins", curves, x, Axis(message("loss"), low=0.0, high=4.0), (least,)),
        Chart("slopes", slopes, x, Axis(message("size of ∂loss/∂z, right class"), low=0.0, high=1.05)),
    )
