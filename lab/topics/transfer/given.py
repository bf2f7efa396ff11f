"""The networks for letters that come along, from which others go on to learn, and the lines that read them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

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
    layers = plan(model.params, SHAPE, len(model.classes))
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
        "from copy import deepcopy",
        "from safetensors.torch import load_file",
        "",
        *AnyImageDataParams(dataset=dataset).reading_lines(data),
        f"train, train_labels = train[:{params.count}], train_labels[:{params.count}]",
        f"test, test_labels = test[:{params.tests}], test_labels[:{params.tests}]",
    )


def built_lines(params: GivenParams) -> tuple[str, ...]:
    """Return lines of Python that make `network`, of the layers of the given one."""
    return network_lines(params.model.params, SHAPE, len(params.model.classes))


def loaded_lines(params: GivenParams, name: str) -> tuple[str, ...]:
    """Return lines of Python that give the network called `name` the weights of the given one."""
    return (
        f'kept = load_file("resources/models/{params.source}/model.safetensors")',
        f"names = {list(names(params))}",
        f"{name}.load_state_dict(dict(zip({name}.state_dict(), (kept[each] for each in names))))",
    )
