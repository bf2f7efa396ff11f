"""Events that are figures: functions, fields over the plane, bars, tables, matrices, computation graphs, cells.

A figure is replaced as a whole; only the newest of a name is shown. Words are a `Message` where they have to be
translated and a plain string where they are a symbol, a number or a formula. What a figure `picks` or `field` names is
a parameter of its experiment: clicking or dragging there sets it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lab.core.events import Array, Event
from lab.core.text import Message

Words = Message | str
CellMark = Literal["", "good", "bad", "strong", "muted"]
LineStyle = Literal["line", "thin", "dashes", "points", "line + points", "bars", "ball", "rings", "faint points"]


@dataclass(frozen=True)
class Link:
    """An experiment with parameters, as the form reads them; following it opens that page with them, and `runs`."""

    experiment: str
    texts: Mapping[str, str]
    runs: bool = True


@dataclass(frozen=True)
class Axis:
    """One axis. Without `low` and `high` it fits what is drawn; they are limits in the data's own unit.

    A `share` of one is shown in per cent; a `whole` one counts, and has no numbers between 1 and 2.
    """

    label: Words
    unit: Words = ""
    log: bool = False
    low: float | None = None
    high: float | None = None
    share: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Line:
    """One series: `x`, `y` (N,) float; where either is NaN or infinite, nothing is drawn and lines are interrupted.

    "bars" are standing bars centred on `x`, as of a histogram; "ball" is one large marker, "rings" go around points,
    "faint points" are hollow. `colour` counts in the series of the theme, -1 is the muted colour. `links` has one
    entry a point: what clicking it opens. Lines with one `legend` share an entry under these words in the legend of a
    field, where there would be one for each label. Over a field, points with `values` (N,) have the colours that it
    gives to these. In a chart, clicking a point of a line that `picks` a name, such as "image", picks its number: the
    one of `indices` (N,), else its place. `names` has one entry a point: what it is called, in a chart beside it where
    there is room, of the first lines first; such a line needs no entry in the legend.
    """

    label: Words
    x: Array
    y: Array
    style: LineStyle = "line"
    colour: int = 0
    links: tuple[Link, ...] = ()
    legend: Words = ""
    values: Array | None = None
    picks: str = ""
    indices: Array | None = None
    names: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A straight line across a chart at x or y = `value`, with words beside it."""

    along: Literal["x", "y"]
    value: float
    label: Words = ""


@dataclass(frozen=True)
class Chart(Event):
    """A plot of one or more series.

    A click or drag sets the real parameter `picks` to the x under the pointer; a moving pointer sets `follows`.
    """

    name: str
    lines: tuple[Line, ...]
    x: Axis
    y: Axis
    marks: tuple[Mark, ...] = ()
    picks: str = ""
    follows: str = ""


@dataclass(frozen=True)
class Field(Event):
    """A quantity over the plane: `values` (H, W), row 0 at the lowest y, NaN where there is nothing yet.

    The cells fill `x_range` × `y_range` evenly, in the logarithm where the axis is logarithmic. `scale` chooses the
    colours: "magnitude" from lowest to highest, "signed" diverging about zero, "classes" for whole numbers that count
    in `classes`. `levels` are the heights of contour lines. `smooth` interpolates between cells. A click sets the
    parameter `picks` (two reals: x, y); a moving pointer sets `follows`. `links` (row-major, one a cell) are opened by
    clicking their cell. `missing` says what NaN means, where it is not that a value is still to come. `limits` are
    the values at the ends of the colours, where they are not those of the field itself. A click adds a point
    "x y class" to the text parameter `adds`, which holds `added` now; `brush` is the class. With `decides`, the sign is
    what is decided by, and the view offers to show it alone. A `share` of one is shown in per cent.
    """

    name: str
    values: Array
    x: Axis
    y: Axis
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    value_label: Words
    scale: Literal["magnitude", "signed", "classes"] = "magnitude"
    classes: tuple[Words, ...] = ()
    levels: tuple[float, ...] = ()
    smooth: bool = True
    picks: str = ""
    follows: str = ""
    links: tuple[Link, ...] = ()
    missing: Words = ""
    limits: tuple[float, float] | None = None
    adds: str = ""
    added: str = ""
    brush: int = 0
    decides: bool = False
    share: bool = False


@dataclass(frozen=True)
class Arrow:
    """An arrow over the plane, in data units: from (x, y) to (x + dx, y + dy)."""

    x: float
    y: float
    dx: float
    dy: float
    label: Words = ""


