"""The networks of torchvision: what the table says of them, against torchvision itself."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torchvision import models

from lab.nets.zoo.build import on_meta
from lab.nets.zoo.catalogue import FAMILIES, NETWORKS, names
from lab.nets.zoo.layers import ModuleCost, costs

SMALL = (
    "alexnet", "vgg11", "vgg16_bn", "resnet18", "resnet50", "squeezenet1_1", "googlenet", "shufflenet_v2_x0_5",
    "mobilenet_v2", "mobilenet_v3_small", "resnext50_32x4d", "wide_resnet50_2", "mnasnet0_5",
)  # fmt: skip
"""One of each family that is built in no time."""


def size_of(name: str) -> dict[str, Any]:
    """Return what a network has to be told of the size of its images."""
    return {"image_size": NETWORKS[name].size} if name.startswith("vit") else {}


def test_every_network_for_images_is_there() -> None:
    assert set(names()) == set(models.list_models(module=models))
    assert [name for family in FAMILIES for name in names(family)] == list(names())


@pytest.mark.parametrize("name", names())
def test_the_table_says_what_torchvision_publishes(name: str) -> None:
    network = NETWORKS[name]
    published = models.get_model_weights(name)
    assert network.newest.name == published.DEFAULT.name or name in ("vit_h_14", "regnet_y_128gf")
    for weights in network.weights:
        entry = published[weights.name]
        assert network.parameters == entry.meta["num_params"]
        assert entry.meta["_metrics"]["ImageNet-1K"] == {"acc@1": weights.top1, "acc@5": weights.top5}
        assert entry.meta["_file_size"] == weights.megabytes
        assert entry.url.endswith("/" + weights.file)
        assert entry.transforms().crop_size == [weights.size]
    # Published to three places, in 10⁹.
    assert network.multiply_adds / 1e9 == pytest.approx(network.first.multiply_adds, abs=6e-4)


def check(name: str) -> tuple[nn.Module, tuple[ModuleCost, ...]]:
    network = on_meta(name, **size_of(name))
    assert all(tensor.is_meta for tensor in (*network.parameters(), *network.buffers()))
    modules = costs(network, NETWORKS[name].size)
    assert modules[0].parameters == NETWORKS[name].parameters
    assert modules[0].multiply_adds == NETWORKS[name].multiply_adds
    assert sum(module.activations for module in modules) == NETWORKS[name].activations
    return network, modules


@pytest.mark.parametrize("name", SMALL)
def test_networks_are_built_without_memory(name: str) -> None:
    network, modules = check(name)
    # The counts of torch, by the formulas of the books: each weight is used once for each place of the output.
    for each in modules:
        layer = network.get_submodule(each.path)
        if isinstance(layer, nn.Conv2d | nn.Linear) and each.shape_out:
            places = torch.Size(each.shape_out[1:]).numel()
            assert each.multiply_adds == places * layer.weight.numel()


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in names() if name not in SMALL])
def test_large_networks_are_built_without_memory(name: str) -> None:
    check(name)


def test_shapes_are_those_of_a_network_that_computes() -> None:
    with torch.no_grad():
        network = models.squeezenet1_1().eval()
        fire = network.features[:4](torch.zeros(1, 3, 64, 64))
    modules = {module.path: module for module in costs(on_meta("squeezenet1_1"), 64)}
    assert modules["features.3"].shape_out == tuple(fire.shape[1:])
    assert modules["features.3"].parameters == sum(each.numel() for each in network.features[3].parameters())


def test_what_is_overwritten_in_place_is_counted_once() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True), nn.ReLU()).to("meta")
    assert [module.activations for module in costs(network, 8)] == [0, 4 * 36, 0, 4 * 36]


def test_a_name_that_torchvision_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="resnet19"):
        on_meta("resnet19")
