"""Well-known networks on small images: what was changed in them is true, and what they cost is what torch counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torchvision
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from lab.core.catalogue import experiment
from lab.core.events import FeatureMaps, made
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.data.store import DataStore
from lab.topics.zoo.train import adapted, figures
from lab.topics.zoo.train.architectures import ARCHITECTURES
from lab.topics.zoo.train.network import network
from tests.lab.contracts import small

STORE = DataStore(Path("unused"))
CHOSEN: Any = experiment("zoo.train")
SHAPES = (1, 28, 28), (3, 32, 32)
ORIGINALS = {
    "squeezenet": "squeezenet1_1",
    "shufflenet": "shufflenet_v2_x0_5",
    "mobilenet_v3": "mobilenet_v3_small",
    "mnasnet": "mnasnet0_5",
}
"""Networks that are torchvision's but for what the table says."""


def on_meta(name: str, shape: tuple[int, int, int]) -> nn.Module:
    with torch.device("meta"):
        found: nn.Module = eval(
            ARCHITECTURES[name].call, vars(adapted), {"channels": shape[0], "side": shape[1]}
        )  # fmt: skip
    return found.eval()


LATER = [pytest.param(name, 1, id=f"{name}, colour", marks=pytest.mark.long) for name in ARCHITECTURES]


@pytest.mark.parametrize(("name", "place"), [*((name, 0) for name in ARCHITECTURES), *LATER])
def test_what_a_network_costs_is_what_torch_counts(name: str, place: int) -> None:
    model, chosen = on_meta(name, SHAPES[place]), ARCHITECTURES[name]
    with FlopCounterMode(display=False) as counted, torch.no_grad():
        answer = model(torch.zeros(1, *SHAPES[place], device="meta"))
    assert answer.shape == (1, 10)
    assert sum(numbers.numel() for numbers in model.parameters()) == chosen.parameters[place]
    assert counted.get_total_flops() == 2 * chosen.multiply_adds[place]


@pytest.mark.parametrize(("name", "original"), ORIGINALS.items())
def test_nothing_else_was_changed_than_the_table_says(name: str, original: str) -> None:
    with torch.device("meta"):
        there = dict(torchvision.models.get_model(original, weights=None).named_modules())
    here = dict(on_meta(name, SHAPES[0]).named_modules())
    assert there.keys() == here.keys()
    differ = {
        path
        for path, module in here.items()
        if not list(module.children()) and repr(module) != repr(there[path]) and "Dropout" not in repr(module)
    }
    norms = {path for path in differ if isinstance(here[path], nn.BatchNorm2d)}
    said = {where for where, _before, _now in ARCHITECTURES[name].changes}
    assert differ - norms == said - {"BatchNorm2d"}
    assert bool(norms) == ("BatchNorm2d" in said)
    for path in differ - norms:
        if isinstance(there[path], nn.Conv2d) and path != "classifier.1":
            assert there[path].stride == (2, 2) and getattr(here[path], "stride", None) == (1, 1)


def test_lenet_is_as_large_as_in_the_paper_and_resnets_as_deep() -> None:
    # With all connections in the second convolution: 61,706.
    assert ARCHITECTURES["lenet"].parameters[0] == 6 * 26 + 16 * 151 + 120 * 401 + 84 * 121 + 10 * 85
    for depth in (8, 20):
        model = on_meta(f"resnet{depth}", SHAPES[1])
        layers = [m for path, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)]
        skips = [m for m in layers if isinstance(m, nn.Conv2d) and m.kernel_size == (1, 1)]
        assert len(layers) - len(skips) == depth and len(skips) == 2


def test_first_weights_are_of_the_seed_alone_and_disturb_nobody() -> None:
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    one, same, other = (network("shufflenet", SHAPES[0], seed).state_dict() for seed in (7, 7, 8))
    assert torch.equal(before, torch.random.get_rng_state())
    assert all(torch.equal(one[name], same[name]) for name in one)
    weight = one["conv1.0.weight"]
    assert not torch.equal(weight, other["conv1.0.weight"])
    # He and others: a variance of 2 / fan-in; here of 9 inputs, and 24 · 9 weights.
    assert float(weight.std()) == pytest.approx((2 / 9) ** 0.5, rel=0.15)


def test_running_means_follow_within_a_run() -> None:
    # torchvision's momentum of MNASNet would keep 0.9997ⁿ of the start.
    norm = next(m for m in on_meta("mnasnet", SHAPES[0]).modules() if isinstance(m, nn.BatchNorm2d))
    assert norm.momentum == 0.1
    assert 0.9997**315 > 0.9


def test_the_layer_that_is_asked_for_is_seen() -> None:
    instance = CHOSEN()
    list(instance.run(small(CHOSEN, architecture="vgg", count=50, epochs=1), Context("cpu", STORE)))
    for layer in ("features.0", "features.18"):
        asked = made(instance.query({"image": 2, "layer": layer}))
        maps = next(event for event in asked if isinstance(event, FeatureMaps))
        assert [name for name, _maps in maps.layers] == [layer]
    found = next(event for event in made(instance.query({})) if isinstance(event, Table) and event.name == "numbers")
    assert found.rows[1][1].value == 579_498
    assert found.rows[3][1].value > 0


def test_each_network_opens_itself_with_what_else_is_set() -> None:
    table = figures.everything(CHOSEN.params(count=500))
    assert len(table.rows) == len(ARCHITECTURES)
    for row, name in zip(table.rows, ARCHITECTURES, strict=True):
        link = row[0].link
        assert link is not None and CHOSEN.params.from_texts(link.texts) == CHOSEN.params(count=500, architecture=name)


def test_images_in_colour_are_taken_as_they_are() -> None:
    params = CHOSEN.params(dataset="cifar-10")
    assert params.shape == SHAPES[1] and params.place == 1
    assert any(".permute(0, 3, 1, 2)" in line for line in params.reading_lines())
    from lab.nets.pixels import as_tensor

    images = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    np.testing.assert_allclose(as_tensor(images).numpy(), images.transpose(0, 3, 1, 2) / 255, rtol=1e-6)


@pytest.mark.long
def test_what_is_recorded_of_two_networks_is_what_comes_of_them() -> None:
    for name, seeds in (("lenet", range(7, 12)), ("resnet8", (7, 8))):
        for seed in seeds:
            engine = CHOSEN().begin(CHOSEN.params(architecture=name, seed=seed), Context("cpu", STORE))
            while not engine.finished:
                engine.advance()
            # Other processors round otherwise.
            recorded = ARCHITECTURES[name].accuracy[seed - 7]
            assert engine.judgement("test").values["accuracy"] == pytest.approx(recorded, abs=0.04), (name, seed)
