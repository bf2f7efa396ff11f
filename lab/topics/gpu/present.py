"""The devices of this computer, as torch knows them."""

from __future__ import annotations

import os
import platform

from lab.core.figures import Cell, Table
from lab.core.text import message
from lab.running.device import cores

SECOND = "meta"
"""What stands for a card where there is none: it has shapes and no numbers, and refuses what lies elsewhere."""
_GIB = 1 << 30


def present() -> Table:
    """Return what is there, a device a row; imports torch."""
    import torch

    count = os.cpu_count() or 1
    cpu = Cell(
        message("{count} cores, {kind}", count=count, kind=torch.backends.cpu.get_cpu_capability()),
        message("os.cpu_count(), torch.backends.cpu.get_cpu_capability(): the widest instructions that it has"),
    )
    threads = Cell(
        message("threads: {used} of {most}", used=torch.get_num_threads(), most=cores()),
        message("torch.get_num_threads(): a run in the window leaves the window a core"),
    )
    rows = [(Cell("cpu", platform.processor() or platform.machine()), cpu, _memory(), threads, _here())]
    for place in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        found = torch.cuda.get_device_properties(place)
        free, total = torch.cuda.mem_get_info(place)
        version = f"{found.major}.{found.minor}"
        rows.append(
            (
                Cell(f"cuda:{place}", f"torch.cuda.get_device_name({place})"),
                Cell(message("{name}, capability {version}", name=found.name, version=version),
                     message("which instructions it has: bfloat16 from 8.0 on")),
                Cell(f"{free / _GIB:.1f} / {total / _GIB:.1f} GiB", message("torch.cuda.mem_get_info: free, and all")),
                Cell(message("{count} multiprocessors", count=found.multi_processor_count),
                     message("each works on hundreds of threads at a time")),
                _here(),
            )
        )  # fmt: skip
    if len(rows) == 1:
        built = torch.version.cuda
        why = message("this torch was built without CUDA")
        if built:
            why = message("torch was built for CUDA {version}, but finds no driver of a card", version=built)
        rows.append((Cell("cuda:0", "torch.cuda.is_available()"), Cell(message("none"), why), Cell(None), Cell(None),
                     Cell(message("no"), why, "muted")))  # fmt: skip
    if torch.backends.mps.is_available():
        apple = message("the graphics processor of an Apple computer; Descent does not train on it")
        rows.append((Cell("mps", apple), Cell("Apple", apple), Cell(None), Cell(None), _here()))
    meta = message("a device of torch that has shapes and no numbers: it takes no memory, and computes nothing")
    rows.append((Cell("meta", meta), Cell(message("stands for a card"), meta), Cell("0"), Cell(None), _here()))
    columns = (message("device"), message("what it is"), message("memory"), message("at work"), message("there"))
    return Table("devices", columns, tuple(rows), message("torch {version}", version=torch.__version__))


def _here() -> Cell:
    return Cell(message("yes"), mark="good")


def _memory() -> Cell:
    """Return the memory of the computer, where the system says it."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return Cell(None, message("this system does not say"))
    return Cell(f"{free / _GIB:.1f} / {total / _GIB:.1f} GiB", message("free, and all"))
