"""The convolutional autoencoder: what it is given and asked for, by what it is judged, and the grid of its decoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.fft
import torch

from lab.core.events import Event, ImageRows, Metrics, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.nets.convolutional import BlocksParams, plan
from lab.nets.network import build
from lab.topics.cnn.autoencoder import NETWORK, Autoencoder, AutoencoderParams
from lab.topics.cnn.autoencoder.decoders import period, resized
from lab.topics.cnn.autoencoder.grid import checkerboard, on_grid, powers
from lab.topics.cnn.autoencoder.images import BORDER, bordered

STORE = DataStore(Path("unused"))
SMALL: dict[str, Any] = {"data": "digits", "images": 60, "batch_size": 20, "epochs": 2}


def ran(**values: Any) -> tuple[Autoencoder, dict[str, float]]:
    instance = Autoencoder()
    last = list[Event](instance.run(AutoencoderParams(**values), Context("cpu", STORE)))[-1]
    assert isinstance(last, Metrics)
    return instance, dict(last.values)


@pytest.fixture(scope="module")
def digits() -> tuple[Autoencoder, dict[str, float]]:
    return ran(**SMALL)


def figures(instance: Autoencoder, **picks: Any) -> dict[tuple[str, str], Any]:
    return {event.key: event for event in made(instance.query(picks))}


# Networks.


def test_the_network_is_the_course_s_and_gives_back_both_sizes() -> None:
    for data, between in (("gaussians", [91, 45, 22, 45, 91]), ("digits", [31, 15, 7, 15, 31])):
        params = AutoencoderParams(data=data)
        layers = plan(params, params.shape, None)
        assert sum(layer.parameters for layer in layers) == 557
        sides = [layers[0].shape_in[1], *(each.shape_out[1] for each in layers if each.kind in ("pool", "transposed"))]
        assert sides == between
        other = plan(params.ways["resized"], params.shape, None)
        assert other[-1].shape_out == params.shape
        assert sum(layer.parameters for layer in other) == 407


@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    ("stride", "padding", "more"), [(2, 0, 0), (2, 1, 1), (2, 1, 0), (3, 0, 2), (4, 0, 3), (1, 0, 0)]
)
def test_resizing_keeps_every_size(kernel: int, stride: int, padding: int, more: int) -> None:
    block = f"transposed channels=3 kernel={kernel} stride={stride} padding={padding} output_padding={more}"
    try:
        wanted = plan(BlocksParams(network=(block,)), (2, 7, 9), None)[-1].shape_out
    except ParamError:
        pytest.skip("no size")
    network = resized((block,))
    assert plan(BlocksParams(network=network), (2, 7, 9), None)[-1].shape_out == wanted
    made_of = build(BlocksParams(network=network), (2, 7, 9), None)(torch.zeros(1, 2, 7, 9))
    assert tuple(made_of.shape[1:]) == wanted


def test_a_decoder_repeats_with_the_product_of_its_strides() -> None:
    assert period(NETWORK) == period(resized(NETWORK)) == 4
    assert period(("conv", "relu")) == 2


def test_an_image_of_another_size_is_refused_with_both_sizes() -> None:
    with pytest.raises(ParamError) as refused:
        AutoencoderParams(network=NETWORK[:-1])
    said = refused.value.message
    assert (said.values["found"], said.values["wanted"]) == ("6 × 45 × 45", "1 × 91 × 91")
    with pytest.raises(ParamError):
        AutoencoderParams(network=())


# Images.


def test_digits_stand_in_a_border_of_black(digits: Any) -> None:
    test = STORE.load("digits").test.images[:200]
    clean = digits[0]._test.clean
    assert clean.shape == (200, 31, 31)
    np.testing.assert_array_equal(clean[:, BORDER[0] : -BORDER[1], BORDER[0] : -BORDER[1]], test / np.float32(255))
    assert bordered(np.full((1, 28, 28), 255, np.uint8)).sum() == 28 * 28


@pytest.mark.parametrize("data", ["gaussians", "digits"])
def test_targets_differ_from_the_input_by_what_they_say(data: str) -> None:
    params = AutoencoderParams(data=data, images=40)
    found = Autoencoder().examples(params, STORE, test=False)
    assert found.aim("same") is found.given
    hidden = found.given != found.aim("noisy")
    assert (found.given[hidden] == 1).all()
    assert (hidden.all(1).any(1) | hidden.all(2).any(1)).all(), "a bar lies across each"
    assert (found.aim("noisy") - found.aim("clean")).std() == pytest.approx(0.2, rel=0.02)
    plain = Autoencoder().examples(params.replace(bars=False), STORE, test=False)
    np.testing.assert_array_equal(plain.given, found.aim("noisy"))


def test_what_is_shown_is_never_learned_from() -> None:
    params = AutoencoderParams(images=30)
    train, test = (Autoencoder().examples(params, STORE, test=test) for test in (False, True))
    assert not any((test.clean == image).all((1, 2)).any() for image in train.clean)


# What is counted.


def test_the_metrics_are_those_of_torch(digits: Any) -> None:
    instance, found = digits
    test, model = instance._test, instance.engine.trainers["resized"].model
    with torch.no_grad():
        outputs = model(torch.tensor(test.given).unsqueeze(1))
    wanted, clean = (torch.tensor(images).unsqueeze(1) for images in (test.unbarred, test.clean))
    mse = torch.nn.functional.mse_loss
    assert found["resized_test_loss"] == pytest.approx(mse(outputs, wanted).item(), abs=1e-6)
    assert found["resized_test_clean"] == pytest.approx(mse(outputs, clean).item(), abs=1e-6)
    assert found["floor"] == pytest.approx(mse(wanted, clean).item(), abs=1e-6)
    assert found["floor"] == pytest.approx(0.2**2, rel=0.02), "the variance of the noise"
    assert found["untouched"] == pytest.approx(mse(torch.tensor(test.given).unsqueeze(1), clean).item(), abs=1e-6)
    assert found["loss"] == found["network_test_loss"]


def test_there_is_no_floor_where_the_clean_image_is_wanted() -> None:
    _, found = ran(**{**SMALL, "epochs": 1}, target="clean", beside=False)
    assert found["floor"] == 0
    assert found["loss"] == pytest.approx(found["network_test_clean"], abs=1e-6)
    assert not any(name.startswith("resized") for name in found)


def test_powers_are_those_of_scipy_and_sum_to_the_squares() -> None:
    errors = np.random.default_rng(0).standard_normal((3, 31, 31))
    found = powers(errors, 4)
    assert found.shape == (28, 28)
    expected = np.abs(scipy.fft.fft2(errors[:, :28, :28], norm="forward")) ** 2
    np.testing.assert_allclose(found, expected.mean(0), rtol=1e-9)
    assert found.sum() == pytest.approx((errors[:, :28, :28] ** 2).mean())


def test_a_checkerboard_is_one_and_noise_has_its_share_of_frequencies() -> None:
    rows, columns = np.indices((91, 91))
    for board in (1.0 * ((rows + columns) % 2), 1.0 * (rows % 4 == 1), 1.0 * (columns % 2)):
        assert checkerboard(3 + board[None], 4) == pytest.approx(1)
    noise = np.random.default_rng(0).standard_normal((100, 91, 91))
    by_chance = on_grid(88, 4).sum() / (88**2 - 1)
    assert by_chance == pytest.approx(0.067, abs=5e-4)
    assert checkerboard(noise, 4) == pytest.approx(by_chance, rel=0.02)
    smooth = np.exp(-((rows - 45) ** 2 + (columns - 45) ** 2) / 200)
    assert checkerboard(smooth[None], 4) < 1e-6
    assert checkerboard(np.zeros((1, 31, 31)), 4) == 0


def test_a_transposed_convolution_begins_with_a_grid_and_resizing_without() -> None:
    shares = {}
    for name, network in (("network", NETWORK), ("resized", resized(NETWORK))):
        model = build(BlocksParams(network=network), (1, 31, 31), None, torch.Generator().manual_seed(7))
        with torch.no_grad():
            flat = model(torch.full((1, 1, 31, 31), 0.5))[0].numpy()
        inner = flat[:, 8:24, 8:24]
        shares[name] = inner.std()
    assert shares["resized"] < 1e-6 < 1e-3 < shares["network"]


# Figures.


def test_rows_chart_and_table_show_both_networks(digits: Any) -> None:
    instance, found = digits
    shown = figures(instance)
    rows = shown["ImageRows", "reconstructions"].rows
    assert [getattr(label, "template", label) for label, _ in rows] == [
        "input",
        "target",
        "clean",
        "network",
        "resized",
    ]
    chart = shown["Chart", "spectrum"]
    assert isinstance(chart, Chart) and [mark.value for mark in chart.marks] == [0.25, 0.5]
    table = shown["Table", "numbers"]
    assert isinstance(table, Table)
    shares = next(row for row in table.rows if getattr(row[0].value, "template", "") == "checkerboard")
    expected = [round(found[f"{name}_checkerboard"], 4) for name in ("network", "resized")]
    assert [cell.value for cell in shares[1:]] == expected


def test_an_own_drawing_goes_through_where_digits_are_learned(digits: Any) -> None:
    drawing = np.zeros((280, 280), np.uint8)
    drawing[60:220, 130:150] = 255
    rows = figures(digits[0], drawing=drawing)["ImageRows", "drawing"]
    assert isinstance(rows, ImageRows) and len(rows.rows) == 3
    assert all(images.shape == (1, 31, 31) for _, images in rows.rows)
    nothing = figures(digits[0], drawing=np.zeros((280, 280), np.uint8))["ImageRows", "drawing"]
    assert nothing.rows == ()


# What the lesson states over seeds, with one of them.


@pytest.mark.long
def test_the_error_of_the_transposed_decoder_is_a_grid_and_that_of_resizing_is_not() -> None:
    _, found = ran(epochs=4, seed=7)
    by_chance = on_grid(88, 4).sum() / (88**2 - 1)
    assert found["network_checkerboard"] > 1.5 * by_chance
    assert found["resized_checkerboard"] < 0.2 * by_chance
    assert found["loss"] > found["floor"] == pytest.approx(0.04, rel=0.02)


@pytest.mark.long
def test_eight_times_as_many_images_in_as_many_batches_change_little() -> None:
    (_, few), (_, many) = (
        ran(data="digits", beside=False, images=images, epochs=epochs, seed=7)
        for images, epochs in ((1000, 16), (8000, 2))
    )
    assert few["loss"] == pytest.approx(many["loss"], abs=0.003)
