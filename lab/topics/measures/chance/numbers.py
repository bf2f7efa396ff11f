"""The numbers of an accuracy and of a difference, and SciPy's tests that have to agree."""

from __future__ import annotations

import math

import numpy as np

from lab.core.code import CodeLine
from lab.core.events import Array
from lab.core.figures import CellMark
from lab.core.quantities import Numbers, Quantity, Tolerance
from lab.core.text import message
from lab.maths import chance

LEVEL = 0.05
"""Below which a p is called significant."""
_SERIES = Tolerance(1e-7, 1e-9, message("SciPy's tests sum up tails; that costs some figures."))


def of_one(tests: int, right: int, base: float, confidence: float, difference: float) -> Numbers:
    """Return an accuracy with its intervals, the luck of the base rate, and what it would take to see a difference."""
    share, z = right / tests, chance.quantile(confidence)
    error = math.sqrt(share * (1 - share) / tests)
    low, high = chance.exact_interval(right, tests, confidence)
    wilson_low, wilson_high = chance.wilson_interval(right, tests, confidence)
    plain = share - z * error, share + z * error
    beyond = plain[0] < 0 or plain[1] > 1 or not error
    luck = chance.at_least(right, tests, base)
    needed = math.ceil(2 * share * (1 - share) * (z / difference) ** 2)
    ends = "stats.binomtest(right, tests).proportion_ci(confidence, {!r})"
    exact, wilson = ends.format("exact"), ends.format("wilson")
    formula = message("share ± {z} · √(share · (1 − share)/n): wrong near 0 and 1, where it leaves what is possible",
                      z=f"{z:.3f}")  # fmt: skip
    quantities = (
        Quantity(message("accuracy"), share, f"{right}/{tests}", "accuracy", "right / tests", mark="strong",
                 share=True),
        Quantity(message("one example more is"), 1 / tests, message("the steps in which the accuracy moves"), "step",
                 "1 / tests", share=True),
        Quantity(message("exact interval, from"), low, message("Clopper and Pearson: never holds less than it says"),
                 "exact_low", f"{exact}.low",
                 ("stats.beta.ppf((1 - confidence) / 2, right, tests - right + 1)",) if right else (),
                 share=True),
        Quantity(message("exact interval, to"), high, message("Clopper and Pearson: never holds less than it says"),
                 "exact_high", f"{exact}.high",
                 ("stats.beta.ppf((1 + confidence) / 2, right + 1, tests - right)",) if right < tests else (),
                 share=True),
        Quantity(message("Wilson's interval, from"), wilson_low, message("holds what it says in the mean; narrower"),
                 "wilson_low", f"{wilson}.low", share=True),
        Quantity(message("Wilson's interval, to"), wilson_high, message("holds what it says in the mean; narrower"),
                 "wilson_high", f"{wilson}.high", share=True),
        Quantity(message("simple interval, from"), plain[0], formula, "simple_low", "share - z * error",
                 mark="bad" if beyond else "muted", share=True),
        Quantity(message("simple interval, to"), plain[1], formula, "simple_high", "share + z * error",
                 mark="bad" if beyond else "muted", share=True),
        Quantity(message("p of pure luck"), luck,
                 message("as many right answers, or more, by always saying the most frequent class"), "luck",
                 f'stats.binomtest(right, tests, {base!r}, "greater").pvalue', ("stats.binom.sf(right - 1, tests, "
                 f"{base!r})",), mark=_verdict(luck), tolerance=_SERIES),
        Quantity(message("difference that is no chance"), z * error * math.sqrt(2),
                 message("of two networks, each on its own {count} examples: {z} · √2 · standard error", count=tests,
                         z=f"{z:.3f}"), "least_difference", "z * error * math.sqrt(2)", share=True),
        Quantity(message("examples needed for the difference"), needed,
                 message("to see {difference}: 2 · share · (1 − share) · ({z}/{difference})²",
                         difference=f"{difference:g}", z=f"{z:.3f}"), "examples_needed",
                 f"math.ceil(2 * share * (1 - share) * (z / {difference!r}) ** 2)"),
    )  # fmt: skip
    return Numbers(
        quantities,
        setup=(
            "import math",
            "",
            "import numpy as np",
            "from scipy import stats",
            "",
            f"right, tests, confidence = {right}, {tests}, {confidence!r}",
            "share, z = right / tests, stats.norm.ppf((1 + confidence) / 2)",
            CodeLine("error = math.sqrt(share * (1 - share) / tests)", why=message("the standard error of a share")),
        ),
        checked=message("SciPy's tests, each beside the formula of the page."),
    )


