"""The scatter matrix, and the probabilities of every example."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.core import language
from app.views.examples.base import ExamplesView
from app.views.examples.grid import BINS, Grid
from app.views.examples.looks import class_colour
from app.views.examples.scatter import ScatterView
from app.views.examples.shares import SharesView
from lab.core.events import Array, Event
from lab.core.examples import Examples
from lab.core.text import message
from tests.app.mouse import NONE, move

LABELS = np.repeat([0, 1, 2], 4)
VALUES = np.random.default_rng(5).normal(size=(12, 3)) + LABELS[:, None] * (2.0, 0.0, 1.0)
SHARES = np.full((12, 3), 0.1) + 0.7 * (LABELS[:, None] == np.arange(3))
SHARES[5] = (0.7, 0.2, 0.1)  # The sixth, of class 1, is taken for class 0.


def examples(
    shares: Array = SHARES, features: Array = VALUES, labels: Array = LABELS, epoch: int = 9, name: str = "flowers"
) -> Examples:
    trained = np.ones(len(labels), dtype=bool)
    trained[-1:] = False
    names = tuple(message("length") if place == 0 else f"m{place}" for place in range(features.shape[1]))
    classes = ("setosa", "versicolor", "virginica")
    return Examples(name, features, names, "cm", labels, classes, shares, trained, message("flower"), epoch)


def shown(view: ExamplesView, event: Event | None = None) -> ExamplesView:
    view.take(event or examples())
    view.refresh()
    return view


@pytest.fixture
def scatter(qtbot: QtBot) -> ScatterView:
    view = ScatterView("Flowers", "flowers")
    qtbot.addWidget(view)
    view.resize(560, 420)
    view.show()
    return view


@pytest.fixture
def shares(qtbot: QtBot) -> SharesView:
    view = SharesView("Probabilities", "flowers")
    qtbot.addWidget(view)
    view.resize(600, 240)
    view.show()
    return view


def count(image: QImage, area: QRectF, colour: QColor) -> int:
    inside = area.toRect()
    return sum(
        image.pixelColor(x, y).name() == colour.name()
        for x in range(inside.left(), inside.right())
        for y in range(inside.top(), inside.bottom())
    )


# The scatter matrix.


def test_every_pair_of_measurements_has_its_panel_with_all_classes(scatter: ScatterView) -> None:
    assert scatter.empty()
    shown(scatter)
    image = scatter.grab().toImage()
    for row, column in permutations(range(3), 2):
        panel = scatter.grid.panel(row, column)
        assert all(count(image, panel, class_colour(place)) > 8 for place in range(3)), (row, column)


def test_panels_do_not_overlap_and_examples_lie_in_them(scatter: ScatterView) -> None:
    shown(scatter)
    grid = scatter.grid
    panels = [grid.panel(row, column) for row in range(3) for column in range(3)]
    assert not any(a.intersects(b) for a, b in permutations(panels, 2))
    for row, column in permutations(range(3), 2):
        panel = grid.panel(row, column)
        centres = grid.centres(row, column)
        assert all(panel.contains(QPointF(*at)) for at in centres.tolist())
        # To the right and up are more.
        assert np.array_equal(np.argsort(centres[:, 0]), np.argsort(VALUES[:, column]))
        assert np.array_equal(np.argsort(-centres[:, 1]), np.argsort(VALUES[:, row]))


def test_the_diagonal_counts_each_class(scatter: ScatterView) -> None:
    shown(scatter)
    counts = scatter.grid.histogram(0, LABELS, 3)
    low, high = scatter.grid.spans[0].low, scatter.grid.spans[0].high
    for place in range(3):
        wanted, _ = np.histogram(VALUES[place == LABELS, 0], bins=BINS, range=(low, high))
        np.testing.assert_array_equal(counts[place], wanted)
    image = scatter.grab().toImage()
    assert all(count(image, scatter.grid.panel(0, 0), class_colour(place)) > 8 for place in range(3))


def test_what_is_wrong_has_a_ring_in_each_panel_once_trained(scatter: ScatterView) -> None:
    shown(scatter, examples(epoch=0))
    before = scatter.grab().toImage()
    shown(scatter)
    after = scatter.grab().toImage()
    for row, column in permutations(range(3), 2):
        x, y = scatter.grid.centres(row, column)[5]
        box = QRectF(x - 8, y - 8, 16, 16)
        assert before.copy(box.toRect()) != after.copy(box.toRect())
    assert "before training" not in scatter.caption()
    assert "1 of 12" in scatter.caption()


def test_the_pointer_tells_the_flower(scatter: ScatterView) -> None:
    shown(scatter)
    at = QPointF(*scatter.grid.centres(2, 0)[5]).toPoint()
    said = scatter.describe(at)
    assert "flower 6: versicolor" in said
    assert f"length: {VALUES[5, 0]:.6g} cm" in said
    assert "P(setosa): 0.7" in said
    assert "taken for setosa" in said
    last = scatter.describe(QPointF(*scatter.grid.centres(0, 1)[11]).toPoint())
    assert "flower 12" in last
    assert "testing" in last
    corner = scatter.grid.panel(2, 0).topRight() + QPointF(-2, 2)
    assert "up: m2; to the right: length" in scatter.describe(corner.toPoint())
    bar = scatter.describe(scatter.grid.panel(0, 0).center().toPoint())
    assert "length from" in bar
    assert "virginica:" in bar


@pytest.mark.parametrize("size", [(150, 120), (420, 260), (1500, 900)])
@pytest.mark.parametrize("lang", ["en", "fa"])
def test_sizes_and_languages(scatter: ScatterView, shares: SharesView, size: tuple[int, int], lang: str) -> None:
    language.set_language(lang)
    try:
        for view in (scatter, shares):
            view.resize(*size)
            shown(view)
            view.grab()
        panels = [scatter.grid.panel(row, column) for row in range(3) for column in range(3)]
        assert all(scatter.content().adjusted(-1, -1, 1, 1).contains(panel) for panel in panels)
    finally:
        language.set_language("en")


# The probabilities.


def test_a_column_is_as_high_as_the_sum(shares: SharesView) -> None:
    shown(shares)
    assert shares.top() == 1.0
    plot = shares.plot()
    image = shares.grab().toImage()
    column = shares.column_area(0).adjusted(2, 0, -3, 0)
    # Class 0 is solid: 0.8 of the height, from below.
    found = count(image, column, class_colour(0)) / max(1, column.toRect().width() - 1)
    assert found == pytest.approx(0.8 * plot.height(), rel=0.06)


def test_sums_above_one_raise_the_top_and_leave_the_line_at_one(shares: SharesView) -> None:
    shown(shares, examples(np.full((12, 3), 0.45)))
    assert shares.top() == 1.5
    shown(shares, examples(np.full((12, 3), 0.2)))
    assert shares.top() == 1.0


def test_columns_are_sorted_by_class(shares: SharesView) -> None:
    mixed = np.array([2, 0, 1] * 4)
    shown(shares, examples(labels=mixed))
    lefts = [shares.column_area(index).left() for index in range(12)]
    order = np.argsort(lefts)
    assert mixed[order].tolist() == sorted(mixed.tolist())
    for index in range(12):
        assert shares.example_at(shares.column_area(index).center()) == index


def test_the_pointer_tells_the_probabilities(shares: SharesView) -> None:
    shown(shares)
    said = shares.describe(shares.column_area(5).center().toPoint())
    assert "flower 6: versicolor" in said
    assert "P(versicolor): 0.2" in said
    assert shares.describe(QPoint(2, 200)) == ""


# Both.


@pytest.mark.parametrize("kind", ["scatter", "shares"])
def test_a_click_picks_in_all_views_and_escape_lets_go(
    kind: str, scatter: ScatterView, shares: SharesView, qtbot: QtBot
) -> None:
    shown(scatter), shown(shares)
    view: ExamplesView = scatter if kind == "scatter" else shares
    other: ExamplesView = shares if kind == "scatter" else scatter
    picked: list[tuple[str, object]] = []
    view.selected.connect(lambda name, value: picked.append((name, value)))
    view.selected.connect(other.select)
    at = QPointF(*scatter.grid.centres(1, 0)[7]) if kind == "scatter" else shares.column_area(7).center()
    before = other.grab().toImage()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert picked == [("example", 7)]
    assert other.grab().toImage() != before
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert [value for _, value in picked] == [7, 8, 0]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert picked[-1] == ("example", None)
    assert other.grab().toImage() == before


@pytest.mark.parametrize("kind", ["scatter", "shares"])
def test_a_cell_of_the_confusion_matrix_leaves_only_its_flowers(
    kind: str, scatter: ScatterView, shares: SharesView
) -> None:
    view: ExamplesView = scatter if kind == "scatter" else shares
    shown(view)
    before = view.grab().toImage()
    view.select("cell", (1, 0))
    assert np.flatnonzero(~view.faint()).tolist() == [5]
    assert view.grab().toImage() != before
    view.select("cell", None)
    assert view.grab().toImage() == before


@pytest.mark.parametrize("kind", ["scatter", "shares"])
def test_the_example_under_the_pointer_stands_out(kind: str, scatter: ScatterView, shares: SharesView) -> None:
    view: ExamplesView = scatter if kind == "scatter" else shares
    shown(view)
    at = QPointF(*scatter.grid.centres(1, 0)[3]) if kind == "scatter" else shares.column_area(3).center()
    move(view, at.toPoint(), NONE)
    assert view.marked == [3]
    move(view, QPoint(1, 1), NONE)
    assert view.marked == []


@pytest.mark.parametrize("kind", ["scatter", "shares"])
def test_strange_tables(kind: str, scatter: ScatterView, shares: SharesView, qtbot: QtBot) -> None:
    view: ExamplesView = scatter if kind == "scatter" else shares
    nan = SHARES.copy()
    nan[3:6] = np.nan
    features = VALUES.copy()
    features[2] = np.inf
    shown(view, examples(nan, features)).grab()
    said = view.describe_example(4)
    assert "taken for" not in said
    assert "not a number" in said
    shown(view, examples(SHARES[:1], VALUES[:1, :1], LABELS[:1])).grab()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    shown(view, examples(SHARES, np.zeros((12, 2)))).grab()
    shown(view, examples(SHARES[:0], VALUES[:0], LABELS[:0]))
    assert view.empty()
    view.grab()
    shown(view)
    shown(view, examples(name="others"))
    assert not view.empty()
    view.clear()
    assert view.empty()
    assert view.describe(QPoint(200, 100)) == ""


def test_a_grid_of_one_value_can_be_drawn() -> None:
    grid = Grid(np.ones((5, 2)), QRectF(0, 0, 300, 200))
    assert all(span.low < 1 < span.high for span in grid.spans)
    assert np.isfinite(grid.centres(0, 1)).all()
    none = Grid(np.full((2, 2), np.nan), QRectF(0, 0, 300, 200))
    assert np.isnan(none.centres(0, 1)).all()
    assert none.histogram(0, np.array([0, 1]), 2).sum() == 0
