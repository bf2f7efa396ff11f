"""A dense network drawn live: six hidden layers of eight units, each with its own picture, at ever other weights."""

from __future__ import annotations

import itertools
import sys
import time

import numpy as np
from PySide6.QtWidgets import QApplication

from app.core import theme
from app.views.units.view import UnitsView
from lab.core.units import Units
from tests.bench.figures import figure, percentile
from tests.bench.windows import wait

FRAMES, SIDE = 200, 40
COUNTS = (2, 8, 8, 8, 8, 8, 8, 2)


def network(random: np.random.Generator) -> Units:
    """Return a network with random weights and maps."""
    pairs = list(itertools.pairwise(COUNTS))
    return Units(
        "network",
        tuple(tuple(str(unit) for unit in range(count)) for count in COUNTS),
        tuple(random.normal(size=pair) for pair in pairs),
        tuple(random.normal(size=count) for count in COUNTS[1:]),
        tuple(random.uniform(-1, 1, (count, SIDE, SIDE)).astype(np.float32) for count in COUNTS),
        ("input", *["tanh"] * 6, ""),
    )


def main() -> None:
    """Print what a redraw of the network takes, from the event on, without what the screen itself needs."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    theme.load_fonts(application)
    theme.apply(application, "light")
    view = UnitsView("Network", "network")
    view.resize(900, 400)
    view.show()
    wait(300)
    random, times = np.random.default_rng(0), []
    for _ in range(FRAMES):
        event = network(random)
        began = time.perf_counter()
        view.take(event)
        view.refresh()
        taken = (time.perf_counter() - began) * 1000
        application.processEvents()
        times.append(taken + view.cost_ms)
    figure("redraw_of_6_layers_of_8_units_median_ms", percentile(times, 0.5), "ms", 6, "at most")
    view.close()


if __name__ == "__main__":
    main()
