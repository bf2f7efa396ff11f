"""The times as curves, as what they gain, by both clocks, and as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lab.core.events import Remark
from lab.core.figures import Axis, Cell, CellMark, Chart, Line, Mark, Table, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.topics.gpu.pays.params import PaysParams, Way
from lab.topics.gpu.pays.recorded import Recorded
from lab.topics.gpu.pays.taken import Taken, crossing

BUSY = 0.8
"""How much of a core a thread has on a computer that does nothing else, at least."""
KINDS: Mapping[str, Words] = {
    "float32": "float32",
    "bfloat16": "bfloat16",
    "channels_first": message("channels first"),
    "channels_last": message("channels last"),
}


def name_of(way: Way) -> Words:
    """Return what a way is called."""
    place = message("card") if not way.threads else message("one core") if way.threads == 1 else (
        message("{count} threads", count=way.threads)
    )  # fmt: skip
    kind = way.precision or way.layout
    return message("{place}, {kind}", place=place, kind=KINDS[kind]) if kind else place


def _of(params: PaysParams) -> Axis:
    label = message("batch") if params.over == "batch" and params.work != "product" else message("size n")
    return Axis(label, log=True, low=params.smallest / 1.1, high=params.largest * 1.1)


def times(params: PaysParams, taken: Taken, kept: Sequence[Recorded]) -> Chart:
    """Return the time of one call over the size: each repeat a point, the medians a line."""
    lines = []
    for colour, way in enumerate(taken.ways):
        runs = [(size, taken.wall.get((way.name, size), [])) for size in taken.sizes]
        x = np.concatenate([np.full(len(found), float(size)) for size, found in runs])
        y = np.concatenate([np.array(found) for _size, found in runs]) if len(x) else np.empty(0)
        lines.append(Line("", x, y, "faint points", colour))
        lines.append(Line(name_of(way), *taken.curve(way), "line + points", colour))
    for curve in kept:
        x, y = (np.array(each, float) for each in (list(curve.times), list(curve.times.values())))
        words = message("recorded on {date}: {card}, {way}", date=curve.date, card=curve.card, way=curve.way)
        lines.append(Line(words, x, y, "dashes", -1))
    return Chart("times", tuple(lines), _of(params), Axis(message("one call"), "ms", log=True), _crossings(taken))


def gains(params: PaysParams, taken: Taken, kept: Sequence[Recorded]) -> Chart:
    """Return how many times as fast as the first way each other is."""
    first = dict(zip(*map(list, taken.curve(taken.ways[0])), strict=True))
    lines = []
    for colour, way in enumerate(taken.ways[1:], 1):
        sizes, medians = taken.curve(way)
        known = np.array([size in first for size in sizes], bool)
        ratios = np.array([first[size] for size in sizes[known]]) / medians[known]
        lines.append(Line(name_of(way), sizes[known], ratios, "line + points", colour))
    for curve in kept:
        shared = [size for size in curve.times if size in first]
        ratio = np.array([first[size] / curve.times[size] for size in shared])
        words = message("recorded: {card}, {way}", card=curve.card, way=curve.way)
        lines.append(Line(words, np.array(shared, float), ratio, "dashes", -1))
    words = message("times as fast as: {way}", way=name_of(taken.ways[0]))
    return Chart("gains", tuple(lines), _of(params), Axis(words, "×", log=True), (Mark("y", 1.0, message("as fast")),))


def clocks(params: PaysParams, taken: Taken) -> Chart:
    """Return process time / wall clock: how many cores were at work."""
    lines = []
    for colour, way in enumerate(taken.ways):
        sizes, medians = taken.curve(way)
        process = np.array([taken.median_process(way, int(size)) or 0.0 for size in sizes])
        lines.append(Line(name_of(way), sizes, process / medians, "line + points", colour))
    label = message("process time / wall clock")
    return Chart("clocks", tuple(lines), _of(params), Axis(label, low=0.0), (Mark("y", 1.0, message("one core")),))


def busy(taken: Taken) -> Remark | None:
    """Say where other programs had the processor: one core was at work for less than the wall's clock says."""
    way = min((way for way in taken.ways if way.threads), key=lambda way: way.threads)
    size = taken.last(way)
    if size is None:
        return None
    share = (taken.median_process(way, size) or 0.0) / (taken.median(way, size) or 1.0)
    if share > BUSY:
        return None
    words = message(
        "Other programs had the processor: this one got {share} % of a core. Times and gains are those of a busy"
        " computer; close what else runs, and time again.",
        share=f"{100 * share:.0f}",
    )
    return Remark("busy", words, "warning")


def _crossings(taken: Taken) -> tuple[Mark, ...]:
    marks = []
    for way in taken.ways[1:]:
        found = taken.crossing(taken.ways[0], way)
        if found is not None and found > taken.sizes[0]:
            marks.append(Mark("x", found, f"{found:.3g}"))
    return tuple(marks)


def mistakes(taken: Taken) -> Table:
    """Return what other ways of timing would have said of the largest size."""
    rows: list[tuple[Cell, ...]] = []
    for way in taken.ways:
        size = taken.last(way)
        if size is None:
            rows.append((Cell(name_of(way)), *(Cell(None),) * 4))
            continue
        right = taken.median(way, size) or 0.0
        others = (
            (taken.median_process(way, size), message("process_time: all cores together, and no waiting for a card")),
            (
                taken.first.get((way.name, size)),
                message("one call, the first of this size: kernels are loaded, threads made, memory taken"),
            ),
            (
                taken.median_asked(way, size),
                message("the clock was read when the call came back, not when it was done"),
            ),
        )
        cells = [
            Cell(None) if ms is None else Cell(float(f"{ms:.3g}"), _times_right(ms, right, why), _mark(ms, right))
            for ms, why in others
        ]
        rows.append((Cell(name_of(way), message("at size {size}", size=size)), Cell(float(f"{right:.3g}")), *cells))
    columns = (message("ms"), message("right"), message("process time"), message("first call"), message("not waited"))
    note = message(
        "Right is the median of the wall's clock, after calls that are not timed, with the same work for all ways. The"
        " notebook takes one call by process time, and on its CPU alone copies too: three mistakes at once."
    )
    return Table("mistakes", columns, tuple(rows), note)


