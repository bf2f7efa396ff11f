"""Whether memory stays flat over twenty runs in one window."""

from __future__ import annotations

import gc
import statistics
from pathlib import Path

from app.pages.page import Page
from tests.bench.figures import figure
from tests.bench.windows import open_window, until, wait

WARM_UP, RUNS = 5, 20


def resident_mb() -> float:
    """Return the memory of this process, in MB."""
    gc.collect()
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell its memory")


def main() -> None:
    """Run the experiment again and again for an epoch each."""
    window = open_window("cnn.mnist")
    page = window.page("cnn.mnist")
    assert isinstance(page, Page)
    page.form.set_texts({"epochs": "1", "batch_size": "128"})
    sizes = []
    for _ in range(WARM_UP + RUNS):
        page.press("run")
        until(lambda: page.runner.busy)
        until(lambda: not page.runner.busy)
        wait(200)
        sizes.append(resident_mb())
    window.close()
    first, last = statistics.median(sizes[WARM_UP - 2 : WARM_UP + 3]), statistics.median(sizes[-5:])
    figure("memory_growth_20_runs", 100 * (last - first) / first, "%", 3, "at most")


if __name__ == "__main__":
    main()
