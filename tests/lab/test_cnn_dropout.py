"""Dropout of single numbers and of whole maps, as pictures and as numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from lab.core.events import Event, Metrics, made
from lab.core.experiment import Context
from lab.core.figures import Chart, Table
from lab.core.params import ParamError
from lab.core.pictures import Pictures
from lab.data.store import DataStore
from lab.topics.cnn.dropout import CnnDropout, CnnDropoutParams
from lab.topics.cnn.dropout.figures import SHARES, Place, dropped
from lab.topics.sweeps.grid import GridParams
from tests.lab.contracts import small

STORE = DataStore(Path("unused"))


def ran(params: CnnDropoutParams) -> tuple[CnnDropout, dict[str, float]]:
    instance = CnnDropout()
    instance.prepare(params)
    *_others, last = instance.run(params, Context("cpu", STORE))
    assert isinstance(last, Metrics)
    return instance, dict(last.values)


def newest(events: list[Event], kind: type[Event], name: str) -> Any:
    return next(event for event in events if isinstance(event, kind) and getattr(event, "name", "") == name)


def test_a_larger_share_drops_more_of_the_same_numbers() -> None:
    place = Place.of(CnnDropoutParams())
    assert (place.before, place.after, place.share) == (3, 4, 0.25)
    maps = np.ones((1, 10, 13, 13), dtype=np.float32)
    for by in ("element", "channel"):
        drawn = place.drawn(maps.shape, by)
        few, many = (dropped(maps, drawn, share) for share in (0.1, 0.5))
        assert not (many[few == 0]).any()
        assert set(np.unique(many).tolist()) == {0.0, 2.0}
        np.testing.assert_array_equal(dropped(maps, drawn, 0.0), maps)
    whole = dropped(maps, place.drawn(maps.shape, "channel"), 0.5)
    assert all(len(np.unique(each)) == 1 for each in whole[0])
    share = (dropped(maps, place.drawn(maps.shape, "element"), 0.5) == 0).mean()
    assert share == pytest.approx(0.5, abs=0.05)


def test_the_change_of_the_next_sums_is_that_of_torch() -> None:
    params = small(CnnDropout, network=CnnDropoutParams().network)
    instance, _found = ran(params)
    engine = instance.engine
    assert engine is not None
    place = Place.of(params)
    chart = newest(list(made(instance.query({"at": 0.5}))), Chart, "noise")
    maps = place.maps(engine, 0, 50)
    still, generator = place.sums(engine, maps), torch.random.get_rng_state()
    torch.manual_seed(1)
    for line, drop in zip(chart.lines, (functional.dropout, functional.dropout2d), strict=True):
        for share in (0.1, 0.5):
            changes = []
            for _ in range(20):
                apart = (place.sums(engine, drop(maps, share)) - still).flatten(1).norm(dim=1)
                changes.append((apart / still.flatten(1).norm(dim=1)).mean().item())
            assert line.y[SHARES.index(share)] == pytest.approx(np.mean(changes), rel=0.12)
        assert line.y[0] == 0 and (np.diff(line.y) > 0).all()
    torch.random.set_rng_state(generator)
    assert chart.marks[0].value == 0.5


def test_pictures_show_the_share_under_the_hand() -> None:
    instance, found = ran(small(CnnDropout))
    for share in (0.0, 0.9):
        shown = newest(list(made(instance.query({"at": share, "image": 3}))), Pictures, "masks")
        whole, single, channel = (panel.values for panel in shown.panels)
        assert int(shown.panels[2].note.values["left"]) <= 2 - bool(share)
        if not share:
            np.testing.assert_array_equal(single, whole)
            np.testing.assert_array_equal(channel, whole)
        else:
            assert np.nansum(single == 0) > np.nansum(whole == 0)
    table = newest(list(made(instance.query({}))), Table, "numbers")
    assert table.rows[1][1].value == pytest.approx(found["learned_accuracy"], abs=1e-4)
    assert table.rows[0][1].value == pytest.approx(found["train_accuracy"], abs=1e-4)


def test_each_dropout_opens_a_sweep_of_its_share() -> None:
    instance, _found = ran(small(CnnDropout))
    table = newest(list(made(instance.query({}))), Table, "numbers")
    links = [cell.link for row in table.rows for cell in row if cell.link is not None]
    assert len(links) == 2
    for number, link in enumerate(links, 1):
        sweep = GridParams.from_texts(link.texts).sweep()
        cells = list(sweep.cells())
        assert len(cells) == 4 * sweep.repeats
        shares = {read for cell in cells for read in cell.params.to_json()["network"] if read.startswith("dropout")}
        assert {f"share={share}" in "".join(shares) for share in ("0.1", "0.25", "0.5")} == {True}
        assert sweep.axes[0].name == f"network.dropout{number}.share"


@pytest.mark.parametrize(
    ("network", "before", "after"),
    [
        (("flatten", "linear units=4", "dropout"), 0, 0),
        (("conv channels=2", "pool kernel=4", "relu", "flatten"), 3, 3),
        (("conv channels=2", "dropout share=0.3", "relu", "flatten"), 1, 2),
    ],
)
def test_maps_are_dropped_where_the_network_has_some(network: tuple[str, ...], before: int, after: int) -> None:
    params = small(CnnDropout, network=network, epochs=1)
    place = Place.of(params)
    assert (place.before, place.after) == (before, after)
    instance, _found = ran(params)
    chart = newest(list(made(instance.query({}))), Chart, "noise")
    assert np.isfinite(chart.lines[1].y).all()


def test_whole_maps_cannot_be_dropped_behind_flatten() -> None:
    with pytest.raises(ParamError, match="whole channels"):
        CnnDropoutParams(network=("conv", "flatten", "dropout by=channel"))


@pytest.mark.long
def test_what_the_lesson_says_of_dropout_behind_the_dense_layer() -> None:
    blocks = CnnDropoutParams().network
    plain = tuple(block for block in blocks if not block.startswith("dropout"))
    found = []
    for seed in range(7, 12):
        pair = []
        for network in (plain, (*plain, "dropout share=0.5")):
            engine = CnnDropout().begin(CnnDropoutParams(network=network, seed=seed), Context("cpu", STORE))
            while not engine.finished:
                engine.advance()
                engine.losses(True)
            pair.append(100 * engine.judgement("test").values["accuracy"])
        found.append(pair)
    means = np.mean(found, 0)
    assert means.tolist() == [pytest.approx(94.2, abs=0.5), pytest.approx(95.1, abs=0.5)]
    assert means[1] - means[0] == pytest.approx(0.9, abs=0.6)
