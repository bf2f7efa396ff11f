"""Which network, and which image: read, and as lines of a program that reads the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lab.core.events import Array, Layer
from lab.core.text import DataError, RunError
from lab.data.catalogue import known_dataset
from lab.data.finding import find_drawn
from lab.data.images.drawn import render
from lab.data.store import DataStore
from lab.nets.convolutional import plan
from lab.nets.program import network_lines
from lab.running.classifier import MODELS, KeptModel, load_model
from lab.running.runs import MODEL, Run
from lab.running.sessions import run_store
from lab.training.program import first_weights

if TYPE_CHECKING:
    from torch import Tensor, nn

    from lab.topics.cnn.by_layer.params import ByLayerParams

SHAPE = (1, 28, 28)
TRAINER = "cnn.mnist"
"""The experiment whose newest run can be looked into."""


@dataclass(frozen=True, eq=False)
class Given:
    """A network in double precision, layer by layer; its plan; and lines that make the same `network`."""

    layers: tuple[tuple[str, nn.Module], ...]
    plan: tuple[Layer, ...]
    model: KeptModel
    lines: tuple[str, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """What its outputs stand for."""
        return self.model.classes

    def tensor(self, pixels: Array) -> Tensor:
        """Return an image, uint8 (H, W), as the network takes it, (1, 1, H, W) in double precision."""
        from lab.nets.pixels import as_tensor, scaled

        return scaled(as_tensor(pixels[None]), self.model.params.pixels).double()


def network(params: ByLayerParams) -> Given:
    """Return the network that is asked for. Raises RunError."""
    if params.network == "drawn":
        return _read("small", None, params.seed)
    if params.network in ("small", "digits"):
        return _read(params.network, None, None)
    folder = params.model
    if params.network == "newest":
        found = (run.folder for run, info in run_store().newest() if info.experiment == TRAINER and run.begun)
        folder = str(next(found, ""))
        if not folder:
            raise RunError("There is no run of {experiment} yet. Start one there, or choose another network.",
                           experiment=TRAINER)  # fmt: skip
    kept = Run(Path(folder).expanduser())
    # While it goes on it has other weights each time.
    finished = (kept.folder / MODEL).exists()
    return _read(folder, None if finished or not kept.begun else kept.checkpoints()[-1], None)


@lru_cache(maxsize=4)
def _read(name: str, step: int | None, seed: int | None) -> Given:
    import torch

    from lab.nets.network import arrays, build
    from lab.running.classifier import Recogniser

    model = load_model(name)
    if seed is not None:
        drawn = build(model.params, SHAPE, len(model.classes), torch.Generator().manual_seed(seed))
        model = KeptModel(name, model.params, model.dataset, model.classes, arrays(drawn))
    network = Recogniser(model).network.double().requires_grad_(False)
    layers = [(each, module) for each, module in network.named_children() if not _does_nothing(module)]
    names = {each for each, _module in layers}
    planned = tuple(layer for layer in plan(model.params, SHAPE, len(model.classes)) if layer.name in names)
    probabilities = Layer("softmax", "softmax", planned[-1].shape_out, planned[-1].shape_out, 0, 0,
                          r"\frac{e^{z_i}}{\sum_j e^{z_j}}", "")  # fmt: skip
    return Given(
        (*layers, ("softmax", torch.nn.Softmax(1))),
        (*planned, probabilities),
        model,
        tuple(_network_lines(model, list(network.state_dict()), step, seed)),
    )


def _does_nothing(module: nn.Module) -> bool:
    from torch.nn.modules.dropout import _DropoutNd

    from lab.nets.network import Dropout

    return isinstance(module, Dropout | _DropoutNd)


def _network_lines(model: KeptModel, names: list[str], step: int | None, seed: int | None) -> Iterator[str]:
    lines = network_lines(model.params, SHAPE, len(model.classes))
    if any("Dropout(" in line for line in lines):
        yield from ("def Dropout(share, channels=False):", "    return nn.Identity()  # in use it does nothing", "", "")
    yield from lines
    if seed is not None:
        yield from first_weights(model.params.initialisation, seed)
    else:
        file = model.file if step is None else model.file.parent / "checkpoints" / f"{step}.safetensors"
        if file.is_relative_to(MODELS):
            file = Path("resources/models") / file.relative_to(MODELS)
        before = "" if step is None else "model."
        yield f"kept = load_file({json.dumps(file.as_posix(), ensure_ascii=False)})"
        yield f"names = {names}"
        yield f'values = [kept["{before}" + name] for name in names]'
        yield "network.load_state_dict(dict(zip(network.state_dict(), values)))"
    yield "network.double().eval()"


def image(params: ByLayerParams, given: Given, data: DataStore) -> Array:
    """Return the image, uint8 (28, 28). Raises DataError."""
    if params.image == "blank":
        return np.zeros(SHAPE[1:], np.uint8)
    if params.image == "drawing":
        found = find_drawn(render(params.drawing)[:, :, 0]).image
        return np.zeros(SHAPE[1:], np.uint8) if found is None else found
    images = given.model.test_images(data).images
    if images.shape[1:] != SHAPE[1:]:
        raise DataError("This page shows grey images of 28 × 28 pixels; those of {name} are {shape}.",
                        name=given.model.dataset, shape=" × ".join(map(str, images.shape[1:])))  # fmt: skip
    if params.number >= len(images):
        raise DataError("There is no test image {number}; there are {count}, counted from 0.",
                        number=params.number, count=len(images))  # fmt: skip
    picked: Array = images[params.number]
    return picked


def image_lines(params: ByLayerParams, given: Given, pixels: Array, data: DataStore) -> Iterator[str]:
    """Yield lines that make `image`, (1, 1, 28, 28) in double precision."""
    if params.image == "test":
        path = f"resources/datasets/{given.model.dataset}.npz"
        if not known_dataset(given.model.dataset).bundled:
            path = data.path(given.model.dataset).absolute().as_posix()
        yield f"with np.load({json.dumps(path, ensure_ascii=False)}) as data:"
        yield f'    pixels = data["test_images"][{params.number}]'
    elif not pixels.any():
        yield f"pixels = np.zeros({SHAPE[1:]}, np.uint8)"
    else:
        yield "pixels = np.array(["
        yield from (f"    {row}," for row in pixels.tolist())
        yield "], np.uint8)"
    yield "image = torch.tensor(pixels)[None, None].float().div(255)"
    if given.model.params.pixels == "standard":
        yield "image = (image - 0.1307) / 0.3081"
    yield "image = image.double().requires_grad_()"
