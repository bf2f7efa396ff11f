"""What is read from networks of any kind: their tree, their maps, their weights, and that none of it changes them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
import torchinfo
import torchvision.models as zoo
from torch import Tensor, nn

from lab.core.events import Histogram, LayerTree, TreeLayer, Weights, made
from lab.core.text import LabError
from lab.nets import inspection
from lab.nets.convolutional import ConvolutionalParams
from lab.nets.inspection import LIMIT, feature_maps, histograms, layer_tree, weights_of
from lab.nets.network import Dropout, arrays, build
from tests.networks import told

IMAGE = (3, 224, 224)


def on_meta(make: Callable[..., nn.Module]) -> nn.Module:
    with torch.device("meta"):
        return make(weights=None)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


class Block(nn.Module):
    """A block with a path past it, whose layers are not called in their order, and one of them twice."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm = nn.BatchNorm2d(channels)
        self.never = nn.Linear(2, 2)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.relu(x + self.relu(self.norm(self.conv(x))))
        return result


class Small(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3), Block(4), nn.Dropout(0.5))
        self.head = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        pooled = self.features(x).mean((2, 3)) * self.scale
        result: Tensor = self.head(pooled)
        return result


def by_path(tree: LayerTree) -> dict[str, TreeLayer]:
    return {layer.path: layer for layer in tree.layers}


@pytest.mark.parametrize(
    ("make", "parameters"),
    [(zoo.resnet18, 11_689_512), (zoo.vgg11, 132_863_336), (zoo.mobilenet_v2, 3_504_872), (zoo.vit_b_16, 86_567_656)],
)
def test_parameters_of_known_networks(make: Callable[..., nn.Module], parameters: int) -> None:
    tree = layer_tree(on_meta(make), IMAGE)
    assert sum(layer.parameters for layer in tree.layers) == parameters
    assert sum(layer.trainable for layer in tree.layers) == parameters
    assert tree.layers[0].path == ""
    assert tree.layers[0].shape_out == (1000,)


def test_shapes_are_those_that_torchinfo_finds() -> None:
    tree = by_path(layer_tree(on_meta(zoo.resnet18), IMAGE))
    assert tree["layer2.0.conv1"].shape_out == (128, 28, 28)
    assert tree["layer4.1"].kind == "BasicBlock"
    network = zoo.resnet18(weights=None)
    tree = by_path(layer_tree(network, (3, 64, 96)))
    names = {id(module): name for name, module in network.named_modules()}
    for info in torchinfo.summary(network, (1, 3, 64, 96), verbose=0, depth=9, col_names=("output_size",)).summary_list:
        assert list(tree[names[info.layer_id]].shape_out or ()) == list(info.output_size[1:])


def test_each_layer_is_followed_by_what_it_contains() -> None:
    layers = layer_tree(Small(), (1, 8, 8)).layers
    assert [(layer.path, layer.depth) for layer in layers] == [
        ("", 0),
        ("features", 1),
        ("features.0", 2),
        ("features.1", 2),
        ("features.1.relu", 3),
        ("features.1.conv", 3),
        ("features.1.norm", 3),
        ("features.1.never", 3),
        ("features.2", 2),
        ("head", 1),
    ]
    assert layers[0].parameters == 1
    assert layers[7].shape_out is None
    assert layers[9].shape_out == (3,)


def test_frozen_and_held() -> None:
    network = Small().train()
    network.features.requires_grad_(False)
    network.features.eval()
    tree = by_path(layer_tree(network, (1, 8, 8)))
    assert (tree["features.0"].parameters, tree["features.0"].trainable) == (40, 0)
    assert tree["head"].trainable == tree["head"].parameters == 15
    assert tree["features.1.norm"].held
    assert not tree["features.0"].held
    network.eval()
    assert not by_path(layer_tree(network, (1, 8, 8)))["features.1.norm"].held
    assert by_path(layer_tree(network, (1, 8, 8), held={"features.1.norm"}))["features.1.norm"].held


def test_shared_weights_are_counted_once() -> None:
    one, two = nn.Linear(4, 4), nn.Linear(4, 4)
    two.weight = one.weight
    tree = layer_tree(nn.Sequential(one, two), (4,))
    assert sum(layer.parameters for layer in tree.layers) == 16 + 4 + 4


