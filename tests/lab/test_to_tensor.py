"""From a picture to a tensor: against torchvision, Pillow and NumPy."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from torchvision.transforms import functional, v2

from lab.core.code import Code
from lab.core.events import Event, Metrics, Remark
from lab.core.figures import Matrices, Table, Window
from lab.core.pictures import Pictures
from lab.core.text import DataError
from lab.topics.transforms.to_tensor import MOST_PIXELS, ToTensor, ToTensorParams
from lab.topics.transforms.to_tensor.figures import confused
from lab.topics.transforms.to_tensor.kinds import FUNCTIONS, KINDS, Outcome, outcome, source_of
from lab.topics.transforms.to_tensor.memory_order import index_of, place_of
from lab.topics.transforms.to_tensor.patches import patch
from lab.topics.transforms.to_tensor.verdicts import verdict
from tests.lab.contracts import printed

E = TypeVar("E", bound=Event)
NOISE = np.random.default_rng(1).integers(0, 256, (5, 7, 3), dtype=np.uint8)
UNIT = NOISE / 255


def made(kind: str, function: str, image: np.ndarray[Any, Any] = NOISE) -> Outcome:
    return outcome(source_of(kind, image), function)


def shown(events: list[Event], kind: type[E], name: str) -> E:
    return next(event for event in events if isinstance(event, kind) and getattr(event, "name", "") == name)


def metrics(events: list[Event]) -> dict[str, Any]:
    [found] = [event for event in events if isinstance(event, Metrics)]
    return found.everything


@pytest.mark.parametrize("function", ["to_tensor", "v2", "permute"])
def test_bytes_of_pillow_and_of_numpy_become_the_same_tensor(function: str) -> None:
    values = made("uint8", function).values
    assert values is not None and values.dtype == np.float32
    # In the last bit they may differ: v2 multiplies by 1 / 255.
    np.testing.assert_allclose(values, functional.to_tensor(Image.fromarray(NOISE)).numpy(), rtol=2e-7)
    np.testing.assert_allclose(values, UNIT.transpose(2, 0, 1), rtol=1e-6)


ROW = np.array(Image.fromarray(NOISE).convert("L"))
CHW, WCH = (2, 0, 1), (1, 2, 0)
EXPECTED: dict[tuple[str, str], tuple[Any, str, str]] = {
    ("float64", "to_tensor"): (UNIT.transpose(CHW), "float64", "float64"),
    ("float64", "v2"): (UNIT.transpose(CHW), "float32", "right"),
    ("float64", "permute"): (UNIT.transpose(CHW) / 255, "float64", "scaled twice"),
    ("float255", "to_tensor"): (NOISE.transpose(CHW), "float32", "not scaled"),
    ("float255", "v2"): (NOISE.transpose(CHW), "float32", "not scaled"),
    ("float255", "permute"): (UNIT.transpose(CHW), "float32", "right"),
    ("grey", "to_tensor"): (ROW[None] / 255, "float32", "right"),
    ("grey", "v2"): (ROW[None] / 255, "float32", "right"),
    ("grey", "from_numpy"): (ROW, "uint8", "no channel axis"),
    ("planes", "to_tensor"): (UNIT.transpose(CHW).transpose(CHW), "float32", "axes wrong"),
    ("planes", "from_numpy"): (NOISE.transpose(CHW), "uint8", "uint8, not scaled"),
    ("uint8", "from_numpy"): (NOISE, "uint8", "axes wrong"),
    ("alpha", "v2"): (np.dstack([UNIT, np.ones((5, 7))]).transpose(CHW), "float32", "4 channels"),
}


@pytest.mark.parametrize(("kind", "function"), EXPECTED)
def test_the_traps_give_what_numpy_says_and_are_called_by_their_names(kind: str, function: str) -> None:
    expected, dtype, word = EXPECTED[kind, function]
    found = made(kind, function)
    assert found.values is not None and str(found.values.dtype) == dtype
    np.testing.assert_allclose(found.values, expected, rtol=1e-5)
    assert str(verdict(source_of(kind, NOISE), found).word) == word


@pytest.mark.parametrize(("kind", "function"), list(product(KINDS, FUNCTIONS)))
def test_what_is_said_of_memory_and_of_a_network_is_so(kind: str, function: str) -> None:
    source = source_of(kind, NOISE)
    found = outcome(source, function)
    if found.values is None:
        assert (kind, function) == ("grey", "permute")
        with pytest.raises(RuntimeError, match=r"input.dim\(\) = 2"):
            torch.from_numpy(source.array).permute(2, 0, 1)
        assert "names three axes" in str(found.refusal) and "input.dim() = 2" in found.original
        return
    assert found.shares == np.shares_memory(source.array, found.values) == (function == "from_numpy")
    real = [axis for axis, side in enumerate(found.values.shape) if side > 1]
    steps = [found.values.strides[axis] // found.values.itemsize for axis in real]
    assert [found.strides[axis] for axis in real] == steps
    assert found.contiguous == found.values.flags.c_contiguous
    by_pixel = found.values.ndim == 3 and found.values.transpose(1, 2, 0).flags.c_contiguous
    assert found.channels_last == by_pixel
    layer = torch.nn.Conv2d(1 if kind == "grey" else 3, 2, 3, padding=1)
    tensor = torch.from_numpy(found.values)
    if not found.network:
        assert layer(tensor).shape == (2, 5, 7)
        return
    with pytest.raises(RuntimeError):
        layer(tensor)
    assert found.network_original


def test_pixels_stay_with_their_numbers() -> None:
    for kind, function in product(("uint8", "planes", "alpha"), FUNCTIONS):
        found = made(kind, function)
        assert found.values is not None
        white = 1 if found.values.dtype == np.uint8 else 255
        for channel, row, column in product(range(3), range(5), range(7)):
            number = found.values[found.index(channel, row, column)] * white
            assert number == pytest.approx(NOISE[row, column, channel], rel=1e-5)


@given(
    arrays(np.uint8, st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)),
    st.randoms(use_true_random=False),
)
@settings(max_examples=40)
def test_places_in_memory_are_those_of_numpy(array: Any, random: Any) -> None:
    axes = list(range(array.ndim))
    random.shuffle(axes)
    turned = array.transpose(axes)
    flat = turned.ravel(order="K")
    for place in range(flat.size):
        index = index_of(place, turned.shape, turned.strides)
        assert turned[index] == flat[place]
        assert place_of(index, turned.strides) == place


def test_a_patch_lights_up_the_number_that_each_comes_from() -> None:
    source, found = source_of("uint8", NOISE), made("uint8", "to_tensor")
    event = patch(source, found, (4, 6))
    array, *planes = event.items
    assert len(planes) == 3
    # At the corner the patch is moved, so that it has four pixels all the same.
    assert array.rows == tuple(tuple(map(float, NOISE[row, 5:7].reshape(-1))) for row in (3, 4))
    for plane in planes:
        part = (plane.parts or {})[0]
        assert isinstance(part, Window) and part.size == (1, 1)
        for i, j in product(range(2), range(2)):
            row, column = i * part.stride[0] - part.padding[0], j * part.stride[1] - part.padding[1]
            assert plane.rows[i][j] == pytest.approx(float(array.rows[row][column]) / 255, abs=1e-4)
        assert plane.lit == {(1, 1)}
    assert f"t[1, 4, 6] = {NOISE[4, 6, 1] / 255:.7g}" in str(planes[1].whys[1][1])
    assert "1·35 + 4·7 + 6·1 = 69" in str(planes[1].whys[1][1])


def test_axes_confused_are_what_loops_give() -> None:
    right, cut, shown_wrong = confused(source_of("uint8", NOISE)).panels
    memory = NOISE.reshape(-1)
    by_channel = [NOISE[i, j, c] for c, i, j in product(range(3), range(5), range(7))]
    for i, j, c in product(range(5), range(7), range(3)):
        assert right.values[i, j, c] == NOISE[i, j, c]
        assert cut.values[i, j, c] == memory[c * 35 + i * 7 + j]
        assert shown_wrong.values[i, j, c] == by_channel[i * 21 + j * 3 + c]
    assert len(confused(source_of("grey", NOISE)).panels) == 1


def test_the_page_shows_the_memory_of_the_pixel_that_is_followed() -> None:
    params = ToTensorParams(function="permute", at=(30, 40))
    events = list(ToTensor().compute(params))
    pixels = params.photo().pixels
    numbers = [row[3].value for row in shown(events, Table, "memory").rows]
    assert numbers == pixels.reshape(-1)[(30 * 640 + 40) * 3 :][:9].tolist()
    after = [row[6].value for row in shown(events, Table, "memory").rows]
    # permute moves nothing: the numbers of one pixel are still neighbours.
    np.testing.assert_allclose(np.array(after, float), np.array(numbers, float) / 255, rtol=1e-6)
    found = metrics(events)
    assert found["output_size"] == [3, 427, 640] and found["strides"] == [1, 1920, 3]
    assert (found["channels_last"], found["contiguous"], found["fits_network"]) == (1, 0, 1)
    assert found["mean"] == pytest.approx(pixels.mean() / 255)


def test_of_a_few_pixels_all_strides_are_small() -> None:
    found = metrics(list(ToTensor().compute(ToTensorParams(part="cut", at=(0, 639)))))
    assert found["output_size"] == [3, 4, 6] and found["strides"] == [24, 6, 1]


def test_a_refusal_is_said_and_leaves_the_picture() -> None:
    events = list(ToTensor().compute(ToTensorParams(kind="grey", function="permute")))
    assert metrics(events) == {"works": 0}
    [remark] = [event for event in events if isinstance(event, Remark)]
    assert remark.level == "warning" and "two" in str(remark.message)
    assert shown(events, Matrices, "patch").refusal
    assert len(shown(events, Pictures, "pictures").panels) == 1


def test_a_pixel_beyond_the_picture_is_said() -> None:
    events = list(ToTensor().compute(ToTensorParams(picture="drawing", at=(300, 10))))
    [remark] = [event for event in events if isinstance(event, Remark)]
    assert "no pixel (300, 10); (255, 10) is followed" in str(remark.message)


def test_a_large_file_is_thinned_out_and_its_program_does_the_same(tmp_path: Path) -> None:
    large = np.random.default_rng(2).integers(0, 256, (900, 1300, 3), dtype=np.uint8)
    path = tmp_path / "large.png"
    Image.fromarray(large).save(path)
    events = list(ToTensor().compute(ToTensorParams(picture="own", path=str(path), part="cut", at=(449, 649))))
    whole = shown(events, Pictures, "pictures").panels[0].values
    np.testing.assert_array_equal(whole, large[::2, ::2])
    assert whole.shape[0] * whole.shape[1] <= MOST_PIXELS
    numbers = printed(shown(events, Code, "code").source)
    assert numbers["output_size"] == [3, 4, 6]
    assert numbers["mean"] == pytest.approx([large[::2, ::2][446:450, 644:650].mean() / 255])


def test_the_smallest_picture_has_one_pixel(tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    Image.new("RGB", (1, 1), (255, 0, 51)).save(path)
    for kind, function, part in product(KINDS, FUNCTIONS, ("whole", "cut")):
        params = ToTensorParams(picture="own", path=str(path), kind=kind, function=function, part=part, at=(0, 0))
        found = metrics(list(ToTensor().compute(params)))
        assert found["works"] == ((kind, function) != ("grey", "permute"))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file"):
        list(ToTensor().compute(ToTensorParams(picture="own", path=str(tmp_path / "none.png"))))


def test_what_torchvision_promises_of_floats() -> None:
    # The trap of the lesson: v2 scales from one type to another, and floats to floats by nothing.
    scale = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])
    assert scale(NOISE.astype(np.float32)).max() == NOISE.max()
    assert functional.to_tensor(NOISE.astype(np.float32)).max() == NOISE.max()
    assert scale(NOISE.astype(np.uint16) * 257).max() == pytest.approx(NOISE.max() / 255)
