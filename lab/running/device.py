"""The choice of the device, and how many cores torch may use."""

from __future__ import annotations

import os

from lab.core.params import ParamError


def choose(wanted: str) -> str:
    """Return "cpu" or "cuda:0" for "auto", "cpu" or "cuda". Raises ParamError when there is no such card."""
    if wanted == "cpu":
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda:0"
    if wanted == "cuda":
        raise ParamError(
            "device",
            "{field}: cuda is not possible on this computer, which has no CUDA graphics card; allowed is auto or cpu",
        )
    return "cpu"


def cores() -> int:
    """Return the number of cores this process may use; $OMP_NUM_THREADS, where it is set, limits it."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limit = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(count, int(limit)) if limit.isdigit() else count)


def use_threads(count: int) -> None:
    """Let torch use `count` threads; must be called in the thread that will compute.

    Sums are added in an order that depends on it: a run is exact again only with the same number.
    """
    import torch

    torch.set_num_threads(count)
