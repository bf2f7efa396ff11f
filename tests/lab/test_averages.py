"""Losses that are typed, with means in them, against torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from lab.core.params import ParamError
from lab.maths.expressions.averages import read_average
from lab.maths.expressions.expression import parse_expression
from lab.maths.expressions.programs import in_torch

CORRELATION = "-mean((ŷ-mean(ŷ))(y-mean(y)))/sqrt(mean((ŷ-mean(ŷ))^2) mean((y-mean(y))^2))"
TEXTS = {
    "(yhat - y)^2": functional.mse_loss,
    "|ŷ − y|": functional.l1_loss,
    "(yhat-y)^2 + |mean(yhat)|": lambda a, b: functional.mse_loss(a, b) + a.mean().abs(),
    "mean((yhat - mean(yhat))^2)": lambda a, b: a.var(correction=0),
    CORRELATION: lambda a, b: -torch.corrcoef(torch.stack([a.flatten(), b.flatten()]))[0, 1],
    "max(ŷ, mean(mean(ŷ) y)) + mean(2) mean(y)": lambda a, b: (
        torch.maximum(a, (a.mean() * b).mean()).mean() + 2 * b.mean()
    ),
}


def arrays() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    a, b = torch.randn(2, 3, 4, 5, generator=generator, dtype=torch.float64)
    return a.requires_grad_(), b


@pytest.mark.parametrize("text", list(TEXTS))
def test_value_and_gradient_are_those_of_torch(text: str) -> None:
    outputs, targets = arrays()
    wanted = TEXTS[text](outputs, targets)
    wanted.backward()
    loss = read_average("loss", text, ("yhat", "y"))
    given = outputs.detach().numpy(), targets.numpy()
    assert loss.value(*given) == pytest.approx(wanted.item(), abs=1e-12)
    np.testing.assert_allclose(loss.gradient("yhat", *given), outputs.grad, atol=1e-12)


@pytest.mark.parametrize("text", list(TEXTS))
@pytest.mark.parametrize("by_example", [False, True])
def test_its_program_gives_the_same(text: str, by_example: bool) -> None:
    outputs, targets = arrays()
    loss = read_average("loss", text, ("yhat", "y"), by_example)

    def mean(values: torch.Tensor) -> torch.Tensor:
        return values.mean(tuple(range(1, values.ndim)), keepdim=True) if by_example else values.mean()

    names = {"torch": torch, "mean": mean, "yhat": outputs, "y": targets}
    wanted = eval(in_torch(loss.expression), names).mean()
    wanted.backward()
    given = outputs.detach().numpy(), targets.numpy()
    assert loss.value(*given) == pytest.approx(wanted.item(), abs=1e-12)
    np.testing.assert_allclose(loss.gradient("yhat", *given), outputs.grad, atol=1e-12)


def test_a_mean_by_example_is_not_one_of_all() -> None:
    outputs, targets = arrays()
    pairs = zip(outputs.detach().numpy(), targets.numpy(), strict=True)
    wanted = np.mean([-np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in pairs])
    loss = read_average("loss", CORRELATION, ("yhat", "y"), by_example=True)
    assert loss.value(outputs.detach().numpy(), targets.numpy()) == pytest.approx(wanted, abs=1e-12)


def test_elsewhere_there_are_no_means() -> None:
    with pytest.raises(ParamError, match="stands “mean”"):
        parse_expression("f", "mean(x)")
    with pytest.raises(ParamError, match="mean"):
        read_average("f", "median(y)", ("yhat", "y"))
    with pytest.raises(ParamError, match="only \\( after mean"):
        read_average("f", "mean y", ("yhat", "y"))
