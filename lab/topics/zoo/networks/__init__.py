"""The networks of torchvision: their layers, their blocks, and what they cost for what they know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from lab.core.events import Event
from lab.core.experiment import RunMode
from lab.core.figures import Table
from lab.core.numbers import NumbersPage, check
from lab.core.params import ParamError, Params, choice, text
from lab.core.quantities import Numbers
from lab.core.text import Verbatim
from lab.data.store import DataStore
from lab.nets.zoo.catalogue import FAMILIES, NETWORKS
from lab.topics.zoo.networks.numbers import numbers

if TYPE_CHECKING:
    from lab.nets.zoo.diagram import Traced
    from lab.nets.zoo.layers import ModuleCost


WHOLE = "network"


@dataclass(frozen=True, kw_only=True)
class NetworksParams(Params):
    """A network, and those that it is compared with."""

    name: str = choice(
        "resnet18", {name: Verbatim(name) for name in NETWORKS}, label="Network", group="Network",
        help="As torchvision calls it. Click one in the plane or in the table.",
    )  # fmt: skip
    layer: str = text(
        "", label="Module", group="Network",
        help="Whose inside is drawn, such as layer1.0; click one in the tree. With network it is all of it. Empty, or "
        "of another network: the first block in which several ways meet.",
    )  # fmt: skip
    compare: str = text(
        "all", label="Compared with", group="Comparison", longest=2000,
        help="Names of networks or of families, separated by commas, such as VGG, ResNet, mobilenet_v2; or all.",
    )  # fmt: skip
    cost: str = choice(
        "multiply_adds",
        {
            "parameters": "Parameters",
            "multiply_adds": "Multiply-adds",
            "memory": "Memory of the outputs",
            "file": "Size of the file",
        },
        label="Cost", help="What accuracy is compared with.", group="Comparison",
    )  # fmt: skip
    weights: str = choice(
        "newest", {"newest": "The newest", "first": "The first"}, label="Weights", group="Comparison",
        help="Of some networks torchvision has two trainings, the newer one with better recipes.",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse a name that is none."""
        self.compared()

    def compared(self) -> tuple[str, ...]:
        """Return the names of the networks that are compared. Raises ParamError."""
        found: dict[str, None] = {}
        families = {family.lower(): names for family, names in FAMILIES.items()}
        for part in filter(None, (part.strip() for part in self.compare.replace("،", ",").split(","))):
            if part == "all":
                found |= dict.fromkeys(NETWORKS)
            elif part in NETWORKS:
                found[part] = None
            elif part.lower() in families:
                found |= dict.fromkeys(families[part.lower()])
            else:
                raise ParamError(
                    "compare",
                    "{field}: there is no network or family {part}; allowed are such as VGG, ResNet, mobilenet_v2, or "
                    "all",
                    part=Verbatim(part),
                )
        return tuple(found)


class Networks(NumbersPage[NetworksParams]):
    """One network as a tree and block by block, among all others."""

    id: ClassVar[str] = "zoo.networks"
    title: ClassVar[str] = "Networks of torchvision"
    params: ClassVar[type[Params]] = NetworksParams
    needs_torch: ClassVar[bool] = True
    mode: ClassVar[RunMode] = "background"

    def preview(self, params: NetworksParams, data: DataStore) -> Iterator[Event]:
        """Yield what was published, of all."""
        from lab.topics.zoo.networks.figures import compared, plane

        texts = params.to_texts()
        own: dict[str, Any] = {name: texts[name] for name in params.changed() if name not in ("name", "layer")}
        chosen = params.name, params.compared(), params.cost, params.weights, own
        yield plane(*chosen)
        yield compared(*chosen)
        yield numbers(params.name, params.weights).table

    def figures(self, params: NetworksParams) -> Iterator[Event]:
        """Yield the network as a tree, and the inside of one of its modules."""
        from lab.topics.zoo.networks.block import graph
        from lab.topics.zoo.networks.figures import tree

        network, costs, traced = _built(params.name)
        yield tree(costs)
        paths = {each.path: each for each in costs}
        path = (
            "" if params.layer == WHOLE else params.layer if params.layer and params.layer in paths else traced.block()
        )
        path = traced.around(path)
        yield graph(path, traced.inside(path), network, paths)

    def numbers(self, params: NetworksParams) -> Sequence[Numbers]:
        """Return the numbers of the network."""
        return [numbers(params.name, params.weights)]

    def verify(self, params: NetworksParams) -> Iterator[Event]:
        """Yield what torch and torchvision say of the same network."""
        yield _checked(params.name, params.weights)


@lru_cache(maxsize=8)
def _built(name: str) -> tuple[Any, tuple[ModuleCost, ...], Traced]:
    """Return a network on "meta", what its modules cost, and what flows between them."""
    from lab.nets.zoo.build import on_meta
    from lab.nets.zoo.diagram import Traced
    from lab.nets.zoo.layers import costs

    size = NETWORKS[name].size
    network = on_meta(name, **({"image_size": size} if name.startswith("vit") else {}))
    return network, costs(network, size), Traced(network)


@lru_cache(maxsize=32)
def _checked(name: str, weights: str) -> Table:
    """Return the check of a network: it depends on nothing else of the form."""
    return check([numbers(name, weights)])


EXPERIMENT = Networks
