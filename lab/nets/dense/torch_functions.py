"""Activations and losses of ensembles, with their gradients, on tensors (M, units, N): `lab.nets.dense` in torch."""

from __future__ import annotations

import torch
from torch import Tensor

from lab.nets.dense.activations import LEAK
from lab.nets.dense.losses import LOWEST_LOG


_LINEAR = 50
"""Above which softplus is z itself."""
BY_SUMS = frozenset({"softplus", "gelu", "silu"})
"""Activations whose gradient is asked for by the sums; those of all others can take the place of the sums."""
_ATEN = torch.ops.aten


def value(name: str, sums: Tensor, out: Tensor) -> None:
    """Put the activations of sums into `out`, which may be the sums themselves, unless `BY_SUMS` has the name."""
    match name:
        case "identity":
            if out is not sums:
                out.copy_(sums)
        case "relu":
            torch.clamp_min(sums, 0, out=out)
        case "leaky_relu":
            _ATEN.leaky_relu.out(sums, LEAK, out=out)
        case "relu6":
            torch.clamp(sums, 0, 6, out=out)
        case "sigmoid":
            torch.sigmoid(sums, out=out)
        case "tanh":
            torch.tanh(sums, out=out)
        case "softplus":
            # torch's own is linear above 20; so are these to rounding.
            _ATEN.softplus.out(sums, 1, _LINEAR, out=out)
        case "gelu":
            _ATEN.gelu.out(sums, out=out)
        case "silu":
            _ATEN.silu.out(sums, out=out)
        case "softmax":
            out.copy_(sums.softmax(1))
        case _:
            raise ValueError(name)


def through(name: str, kept: Tensor, gradient: Tensor) -> None:
    """Put the gradient by the sums in the place of what was kept of them, from that by the activations.

    What is `kept` are the sums of `BY_SUMS`, else the activations. The gradient broadcasts, but for softmax, which alone
    mixes units. All is as autograd does it, in one pass.
    """
    match name:
        case "identity":
            kept.copy_(gradient)
        case "relu":
            _ATEN.threshold_backward.grad_input(gradient, kept, 0, grad_input=kept)
        case "leaky_relu":
            _ATEN.leaky_relu_backward.grad_input(gradient, kept, LEAK, True, grad_input=kept)
        case "relu6":
            _ATEN.hardtanh_backward.grad_input(gradient, kept, 0, 6, grad_input=kept)
        case "sigmoid":
            _ATEN.sigmoid_backward.grad_input(gradient, kept, grad_input=kept)
        case "tanh":
            _ATEN.tanh_backward.grad_input(gradient, kept, grad_input=kept)
        case "softplus":
            _ATEN.softplus_backward.grad_input(gradient, kept, 1, _LINEAR, grad_input=kept)
        case "gelu":
            _ATEN.gelu_backward.grad_input(gradient, kept, grad_input=kept)
        case "silu":
            _ATEN.silu_backward.grad_input(gradient, kept, grad_input=kept)
        case "softmax":
            kept.mul_(gradient - (gradient * kept).sum(1, keepdim=True))
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
            # torch's own has one logarithm after the other: twice the time.
            yes, no = outputs.log().clamp_min_(LOWEST_LOG), outputs.neg().log1p_().clamp_min_(LOWEST_LOG)
            return torch.lerp(no, yes, targets).mean((1, 2)).neg_()
        case "bce_logits":
            each = outputs.clamp_min(0) - outputs * targets + torch.log1p(torch.exp(-outputs.abs()))
            return each.mean((1, 2))
        case "cross_entropy":
            return -(outputs.log_softmax(1) * targets).sum((1, 2)) / outputs.shape[2]
        case _:
            raise ValueError(name)


def loss_gradient(name: str, outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the gradient of the mean loss by the outputs (M, K, N)."""
    share = 1 / (outputs.shape[1] * outputs.shape[2])
    match name:
        case "mse":
            return (outputs - targets).mul_(2 * share)
        case "mae":
            return (outputs - targets).sign_().mul_(share)
        case "bce":
            found: Tensor = _ATEN.binary_cross_entropy_backward(outputs.new_full((), share), outputs, targets, None, 0)
            return found
        case "bce_logits":
            return outputs.sigmoid().sub_(targets).mul_(share)
        case "cross_entropy":
            return outputs.softmax(1).sub_(targets).div_(outputs.shape[2])
        case _:
            raise ValueError(name)
