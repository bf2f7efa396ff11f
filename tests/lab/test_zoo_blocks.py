"""Networks of blocks with the way past each and without: what they compute, their gradients, and one block by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torchvision.models.resnet import BasicBlock

from lab.core.code import Code
from lab.core.events import Event, Metrics, Progress, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.data.store import DataStore
from lab.topics.sweeps.grid import GridParams
from lab.topics.zoo.blocks import Blocks, BlocksParams, figures
from lab.topics.zoo.blocks.network import Block, Network, begin_as_identity, gradient_sizes, kernels
from lab.topics.zoo.blocks.one_block import OneBlock, graph
from tests.lab.contracts import printed, prints_its_metrics, small

STORE = DataStore(Path("unused"))
ROOT = Path(__file__).resolve().parents[2]


def drawn(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


def newest(events: list[Event], kind: type[Event], name: str) -> Any:
    return next(event for event in events if isinstance(event, kind) and getattr(event, "name", "") == name)


@pytest.mark.parametrize(("before", "channels", "stride"), [(4, 4, 1), (4, 8, 2)])
def test_a_residual_block_is_that_of_torchvision(before: int, channels: int, stride: int) -> None:
    ours = Block(before, channels, stride, residual=True, norm=True, projected=True)
    down = None
    if stride > 1:
        down = nn.Sequential(nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))
    theirs = BasicBlock(before, channels, stride, down)
    renamed = (("bn1", "norm1"), ("bn2", "norm2"), ("downsample", "past"))
    for name, tensor in theirs.state_dict().items():
        for their, our in renamed:
            name = name.replace(their, our)
        ours.state_dict()[name].copy_(tensor)
    x = drawn(5, before, 6, 6)
    for mode in (True, False):
        torch.testing.assert_close(ours.train(mode)(x), theirs.train(mode)(x), rtol=0, atol=0)


def test_without_a_projection_new_channels_are_zeros_and_a_plain_block_has_no_way_past() -> None:
    ours = Block(4, 8, 2, residual=True, norm=False)
    x = drawn(5, 4, 6, 6)
    inner = functional.conv2d(x, ours.conv1.weight, ours.conv1.bias, 2, 1).clamp(min=0)
    inner = functional.conv2d(inner, ours.conv2.weight, ours.conv2.bias, 1, 1)
    past = torch.zeros(5, 8, 3, 3)
    past[:, :4] = x[:, :, ::2, ::2]
    torch.testing.assert_close(ours(x), (inner + past).clamp(min=0))
    ours.residual = False
    torch.testing.assert_close(ours(x), inner.clamp(min=0))


@pytest.mark.parametrize("depth", ["8", "20", "56"])
def test_a_network_is_as_deep_as_it_is_called(depth: str) -> None:
    for way in ("residual", "plain"):
        model = Blocks().model(BlocksParams(depth=depth), way, 10)
        layers = [each for each in model.modules() if isinstance(each, nn.Conv2d | nn.Linear)]
        assert len(layers) == int(depth) == len(kernels(model)) + 1


def test_its_parameters_are_those_of_the_paper() -> None:
    # ResNet-20 for CIFAR-10 has 269,722 (0.27 M in the paper); here the images have one channel in place of three.
    model = Network(3, (16, 32, 64), 10, residual=True, norm=True)
    assert sum(each.numel() for each in model.parameters()) == 269_722 - 2 * 16 * 9


@pytest.mark.parametrize("norm", [True, False])
def test_blocks_that_begin_as_the_identity_give_what_they_get(norm: bool) -> None:
    model = Network(3, (4, 4, 4), 10, residual=True, norm=norm).train()
    begin_as_identity(model)
    x = drawn(5, 4, 6, 6).clamp(min=0)
    torch.testing.assert_close(model.blocks(x), x[:, :, ::4, ::4])
    model(drawn(5, 1, 6, 6)).square().sum().backward()
    moved = [bool(size) for size in gradient_sizes(kernels(model))]
    # Without batch norm it is the last weights of each block that wait for nothing.
    assert moved == [True, *([False, not norm] * 9)]


def test_gradients_are_those_that_torch_finds_for_the_first_batch() -> None:
    params = small(Blocks, depth="14")
    engine = Blocks().begin(params, Context("cpu", STORE))
    engine.advance()
    order = torch.randperm(params.count, generator=torch.Generator().manual_seed(params.seed))
    for way in ("residual", "plain", "shallow"):
        setup = Blocks().setup(params, STORE, way)
        images, labels = setup.sources["train"].take(order[: params.batch_size])
        loss = functional.cross_entropy(setup.model.train()(images), labels)
        weights = [weight for name, weight in setup.model.named_parameters() if weight.ndim == 4]
        wanted = [float(found.square().mean().sqrt()) for found in torch.autograd.grad(loss, weights)]
        hook: Any = engine.trainers[way].setup.hooks[0]
        np.testing.assert_allclose(hook.first, wanted, rtol=1e-4)
        np.testing.assert_allclose(hook.now, wanted, rtol=1e-4)


def _begins(seed: int, depth: str = "56", **changes: Any) -> dict[str, float]:
    """Return the gradient of the first convolution over that of the last in the first step, by metric."""
    engine = Blocks().begin(BlocksParams(seed=seed, depth=depth, **changes), Context("cpu", STORE))
    engine.advance()
    return figures.ratios(engine)


def test_gradients_of_a_plain_network_grow_towards_the_image_with_batch_norm_and_vanish_without() -> None:
    # What the lesson says of seeds 7 to 11.
    normed = _begins(10)
    assert 2_000 < normed["plain_gradient_start"] < 23_000 and 14 < normed["residual_gradient_start"] < 75
    without: dict[str, Any] = {"batch_norm": False, "initialisation": "default"}
    for depth, most in (("20", 4e-6), ("56", 1e-21)):
        found = _begins(9, depth, **without)
        assert found["plain_gradient_start"] < most and 0.6 < found["residual_gradient_start"] < 11


@pytest.mark.parametrize("block", [OneBlock(1.0, 0.6, 0.5), OneBlock(0.7, -1.3, 0.5), OneBlock(-1.2, -0.4, -1.7)])
def test_values_and_gradients_of_one_block_are_those_of_torch(block: OneBlock) -> None:
    x, w1, w2 = (torch.tensor(n, dtype=torch.float64, requires_grad=True) for n in (block.x, block.w1, block.w2))
    h = (w1 * x).relu()
    f = w2 * h
    y = x + f
    leaves = {"x": x, "w1": w1, "w2": w2, "h": h, "f": f, "y": y}
    gradients = torch.autograd.grad(y, list(leaves.values()))
    for node in graph(block).nodes:
        assert node.value == pytest.approx(leaves[node.name].item(), abs=1e-12)
        assert node.gradient == pytest.approx(gradients[list(leaves).index(node.name)].item(), abs=1e-12)


def test_one_block_is_checked_by_torch_and_has_a_program() -> None:
    params = small(Blocks, x=0.5, w1=0.8, w2=-0.5)
    instance = Blocks()
    instance.prepare(params)
    shown = list(made(instance.preview(params, STORE)))
    table, code = newest(shown, Table, "one_block"), newest(shown, Code, "by_hand")
    found = printed(code.source)
    (_, residual, plain), *_others = ([cell.value for cell in row] for row in table.rows[1:])
    assert [residual, plain] == pytest.approx([0.6, -0.4]) == [found["residual_slope"][0], found["plain_slope"][0]]
    for event in instance.run(params, Context("cpu", STORE)):
        if isinstance(event, Progress):
            break
    check = newest(list(made(instance.query({}))), Table, "check")
    assert [row[-1].mark for row in check.rows] == ["good"] * 8


def test_programs_of_all_networks_print_their_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    params = small(Blocks, depth="14", shortcut="B", identity=True, initialisation="default", epochs=1)
    instance = Blocks()
    instance.prepare(params)
    shown = list(made(instance.preview(params, STORE)))
    *_events, metrics = instance.run(params, Context("cpu", STORE))
    assert isinstance(metrics, Metrics)
    monkeypatch.chdir(ROOT)
    for name in ("code", "plain", "shallow"):
        prints_its_metrics(newest(shown, Code, name).source, metrics.values)
    assert metrics.values["residual"] == metrics.values["residual_test_accuracy"]
    assert metrics.values["residual_gradient_start"] == np.inf


def test_its_figures_have_all_layers_and_a_sweep_over_the_depth() -> None:
    params = small(Blocks, depth="14", shortcut="B")
    instance = Blocks()
    instance.prepare(params)
    for event in instance.run(params, Context("cpu", STORE)):
        if isinstance(event, Progress):
            break
    shown = list(made(instance.query({})))
    chart, table = newest(shown, Chart, "gradients"), newest(shown, Table, "numbers")
    for line in chart.lines:
        np.testing.assert_array_equal(line.x, np.arange(1, 14))
    starts = next(row for row in table.rows if getattr(row[0].value, "template", "").endswith("start"))
    for cell, line in zip(starts[1:], chart.lines[1::2], strict=False):
        assert cell.value == pytest.approx(line.y[0] / line.y[-1], rel=1e-3)
    [link] = [cell.link for row in table.rows for cell in row if cell.link is not None]
    sweep = GridParams.from_texts(link.texts).sweep()
    assert [axis.values for axis in sweep.axes] == [("8", "20", "56")]
    assert isinstance(sweep.base, BlocksParams) and sweep.base.shortcut == "B"


@pytest.mark.long
@pytest.mark.parametrize(("depth", "seed"), [("20", 7), ("56", 10)])
def test_a_deep_plain_network_does_worse_in_training_than_a_shallow_one_and_a_residual_one_does_not(
    depth: str, seed: int
) -> None:
    # Of the seeds of the lesson, one that is near its mean with 56 layers; with 20, the one of the page.
    engine = Blocks().begin(BlocksParams(depth=depth, seed=seed), Context("cpu", STORE))
    while not engine.finished:
        engine.advance()
        engine.losses(True)
    losses = {way: trainer.epoch_values()["loss"] for way, trainer in engine.trainers.items()}
    assert 0.09 < losses["shallow"] < 0.18
    low, high = (0.14, 0.46) if depth == "20" else (1.7, 2.3)
    assert low < losses["plain"] < high
    assert losses["residual"] < min(losses["plain"], 0.09 if depth == "20" else 0.39)
