"""Activations and losses of ensembles, with their gradients, on tensors (M, units, N): `lab.nets.dense` in torch."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from lab.nets.registry.activations import LEAK
from lab.nets.registry.losses import LEAST_SPREAD, LOWEST_LOG


def value(name: str, sums: Tensor) -> Tensor:
    """Return the activations of sums; those of ReLU take their place, as only their signs are asked for later."""
    match name:
        case "identity":
            return sums
        case "relu":
            return sums.relu_()
        case "leaky_relu":
            return functional.leaky_relu(sums, LEAK)
        case "relu6":
            return functional.relu6(sums)
        case "sigmoid":
            return sums.sigmoid()
        case "tanh":
            return sums.tanh()
        case "softplus":
            # torch's own is linear above 20; so are these to rounding.
            return functional.softplus(sums, threshold=50)
        case "gelu":
            return functional.gelu(sums)
        case "silu":
            return functional.silu(sums)
        case "softmax":
            return sums.softmax(1)
        case _:
            raise ValueError(name)


def through(name: str, sums: Tensor, values: Tensor | None, gradient: Tensor) -> Tensor:
    """Return the gradient by the sums, from that by the activations `values` (None where dropout has changed them)."""
    match name:
        case "identity":
            return gradient
        case "relu":
            # As autograd does it, without a mask between; in place.
            torch.ops.aten.threshold_backward.grad_input(gradient, sums, 0, grad_input=gradient)
            return gradient
        case "leaky_relu":
            return torch.where(sums > 0, gradient, LEAK * gradient)
        case "relu6":
            return gradient * ((sums > 0) & (sums < 6))
        case "sigmoid":
            share = sums.sigmoid() if values is None else values
            return (1 - share).mul_(share).mul_(gradient)
        case "tanh":
            share = sums.tanh() if values is None else values
            return gradient * (1 - share * share)
        case "softplus":
            return gradient * sums.sigmoid()
        case "gelu":
            density = torch.exp(-0.5 * sums * sums) / math.sqrt(2 * math.pi)
            below: Tensor = torch.special.ndtr(sums)
            return gradient * (below + sums * density)
        case "silu":
            share = sums.sigmoid()
            return gradient * share * (1 + sums * (1 - share))
        case "softmax":
            shares = sums.softmax(1)
            return shares * (gradient - (gradient * shares).sum(1, keepdim=True))
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
            yes, no = outputs.log().clamp_min_(LOWEST_LOG), outputs.neg().log1p_().clamp_min_(LOWEST_LOG)
            return -torch.lerp(no, yes, targets).mean((1, 2))
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
            spread = (1 - outputs).mul_(outputs).clamp_min_(LEAST_SPREAD)
            return (outputs - targets).div_(spread).mul_(share)
        case "bce_logits":
            return outputs.sigmoid().sub_(targets).mul_(share)
        case "cross_entropy":
            return outputs.softmax(1).sub_(targets).div_(outputs.shape[2])
        case _:
            raise ValueError(name)
