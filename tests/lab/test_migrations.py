"""What was written before fields were renamed, split or meant otherwise is read as it was meant."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from lab.core import catalogue
from lab.core.events import Event, Metrics
from lab.core.experiment import ClosedForm
from lab.core.options import read_options, write_options
from lab.core.params import Migration, ParamError, Params, choice, flag, integer, integers
from lab.running.classifier import kept_model
from lab.running.sharing import decode, encode
from lab.sweeps.grid import read_axis
from tests.networks import network

# What the classes below wrote in their first versions.
OLD = {"schema_version": 1, "optimiser": "sgd", "filters": [3, 5], "delay": 0.25, "seed": 3}
MEANT = {"optimiser": "momentum", "decay_on": "everything", "channels": (3, 5), "delay": 250, "seed": 3}


def _named_for_what_they_do(values: dict[str, Any]) -> dict[str, Any]:
    """Both had momentum, and decay was of everything."""
    names = {"sgd": "momentum", "rmsprop": "rmsprop_momentum"}
    if "optimiser" in values:
        values = {**values, "optimiser": names.get(values["optimiser"], values["optimiser"])}
    return {"decay_on": "everything", **values}


@dataclass(frozen=True, kw_only=True)
class Training(Params):
    migrations: ClassVar[tuple[Migration, ...]] = (Migration(_named_for_what_they_do),)
    implies: ClassVar[dict[str, dict[str, str]]] = {"decay_on": {"optimiser": "adam"}}

    optimiser: str = choice(
        "adam",
        {"adam": "Adam", "sgd": "Plain", "momentum": "Momentum", "rmsprop_momentum": "RMSprop with momentum"},
        label="Optimiser",
        help="Which.",
        group="A",
    )
    decay_on: str = choice("weights", {"weights": "Weights", "everything": "All"}, label="Decay", help="Of.", group="A")


def _channels(values: dict[str, Any]) -> dict[str, Any]:
    return {"channels" if name == "filters" else name: value for name, value in values.items()}


@dataclass(frozen=True, kw_only=True)
class Convolutions(Params):
    migrations: ClassVar[tuple[Migration, ...]] = (Migration(_channels),)
    implies: ClassVar[dict[str, dict[str, str]]] = {"channels": {"delay": "1"}}

    channels: tuple[int, ...] = integers((1,), 1, 9, length=(1, 3), label="Channels", help="How many.", group="A")


def _pause(values: dict[str, Any]) -> dict[str, Any]:
    return {"delay" if name == "pause" else name: value for name, value in values.items()}


def _milliseconds(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "delay": round(1000 * values["delay"])} if "delay" in values else values


@dataclass(frozen=True, kw_only=True)
class Leaf(Training, Convolutions):
    migrations: ClassVar[tuple[Migration, ...]] = (Migration(_pause), Migration(_milliseconds, {"delay": "real"}))

    delay: int = integer(100, 0, 1000, label="Delay", help="How long, in ms.", group="A")
    loud: bool = flag(False, label="Loud", help="Whether.", group="A")
    seed: int = integer(7, 0, 2**31 - 1, label="Seed", help="Which.", group="A")


VERSIONS = {"Convolutions": 1, "Training": 1, "Leaf": 2}


def values(params: Params) -> dict[str, Any]:
    return {name: getattr(params, name) for name in MEANT}


def test_each_class_brings_its_own_changes() -> None:
    assert values(Leaf.from_json({**OLD, "versions": {"Leaf": 1}})) == MEANT
    assert values(Leaf.from_json({**{n: v for n, v in OLD.items() if n != "delay"}, "pause": 0.25})) == MEANT


def test_what_is_written_today_is_read_as_it_is() -> None:
    made = Leaf(optimiser="sgd", channels=(3, 5), delay=1)
    written = json.loads(json.dumps(made.to_json()))
    assert written["versions"] == VERSIONS
    assert Leaf.from_json(written) == made
    assert Leaf.from_texts(made.to_texts(), VERSIONS) == made
    assert Leaf.from_texts(made.to_texts()) == made


def test_classes_that_never_changed_note_no_version() -> None:
    assert "versions" not in catalogue.experiment("maths.entropy").params().to_json()


def test_a_file_may_be_new_in_one_class_and_old_in_another() -> None:
    found = Leaf.from_json({"versions": {"Leaf": 2, "Convolutions": 1}, "optimiser": "sgd", "delay": 250})
    assert (found.optimiser, found.decay_on, found.delay) == ("momentum", "everything", 250)
    found = Leaf.from_json({"versions": {"Training": 1}, "optimiser": "sgd", "pause": 0.25, "filters": [4]})
    assert (found.optimiser, found.decay_on, found.delay, found.channels) == ("sgd", "weights", 250, (4,))


def test_what_old_texts_meant() -> None:
    texts = {"optimiser": "sgd", "filters": "3, 5", "pause": "۰٫۲۵", "seed": "3", "loud": "yes"}
    assert values(Leaf.from_texts(texts, {})) == MEANT
    # A form keeps what was typed, though it was not allowed.
    assert Leaf.updated({"delay": "soon", "filters": "3"}, {}, typed=True) == {
        "decay_on": "everything",
        "delay": "soon",
        "channels": "3",
    }


def test_texts_that_nobody_dated_are_todays_unless_a_name_or_a_choice_is_not() -> None:
    assert Leaf.from_texts({"optimiser": "sgd", "delay": "250"}) == Leaf(optimiser="sgd", delay=250)
    assert values(Leaf.from_texts({"optimiser": "sgd", "filters": "3 5", "pause": "0.25", "seed": "3"})) == MEANT
    assert Leaf.from_texts({"optimiser": "rmsprop"}) == Leaf(optimiser="rmsprop_momentum", decay_on="everything")
    # Only the last change is undone where that suffices: `delay` was in seconds once, and is typed in milliseconds.
    assert Leaf.from_texts({"filters": "4"}).channels == (4,)
    with pytest.raises(ParamError, match=r"0\.25 is not allowed"):
        Leaf.from_texts({"delay": "0.25"})
    with pytest.raises(ParamError, match="colour is not a parameter"):
        Leaf.from_texts({"colour": "red", "filters": "4"})


def test_json_that_somebody_wrote_himself_is_understood_as_texts_are() -> None:
    assert Leaf.from_json({"optimiser": "sgd"}) == Leaf(optimiser="sgd")
    assert Leaf.from_json({"filters": [4]}).channels == (4,)


@pytest.mark.parametrize(
    "versions", [{"Leaf": 3}, {"Nobody": 1}, {"Leaf": True}, {"Leaf": -1}, {"Leaf": "1"}, [], "2", {"Leaf": None}]
)
def test_versions_that_are_newer_or_none_are_refused(versions: Any) -> None:
    with pytest.raises(ParamError, match=r"newer Descent|is not allowed"):
        Leaf.from_json({"schema_version": 2, "versions": versions})


def test_what_is_damaged_is_said_and_not_raised_through() -> None:
    with pytest.raises(ParamError, match="is damaged"):
        Leaf.from_json({**OLD, "delay": {}})


def test_options_go_by_their_old_names() -> None:
    assert read_options(Leaf, ["--filters", "3", "5", "--pause=0.5", "--loud"]) == {
        "channels": "3 5",
        "delay": "500",
        "decay_on": "everything",
        "loud": "true",
    }
    with pytest.raises(ParamError, match="--filter is not an option"):
        read_options(Leaf, ["--filter", "3"])
    texts = {"channels": "3 5", "loud": ""}
    assert write_options(texts) == "'--channels=3 5' --loud"


def test_what_a_view_implies_is_merged_too() -> None:
    assert Leaf.implied("decay_on") == {"optimiser": "adam"}
    assert Leaf.implied("channels") == {"delay": "1"}
    assert Leaf.implied("loud") == {}


class Toy(ClosedForm[Leaf]):
    id: ClassVar[str] = "maths.toy"
    title: ClassVar[str] = "Toy"
    params: ClassVar[type[Params]] = Leaf

    def compute(self, params: Leaf) -> Iterator[Event]:
        yield Metrics({"delay": float(params.delay)})


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy is an experiment like any other, and was called otherwise."""
    known, load = catalogue.identifiers(), catalogue.load
    monkeypatch.setattr(catalogue, "identifiers", lambda: (*known, Toy.id))
    monkeypatch.setattr(catalogue, "load", lambda name: Toy if name == Toy.id else load(name))
    monkeypatch.setattr(catalogue, "ALIASES", {"maths.plaything": Toy.id})


