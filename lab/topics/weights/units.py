"""Which units of a layer are copies of each other, and which numbers of a network have moved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.core.events import Array
from lab.nets.dense.network import Network

SAME = 1e-9
"""Units are one and the same where no number differs by more than this share of the largest of their layer."""


def different(weight: Array, bias: Array) -> int:
    """Return how many units of a layer, weights (F, U) and biases (U,), are no copy of one before them."""
    units = np.vstack([weight, bias]).T
    apart = SAME * float(np.abs(units).max(initial=0.0))
    # Copies have the same sum, but for rounding; so only units of about the same are compared number by number.
    sums, nearly = units.sum(axis=1), 2 * apart * units.shape[1]
    firsts: list[int] = []
    for place, unit in enumerate(units):
        alike = (first for first in firsts if abs(sums[first] - sums[place]) <= nearly)
        if not any(float(np.abs(unit - units[first]).max()) <= apart for first in alike):
            firsts.append(place)
    return len(firsts)


def moved(now: Network, first: Network) -> Sequence[tuple[float, float]]:
    """Return of each layer how far a weight, and a bias, has moved at most."""
    return [
        (float(np.abs(weight - before).max()), float(np.abs(bias - bias_before).max()))
        for weight, before, bias, bias_before in zip(now.weights, first.weights, now.biases, first.biases, strict=True)
    ]


def lines(names: Sequence[str]) -> tuple[str, ...]:
    """Return lines that print the same of `network`, with its first numbers in `began`."""
    return (
        "",
        "linear = [layer for layer in network if isinstance(layer, nn.Linear)]",
        f"for name, layer in zip({list(names)!r}, linear):",
        "    numbers = torch.cat([layer.weight, layer.bias[:, None]], 1).detach()",
        "    apart = (numbers[:, None] - numbers).abs().amax(2)",
        f"    copies = (apart <= {SAME!r} * numbers.abs().max()).tril(-1).any(1)",
        '    print(f"different_{name}:", (~copies).sum().item())',
        "changed = [(now - before).abs().max() > 0 for now, before in zip(network.parameters(), began)]",
        'print("arrays_moved:", sum(changed).item())',
    )