def _times_right(ms: float, right: float, why: Words) -> Words:
    return message("{times} times the right one: {why}", times=f"{ms / right:.3g}", why=why) if right else why


def _mark(ms: float, right: float) -> CellMark:
    return "bad" if right and not 0.8 < ms / right < 1.25 else ""


def numbers(params: PaysParams, taken: Taken, kept: Sequence[Recorded]) -> Numbers:
    """Return the medians at the largest size of each way, what it gains, and from which size on."""
    first, columns = taken.ways[0], 4 if params.compare == "devices" else 5
    rows: list[Quantity | tuple[Quantity, ...]] = []
    for way in taken.ways:
        size = taken.last(way)
        ms = None if size is None else taken.median(way, size)
        both = taken.last(first, way)
        slow, fast = (None, None) if both is None else (taken.median(first, both), taken.median(way, both))
        ratio = slow / fast if slow and fast and way is not first else None
        found = taken.crossing(first, way) if way is not first else None
        row = (
                _quantity(name_of(way), ms, f"wall_ms_{way.name}", _spread(taken, way, size)),
                _quantity("", taken.median_process(way, size) if size else None, f"process_ms_{way.name}", ""),
                _quantity("", ratio, f"{way.name}_ratio", _sure(taken, first, way, both)),
                Quantity("", found, name=f"crossing_{way.name}", cells=(_pays(taken, first, way, found),)),
                _quantity("", taken.apart.get((way.name, size or 0)), f"apart_{way.name}",
                          message("from double precision, as a share of the largest result")),
        )  # fmt: skip
        rows.append(row[:columns])
    slow_curve = dict(zip(*map(list, taken.curve(first)), strict=True))
    rows += [_recorded(curve, crossing(slow_curve, curve.times), columns) for curve in kept]
    operations = params.operations(params.largest)
    empty = (Cell(None),) * (columns - 1)
    why = message("products and sums of one pass forwards, at the largest size")
    rows.append(Quantity(message("operations"), operations, why, "operations", cells=(Cell(operations, why), *empty)))
    return Numbers(
        rows,
        columns=(message("at the largest size"), message("wall, ms"), message("process, ms"), message("gain, ×"),
                 message("pays from"), message("apart"))[: columns + 1],
        note=message("Medians; their spread is said when asked. Times of other computers are others."),
    )  # fmt: skip


def _recorded(curve: Recorded, found: float | None, columns: int) -> Quantity:
    """Return the row of a recorded curve, which pays from a size on that was `found`."""
    why = message("recorded on {date} on another computer, shown beside this one's first way", date=curve.date)
    largest = max(curve.times)
    at = message("at size {size}", size=f"{largest:g}")
    ms = Cell(float(f"{curve.times[largest]:.3g}"), at, "muted")
    pays = Cell(None if found is None else float(f"{found:.3g}"), why, "muted")
    label = message("recorded: {card}, {way}", card=curve.card, way=curve.way)
    cells = (ms, Cell(None), Cell(None), pays, Cell(None))
    return Quantity(label, None, cells=cells[:columns], about=why)


def _quantity(label: Words, value: float | None, name: str, why: Words) -> Quantity:
    cell = Cell(None if value is None else float(f"{value:.3g}"), why)
    return Quantity(label, value, name=name, cells=(cell,), about=why)


def _pays(taken: Taken, first: Way, way: Way, found: float | None) -> Cell:
    if way is first:
        return Cell("–", message("the others are compared with this one"))
    size = taken.last(first, way)
    if size is None:
        return Cell(None, message("not timed yet"))
    if not taken.told_apart(first, way, size):
        return Cell(message("not to be told"), _sure(taken, first, way, size), "muted")
    if found is None:
        return Cell(message("never"), message("at the largest size it is not faster"), "bad")
    if found <= taken.sizes[0]:
        return Cell(message("always"), message("it is faster from the smallest size on"), "good")
    why = message("from here on it is faster: where the lines cross, between two sizes that were timed")
    return Cell(float(f"{found:.3g}"), why, "good")


def _sure(taken: Taken, first: Way, way: Way, size: int | None) -> Words:
    if way is first or size is None:
        return ""
    if taken.told_apart(first, way, size):
        return message("at size {size}; the middle halves of all repeats lie apart", size=size)
    return message("at size {size}; the middle halves of the repeats overlap: that is no difference", size=size)


def _spread(taken: Taken, way: Way, size: int | None) -> Words:
    quartiles = None if size is None else taken.quartiles(way, size)
    if size is None or quartiles is None:
        return message("not timed yet")
    found = taken.wall[way.name, size]
    return message(
        "at size {size}: median of {count}; half of them from {low} to {high} ms, all from {least} to {most}",
        size=size, count=len(found), low=f"{quartiles[0]:.3g}", high=f"{quartiles[1]:.3g}",
        least=f"{min(found):.3g}", most=f"{max(found):.3g}",
    )  # fmt: skip
