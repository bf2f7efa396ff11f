"""The program that trains, keeps the best epoch, saves, and loads into a second network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from lab.core.code import Code
from lab.core.text import message
from lab.nets.dense.classifier import network_lines
from lab.training.program import classifier_program, first_weights

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.topics.data.save import SaveParams

_WHOLE = "    return torch.cat([model(images) for images in test.split(500)])"


def program(params: SaveParams, data: DataStore, shape: tuple[int, ...], classes: int) -> Code:
    """Return the program; it prints the metrics of the page."""
    best = params.kept != "last"
    copied = "copy.deepcopy(network.state_dict())" if params.kept == "best" else "network.state_dict()"
    made = classifier_program(
        params,
        data=(
            "import copy",
            "import numpy as np",
            "from safetensors.torch import load, save",
            "",
            *params.reading_lines(data),
            f"places = np.random.default_rng({params.seed}).permutation(len(train))",
            f"cut = max(1, round({params.dev_share!r} * len(train)))",
            "dev, dev_labels = train[places[:cut]], train_labels[places[:cut]]",
            "train, train_labels = train[places[cut:]], train_labels[places[cut:]]",
        ),
        network=network_lines(params, shape, classes),
        initialisation=params.initialisation,
        begun=("best = -1.0",) if best else (),
        each_epoch=(
            "network.eval()",
            "with torch.no_grad():",
            "    value = (network(dev).argmax(1) == dev_labels).double().mean().item()",
            "if value > best:",
            f"    best, best_epoch, kept = value, epoch + 1, {copied}",
        )
        if best
        else (),
        finished=("network.load_state_dict(kept)",) if best else (),
        after=tuple(_after(params, shape, classes)),
    )
    note = message(
        "save and load are those of safetensors, in memory; save_file and load_file do the same with a file. It runs "
        "in the folder of Descent, where the data are."
    )
    return Code("code", made.lines, note)


def _after(params: SaveParams, shape: tuple[int, ...], classes: int) -> Iterator[str]:
    if params.kept == "best":
        yield 'print("best_epoch:", best_epoch)'
    yield ""
    # A network of the same kind, with first weights of its own.
    hidden = (params.hidden[0] + 1, *params.hidden[1:]) if params.second == "wider" else params.hidden
    lines = network_lines(replace(params, hidden=hidden), shape, classes)
    yield from (line.replace("network = ", "second = ") for line in lines)
    yield from list(first_weights(params.initialisation, params.seed + 1, "second"))[1:]
    if params.second == "wrapped":
        yield "second = nn.Sequential(second)"
    yield from ("", "", "@torch.no_grad()", "def outputs_of(model):", "    model.eval()", _WHOLE, "", "")
    yield "original, without = outputs_of(network), outputs_of(second)"
    yield "state = network.state_dict()"
    yield "try:"
    yield f"    second.load_state_dict(load(save(state)), strict={params.strict})"
    yield "except RuntimeError as refused:"
    yield "    why = str(refused)"
    for name, value in (("loaded", "outputs_of(second)"), ("not_loaded", "without")):
        yield f"found = {value}"
        yield f'print("{name}_difference:", (found - original).abs().max().item())'
        yield f'print("{name}_accuracy:", (found.argmax(1) == test_labels).double().mean().item())'
    yield 'print("entries:", len(state))'
    yield 'print("parameters:", sum(numbers.numel() for numbers in network.parameters()))'
    yield 'print("number_bytes:", sum(numbers.nbytes for numbers in state.values()))'
