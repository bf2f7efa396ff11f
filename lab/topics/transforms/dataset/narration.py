"""What happens from the data to the last batch, as torch's own data sets and loaders do it, event by event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.core.code import executed
from lab.core.events import Array
from lab.topics.transforms.dataset.params import DatasetParams
from lab.topics.transforms.dataset.program import Kind, known, parts_of
from lab.training.random import seeded

if TYPE_CHECKING:
    import torch


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


class Watch:
    """Stands between a loader and its data set, and notes what happens while torch fetches a batch in one call."""

    def __init__(self, params: DatasetParams, dataset: Any, transforms: Sequence[Any]) -> None:
        self.found: list[Happening] = []
        self.epoch, self.batch = 0, 0
        self._params, self._dataset = params, dataset
        self._drawn: dict[str, Any] = {}
        for transform in transforms:
            self._listen(transform)

    def _listen(self, transform: Any) -> None:
        """Let a transform tell what it draws."""
        match type(transform).__name__:
            case "RandomHorizontalFlip":
                flips = transform.transform

                def noted_flip(image: Any, drawn: dict[str, Any]) -> Any:
                    self._drawn["flipped"] = True
                    return flips(image, drawn)

                transform.transform = noted_flip
            case "RandomRotation":
                draws = transform.make_params

                def noted_angle(images: list[Any]) -> Any:
                    self._drawn.update(drawn := draws(images))
                    return drawn

                transform.make_params = noted_angle

    def __len__(self) -> int:
        return len(self._dataset)

    def __getitem__(self, index: int) -> Any:
        self._drawn.clear()
        sample = self._dataset[index]
        ran = self._params.when == "each time"
        flipped = "flipped" in self._drawn if ran and self._params.flip else None
        made, angle = sample[0].numpy().copy(), self._drawn.get("angle")
        self.found.append(Happening("item", self.epoch, self.batch, index, made, flipped, angle, transforms=int(ran)))
        return sample

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


def story(params: DatasetParams, images: Array, labels: Array) -> Iterator[Happening]:
    """Yield what happens when the lines of the program run, in the order in which it does; imports torchvision.

    images: uint8 (N, H, W) or (N, H, W, 3). What happens within one call of torch is told after it.
    """
    names, parts, stream = known(images, labels), parts_of(params, images.ndim == 4), Stream(params.seed)
    yield Happening("import")
    for kind in ("class", "transforms", "dataset"):
        if kind in parts:
            with stream.drawn():
                executed(parts[kind], names)
            ran = len(images) if kind == "dataset" and params.when == "once" else 0
            yield Happening(kind, transforms=ran)
    transforms = names["transform"].transforms if "transform" in names else ()
    watch = names["dataset"] = Watch(params, names["dataset"], transforms)
    loader = executed(parts["loader"], names)["loader"]
    loader.collate_fn = watch.collate
    loader.batch_sampler.sampler = _WatchedSampler(loader.batch_sampler.sampler, watch)
    yield Happening("loader")
    for epoch in range(1, params.epochs + 1):
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
