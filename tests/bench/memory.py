"""What the window takes after launch, and whether that stays flat over twenty runs."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
from pathlib import Path

from app.pages.page import Page
from tests.bench.figures import figure
from tests.bench.windows import open_window, until, wait

WARM_UP, RUNS = 5, 20
TORCH = "import torch; print([line for line in open('/proc/self/status') if line.startswith('VmRSS')][0].split()[1])"


def resident_mb() -> float:
    """Return the memory of this process, in MB."""
    gc.collect()
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell its memory")


def after_launch() -> None:
    """Tell what the window takes on Home with torch loaded, and what torch takes by itself.

    The libraries of its CUDA build take 290 MB wherever they are loaded, so the budget is for the build without.
    """
    window = open_window("home")
    window.warm_up()
    until(lambda: "torch" in sys.modules)
    wait(5000)
    torch = int(subprocess.run([sys.executable, "-c", TORCH], capture_output=True, check=True).stdout) / 1024
    whole = resident_mb()
    window.close()
    figure("memory_after_launch_mb", whole, "MB", 450, "at most")
    figure("memory_of_torch_alone_mb", torch, "MB", None)
    figure("memory_of_ours_mb", whole - torch, "MB", 200, "at most")


def main() -> None:
    """Open the window; then run an experiment again and again for an epoch each."""
    after_launch()
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
