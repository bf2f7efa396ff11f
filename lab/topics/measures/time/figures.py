"""What the clocks said: side by side, over the threads, over the repeats, and as numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.core.code import Code, CodeLine
from lab.core.figures import Axis, BarPanel, Bars, Cell, Chart, Line, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.topics.measures.time.clocks import Clocks, Work

NAMES = {"wall": message("wall clock"), "process": message("process time"), "thread": message("time of this thread")}
ASKED = {
    "wall": message("perf_counter: what whoever waits sees"),
    "process": message("process_time: all cores together, and never while nothing is done"),
    "thread": message("thread_time: only what the calling thread did itself"),
}


def name_of(work: Work) -> Words:
    """Return what a work is called."""
    match work.name:
        case "sleep":
            return message("sleep")
        case "card_call":
            return message("card, not waited for")
        case "card_done":
            return message("card, waited for")
        case _:
            return message("threads: {count}", count=work.threads)


def bars(clocks: Clocks) -> Bars:
    """Return the medians of the three clocks side by side, on one scale."""
    panels, medians = [], [[clocks.median(work, clock) or 0.0 for work in clocks.works] for clock in NAMES]
    high = max(1.0, *(value for values in medians for value in values))
    for colour, (clock, values) in enumerate(zip(NAMES, medians, strict=True)):
        whys = tuple(_spread(clocks, work, clock) for work in clocks.works)
        panels.append(BarPanel(message("{clock}, ms", clock=NAMES[clock]), np.array(values), 0.0, high, whys,
                               remark=ASKED[clock], colour=colour))  # fmt: skip
    return Bars("clocks", tuple(name_of(work) for work in clocks.works), tuple(panels))


def over_threads(clocks: Clocks) -> Chart:
    """Return wall clock and process time of the product over its threads, each repeat a point."""
    products = [work for work in clocks.works if work.threads]
    lines = []
    for colour, clock in enumerate(("wall", "process")):
        runs = [clocks.of(work, clock) for work in products]
        x = np.concatenate(
            [np.full(len(found), float(work.threads)) for work, found in zip(products, runs, strict=True)]
        )
        middles = np.array([np.median(found) if len(found) else np.nan for found in runs])
        places = np.array([float(work.threads) for work in products])
        lines.append(Line("", x, np.concatenate(runs), "faint points", colour))
        lines.append(Line(message("{clock}, median", clock=NAMES[clock]), places, middles, "line + points", colour))
    first = clocks.median(products[0], "wall")
    if first is not None:
        places = np.array([float(work.threads) for work in products])
        lines.append(Line(message("if each thread helped in full"), places, first / places, "dashes", -1))
    return Chart(
        "threads", tuple(lines),
        Axis(message("threads"), low=0.5, high=len(products) + 0.5), Axis(message("time"), "ms", low=0.0),
    )  # fmt: skip


def over_repeats(clocks: Clocks) -> Chart:
    """Return the wall clock of each repeat: the first is often the slowest, and no two are equal."""
    lines = []
    for colour, work in enumerate(clocks.works):
        found = clocks.of(work, "wall")
        lines.append(Line(name_of(work), np.arange(1.0, len(found) + 1), found, "line + points", colour))
    return Chart("repeats", tuple(lines), Axis(message("repeat")), Axis(message("wall clock"), "ms", log=True))


def numbers(clocks: Clocks, size: int, pause: float) -> Numbers:
    """Return the medians by each clock, and how much of the time was computed."""
    rows: list[Quantity | tuple[Quantity, ...]] = []
    for work in clocks.works:
        row = []
        for place, clock in enumerate(NAMES):
            value = clocks.median(work, clock)
            cell = Cell(None if value is None else float(f"{value:.5g}"), _spread(clocks, work, clock))
            label = name_of(work) if not place else ""
            row.append(Quantity(label, value, name=f"{clock}_ms_{work.name}", cells=(cell,), about=_about(work, pause)))
        wall, process = (clocks.median(work, clock) for clock in ("wall", "process"))
        ratio = process / wall if wall and process is not None else None
        why = message("process time / wall clock: how many cores worked at a time")
        row.append(Quantity("", ratio, cells=(Cell(None if ratio is None else float(f"{ratio:.3g}"), why),)))
        rows.append(tuple(row))
    product = clocks.median(clocks.works[0], "wall")
    rate = None if product is None else 2 * size**3 / product / 1e6
    empty = (Cell(None),) * 3
    operations = Cell(2 * size**3, message("n rows times n columns, each n products and n sums"))
    each = Cell(
        None if rate is None else float(f"{rate:.4g}"), message("operations / wall clock of one thread, in 10⁹")
    )
    rows.append(Quantity(message("operations"), 2 * size**3, name="operations", cells=(operations, *empty)))
    rows.append(Quantity(message("10⁹ a second"), rate, cells=(each, *empty)))
    return Numbers(
        rows,
        columns=(message("median, ms"), message("wall"), message("process"), message("thread"), message("cores")),
        note=message(
            "process_time counts all threads of the process, this window's too, and stands still in a sleep. To know "
            "how long something takes, read perf_counter."
        ),
    )


def program(size: int, threads: int, pause: float) -> Code:
    """Return a program that times the same, by its own clock."""
    lines: Sequence[CodeLine | str] = (
        "import time",
        "from concurrent.futures import ThreadPoolExecutor",
        "",
        "import numpy as np",
        "from threadpoolctl import threadpool_limits",
        "",
        f"n, threads, pause = {size}, {threads}, {pause / 1000!r}",
        "left = np.random.default_rng(0).standard_normal((n, n), dtype=np.float32)",
        "",
        "",
        "def product(count):",
        "    rows = np.array_split(left, count)",
        "    return list(pool.map(lambda part: part @ left, rows))",
        "",
        "",
        "def timed(name, call, *arguments):",
        CodeLine("    wall, process = time.perf_counter(), time.process_time()",
                 why=message("two clocks at the same moment: the wall's, and that of all cores of this process")),
        "    call(*arguments)",
        "    wall, process = time.perf_counter() - wall, time.process_time() - process",
        '    print(f"{name}: wall clock {1000 * wall:.2f} ms, process time {1000 * process:.2f} ms")',
        "",
        "",
        CodeLine('with threadpool_limits(1, "blas"), ThreadPoolExecutor(threads) as pool:',
                 why=message("NumPy would start threads of its own; here it must not")),
        "    for count in range(1, threads + 1):",
        '        timed(f"product, {count} threads", product, count)',
        '    timed("time asleep", time.sleep, pause)',
        'print("operations:", 2 * n**3)',
    )  # fmt: skip
    note = message(
        "On a graphics card call torch.cuda.synchronize() before each clock is read: a call only starts work."
    )
    return Code("code", tuple(line if isinstance(line, CodeLine) else CodeLine(line) for line in lines), note)


def _about(work: Work, pause: float) -> Words:
    match work.name:
        case "sleep":
            return message("{ms} ms in which nothing is done: only the wall clock goes on", ms=f"{pause:g}")
        case "card_call":
            return message("the call returns when the work is handed over, not when it is done")
        case "card_done":
            return message("with torch.cuda.synchronize(): now the clock says how long it took")
        case _:
            return message("the product, its rows divided among {count} threads", count=work.threads)


def _spread(clocks: Clocks, work: Work, clock: str) -> Words:
    found = clocks.of(work, clock)
    if not len(found):
        return message("not timed yet")
    low, high = np.quantile(found, (0.25, 0.75))
    return message(
        "median of {count}; half of them from {low} to {high} ms, all from {least} to {most}",
        count=len(found), low=f"{low:.3g}", high=f"{high:.3g}", least=f"{found.min():.3g}", most=f"{found.max():.3g}",
    )  # fmt: skip