@dataclass(frozen=True)
class Overlay(Event):
    """What is drawn over the `Field` of the same name: trajectories, balls, arrows. `Line` with style as in a chart."""

    name: str
    lines: tuple[Line, ...]
    arrows: tuple[Arrow, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One cell of a table: a number, words, or None for nothing; `why` says where it comes from, `mark` how it is.

    Numbers are shown with 7 significant figures, and exactly when asked; a `share` of one is shown in per cent. A click
    on it, or Enter, opens its `link`.
    """

    value: float | int | str | Message | None
    why: Words = ""
    mark: CellMark = ""
    share: bool = False
    link: Link | None = None


@dataclass(frozen=True)
class Table(Event):
    """A small table; `note` is one sentence beneath it."""

    name: str
    columns: tuple[Words, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Words = ""


@dataclass(frozen=True)
class BarPanel:
    """One quantity for each label: `values` (K,), shown on [low, high] with zero where it lies, and `whys` for each.

    `field` is the parameter (a list of reals) that dragging a bar, or the arrow keys on it, sets; with `total` given,
    the other bars are scaled so that the sum stays `total`. A value that is not finite is said in words, not drawn.
    `remark` stands under the panel, the sum for instance.
    """

    title: Words
    values: Array
    low: float
    high: float
    whys: tuple[Words, ...] = ()
    field: str = ""
    total: float | None = None
    remark: Words = ""
    colour: int = 0


@dataclass(frozen=True)
class Bars(Event):
    """Quantities of the same K things side by side, one panel each; a row belongs to one label in all panels."""

    name: str
    labels: tuple[Words, ...]
    panels: tuple[BarPanel, ...]


@dataclass(frozen=True)
class Window:
    """The cells of a matrix that cell (i, j) of another is made of: (i·s + a·d − p, j·s + b·d − p), for (a, b) in
    `size`, with stride s, dilation d and padding p, each for rows and columns.
    """

    size: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class MatrixItem:
    """One matrix: `rows` of numbers or texts, all of one length; `sign` is what stands before it, such as "=" or "·".

    `field` is the text parameter that editing a cell sets, with rows separated by "; " and cells by ", ". `whys`, row
    by row, is the arithmetic of each cell. `parts` says what of the other items a cell (i, j) of this one is made of:
    item's place → "row" i, "column" j, "cell" (i, j), "transposed" (j, i), "row of column" j, "all", or a `Window`.
    Such parts light up with the cell under the pointer; `lit` cells (i, j) are marked always. `faint` cells only
    surround what is meant, as padding does; for `waiting` cells, which are not computed yet, a dot stands. `most` are
    the rows and columns up to which it can be made larger. Pointing at a cell with the keyboard or a click sets the
    integers parameter `picks` to (i, j). `whole` is the shape of a matrix of which only
    some rows and columns stand there.
    """

    title: Words
    rows: tuple[tuple[float | str, ...], ...]
    sign: str = ""
    row_labels: tuple[Words, ...] = ()
    column_labels: tuple[Words, ...] = ()
    field: str = ""
    whys: tuple[tuple[Words, ...], ...] = ()
    parts: Mapping[int, str | Window] | None = None
    most: tuple[int, int] = (10, 10)
    lit: frozenset[tuple[int, int]] = frozenset()
    faint: frozenset[tuple[int, int]] = frozenset()
    waiting: frozenset[tuple[int, int]] = frozenset()
    picks: str = ""
    whole: tuple[int, int] | None = None


@dataclass(frozen=True)
class Matrices(Event):
    """Matrices side by side, as an equation. `refusal` says, instead of a result, why shapes do not fit."""

    name: str
    items: tuple[MatrixItem, ...]
    refusal: Words = ""


Flow = Literal["", "forward", "backward"]


@dataclass(frozen=True)
class Node:
    """A quantity of a computation graph at a place of a grid (column, row); fractions are allowed.

    `value` flows forward, `gradient` (∂loss/∂value) comes back; None is not known yet. `why` is the arithmetic of the
    value and `gradient_why` that of the gradient. `flow` says which of them is being computed now. `field` is the
    real parameter that dragging the node, or the arrow keys on it, sets, within [low, high].
    """

    name: str
    label: Words
    column: float
    row: float
    kind: Literal["input", "weight", "operation", "target", "loss"] = "operation"
    value: float | None = None
    gradient: float | None = None
    why: Words = ""
    gradient_why: Words = ""
    flow: Flow = ""
    field: str = ""
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Edge:
    """An arrow from one node to another, with words beside it; `flow` lights it up in one direction."""

    source: str
    target: str
    label: Words = ""
    flow: Flow = ""


@dataclass(frozen=True)
class Graph(Event):
    """A computation graph, or, where it has no `numbers`, what things consist of and what flows between them."""

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    numbers: bool = True


@dataclass(frozen=True)
class Cells(Event):
    """Living and dead cells: `alive` (H, W) uint8 of 0 and 1; at `generation`. `wraps`: edges are joined.

    Drawing on it asks the experiment with "edits": all since the run began, as tuples (row, column, 0 or 1). The cell
    under the pointer is told as "cell" (row, column).
    """

    name: str
    alive: Array
    generation: int
    wraps: bool
