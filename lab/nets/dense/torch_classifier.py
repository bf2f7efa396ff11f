"""The torch network of a dense classifier."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from lab.nets.dense.classifier import DenseClassifierParams, layers
from lab.nets.network import Dropout, initialise
from lab.nets.registry.activations import ACTIVATIONS


def build_dense(
    params: DenseClassifierParams, shape: tuple[int, ...], classes: int, generator: torch.Generator
) -> nn.Sequential:
    """Build the network for images of `shape` (C, H, W); its modules have the names of its layers, and its weights
    are drawn from `generator` by the rule of `params`.
    """
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    for layer in layers(params, shape, classes):
        match layer.kind:
            case "flatten":
                modules[layer.name] = nn.Flatten()
            case "linear":
                modules[layer.name] = nn.Linear(layer.shape_in[0], layer.shape_out[0])
            case "batch_norm":
                modules[layer.name] = nn.BatchNorm1d(layer.shape_in[0])
            case "dropout":
                modules[layer.name] = Dropout(params.dropout)
            case activation:
                modules[layer.name] = ACTIVATIONS[activation].in_torch()
    network = nn.Sequential(modules)
    initialise(network, params.initialisation, generator)
    return network
