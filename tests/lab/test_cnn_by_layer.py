"""A network number by number: what each is made of, what it goes into, and that torch says the same."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from lab.core.catalogue import experiment
from lab.core.code import Code
from lab.core.events import Architecture, Event, Metrics, Remark, made
from lab.core.experiment import State
from lab.core.figures import Matrices, MatrixItem, Table
from lab.core.params import Params
from lab.core.pictures import PicturePanel, Pictures
from lab.core.text import DataError, RunError
from lab.data.store import DataStore
from lab.nets.convolutional import ConvolutionalParams
from lab.nets.network import build
from lab.running import sessions
from lab.topics.cnn.by_layer.sheet import Place
from lab.topics.cnn.by_layer.way import Way
from tests.lab.contracts import prints_its_metrics
from tests.networks import network

RNG = np.random.default_rng(0)
ODD = (
    *("conv channels=3 kernel=3 stride=2 padding=0", "batch_norm", "tanh", "pool kernel=2 how=mean"),
    *("transposed channels=2", "leaky_relu", "resize factor=2 how=bilinear", "conv channels=3 kernel=4 padding=1"),
    *("pool kernel=3", "relu", "dropout share=0.5", "flatten", "batch_norm", "linear units=5", "sigmoid"),
)


def odd() -> Way:
    """Return an image's way through a network that has every kind of layer, and sizes that leave something over."""
    modules = build(ConvolutionalParams(network=ODD), (1, 14, 14), 4, torch.Generator().manual_seed(1)).double().eval()
    generator = torch.Generator().manual_seed(2)
    for module in modules:
        if isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d):
            mean, variance = module.running_mean, module.running_var
            assert mean is not None and variance is not None
            mean.uniform_(-1, 1, generator=generator)
            variance.uniform_(0.5, 2, generator=generator)
            with torch.no_grad():
                module.weight.uniform_(0.5, 2, generator=generator)
    layers = [each for each in modules.named_children() if not each[0].startswith("dropout")]
    image = torch.randn(1, 1, 14, 14, dtype=torch.float64, generator=generator)
    return Way((*layers, ("softmax", nn.Softmax(1))), image)


def look(**texts: Any) -> Any:
    return experiment("cnn.by_layer")()._look(experiment("cnn.by_layer").params(**texts))


def shown(**texts: Any) -> dict[tuple[str, str], Event]:
    chosen = experiment("cnn.by_layer")
    return {event.key: event for event in made(chosen().compute(chosen.params(**texts)))}


def _program(**texts: Any) -> tuple[str, dict[str, Any]]:
    """Return the program of a page, and what it has to print."""
    events = shown(**texts)
    code, found = events["Code", "code"], events["Metrics", ""]
    assert isinstance(code, Code) and isinstance(found, Metrics)
    return code.source, found.everything


def panels(events: dict[tuple[str, str], Event], name: str) -> tuple[PicturePanel, ...]:
    found = events["Pictures", name]
    assert isinstance(found, Pictures)
    return found.panels


def places(way: Way, layer: int, count: int) -> list[Place]:
    shape = way.numbers[layer].shape
    return [(int(RNG.integers(shape[0])), int(RNG.integers(shape[1])), int(RNG.integers(shape[2])))
            for _ in range(count)]  # fmt: skip


@pytest.mark.parametrize("way", [odd(), look().way], ids=["odd", "small"])
def test_each_number_is_what_it_is_made_of_and_goes_where_torch_says(way: Way) -> None:
    for layer in range(1, way.last + 1):
        below = torch.tensor(way.numbers[layer - 1]).reshape(way._tensors[layer - 1].shape)
        module = way.modules[layer]
        output = module(below)[0].detach().reshape(way.numbers[layer].shape)
        for place in places(way, layer, 6):
            found = way.made(layer, place)
            assert found.value == pytest.approx(float(output[place]), abs=1e-10)
            if found.kind == "sum":
                assert found.products.sum() + found.bias == pytest.approx(found.value, abs=1e-10)
            if found.kind == "largest":
                assert found.inputs.max() == found.value
            # ∂ this number ∂ every number below.
            one = torch.zeros_like(output)
            one[place] = 1.0
            wanted = torch.autograd.functional.vjp(module, below, one.reshape(module(below).shape))[1]
            np.testing.assert_allclose(spread(found.places, found.weights, below.numel(), way, layer - 1),
                                       wanted.ravel().numpy(), atol=1e-12)  # fmt: skip
        for place in places(way, layer - 1, 6):
            used = way.uses(layer - 1, place, 0)
            # ∂ every number of the layer ∂ this one below.
            one = torch.zeros(way.numbers[layer - 1].shape, dtype=torch.float64)
            one[place] = 1.0
            wanted = torch.autograd.functional.jvp(module, below, one.reshape(below.shape))[1]
            np.testing.assert_allclose(spread(used.places, used.weights, output.numel(), way, layer),
                                       wanted.ravel().numpy(), atol=1e-12)  # fmt: skip


