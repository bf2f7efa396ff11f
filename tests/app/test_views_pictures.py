"""Pictures side by side: where their pixels are, how they are zoomed, picked and explained."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.core import theme
from app.core.language import set_language
from app.views.pictures import pixels
from app.views.pictures.camera import Camera
from app.views.pictures.frame import Grid
from app.views.pictures.numbers import short
from app.views.pictures.view import PicturesView
from lab.core.events import Array
from lab.core.figures import Words
from lab.core.pictures import Box, Colours, PicturePanel, Pictures
from lab.core.text import message
from tests.app.mouse import LEFT, NONE, RIGHT, move

NO_KEYS = Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
PHOTO = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)
GREY = np.random.default_rng(1).random((60, 90))


@pytest.fixture
def view(qtbot: QtBot) -> PicturesView:
    view = PicturesView("Pictures", "n")
    qtbot.addWidget(view)
    view.resize(900, 400)
    view.show()
    view.activateWindow()
    qtbot.waitExposed(view)
    view.clearFocus()
    return view


class Heard(list[tuple[str, Any]]):
    """What a view has emitted."""

    def __init__(self, view: PicturesView) -> None:
        super().__init__()
        view.selected.connect(lambda name, value: self.append((name, value)))


def show(view: PicturesView, *panels: PicturePanel, note: Words = "") -> None:
    view.take(Pictures("n", panels, note))
    view.refresh()


def strided(picks: str = "at") -> tuple[PicturePanel, PicturePanel]:
    """Return a photograph, and what a convolution 3 × 3 with stride 2 makes of it."""
    output = GREY[1:-1:2, 1:-1:2] * 2 - 1
    result = PicturePanel("output", output, "signed", (-1.0, 1.0), (1.0, 1.0), (2.0, 2.0), picks=picks)
    return PicturePanel("input", PHOTO, "colour", (0, 255)), result


def at(view: PicturesView, panel: int, row: int, column: int) -> QPoint:
    middle = view.pixel_area(panel, row, column).center()
    return QPoint(int(middle.x()), int(middle.y()))


def wheel(view: PicturesView, place: QPoint, turned: int) -> None:
    event = QWheelEvent(
        QPointF(place),
        QPointF(view.mapToGlobal(place)),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def picture(view: PicturesView, area: QRectF | None = None) -> QImage:
    return (view.grab() if area is None else view.grab(area.toAlignedRect())).toImage()


def has(image: QImage, colour: str) -> bool:
    wanted = QColor(colour).name()
    return any(image.pixelColor(x, y).name() == wanted for x in range(image.width()) for y in range(image.height()))


# Where pixels are.


@pytest.mark.parametrize("size", [(900, 400), (420, 260), (333, 700), (150, 120)])
def test_every_pixel_is_painted_and_found_where_it_belongs(view: PicturesView, size: tuple[int, int]) -> None:
    view.resize(*size)
    values = np.random.default_rng(2).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    small = values[1:5, 1:5, 0].copy()
    show(
        view,
        PicturePanel("input", values, "colour", (0, 255)),
        PicturePanel("output", small, "grey", (0, 255), (1.0, 1.0)),
    )
    image = picture(view)
    for panel, shown in ((0, values), (1, np.repeat(small[:, :, None], 3, axis=2))):
        for row in range(shown.shape[0]):
            for column in range(shown.shape[1]):
                area = view.pixel_area(panel, row, column)
                assert view.pixel_at(area.center()) == (panel, (row, column))
                # Beside a number that may be written in it.
                corner = area.topLeft() + QPointF(area.width() / 6, area.height() / 6)
                colour = image.pixelColor(int(corner.x()), int(corner.y()))
                assert [colour.red(), colour.green(), colour.blue()] == shown[row, column].tolist()
    # One scale, so that a pixel of one is as large as one of the other.
    assert view.pixel_area(0, 0, 0).size() == view.pixel_area(1, 0, 0).size()
    assert view.pixel_at(QPointF(2, 2)) is None


def test_panels_of_different_pitch_cover_the_same_area(view: PicturesView) -> None:
    show(view, *strided())
    one, other = view.scene().frame(0).whole(), view.scene().frame(1).whole()
    assert other.width() == pytest.approx(one.width() * 88 / 90)
    assert view.pixel_area(1, 0, 0).width() == pytest.approx(2 * view.pixel_area(0, 0, 0).width())
    # A kernel would not be seen at the scale of a photograph: it is shown at its own.
    kernel = PicturePanel("kernel", np.eye(3), "signed", (-1, 1), origin=(math.nan, math.nan))
    show(view, PicturePanel("input", PHOTO, "colour", (0, 255)), kernel)
    assert view.pixel_area(1, 0, 0).width() > 10 * view.pixel_area(0, 0, 0).width()


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 3), (400, 700)])
@pytest.mark.parametrize("size", [(150, 120), (700, 300)])
def test_any_shape_can_be_seen_and_pointed_at(
    view: PicturesView, shape: tuple[int, int], size: tuple[int, int]
) -> None:
    view.resize(*size)
    show(view, PicturePanel("odd", np.ones(shape), "magnitude", (0.0, 1.0)))
    last = shape[0] - 1, shape[1] - 1
    whole = view.scene().frame(0).whole()
    assert min(whole.width(), whole.height()) >= 20
    middle = view.pixel_area(0, *last).center()
    where = f"row {last[0]}, column {last[1]} of {shape[0]} × {shape[1]}"
    assert where in view.describe_content(middle)
    wheel(view, whole.center().toPoint(), 120 * 40)
    view.grab()
    assert view.pixel_at(whole.center()) is not None


# Colours.


def test_maps_of_colours_are_those_of_the_theme(view: PicturesView, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.array([[-2.0, 0.0, 2.0, math.nan, math.inf]])
    for colouring in (theme.LIGHT, theme.DARK):
        monkeypatch.setattr(theme, "_colours", colouring)
        view.restyle()
        show(view, PicturePanel("signed", values, "signed", (-2.0, 2.0)))
        image = picture(view)
        corners = [view.pixel_area(0, 0, column).topLeft() + QPointF(5, 5) for column in range(5)]
        found = [image.pixelColor(corner.toPoint()).name() for corner in corners]
        table = [QColor(*map(int, row)).name() for row in theme.signed_table()]
        assert found[0] == table[0] and found[2] == table[255] and found[1] in table[127:129]
        # What is no number has the pattern of nothing, in every colouring.
        kinds: tuple[Colours, ...] = ("signed", "magnitude", "grey")
        for colours in kinds:
            show(view, PicturePanel("with gaps", values, colours, (-2.0, 2.0)))
            for column in (3, 4):
                assert has(picture(view, view.pixel_area(0, 0, column).adjusted(4, 4, -4, -4)), colouring.raised)
    assert "not a number" in view.describe(at(view, 0, 0, 3)) and "∞" in view.describe(at(view, 0, 0, 4))


def test_a_large_picture_is_never_converted_as_a_whole(view: PicturesView, monkeypatch: pytest.MonkeyPatch) -> None:
    converted: list[tuple[int, ...]] = []
    real = pixels.coloured

    def counting(panel: PicturePanel, rows: slice, columns: slice) -> Array:
        found = real(panel, rows, columns)
        converted.append(found.shape)
        return found

    monkeypatch.setattr(pixels, "coloured", counting)
    large = np.zeros((1675, 3000, 3), np.uint8)
    show(view, PicturePanel("large", large, "colour", (0, 255)))
    view.grab()
    whole = view.scene().frame(0).whole()
    [(height, width)] = converted
    assert whole.width() <= width <= 2 * whole.width() + 1 and height <= 2 * whole.height() + 1
    # Marks move over it, and the same picture with another box comes, without converting it again.
    move(view, at(view, 0, 800, 1500), NONE)
    show(view, PicturePanel("large", large, "colour", (0, 255), boxes=(Box(5, 5, 90, 90),)))
    view.grab()
    assert len(converted) == 1
    # Enlarged, only what is seen is.
    for _ in range(30):
        wheel(view, at(view, 0, 800, 1500) if not view.scene().zoomed else whole.center().toPoint(), 120)
    view.grab()
    assert converted[-1][0] * converted[-1][1] < 500


# Zoom.


@pytest.mark.parametrize("pixel", [(5, 7), (30, 45), (59, 89)])
def test_zoom_keeps_the_pixel_under_the_pointer(view: PicturesView, pixel: tuple[int, int]) -> None:
    show(view, *strided())
    place = QPointF(at(view, 0, *pixel))
    spot = view.pixel_at(place)
    assert spot is not None and spot[0] == 0
    size = view.pixel_area(0, 0, 0).width()
    for _ in range(16):
        wheel(view, place.toPoint(), 120)
        # But for moving it onto pixels of the screen, which are large to begin with.
        found = view.scene().frame(0).pixel_near(place)
        assert max(abs(found[0] - spot[1][0]), abs(found[1] - spot[1][1])) <= 1
        size, before = view.pixel_area(0, 0, 0).width(), size
        assert size >= before
    assert size == 72
    # The others show the same part of the plane.
    first, second = view.scene().frame(0), view.scene().frame(1)
    places = [frame.point(QPointF(40, 30)) - frame.room.center() for frame in (first, second)]
    assert (places[0] - places[1]).manhattanLength() <= 2


@given(
    st.floats(1, 900),
    st.floats(1, 900),
    st.sampled_from([1.0, 1.25, 2.0]),
    st.lists(st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.integers(-6, 8)), max_size=8),
)
def test_what_is_shown_covers_at_least_what_all_of_it_covers(
    width: float, height: float, ratio: float, moves: list[tuple[float, float, int]]
) -> None:
    camera = Camera()
    camera.place(QRectF(-0.5, 3, width, height), QSizeF(300, 200), 1.0, ratio)
    grid = Grid(int(height) or 1, int(width) or 1, (0.0, 0.0), (1.0, 1.0), True)
    least, all_of_it = camera.scale, camera.scales()
    assert width * least <= 300.01 and height * least <= 200.01
    for x, y, steps in moves:
        before = camera.scales()
        offset = QPointF(x * width * all_of_it[0], y * height * all_of_it[1])
        room = QRectF(0, 0, 300, 200)
        place = _place(camera, grid, room.center() + offset)
        camera.zoom(offset, steps)
        if steps > 0 and camera.scales() != before:
            # Exactly so but for moving it onto pixels of the screen.
            again = _place(camera, grid, room.center() + offset)
            assert (again - place).manhattanLength() * camera.scale <= 2.01 / ratio * camera.scale / min(before)
        camera.pan(QPointF(37, -20))
        assert camera.scale >= least
    camera.show_all()
    assert camera.scale == least and not camera.zoomed


def _place(camera: Camera, grid: Grid, point: QPointF) -> QPointF:
    frame = camera.frame(grid, QRectF(0, 0, 300, 200))
    return QPointF((point.x() - frame.left) / frame.across, (point.y() - frame.top) / frame.down)


def test_zoom_ends_with_the_button_a_key_and_a_double_click(view: PicturesView) -> None:
    show(view, *strided(picks=""))
    area = view.pixel_area(0, 0, 0)
    for end in ("button", "key", "double click", "wheel"):
        wheel(view, at(view, 1, 10, 10), 360)
        assert view.pixel_area(0, 0, 0) != area and view._all.isVisible()
        if end == "button":
            QTest.mouseClick(view._all, LEFT)
        elif end == "key":
            QTest.keyClick(view, Qt.Key.Key_0)
        elif end == "double click":
            QTest.mouseDClick(view, LEFT, pos=at(view, 0, 30, 40))
        else:
            wheel(view, view.scene().frame(0).room.center().toPoint(), -120 * 30)
        assert view.pixel_area(0, 0, 0) == area and not view._all.isVisible()
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.scene().zoomed
    # Fine wheels turn in small parts.
    size = view.pixel_area(0, 0, 0).width()
    for _ in range(8):
        wheel(view, view.scene().frame(0).room.center().toPoint(), 15)
    assert view.pixel_area(0, 0, 0).width() > size


def test_an_event_of_the_same_size_keeps_the_zoom(view: PicturesView) -> None:
    show(view, *strided())
    wheel(view, at(view, 0, 20, 30), 120 * 8)
    area = view.pixel_area(0, 20, 30)
    show(view, PicturePanel("other", PHOTO[::-1].copy(), "colour", (0, 255), boxes=(Box(3, 3),)), strided()[1])
    assert view.pixel_area(0, 20, 30) == area
    show(view, PicturePanel("smaller", PHOTO[:30].copy(), "colour", (0, 255)))
    assert not view.scene().zoomed and not view._all.isVisible()


def test_dragging_moves_what_is_zoomed(view: PicturesView) -> None:
    heard = Heard(view)
    show(view, *strided())
    start = view.scene().frame(0).room.center().toPoint()
    picked = view.scene().frame(1).room.center().toPoint()
    wheel(view, start, 120 * 9)
    for place, button, keys in ((start, LEFT, NO_KEYS), (picked, RIGHT, NO_KEYS), (picked, LEFT, SHIFT)):
        before = [view.pixel_area(panel, 20, 20).topLeft() for panel in (0, 1)]
        QTest.mousePress(view, button, keys, place)
        move(view, place + QPoint(14, -9), button)
        QTest.mouseRelease(view, button, keys, place + QPoint(14, -9))
        after = [view.pixel_area(panel, 20, 20).topLeft() for panel in (0, 1)]
        assert all((b - a - QPointF(14, -9)).manhattanLength() <= 2 for a, b in zip(before, after, strict=True))
    move(view, start + QPoint(30, 30), NONE)
    assert view.pixel_area(0, 20, 20).topLeft() == after[0]
    assert not heard


# Numbers.


@pytest.mark.parametrize(
    ("value", "figures", "said"),
    [
        (0.123456, 3, "0.123"), (-1.0, 3, "-1"), (255, 3, "255"), (1234.4, 3, "1234"), (1234.4, 2, "1.2e3"),
        (1.5e-7, 3, "1.5e-7"), (3.2e12, 1, "3e12"), (math.nan, 3, "nan"), (-math.inf, 3, "-∞"), (-0.0, 3, "0"),
    ],
)  # fmt: skip
def test_numbers_are_short(value: float, figures: int, said: str) -> None:
    assert short(value, figures) == said


@pytest.mark.parametrize("colours", ["grey", "colour", "magnitude", "signed"])
def test_numbers_stand_in_pixels_that_are_large_enough(view: PicturesView, colours: Colours) -> None:
    shape = (40, 40, 3) if colours == "colour" else (40, 40)
    show(view, PicturePanel("same", np.full(shape, 0.25), colours, (-1.0, 1.0)))
    middle = view.scene().frame(0).room.center().toPoint()

    def shades() -> int:
        """Return how many colours are within a pixel: letters have many."""
        spot = view.pixel_at(QPointF(middle))
        assert spot is not None
        image = picture(view, view.pixel_area(0, *spot[1]).adjusted(2, 2, -2, -2))
        return len({image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())})

    least = 44 if colours == "colour" else 30
    for _ in range(20):
        large = view.pixel_area(0, 0, 0).width() >= least
        assert (shades() > 3) == large, view.pixel_area(0, 0, 0).width()
        wheel(view, middle, 120)
    assert view.pixel_area(0, 0, 0).width() >= 60


# Boxes and hatches.


def test_boxes_have_room_outside_of_the_picture(view: PicturesView) -> None:
    values = np.full((4, 4), 0.5)
    for colour, box in ((0, Box(-2, -1, 3, 3, "window")), (1, Box(3, 3, 4, 4, message("window"), 1))):
        show(view, PicturePanel("padded", values, boxes=(box,)))
        frame = view.scene().frame(0)
        area = frame.box_area(box)
        assert frame.room.contains(area)
        image = picture(view)
        for point in (area.topLeft(), area.topRight(), area.bottomLeft(), area.bottomRight()):
            inward = area.center() - point
            near = QRectF(point, QSizeF(1, 1)).adjusted(-3, -3, 3, 3).toRect()
            assert has(image.copy(near), theme.colours().series[colour]), inward
    # Where the box is back inside, nothing jumps: the room stays.
    before = view.pixel_area(0, 0, 0)
    show(view, PicturePanel("padded", values, boxes=(Box(1, 1, 2, 2),)))
    assert view.pixel_area(0, 0, 0) == before


def test_hatches_are_seen_on_any_picture(view: PicturesView) -> None:
    hatched = np.zeros((2, 4), bool)
    hatched[0] = True
    for level in (0, 128, 255):
        values = np.full((2, 4), level, np.uint8)
        show(view, PicturePanel("p", values, "grey", (0, 255), hatched=hatched, hatched_label="padding"))
        shades = []
        for row in (0, 1):
            area = view.pixel_area(0, row, 1).adjusted(3, 3, -3, -3)
            image = picture(view, QRectF(area.topLeft(), QSizeF(30, 30)))
            shades.append([image.pixelColor(x, y).red() for x in range(30) for y in range(30)])
        assert max(abs(shade - level) for shade in shades[0]) > 100
        assert set(shades[1]) == {level}
    assert "padding" in view.describe(at(view, 0, 0, 1)) and "padding" not in view.describe(at(view, 0, 1, 1))


# What is said.


def test_what_a_pixel_says(view: PicturesView) -> None:
    box = Box(10, 20, 5, 5, message("window"))
    first = PicturePanel("A <photo>", PHOTO, "colour", (0, 255), boxes=(box, Box(-4, 0, 2, 2, "outside")), why="why")
    values = np.full((60, 90), np.float32(0.1))
    show(view, first, PicturePanel("second", values, note=message("a note")), note="of all")
    red, green, blue = PHOTO[12, 21]
    said = view.describe(at(view, 0, 12, 21))
    for part in ("A &lt;photo&gt;", "row 12, column 21 of 60 × 90", f"R {red}, G {green}, B {blue}", "why", "window"):
        assert part in said
    assert "window" not in view.describe(at(view, 0, 16, 21))
    assert "outside" in view.describe(at(view, 0, -3, 1)) and view.describe(at(view, 0, -3, 40)) == ""
    # The shortest number that is the same in its own precision.
    assert "value: 0.1<" in view.describe(at(view, 1, 3, 4))
    cell = view.scene().cell(1)
    assert "60 × 90 pixels" in view.describe(cell.title.center().toPoint())
    assert "a note" in view.describe(cell.note.center().toPoint())
    assert "of all" in view.describe(view.note_area().center().toPoint())


def test_what_is_pointed_at_is_marked_in_all_panels(view: PicturesView) -> None:
    black = np.zeros((60, 90))
    show(view, PicturePanel("one", black), PicturePanel("half", black[::2, ::2].copy(), pitch=(2.0, 2.0)))
    empty = picture(view)
    place = at(view, 1, 20, 30)
    move(view, place, NONE)
    marked = picture(view)
    for panel, pixel in ((1, (20, 30)), (0, (40, 60))):
        near = view.pixel_area(panel, *pixel).adjusted(-8, -8, 8, 8).toRect()
        assert marked.copy(near) != empty.copy(near)
        far = view.pixel_area(panel, 5, 5).adjusted(-8, -8, 8, 8).toRect()
        assert marked.copy(far) == empty.copy(far)
    move(view, QPoint(2, 2), NONE)
    assert picture(view) == empty


@pytest.mark.parametrize("pitch", [(1.0, -1.0), (-1.0, 1.0)])
def test_a_mirrored_picture_shows_the_same_part_of_the_plane(view: PicturesView, pitch: tuple[float, float]) -> None:
    origin = (59.0 if pitch[0] < 0 else 0.0, 89.0 if pitch[1] < 0 else 0.0)
    show(view, PicturePanel("one", GREY), PicturePanel("mirrored", GREY, origin=origin, pitch=pitch))
    for zoom in (0, 8):
        wheel(view, at(view, 0, 20, 30), 120 * zoom)
        pixel = (39, 30) if pitch[0] < 0 else (20, 59)
        frames = view.scene().frame(0), view.scene().frame(1)
        assert view.scene().grids[1].place(*pixel) == QPointF(30, 20)
        offsets = [frames[0].pixel_area((20, 30)).center() - frames[0].room.center()]
        offsets.append(frames[1].pixel_area(pixel).center() - frames[1].room.center())
        mirrored = QPointF(offsets[1].x() * pitch[1], offsets[1].y() * pitch[0])
        assert (mirrored - offsets[0]).manhattanLength() <= 2.5


# Picking.


def test_clicks_and_drags_pick(view: PicturesView) -> None:
    heard = Heard(view)
    show(view, *strided())
    QTest.mousePress(view, LEFT, pos=at(view, 1, 3, 4))
    move(view, at(view, 1, 3, 4) + QPoint(1, 0), LEFT)
    move(view, at(view, 1, 10, 12), LEFT)
    move(view, QPoint(5000, -400), LEFT)  # Outside, it is the nearest pixel.
    QTest.mouseRelease(view, LEFT, pos=QPoint(0, 0))
    move(view, at(view, 1, 20, 20), NONE)
    assert heard == [("at", (3, 4)), ("at", (10, 12)), ("at", (0, 43))]
    assert all(type(number) is int for _, place in heard for number in place)
    heard.clear()
    QTest.mouseClick(view, LEFT, pos=at(view, 0, 5, 5))
    QTest.mouseDClick(view, LEFT, pos=at(view, 1, 6, 7))
    assert set(heard) == {("at", (6, 7))}


def test_keys_move_the_cursor_and_pick(view: PicturesView) -> None:
    heard = Heard(view)
    show(view, *strided())
    view.setFocus()
    key = Qt.Key
    for pressed, keys in ((key.Key_Right, NO_KEYS), (key.Key_Down, CONTROL), (key.Key_Left, NO_KEYS)):
        QTest.keyClick(view, pressed, keys)
    QTest.keyClick(view, key.Key_Left)  # At the edge nothing moves.
    assert heard == [("at", (0, 1)), ("at", (10, 1)), ("at", (10, 0))]
    assert "row 10, column 0 of 29 × 44" in QToolTip.text() and "output" in QToolTip.text()
    QTest.keyClick(view, key.Key_Return)
    assert heard[3:] == [("at", (10, 0))]
    # In the other picture, at the same place of the plane; nothing is picked there.
    QTest.keyClick(view, key.Key_PageDown)
    assert view._cursor == (0, (21, 1)) and len(heard) == 4
    QTest.keyClick(view, key.Key_Right)
    assert "row 21, column 2 of 60 × 90" in QToolTip.text() and len(heard) == 4
    # What is zoomed moves along.
    for _ in range(12):
        QTest.keyClick(view, key.Key_Plus)
    for _ in range(8):
        QTest.keyClick(view, key.Key_Right, CONTROL)
    frame = view.scene().frame(0)
    assert view._cursor == (0, (21, 82)) and frame.room.adjusted(-1, -1, 1, 1).contains(frame.pixel_area((21, 82)))


def test_keys_begin_where_a_pixel_was_picked_elsewhere(view: PicturesView) -> None:
    first, second = strided()
    picked = PicturePanel("output", second.values, "signed", (-1.0, 1.0), picks="at", boxes=(Box(7, 9),))
    show(view, first, picked)
    heard = Heard(view)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert heard == [("at", (6, 9))]


# Life.


def test_nothing_to_show(view: PicturesView, qtbot: QtBot) -> None:
    assert "pictures" in view.empty()
    heard = Heard(view)
    show(view)
    view.take(Pictures("other", strided()))
    show(view, PicturePanel("none", np.zeros((0, 4))))
    assert view.empty()
    QTest.mouseClick(view, LEFT, pos=QPoint(200, 200))
    wheel(view, QPoint(200, 200), 120)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert not heard and view.describe(QPoint(200, 200)) == ""
    other = PicturesView("T", "n", "Choose a picture.")
    qtbot.addWidget(other)
    assert other.empty() == "Choose a picture."


def test_fewer_panels_while_something_is_held(view: PicturesView) -> None:
    show(view, *strided())
    QTest.mousePress(view, LEFT, pos=at(view, 1, 20, 40))
    show(view, PicturePanel("small", GREY[:3, :3]))
    move(view, QPoint(300, 200), LEFT)
    QTest.mouseRelease(view, LEFT, pos=QPoint(300, 200))
    view.grab()
    view.clear()
    assert view.empty()
    move(view, QPoint(300, 200), NONE)


def test_persian(view: PicturesView) -> None:
    english = None
    for language in ("en", "fa"):
        set_language(language)
        show(view, *strided())
        area = view.pixel_area(1, 2, 3)
        assert english is None or area == english  # Pictures stay left to right.
        english = area
    said = view.describe(at(view, 1, 2, 3))
    assert 'dir="rtl"' in said and "سطر ۲" in said
    assert 'dir="ltr"' in view.describe(at(view, 0, 2, 3))  # Red, green and blue.


# Pixels that stand for other numbers.


def mosaic() -> PicturePanel:
    """Return two maps of 2 × 2 with a gap between, as numbers of layer 3."""
    indices = np.full((2, 5, 4), -1)
    for row in range(2):
        for column in (0, 1, 3, 4):
            indices[row, column] = 3, column // 3, row, column % 3
    values = np.where(indices[..., 0] < 0, np.nan, np.arange(10.0).reshape(2, 5))
    return PicturePanel("maps", values, "magnitude", (0, 9), picks="at", indices=indices, symbol="conv2[{1}, {2}, {3}]")


def test_a_number_of_a_mosaic_is_picked_by_its_indices_and_told_by_its_name(view: PicturesView) -> None:
    heard = Heard(view)
    show(view, mosaic())
    QTest.mouseClick(view, LEFT, pos=at(view, 0, 1, 4))
    assert heard == [("at", (3, 1, 1, 1))]
    said = view.describe(at(view, 0, 1, 4))
    assert "conv2[1, 1, 1]" in said and "9" in said and "row" not in said
    QTest.mouseClick(view, LEFT, pos=at(view, 0, 0, 2))
    assert len(heard) == 1, "a gap is no number"
    assert "conv2" not in view.describe(at(view, 0, 0, 2))


def test_what_opens_other_pictures_is_picked_by_clicks_and_enter_alone(view: PicturesView) -> None:
    heard = Heard(view)
    show(view, mosaic())
    QTest.mousePress(view, LEFT, pos=at(view, 0, 0, 0))
    move(view, at(view, 0, 0, 1), LEFT)
    QTest.mouseRelease(view, LEFT, pos=at(view, 0, 0, 1))
    assert heard == [("at", (3, 0, 0, 0))]
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert len(heard) == 1
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert heard[1:] == [("at", (3, 0, 1, 1))]
