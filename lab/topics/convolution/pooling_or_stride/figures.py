"""The comparison of pooling and stride, as tables and a chart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lab.core.events import Metrics
from lab.core.figures import Axis, Cell, Chart, Line, Table, Words
from lab.core.text import Message, message
from lab.topics.convolution.pooling_or_stride.ways import NAMES, WAYS, Counted, Way, counted, network_params


def _lists() -> dict[Way, list[float]]:
    return {way: [] for way in WAYS}


@dataclass
class Seen:
    """What has been measured so far: of each step its loss and milliseconds, of the rest the newest.

    change and answers are by the shift, from 1 pixel on; forward_ms has a number for each round.
    """

    steps_per_epoch: int
    losses: dict[Way, list[float]] = field(default_factory=_lists)
    step_ms: dict[Way, list[float]] = field(default_factory=_lists)
    forward_ms: dict[Way, list[float]] = field(default_factory=_lists)
    accuracy: dict[Way, float] = field(default_factory=dict)
    test_loss: dict[Way, float] = field(default_factory=dict)
    change: dict[Way, tuple[float, ...]] = field(default_factory=dict)
    answers: dict[Way, tuple[float, ...]] = field(default_factory=dict)

    def forget(self, way: Way) -> None:
        """Drop how good a network was whose numbers are none any more."""
        for found in (self.accuracy, self.test_loss, self.change, self.answers):
            found.pop(way, None)

    def loss_noise(self, way: Way) -> float | None:
        """Return how much the loss goes up and down over the last epoch: the deviation from a straight line."""
        last = self.losses[way][-self.steps_per_epoch :]
        if len(last) < 3 or not np.isfinite(last).all():
            return None
        steps = np.arange(len(last))
        return float(np.std(np.array(last) - np.polyval(np.polyfit(steps, last, 1), steps)))


def _columns() -> tuple[Words, ...]:
    return (message("quantity"), message("max"), message("mean"), message("stride"))


def sizes_table(counts: Mapping[Way, Counted], kernel: int) -> Table:
    """Return what follows from the sizes alone."""
    each = [counts[way] for way in WAYS]
    least = min(count.multiply_adds for count in each)
    # Two blocks see 1 + 3k pixels with pooling and 1 + 3(k − 1) without: one more does it.
    larger = network_params("stride", tuple(layer.shape_out[0] for layer in each[0].layers if layer.kind == "conv"),
                            kernel + 1)  # fmt: skip
    pooled, wide = message("{count} with pooling", count=each[0].field), counted(larger)
    sizes, parameters = message("features at the end"), message("parameters")
    multiplications, fields = (
        message("multiplications per image"),
        message("side a feature sees, pixels"),
    )
    kernels, needed = message("kernel that sees as much"), message("parameters with it")
    adds_one = message("A window of 2 adds one pixel to what a kernel sees; stride adds none.")
    rows = (
        (Cell(sizes), *(Cell(" × ".join(map(str, count.features)), _sizes(count)) for count in each)),
        (Cell(parameters), *(Cell(count.parameters, _counts(count)) for count in each)),
        (Cell(multiplications), *(Cell(count.multiply_adds, _times(count.multiply_adds / least)) for count in each)),
        (Cell(fields), *(Cell(count.field, pooled) for count in each)),
        (Cell(kernels), Cell(kernel), Cell(kernel), Cell(kernel + 1, adds_one)),
        (
            Cell(needed),
            *(Cell(count.parameters, _counts(count)) for count in each[:2]),
            Cell(wide.parameters, message("it sees {count} pixels", count=wide.field)),
        ),
    )
    note = message("Pooling has no parameters; a stride needs none either.")
    return Table("sizes", _columns(), rows, note)


def _times(ratio: float) -> Message:
    return message("{ratio} times the least", ratio=f"{ratio:.3g}")


def _sizes(count: Counted) -> str:
    layers = [layer for layer in count.layers if layer.kind in ("conv", "pool")]
    return "\n".join(f"{layer.name}: {layer.arithmetic.partition(';')[0]}" for layer in layers)


def _counts(count: Counted) -> str:
    return "\n".join(f"{layer.name}: {layer.parameters:,}" for layer in count.layers if layer.parameters)


def measured_table(seen: Seen) -> Table:
    """Return what was measured here."""
    percent = {way: 100 * share for way, share in seen.accuracy.items()}
    step_ratios, forward_ratios = _ratios(seen.step_ms), _ratios(seen.forward_ms)
    rows: list[tuple[Message, Sequence[float | None], Words]] = [
        (message("test accuracy, %"), [percent.get(way) for way in WAYS], message("of 1,500 digits never learned")),
        (message("test loss"), [seen.test_loss.get(way) for way in WAYS], message("cross-entropy in nats")),
        (message("noise of the loss"), [seen.loss_noise(way) for way in WAYS],
         message("the deviation of the losses of the last epoch from a straight line; all have seen the same batches")),
        (message("features changed, %"), [_first(seen.change, way) for way in WAYS],
         message("the image moves by a pixel: the length of the difference over the length of the features")),
        (message("answers changed, %"), [_first(seen.answers, way) for way in WAYS],
         message("the image moves by a pixel: of 100 test images, each shifted in four directions")),
        (message("a training step, ms"), [_median(seen.step_ms[way]) for way in WAYS],
         message("the median of all steps; the networks take turns")),
        (message("… over that with stride"), step_ratios, message("the median of the ratios within a turn")),
        (message("100 images forward, ms"), [_median(seen.forward_ms[way]) for way in WAYS],
         message("the median of 15 rounds; the networks take turns")),
        (message("… over that with stride"), forward_ratios, message("the median of the ratios within a turn")),
    ]  # fmt: skip
    note = message("Times are of this computer, with what else it is doing; the ratios are what carries over.")
    cells = tuple((Cell(name), *(_number(value, why) for value in values)) for name, values, why in rows)
    return Table("measured", _columns(), cells, note)


def _number(value: float | None, why: Words) -> Cell:
    known = value is not None and math.isfinite(value)
    return Cell(float(f"{value:.4g}"), why) if known else Cell(None, message("not known yet, or not finite"))


def _first(shares: Mapping[Way, tuple[float, ...]], way: Way) -> float | None:
    return 100 * shares[way][0] if way in shares else None


def _median(numbers: Sequence[float]) -> float | None:
    return float(np.median(numbers)) if numbers else None


def _ratios(times: Mapping[Way, Sequence[float]]) -> list[float | None]:
    """Return the median ratio of each way's time to that of the stride, turn by turn."""
    return [_median([one / other for one, other in zip(times[way], times["stride"], strict=True)]) for way in WAYS]