def spread(at: np.ndarray, values: np.ndarray, count: int, way: Way, layer: int) -> np.ndarray:
    found = np.zeros(count)
    found[np.ravel_multi_index(tuple(at.T), way.numbers[layer].shape)] = values
    return found


@pytest.mark.parametrize("way", [odd(), look().way], ids=["odd", "small"])
def test_the_ways_to_a_score_add_up_to_its_gradient(way: Way) -> None:
    image = torch.tensor(way.numbers[0][None]).requires_grad_()
    numbers = [image]
    for module in way.modules[1:]:
        numbers.append(module(numbers[-1]))
        numbers[-1].retain_grad()
    numbers[-2][0, 2].backward()
    for layer in range(way.last - 1):
        gradient = numbers[layer].grad
        assert gradient is not None
        for place in places(way, layer, 6):
            wanted = float(gradient[0].reshape(way.numbers[layer].shape)[place])
            assert way.uses(layer, place, 2).products.sum() == pytest.approx(wanted, abs=1e-10)
            assert way.slopes(2)[layer][place] == pytest.approx(wanted, abs=1e-10)


def test_what_a_number_sees_is_where_pixels_can_reach_it() -> None:
    way = look().way
    # With weights that are all 1 on an image without equal pixels, nothing cancels out but in poolings.
    modules = [(name, nn.AvgPool2d(2) if isinstance(module, nn.MaxPool2d) else deepcopy(module))
               for name, module in zip(way.names[1:], way.modules[1:], strict=True)
               if not isinstance(module, nn.ReLU)]  # fmt: skip
    for _name, module in modules:
        for parameter in module.parameters():
            nn.init.ones_(parameter)
    plain = Way(tuple(modules), torch.ones(1, 1, 28, 28, dtype=torch.float64))
    for layer in range(plain.last):
        for place in places(plain, layer, 8):
            rows, columns = plain.field(layer, place)
            reached = np.argwhere(plain.by_pixel(layer, place))
            assert (tuple(reached.min(0)), tuple(reached.max(0))) == ((rows[0], columns[0]), (rows[1], columns[1]))


def test_flatten_writes_maps_in_a_line_and_weights_are_laid_back() -> None:
    found = look(layer=8, at=(8, 3, 0, 0))
    way = found.way
    for number in (0, 48, 49, 293):
        made_of = way.made(7, (number, 0, 0))
        channel, row, column = made_of.places[0].tolist()
        assert number == (channel * 7 + row) * 7 + column
        assert made_of.value == way.numbers[6][channel, row, column]
    values, weights, products = panels(shown(layer=8, at=(8, 3, 0, 0)), "before")
    maps = way.numbers[6]
    laid = found.way.modules[8].weight.detach().numpy()[3].reshape(maps.shape)
    for row, column in ((0, 0), (3, 10), (9, 20)):
        picked = weights.picked(row, column)
        assert picked is not None and picked[0] == 7
        place = np.unravel_index(picked[1], maps.shape)
        assert weights.values[row, column] == laid[place]
        assert values.values[row, column] == maps[place]
        assert products.values[row, column] == laid[place] * maps[place]
    # Row 7 is the gap between the maps above and below.
    assert weights.picked(7, 3) is None and np.isnan(weights.values[7, 3])


@pytest.mark.parametrize("network", ["small", "digits"])
def test_every_number_of_every_map_can_be_picked(network: str) -> None:
    layers = 12 if network == "small" else 22
    for layer in range(0, layers, 1 if network == "small" else 7):
        events = shown(network=network, layer=layer)
        strip = events["Architecture", ""]
        assert isinstance(strip, Architecture) and (strip.picks, strip.picked) == ("layer", layer)
        for name, wanted in (("before", layer - 1), ("here", layer), ("after", layer + 1)):
            for number, panel in enumerate(panels(events, name)):
                assert panel.indices is not None and panel.picks == "at"
                picked = panel.indices[panel.indices[..., 0] >= 0]
                assert set(picked[:, 0]) == {wanted}
                if number == 0:
                    # All of the layer stands there once.
                    assert (
                        len({*map(tuple, picked.tolist())})
                        == len(picked)
                        == look(network=network).way.numbers[wanted].size
                    )


def test_what_is_picked_sets_its_layer_too() -> None:
    params = experiment("cnn.by_layer").params
    assert params.implied("at", "7, 100, 0, 0") == {"layer": "7"}
    assert Params.implied("at", "7, 100, 0, 0") == {}


