"""How fast descents from many starts are, and the Game of Life in the window."""

from __future__ import annotations

import time

import numpy as np

from app.pages.page import Page
from lab.maths.descent import descend, fixed, plain
from lab.maths.functions import LINE, line_function
from lab.nets.registry.optimisers import IN_NUMPY, numpy_optimiser
from lab.topics.gradient_descent.plane import PlaneParams
from lab.topics.gradient_descent.plane.basins import Basins
from tests.bench.figures import figure
from tests.bench.windows import open_window, until, wait


def line_seconds() -> float:
    """Return the seconds of 1,000 descents of 1,000 steps each, of the slowest function."""
    slowest = 0.0
    for _, written, low, high in LINE.values():
        function = line_function(written, low, high)
        starts = np.random.default_rng(0).uniform(low, high, 1000)
        began = time.perf_counter()
        descend(function.slope, starts, plain(fixed(0.01)), 1000, function.reach(starts))
        slowest = max(slowest, time.perf_counter() - began)
    return slowest


def basins_seconds(name: str) -> float:
    """Return the seconds of the map of basins of peaks, 400 × 400 starts, 1,000 steps, by one optimiser."""
    shown = PlaneParams().surface()
    basins = Basins(shown.partials, shown.curvatures, numpy_optimiser(name, 0.01), shown.x_range, shown.y_range, 400)
    began = time.perf_counter()
    for _ in range(1000):
        basins.step()
    return time.perf_counter() - began


def life_generations_per_second() -> float:
    """Return the generations a second of a world of 512 × 512 cells while it is watched in the window."""
    window = open_window("maths.life")
    page = window.page("maths.life")
    assert isinstance(page, Page)
    page.runner.set_speed(None)
    page.form.set_texts({"pattern": "random", "size": "512", "generations": "1000000"})
    page.press("run")
    until(lambda: page.runner.speed.progress is not None and page.runner.speed.progress.step > 100)
    wait(5000)
    rate = page.runner.speed.steps_per_second
    window.close()
    return rate or 0.0


def main() -> None:
    """Print every figure."""
    figure("line_1000_starts_1000_steps_s", line_seconds(), "s", 0.3, "at most")
    for name in IN_NUMPY:
        figure(f"basins_400_{name}_s", basins_seconds(name), "s", 5, "at most")
    figure("life_512_generations_per_second", life_generations_per_second(), "1/s", 60)


if __name__ == "__main__":
    main()
