"""Optimisers over arrays, against torch.optim."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lab.nets.registry.optimisers import IN_NUMPY, numpy_optimiser

OF_TORCH = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.02),
    "momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.02, momentum=0.7),
    "rmsprop": lambda parameters: torch.optim.RMSprop(parameters, lr=0.02),
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=0.02),
}


@pytest.mark.parametrize("name", IN_NUMPY)
def test_forty_steps_are_torchs(name: str) -> None:
    start = np.random.default_rng(0).normal(size=(2, 5))
    theirs = torch.tensor(start, requires_grad=True)
    rule = OF_TORCH[name]([theirs])
    ours, own = start.copy(), numpy_optimiser(name, 0.02, 0.7)
    for step in range(40):
        rule.zero_grad()
        (theirs.cos() + theirs**2 / 3).sum().backward()
        rule.step()
        ours = ours + own(step, -np.sin(ours) + 2 * ours / 3)
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", IN_NUMPY)
def test_points_that_are_kept_go_on_as_if_alone(name: str) -> None:
    gradients = np.random.default_rng(1).normal(size=(6, 2, 5))
    chosen = np.array([True, False, True, True, False])
    together, alone = numpy_optimiser(name, 0.1), numpy_optimiser(name, 0.1)
    for step in range(3):
        together(step, gradients[step])
        alone(step, gradients[step][:, chosen])
    together.keep(chosen)
    for step in range(3, 6):
        np.testing.assert_array_equal(
            together(step, gradients[step][:, chosen]), alone(step, gradients[step][:, chosen])
        )
