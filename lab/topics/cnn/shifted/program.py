"""The programs of both networks: the same images, moved in the same way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lab.core.code import Code, defined
from lab.nets.program import network_lines
from lab.training.program import classifier_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.topics.cnn.shifted import ShiftedParams, Way

STANDARD = "train, test = ((images - 0.1307) / 0.3081 for images in (train, test))"


def program(params: ShiftedParams, data: DataStore, classes: int, way: Way) -> Code:
    """Return the program of a network, "code" of the convolutional one."""
    from lab.topics.cnn.shifted import SHAPE, TEST, TRAIN

    def line(part: str, stream: int) -> str:
        drawn = f"distances(len({part}), {params.shift}, {params.direction!r}, {[params.seed, stream]})"
        return f"{part} = torch.tensor(moved({part}[:, 0].numpy(), *{drawn}, {params.wraps})).unsqueeze(1)"

    made = classifier_program(
        params,
        data=(
            *params.reading_lines(data),
            "",
            "",
            *defined("lab.topics.cnn.shifted.moving", "moved", "distances"),
            f"train, train_labels = train[:{params.count}], train_labels[:{params.count}]",
            *((line("train", TRAIN),) if params.learned == "shifted" else ()),
            line("test", TEST),
            *((STANDARD,) if params.pixels == "standard" else ()),
        ),
        network=network_lines(params.blocks(way), SHAPE, classes),
        initialisation=params.initialisation,
        after=(f'print("{way}:", (outputs.argmax(1) == test_labels).double().mean().item())',),
        name=way,
    )
    return made if way == "convolutional" else replace(made, name=way)