def of_two(first: Array, second: Array, differences: Array) -> Numbers:
    """Return the tests of two networks over the same seeds."""
    count, tested = len(differences), chance.paired_t(differences)
    signs, flips = chance.sign_test(differences), chance.permutation_test(differences)
    apart = chance.welch(first, second)
    above, some = int((differences > 0).sum()), bool(differences.any())
    none = message("The differences are all alike: there is no spread to measure them by.")
    missing = message("none")
    t, p = tested or (missing, missing)
    quantities = (
        Quantity(message("mean difference"), float(differences.mean()), message("first minus second"),
                 "mean_difference", "differences.mean()", mark="strong", share=True),
        Quantity(message("standard deviation of the differences"), float(differences.std(ddof=1)),
                 message("with n − 1, over {count} seeds", count=count), "difference_deviation",
                 "differences.std(ddof=1)", share=True),
        Quantity(message("t, paired"), t, none if tested is None else "d̄ / (s/√n)", "t" if tested else "",
                 "stats.ttest_rel(first, second).statistic" if tested else "",
                 ("stats.ttest_1samp(differences, 0).statistic",) if tested else (), tolerance=_SERIES),
        Quantity(message("p of the paired t-test"), p,
                 none if tested is None else message("if the differences are normal about 0"),
                 "p_paired" if tested else "", "stats.ttest_rel(first, second).pvalue" if tested else "",
                 mark=_verdict(p), tolerance=_SERIES),
        Quantity(message("p without pairs"), message("none") if apart is None else apart,
                 message("Welch's t-test, as if the seeds had nothing to do with each other: what differs from seed to "
                         "seed hides the difference"),
                 "p_unpaired" if apart is not None else "",
                 # SciPy warns where one of them has no spread.
                 "stats.ttest_ind(first, second, equal_var=False).pvalue" if min(np.ptp(first), np.ptp(second)) else "",
                 mark="muted", tolerance=_SERIES),
        Quantity(message("p of the sign test"), signs,
                 message("{above} of {count} seeds are better; only who wins counts", above=above, count=count),
                 "p_signs", "stats.binomtest(above, above + below).pvalue" if some else "",
                 mark=_verdict(signs), tolerance=_SERIES),
        Quantity(message("p of all choices of signs"), flips,
                 message("the share of all {count} choices of signs whose mean is as far from 0: no assumption about "
                         "the distribution", count=f"{2**count:,}"), "p_permutation", "(means >= seen).mean()",
                 ("stats.permutation_test((differences,), np.mean, permutation_type='samples', n_resamples=np.inf)"
                  ".pvalue",) if some else (), mark=_verdict(flips), tolerance=_SERIES),
        Quantity(message("least p that {count} seeds can give", count=count), 2 / 2**count,
                 message("all signs alike: with five seeds or fewer, never below 0.05"), "least_p",
                 "2 / 2 ** len(differences)", mark=_verdict(2 / 2**count)),
    )  # fmt: skip
    return Numbers(
        quantities,
        "paired",
        note=message("Green: p below 0.05. One of twenty comparisons of equals is green as well."),
        setup=(
            "",
            f"first = np.array({first.tolist()})",
            f"second = np.array({second.tolist()})",
            "differences = np.round(first - second, 12)",
            "above, below = int((differences > 0).sum()), int((differences < 0).sum())",
            "choices = np.array(np.meshgrid(*[[1, -1]] * len(differences))).reshape(len(differences), -1)",
            CodeLine("means = abs(choices.T @ differences / len(differences))", why=message("every choice of signs")),
            "seen = abs(differences.mean()) - 1e-12",
        ),
    )


def _verdict(p: object) -> CellMark:
    return "good" if isinstance(p, float) and p < LEVEL else ""
