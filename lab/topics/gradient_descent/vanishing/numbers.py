"""The gradient of the first and the last layer of a deep network, and why they differ."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from lab.core.code import CodeLine
from lab.core.figures import Cell, CellMark
from lab.core.quantities import Lines, Numbers, Quantity, Tolerance
from lab.core.text import Message, message
from lab.topics.gradient_descent.vanishing.deep_network import BATCH, CLASSES, Backward, applied_by, clip_factor
from lab.topics.gradient_descent.vanishing.params import VanishingParams

LOST: Final = 1e-2
"""Gradients that come to the first layer smaller than this share, or larger than its inverse, are called so."""
HEALTHY: Final = {"linear": (1.0, "1"), "tanh": (1.0, "1"), "relu": (2**0.5, "√2"), "leaky_relu": (2**0.5, "√2")}
"""The scale at which a wide network neither shrinks nor enlarges gradients."""
RELATIVE: Final = Tolerance(1e-9, 0.0, message("Both compute in double precision."))
"""What has nearly vanished is compared with itself, not with 1."""


def network_numbers(params: VanishingParams) -> Numbers:
    """Return the numbers of the network, and the program that finds them by autograd."""
    found = params.backward()
    clip = clip_factor(found.norm, params.clip)
    norms = "torch.stack([weights.grad.norm() for weights in layers])"
    whole = message("all its weights as one vector")
    clipped: tuple[Cell, ...] = ()
    clipping = message("times {factor}, in every layer", factor=f"{clip:.4g}")
    if clip == 1:
        clipping = message("It is not above the limit, or there is none.")
        clipped = (Cell(message("unchanged"), clipping, "muted"),)
    quantities = (
        _verdict(found),
        _exact(
            message("‖∂L/∂W‖ in the first layer"),
            float(found.gradients[0]),
            whole,
            "first_norm",
            "layers[0].grad.norm()",
        ),
        _exact(
            message("‖∂L/∂W‖ in the last layer"),
            float(found.gradients[-1]),
            whole,
            "last_norm",
            "layers[-1].grad.norm()",
        ),
        Quantity(message("‖∂L/∂W‖ of every layer"), found.gradients, code=norms, listed=False, tolerance=RELATIVE),
        Quantity(message("‖∂L/∂z‖ of every layer"), found.deltas, code="deltas", listed=False, tolerance=RELATIVE),
        Quantity(
            message("‖∂L/∂z‖, first ∕ last"),
            found.ratio,
            f"{found.deltas[0]:.4g} / {found.deltas[-1]:.4g}",
            "ratio",
            "(deltas[0] / deltas[-1]).item() if deltas[-1] > 0 else 0.0",
            mark="strong",
            tolerance=RELATIVE,
        ),
        _product(found),
        _mean_factor(found),
        _keeping(params.activation, params.scale),
        _flat(found, params.activation),
        Quantity(message("loss"), found.loss, "", "loss", "loss.item()", listed=False),
        _exact(
            message("norm of all gradients"),
            found.norm,
            message("√ of the sum of all squares"),
            "norm",
            "norm",
            CodeLine(
                f"norm = torch.nn.utils.clip_grad_norm_(layers, {params.clip or 'torch.inf'})",
                why="" if params.clip else message("Clipping at infinity only measures."),
            ),
        ),
        _exact(
            message("after clipping"),
            found.norm * clip,
            clipping,
            "clipped_norm",
            f"{norms}.norm()",
            cells=clipped,
        ),
        _update(message("update ∕ weights, first layer"), found, 0, params.learning_rate, clip),
        _update(message("update ∕ weights, last layer"), found, -1, params.learning_rate, clip),
    )
    columns = message("in the network"), message("value")
    return Numbers(quantities, columns=columns, setup=_program(params))


def fate(found: Backward) -> Message:
    """Say what becomes of the gradient on its way to the first layer."""
    ratio = found.ratio
    if not ratio > 0:
        return message("dies: it is exactly 0")
    if ratio < LOST:
        return message("vanishes")
    return message("explodes") if ratio > 1 / LOST else message("healthy: it arrives")


def blocked(found: Backward) -> Message | None:
    """Say where the gradient ends, if it does."""
    if found.ratio > 0:
        return None
    # The last layer whose delta is zero is the one that lets nothing pass.
    layer = int(np.flatnonzero(found.deltas == 0)[-1]) + 1
    return message("In layer {layer} all units are flat for every input: no gradient passes.", layer=layer)


def _exact(
    label: Message, value: float, why: Message, name: str, code: str, *lines: CodeLine, cells: tuple[Cell, ...] = ()
) -> Quantity:
    return Quantity(label, value, why, name, f"{code}.item()", lines=lines, cells=cells, tolerance=RELATIVE)


def _verdict(found: Backward) -> Quantity:
    why = blocked(found) or message(
        "On its way to the first layer ‖∂L/∂z‖ is multiplied by {ratio}; from 0.01 to 100 we call it healthy.",
        ratio=f"{found.ratio:.3g}",
    )
    mark: CellMark = "good" if 1 / LOST >= found.ratio >= LOST else "bad"
    return Quantity(message("verdict"), fate(found), why, mark=mark)


def _product(found: Backward) -> Quantity:
    passed = found.factors[::-1]
    label = message("product of {count} factors", count=len(passed))
    if not len(passed):
        return Quantity(label, 1.0, message("There is only one layer: nothing to multiply."))
    if not np.isfinite(passed).all() or not found.ratio > 0:
        return Quantity(label, 0.0, message("One of the factors is 0."), mark="bad")
    shown = " · ".join(f"{factor:.3g}" for factor in passed[:4]) + (" · …" if len(passed) > 4 else "")
    return Quantity(label, float(passed.prod()), shown, mark="strong")


def _mean_factor(found: Backward) -> Quantity:
    """Return the geometric mean of the factors, as the product of what weights and activation do."""
    label = message("× a layer, on average")
    if not len(found.factors) or not found.ratio > 0:
        return Quantity(label, None, message("There is no such factor."))
    parts = [float(np.exp(np.log(part).mean())) for part in (found.by_weights, found.by_slopes)]
    why = message(
        "The geometric mean: {weights} by the weights · {slopes} by the derivative of the activation",
        weights=f"{parts[0]:.4g}",
        slopes=f"{parts[1]:.4g}",
    )
    return Quantity(label, parts[0] * parts[1], why)


def _keeping(activation: str, scale: float) -> Quantity:
    label = message("scale that keeps it")
    if activation == "sigmoid":
        why = message(
            "Its derivative is ¼ at most: the weights would have to be 4 times as large, and then it saturates."
        )
        return Quantity(label, message("none is good"), why, mark="muted")
    kept, words = HEALTHY[activation]
    why = message("Xavier: 1, for activations that pass 0 with slope 1. He: √2, as ReLU lets half of it pass.")
    return Quantity(label, words, why, mark="good" if math.isclose(kept, scale, rel_tol=0.05) else "")


def _flat(found: Backward, activation: str) -> Quantity:
    off = activation in ("relu", "leaky_relu")
    label = message("units that are off, %") if off else message("saturated units, %")
    if math.isnan(found.flat):
        return Quantity(label, None, message("There are no units between."))
    if activation == "relu":
        why = message(
            "Off for one of the {batch} inputs; {dead} % are off for all of them: dead.",
            batch=BATCH,
            dead=f"{100 * found.dead:.3g}",
        )
    elif activation == "leaky_relu":
        why = message("There their derivative is 0.01.")
    elif activation == "linear":
        why = message("What has no activation cannot saturate.")
    else:
        why = message("Their derivative is below 5 % of the largest it can be.")
    return Quantity(label, 100 * found.flat, why)


def _update(label: Message, found: Backward, layer: int, rate: float, clip: float) -> Quantity:
    """Return how large a step is beside the weights that it changes."""
    value = rate * clip * float(found.gradients[layer]) / float(found.weights[layer])
    why = message(
        "η ‖∂L/∂W‖ / ‖W‖ = {rate} · {gradient} / {weights}; about 0.001 is usual",
        rate=f"{rate * clip:.3g}",
        gradient=f"{found.gradients[layer]:.3g}",
        weights=f"{found.weights[layer]:.3g}",
    )
    code = f"({rate!r} * layers[{layer}].grad.norm() / layers[{layer}].norm()).item()"
    return Quantity(label, value, why, code=code, tolerance=RELATIVE)


def _program(params: VanishingParams) -> Lines:
    width, seed = params.width, params.seed
    return (
        "import numpy as np",
        "import torch",
        "from torch.nn import functional as F",
        "",
        "",
        "def normal(layer, *shape):",
        f"    return torch.tensor(np.random.default_rng(({seed}, layer)).standard_normal(shape))",
        "",
        "",
        f"x = normal(0, {BATCH}, {width})",
        f"classes = torch.tensor(np.random.default_rng(({seed}, 1000)).integers(0, {CLASSES}, {BATCH}))",
        f"shapes = [({width}, {width})] * {params.depth - 1} + [({width}, {CLASSES})]",
        "layers, sums = [], []",
        "for layer, shape in enumerate(shapes, 1):",
        CodeLine(
            f"    weights = normal(layer, *shape) * {params.scale!r} / {width} ** 0.5",
            why=message("The weights are normal with deviation scale / √width."),
        ),
        "    layers.append(weights.requires_grad_())",
        "    z = x @ weights",
        CodeLine("    z.retain_grad()", why=message("Else autograd keeps only the gradients of the weights.")),
        "    sums.append(z)",
        f"    x = {applied_by(params.activation).function}",
        "loss = F.cross_entropy(z, classes)",
        "loss.backward()",
        "deltas = torch.stack([z.grad.norm() for z in sums])",
    )
