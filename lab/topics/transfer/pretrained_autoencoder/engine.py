"""An autoencoder, and then three classifiers, of which two begin with its encoder. Needs torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from lab.data.base import ImageDataset
from lab.nets.convolutional import BlocksParams
from lab.nets.network import build
from lab.nets.pixels import as_tensor, mirrored, scaled
from lab.topics.transfer.pretrained_autoencoder.params import LEAST, TURNED, WAYS, PretrainedParams
from lab.training.groups import Group
from lab.training.phases import Phases
from lab.training.sources import InMemory
from lab.training.task import CLASSIFY, reconstruct
from lab.training.trainer import Setup, Trainer
from lab.training.transferred import take

ENCODER = "conv*"
"""The parameters that are copied, and that do not learn where the encoder is frozen."""


class Pretraining(Phases):
    """What the encoder has learned goes to all classifiers but the naive one."""

    def __init__(self, source: Trainer, others: Mapping[str, Trainer], untrained: nn.Module | None) -> None:
        """Take the encoder of `untrained` instead, where there is one."""
        self._untrained = untrained
        super().__init__("autoencoder", source, others, self._copy)

    def _copy(self, source: Trainer, others: Mapping[str, Trainer]) -> None:
        for way in others.keys() - {"naive"}:
            take(source.model if self._untrained is None else self._untrained, others[way].model, [ENCODER])


def coder_setup(params: PretrainedParams, dataset: ImageDataset) -> Setup:
    """Return the autoencoder and the images that it gives back."""
    inputs = [scaled(as_tensor(part.images), params.pixels) for part in (dataset.train, dataset.test)]
    train, test = inputs[0][: params.unlabelled], inputs[1]
    sources = {"train": InMemory(train, train), "test": InMemory(test, test)}
    return Setup(drawn(params.coder, params), reconstruct(), sources, pictures=dataset.test.images)


def classifier_setup(params: PretrainedParams, dataset: ImageDataset) -> Setup:
    """Return a classifier, and the images whose labels are known."""
    chosen = params.chosen_labels(len(dataset.train))
    times = -(-LEAST // len(chosen))
    train = scaled(as_tensor(dataset.train.images[chosen]), params.pixels).repeat(times, 1, 1, 1)
    test = scaled(as_tensor(dataset.test.images), params.pixels)
    if params.mirrored == "everything":
        test = mirrored(test, 0.5, torch.Generator().manual_seed(params.seed + TURNED))
    sources = {
        "train": InMemory(train, torch.tensor(dataset.train.labels[chosen]).repeat(times)),
        "test": InMemory(test, torch.tensor(dataset.test.labels)),
    }
    change = None if params.mirrored == "never" else lambda images, noise: mirrored(images, 0.5, noise)
    return Setup(
        drawn(params.classifier, params), CLASSIFY, sources, dataset.classes, dataset.test.images, change=change
    )


def drawn(network: BlocksParams, params: PretrainedParams) -> nn.Module:
    """Return a network with its first weights."""
    return build(network, params.shape, None, torch.Generator().manual_seed(params.seed))


def engine_of(
    params: PretrainedParams, dataset: ImageDataset, device: str, source: Trainer | None = None
) -> Pretraining:
    """Return all trainings; with a `source` that has learned already, only the classifiers are still to come."""
    if source is None:
        source = Trainer(coder_setup(params, dataset), params.replace(epochs=params.pretrain_epochs), device)
    first = classifier_setup(params, dataset)
    others = {}
    for way in WAYS:
        groups = (Group(ENCODER, frozen=True),) if way == "frozen" else ()
        setup = replace(first, model=drawn(params.classifier, params), groups=groups)
        others[way] = Trainer(setup, params, device)
    return Pretraining(source, others, drawn(params.coder, params) if params.taken == "untrained" else None)


def maps(trainer: Trainer, image: Tensor, convolutions: int) -> list[tuple[Tensor, Tensor]]:
    """Return of each convolution what it makes of an image (1, C, H, W) behind its leaky ReLU (C', h, w), and what
    comes of its weights alone: without stride, padding and bias, behind a ReLU.
    """
    trainer.model.eval()
    layers, found = list(trainer.model.children()), []
    with torch.inference_mode():
        for place in range(convolutions):
            conv, activation = layers[2 * place : 2 * place + 2]
            assert isinstance(conv, nn.Conv2d)
            bare = functional.conv2d(image, conv.weight).relu()
            image = activation(conv(image))
            found.append((image[0], bare[0]))
    return found
