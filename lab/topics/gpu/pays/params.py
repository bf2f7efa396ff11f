"""What is timed, on what, and how."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.metaparameters import DEVICES
from lab.core.params import ParamError, Params, choice, flag, integer, real
from lab.running.device import cores

WORKS = {
    "product": "Matrix product",
    "network": "Network, forwards",
    "training": "Network, one step",
    "convolution": "Convolution, one step",
}
PIXELS, KERNEL, CLASSES = 28 * 28, 9, 10


@dataclass(frozen=True)
class Way:
    """One way to do the work: on the CPU with `threads`, or on a card (0); in which numbers and order, where those are
    compared.
    """

    name: str
    threads: int
    precision: str = ""
    layout: str = ""


@dataclass(frozen=True, kw_only=True)
class PaysParams(Params):
    """A piece of work that grows, the ways to do it, and how time is taken."""

    work: str = choice(
        "product", WORKS, label="Work", group="Work",
        help="A product of two n × n matrices; three linear layers of n units, forwards or with a whole step of "
        "training; two convolutions of n channels on 28 × 28, with a whole step.",
    )  # fmt: skip
    over: str = choice(
        "size", {"size": "Size n", "batch": "Batch"}, label="What grows", group="Work",
        help="The size of the layers, or the batch.", when=("work", ("network", "training", "convolution")),
    )  # fmt: skip
    smallest: int = integer(
        16, 1, 4096, scale="log", label="From", group="Work", help="The smallest size or batch that is timed."
    )
    largest: int = integer(
        1024, 2, 8192, scale="log", slider=True, label="To", group="Work",
        help="The largest size or batch that is timed.",
    )  # fmt: skip
    points: int = integer(7, 2, 30, label="Sizes", group="Work", help="How many sizes, each so many times the last.")
    width: int = integer(
        256, 1, 4096, scale="log", label="Fixed size n", group="Work", help="The size while the batch grows.",
        when=("over", ("batch",)),
    )  # fmt: skip
    batch_size: int = integer(
        32, 1, 8192, scale="log", unit="images", label="Fixed batch", group="Work",
        help="The examples that go through together while the size grows.",
        when=("work", ("network", "training", "convolution")),
    )  # fmt: skip
    compare: str = choice(
        "devices",
        {"devices": "Devices", "precision": "float32, bfloat16", "layout": "Channels first, last"},
        label="Compared",
        help="One core with more and with a card; or on each device numbers of 32 bits with mixed precision (autocast "
        "to bfloat16); or images with channels first and last.",
        group="Compared",
    )
    threads: int = integer(
        0, 0, 64, label="Threads, up to", group="Compared",
        help="1, 2, 4 … so many threads of the CPU; 0: as many as there are cores, and two at least.",
    )  # fmt: skip
    device: str = choice(
        "auto", DEVICES, label="Device", group="Compared", help="With a graphics card the work is timed there too."
    )
    inputs: bool = flag(
        False,
        label="Inputs are copied",
        group="Time",
        help="Inputs come from the CPU each time, and that is timed too.",
    )
    results: bool = flag(
        False, label="Results are copied back", group="Time",
        help="Results come back to the CPU each time, as in the course's loop: of a training outputs, labels and loss.",
    )  # fmt: skip
    synchronise: bool = flag(
        True, label="Wait for the card", group="Time",
        help="torch.cuda.synchronize() before the clock is read. Without it one times how long it takes to ask.",
    )  # fmt: skip
    warm_up: int = integer(
        3, 0, 50, label="Calls before", group="Time",
        help="Calls that are not timed: the first ones load kernels, make threads and take memory.",
    )  # fmt: skip
    repeats: int = integer(
        9, 3, 100, scale="log", slider=True, label="Repeats", group="Time",
        help="How often each is timed, all ways in turns.",
    )  # fmt: skip
    longest: float = real(
        400.0, 1.0, 60_000.0, scale="log", unit="ms", label="At most", group="Time",
        help="A way that takes longer for one call is not timed at larger sizes.",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse sizes that do not grow, and images' channels without images."""
        super().check()
        if not self.smallest < self.largest:
            raise ParamError(
                "largest", "{field}: {value} is not allowed; allowed is a number above {low}, where it begins",
                value=self.largest, low=self.smallest,
            )  # fmt: skip
        if self.compare == "layout" and self.work != "convolution":
            raise ParamError(
                "compare", "{field}: only convolutions have channels; allowed with other work is devices or precision"
            )

    @property
    def sizes(self) -> tuple[int, ...]:
        """What n, or the batch, is: evenly in the logarithm, without what comes twice."""
        factor = (self.largest / self.smallest) ** (1 / (self.points - 1))
        return tuple(dict.fromkeys(round(self.smallest * factor**place) for place in range(self.points)))

    def shape(self, size: int) -> tuple[int, int]:
        """Return n and the batch at a size."""
        if self.work == "product":
            return size, size
        return (size, self.batch_size) if self.over == "size" else (self.width, size)

    def ways(self, card: bool) -> tuple[Way, ...]:
        """Return all ways; the first is what the others are compared with."""
        most = self.threads or max(2, cores())
        if self.compare == "devices":
            counts = sorted({*(1 << place for place in range(7) if 1 << place <= most), most})
            return (*(Way(f"cpu_{count}", count) for count in counts), *([Way("card", 0)] if card else []))
        places = {"cpu": most, **({"card": 0} if card else {})}
        if self.compare == "precision":
            return tuple(Way(f"{place}_{kind}", threads, precision=kind)
                         for place, threads in places.items() for kind in ("float32", "bfloat16"))  # fmt: skip
        return tuple(Way(f"{place}_{kind}", threads, layout=kind)
                     for place, threads in places.items() for kind in ("channels_first", "channels_last"))  # fmt: skip

    def operations(self, size: int) -> int:
        """Return the products and sums of one pass forwards."""
        n, batch = self.shape(size)
        match self.work:
            case "product":
                return 2 * n**3
            case "convolution":
                return 2 * batch * (PIXELS * KERNEL * (n + n * n) + n * CLASSES)
            case _:
                return 2 * batch * (2 * n * n + n * CLASSES)
