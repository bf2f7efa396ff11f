"""The page as a program: it loads the same weights, climbs, changes images, and prints the metrics. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lab.core.code import Code, defined
from lab.core.quantities import code_of
from lab.core.text import message
from lab.nets.convolutional import plan
from lab.nets.program import network_lines
from lab.topics.cnn.maximise.words import CHUNK, MOST, STEP, WAYS, sizes

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.running.classifier import KeptModel
    from lab.topics.cnn.maximise.params import MaximiseParams

HERE = "lab.topics.cnn.maximise"


def program(params: MaximiseParams, model: KeptModel, weights: Path, data: DataStore) -> Code:
    """Return the program; of a picture file it says nothing."""
    note = message("It prints the metrics of the page. Run it in the folder of Descent, where network and data are.")
    return Code("code", code_of(tuple(_lines(params, model, weights, data))), note)


def _lines(params: MaximiseParams, model: KeptModel, weights: Path, data: DataStore) -> Iterator[str]:
    shape = (1, 28, 28)
    names = [layer.name for layer in plan(model.params, shape, len(model.classes))]
    made = network_lines(model.params, shape, len(model.classes))
    yield from ("from collections import OrderedDict", "", "import numpy as np", "import torch")
    yield from ("from safetensors.torch import load_file", "from torch import Generator, Tensor, nn")
    yield from ("from torch.nn import functional", "")
    yield f"with np.load({data.path(model.dataset).as_posix()!r}) as data:"
    yield '    tests = torch.tensor(data["test_images"]).unsqueeze(1).float().div_(255)'
    yield f"digits, number = tests[:{params.images}], {params.number} % len(tests)"
    yield "one = tests[number : number + 1]"
    yield ""
    if any("Dropout(" in line and "nn.Dropout" not in line for line in made):
        yield from defined("lab.nets.network", "Dropout")
    yield from made
    yield f"names = {names!r}"
    yield "network = nn.Sequential(OrderedDict(zip(names, network, strict=True)))"
    yield f"weights = load_file({weights.as_posix()!r})"
    yield "network.load_state_dict({name: weights[name] for name in network.state_dict()})"
    if model.params.pixels != "unit":
        numbers = {"standard": "0.1307, 0.3081", "symmetric": "0.5, 0.5"}[model.params.pixels]
        yield from defined(f"{HERE}.seeing", "Scaled")
        yield f'network = nn.Sequential(OrderedDict([("pixels", Scaled({numbers})), *network.named_children()]))'
    yield "network = network.eval().to(memory_format=torch.channels_last).requires_grad_(False)"
    yield from ("", "", *defined(f"{HERE}.climbing", "activations", "blurred", "climbed"))
    yield from defined(f"{HERE}.nudging", "uphill", "path_of", "nudged", "tossed", "kept")
    yield f"layer, middle = {params.layer!r}, {params.of == 'middle'!r}"
    yield f"units = torch.arange({params.unit}, {params.unit + params.count_of(model)})"
    yield f"random = Generator().manual_seed({params.seed})"
    yield "images = 0.2 * torch.rand(len(units), 1, 28, 28, generator=random)"
    yield 'print("start:", activations(network, layer, middle, images)[0, units[0]].item())'
    yield f"for step in range({params.steps}):"
    yield (
        f"    images = climbed(network, layer, middle, units, images, {params.rate!r}, {params.jitter}, "
        f"{params.blur!r}, {params.decay!r}, random)"
    )
    yield 'print("activation:", activations(network, layer, middle, images)[0, units[0]].item())'
    yield 'print("test_activation:", activations(network, layer, middle, digits)[:, units[0]].max().item())'
    yield ""
    yield f"sizes = {sizes()!r}"
    yield f"coins = Generator().manual_seed({params.seed + 1})"
    yield (
        f"stay = torch.cat([kept(network, part, [*sizes, {params.epsilon!r}], {STEP}, coins) "
        f"for part in digits.split({CHUNK})], 2)"
    )
    yield "shares = stay.double().mean(2)"
    yield f"for way, row in zip({[*WAYS]!r}, shares.tolist()):"
    yield '    print(f"kept_{way}:", row[-1])'
    yield "    for size, share in zip(sizes, row):"
    yield "        if share <= 0.5:"
    yield '            print(f"half_{way}:", size)'
    yield "            break"
    if not params.path:
        yield "answers = network(one)"
        yield 'print("probability:", answers.softmax(1).max().item())'
        yield f"way, signs = path_of(network, one, answers.argmax(1), {round(MOST / STEP)}, {STEP})"
        yield f"noise = tossed(1, Generator().manual_seed({params.seed + 2}))"
        yield f"changed = torch.cat([nudged(way, signs, noise, {STEP}, size)[:, 0] for size in sizes])"
        yield "others = network(changed).argmax(1).reshape(-1, 3).T != answers.argmax(1)"
        yield f"for way, row in zip({[*WAYS]!r}, others):"
        yield "    if row.any():"
        yield '        print(f"change_{way}:", sizes[row.int().argmax().item()])'