@pytest.mark.usefixtures("toy")
def test_old_shared_texts_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(Leaf, "to_json", lambda self: {**OLD, "versions": {"Leaf": 1}})
        text = encode("maths.plaything", Leaf(), None)
    shared = decode(text)
    assert (shared.experiment, values(shared.params)) == (Toy.id, MEANT)


@pytest.mark.usefixtures("toy")
def test_sweeps_mean_what_they_meant() -> None:
    grid = catalogue.experiment("sweeps.grid").params
    old = {
        "schema_version": 1,
        "experiment": "maths.plaything",
        "over": "optimiser=adam,sgd & pause=0.1:0.2:2",
        "settings": "--filters 3 5",
        "repeats": 2,
    }
    found = grid.from_json(old)
    assert found.experiment == "maths.toy"
    assert found.over == "optimiser=adam,momentum & delay=100:200:2"
    sweep = found.sweep()
    assert sweep.base == Leaf(channels=(3, 5), decay_on="everything")
    assert [cell.values for cell in sweep.cells()][::2] == [
        {"optimiser": optimiser, "delay": delay} for optimiser in ("adam", "momentum") for delay in (100, 200)
    ]
    # Written today, "sgd" is the plain one.
    made = grid(experiment="maths.toy", over="optimiser=adam,sgd", settings="--loud")
    written = json.loads(json.dumps(made.to_json()))
    assert written["versions"] == VERSIONS
    assert grid.from_json(written) == made
    assert grid.from_texts(made.to_texts(), grid.versions(made.to_texts())) == made
    texts = {name: str(value) for name, value in old.items() if name != "schema_version"}
    assert grid.from_texts(texts, {}) == found
    # And typed by hand, an old name is understood; so is the old name of the experiment.
    typed = grid(experiment="maths.plaything", over="filters=3;4", settings="--pause 0.5")
    assert typed.sweep().experiment == "maths.toy"
    assert [cell.params.channels for cell in typed.sweep().cells()][::5] == [(3,), (4,)]
    assert typed.sweep().base.delay == 500


