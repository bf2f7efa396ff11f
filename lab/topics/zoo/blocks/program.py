"""The programs of the networks: they print losses, accuracies, and how the gradients begin and end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lab.core.code import Code, defined
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.topics.zoo.blocks import BlocksParams

HALVED = "train, test = (functional.avg_pool2d(images, 2) for images in (train, test))"


def program(params: BlocksParams, data: DataStore, way: str) -> Code:
    """Return the program of a network, "code" of the residual one."""
    residual = way == "residual"
    identity = residual and params.identity
    names = ("Block", "Network", *(("begin_as_identity",) if identity else ()), "kernels", "gradient_sizes")
    options = f"residual={residual}, norm={params.batch_norm}, projected={params.shortcut == 'B'}"
    classes = len(params.images(data).classes)
    made = classifier_program(
        params,
        data=(
            *params.lines("symmetric", data),
            f"train, train_labels = scaled(train[:{params.count}]), train_labels[:{params.count}]",
            *((HALVED,) if params.halved else ()),
        ),
        network=(
            "",
            *defined("lab.topics.zoo.blocks.network", *names),
            f"network = Network({params.blocks_of(way)}, {params.channels}, {classes}, {options})",
        ),
        initialisation=params.initialisation,
        begun=("begin_as_identity(network)",) if identity else (),
        epoch_begins=("gradients = 0.0",),
        after_backward=(
            "sizes = gradient_sizes(kernels(network))",
            "begins, gradients = begins if step else sizes, gradients + sizes",
        ),
        after=(
            f'print("{way}:", (outputs.argmax(1) == test_labels).double().mean().item())',
            f'print("{way}_gradient_start:", (begins[0] / begins[-1]).item())',
            f'print("{way}_gradient_end:", (gradients[0] / gradients[-1]).item())',
        ),
        name=way,
    )
    return made if residual else replace(made, name=way)