def test_a_number_is_followed_along_what_counts_for_most() -> None:
    found = look(layer=0)
    table = shown(layer=0)["Table", "path"]
    assert isinstance(table, Table) and len(table.rows) == 12
    link = table.rows[0][0].link
    assert link is not None and link.texts == {"layer": "0", "at": f"0, {', '.join(map(str, found.place))}"}
    for layer in range(4, 0, -1):
        made_of = found.way.made(layer, found.path[layer])
        assert tuple(made_of.places[made_of.order[0]]) == found.path[layer - 1]
    # The pixel that began it lies in what the number sees.
    rows, columns = found.way.field(4, (1, 4, 7))
    assert rows[0] <= found.place[1] <= rows[1] and columns[0] <= found.place[2] <= columns[1]


def test_the_arithmetic_of_a_convolution_adds_up_on_the_page() -> None:
    matrices = shown()["Matrices", "apart"]
    assert isinstance(matrices, Matrices)
    window, weights, parts = matrices.items
    assert isinstance(window, MatrixItem) and len(window.rows) == len(weights.rows) == 3
    *terms, total = [row[0] for row in parts.rows]
    assert sum(float(term) for term in terms) == pytest.approx(float(total), abs=0.02)
    table = shown()["Table", "terms"]
    assert isinstance(table, Table)
    *products, value = [row[3].value for row in table.rows]
    assert sum(float(each) for each in products if isinstance(each, float)) == pytest.approx(value, abs=1e-10)


def test_of_a_blank_image_the_biases_are_left() -> None:
    way = look(image="blank").way
    bias = way.modules[1].bias.detach().numpy()
    np.testing.assert_array_equal(way.numbers[1], np.broadcast_to(bias[:, None, None], (4, 28, 28)))
    assert shown(image="blank", layer=4)["Matrices", "apart"]


def test_a_pixel_in_the_corner_goes_into_four_of_nine_places() -> None:
    assert len(look(layer=0, at=(0, 0, 0, 0)).uses.places) == 4 * 4
    assert len(look(layer=0, at=(0, 0, 14, 14)).uses.places) == 4 * 9


def test_the_loser_of_a_pooling_changes_nothing() -> None:
    loser = look(layer=1, at=(1, 1, 19, 11))
    assert loser.made.value > 2 and loser.slope == 0
    assert loser.uses.weights.tolist() == [0.0]


@pytest.mark.parametrize("network", ["digits", "drawn"])
def test_the_program_makes_the_same_network_and_image(network: str) -> None:
    prints_its_metrics(*_program(network=network, image="drawing", layer=3))


def test_a_drawing_is_read_as_in_the_draw_tab() -> None:
    found = look(image="drawing")
    assert found.pixels.max() == 255 and found.given.classes[found.answer] == "7"


def test_what_is_not_there_is_said() -> None:
    events = shown(layer=20)
    said = events["Remark", "layer"]
    assert isinstance(said, Remark) and "11 layers" in str(said.message)
    said = shown(at=(4, 9, 4, 7))["Remark", "layer"]
    assert isinstance(said, Remark) and "conv2[5, 4, 7] is shown" in str(said.message)
    with pytest.raises(DataError, match="no test image 1500"):
        look(number=1500)
    with pytest.raises(RunError, match="no model /nowhere"):
        look(network="folder", model="/nowhere")


def test_the_newest_run_is_read_while_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESCENT_HOME", str(tmp_path))
    with pytest.raises(RunError, match="no run of"):
        look(network="newest")
    params = experiment("cnn.mnist").params(network=network((1,), units=()))
    model = build(params, (1, 28, 28), 10, torch.Generator().manual_seed(3))
    run = sessions.run_store().create("cnn.mnist", params.to_json(), "cpu", 1)
    for step, scale in ((1, 1.0), (2, 2.0)):
        tensors = {f"model.{name}": tensor * scale for name, tensor in model.state_dict().items()}
        run.save(State(tensors, {"steps_done": step, "classes": [*"0123456789"]}), [])
        found = look(network="newest", layer=1)
        assert found.way.names == ("image", "conv1", "pool1", "relu1", "flatten", "output", "softmax")
        np.testing.assert_array_equal(found.way.modules[1].weight.numpy(), model[0].weight.detach() * scale)
    prints_its_metrics(*_program(network="newest", layer=1))


def test_the_models_are_those_of_their_cards(tmp_path: Path) -> None:
    from lab.running.classifier import Recogniser, load_model, read_card

    test = DataStore(tmp_path).load("digits").test
    found = Recogniser(load_model("small")).probabilities(test.images).argmax(1)
    assert float((found == test.labels).mean()) == pytest.approx(read_card("small")["test_accuracy"], abs=1e-9)


def test_what_the_lesson_says_of_its_tries() -> None:
    assert look(layer=8, at=(8, 1, 0, 0)).made.value == pytest.approx(16, abs=0.1)
    assert look().way.numbers[7].size == 294
    untrained, trained = look(network="drawn").way.numbers[-1], look().way.numbers[-1]
    assert untrained.max() < 0.2 < 0.99 < trained.max()
