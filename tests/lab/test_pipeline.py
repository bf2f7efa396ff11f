"""A pipeline is that of torchvision, stage by stage; a label is judged by a network that knows it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision.transforms import v2

from lab.core.blocks import read_block
from lab.core.events import Event, Metrics, Remark
from lab.core.figures import Chart, Table
from lab.core.params import ParamError
from lab.core.pictures import Pictures, seen
from lab.running import sessions
from lab.topics.transforms.pipeline import Pipeline, PipelineParams
from lab.topics.transforms.pipeline.block_kinds import KINDS, call, make
from lab.topics.transforms.pipeline.passing import run
from lab.training.random import seeded

SIX = 7


def shown(**values: Any) -> dict[tuple[str, str], Event]:
    pipeline = Pipeline()
    pipeline.data = sessions.data_store()
    return {event.key: event for event in pipeline.compute(PipelineParams(**values))}


def metrics(events: dict[tuple[str, str], Event]) -> dict[str, Any]:
    found = events["Metrics", ""]
    assert isinstance(found, Metrics)
    return found.everything


def rows(events: dict[tuple[str, str], Event], name: str) -> list[list[str]]:
    table = events["Table", name]
    assert isinstance(table, Table)
    return [[str(cell.value) for cell in row] for row in table.rows]


@settings(max_examples=25)
@given(st.lists(st.sampled_from([kind for kind in KINDS if kind != "resized_crop"]), max_size=5), st.integers(0, 99))
def test_a_pipeline_is_that_of_torchvision(kinds: list[str], seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (20, 24, 3), dtype=np.uint8)
    blocks = tuple(read_block(KINDS, kind) for kind in kinds)
    piped = run(image, blocks, 2, seed)
    program = eval("v2.Compose([" + ", ".join(map(call, blocks or (read_block(KINDS, "flip_vertical p=0"),))) + "])")
    planes = torch.from_numpy(image).permute(2, 0, 1)
    for sample, found in enumerate(piped.samples):
        torch.manual_seed(seed + sample)
        if piped.problem:
            with pytest.raises((RuntimeError, ValueError, TypeError)):
                program(planes)
        else:
            np.testing.assert_array_equal(found, program(planes).numpy())


@pytest.mark.parametrize(
    ("text", "transform"),
    [
        ("resize size=32", v2.Resize(32, antialias=True)),
        ("resized_crop size=24 least=0.5", v2.RandomResizedCrop(24, scale=(0.5, 1.0), antialias=True)),
        ("rotate degrees=12.5", v2.RandomRotation(12.5, v2.InterpolationMode.BILINEAR)),
        ("colour brightness=0.1 contrast=0.2 saturation=0.3 hue=0.05", v2.ColorJitter(0.1, 0.2, 0.3, 0.05)),
        ("blur kernel=7 sigma=2.5", v2.GaussianBlur(7, 2.5)),
        ("normalise mean=0.25 deviation=2", v2.Normalize([0.25], [2.0])),
    ],
)
def test_a_block_is_the_transform_that_it_says(text: str, transform: torch.nn.Module) -> None:
    assert repr(make(read_block(KINDS, text))) == repr(transform)


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_number_of_a_block_is_in_its_line(kind: str) -> None:
    block = KINDS[kind]
    assert all(f"{{{number.name}}}" in block.code for number in block.numbers)
    assert type(make(read_block(KINDS, kind))).__name__ == block.code.removeprefix("v2.").partition("(")[0]


def test_the_state_of_torch_is_left_as_it_was() -> None:
    before = torch.random.get_rng_state()
    with seeded(3):
        drawn = torch.rand(2)
    assert torch.equal(torch.random.get_rng_state(), before)
    with seeded(3):
        assert torch.equal(torch.rand(2), drawn)


def test_each_stage_has_its_shape_type_and_range() -> None:
    events = shown(pipeline=("resize size=32", "center_crop size=28", "float", "normalise mean=0.5 deviation=0.5"))
    table = rows(events, "stages")
    assert [row[1] for row in table] == ["3 × 427 × 640", "3 × 32 × 47", "3 × 28 × 28", "3 × 28 × 28", "3 × 28 × 28"]
    assert [row[2] for row in table] == ["uint8"] * 3 + ["float32"] * 2
    (low, high), (least, greatest) = ((float(end) for end in table[place][3].split(" … ")) for place in (3, 4))
    assert 0 <= low < high <= 1
    assert [least, greatest] == pytest.approx([2 * low - 1, 2 * high - 1], abs=0.01)
    pictures = events["Pictures", "stages"]
    assert isinstance(pictures, Pictures) and len(pictures.panels) == 5


def test_what_torch_refuses_is_said_and_what_came_before_it_is_shown() -> None:
    events = shown(pipeline=("resize size=16", "normalise", "float"))
    remark = events["Remark", "pipeline"]
    assert isinstance(remark, Remark) and remark.level == "warning" and "Block 2" in str(remark.message)
    assert len(rows(events, "stages")) == 3
    assert metrics(events)["samples"] == 0
    assert metrics(events)["output_shape"] == [3, 16, 23]


def test_a_six_upside_down_is_no_six_and_a_little_turned_it_is() -> None:
    upside = shown(data="digits", number=SIX, pipeline=("flip_vertical p=1",), guess="destroys", samples=3)
    assert metrics(upside)["recognised"] == 0
    assert rows(upside, "label")[-1] == ["your guess", "right"]
    turned = shown(data="digits", number=SIX, pipeline=("rotate degrees=10",), guess="destroys")
    assert metrics(turned)["recognised"] == 12
    assert rows(turned, "label")[-1] == ["your guess", "wrong"]
    # Nothing is told before it is guessed.
    asked = shown(data="digits", number=SIX, pipeline=("flip_vertical p=1",))
    assert "recognised" not in metrics(asked) and len(rows(asked, "label")) == 1


def test_without_cifar_10_fashion_mnist_is_taken_and_said() -> None:
    events = shown(data="cifar-10", pipeline=("flip_horizontal p=0",), samples=1)
    remark = events["Remark", "data"]
    assert isinstance(remark, Remark) and "Fashion-MNIST" in str(remark.message)
    assert metrics(events)["output_shape"] == [1, 28, 28]


def test_an_even_kernel_is_refused_by_its_place() -> None:
    with pytest.raises(ParamError, match=r"block 2.*odd"):
        PipelineParams(pipeline=("grey", "blur kernel=4 sigma=1"))


def test_the_histogram_is_that_of_a_stage() -> None:
    blocks = ("resize size=16", "float", "normalise mean=0.5 deviation=0.25")
    for stage, reached in ((0, 0), (2, 2), (12, 3)):
        events = shown(pipeline=blocks, stage=stage)
        chart, pictures = events["Chart", "histogram"], events["Pictures", "stages"]
        assert isinstance(chart, Chart) and isinstance(pictures, Pictures)
        assert len(chart.lines) == (2 if reached else 1)
        assert str(chart.lines[-1].label).startswith(f"{reached}. ")
        values = np.asarray(pictures.panels[reached].values, np.float64)
        counts, edges = np.histogram(values / 255 if reached == 0 else values, len(chart.lines[-1].x))
        np.testing.assert_allclose(chart.lines[-1].y, counts / values.size)
        np.testing.assert_allclose(chart.lines[-1].x, (edges[1:] + edges[:-1]) / 2)


@pytest.mark.parametrize(
    ("channels", "colours", "shape"), [(1, "grey", (2, 3)), (2, "grey", (2, 3)), (4, "colour", (2, 3, 3))]
)
def test_an_image_is_seen_in_the_colours_that_it_has(channels: int, colours: str, shape: tuple[int, ...]) -> None:
    planes = np.arange(channels * 6.0).reshape(channels, 2, 3)
    values, found = seen(planes)
    assert (found, values.shape) == (colours, shape)
    assert (values[..., 0] if found == "colour" else values).tolist() == planes[0].tolist()
