"""Feature maps, kernels and the mosaics they are made of."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core import theme
from app.views import groups
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


def test_colours_of_a_layer_end_where_the_event_says(view: FeatureMapsView) -> None:
    event = feature_maps(np.random.default_rng(0))
    view.keep(replace(event, scales={"conv1": 40.0, "conv2": 0.0}))
    found = {group.name: group.scale for group in view.groups()}
    assert found["conv1"] == 40
    maps = dict(event.layers)
    assert found["conv2"] == np.abs(maps["conv2"]).max(), "an end of 0 would divide by it"
    assert found["relu1"] == maps["relu1"].max()


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


@pytest.mark.parametrize("size", [(260, 180), (1200, 700), (150, 120)])
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


# Large networks, which are asked layer by layer.

NAMES = tuple(f"features.{place}" for place in range(120))


def large_maps(layer: str, whole: dict[str, tuple[int, ...]] | None = None) -> FeatureMaps:
    maps = np.abs(np.random.default_rng(NAMES.index(layer)).normal(size=(16, 8, 8)))
    return FeatureMaps("test", np.zeros((8, 8)), ((layer, maps),), 5, NAMES, whole or {})


def large_weights(layer: str, whole: dict[str, tuple[int, ...]] | None = None) -> Weights:
    array = np.random.default_rng(0).normal(size=(6, 4, 3, 3))
    return Weights("network", {f"{layer}.weight": array, f"{layer}.bias": np.zeros(6)}, {}, (), 5, NAMES, whole or {})


def test_a_layer_of_many_is_asked_for_and_shown_when_it_comes(view: FeatureMapsView, qtbot: QtBot) -> None:
    view.take(large_maps("features.0"))
    view.refresh()
    assert view.choice.keys == list(NAMES)
    assert view.choice.chosen == "features.0"
    assert view.choice.button.isVisible()
    view.choice.menu.aboutToShow.emit()
    with qtbot.waitSignal(view.selected) as caught:
        view.choice.menu.actions()[100].trigger()
    assert caught.args == ["layer", "features.100"]
    # An answer to the question before is no reason to forget what is wanted.
    view.take(large_maps("features.0"))
    view.refresh()
    assert view.choice.chosen == "features.100"
    assert not view.group_area("features.0").isEmpty()
    view.take(large_maps("features.100"))
    view.refresh()
    assert view.group_area("features.0").isEmpty()
    assert view.content().contains(view.group_area("features.100"))
    # What another view asked for is followed.
    view.take(large_maps("features.7"))
    view.refresh()
    assert view.choice.chosen == "features.7"
    view.select("layer", "features.9")
    assert view.choice.chosen == "features.9"
    view.clear()
    assert view.empty()
    assert not view.choice.button.isVisible()


def test_of_many_layers_one_stays(view: FeatureMapsView, qtbot: QtBot) -> None:
    view.take(large_maps("features.3"))
    view.refresh()
    place = view.group_area("features.3").center().toPoint()
    picked: list[object] = []
    view.selected.connect(lambda _name, value: picked.append(value))
    for _ in range(2):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert picked == ["features.3", "features.3"]


def test_a_small_network_needs_no_choice(view: FeatureMapsView, kernels: KernelsView) -> None:
    view.take(feature_maps(np.random.default_rng(0)))
    view.refresh()
    assert not view.choice.button.isVisible()
    kernels.take(Weights("network", {"conv1.weight": np.ones((2, 1, 3, 3))}, {}, (), 0))
    kernels.refresh()
    assert not kernels.choice.button.isVisible()


def test_more_layers_than_fit_are_shown_one_by_one(view: FeatureMapsView, kernels: KernelsView) -> None:
    layers = tuple((name, np.ones((2, 4, 4))) for name in NAMES[:30])
    view.take(FeatureMaps("test", np.zeros((8, 8)), layers, 0))
    view.refresh()
    assert view.choice.keys == list(NAMES[:30])
    view.choice.choose("features.20")
    view.refresh()
    assert view.group_area("features.0").isEmpty()
    assert not view.group_area("features.20").isEmpty()
    kernels.take(Weights("network", {f"{name}.weight": np.ones((2, 2, 3, 3)) for name in NAMES[:30]}, {}, (), 0))
    kernels.refresh()
    kernels.choice.choose("features.5")
    kernels.refresh()
    assert kernels.group_area("features.0").isEmpty()
    assert not kernels.group_area("features.5").isEmpty()


def test_what_is_cut_says_so(view: FeatureMapsView, kernels: KernelsView) -> None:
    view.take(large_maps("features.0", {"features.0": (512, 8, 8)}))
    view.refresh()
    words = view.describe(view.group_area("features.0").topLeft().toPoint() + QPoint(1, 1))
    assert "shape 512 × 8 × 8" in words
    assert "of 512 maps, the first 16 are shown" in words
    assert any("first 16 of 512" in line for line in view.under(view.groups()[1]))
    kernels.take(large_weights("features.0", {"features.0.weight": (900, 4, 3, 3)}))
    kernels.refresh()
    words = kernels.describe(kernels.group_area("features.0").topLeft().toPoint() + QPoint(1, 1))
    assert "features.0.weight, shape 900 × 4 × 3 × 3" in words
    assert "of 900 outputs, the first 6 are shown" in words
    assert any("first 6 of 900" in line for line in kernels.under(kernels.groups()[0]))


def test_kernels_of_a_layer_are_asked_for(kernels: KernelsView, qtbot: QtBot) -> None:
    kernels.take(large_weights("features.0"))
    kernels.refresh()
    with qtbot.waitSignal(kernels.selected) as caught:
        kernels.choice.step(1)
    assert caught.args == ["layer", "features.1"]
    kernels.take(large_weights("features.1"))
    kernels.refresh()
    assert not kernels.group_area("features.1").isEmpty()
    kernels.grab()


def test_an_image_in_colours(view: FeatureMapsView) -> None:
    image = np.zeros((6, 4, 3))
    image[2, 1] = 1.0, 0.5, 0.0
    image[5, 3] = np.nan
    view.take(FeatureMaps("test", image, (("conv1", np.ones((2, 4, 4))),), 0))
    view.refresh()
    area = view.group_area("")
    places = [QPointF(x + 0.5, y + 0.5) for x in range(500) for y in range(280) if area.contains(x, y)]
    place = next(each for each in places if (found := view.value_at(each)) is not None and found[2:] == (2, 1))
    assert view.grab().toImage().pixelColor(int(place.x()), int(place.y())) == QColor(255, 128, 0)
    assert "image, row 2, column 1: 1, 0.5, 0" in view.describe(QPoint(int(place.x()), int(place.y())))
    view.take(FeatureMaps("test", np.random.default_rng(0).random((224, 224, 3)), (), 0))
    view.refresh()
    view.grab()
    assert view.content().contains(view.group_area(""))


def test_kernels_of_an_image_in_colours_fill_the_view(kernels: KernelsView) -> None:
    array = np.random.default_rng(0).normal(size=(64, 3, 7, 7))
    kernels.take(Weights("network", {"conv1.weight": array}, {}, (), 5, ("conv1", "conv2")))
    kernels.refresh()
    area = kernels.group_area("conv1")
    assert area.height() > 0.5 * kernels.content().height()
    seen = set()
    for x in range(int(area.left()), int(area.right()), 3):
        for y in range(int(area.top()), int(area.bottom()), 3):
            found = kernels.value_at(QPointF(x + 0.5, y + 0.5))
            if found is None:
                continue
            group, index, row, column = found
            target, source = divmod(index, 3)
            value = array[target, source, row, column]
            assert group.maps[index, row, column] == value
            said = f"from channel {source} to channel {target}, row {row}, column {column}: {value:.6g}"
            assert said in kernels.describe(QPoint(x, y)) or len(seen) > 20
            seen.add((target, source))
    assert len(seen) > 100


def test_a_layer_that_is_picked_is_seen_alone_and_larger(view: FeatureMapsView) -> None:
    view.take(feature_maps(np.random.default_rng(1)))
    view.refresh()
    before = view.group_area("conv1")
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=before.center().toPoint())
    after = view.group_area("conv1")
    assert after.width() * after.height() > 2 * before.width() * before.height()
    assert [group.name for group in view._groups] == ["", "conv1"]
    assert "Click to see all layers" in view.describe_content(after.center())
    # The image is the way back, too.
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.group_area("").center().toPoint())
    assert view.group_area("conv1") == before


def test_a_network_that_took_no_step_here_says_none(view: FeatureMapsView) -> None:
    for step, said in ((0, False), (1234, True)):
        view.take(replace(feature_maps(np.random.default_rng(1)), step=step))
        view.refresh()
        words = view.describe_content(view.group_area("conv1").center())
        assert ("after step 1,234" in words) == said
        assert "after step 0" not in words


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK])
def test_signed_values_have_the_hues_of_the_first_two_classes(
    monkeypatch: pytest.MonkeyPatch, colours: theme.Colours
) -> None:
    monkeypatch.setattr(theme, "_colours", colours)
    table = theme.signed_table()
    for place, share in ((0, 0.125), (1, 0.875)):
        shade = QColor(*map(int, table[round(255 * share)]))
        assert abs(shade.hslHue() - QColor(colours.series[place]).hslHue()) <= 12


def test_kernels_before_training_say_so(kernels: KernelsView) -> None:
    weights = Weights("", {"conv1.weight": np.ones((4, 1, 3, 3), np.float32)}, {}, (), 0)
    kernels.take(weights)
    kernels.refresh()
    words = kernels.describe(kernels.group_area("conv1").center().toPoint())
    assert "shape 4 × 1 × 3 × 3, before training" in words
    assert "after step" not in words


@pytest.mark.parametrize("width", [150, 230, 330, 500, 900])
def test_names_of_neighbours_do_not_touch(qtbot: QtBot, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    view = FeatureMapsView("Feature maps", "test")
    qtbot.addWidget(view)
    view.resize(width, 240)
    names = ("conv1", "pool1", "relu1", "conv2", "pool2", "relu2", "linear1", "relu3", "output")
    layers = tuple((name, np.ones((10, 8, 8), np.float32)) for name in names)
    view.take(FeatureMaps("test", np.zeros((28, 28)), layers, 1))
    written: list[tuple[float, float, float]] = []

    def note(_painter: object, area: QRectF, words: str, *look: Any) -> None:
        half = min(QFontMetricsF(look[-1]).horizontalAdvance(words), area.width()) / 2
        written.append((area.top(), area.center().x() - half, area.center().x() + half))

    monkeypatch.setattr(groups, "text", note)
    view.refresh()
    view.grab()
    assert len(written) >= len(names) + 1
    for top in {line[0] for line in written}:
        row = sorted(line[1:] for line in written if line[0] == top)
        assert all(before[1] < after[0] for before, after in itertools.pairwise(row))


@given(st.lists(st.tuples(st.floats(0, 90), st.floats(1, 60)), max_size=20))
def test_in_one_line_stand_the_first_name_the_last_and_what_fits_between(places: list[tuple[float, float]]) -> None:
    widths = [width for width, _ in places]
    centres = list(itertools.accumulate(step for _, step in places))
    chosen = groups._beside(widths, centres)
    assert chosen == sorted(set(chosen))
    assert {0, len(places) - 1} <= set(chosen) or not places
    for one, other in itertools.pairwise(chosen):
        apart = centres[other] - centres[one] - (widths[one] + widths[other]) / 2
        assert apart > 0 or (one, other) == (0, len(places) - 1)
