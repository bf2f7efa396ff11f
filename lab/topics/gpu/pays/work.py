"""The work itself, on a device; and the clocks around it. Imports torch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

from lab.topics.gpu.pays.params import CLASSES, PaysParams, Way
from lab.training.random import seeded

Do = Callable[[], Tensor]
SHORTEST = 0.0005
"""Seconds: shorter calls are timed several together."""
SIDE = 28


def network(work: str, n: int) -> nn.Module:
    """Return what is trained: three linear layers, or two convolutions and a linear one."""
    if work == "convolution":
        return nn.Sequential(
            nn.Conv2d(1, n, 3, padding=1), nn.ReLU(), nn.Conv2d(n, n, 3, padding=1), nn.ReLU(),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(n, CLASSES),
        )  # fmt: skip
    return nn.Sequential(nn.Linear(n, n), nn.ReLU(), nn.Linear(n, n), nn.ReLU(), nn.Linear(n, CLASSES))


def made(params: PaysParams, size: int, way: Way, device: str, exact: bool = False) -> Do:
    """Return the work as a call; `exact`: in double precision."""
    n, batch = params.shape(size)
    kind = torch.float64 if exact else torch.float32
    generator = torch.Generator().manual_seed(0)
    mixed = _mixed(device, way)
    if params.work == "product":
        left, right = (torch.randn(n, n, generator=generator).to(kind) for _ in range(2))
        return _product(left, right, device, params.inputs, params.results, mixed)
    shape = (batch, 1, SIDE, SIDE) if params.work == "convolution" else (batch, n)
    images, labels = torch.randn(shape, generator=generator).to(kind), torch.arange(batch) % CLASSES
    with seeded(0):
        model = network(params.work, n).to(kind)
    model.to(device)
    if way.layout == "channels_last":
        model.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    if params.work == "network":
        return _forward(model, images, device, params.inputs, params.results, mixed)
    return _step(model, images, labels, device, params.inputs, params.results, mixed)


def _mixed(device: str, way: Way) -> Callable[[], AbstractContextManager[object]]:
    if way.precision != "bfloat16":
        return nullcontext
    return lambda: torch.autocast(torch.device(device).type, dtype=torch.bfloat16)


Mixed = Callable[[], AbstractContextManager[object]]


def _product(left: Tensor, right: Tensor, device: str, inputs: bool, results: bool, mixed: Mixed) -> Do:
    here = [tensor if inputs else tensor.to(device) for tensor in (left, right)]

    def do() -> Tensor:
        with torch.no_grad(), mixed():
            first, second = (tensor.to(device) for tensor in here)
            found = first @ second
            return found.cpu() if results else found

    return do


def _forward(model: nn.Module, images: Tensor, device: str, inputs: bool, results: bool, mixed: Mixed) -> Do:
    here = images if inputs else images.to(device)

    def do() -> Tensor:
        with torch.no_grad(), mixed():
            found: Tensor = model(here.to(device))
            return found.cpu() if results else found

    return do


def _step(
    model: nn.Module, images: Tensor, labels: Tensor, device: str, inputs: bool, results: bool, mixed: Mixed
) -> Do:
    here = (images, labels) if inputs else (images.to(device), labels.to(device))
    optimiser = torch.optim.SGD(model.parameters(), 0.01)

    def do() -> Tensor:
        x, y = (tensor.to(device) for tensor in here)
        optimiser.zero_grad()
        with mixed():
            found: Tensor = model(x)
            loss = nn.functional.cross_entropy(found, y)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if results:
            # As the course counts: all of it, each batch.
            found, y = found.detach().cpu(), y.cpu()
            loss.item()
        return found.detach()

    return do


def wait(device: str) -> None:
    """Wait until a card has done all that it was given."""
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)


def timed(do: Do, device: str, calls: int = 1, synchronise: bool = True) -> tuple[float, float]:
    """Return wall clock and process time of a call in ms, the mean of `calls`."""
    wait(device)
    wall, process = time.perf_counter(), time.process_time()
    for _ in range(calls):
        do()
    if synchronise:
        wait(device)
    wall, process = time.perf_counter() - wall, time.process_time() - process
    return 1000 * wall / calls, 1000 * process / calls


def calls_for(ms: float) -> int:
    """Return how many calls are timed together where one takes so long."""
    return max(1, min(200, math.ceil(1000 * SHORTEST / max(ms, 1e-6))))


def apart(params: PaysParams, size: int, way: Way, device: str) -> float:
    """Return how far the results of a way lie from double precision: the largest difference as a share of the largest
    number.
    """
    ours = made(params, size, way, device)().cpu().double()
    exact = made(params, size, Way("exact", 1), "cpu", exact=True)()
    return float((ours - exact).abs().max() / exact.abs().max())
