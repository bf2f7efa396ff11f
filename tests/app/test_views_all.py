"""What holds for every view."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.core import language, theme
from app.views.bars import ProbabilitiesView
from app.views.base import View
from app.views.cells.view import CellsView
from app.views.chart.view import ChartView
from app.views.code.view import CodeView
from app.views.columns.view import BarsView
from app.views.confusion import ConfusionView
from app.views.curves import CurvesView, Panel, Series
from app.views.examples.scatter import ScatterView
from app.views.examples.shares import SharesView
from app.views.field.view import FieldView
from app.views.graph.view import GraphView
from app.views.histograms.view import HistogramsView
from app.views.image_rows.view import ImageRowsView
from app.views.maps import FeatureMapsView, KernelsView
from app.views.matrices.view import MatricesView
from app.views.picture import PictureView
from app.views.pictures.view import PicturesView
from app.views.sandwich import SandwichView
from app.views.sheet import SheetView
from app.views.sketch import SketchView
from app.views.strip import StripView
from app.views.table.view import TableView
from app.views.tree.view import LayerTreeView
from app.views.units.view import UnitsView
from lab.core.events import FeatureMaps

MAKERS: dict[str, Callable[[], View]] = {
    "curves": lambda: CurvesView("T", "n", (Panel("Loss", "", "", (Series("batch", "loss", "train"),)),)),
    "confusion": lambda: ConfusionView("T", "n"),
    "sheet": lambda: SheetView("T", "n"),
    "strip": lambda: StripView("T"),
    "maps": lambda: FeatureMapsView("T", "n"),
    "kernels": lambda: KernelsView("T"),
    "pictures": lambda: PicturesView("T", "n"),
    "bars": lambda: ProbabilitiesView("T", "n"),
    "picture": lambda: PictureView("T", "n"),
    "graph": lambda: GraphView("T", "n"),
    "sandwich": lambda: SandwichView("T", "n"),
    "chart": lambda: ChartView("T", "n"),
    "table": lambda: TableView("T", "n"),
    "columns": lambda: BarsView("T", "n"),
    "code": lambda: CodeView("T", "n"),
    "field": lambda: FieldView("T", "n"),
    "cells": lambda: CellsView("T", "n"),
    "matrices": lambda: MatricesView("T", "n"),
    "units": lambda: UnitsView("T", "n"),
    "scatter": lambda: ScatterView("T", "n"),
    "histograms": lambda: HistogramsView("T"),
    "sketch": lambda: SketchView("T"),
    "rows": lambda: ImageRowsView("T", "n"),
    "tree": lambda: LayerTreeView("T", "n"),
    "shares": lambda: SharesView("T", "n"),
}


@pytest.fixture(params=MAKERS)
def view(request: pytest.FixtureRequest, qtbot: QtBot) -> View:
    view = MAKERS[request.param]()
    qtbot.addWidget(view)
    return view


@pytest.mark.parametrize("size", [(150, 120), (400, 250), (1500, 900)])
def test_empty_view_says_something(view: View, size: tuple[int, int]) -> None:
    view.resize(*size)
    view.show()
    image = view.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 2)}
    assert len(colours) > 5  # Text has many shades.
    assert view.describe(QPoint(view.width() // 2, view.height() // 2)) == ""
    view.clear()
    view.select("cell", None)
    view.select("image", 3)
    view.select("layer", "conv1")


def test_plots_stay_left_to_right(qtbot: QtBot, view: View) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    view.setParent(parent)
    parent.show()
    parts = [view, *(part for part in view.findChildren(QWidget) if not part.isWindow())]
    assert all(part.layoutDirection() == Qt.LayoutDirection.LeftToRight for part in parts)
    view.setParent(None)


def test_persian_and_dark(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    view.resize(400, 250)
    view.show()
    light = view.grab().toImage()
    monkeypatch.setattr(language, "_language", "fa")
    monkeypatch.setattr(theme, "_colours", theme.DARK)
    view.restyle()
    assert view.grab().toImage() != light


def test_hidden_view_does_not_redraw(qtbot: QtBot) -> None:
    view = FeatureMapsView("Feature maps", "n")
    qtbot.addWidget(view)
    view.resize(400, 250)
    view.take(FeatureMaps("n", np.zeros((8, 8)), (("conv1", np.ones((2, 4, 4))),), 0))
    view.tick(1e6)
    assert view._image.isNull()
    view.show()
    assert not view._image.isNull()
    assert not view.group_area("conv1").isEmpty()


def test_views_redraw_at_their_own_rate(qtbot: QtBot) -> None:
    view = FeatureMapsView("Feature maps", "n")
    qtbot.addWidget(view)
    view.show()
    event = FeatureMaps("n", np.zeros((8, 8)), (("conv1", np.ones((2, 4, 4))),), 0)
    drawn = []
    for now in range(0, 1000, 10):
        view.take(event)
        view.tick(float(now))
        drawn.append(not view._dirty)
    assert sum(drawn) == 1000 // view.interval_ms
