"""The networks for letters that come along, from which others go on to learn, and the lines that read them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from lab.core.events import Layer, LayerTree, TreeLayer
from lab.core.params import choice, integer, redeclared
from lab.data.params import AnyImageDataParams
from lab.nets.convolutional import plan
from lab.nets.program import network_lines
from lab.running.classifier import KeptModel, load_model
from lab.training.metaparameters import TrainingParams

if TYPE_CHECKING:
    from torch import nn

    from lab.data.base import ImageDataset
    from lab.data.store import DataStore
    from lab.training.sources import Source

SHAPE = (1, 28, 28)
LAST = "output"
"""The name of the last layer."""
KINDS = {
    "conv": "Conv2d", "batch_norm": "BatchNorm2d", "pool": "MaxPool2d", "linear": "Linear", "leaky_relu": "LeakyReLU",
    "relu": "ReLU", "flatten": "Flatten", "dropout": "Dropout",
}  # fmt: skip
"""What torch calls the layers of these networks."""


@dataclass(frozen=True, kw_only=True)
class GivenParams(TrainingParams):
    """Which network is given, how many images are learned from, and how."""

    source: str = choice(
        "course",
        {
            "course": "The course's: 2 convolutions, 16,490 parameters",
            "letters": "Deeper: 5 convolutions, 50,186 parameters",
        },
        label="Given network", group="Network",
        help="A network that has learned the bundled synthetic letters; what it was trained on is said by its card.",
    )  # fmt: skip
    count: int = integer(
        320, 50, 60_000, scale="log", unit="images", label="Training images", group="Data",
        help="The network learns from so many images, the first ones; or from all, where there are not so many.",
    )  # fmt: skip
    tests: int = integer(
        10_000, 50, 60_000, scale="log", unit="images", label="Test images", group="Data",
        help="The network is judged on so many images, the first ones; or on all, where there are not so many.",
    )  # fmt: skip
    epochs: int = redeclared(TrainingParams, "epochs", 12)

    @property
    def model(self) -> KeptModel:
        """The given network, as it is kept."""
        return kept(self.source)


@lru_cache(maxsize=4)
def kept(name: str) -> KeptModel:
    """Return a model that comes with Descent."""
    return load_model(name)


@lru_cache(maxsize=4)
def _network(name: str) -> nn.Sequential:
    from lab.running.classifier import Recogniser

    return Recogniser(kept(name)).network


def given(params: GivenParams) -> nn.Sequential:
    """Return the given network, each time another object."""
    return deepcopy(_network(params.source))


def fresh(params: GivenParams) -> nn.Sequential:
    """Return a network of the same layers with first weights."""
    import torch

    from lab.nets.network import build

    model = params.model
    return build(model.params, SHAPE, len(model.classes), torch.Generator().manual_seed(params.seed))


def names(params: GivenParams) -> dict[str, tuple[int, ...]]:
    """Return the names and shapes of all tensors of the given network, in the order of its layers; without torch."""
    model = params.model
    layers = layers_of(params)
    order = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    wanted = (f"{layer.name}.{part}" for layer in layers for part in order)
    return {name: model.arrays[name].shape for name in wanted if name in model.arrays}


def sources(dataset: ImageDataset, params: GivenParams) -> dict[str, Source]:
    """Return the images, in [0, 1], that are learned from, and those of the test."""
    import torch

    from lab.nets.pixels import as_tensor
    from lab.training.sources import InMemory

    parts = {"train": (dataset.train, params.count), "test": (dataset.test, params.tests)}
    return {
        name: InMemory(as_tensor(part.images[:count]), torch.tensor(part.labels[:count]))
        for name, (part, count) in parts.items()
    }


def is_buffer(name: str) -> bool:
    """Tell whether a tensor of these networks is no parameter: what batch norm has gathered."""
    return name.endswith(("running_mean", "running_var", "num_batches_tracked"))


def data_lines(dataset: str, params: GivenParams, data: DataStore | None = None) -> tuple[str, ...]:
    """Return lines of Python that read the images, in [0, 1], and keep as many of them as are learned from."""
    return (
        "from collections import OrderedDict",
        "from copy import deepcopy",
        "from safetensors.torch import load_file",
        "",
        *AnyImageDataParams(dataset=dataset).reading_lines(data),
        f"train, train_labels = train[:{params.count}], train_labels[:{params.count}]",
        f"test, test_labels = test[:{params.tests}], test_labels[:{params.tests}]",
    )


def built_lines(params: GivenParams) -> tuple[str, ...]:
    """Return lines of Python that make `network`, of the layers of the given one, by their names."""
    *lines, last = network_lines(params.model.params, SHAPE, len(params.model.classes))
    layers = last.removeprefix("network = nn.Sequential(").removesuffix(")").split(", ")
    return (*lines, f"network = nn.Sequential(OrderedDict({', '.join(f'{each}={each}' for each in layers)}))")


def loaded_lines(params: GivenParams, name: str) -> tuple[str, ...]:
    """Return lines of Python that give the network called `name` the weights of the given one."""
    return (
        f'kept = load_file("resources/models/{params.source}/model.safetensors")',
        f"{name}.load_state_dict({{each: kept[each] for each in {name}.state_dict()}})",
    )


@dataclass(frozen=True, kw_only=True)
class NewHeadParams(AnyImageDataParams, GivenParams):
    """The given network gets a new last layer, with an output for each class of the images that it is to learn."""


def layers_of(params: GivenParams) -> tuple[Layer, ...]:
    """Return the layers of the given network."""
    return plan(params.model.params, SHAPE, len(params.model.classes))


def tree(name: str, params: GivenParams, classes: int, learns: Collection[str], held: bool = False) -> LayerTree:
    """Return the network with so many outputs, and which of its layers learn; without torch.

    held: whether batch norms that do not learn stay in evaluation mode.
    """
    found = [TreeLayer("", 0, "Sequential", (classes,))]
    for layer in layers_of(params):
        shape, count, learning = layer.shape_out, layer.parameters, layer.name in learns
        if layer.name == LAST:
            shape, count = (classes,), classes * (layer.shape_in[0] + 1)
        still = held and not learning and layer.kind == "batch_norm"
        found.append(TreeLayer(layer.name, 1, KINDS[layer.kind], shape, count, count if learning else 0, still))
    return LayerTree(name, tuple(found))


def with_new_head(network: nn.Sequential, classes: int, seed: int) -> tuple[nn.Sequential, nn.Module]:
    """Return a network of the same body, by the same objects, with a new last layer, and the old one."""
    import torch
    from torch import nn

    from lab.nets.registry.initialisations import INITIALISATIONS

    *body, (last, old) = network.named_children()
    assert last == LAST and isinstance(old, nn.Linear)
    head = nn.Linear(old.in_features, classes)
    INITIALISATIONS["default"].draw(head.weight, head.bias, torch.Generator().manual_seed(seed))
    return nn.Sequential(OrderedDict([*body, (LAST, head)])), old


def head_lines(params: GivenParams, classes: int) -> tuple[str, ...]:
    """Return lines of Python that find the last layer of `network` and put a new one in its place."""
    return (
        "*_, last = (name for name, module in network.named_modules() if isinstance(module, nn.Linear))",
        "old = network.get_submodule(last)",
        f"head, first, bound = nn.Linear(old.in_features, {classes}), torch.Generator(), old.in_features**-0.5",
        f"first.manual_seed({params.seed})",
        "nn.init.uniform_(head.weight, -bound, bound, generator=first)",
        "nn.init.uniform_(head.bias, -bound, bound, generator=first)",
        "network.set_submodule(last, head)",
    )
