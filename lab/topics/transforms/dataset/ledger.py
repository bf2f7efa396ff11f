"""What has happened so far: what is being fetched, what is in the batch, and how often what ran."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lab.core.events import Array
from lab.topics.transforms.dataset.narration import Happening
from lab.topics.transforms.dataset.params import DatasetParams


@dataclass
class Ledger:
    """Keeps the account of a story about `images`, (N, H, W) or (N, H, W, 3) uint8, with `labels` (N,).

    The counts are by epoch, 0 for what came before the first. `log` has for each image and epoch what was done to it.
    """

    params: DatasetParams
    images: Array
    labels: Array
    classes: tuple[str, ...]
    now: Happening | None = None
    item: Happening | None = None
    slots: list[Happening] = field(default_factory=list)
    order: tuple[int, ...] = ()
    arrived: Happening | None = None
    first_batches: dict[int, tuple[int, ...]] = field(default_factory=dict)
    calls: Counter[int] = field(default_factory=Counter)
    transforms: Counter[int] = field(default_factory=Counter)
    flips: Counter[int] = field(default_factory=Counter)
    collated: Counter[int] = field(default_factory=Counter)
    batches: Counter[int] = field(default_factory=Counter)
    delivered: Counter[int] = field(default_factory=Counter)
    log: dict[tuple[int, int], Happening] = field(default_factory=dict)
    sums: dict[int, float] = field(default_factory=dict)
    numbers: Counter[int] = field(default_factory=Counter)
    shapes: list[tuple[int, ...]] = field(default_factory=list)

    def take(self, happening: Happening) -> None:
        """Enter an event."""
        epoch = happening.epoch
        self.now = happening
        self.transforms[epoch] += happening.transforms
        match happening.kind:
            case "order":
                self.order, self.slots, self.arrived = happening.order, [], None
            case "item":
                if self.arrived is not None:
                    self.slots, self.arrived = [], None
                self.item = happening
                self.slots.append(happening)
                self.calls[epoch] += 1
                self.flips[epoch] += bool(happening.flipped)
                self.log[happening.index, epoch] = happening
            case "collate":
                self.collated[epoch] += 1
            case "batch":
                assert happening.made is not None
                self.arrived = happening
                self.batches[epoch] += 1
                self.delivered[epoch] += happening.shape[0]
                self.sums[epoch] = self.sums.get(epoch, 0.0) + float(happening.made.sum(dtype="float64"))
                self.numbers[epoch] += happening.made.size
                self.first_batches.setdefault(epoch, tuple(slot.index for slot in self.slots))
                self.shapes.append(happening.shape)
            case _:
                pass

    @property
    def means(self) -> tuple[float, ...]:
        """The mean of all numbers that were delivered in each epoch."""
        return tuple(self.sums[epoch] / self.numbers[epoch] for epoch in sorted(self.sums))

    def class_name(self, index: int) -> str:
        """Return what is on an image."""
        return self.classes[int(self.labels[index])]
