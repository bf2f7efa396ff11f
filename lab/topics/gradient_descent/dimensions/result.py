"""The shares of minima, and the program that counts them."""

from __future__ import annotations

from collections.abc import Mapping

from lab.core.code import CodeLine
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.topics.gradient_descent.dimensions.hessians import BATCHES


def result(shares: Mapping[int, float], ensemble: str, shift: float, samples: int, seed: int) -> Numbers:
    """Return the share of minima in each dimension, and the program that draws the same Hessians."""
    quantities = tuple(
        Quantity("", share, "", f"share_{dimension}", f"shares[{dimension}]", listed=False)
        for dimension, share in shares.items()
    )
    (few, most), (_, fewer) = BATCHES
    if ensemble == "independent":
        drawn = "(count, n)", CodeLine("        values = a", why=message("Each curvature is drawn for itself."))
    else:
        symmetric = message("Symmetric: variance 1 on the diagonal, ½ beside it.")
        drawn = "(count, n, n)", CodeLine("        values = torch.linalg.eigvalsh((a + a.mT) / 2)", why=symmetric)
    setup = (
        "import numpy as np",
        "import torch",
        "",
        "shares = {}",
        f"for n in range(1, {len(shares) + 1}):",
        CodeLine(f"    minima, most = 0, {most} if n <= {few} else {fewer}", why=message("so many at once")),
        f"    for batch, begin in enumerate(range(0, {samples}, most)):",
        f"        count = min(most, {samples} - begin)",
        f"        a = torch.tensor(np.random.default_rng(({seed}, n, batch)).standard_normal({drawn[0]}))",
        drawn[1],
        f"        minima += (values + {shift!r} * (2 * n) ** 0.5 >= 0).all(1).sum().item()",
        f"    shares[n] = minima / {samples}",
    )
    return Numbers(quantities, setup=setup)
