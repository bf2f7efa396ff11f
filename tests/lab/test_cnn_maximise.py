"""What a unit wants to see, and what turns an answer: gradients against differences, and what the words promise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from lab.core.catalogue import experiment
from lab.core.events import Event, ImageRows, Metrics, Remark, made
from lab.core.experiment import Context
from lab.core.figures import Table
from lab.core.params import ParamError
from lab.core.pictures import Pictures
from lab.core.text import LabError, message
from lab.data.store import DataStore
from lab.maths.chance import exact_interval
from lab.nets.pixels import SCALES, as_tensor, scaled
from lab.running.classifier import load_model
from lab.topics.cnn.maximise.climbing import activations, blurred, climbed
from lab.topics.cnn.maximise.nudging import kept, nudged, path_of, tossed, uphill
from lab.topics.cnn.maximise.seeing import Scaled, seeing
from lab.topics.cnn.maximise.subject import Subject
from lab.topics.cnn.maximise.words import sizes
from tests.lab.strokes import digit_strokes, place, render

STORE = DataStore(Path("unused"))
CHOSEN: Any = experiment("cnn.maximise")
H = 1e-6


@pytest.fixture(scope="module")
def network() -> nn.Sequential:
    return seeing(load_model("digits"))


@pytest.fixture(scope="module")
def digits() -> Tensor:
    return as_tensor(STORE.load("digits").test.images[:6])


def uneven(image: Any) -> Any:
    """Return an image (28, 28) without equal neighbours: where two are the largest of a pool, it has no gradient."""
    noise = np.random.default_rng(0).integers(0, 40, (28, 28))
    return (0.8 * image + noise).astype(np.uint8)


def subject(network: nn.Module, **values: Any) -> Subject:
    image = uneven(STORE.load("digits").test.images[3])
    return Subject(network, image, message("one"), **{"seed": 7, "patch": 6, **values})


def by_differences(function: Any, image: Tensor, pixels: Tensor) -> Tensor:
    """Return the slope of a function of one image by some pixels, from the function alone."""
    moves = torch.zeros(len(pixels), 784, dtype=torch.float64)
    moves[torch.arange(len(pixels)), pixels] = H
    moves = moves.reshape(-1, 1, 28, 28)
    with torch.no_grad():
        found: Tensor = (function(image + moves) - function(image - moves)) / (2 * H)
    return found


@pytest.fixture(scope="module")
def exact() -> nn.Sequential:
    return seeing(load_model("digits")).double()


PIXELS = torch.arange(784)[100:700:25]


def test_the_gradient_of_an_answer_is_that_of_differences(exact: nn.Sequential) -> None:
    image = as_tensor(uneven(STORE.load("digits").test.images[3])[None])[0].double()
    answer = int(exact(image[None]).argmax())
    mine = uphill(exact, image[None], torch.tensor([answer])).flatten()[PIXELS]

    theirs = by_differences(lambda images: -exact(images).log_softmax(1)[:, answer], image, PIXELS)
    assert theirs.abs().max() > 1e-3
    torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-4 * float(theirs.abs().max()))


def test_the_saliency_is_the_gradient_of_the_score(network: nn.Sequential, exact: nn.Sequential) -> None:
    one = subject(network)
    image = one.pixels[0].double()
    theirs = by_differences(lambda images: exact(images)[:, one.answer], image, PIXELS)
    found = torch.tensor(one.slope).double().flatten()[PIXELS]
    torch.testing.assert_close(found, theirs, rtol=0, atol=1e-4 * float(theirs.abs().max()))


@pytest.mark.parametrize(("layer", "middle", "unit"), [("output", False, 4), ("relu4", False, 5), ("conv2", True, 3)])
def test_a_step_of_the_climb_goes_along_the_gradient_by_differences(
    exact: nn.Sequential, layer: str, middle: bool, unit: int
) -> None:
    image = 0.5 + 0.2 * torch.rand(1, 28, 28, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    units = torch.tensor([unit])
    higher = climbed(exact, layer, middle, units, image[None], 1e-3, 0, 0.0, 0.0, torch.Generator())[0]
    pixels = torch.arange(784).reshape(28, 28)[11:17, 11:17].flatten()
    theirs = by_differences(lambda images: activations(exact, layer, middle, images)[:, unit], image, pixels)
    mine, largest = (higher - image).flatten()[pixels], theirs.abs().argmax()
    torch.testing.assert_close(mine / mine[largest], theirs / theirs[largest], rtol=0, atol=1e-4)
    assert (higher - image).square().mean().sqrt().item() == pytest.approx(1e-3)


def test_a_unit_is_the_mean_or_the_middle_of_its_map(network: nn.Sequential, digits: Tensor) -> None:
    with torch.no_grad():
        maps = network[: [name for name, _ in network.named_children()].index("relu2") + 1](digits)
        np.testing.assert_allclose(activations(network, "relu2", False, digits), maps.mean((2, 3)))
        np.testing.assert_allclose(activations(network, "relu2", True, digits), maps[:, :, 7, 7])
        np.testing.assert_allclose(activations(network, "output", True, digits), network(digits))


def test_jitter_moves_there_and_back_and_blur_keeps_the_light(network: nn.Sequential, digits: Tensor) -> None:
    units = torch.arange(len(digits))
    images = digits.clamp(0.2, 0.8)
    still = climbed(network, "output", False, units, images, 1e-9, 3, 0.0, 0.0, torch.Generator().manual_seed(1))
    torch.testing.assert_close(still, images, rtol=0, atol=1e-6)
    inside = torch.nn.functional.pad(digits[..., 5:23, 5:23], (5, 5, 5, 5))
    torch.testing.assert_close(blurred(inside, 0.8).sum(), inside.sum(), rtol=1e-5, atol=0)
    assert blurred(digits, 0.0) is digits


def test_no_pixel_changes_by_more_than_it_may(network: nn.Sequential, digits: Tensor) -> None:
    with torch.no_grad():
        answers = network(digits).argmax(1)
    way, signs = path_of(network, digits, answers, 5, 0.02)
    coins = tossed(len(digits), torch.Generator().manual_seed(0))
    assert coins.abs().eq(1).all() and abs(coins.mean()) < 0.05
    for size in (0.0, 0.013, 0.02, 0.05, 0.1):
        changed = nudged(way, signs, coins, 0.02, size)
        assert (changed - digits).abs().max() <= size + 1e-6
        assert changed.min() >= 0 and changed.max() <= 1
        one = (digits + size * uphill(network, digits, answers).sign()).clamp(0, 1)
        torch.testing.assert_close(changed[0], one)
    torch.testing.assert_close(nudged(way, signs, coins, 0.02, 0.06)[1], way[3])


def test_what_is_counted_is_what_one_image_after_the_other_says(network: nn.Sequential, digits: Tensor) -> None:
    found = kept(network, digits[:3], sizes(), 0.02, torch.Generator().manual_seed(9))
    assert found[:, 0].all()
    for number in range(3):
        image = STORE.load("digits").test.images[number]
        one = Subject(network, image, message("one"), 7, 6)
        for row, first in zip(found[:2, :, number], one.over[1][:2], strict=True):
            assert first == (sizes()[int((~row).int().argmax())] if not row.all() else None)


def test_a_size_costs_one_pass_once_the_way_is_known(network: nn.Sequential) -> None:
    one, passes = subject(network), list[int]()
    one.changed(0.1)
    handle = network.register_forward_hook(lambda _module, inputs, _output: passes.append(len(inputs[0])))
    images, shares = one.changed(0.07)
    handle.remove()
    assert passes == [3]
    assert images.shape == (3, 28, 28)
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-5)


def test_covering_tells_the_probability_without_that_part(network: nn.Sequential) -> None:
    one = subject(network, patch=5)
    assert one.covered.shape == (12, 12)
    image = one.pixels.clone()
    image[:, :, 10:15, 12:17] = 0
    with torch.no_grad():
        share = network(image).softmax(1)[0, one.answer].item()
    assert one.covered[5, 6] == pytest.approx(share, abs=1e-5)


@pytest.mark.parametrize("pixels", ["standard", "symmetric"])
def test_pixels_of_a_network_that_scales_them_are_from_0_to_1_too(digits: Tensor, pixels: str) -> None:
    torch.testing.assert_close(Scaled(*SCALES[pixels])(digits), scaled(digits, pixels))


# The page.


def ran(**values: Any) -> tuple[Any, list[Event]]:
    instance = CHOSEN()
    params = CHOSEN.params(**{"steps": 20, "images": 2, "count": 2, **values})
    instance.prepare(params)
    return instance, list(instance.run(params, Context("cpu", STORE)))


def test_an_image_climbs_above_every_digit_and_without_brakes_highest() -> None:
    _, events = ran()
    metrics = events[-1]
    assert isinstance(metrics, Metrics)
    assert metrics.values["activation"] > metrics.values["test_activation"] > metrics.values["start"]
    _, others = ran(blur=0.0, decay=0.0, jitter=0)
    assert isinstance(others[-1], Metrics)
    assert others[-1].values["activation"] > metrics.values["activation"]


def test_what_is_picked_or_drawn_is_looked_at() -> None:
    instance = CHOSEN()
    instance.data = STORE
    instance.prepare(CHOSEN.params(count=1, images=2))
    drawing = render(place(digit_strokes(4)[0], size=0.8), 280, 20)
    for picks, label in (({"image": 5}, "image 5: "), ({"drawing": drawing}, "drawing"), ({"at": 9.0}, "drawing")):
        events = [*made(instance.query(picks))]
        nudge = next(event for event in events if isinstance(event, Pictures) and event.name == "nudge")
        assert str(nudge.note).startswith(label)
    assert "ε = 0.4:" in str(nudge.note), "a size is never larger than the largest"
    assert str(nudge.panels[0].title) == "image: 4"


def test_a_picture_file_is_looked_at_first(tmp_path: Path) -> None:
    file = tmp_path / "seven.png"
    Image.fromarray(255 - render(place(digit_strokes(7)[0], size=0.8), 280, 20)).save(file)
    instance, events = ran(path=str(file), steps=1, count=1, images=1)
    assert instance.subject.answer == 7
    assert isinstance(events[-1], Metrics)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"layer": "conv9"}, r"there is no layer conv9; allowed are conv1"),
        ({"unit": 10}, r"10 is not allowed; the layer output has 10 units, from 0 to 9"),
        ({"model": "/nowhere"}, r"There is no model /nowhere"),
        ({"path": "/nowhere/seven.png"}, r"seven.png"),
    ],
)
def test_what_is_not_there_is_said(values: dict[str, Any], said: str) -> None:
    with pytest.raises(LabError, match=said):
        CHOSEN().validate(CHOSEN.params(**values), STORE)


def test_a_click_on_a_layer_begins_with_its_first_unit() -> None:
    assert CHOSEN.params.implied("layer") == {"unit": "0"}
    with pytest.raises(ParamError):
        CHOSEN.params(unit=-1)


def test_a_unit_that_is_silent_is_named() -> None:
    _, events = ran(layer="relu4", count=10, blur=0.0, decay=0.0, jitter=0, steps=2, images=1)
    said = [str(event.message) for event in events if isinstance(event, Remark)]
    assert said and re.match("Units 8: no gradient", said[0])


def test_units_and_images_stand_in_their_order() -> None:
    instance, events = ran(layer="conv1", unit=30, count=10, steps=1)
    tables = [event for event in events if isinstance(event, Table) and event.name == "units"]
    assert [row[0].value for row in tables[-1].rows] == [30, 31]
    rows = [event for event in events if isinstance(event, ImageRows) and event.name == "wanted"][-1]
    assert [len(images) for _, images in rows.rows] == [2, 2, 2]
    with torch.no_grad():
        heights = activations(instance._network, "conv1", False, as_tensor(STORE.load("digits").test.images[:2]))
    np.testing.assert_array_equal(rows.indices, heights[:, 30:].argmax(0))


@pytest.mark.long
def test_what_the_lesson_says_of_all_test_digits(network: nn.Module) -> None:
    images, coins = as_tensor(STORE.load("digits").test.images), torch.Generator().manual_seed(8)
    found = torch.cat([kept(network, part, [0.08, 0.1], 0.02, coins) for part in torch.split(images, 50)], 2)
    shares = (100 * found.double().mean(2)).tolist()
    np.testing.assert_allclose(shares, [[92.9, 88.1], [87.3, 70.6], [97.5, 88.1]], atol=0.2)
    for row, share in zip(found[:, 1], (0.881, 0.706, 0.881), strict=True):
        low, high = exact_interval(int(row.sum()), 1500, 0.95)
        assert share - 0.025 < low < high < share + 0.025
