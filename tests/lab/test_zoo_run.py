"""A picture through a network: what it answers, where, its layers and times, and what has no map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lab.core.code import Code
from lab.core.events import Event, FeatureMaps, LayerTree, Metrics, Remark, made
from lab.core.figures import Bars, Chart, Table
from lab.core.pictures import Pictures
from lab.core.text import LabError
from lab.data.store import DataStore
from lab.nets.pretrained import weights
from lab.nets.pretrained.importing import import_weights
from lab.topics.zoo.run import Run, RunParams
from lab.topics.zoo.run.seen import Seen
from tests.lab.contracts import agrees_with_references, prints_its_metrics
from tests.lab.test_pretrained_import import saved, state_of


def shown(params: RunParams, instance: Run | None = None) -> dict[Any, Event]:
    found = made((instance or Run()).compute(params))
    return {(type(event), getattr(event, "name", "")): event for event in found}


def metrics(events: dict[Any, Event]) -> dict[str, Any]:
    found = events[Metrics, ""]
    assert isinstance(found, Metrics)
    return found.everything


def source(events: dict[Any, Event]) -> str:
    found = events[Code, "code"]
    assert isinstance(found, Code)
    return found.source


def test_the_cat_is_told_and_seen_in_its_middle() -> None:
    params = RunParams(repeats=1)
    instance = Run()
    events = shown(params, instance)
    bars = events[Bars, "answers"]
    assert isinstance(bars, Bars)
    assert bars.labels[:3] == ("Egyptian cat", "tiger cat", "tabby")
    found = metrics(events)
    assert found["answer"] == 285 and found["probability"] == pytest.approx(0.3906, abs=2e-3)
    pictures = events[Pictures, "seen"]
    assert isinstance(pictures, Pictures) and len(pictures.panels) == 3
    assert pictures.panels[2].values.shape == (7, 7)
    # The map stands over the square that is seen: columns 75 to 375 of 451.
    assert pictures.panels[2].origin == pytest.approx((300 / 14 - 0.5, 75 + 300 / 14 - 0.5))
    assert "package efficientnet-lite0" in str(events[Remark, "weights"].message)  # type: ignore[attr-defined]
    table, chart = events[Table, "times"], events[Chart, "times"]
    assert isinstance(table, Table) and isinstance(chart, Chart)
    assert [row[0].value for row in table.rows][:2] == ["stem", "blocks.0"] and len(table.rows) == 21
    assert sum(row[2].value for row in table.rows) == 4_652_008  # type: ignore[misc]
    assert all(row[3].value > 0 for row in table.rows)  # type: ignore[operator]
    tree = events[LayerTree, "network"]
    assert isinstance(tree, LayerTree) and tree.layers[0].shape_out == (1000,)
    # Another answer or layer needs no new pass.
    again = RunParams(repeats=1, answer=2, layer="blocks.8")
    first = instance._seen(params)
    maps = shown(again, instance)[FeatureMaps, "layer"]
    assert instance._seen(again) is first
    assert (
        isinstance(maps, FeatureMaps) and maps.layers[0][0] == "blocks.8" and maps.layers[0][1].shape == (112, 14, 14)
    )


def test_numbers_are_those_of_hooks_of_torch_and_of_its_gradients() -> None:
    agrees_with_references(Run, RunParams(repeats=1, answer=3, layer="blocks.3.depthwise"))


SMALL = ("squeezenet1_1", "shufflenet_v2_x0_5", "mobilenet_v3_small")
LARGE = (
    "alexnet", "vgg11", "resnet18", "densenet121", "googlenet", "inception_v3", "mnasnet0_5", "mobilenet_v2",
    "efficientnet_b0", "convnext_tiny",
)  # fmt: skip
WITHOUT_MAP = ("alexnet", "vgg11", "mobilenet_v3_small", "convnext_tiny")


@pytest.mark.parametrize("name", [*SMALL, *(pytest.param(name, marks=pytest.mark.long) for name in LARGE)])
def test_a_network_agrees_with_its_program(name: str) -> None:
    params = RunParams(network=name, weights="random", seed=3, repeats=1, picture="drawing")
    events = shown(params)
    prints_its_metrics(source(events), metrics(events))
    assert ("score" in metrics(events)) == (name not in WITHOUT_MAP)
    seen = events[Pictures, "seen"]
    assert isinstance(seen, Pictures)
    assert (len(seen.panels) == 3) == (name not in WITHOUT_MAP)
    assert ("No class activation map" in str(seen.note)) == (name in WITHOUT_MAP)


def test_imported_weights_are_used_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    params = RunParams(network="squeezenet1_1", repeats=1)
    with pytest.raises(LabError, match="not here"):
        Run().validate(params, DataStore(tmp_path))
    path = saved(tmp_path, monkeypatch, state_of())
    import_weights(path)
    events = shown(params)
    prints_its_metrics(source(events), metrics(events))
    assert path.name in str(events[Remark, "weights"].message)  # type: ignore[attr-defined]


def test_the_map_is_the_gradient_times_the_maps() -> None:
    """By the definition of Grad-CAM, which for means and one linear layer is this map over its number of places."""
    params = RunParams(repeats=1)
    seen = Seen(params, params.photo())
    answer = seen.best[0]
    kept: dict[str, torch.Tensor] = {}
    seen.network.get_submodule("head").register_forward_hook(lambda _m, _i, made: kept.update(maps=made))
    image = seen._image.clone().requires_grad_()
    score = seen.network(image)[0, answer]
    [slope] = torch.autograd.grad(score, kept["maps"])
    expected = (slope.mean((2, 3), keepdim=True) * kept["maps"]).sum(1)[0].detach() * 49
    cam = seen.cam(answer)
    assert cam is not None
    torch.testing.assert_close(cam, expected, rtol=1e-4, atol=1e-4)
    assert float(cam.mean()) + seen.bias(answer) == pytest.approx(score.item(), abs=1e-4)


def test_random_weights_are_the_same_for_a_seed_and_draw_from_no_global_generator() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first, second, other = (weights.untrained("squeezenet1_1", seed).state_dict() for seed in (3, 3, 4))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[name], second[name]) for name in first)
    kernel = next(name for name, value in first.items() if value.ndim > 1)
    assert not torch.equal(first[kernel], other[kernel])
    spread = float(first["features.3.expand3x3.weight"].std())
    assert spread == pytest.approx(np.sqrt(2 / (16 * 9)), rel=0.05)


def test_an_unknown_layer_shows_the_first_and_a_missing_file_is_said(tmp_path: Path) -> None:
    params = RunParams(network="squeezenet1_1", weights="random", repeats=1)
    assert Seen(params, params.photo()).maps("nothing").layers[0][0] == "features.0"
    with pytest.raises(LabError, match="There is no file"):
        Run().validate(RunParams(picture="own", path=str(tmp_path / "none.jpg")), DataStore(tmp_path))
