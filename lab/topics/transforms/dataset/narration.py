"""What happens from the data to the last batch, as torch's own data sets and loaders do it, event by event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from lab.core.events import Array
from lab.training.random import seeded

if TYPE_CHECKING:
    import torch
    from torch.utils.data import DataLoader, Dataset

Kind = Literal["import", "class", "transforms", "dataset", "loader", "order", "item", "collate", "batch", "end"]


@dataclass(frozen=True)
class Setup:
    """What is asked for: of the class, of the loader, and of the transforms; see `DatasetParams`."""

    own_class: bool
    prepared: bool
    batch_size: int
    shuffle: bool
    drop_last: bool
    epochs: int
    flip: bool
    rotation: float
    normalise: bool
    seed: int

    @property
    def when(self) -> Literal["each time", "once", "never"]:
        """When the transforms run."""
        return "each time" if self.own_class else "once" if self.prepared else "never"


@dataclass(frozen=True)
class Happening:
    """One event of the story, in epoch `epoch` and batch `batch`, both from 1; 0 is before.

    For "item": the `index` asked for, and `made`, (C, H, W) float32, that came out; `flipped` and `angle` are what the
    transforms did this time, None where they did not run. For "order": the `order` of the epoch. For "collate" and
    "batch": the `shape` of the batch and the `labels` in it. `transforms` is how often the transforms ran in it.
    """

    kind: Kind
    epoch: int = 0
    batch: int = 0
    index: int = -1
    made: Array | None = None
    flipped: bool | None = None
    angle: float | None = None
    order: tuple[int, ...] = ()
    shape: tuple[int, ...] = ()
    labels: tuple[int, ...] = ()
    transforms: int = 0


class Stream:
    """Random numbers that begin as after `torch.manual_seed`, go on with each use, and disturb no others."""

    def __init__(self, seed: int) -> None:
        import torch

        self._state: torch.Tensor = torch.Generator().manual_seed(seed).get_state()

    @contextmanager
    def drawn(self) -> Iterator[None]:
        """Let torch's global generator, which transforms draw from, go on where this stream stands."""
        import torch

        with seeded(0):
            torch.set_rng_state(self._state)
            yield
            self._state = torch.get_rng_state()


def pipeline(setup: Setup, channels: int, note: Callable[[str, float], None] = lambda name, value: None) -> Any:
    """Return the transforms; `note` is told of each flip and angle when it is drawn."""
    import torch
    from torchvision.transforms import v2

    steps: list[Any] = [v2.ToImage()]
    if setup.flip:
        flip = v2.RandomHorizontalFlip(0.5)
        flips = flip.transform

        def noted_flip(image: Any, drawn: dict[str, Any]) -> Any:
            note("flipped", 1.0)
            return flips(image, drawn)

        flip.transform = noted_flip
        steps.append(flip)
    if setup.rotation:
        rotation = v2.RandomRotation(setup.rotation)
        draws = rotation.make_params

        def noted_angle(images: list[Any]) -> Any:
            drawn = draws(images)
            note("angle", drawn["angle"])
            return drawn

        rotation.make_params = noted_angle
        steps.append(rotation)
    steps.append(v2.ToDtype(torch.float32, scale=True))
    if setup.normalise:
        steps.append(v2.Normalize([0.5] * channels, [0.5] * channels))
    return v2.Compose(steps)


def plain_tensors(images: Array) -> torch.Tensor:
    """Return images, (N, H, W) or (N, H, W, 3) uint8, as (N, C, H, W) float32 from 0 to 1."""
    import torch

    tensor = torch.tensor(images)
    return (tensor[:, None] if images.ndim == 3 else tensor.permute(0, 3, 1, 2)).contiguous() / 255


