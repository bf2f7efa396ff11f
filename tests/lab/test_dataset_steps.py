"""Data sets and loaders event by event: against torch's own, unwatched."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional

from lab.core.code import Code
from lab.core.events import Event, Metrics, Progress, Remark, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.pictures import Pictures
from lab.core.text import message
from lab.data.base import ImageDataset, ImageSet
from lab.data.store import DatasetInfo, DataStore, Origin
from lab.topics.transforms.dataset import DatasetSteps
from lab.topics.transforms.dataset.narration import Happening, story
from lab.topics.transforms.dataset.params import DatasetParams
from tests.lab.contracts import printed

RANDOM = np.random.default_rng(3)
GREY = RANDOM.integers(0, 256, (23, 9, 9), dtype=np.uint8)
COLOURED = RANDOM.integers(0, 256, (23, 9, 8, 3), dtype=np.uint8)
LABELS = RANDOM.integers(0, 10, 23)


class Own(Dataset[Any]):
    """As the page writes it."""

    def __init__(self, images: Any, labels: Any, transform: Any) -> None:
        self.images, self.labels, self.transform = images, labels, transform

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        return self.transform(self.images[index]), int(self.labels[index])


def transform(params: DatasetParams, channels: int) -> v2.Compose:
    half = [0.5] * channels
    return v2.Compose(
        [
            v2.ToImage(),
            *([v2.RandomHorizontalFlip(0.5)] if params.flip else []),
            *([v2.RandomRotation(params.rotation)] if params.rotation else []),
            v2.ToDtype(torch.float32, scale=True),
            *([v2.Normalize(half, half)] if params.normalise else []),
        ]
    )


@contextmanager
def from_seed(seed: int) -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def plain(params: DatasetParams, images: Any) -> list[list[tuple[Any, Any]]]:
    """Return the batches of each epoch by torch alone."""
    with from_seed(params.seed):
        through = transform(params, 1 if images.ndim == 3 else 3)
        dataset: Dataset[Any] = Own(images, LABELS, through)
        if params.kind == "tensors":
            bare = torch.tensor(images)[:, None] if images.ndim == 3 else torch.tensor(images).permute(0, 3, 1, 2)
            stack = torch.stack([through(image) for image in images]) if params.prepared else bare / 255
            dataset = TensorDataset(stack, torch.tensor(LABELS))
        generator = torch.Generator().manual_seed(params.seed)
        loader = DataLoader(
            dataset, params.batch_size, shuffle=params.shuffle, drop_last=params.drop_last, generator=generator
        )
        return [[(x.numpy(), y.tolist()) for x, y in loader] for _ in range(params.epochs)]


def told(params: DatasetParams, images: Any = GREY) -> list[Happening]:
    return list(story(params, images, LABELS))


def events_of(params: DatasetParams, folder: Path, store: DataStore | None = None) -> list[Event]:
    context = Context("cpu", store or DataStore(folder), due=lambda _kind, _name: True)
    return list(DatasetSteps().run(params, context))


def metrics(events: list[Event]) -> dict[str, Any]:
    found = events[-1]
    assert isinstance(found, Metrics)
    return found.everything


CASES = [
    DatasetParams(),
    DatasetParams(shuffle=False, epochs=3, seed=1),
    DatasetParams(drop_last=True, batch_size=5, flip=False),
    DatasetParams(rotation=0, normalise=False, batch_size=16),
    DatasetParams(kind="tensors"),
    DatasetParams(kind="tensors", prepared=True, drop_last=True),
]


@pytest.mark.parametrize("params", CASES, ids=range(len(CASES)))
@pytest.mark.parametrize("images", [GREY, COLOURED], ids=["grey", "coloured"])
def test_watching_changes_no_batch(params: DatasetParams, images: Any) -> None:
    before = torch.get_rng_state()
    found = [event for event in told(params, images) if event.kind == "batch"]
    # And it takes no random numbers from anyone else.
    assert torch.equal(torch.get_rng_state(), before)
    expected = [batch for epoch in plain(params, images) for batch in epoch]
    assert len(found) == len(expected)
    for event, (pixels, labels) in zip(found, expected, strict=True):
        np.testing.assert_array_equal(event.made, pixels)
        assert list(event.labels) == labels
        assert event.shape == pixels.shape


def test_nothing_runs_until_the_loop_asks() -> None:
    kinds = [event.kind for event in told(DatasetParams())]
    assert kinds[:6] == ["import", "class", "transforms", "dataset", "loader", "order"]
    assert kinds[6:16] == [*["item"] * 8, "collate", "batch"]
    running = [event.kind for event in told(DatasetParams()) if event.transforms]
    assert set(running) == {"item"} and len(running) == 46


@pytest.mark.parametrize(("prepared", "before"), [(True, 23), (False, 0)])
def test_transforms_of_finished_tensors_run_before_or_never(prepared: bool, before: int) -> None:
    events = told(DatasetParams(kind="tensors", prepared=prepared))
    assert [event.transforms for event in events if event.kind == "dataset"] == [before]
    assert sum(event.transforms for event in events if event.kind == "item") == 0
    # What is fetched again is the same to the last bit.
    by_index: dict[int, list[Any]] = {}
    for event in events:
        if event.kind == "item":
            by_index.setdefault(event.index, []).append(event.made)
    assert all(len(made) == 2 and np.array_equal(*made) for made in by_index.values())


def test_each_epoch_has_another_order_and_other_random_numbers() -> None:
    events = told(DatasetParams(epochs=3))
    orders = [event.order for event in events if event.kind == "order"]
    assert len(set(orders)) == 3
    assert all(sorted(order) == list(range(23)) for order in orders)
    angles = [[event.angle for event in events if event.kind == "item" and event.epoch == epoch] for epoch in (1, 2)]
    assert not set(angles[0]) & set(angles[1])
    still = told(DatasetParams(shuffle=False))
    assert [event.order for event in still if event.kind == "order"] == [tuple(range(23))] * 2
    drawn = [[event.angle for event in still if event.kind == "item" and event.epoch == epoch] for epoch in (1, 2)]
    assert not set(drawn[0]) & set(drawn[1])


def test_what_is_said_of_an_image_is_what_was_done_to_it() -> None:
    flips = set()
    for event in told(DatasetParams(normalise=False)):
        if event.kind != "item":
            continue
        assert event.angle is not None and abs(event.angle) <= 15 and event.made is not None
        image = torch.tensor(GREY[event.index])[None]
        image = functional.horizontal_flip(image) if event.flipped else image
        expected = functional.rotate(image, event.angle).numpy() / 255
        np.testing.assert_allclose(event.made, expected, atol=1e-6)
        flips.add(event.flipped)
    assert flips == {True, False}


@given(
    st.integers(4, 30), st.integers(1, 16), st.booleans(), st.booleans(), st.integers(1, 3), st.sampled_from((0, 1, 2))
)
@settings(max_examples=25)
def test_batches_are_counted_as_they_come(
    examples: int, size: int, shuffle: bool, drop_last: bool, epochs: int, kind: int
) -> None:
    params = DatasetParams(
        examples=examples, batch_size=size, shuffle=shuffle, drop_last=drop_last, epochs=epochs, rotation=0,
        kind="own" if kind == 0 else "tensors", prepared=kind == 1,
    )  # fmt: skip
    events = list(DatasetSteps().run(params, Context("cpu", DataStore(Path("unused")))))
    found, steps = metrics(events), [event for event in events if isinstance(event, Progress)]
    batches = examples // size if drop_last else math.ceil(examples / size)
    delivered = batches * size if drop_last else examples
    assert found["batches"] == batches
    assert found["images"] == found["getitem_calls"] == delivered * epochs
    assert found["images_left_out"] == examples - delivered
    assert found["transforms_ran"] == (delivered * epochs, examples, 0)[kind]
    assert len(found["epoch_means"]) == (epochs if batches else 0)
    if batches:
        assert found["batch_size_last"] == (size if drop_last else examples - (batches - 1) * size)
    # How many steps there will be was known from the first on.
    assert [event.step for event in steps] == list(range(1, steps[0].steps + 1))


def test_a_loop_that_sees_nothing_is_said(tmp_path: Path) -> None:
    events = events_of(DatasetParams(examples=10, batch_size=16, drop_last=True), tmp_path)
    assert any(isinstance(event, Remark) and "No batch came at all" in str(event.message) for event in events)
    assert metrics(events)["images"] == 0


def test_the_lines_that_are_executed_are_lit(tmp_path: Path) -> None:
    events = events_of(DatasetParams(epochs=1), tmp_path)
    lit = []
    for event in events:
        if isinstance(event, Code) and event.now:
            lines = [line.text.strip() for line in event.lines if set(line.parts) & set(event.now)]
            lit.append((str(event.note), lines))
    fetched = [lines for note, lines in lit if "now the transforms run" in note]
    assert len(fetched) == 23
    assert all("image = self.transform(self.images[index])" in lines for lines in fetched)
    assert [lines[0] for note, lines in lit if "loader is made" in note] == ["loader = DataLoader("]
    assert all(lines for _, lines in lit)


def test_the_batch_fills_image_by_image(tmp_path: Path) -> None:
    pictures = [event for event in events_of(DatasetParams(), tmp_path) if isinstance(event, Pictures)]
    filling = [event for event in pictures if event.name == "batch" and "being filled" in str(event.note)]
    first = [sum(panel.hatched is None for panel in event.panels) for event in filling[:9]]
    assert first == [*range(1, 9), 8]
    assert {len(event.panels) for event in filling[:9]} == {8}
    assert len(filling[-1].panels) == 7


def test_every_image_has_its_fate(tmp_path: Path) -> None:
    events = events_of(DatasetParams(drop_last=True), tmp_path)
    table = [event for event in events if isinstance(event, Table) and event.name == "images"][-1]
    for epoch in (2, 3):
        said = [str(row[epoch].value) for row in table.rows]
        assert said.count("dropped") == 7
        assert sum(words.startswith("batch") and "°" in words for words in said) == 16


def test_times_are_measured_for_who_watches_only(tmp_path: Path) -> None:
    watched = [event for event in events_of(DatasetParams(examples=8, epochs=1), tmp_path) if isinstance(event, Chart)]
    assert len(watched) == 1 and len(watched[0].lines) == 3
    assert all((line.y > 0).all() and len(line.y) == 1 for line in watched[0].lines)
    alone = DatasetSteps().run(DatasetParams(examples=8, epochs=1), Context("cpu", DataStore(tmp_path)))
    assert not any(isinstance(event, Chart) for event in alone)


# CIFAR-10, which may not be there.


def test_without_cifar_the_page_says_what_it_uses(tmp_path: Path) -> None:
    events = events_of(DatasetParams(dataset="cifar-10", epochs=1), tmp_path)
    [remark] = [event for event in events if isinstance(event, Remark)]
    assert "CIFAR-10" in str(remark.message) and "Fashion-MNIST is used" in str(remark.message)
    assert metrics(events)["example_shape"] == [1, 28, 28]
    assert metrics(events) == metrics(events_of(DatasetParams(epochs=1), tmp_path))


class Colourful(DataStore):
    """Has CIFAR-10, or what looks like it, and counts how often it is read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.loads = 0
        self.images = RANDOM.integers(0, 256, (60, 32, 32, 3), dtype=np.uint8)
        self.images.flags.writeable = False
        self.labels = RANDOM.integers(0, 10, 60)
        np.savez(folder / "cifar-10.npz", train_images=self.images, train_labels=self.labels)

    def info(self, name: str) -> DatasetInfo:
        known = super().info(name)
        return DatasetInfo(**{**vars(known), "installed": True, "problem": None, "origin": Origin.IMPORTED})

    def load(self, name: str) -> ImageDataset:
        self.loads += 1
        images = ImageSet(self.images, self.labels)
        return ImageDataset(name, message("x"), self.info(name).classes, images, images, message("x"))


def test_with_cifar_the_batches_are_in_colour_and_its_program_prints_the_same(tmp_path: Path) -> None:
    store = Colourful(tmp_path)
    for kind in ("own", "tensors"):
        params = DatasetParams(dataset="cifar-10", epochs=1, kind=kind)
        events = events_of(params, tmp_path, store)
        assert metrics(events)["example_shape"] == [3, 32, 32]
        code = [event for event in events if isinstance(event, Code)][-1]
        with torch.random.fork_rng(devices=[]):
            numbers = printed(code.source)
        assert numbers["epoch_means"] == pytest.approx(metrics(events)["epoch_means"], rel=1e-6)
        assert numbers["images"] == [23]


def test_large_data_are_not_read_for_a_preview(tmp_path: Path) -> None:
    store = Colourful(tmp_path)
    events = list(made(DatasetSteps().preview(DatasetParams(dataset="cifar-10"), store)))
    assert store.loads == 0
    assert any(isinstance(event, Code) and "cifar-10.npz" in event.source for event in events)
    assert not any(event.panels for event in events if isinstance(event, Pictures))
