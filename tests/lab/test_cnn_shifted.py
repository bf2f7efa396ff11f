"""Digits that are moved, and what a dense and a convolutional network make of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import ndimage

from lab.core.code import Code
from lab.core.events import Event, ImageRows, Metrics, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.params import ParamError
from lab.data.store import DataStore
from lab.topics.cnn.shifted import Shifted, ShiftedParams
from lab.topics.cnn.shifted.moving import distances, moved
from lab.topics.sweeps.grid import GridParams
from tests.lab.contracts import prints_its_metrics, small

STORE = DataStore(Path("unused"))
ROOT = Path(__file__).resolve().parents[2]


def ran(params: ShiftedParams) -> tuple[Shifted, dict[str, float]]:
    instance = Shifted()
    instance.prepare(params)
    *_others, last = instance.run(params, Context("cpu", STORE))
    assert isinstance(last, Metrics)
    return instance, dict(last.values)


def newest(events: list[Event], kind: type[Event], name: str) -> Any:
    return next(event for event in events if isinstance(event, kind) and getattr(event, "name", "") == name)


def test_images_are_moved_as_torch_and_scipy_move_them() -> None:
    images = np.random.default_rng(1).integers(0, 255, (7, 9, 11), dtype=np.uint8)
    rows, columns = np.array([0, 1, -3, 8, 0, 4, -9]), np.array([0, -2, 5, 0, -10, 11, 3])
    wrapped, cut = (moved(images, rows, columns, wraps) for wraps in (True, False))
    for image, around, lost, down, right in zip(images, wrapped, cut, rows.tolist(), columns.tolist(), strict=True):
        np.testing.assert_array_equal(around, torch.roll(torch.tensor(image), (down, right), (0, 1)).numpy())
        np.testing.assert_array_equal(lost, ndimage.shift(image, (down, right), order=0))
    assert wrapped.dtype == cut.dtype == np.uint8


def test_each_image_has_a_distance_of_its_own_along_the_chosen_axes() -> None:
    both, rows, columns = (distances(2000, 10, direction, [7, 1]) for direction in ("both", "rows", "columns"))
    assert [np.unique(each).tolist() for each in both] == [list(range(-10, 11))] * 2
    np.testing.assert_array_equal(rows, [both[0], 0 * both[0]])
    np.testing.assert_array_equal(columns, [0 * both[1], both[1]])
    assert abs(np.corrcoef(both)[0, 1]) < 0.1


def test_what_is_moved_is_the_test_and_where_it_is_wanted_what_is_learned_from() -> None:
    dataset = STORE.load("digits")
    for learned in ("shifted", "unshifted"):
        params = small(Shifted, learned=learned)
        train, test = params.moved(dataset)
        same = (train == dataset.train.images[: params.count]).all((1, 2))
        # A distance of 0 is one of 21.
        assert same.all() if learned == "unshifted" else same.mean() < 0.15
        assert (test == dataset.test.images).all((1, 2)).mean() < 0.15
        # Only rows are moved: the sums of the columns stay.
        np.testing.assert_array_equal(test.sum(1), dataset.test.images.sum(1))


def test_both_axes_of_the_notebooks_are_those_of_torch() -> None:
    params = small(Shifted)
    rolls = newest(list(made(Shifted().preview(params, STORE))), ImageRows, "rolls")
    flat = torch.tensor(STORE.load("digits").test.images[:24])
    (_, plain), (_, columns), (_, rows) = rolls.rows
    for place, image in enumerate(flat):
        np.testing.assert_array_equal(plain[place], image)
        np.testing.assert_array_equal(columns[place], torch.roll(image, params.shift, dims=1))
        np.testing.assert_array_equal(rows[place], torch.roll(image[None], params.shift, dims=1)[0])


def test_the_program_of_the_dense_network_prints_its_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    params = small(Shifted, wraps=False, direction="both", pixels="standard")
    code = newest(list(made(Shifted().preview(params, STORE))), Code, "dense")
    _instance, found = ran(params)
    monkeypatch.chdir(ROOT)
    prints_its_metrics(code.source, found)
    assert found["dense"] == found["dense_test_accuracy"] != found["dense_unshifted_accuracy"]


def test_what_moves_along_with_a_digit_and_what_does_not() -> None:
    blocks = (*("conv channels=4 kernel=5 padding=1", "pool", "relu"), *("conv channels=4", "pool", "relu"), "flatten")
    params = small(Shifted, network=blocks, learned="unshifted", epochs=4)
    instance, found = ran(params)
    shown = list(made(instance.query({})))
    chart, table = newest(shown, Chart, "distances"), newest(shown, Table, "numbers")
    convolutional, dense = chart.lines
    assert convolutional.x.tolist() == list(range(-14, 15, 2))
    assert convolutional.y[7] == pytest.approx(found["convolutional_unshifted_accuracy"], abs=0.06)
    assert dense.y.shape == (15,)
    rows = {str(getattr(row[0].value, "template", "")): [cell.value for cell in row[1:]] for row in table.rows}
    still, moving = rows["right, test as it is"], rows["right, test shifted"]
    np.testing.assert_allclose(rows["lost"], np.subtract(still, moving), atol=2e-4)
    # The sizes of the steps of both poolings are 4 pixels: moved by so many, maps only move. Pixels always do.
    change = rows["change before flatten"]
    assert min(change) > 0.3
    back = rows["… each at its new place"]
    assert back[0] < change[0] / 10 and back[1] == 0


def test_the_table_opens_a_sweep_of_these_settings() -> None:
    instance, _found = ran(small(Shifted, direction="columns"))
    table = newest(list(made(instance.query({}))), Table, "numbers")
    [link] = [cell.link for row in table.rows for cell in row if cell.link is not None]
    sweep = GridParams.from_texts(link.texts).sweep()
    assert [axis.values for axis in sweep.axes] == [(2, 4, 10)]
    assert isinstance(sweep.base, ShiftedParams) and sweep.base.direction == "columns" and sweep.base.count == 200


def test_a_network_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ParamError, match="flatten"):
        ShiftedParams(dense_network=("linear units=64",))


@pytest.mark.long
def test_what_the_lesson_says_of_networks_that_never_saw_a_shift() -> None:
    params = ShiftedParams(learned="unshifted")
    tested = {
        "unshifted": ((95.8, 0.4), (90.7, 1.2)),
        "rows": ((35.8, 1.8), (24.3, 1.3)),
        "columns": ((43.0, 1.9), (30.0, 2.5)),
        "both": ((17.6, 1.8), (11.0, 1.3)),
    }
    found: dict[str, list[list[float]]] = {name: [] for name in tested}
    for seed in range(7, 12):
        engine = Shifted().begin(params.replace(seed=seed), Context("cpu", STORE))
        while not engine.finished:
            engine.advance()
            engine.losses(True)
        for name in tested:
            way = {} if name == "unshifted" else {"direction": name}
            source = "unshifted" if name == "unshifted" else "test"
            given = Shifted().setup(params.replace(seed=seed, **way), STORE).sources[source]
            for trainer in engine.trainers.values():
                trainer.sources["test"] = given
            right = [trainer.judge("test").values["accuracy"] for trainer in engine.trainers.values()]
            found[name].append([100 * share for share in right])
    for name, said in tested.items():
        for mean, (middle, half) in zip(np.mean(found[name], 0), said, strict=True):
            assert mean == pytest.approx(middle, abs=half / 2), name
    # That columns are easier is so for each seed, of both networks.
    assert (np.array(found["columns"]) > np.array(found["rows"])).all()