def stability_chart(seen: Seen) -> Chart:
    """Return how much the features change with the shift of the image."""
    lines = tuple(
        Line(NAMES[way], np.arange(len(seen.change[way]) + 1.0), 100 * np.array([0.0, *seen.change[way]]),
             "line + points", place)
        for place, way in enumerate(WAYS)
    )  # fmt: skip
    y = Axis(message("change of the features"), "%", low=0.0)
    return Chart("stability", lines, Axis(message("shift of the image"), message("pixels")), y)


def totals(seen: Seen, counts: Mapping[Way, Counted]) -> Metrics:
    """Return the result; what is not finite is left out."""
    values: dict[str, float | None] = {}
    for way in WAYS:
        values |= {
            f"accuracy_{way}": seen.accuracy.get(way),
            f"loss_{way}": seen.test_loss.get(way),
            f"loss_noise_{way}": seen.loss_noise(way),
            f"change_{way}": seen.change[way][0] if way in seen.change else None,
            f"answers_changed_{way}": seen.answers[way][0] if way in seen.answers else None,
            f"step_ms_{way}": _median(seen.step_ms[way]),
            f"forward_ms_{way}": _median(seen.forward_ms[way]),
        }
    values |= {"step_ratio": _ratios(seen.step_ms)[0], "forward_ratio": _ratios(seen.forward_ms)[0]}
    lists = {}
    for name, count in (("pooling", counts["max"]), ("stride", counts["stride"])):
        values |= {
            f"parameters_{name}": float(count.parameters),
            f"multiply_adds_{name}": float(count.multiply_adds),
            f"receptive_field_{name}": float(count.field),
        }
        lists[f"output_size_{name}"] = count.features
    finite = {name: value for name, value in values.items() if value is not None and math.isfinite(value)}
    return Metrics(finite, lists)