class Watch:
    """Collects what happens while torch fetches a batch, which is one call."""

    def __init__(self, setup: Setup, channels: int) -> None:
        self.found: list[Happening] = []
        self.epoch, self.batch = 0, 0
        self._drawn: dict[str, float] = {}
        self._setup = setup
        self._transform = pipeline(setup, channels, self._drawn.__setitem__)

    def transformed(self, image: Array) -> torch.Tensor:
        """Let the transforms run."""
        self._drawn.clear()
        made: torch.Tensor = self._transform(image)
        return made

    def item(self, index: int, made: torch.Tensor, ran: bool) -> None:
        """Note a call of `__getitem__`."""
        flipped = "flipped" in self._drawn if ran and self._setup.flip else None
        angle = self._drawn.get("angle") if ran else None
        values = made.detach().numpy().copy()
        self.found.append(Happening("item", self.epoch, self.batch, index, values, flipped, angle, transforms=int(ran)))

    def order(self, order: list[int]) -> None:
        """Note that the sampler has drawn the order of an epoch."""
        self.found.append(Happening("order", self.epoch, 0, order=tuple(order)))

    def collate(self, samples: list[Any]) -> Any:
        """Make a batch of samples, as the loader does by default, and note it."""
        from torch.utils.data import default_collate

        batch = default_collate(samples)
        shape, labels = tuple(batch[0].shape), tuple(batch[1].tolist())
        self.found.append(Happening("collate", self.epoch, self.batch, shape=shape, labels=labels))
        return batch


def watched_dataset(setup: Setup, images: Array, labels: Array, watch: Watch) -> Dataset[Any]:
    """Return the data set, which notes each call; transforms that run once, run here."""
    import torch
    from torch.utils.data import Dataset, TensorDataset

    class OwnDataset(Dataset[Any]):
        def __len__(self) -> int:
            return len(labels)

        def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
            made = watch.transformed(images[index])
            watch.item(index, made, ran=True)
            return made, int(labels[index])

    class Tensors(TensorDataset):
        def __getitem__(self, index: int) -> Any:
            whole: Any = super()
            sample = whole.__getitem__(index)
            watch.item(index, sample[0], ran=False)
            return sample

    if setup.own_class:
        return OwnDataset()
    made = torch.stack([watch.transformed(image) for image in images]) if setup.prepared else plain_tensors(images)
    return Tensors(made, torch.tensor(labels))


class _WatchedSampler:
    """Stands before a sampler and notes the order that it gives."""

    def __init__(self, sampler: Any, watch: Watch) -> None:
        self._sampler, self._watch = sampler, watch

    def __iter__(self) -> Iterator[int]:
        order = list(self._sampler)
        self._watch.order(order)
        return iter(order)

    def __len__(self) -> int:
        return len(self._sampler)


def loader_of(setup: Setup, dataset: Dataset[Any], watch: Watch) -> DataLoader[Any]:
    """Return torch's loader, whose sampler and collation are watched."""
    import torch
    from torch.utils.data import DataLoader

    loader = DataLoader(
        dataset,
        batch_size=setup.batch_size,
        shuffle=setup.shuffle,
        drop_last=setup.drop_last,
        collate_fn=watch.collate,
        generator=torch.Generator().manual_seed(setup.seed),
    )
    batches: Any = loader.batch_sampler
    batches.sampler = _WatchedSampler(batches.sampler, watch)
    return loader


def story(setup: Setup, images: Array, labels: Array) -> Iterator[Happening]:
    """Yield what happens, in the order in which it does; imports torch and torchvision.

    images: uint8 (N, H, W) or (N, H, W, 3). What happens within one call of torch is told after it.
    """
    channels = 1 if images.ndim == 3 else images.shape[3]
    yield Happening("import")
    yield Happening("class")
    watch, stream = Watch(setup, channels), Stream(setup.seed)
    if setup.when != "never":
        yield Happening("transforms")
    with stream.drawn():
        dataset = watched_dataset(setup, images, labels, watch)
    yield Happening("dataset", transforms=len(images) if setup.when == "once" else 0)
    loader = loader_of(setup, dataset, watch)
    yield Happening("loader")
    for epoch in range(1, setup.epochs + 1):
        watch.epoch, watch.batch = epoch, 0
        with stream.drawn():
            batches = iter(loader)
        while True:
            watch.batch += 1
            with stream.drawn():
                batch = next(batches, None)
            yield from watch.found
            watch.found.clear()
            if batch is None:
                break
            pixels, found = batch
            made = np.asarray(pixels.numpy())
            yield Happening("batch", epoch, watch.batch, made=made, shape=made.shape, labels=tuple(found.tolist()))
        yield Happening("end", epoch, watch.batch - 1)
