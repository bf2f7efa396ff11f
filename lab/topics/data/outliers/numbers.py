"""What the fits are worth, what each rule finds, what each scaling does; and the same by scikit-learn and SciPy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lab.core.code import CodeLine
from lab.core.figures import Cell, CellMark, Words
from lab.core.quantities import Lines, Numbers, Quantity, Tolerance
from lab.core.text import message
from lab.topics.data.outliers.figures import SCALINGS, column, parts, spreads
from lab.topics.data.outliers.samples import MIDDLES, NOISE, RULES, WHISKERS, Points

if TYPE_CHECKING:
    from lab.topics.data.outliers import OutliersParams

FOUND = Tolerance(1e-6, 1e-6, message("One is solved, the other is found by going downwards."))
NAMES: dict[str, Words] = {
    "zscore": message("z-score"),
    "robust": message("median and MAD"),
    "quartiles": message("quartiles"),
}
_SCALERS = {"standard": "StandardScaler", "robust": "RobustScaler", "minmax": "MinMaxScaler"}


def errors(params: OutliersParams, points: Points) -> Numbers:
    """Return the error of each fit on ever new ordinary points."""
    share, threshold = params.task == "classes", params.threshold
    left = int((~points.removed(params.rule, threshold)).sum())
    what: Words = message("the share of ever new points that is wrong, exactly")
    if not share:
        what = message("the root of the mean squared distance to the true line y = x, exactly")

    def row(label: Words, why: Words, rule: str, loss: str, name: str, code: str) -> Quantity:
        value = float(points.error_after(rule, threshold, loss)[0])
        mark: CellMark = "strong" if name == "error" else ""
        return Quantity(label, value, why, name, code, share=share, mark=mark, tolerance=FOUND)

    huber = params.task == "regression" and params.loss == "huber"
    call = f"{'huber_' if huber else ''}error(~removed)"
    rows = [
        row(message("all points"), what, "none", "squared", "error_all", "error(everything)"),
        row(message("after the rule"), message("{count} points are left", count=left), params.rule, params.loss,
            "error", call),
    ]  # fmt: skip
    if not share:
        why = message("Nothing is removed; far points pull, but no harder than near ones.")
        rows.append(row(message("all points, Huber"), why, "none", "huber", "error_huber", "huber_error(everything)"))
    why = message("as if somebody knew which points are the far ones")
    rows.append(row(message("ordinary points alone"), why, "known", "squared", "error_ordinary", "error(~far)"))
    if share:
        why = message("Nearest middle: no rule is wrong less often.")
        rows.append(
            Quantity(message("best possible"), points.best, why, "best", f"stats.norm.cdf({MIDDLES[0]})", share=True)
        )
    columns = message("learned from"), message("error")
    note: Words = "" if params.far else message("There is no far point. What is removed now was ordinary.")
    return Numbers(rows, columns=columns, setup=_setup(params), note=note)


def rules(params: OutliersParams, points: Points) -> Numbers:
    """Return what each rule finds of the far points, and takes of the ordinary ones."""
    rows: list[tuple[Quantity, ...]] = []
    for name in RULES:
        removed = points.removed(name, params.threshold)[0]
        found, lost = int(removed[points.is_far].sum()), int(removed[~points.is_far].sum())
        chosen = name == params.rule
        why = _rule_why(name, params)
        rows.append(
            (
                Quantity(NAMES[name], found, why, "found" if chosen else "", f"{name}[far].sum()", about=why,
                         cells=(Cell(message("{some} of {all}", some=found, all=params.far), why,
                                     "good" if found == params.far else "bad"),)),
                Quantity(NAMES[name], lost, why, "lost" if chosen else "", f"{name}[~far].sum()",
                         cells=(Cell(lost, message("of {count} ordinary points", count=params.points)),)),
            )
        )  # fmt: skip
    note: Words = ""
    if params.far:
        most = math.sqrt(params.points / params.far)
        note = message(
            "Far points alike, {far} of {all}, have at most z = √({points}/{far}) = {most}, however far they are: they "
            "pull the mean and widen the deviation by which they are measured.",
            far=params.far, all=params.points + params.far, points=params.points, most=f"{most:.4g}",
        )  # fmt: skip
    z = float(np.abs(_standard(points.one))[points.is_far].max()) if params.far else None
    last = Quantity(message("largest z of a far point"), z, message("in x or y"), "largest_z",
                    "np.abs(stats.zscore(points))[far].max()", listed=False)  # fmt: skip
    columns = message("rule"), message("far points found"), message("ordinary lost")
    return Numbers([*rows, last], "rules", columns, note)


def _rule_why(name: str, params: OutliersParams) -> Words:
    if name == "quartiles":
        return message("outside of the quartiles by more than 1.5 times their distance")
    if name == "robust":
        return message("further from the median than {count} · 1.4826 · MAD", count=f"{params.threshold:g}")
    return message("further from the mean than {count} standard deviations", count=f"{params.threshold:g}")


def _standard(values: np.ndarray) -> np.ndarray:
    return np.asarray((values - values.mean(0)) / values.std(0))


def scalings(params: OutliersParams, points: Points) -> Numbers:
    """Return what each scaling subtracts and divides by, and what it leaves of the ordinary points."""
    found = parts(points.one[:, column(params)])
    spread = spreads(params, points)
    centres = {"standard": "mean_[0]", "robust": "center_[0]", "minmax": "data_min_[0]"}
    divisors = {"standard": "scale_[0]", "robust": "scale_[0]", "minmax": "data_range_[0]"}
    whys: dict[str, Words] = {
        "standard": message("mean and standard deviation: far points move both"),
        "robust": message("median and distance of the quartiles: far points hardly move them"),
        "minmax": message("smallest and largest: one far point sets one of them"),
    }
    rows = []
    for name, scaler in _SCALERS.items():
        made = f"{scaler}().fit(column)"
        middle, divided = found[name]
        rows.append(
            (
                Quantity(SCALINGS[name], middle, whys[name], "", f"{made}.{centres[name]}", about=whys[name]),
                Quantity(SCALINGS[name], divided, whys[name], "", f"{made}.{divisors[name]}"),
                Quantity(SCALINGS[name], spread[name], message("standard deviation of the ordinary points afterwards"),
                         f"spread_{name}", f"{scaler}().fit_transform(column)[~far].std()"),
            )
        )  # fmt: skip
    columns = message("scaling of {name}", name="xy"[column(params)]), message("minus"), message("divided by"), "σ"
    note = message("σ: the standard deviation of the ordinary points afterwards. A network learns least from what is "
                   "squeezed.")  # fmt: skip
    return Numbers(rows, "scalings", columns, note)


def _setup(params: OutliersParams) -> Lines:
    regression, across = params.task == "regression", params.place == "across"
    n, k = params.points, params.far
    lines: list[CodeLine | str] = [
        "import numpy as np",
        "from scipy import optimize, stats",
        f"from sklearn.linear_model import {'LinearRegression' if regression else 'LogisticRegression'}",
        "from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler",
        "",
        f"random = np.random.default_rng({params.seed})",
        f"ordinary, near = random.standard_normal(({n}, 2)), 0.3 * random.standard_normal(({k}, 2))",
    ]
    if regression:
        away = f"[0, {params.distance!r}]" if across else f"[{params.distance!r}, {params.distance!r}]"
        lines += [
            f"ordinary[:, 1] = ordinary[:, 0] + {NOISE} * ordinary[:, 1]",
            *(["near[:, 0] += 1"] if across else []),
            f"near[:, 1] = near[:, 0] + {NOISE} * near[:, 1]",
            f"points = np.concatenate([ordinary, near + {away}])",
        ]
    else:
        lines += [
            f"classes = np.concatenate([np.arange({n}) % 2, np.zeros({k}, int)])",
            f"ordinary[:, 0] += np.array({list(MIDDLES)})[classes[:{n}]]",
            f"near[:, 0] += {MIDDLES[0]} {'+' if across else '-'} {params.distance!r}",
            "points = np.concatenate([ordinary, near])",
        ]
    lines += [
        f"far, everything = np.arange({n + k}) >= {n}, np.ones({n + k}, bool)",
        f"column = points[:, [{column(params)}]]",
        f"zscore = (np.abs(stats.zscore(points)) > {params.threshold!r}).any(1)",
        'scales = stats.median_abs_deviation(points, scale="normal")',
        f"robust = (np.abs(points - np.median(points, 0)) > {params.threshold!r} * scales).any(1)",
        f"low, high = np.quantile(points, (0.25, 0.75), 0) + {WHISKERS} * stats.iqr(points, 0) * [[-1], [1]]",
        "quartiles = ((points < low) | (points > high)).any(1)",
        f"removed = {'~everything' if params.rule == 'none' else params.rule}",
        "",
        "",
    ]
    if not regression:
        return (
            *lines,
            "def error(kept):",
            '    model = LogisticRegression(solver="newton-cholesky", tol=1e-12).fit(points[kept], classes[kept])',
            f"    scores = model.decision_function([[{MIDDLES[0]}, 0], [{MIDDLES[1]}, 0]])",
            "    return stats.norm.cdf(scores * [1, -1] / np.linalg.norm(model.coef_)).mean()",
            "",
            "",
        )
    return (
        *lines,
        "def error(kept):",
        "    model = LinearRegression().fit(points[kept, :1], points[kept, 1])",
        "    return np.hypot(model.intercept_, model.coef_[0] - 1)",
        "",
        "",
        "def huber(line, x, y):",
        "    apart = np.abs(y - line[0] - line[1] * x)",
        "    return np.where(apart < 1, apart**2 / 2, apart - 1 / 2).sum()",
        "",
        "",
        "def huber_error(kept):",
        '    exact = {"xatol": 1e-10, "fatol": 1e-12, "maxfev": 4000}',
        '    found = optimize.minimize(huber, [0, 1], tuple(points[kept].T), method="Nelder-Mead", options=exact)',
        "    return np.hypot(found.x[0], found.x[1] - 1)",
        "",
        "",
    )
