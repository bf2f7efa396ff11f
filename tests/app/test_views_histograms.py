"""Histograms over the run, and the choice between the layers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core import theme
from app.runs.thinned import MOST
from app.views.histograms.density import density
from app.views.histograms.view import HistogramsView
from lab.core.events import Array, Histogram

EDGES = np.array([0.0, 1.0, 2.0, 3.0, 4.0])


def histogram(step: int, counts: list[int] | Array, edges: Array = EDGES, name: str = "fc.weight") -> Histogram:
    return Histogram(f"weights/{name}", step, edges, np.array(counts))


@pytest.fixture
def view(qtbot: QtBot) -> HistogramsView:
    view = HistogramsView("Weights", "weights", "weight")
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.show()
    return view


def fill(view: HistogramsView, *histograms: Histogram) -> None:
    for each in histograms:
        view.take(each)
    view.refresh()


def spot(view: HistogramsView, across: float, up: float) -> QPointF:
    """Return the point at fractions of the plot."""
    area = view.plot_area()
    return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())


def colour(view: HistogramsView, across: float, up: float) -> QColor:
    return view.grab().toImage().pixelColor(spot(view, across, up).toPoint())


def magnitude(place: int) -> QColor:
    return QColor(*theme.magnitude_table()[place].tolist())


def test_counts_of_coarse_bins_are_spread_evenly_and_none_is_lost() -> None:
    found = density([histogram(0, [0, 4, 0, 0]), histogram(10, [1, 0, 0, 3])])
    assert found.values == (0.0, 4.0)
    assert found.steps == (0.0, 10.0)
    np.testing.assert_allclose(found.shares.sum(axis=0), 1.0)
    rows = len(found.shares)
    np.testing.assert_allclose(found.shares[rows // 4 : rows // 2, 0].sum(), 1.0)
    np.testing.assert_allclose(found.shares[3 * rows // 4 :, -1].sum(), 0.75)


def test_edges_of_their_own_come_onto_one_grid() -> None:
    found = density([histogram(0, [5], np.array([-1.0, 1.0])), histogram(1, [5], np.array([1.0, 9.0]))])
    assert found.values == (-1.0, 9.0)
    middle = np.linspace(-1, 9, len(found.shares) + 1)[:-1] + 5 / len(found.shares)
    assert (found.shares[middle < 1, 0] > 0).all()
    np.testing.assert_allclose(found.shares[middle > 1.2, 0], 0)
    np.testing.assert_allclose(found.shares[middle < 0.8, -1], 0)


def test_values_that_are_all_one_lie_in_one_cell() -> None:
    found = density([histogram(0, [7], np.array([2.0, 2.0]))])
    assert np.count_nonzero(found.shares) == 1
    assert found.values[0] < 2 < found.values[1]


def test_where_most_values_lie_it_is_brightest(view: HistogramsView) -> None:
    assert "Press Run" in view.empty()
    fill(view, histogram(0, [8, 0, 0, 0]), histogram(100, [0, 0, 0, 8]))
    assert colour(view, 0.2, 0.1) == magnitude(255)
    assert colour(view, 0.2, 0.9) == magnitude(0)
    assert colour(view, 0.8, 0.9) == magnitude(255)
    assert colour(view, 0.8, 0.1) == magnitude(0)


def test_hover_tells_step_bin_and_count(view: HistogramsView) -> None:
    fill(view, histogram(0, [1, 2, 3, 2]), histogram(1000, [0, 0, 3, 1]))
    words = view.describe(spot(view, 0.9, 0.6).toPoint())
    assert "fc.weight, after step 1,000" in words
    assert "from 2 to 3: 3 of 4 values (75 %)" in words
    assert "from 0 to 1: 1 of 8 values (12.5 %)" in view.describe(spot(view, 0.1, 0.1).toPoint())
    assert view.describe(view.rect().topLeft()) == ""


def test_layers_are_chosen_by_menu_and_keys(view: HistogramsView) -> None:
    fill(view, histogram(0, [8, 0, 0, 0]), histogram(0, [0, 0, 0, 8], name="conv.weight"))
    view.take(Histogram("gradients/fc.weight", 0, EDGES, np.ones(4)))
    view.refresh()
    assert view.choice.keys == ["fc.weight", "conv.weight"]
    assert view.choice.button.isVisible()
    before = view.grab().toImage()
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert view.choice.chosen == "conv.weight"
    assert view.grab().toImage() != before
    assert "conv.weight" in view.describe(spot(view, 0.5, 0.9).toPoint())
    view.choice.menu.aboutToShow.emit()
    actions = view.choice.menu.actions()
    assert [action.isChecked() for action in actions] == [False, True]
    actions[0].trigger()
    assert view.choice.chosen == "fc.weight"
    view.clear()
    assert view.empty()
    assert not view.choice.button.isVisible()


def test_one_series_needs_no_choice(view: HistogramsView) -> None:
    fill(view, histogram(5, [1, 1, 1, 1]))
    assert not view.choice.button.isVisible()
    assert "after step 5" in view.describe(spot(view, 0.5, 0.5).toPoint())


def test_arrows_walk_over_steps_and_bins(view: HistogramsView, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("app.views.histograms.view.QToolTip.showText", lambda _at, words, _widget: said.append(words))
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert not said
    fill(view, *(histogram(step, [1, 2, 6, 1]) for step in range(0, 50, 10)))
    view.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(view, key)
    assert "after step 40\nfrom 2 to 3: 6" in said[0]
    assert "after step 30\nfrom 2 to 3" in said[1]
    assert "after step 30\nfrom 3 to 4: 1" in said[2]
    assert said[3] == said[2]
    assert "after step 40" in said[5]


def test_steps_without_values_are_left_open_and_said(view: HistogramsView) -> None:
    fill(view, histogram(0, [8, 0, 0, 0]), histogram(50, [0, 0, 0, 0]), histogram(100, [8, 0, 0, 0]))
    assert "no values" in view.describe(spot(view, 0.5, 0.1).toPoint())
    assert colour(view, 0.5, 0.12) != magnitude(255)
    fill(view, histogram(200, [1, 2, 3, 4], np.array([0.0, np.nan, 1.0, 2.0, 3.0])))
    assert "no values" in view.describe(spot(view, 0.95, 0.1).toPoint())


@pytest.mark.parametrize("counts", [np.full(4, np.nan), np.zeros(4), np.zeros(0), np.array([np.inf, 1, 1, 1])])
def test_nothing_that_can_be_drawn(view: HistogramsView, counts: Array) -> None:
    fill(view, histogram(0, counts))
    view.grab()
    assert "no values" in view.describe(spot(view, 0.5, 0.5).toPoint())
    QTest.keyClick(view, Qt.Key.Key_Up)


def test_logarithm_shows_rare_values(view: HistogramsView) -> None:
    fill(view, *(histogram(step, [1, 999, 0, 0]) for step in (0, 100)))
    assert colour(view, 0.5, 0.2) == magnitude(0)
    QTest.keyClick(view, Qt.Key.Key_L)
    assert colour(view, 0.5, 0.2) not in (magnitude(0), magnitude(255))


def test_a_long_run_of_many_layers_stays_small_and_is_drawn(view: HistogramsView) -> None:
    for layer in range(120):
        for step in range(600 if layer == 0 else 2):
            view.take(histogram(step, [1, 2, 3, 4], name=f"layer{layer}.weight"))
    view.refresh()
    view.grab()
    assert len(view.choice.keys) == 120
    assert MOST / 2 <= len(view._shown) <= MOST
    assert "after step 599" in view.describe(spot(view, 0.999, 0.5).toPoint())


def test_themes(view: HistogramsView, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(view, histogram(0, [8, 0, 0, 0]), histogram(100, [0, 0, 0, 8]))
    light = view.grab().toImage()
    monkeypatch.setattr(theme, "_colours", theme.DARK)
    view.restyle()
    dark = view.grab().toImage()
    assert dark.pixelColor(4, 40) == QColor(theme.DARK.surface)
    assert dark.pixelColor(4, 40) != light.pixelColor(4, 40)
    assert colour(view, 0.2, 0.1) == magnitude(255)


@pytest.mark.parametrize("size", [(150, 120), (260, 180), (1400, 800)])
def test_sizes(view: HistogramsView, size: tuple[int, int]) -> None:
    fill(view, histogram(0, [8, 1, 0, 0]), histogram(100, [0, 0, 0, 8]))
    view.resize(*size)
    view.grab()
    assert view.content().contains(view.plot_area())
