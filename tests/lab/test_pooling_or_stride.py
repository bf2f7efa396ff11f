"""The comparison of pooling and stride: sizes against torch, a tiny run, and what a shift does."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from lab.core.events import Event, Metrics, Progress, Remark, Scalars, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.convolution.pooling_or_stride import PoolingOrStride, PoolingOrStrideParams
from lab.topics.convolution.pooling_or_stride.networks import built, in_turn, shifted, stability
from lab.topics.convolution.pooling_or_stride.ways import SHAPE, WAYS, Way

TINY: dict[str, Any] = {"images": 40, "epochs": 1, "batch_size": 10, "channels": (2, 3)}
STRIDE: Way = "stride"


def run(folder: Path, wanted: bool = False, **values: Any) -> list[Event]:
    context = Context("cpu", DataStore(folder), due=lambda _kind, _name: wanted)
    return list(PoolingOrStride().run(PoolingOrStrideParams(**{**TINY, **values}), context))


def without_times(events: list[Event]) -> dict[str, float]:
    metrics = events[-1]
    assert isinstance(metrics, Metrics)
    return {name: value for name, value in metrics.values.items() if "_ms_" not in name and "ratio" not in name}


def seen_by(network: nn.Sequential) -> int:
    """How many input pixels along a row the features in the middle depend on: by autograd, with weights of 1."""
    for parameter in network.parameters():
        nn.init.ones_(parameter)
    image = torch.ones(1, *SHAPE, requires_grad=True)
    body = nn.Sequential(*list(network.children())[:-2])
    features = body(image)
    (gradient,) = torch.autograd.grad(features[0, 0, features.shape[2] // 2, features.shape[3] // 2], image)
    return int((gradient[0, 0].abs().sum(0) > 0).sum())


@pytest.mark.parametrize(
    "values", [{}, {"kernel": 5}, {"kernel": 1, "channels": (4,)}, {"strided_kernel": 4}, {"strided_kernel": 8}]
)
def test_sizes_are_those_of_torch(values: dict[str, Any]) -> None:
    params = PoolingOrStrideParams(**values)
    for way, count in params.counts().items():
        network = built(params.network(way))
        assert count.parameters == sum(parameter.numel() for parameter in network.parameters())
        with FlopCounterMode(display=False) as counter:
            network(torch.zeros(1, *SHAPE))
        # A multiplication and an addition are two.
        assert 2 * count.multiply_adds == counter.get_total_flops()
        assert count.features == nn.Sequential(*list(network.children())[:-2])(torch.zeros(1, *SHAPE)).shape[1:]
        # Of a window all are equal here; max pooling would show but one of them.
        if way != "max":
            assert count.field == seen_by(network)
    counts = params.counts()
    assert counts["max"] == counts["mean"]
    assert counts["max"].features == counts["stride"].features


def test_a_strided_kernel_that_is_one_larger_sees_as_much() -> None:
    for channels in ((4,), (4, 4)):
        for kernel in (1, 3, 5, 7):
            counts = PoolingOrStrideParams(channels=channels, kernel=kernel, strided_kernel=kernel + 1).counts()
            assert counts["stride"].field == counts["max"].field
            assert counts["stride"].features == counts["max"].features


def test_all_networks_begin_with_the_same_weights() -> None:
    params = PoolingOrStrideParams()
    states = [list(built(params.network(way)).state_dict().values()) for way in WAYS]
    for other in states[1:]:
        assert all(torch.equal(one, two) for one, two in zip(states[0], other, strict=True))
    assert [type(module).__name__ for module in built(params.network("mean"))].count("AvgPool2d") == 2


def test_mean_pooling_after_a_convolution_is_one_larger_convolution_with_stride() -> None:
    # What the lesson says.
    generator = torch.Generator().manual_seed(1)
    image, kernel = torch.rand(1, 2, 9, 9, generator=generator), torch.rand(3, 2, 3, 3, generator=generator)
    there = nn.functional.avg_pool2d(nn.functional.conv2d(image, kernel), 2)
    larger = nn.functional.conv2d(kernel.flatten(0, 1)[:, None], torch.full((1, 1, 2, 2), 0.25), padding=1)
    torch.testing.assert_close(there, nn.functional.conv2d(image, larger.reshape(3, 2, 4, 4), stride=2)[:, :, :3, :3])


def test_shifted_images_leave_zeros_behind() -> None:
    image = torch.arange(9.0).reshape(1, 1, 3, 3)
    assert shifted(image, 1, 0)[0, 0].tolist() == [[0, 0, 0], [0, 1, 2], [3, 4, 5]]
    assert shifted(image, 0, -2)[0, 0].tolist() == [[2, 0, 0], [5, 0, 0], [8, 0, 0]]


def test_features_that_do_not_look_at_places_are_stable_and_dead_ones_are_neither() -> None:
    torch.manual_seed(0)
    everywhere = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1, 10))
    images = torch.zeros(5, 1, 28, 28)
    images[:, :, 10:18, 10:18] = 1
    found = stability(everywhere, images)
    assert found.change == pytest.approx((0, 0, 0, 0), abs=1e-6)
    assert found.answers == (0, 0, 0, 0)
    identity = nn.Sequential(nn.Identity(), nn.Flatten(), nn.Linear(784, 10))
    # A column of 8 leaves, another comes: 16 of 64 pixels differ.
    assert stability(identity, images).change[0] == pytest.approx(math.sqrt(16 / 64))
    dead = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.Flatten(), nn.Linear(784, 10))
    nn.init.zeros_(next(dead.parameters()))
    assert math.isnan(stability(dead, images).change[0])


def test_each_way_comes_first_in_turn() -> None:
    assert [in_turn(WAYS, turn)[0] for turn in range(4)] == ["max", "mean", "stride", "max"]


def test_a_tiny_run_measures_everything(tmp_path: Path) -> None:
    events = run(tmp_path)
    steps = [event for event in events if isinstance(event, Progress)]
    assert [step.step for step in steps] == [1, 2, 3, 4]
    assert steps[-1].epoch_ends
    batches = [event for event in events if isinstance(event, Scalars) and event.name == "batch"]
    # The same images and weights, other ways: other losses, about as large.
    assert len({batches[0].values[f"{way}_train_loss"] for way in WAYS}) == 3
    metrics = events[-1]
    assert isinstance(metrics, Metrics)
    for way in WAYS:
        assert 0 <= metrics.values[f"accuracy_{way}"] <= 1
        assert metrics.values[f"step_ms_{way}"] > 0
        assert metrics.values[f"change_{way}"] > 0
    assert metrics.lists["output_size_pooling"] == metrics.lists["output_size_stride"] == (3, 7, 7)
    table = [event for event in events if isinstance(event, Table) and event.name == "measured"][-1]
    assert None not in [cell.value for row in table.rows for cell in row]
    chart = next(event for event in events if isinstance(event, Chart))
    assert [line.x.tolist() for line in chart.lines] == [[0, 1, 2, 3, 4]] * 3


def test_watching_does_not_change_the_numbers(tmp_path: Path) -> None:
    assert without_times(run(tmp_path, wanted=True)) == without_times(run(tmp_path))


def test_a_run_that_diverges_says_so_and_keeps_what_is_finite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lab.training.trainer import Step, Trainer

    once = Trainer.step

    def step(self: Trainer) -> Step:
        done = once(self)
        if self.steps_done == 2 and "stride=2" in self.params.network[0]:
            for parameter in self.model.parameters():
                nn.init.constant_(parameter, math.nan)
            return replace(done, loss=torch.tensor(math.nan))
        return done

    monkeypatch.setattr(Trainer, "step", step)
    events = run(tmp_path)
    remark = next(event for event in events if isinstance(event, Remark))
    assert "stride 2 is not finite any more at step 2" in str(remark.message)
    metrics = events[-1]
    assert isinstance(metrics, Metrics)
    assert all(math.isfinite(value) for value in metrics.values.values())
    assert "loss_stride" not in metrics.values
    assert metrics.values["loss_max"] > 0
    # The step that went wrong is no step.
    assert sum(isinstance(event, Progress) for event in events) == 1


def test_an_even_kernel_is_refused() -> None:
    with pytest.raises(ParamError, match="4 is even; allowed is 1, 3, 5 or 7"):
        PoolingOrStrideParams(kernel=4)


def test_the_state_between_two_steps_can_be_asked(tmp_path: Path) -> None:
    experiment = PoolingOrStride()
    assert list(made(experiment.query({}))) == []
    events = experiment.run(PoolingOrStrideParams(**TINY), Context("cpu", DataStore(tmp_path)))
    while not isinstance(next(events), Progress):
        pass
    assert {event.key for event in made(experiment.query({}))} == {("Chart", "stability"), ("Table", "measured")}
