"""The errors of the fit, its bias and variance, and the same by torch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lab.core.code import CodeLine
from lab.core.figures import Words
from lab.core.quantities import Numbers, Quantity, Tolerance
from lab.core.text import message
from lab.topics.overfitting.fit.figures import best_of
from lab.topics.overfitting.fit.models import CUT, NEW, Fits, kinks

if TYPE_CHECKING:
    from lab.topics.overfitting.fit import FitParams

SOLVED = Tolerance(1e-7, 1e-9, message("Least squares by two ways; high orders magnify rounding."))
CURVES = {
    "sine": "torch.sin(torch.pi * x)",
    "wave": "torch.sin(2 * torch.pi * x)",
    "step": "torch.sign(x)",
    "line": "x",
}


def numbers(params: FitParams, fits: Fits) -> Numbers:
    """Return the errors of this draw and of all, and their parts."""
    order, low_high = params.order, np.quantile(fits.test_errors[params.order], (0.025, 0.975))
    (bias, variance), (exact_bias, exact_variance) = fits.seen, fits.exact
    best = best_of(fits.expected)
    redraws = message("over {count} redraws of the points", count=params.redraws)
    linear = message("for endlessly many redraws: a fit is linear in what was measured")
    legendre = (
        ("((np.polynomial.Legendre.fit(x, y[0], order, [-1, 1])(x.numpy()) - y[0].numpy()) ** 2).mean()",)
        if params.kind == "polynomial" and order < params.points
        else ()
    )

    quantities = (
        Quantity(message("training error"), float(fits.train_errors[order, 0]),
                 message("mean squared error on the {count} points it was fitted to", count=params.points),
                 "train_error", "error(fit(x, y[:1]), y[:1])", legendre),
        Quantity(message("test error"), float(fits.test_errors[order, 0]),
                 message("on {count} new points of the same curve and noise", count=NEW),
                 "test_error", "error(fit(new, y[:1]), new_y)", mark="strong"),
        Quantity(message("test error, mean"), float(fits.test_errors[order].mean()), redraws, "mean_test_error",
                 "error(fit(new, y), new_y)"),
        Quantity(message("95 % of them from"), float(low_high[0]), redraws, "low_test_error", _quantile(0.025)),
        Quantity(message("to"), float(low_high[1]), redraws, "high_test_error", _quantile(0.975)),
        Quantity(message("bias²"), float(bias[order]),
                 message("how far the mean of all fits is from the true curve, squared"), "bias",
                 "error(fit(new, y).mean(0), curve(new))"),
        Quantity(message("bias², exact"), float(exact_bias[order]), linear, "exact_bias",
                 "error(fit(new, curve(x)[None])[0], curve(new))", mark="muted"),
        Quantity(message("variance"), float(variance[order]), message("how far the fits are from their mean, squared"),
                 "variance", "fit(new, y).var(0, correction=0).mean().item()"),
        Quantity(message("variance, exact"), float(exact_variance[order]), linear, "exact_variance",
                 f"({params.noise!r} ** 2 * fit(new, torch.eye(len(x), dtype=x.dtype)).square().sum(0).mean()).item()",
                 mark="muted"),
        Quantity(message("noise, squared"), params.noise**2, message("of each new point: no model can be better"),
                 "noise", f"{params.noise!r} ** 2"),
        Quantity(message("best order"), best,
                 message("where bias² + variance is least: {value}", value=f"{fits.expected[best]:.4g}"), "best_order"),
    )  # fmt: skip
    solved = [replace(quantity, tolerance=SOLVED) for quantity in quantities]
    return Numbers(solved, note=_note(params, fits, best), setup=_setup(params))


def _note(params: FitParams, fits: Fits, best: int) -> Words:
    if params.order + 1 > params.points:
        return message(
            "With more weights than points many fits go through all of them; this one has the smallest weights."
        )
    if params.order + 1 == params.points and fits.train_errors[params.order, 0] < 1e-12:
        return message("With as many weights as points the fit goes through all of them: the training error is 0.")
    ratio = fits.expected[params.order] / fits.expected[best]
    if params.order > best and ratio > 1.2:
        return message("It learns the noise: its expected test error is {ratio} times that of order {best}.",
                       ratio=f"{ratio:.3g}", best=best)  # fmt: skip
    if params.order < best and ratio > 1.2:
        return message("It can do too little: its expected test error is {ratio} times that of order {best}.",
                       ratio=f"{ratio:.3g}", best=best)  # fmt: skip
    return message("Expected test error = bias² + variance + noise.")


def _quantile(share: float) -> str:
    return f"(fit(new, y) - new_y).square().mean(1).quantile({share}).item()"


def _setup(params: FitParams) -> tuple[CodeLine | str, ...]:
    if params.kind == "polynomial":
        columns = "    return torch.tensor(np.polynomial.legendre.legvander(x.numpy(), order))"
    else:
        columns = "    return torch.cat([torch.ones(len(x), 1), (x[:, None] - kinks[:order]).relu()], 1)"
    units = () if params.kind == "polynomial" else (f"kinks = torch.tensor({kinks().tolist()}, dtype=torch.float64)",)
    return (
        "import numpy as np",
        "import torch",
        "",
        f"order, random = {params.order}, np.random.default_rng({params.seed})",
        *units,
        f"x = torch.tensor(np.linspace(-1, 1, {params.points}))",
        f"new = torch.tensor(random.uniform(-1, 1, {NEW}))",
        CodeLine(f"noise = torch.tensor({params.noise!r} * random.standard_normal(({params.redraws}, len(x))))",
                 why=message("a redraw a row; the first is shown")),
        f"new_noise = torch.tensor({params.noise!r} * random.standard_normal({NEW}))",
        "",
        "",
        "def curve(x):",
        f"    return {CURVES[params.curve]}",
        "",
        "",
        "def columns(x):",
        columns,
        "",
        "",
        "def fit(at, y):",
        CodeLine(f'    weights = torch.linalg.lstsq(columns(x), y.T, rcond={CUT}, driver="gelsd").solution',
                 why=message("least squares: no steps, no learning rate")),
        "    return (columns(at) @ weights).T",
        "",
        "",
        "def error(predicted, wanted):",
        "    return (predicted - wanted).square().mean().item()",
        "",
        "",
        "y, new_y = curve(x) + noise, curve(new) + new_noise",
    )  # fmt: skip
