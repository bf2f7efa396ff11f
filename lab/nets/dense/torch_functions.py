"""Activations and losses of ensembles, with their gradients, on tensors (M, units, N): `lab.nets.dense` in torch.

What is done at each step of a training is returned as calls without arguments: the tensors stay the same, and each
call names all that it reads and writes, so that the calls can be recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor

from lab.nets.registry.activations import LEAK
from lab.nets.registry.losses import LOWEST_LOG

Calls = list[partial[Any]]
BY_SUMS = frozenset({"softplus", "gelu", "silu"})
"""Activations whose gradient is asked for by the sums; those of all others can take the place of the sums."""
_LINEAR = 50
"""Above which softplus is z itself, to rounding; torch's own is from 20 on."""
_ATEN = torch.ops.aten


def value(name: str, sums: Tensor, out: Tensor) -> Calls:
    """Return what puts the activations of sums into `out`: the sums themselves, unless `BY_SUMS` has the name."""
    match name:
        case "identity":
            return []
        case "relu":
            return [partial(torch.clamp_min, sums, 0, out=out)]
        case "leaky_relu":
            return [partial(_ATEN.leaky_relu.out, sums, LEAK, out=out)]
        case "relu6":
            return [partial(torch.clamp, sums, 0, 6, out=out)]
        case "elu":
            return [partial(_ATEN.elu.out, sums, 1, 1, 1, out=out)]
        case "sigmoid":
            return [partial(torch.sigmoid, sums, out=out)]
        case "tanh":
            return [partial(torch.tanh, sums, out=out)]
        case "softplus":
            return [partial(_ATEN.softplus.out, sums, 1, _LINEAR, out=out)]
        case "gelu":
            return [partial(_ATEN.gelu.out, sums, out=out)]
        case "silu":
            return [partial(_ATEN.silu.out, sums, out=out)]
        case "softmax":
            return [partial(_softmax, sums, out)]
        case _:
            raise ValueError(name)


def through(name: str, kept: Tensor, gradient: Tensor) -> Calls:
    """Return what puts the gradient by the sums in the place of what was kept of them, from that by the activations.

    What is `kept` are the sums of `BY_SUMS`, else the activations. The gradient broadcasts, but for softmax, which
    alone mixes units. All others are as autograd does them, in one pass.
    """
    match name:
        case "identity":
            return [partial(Tensor.copy_, kept, gradient)]
        case "relu":
            return [partial(_ATEN.threshold_backward.grad_input, gradient, kept, 0, grad_input=kept)]
        case "leaky_relu":
            return [partial(_ATEN.leaky_relu_backward.grad_input, gradient, kept, LEAK, True, grad_input=kept)]
        case "relu6":
            return [partial(_ATEN.hardtanh_backward.grad_input, gradient, kept, 0, 6, grad_input=kept)]
        case "elu":
            return [partial(_ATEN.elu_backward.grad_input, gradient, 1, 1, 1, True, kept, grad_input=kept)]
        case "sigmoid":
            return [partial(_ATEN.sigmoid_backward.grad_input, gradient, kept, grad_input=kept)]
        case "tanh":
            return [partial(_ATEN.tanh_backward.grad_input, gradient, kept, grad_input=kept)]
        case "softplus":
            return [partial(_ATEN.softplus_backward.grad_input, gradient, kept, 1, _LINEAR, grad_input=kept)]
        case "gelu":
            return [partial(_ATEN.gelu_backward.grad_input, gradient, kept, grad_input=kept)]
        case "silu":
            return [partial(_ATEN.silu_backward.grad_input, gradient, kept, grad_input=kept)]
        case "softmax":
            return [partial(_through_softmax, kept, gradient)]
        case _:
            raise ValueError(name)


def loss(name: str, outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean loss (M,) of outputs (M, K, N); for cross-entropy `targets` are one-hot."""
    match name:
        case "mse":
            return (outputs - targets).square_().mean((1, 2))
        case "mae":
            return (outputs - targets).abs_().mean((1, 2))
        case "bce":
            # torch's own has one logarithm after the other, and takes twice as long.
            yes, no = outputs.log().clamp_min_(LOWEST_LOG), outputs.neg().log1p_().clamp_min_(LOWEST_LOG)
            return torch.lerp(no, yes, targets).mean((1, 2)).neg_()
        case "bce_logits":
            each = outputs.clamp_min(0) - outputs * targets + torch.log1p(torch.exp(-outputs.abs()))
            return each.mean((1, 2))
        case "cross_entropy":
            return -(outputs.log_softmax(1) * targets).sum((1, 2)) / outputs.shape[2]
        case _:
            raise ValueError(name)


def loss_gradient(name: str, outputs: Tensor, targets: Tensor, out: Tensor) -> Calls:
    """Return what puts the gradient of the mean loss by the outputs (M, K, N) into `out`."""
    share = 1 / (outputs.shape[1] * outputs.shape[2])
    match name:
        case "mse":
            return [partial(torch.sub, outputs, targets, out=out), partial(Tensor.mul_, out, 2 * share)]
        case "mae":
            return [
                partial(torch.sub, outputs, targets, out=out),
                partial(Tensor.sign_, out),
                partial(Tensor.mul_, out, share),
            ]
        case "bce":
            whole = outputs.new_full((), share)
            return [
                partial(
                    _ATEN.binary_cross_entropy_backward.grad_input, whole, outputs, targets, None, 0, grad_input=out
                )
            ]
        case "bce_logits":
            return [
                partial(torch.sigmoid, outputs, out=out),
                partial(Tensor.sub_, out, targets),
                partial(Tensor.mul_, out, share),
            ]
        case "cross_entropy":
            return [
                partial(torch.softmax, outputs, 1, out=out), partial(Tensor.sub_, out, targets),
                partial(Tensor.div_, out, outputs.shape[2]),
            ]  # fmt: skip
        case _:
            raise ValueError(name)


def tensors(calls: Calls) -> Iterator[Tensor]:
    """Yield every tensor that calls read or write, as often as they do."""
    for call in calls:
        for value in (*call.args, *call.keywords.values()):
            if isinstance(value, Tensor):
                yield value


def _softmax(sums: Tensor, out: Tensor) -> None:
    out.copy_(sums.softmax(1))


def _through_softmax(kept: Tensor, gradient: Tensor) -> None:
    kept.mul_(gradient - (gradient * kept).sum(1, keepdim=True))