@pytest.mark.usefixtures("toy")
def test_half_typed_settings_of_a_sweep_stay_as_they_are() -> None:
    grid = catalogue.experiment("sweeps.grid").params
    texts = {"experiment": "maths.toy", "settings": "--note 'half", "over": "nothing"}
    assert grid.updated(texts, {}, typed=True) == texts
    found = grid.updated({**texts, "settings": "--filters 3"}, {}, typed=True)
    assert shlex.split(found["settings"]) == ["--decay-on=everything", "--channels=3"]


@pytest.mark.usefixtures("toy")
def test_an_axis_that_is_no_longer_one_parameter_is_refused_with_a_sentence() -> None:
    with pytest.raises(ParamError, match=r"colour is not a parameter of maths\.toy"):
        read_axis("maths.toy", "colour=1,2")


def test_a_model_is_read_by_its_experiment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tanh network is not a ReLU one because a field got another name, in a mix-in or in the leaf."""
    from lab.nets.convolutional import ConvolutionalParams
    from lab.topics.cnn.mnist import MnistParams

    def layers(values: dict[str, Any]) -> dict[str, Any]:
        return {"network" if name == "layers" else name: value for name, value in values.items()}

    tanh = network((4,), activation="tanh")
    written = MnistParams(network=tanh).to_json()
    del written["versions"]
    old = {"layers" if name == "network" else name: value for name, value in written.items()}
    for owner in (ConvolutionalParams, MnistParams):
        with monkeypatch.context() as patched:
            patched.setattr(owner, "migrations", (Migration(layers),), raising=False)
            model = kept_model("kept", "cnn.mnist", old, ["0", "1"], {})
            assert model.params == MnistParams(network=tanh)
            again = kept_model("kept", "cnn.mnist", MnistParams(network=tanh).to_json(), ["0"], {})
            assert again.params == MnistParams(network=tanh)
