"""Feature maps, kernels and the mosaics they are made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core import theme
from app.views.maps import FeatureMapsView, KernelsView
from app.views.mosaic import GAP_LEVEL, Block, arrange, largest, levels, shrunk, tiled
from lab.core.events import FeatureMaps, Weights
from lab.core.figures import Link
from lab.topics.convolution.kernels import KernelsParams


def feature_maps(rng: np.random.Generator) -> FeatureMaps:
    layers = (
        ("conv1", rng.normal(size=(10, 26, 26)).astype(np.float32)),
        ("relu1", np.abs(rng.normal(size=(10, 13, 13))).astype(np.float32)),
        ("conv2", rng.normal(size=(20, 11, 11)).astype(np.float32)),
        ("fc1", np.abs(rng.normal(size=(50, 1, 1))).astype(np.float32)),
    )
    return FeatureMaps("test", rng.random((28, 28)), layers, 12)


@pytest.fixture
def view(qtbot: QtBot) -> FeatureMapsView:
    view = FeatureMapsView("Feature maps", "test")
    qtbot.addWidget(view)
    view.resize(500, 280)
    view.show()
    return view


@pytest.fixture
def kernels(qtbot: QtBot) -> KernelsView:
    view = KernelsView("Kernels")
    qtbot.addWidget(view)
    view.resize(500, 280)
    view.show()
    return view


def test_levels() -> None:
    values = np.array([-2.0, 0.0, 2.0, 9.0, np.nan, np.inf])
    assert list(levels(values, 2.0, signed=True)) == [0, 127, 254, 254, GAP_LEVEL, GAP_LEVEL]
    assert list(levels(np.array([0.0, 1.0, 2.0]), 2.0, signed=False)) == [0, 127, 254]
    assert largest(np.array([np.nan, -3.0, np.inf])) == 3
    assert largest(np.zeros(0)) == 1


def test_tiles_stand_where_they_should() -> None:
    maps = np.arange(3, dtype=np.uint8)[:, None, None] + np.zeros((3, 2, 2), np.uint8)
    image = tiled(maps, columns=2, zoom=3, gap=1)
    assert image.shape == (13, 13)
    assert image[0, 0] == 0
    assert image[5, 12] == 1
    assert image[12, 5] == 2
    assert image[6, 3] == image[12, 12] == GAP_LEVEL


def test_shrunk_maps_are_means() -> None:
    maps = np.arange(9.0).reshape(1, 3, 3)
    np.testing.assert_allclose(shrunk(maps, 2), [[[2, 3.5], [6.5, 8]]])


@given(
    blocks=st.lists(
        st.builds(Block, st.integers(1, 64), st.integers(1, 40), st.integers(1, 40), least=st.integers(0, 20)),
        max_size=6,
    ),
    width=st.integers(300, 900),
    height=st.integers(60, 500),
)
def test_arranged_blocks_fit(blocks: list[Block], width: int, height: int) -> None:
    fits = arrange(blocks, width, height, 8)
    assert len(fits) == len(blocks)
    assert sum(fit.width for fit in fits) + 8 * max(len(fits) - 1, 0) <= width
    assert all(fit.height <= height for fit in fits)
    assert all(fit.columns * -(-fit.count // fit.columns) >= fit.count for fit in fits)


def test_value_under_the_pointer_is_the_one_in_the_picture(view: FeatureMapsView) -> None:
    assert "Press Run" in view.empty()
    event = feature_maps(np.random.default_rng(0))
    view.take(event)
    view.refresh()
    image = view.grab().toImage()
    table = theme.signed_table()
    maps = event.layers[2][1]
    area = view.group_area("conv2")
    seen = 0
    for x in range(int(area.left()), int(area.right()), 5):
        for y in range(int(area.top()), int(area.bottom()), 5):
            found = view.value_at(QPointF(x + 0.5, y + 0.5))
            if found is None:
                continue
            group, channel, row, column = found
            value = maps[channel, row, column]
            level = int(np.clip(value * 127 / group.scale + 127.5, 0, 254))
            assert QColor(*table[round(level * 255 / 254)].tolist()) == image.pixelColor(x, y)
            seen += 1
    assert seen > 50


def test_describe_gives_the_exact_value(view: FeatureMapsView) -> None:
    event = feature_maps(np.random.default_rng(0))
    view.take(event)
    view.refresh()
    corner = view.group_area("relu1").topLeft().toPoint() + QPoint(1, 1)
    words = view.describe(corner)
    assert f"relu1, channel 0, row 0, column 0: {event.layers[1][1][0, 0, 0]:.6g}" in words
    assert "shape 10 × 13 × 13, after step 12" in words
    assert "fc1, unit " in view.describe(view.group_area("fc1").center().toPoint() + QPoint(2, 2))
    assert "row 0, column 0" in view.describe(view.group_area("").topLeft().toPoint() + QPoint(1, 1))


def test_click_on_a_layer_picks_and_enlarges_it(view: FeatureMapsView, qtbot: QtBot) -> None:
    view.take(feature_maps(np.random.default_rng(0)))
    view.refresh()
    before = view.group_area("conv2").width()
    with qtbot.waitSignal(view.selected) as caught:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.group_area("conv2").center().toPoint())
    assert caught.args == ["layer", "conv2"]
    assert view.group_area("conv2").width() > before
    view.select("layer", None)
    assert view.group_area("conv2").width() == before


@pytest.mark.parametrize("size", [(260, 180), (1200, 700), (200, 120)])
def test_all_sizes_stay_inside(view: FeatureMapsView, size: tuple[int, int]) -> None:
    view.take(feature_maps(np.random.default_rng(0)))
    view.resize(*size)
    view.refresh()
    view.grab()
    for name in ("", "conv1", "relu1", "conv2", "fc1"):
        assert view.content().contains(view.group_area(name)), name


def test_values_that_are_not_finite(view: FeatureMapsView) -> None:
    maps = np.full((3, 4, 4), np.nan, np.float32)
    view.take(FeatureMaps("test", np.zeros((28, 28)), (("conv1", maps), ("fc", np.array([np.inf, -1.0]))), 0))
    view.refresh()
    view.grab()
    assert "nan" in view.describe(view.group_area("conv1").topLeft().toPoint() + QPoint(1, 1))


def test_hundreds_of_maps(view: FeatureMapsView) -> None:
    layers = (("conv", np.ones((512, 14, 14), np.float32)), ("fc", np.ones((4096, 1, 1), np.float32)))
    view.take(FeatureMaps("test", np.zeros((224, 224)), layers, 0))
    view.refresh()
    view.grab()
    assert view.content().contains(view.group_area("conv"))


def test_theme_changes_colours(view: FeatureMapsView, monkeypatch: pytest.MonkeyPatch) -> None:
    view.take(FeatureMaps("test", np.zeros((8, 8)), (("conv1", np.array([[[-1.0, 0.0, 1.0]]])),), 0))
    view.refresh()
    light = view.grab().toImage()
    monkeypatch.setattr(theme, "_colours", theme.DARK)
    view.restyle()
    area = view.group_area("conv1").center().toPoint()
    assert view.grab().toImage().pixelColor(area) != light.pixelColor(area)


def test_kernels(kernels: KernelsView) -> None:
    assert kernels.empty()
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(4, 1, 5, 5)), rng.normal(size=(6, 4, 3, 3))
    arrays = {"conv1.weight": first, "conv1.bias": np.zeros(4), "conv2.weight": second}
    kernels.take(Weights("network", arrays, {}, (), 9))
    kernels.refresh()
    area = kernels.group_area("conv2")
    image = kernels.grab().toImage()
    at = area.topLeft() + QPointF(2, 2)
    found = kernels.value_at(at)
    assert found is not None
    group, index, row, column = found
    assert group.maps[index, row, column] == second[index % 6, index // 6, row, column]
    level = int(np.clip(second[index % 6, index // 6, row, column] * 127 / group.scale + 127.5, 0, 254))
    wanted = QColor(*theme.signed_table()[round(level * 255 / 254)].tolist())
    assert image.pixelColor(at.toPoint()) == wanted
    words = kernels.describe(area.topLeft().toPoint() + QPoint(1, 1))
    assert f"kernel from channel 0 to channel 0, row 0, column 0: {second[0, 0, 0, 0]:.6g}" in words
    assert "conv2.weight, shape 6 × 4 × 3 × 3, after step 9" in words


def test_a_click_on_a_kernel_opens_it_on_photographs(kernels: KernelsView) -> None:
    array = np.arange(18, dtype=np.float32).reshape(2, 1, 3, 3)
    kernels.take(Weights("test", {"conv1.weight": array}, {}, (), 1))
    kernels.refresh()
    picked: list[object] = []
    kernels.selected.connect(lambda _name, value: picked.append(value))
    places = [QPointF(x, y) for x in range(0, 500, 4) for y in range(0, 280, 4)]
    place = next(place for place in places if (found := kernels.value_at(place)) is not None and found[1] == 1)
    QTest.mouseClick(kernels, Qt.MouseButton.LeftButton, pos=place.toPoint())
    weights = "9 10 11; 12 13 14; 15 16 17"
    assert picked == [Link("convolution.kernels", {"kernel": "own", "weights": weights})]
    KernelsParams.from_texts({"kernel": "own", "weights": weights})


def test_network_without_convolutions(kernels: KernelsView) -> None:
    kernels.take(Weights("network", {"fc.weight": np.ones((3, 3))}, {}, (), 0))
    kernels.refresh()
    kernels.grab()
    assert kernels.empty()
