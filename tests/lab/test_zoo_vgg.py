"""VGG: the same network as torchvision's, and the arithmetic of what each number sees."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torchvision import models

from lab.core.code import executed
from lab.core.events import Architecture, Metrics
from lab.core.figures import Table
from lab.topics.zoo.vgg import Vgg, VggParams
from lab.topics.zoo.vgg.configurations import CONFIGURATIONS, TORCHVISION, placed
from lab.topics.zoo.vgg.numbers import definition

PARAMETERS = {"A": 132863336, "A-LRN": 132863336, "B": 133047848, "C": 133638952, "D": 138357544, "E": 143667240}


def metrics(**values: Any) -> dict[str, Any]:
    return next(event for event in Vgg().compute(VggParams(**values)) if isinstance(event, Metrics)).everything


def ours(configuration: str, adaptive: bool = True, size: int = 224) -> nn.Module:
    """Return the network of the program."""
    names: dict[str, Any] = {}
    executed(definition(configuration, size, 1000, adaptive), names)
    with torch.device("meta"):
        network: nn.Module = names["VGG"]()
    return network.eval()


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_parameters(configuration: str) -> None:
    found = metrics(configuration=configuration)
    assert found["parameters"] == PARAMETERS[configuration]
    assert found["parameters"] == sum(each.numel() for each in ours(configuration).parameters())


@pytest.mark.parametrize("configuration", TORCHVISION)
def test_the_network_is_that_of_torchvision(configuration: str) -> None:
    with torch.device("meta"):
        theirs = models.get_model(TORCHVISION[configuration]).eval()
    network = ours(configuration)
    assert {name: tensor.shape for name, tensor in network.state_dict().items()} == {
        name: tensor.shape for name, tensor in theirs.state_dict().items()
    }
    # What they are made of is the same, with all its settings.
    assert [repr(each) for each in network.children()] == [repr(each) for each in theirs.children()]
    if configuration == "A":
        same_outputs(network.features, theirs.features)


def same_outputs(network: nn.Module, theirs: nn.Module) -> None:
    """Compare what they make of a small image with the same random weights."""
    random = torch.Generator().manual_seed(7)
    weights = {
        name: torch.empty(tensor.shape).uniform_(-0.05, 0.05, generator=random)
        for name, tensor in theirs.state_dict().items()
    }
    for each in (network, theirs):
        each.load_state_dict(weights, assign=True)
    image = torch.rand(1, 3, 40, 40, generator=random)
    with torch.no_grad():
        outputs = network(image)
        assert outputs.std() > 0
        torch.testing.assert_close(outputs, theirs(image), rtol=0, atol=0)


@pytest.mark.long
@pytest.mark.parametrize("configuration", TORCHVISION)
def test_its_outputs_are_those_of_torchvision(configuration: str) -> None:
    with torch.device("meta"):
        theirs = models.get_model(TORCHVISION[configuration]).eval()
    same_outputs(ours(configuration), theirs)


@pytest.mark.parametrize(
    ("configuration", "path"), [("B", "features.5"), ("C", "features.14"), ("A-LRN", "features.4")]
)
def test_what_a_number_sees_is_what_its_gradient_reaches(configuration: str, path: str) -> None:
    each = next(each for each in placed(configuration, 128, 10, True) if each.path == path)
    features = ours(configuration).features[: int(path.rpartition(".")[2]) + 1].to_empty(device="cpu")
    for layer in features:
        if isinstance(layer, nn.Conv2d):
            nn.init.constant_(layer.weight, 0.01)
            nn.init.zeros_(layer.bias)
    # All that may be the largest in its window is: a mean reaches what a maximum could.
    layers = [nn.AvgPool2d(2) if isinstance(layer, nn.MaxPool2d) else layer for layer in features]
    image = torch.ones(1, 3, 128, 128, requires_grad=True)
    output = nn.Sequential(*layers)(image)
    middle = output.shape[-1] // 2
    (slope,) = torch.autograd.grad(output[0, 0, middle, middle], image)
    assert int((slope[0, 0, 64] != 0).sum()) == each.field


def test_the_first_linear_layer_grows_with_the_image_unless_it_is_pooled() -> None:
    assert metrics(size=96)["parameters"] == PARAMETERS["D"]
    small = metrics(size=96, adaptive=False)["parameters"]
    assert PARAMETERS["D"] - small == (7 * 7 - 3 * 3) * 512 * 4096
    network = ours("D", adaptive=False, size=96)
    assert sum(each.numel() for each in network.parameters()) == small


def test_each_cell_of_the_table_leads_to_its_layer() -> None:
    params = VggParams(configuration="D", layer=4, classes=10)
    events = list(Vgg().compute(params))
    table = next(event for event in events if isinstance(event, Table) and event.name == "paper")
    links = [cell.link for row in table.rows for cell in row if cell.link is not None]
    strong = [cell for row in table.rows for cell in row if cell.mark == "strong"]
    assert len(strong) == 1
    for link in links:
        opened = VggParams.from_texts(dict(link.texts))
        assert opened.classes == 10
        shown = next(event for event in Vgg().compute(opened) if isinstance(event, Architecture))
        assert shown.picked == opened.layer <= len(shown.layers)
    # 8, 8 + 1, 10, 13, 13 and 16 convolutions, five poolings and three linear layers each.
    assert len(links) + 1 == 68 + 1 + 6 * 8


def test_a_place_beyond_the_last_layer_is_the_last() -> None:
    assert metrics(configuration="A", layer=25)["layer_output"] == [1000]
    assert metrics(configuration="A", layer=0)["layer_input"] == [3, 224, 224]
