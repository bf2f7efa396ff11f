"""The tree of layers: sums, folding, what is frozen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core import theme
from app.views.tree.rows import OPEN_UP_TO, first_folded, rows_of
from app.views.tree.view import LayerTreeView
from lab.core.events import LayerTree, TreeLayer

LAYERS = (
    TreeLayer("", 0, "Net", (3,), 1, 1),
    TreeLayer("features", 1, "Sequential", (4, 6, 6)),
    TreeLayer("features.0", 2, "Conv2d", (4, 6, 6), 4000, 0),
    TreeLayer("features.norm", 2, "BatchNorm2d", (4, 6, 6), 8, 0, held=True),
    TreeLayer("unused", 1, "ReLU"),
    TreeLayer("head", 1, "Linear", (3,), 15, 15),
)
TREE = LayerTree("network", LAYERS)


@pytest.fixture
def view(qtbot: QtBot) -> LayerTreeView:
    view = LayerTreeView("Layers", "network")
    qtbot.addWidget(view)
    view.resize(560, 260)
    view.show()
    return view


def fill(view: LayerTreeView, tree: LayerTree = TREE) -> None:
    view.take(tree)
    view.refresh()


def large(blocks: int) -> LayerTree:
    layers = [TreeLayer("", 0, "Net")]
    for block in range(blocks):
        layers += [
            TreeLayer(f"block{block}", 1, "Block"),
            TreeLayer(f"block{block}.conv", 2, "Conv2d", (8, 8, 8), 10, 10),
        ]
    return LayerTree("network", tuple(layers))


def test_sums_of_what_a_layer_contains() -> None:
    rows = {row.layer.path: row for row in rows_of(LAYERS)}
    assert (rows[""].parameters, rows[""].trainable) == (4024, 16)
    assert (rows["features"].parameters, rows["features"].trainable, rows["features"].held) == (4008, 0, 1)
    assert [rows[path].frozen for path in ("", "features", "unused", "head")] == [False, True, False, False]
    assert rows[""].partly
    assert not rows["head"].partly
    assert rows["features.0"].name == "0"
    assert rows[""].name == "Net"


def test_totals_stand_above(view: LayerTreeView) -> None:
    assert "will appear" in view.empty()
    fill(view)
    assert view.caption() == "4,024 parameters, 16 of them are trained"


def test_hover_says_everything(view: LayerTreeView) -> None:
    fill(view)

    def said(path: str) -> str:
        return view.describe(view.row_area(path).center().toPoint())

    assert "features.norm" in said("features.norm")
    assert "BatchNorm2d" in said("features.norm")
    assert "output of shape 4 × 6 × 6" in said("features.norm")
    assert "running mean and variance stay" in said("features.norm")
    assert "frozen" in said("features.norm")
    assert "frozen" not in said("head")
    assert "15 parameters, 15 of them are trained" in said("head")
    assert "4,008 parameters, 0 of them are trained" in said("features")
    assert "1 batch norms in evaluation mode" in said("features")
    assert "1 parameters of its own" in said("")
    assert "not known" in said("unused")
    assert view.describe(QPoint(3, 3)) == ""


def test_a_click_on_the_triangle_folds(view: LayerTreeView) -> None:
    fill(view)
    picked: list[object] = []
    view.selected.connect(lambda _name, value: picked.append(value))
    before = view.grab().toImage()
    fold = view.fold_area("features").center().toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=fold)
    assert view.seen == ["", "features", "unused", "head"]
    assert view.grab().toImage() != before
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=fold)
    assert len(view.seen) == 6
    assert picked == []


def test_a_click_on_a_layer_picks_it_and_lets_it_go(view: LayerTreeView) -> None:
    fill(view)
    picked: list[object] = []
    view.selected.connect(lambda name, value: picked.append((name, value)))
    place = view.row_area("features.0").center().toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert picked == [("layer", "features.0"), ("layer", None)]


def test_what_is_picked_elsewhere_is_unfolded_and_marked(view: LayerTreeView) -> None:
    fill(view)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.fold_area("features").center().toPoint())
    before = view.grab().toImage()
    view.select("layer", "features.0")
    assert "features.0" in view.seen
    assert view.grab().toImage() != before
    view.select("layer", "unheard")
    view.select("layer", None)


def test_keyboard(view: LayerTreeView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("app.views.tree.view.QToolTip.showText", lambda _at, words, _widget: said.append(words))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Return):
        QTest.keyClick(view, key)  # Nothing is there yet.
    fill(view)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert "features" in said[-1]
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.seen == ["", "features", "unused", "head"]
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert "unused" in said[-1]
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert len(view.seen) == 6
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert "features.0" in said[-1]
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert len(view.seen) == 4
    QTest.keyClick(view, Qt.Key.Key_End)
    with qtbot.waitSignal(view.selected) as caught:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert caught.args == ["layer", "head"]
    QTest.keyClick(view, Qt.Key.Key_Asterisk)
    assert len(view.seen) == 6
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.seen == [""]


def test_the_cursor_leaves_what_is_folded_away(view: LayerTreeView, qtbot: QtBot) -> None:
    fill(view)
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.fold_area("features").center().toPoint())
    with qtbot.waitSignal(view.selected) as caught:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert caught.args == ["layer", "features"]


def test_a_large_network_is_folded_at_first_and_scrolled(view: LayerTreeView) -> None:
    tree = large(150)
    fill(view, tree)
    assert len(view.seen) == 151
    QTest.keyClick(view, Qt.Key.Key_Asterisk)
    assert len(view.seen) == 301
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.content().contains(view.row_area("block149.conv"))
    view.grab()
    # The same network again, as when another part of it is frozen: what is unfolded stays so.
    fill(view, LayerTree("network", tree.layers))
    assert len(view.seen) == 301
    fill(view, TREE)
    assert len(view.seen) == 6


def test_folded_at_first_are_all_but_small_ones() -> None:
    few = large(OPEN_UP_TO // 2 - 1)
    assert first_folded(rows_of(few.layers)) == set()
    assert first_folded(rows_of(large(OPEN_UP_TO).layers)) == {f"block{block}" for block in range(OPEN_UP_TO)}


def inks(image: QImage, area: QPointF, width: int, height: int) -> set[str]:
    return {image.pixelColor(int(area.x()) + x, int(area.y()) + y).name() for x in range(width) for y in range(height)}


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK])
def test_what_is_frozen_has_a_mark_and_a_word(
    view: LayerTreeView, monkeypatch: pytest.MonkeyPatch, colours: theme.Colours
) -> None:
    monkeypatch.setattr(theme, "_colours", colours)
    view.restyle()
    fill(view)
    image = view.grab().toImage()

    def marked(path: str) -> bool:
        area = view.row_area(path)
        whole = inks(image, area.topLeft(), int(area.width()), int(area.height()))
        return QColor(colours.accent).name() in whole

    assert [marked(path) for path in ("features.0", "head", "unused")] == [True, False, False]
    assert image.pixelColor(4, 60) == QColor(colours.surface)


@pytest.mark.parametrize("size", [(150, 120), (300, 180), (1400, 800)])
@pytest.mark.parametrize("tree", [TREE, LayerTree("network", LAYERS[-1:]), large(60)])
def test_sizes(view: LayerTreeView, tree: LayerTree, size: tuple[int, int]) -> None:
    fill(view, tree)
    view.resize(*size)
    first = view.row_area(tree.layers[0].path)
    assert view.content().contains(first)
    assert view.grab().toImage().pixelColor(4, 60) == QColor(theme.LIGHT.surface)
    assert view.describe(first.center().toPoint())


def test_a_network_without_layers_says_so(view: LayerTreeView) -> None:
    fill(view, LayerTree("network", ()))
    assert view.empty()
    view.grab()
    fill(view)
    view.clear()
    assert view.empty()


def test_work_is_summed_up_where_it_is_known(view: LayerTreeView) -> None:
    work = {"features.0": 2_000_000, "head": 12}
    fill(view, LayerTree("network", tuple(replace(each, multiply_adds=work.get(each.path, 0)) for each in LAYERS)))
    assert "2,000,012 multiply-adds an image" in view.describe(view.row_area("").center().toPoint())
    assert "2,000,000 multiply-adds" in view.describe(view.row_area("features").center().toPoint())
    fill(view)
    assert "multiply-adds" not in view.describe(view.row_area("").center().toPoint())