class Deciding(nn.Module):
    """Cannot be asked without numbers, and draws some."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 3)

    def forward(self, x: Tensor) -> Tensor:
        if float(x.sum()) > 1:
            raise ValueError("not meant")
        result: Tensor = self.linear(x + torch.randn_like(x))
        return result


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("make", [Small, Deciding, lambda: nn.Sequential(nn.Linear(2, 2), Dropout(0.5))])
def test_asking_changes_nothing(make: Callable[[], nn.Module], training: bool) -> None:
    network = make().train(training)
    first = next(iter(network.children()))
    first.train(not training)
    for module in network.modules():
        if isinstance(module, Dropout):
            module.generator = seeded(1)
    shape = (1, 8, 8) if make is Small else (2,)
    modes = [module.training for module in network.modules()]
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    drawn = torch.get_rng_state()
    tree = layer_tree(network, shape)
    assert tree.layers[-1].shape_out is not None
    assert torch.equal(torch.get_rng_state(), drawn)
    feature_maps(network, torch.zeros(1, *shape))
    assert [module.training for module in network.modules()] == modes
    assert all(torch.equal(tensor, state[name]) for name, tensor in network.state_dict().items())
    assert all(parameter.device.type == "cpu" for parameter in network.parameters())
    assert not any(module._forward_hooks for module in network.modules())
    for module in network.modules():
        if isinstance(module, Dropout):
            assert module.generator is not None
            assert torch.equal(module.generator.get_state(), seeded(1).get_state())


def test_an_example_that_does_not_fit_is_refused_with_the_reason() -> None:
    network = Small().train()
    with pytest.raises(LabError, match=r"does not take an example of shape 3 × 8 × 8: .*channels"):
        layer_tree(network, (3, 8, 8))
    assert network.training
    assert not network.head._forward_hooks
    with pytest.raises(LabError, match="shape 3 × 2"):
        layer_tree(on_meta(zoo.resnet18), (3, 2))


# Feature maps.


@pytest.mark.parametrize("names", [(), ("conv1",), ("unheard",)])
def test_a_small_network_shows_what_each_of_its_layers_makes(names: tuple[str, ...]) -> None:
    network = build(
        ConvolutionalParams(**told({"channels": (10, 20), "batch_norm": True, "dropout": 0.3})),
        (1, 28, 28),
        10,
        seeded(0),
    ).eval()
    images = torch.rand(1, 1, 28, 28, generator=seeded(1))
    found = feature_maps(network, images, names)
    shown = dict(found.layers)
    x = images
    for name, module in network.named_children():
        with torch.no_grad():
            x = module(x)
        if isinstance(module, nn.Flatten | Dropout):
            assert name not in shown
        else:
            np.testing.assert_array_equal(shown.pop(name).squeeze(), x[0].numpy().squeeze())
    assert not shown
    assert next(iter(dict(found.layers))) == "conv1"
    assert dict(found.layers)["output"].shape == (10, 1, 1)
    assert found.available == ()
    assert not found.whole


def test_maps_are_those_of_the_first_use_even_where_layers_work_in_place() -> None:
    network = Small().eval()
    images = torch.randn(3, 1, 8, 8, generator=seeded(2))
    found = dict(feature_maps(network, images).layers)
    with torch.no_grad():
        x = network.features[0](images[:1])
        block = network.features[1]
        normed = block.norm(block.conv(x.clone()))
        np.testing.assert_array_equal(found["features.0"], x[0].numpy())
        np.testing.assert_array_equal(found["features.1.norm"], normed[0].numpy())
        np.testing.assert_array_equal(found["features.1.relu"], normed[0].clamp(min=0).numpy())
        np.testing.assert_allclose(found["head"][:, 0, 0], network(images)[0].numpy(), rtol=1e-6)
    assert "features.2" not in found
    assert "features.1.never" not in found


def test_a_large_network_is_asked_layer_by_layer() -> None:
    network = zoo.resnet18(weights=None).eval()
    images = torch.rand(1, 3, 64, 64, generator=seeded(0))
    first = feature_maps(network, images)
    assert [name for name, _ in first.layers] == ["conv1"]
    assert first.layers[0][1].shape == (64, 32, 32)
    assert "layer1.0.conv2" in first.available
    assert "layer1.0" in first.available
    assert "layer1" not in first.available
    found = feature_maps(network, images, ["layer2.1", "fc", "unheard"])
    assert [(name, array.shape) for name, array in found.layers] == [("layer2.1", (128, 8, 8)), ("fc", (1000, 1, 1))]
    with torch.no_grad():
        np.testing.assert_allclose(found.layers[1][1][:, 0, 0], network(images)[0].numpy(), rtol=1e-5, atol=1e-6)
    assert [name for name, _ in feature_maps(network, images, ["unheard"]).layers] == ["conv1"]


def test_what_is_larger_than_the_limit_shows_its_first_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "LIMIT", 100)
    network = nn.Sequential(nn.Conv2d(1, 8, 1), nn.ReLU())
    found = feature_maps(network, torch.ones(1, 1, 5, 5))
    assert [array.shape for _, array in found.layers] == [(4, 5, 5), (1, 5, 5)]
    assert found.whole == {"0": (8, 5, 5), "1": (8, 5, 5)}
    assert found.available == ("0", "1")


def test_tokens_are_one_map() -> None:
    network = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    found = dict(feature_maps(network, torch.rand(1, 5, 8)).layers)
    assert found["linear1"].shape == (1, 5, 16)


# Weights.


def test_weights_of_a_small_network_are_all_of_them() -> None:
    network = Small()
    for names in ((), ["head"]):
        found = weights_of(network, names)
        expected = arrays(network)
        assert [name for name, _ in found.layers] == list(expected)
        for name, array in found.layers:
            np.testing.assert_array_equal(array, expected[name])
        assert Weights("n", dict(found.layers), {}, (), 0, found.available, found.whole).complete
    before = dict(found.layers)["head.weight"].copy()
    with torch.no_grad():
        network.head.weight += 1
    np.testing.assert_array_equal(dict(found.layers)["head.weight"], before)


def test_weights_of_a_large_network_are_those_of_a_layer() -> None:
    network = zoo.resnet18(weights=None)
    first = weights_of(network)
    assert [name for name, _ in first.layers] == ["conv1.weight"]
    found = weights_of(network, ["layer4.1.conv2"])
    assert [(name, array.shape) for name, array in found.layers] == [("layer4.1.conv2.weight", (512, 512, 3, 3))]
    assert "layer4.1.conv2" in found.available
    assert "fc" not in found.available
    assert not Weights("n", dict(found.layers), {}, (), 0, found.available, found.whole).complete
    assert dict(weights_of(network, ["fc.bias"]).layers).keys() == {"fc.bias"}


def test_no_event_carries_more_than_the_limit() -> None:
    network = nn.Sequential(nn.Linear(3000, 3000), nn.Linear(3000, 3000))
    found = weights_of(network, ["0", "1"])
    assert sum(array.size for _, array in found.layers) <= LIMIT + 2 * 3000
    assert found.whole["0.weight"] == (3000, 3000)
    assert dict(found.layers)["0.weight"].shape == (1333, 3000)
    np.testing.assert_array_equal(dict(found.layers)["0.weight"], network[0].weight.detach()[:1333].numpy())


# Histograms.


def spread(network: nn.Module, step: int, gradients: bool = False) -> list[Histogram]:
    events = list(made(histograms(network, step, gradients=gradients)))
    return [event for event in events if isinstance(event, Histogram)]


def test_only_histograms_that_are_seen_are_made() -> None:
    seen = list(made(histograms(Small(), 0), lambda kind, name: kind is Histogram and name == "weights/head.weight"))
    assert [event.key for event in seen] == [("Histogram", "weights/head.weight")]


def test_histograms_are_those_of_numpy() -> None:
    network = Small()
    network(torch.randn(4, 1, 8, 8, generator=seeded(3))).sum().backward()
    for gradients in (False, True):
        found = {event.key[1]: event for event in spread(network, 7, gradients)}
        family = "gradients" if gradients else "weights"
        names = ["features.0.weight", "features.1.conv.weight", "features.1.never.weight", "head.weight"]
        # What was never used has no gradient.
        assert list(found) == [f"{family}/{name}" for name in names if not gradients or "never" not in name]
        event = found[f"{family}/features.1.conv.weight"]
        values = network.features[1].conv.weight.grad if gradients else network.features[1].conv.weight
        assert values is not None
        counts, edges = np.histogram(values.detach().numpy(), 64)
        assert np.abs(np.cumsum(event.counts) - np.cumsum(counts)).max() <= 1  # One value may lie on an edge.
        np.testing.assert_allclose(event.edges, edges, rtol=1e-5, atol=1e-7)
        assert event.step == 7
    assert not spread(Small(), 0, gradients=True)


def test_histograms_of_what_has_diverged() -> None:
    network = nn.Sequential(nn.Linear(2, 2))
    with torch.no_grad():
        network[0].weight[0] = torch.tensor([float("nan"), float("inf")])
        network[0].weight[1] = 1.0
    [event] = spread(network, 0)
    assert event.counts.sum() == 2
    assert np.isfinite(event.edges).all()
    assert (np.diff(event.edges) > 0).all()
    with torch.no_grad():
        network[0].weight.fill_(float("nan"))
    [event] = spread(network, 0)
    assert event.counts.sum() == 0
