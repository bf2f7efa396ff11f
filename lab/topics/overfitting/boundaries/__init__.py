"""Where generalisation ends: prices learned in one city, asked in another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.core.code import Code
from lab.core.events import Event, lazily
from lab.core.figures import Chart, Field, Overlay
from lab.core.headline import Headline
from lab.core.metaparameters import DescentParams, epochs_field, rate_field, seed_field
from lab.core.params import Params, integer, real
from lab.core.quantities import Numbers, Quantity
from lab.core.text import Message, message
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.params import DenseNetParams, hidden_field
from lab.nets.dense.spec import dense
from lab.topics.overfitting.boundaries.cities import ENDING, MOST_APART, Cities, Houses, built, built_lines, scaled
from lab.topics.overfitting.boundaries.figures import FIRST, OTHER, along, errors, growing, marked, prices
from lab.training.dense.experiment import DenseExperiment
from lab.training.dense.learner import Learner
from lab.training.dense.measures import judged
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.training_code import training_lines


@dataclass(frozen=True, kw_only=True)
class BoundariesParams(DenseNetParams, DescentParams):
    """Where the other city lies, what it costs there, and the network."""

    essentials: ClassVar[tuple[str, ...]] = ("apart", "level", "foreign", "activation", "hidden")

    seed: int = seed_field(5)
    apart: float = real(
        1.0, 0.0, MOST_APART, slider=True, unit="widths", label="Other city", group="Data",
        help="How far away the other city is: larger houses, further out. 0: houses like those of the first; 1: it "
        "begins where the first one ends.",
    )  # fmt: skip
    level: float = real(
        1.0, 0.5, 2.0, slider=True, label="Price level there", group="Data",
        help="What the same house costs in the other city: so many times as much. The network is not told the city.",
    )  # fmt: skip
    houses: int = integer(
        200, 10, 1000, scale="log", slider=True, label="Houses to learn from", group="Data",
        help="Houses of the first city that the network learns from.",
    )  # fmt: skip
    foreign: int = integer(
        0, 0, 1000, label="And of the other city", group="Data",
        help="Houses of the other city that it learns from too.",
    )  # fmt: skip
    noise: float = real(
        15.0, 0.0, 100.0, slider=True, unit="thousand", label="Chance", group="Data",
        help="The standard deviation of prices about what follows from area and distance.",
    )  # fmt: skip
    hidden: tuple[int, ...] = hidden_field((32, 32), most=128)
    learning_rate: float = rate_field(0.01)
    epochs: int = epochs_field(400, 10_000)

    def cities(self) -> Cities:
        """Return the houses."""
        return built(self.seed, self.houses, self.foreign, self.apart, self.level, self.noise)


class Boundaries(DenseExperiment[BoundariesParams]):
    """2–32–32–1 on the houses of one city."""

    id: ClassVar[str] = "overfitting.boundaries"
    title: ClassVar[str] = "Where generalisation ends"
    params: ClassVar[type[Params]] = BoundariesParams
    headline: ClassVar[Headline | None] = Headline("outside", message("error in the other city"), "number", "lower")

    def recipe(self, params: BoundariesParams, data: DataStore) -> TrainingSpec:
        """Return the network on its houses; new houses of the first city are its test."""
        cities = params.cities()
        learned, first = cities.learned, cities.first
        return TrainingSpec(
            dense(2, params.hidden, 1, params.activation), "mse", scaled(learned.places), cities.targets(learned),
            params.learning_rate, params.epochs, params.seed, scaled(first.places), cities.targets(first), "adam",
        )  # fmt: skip

    def metrics(self, params: BoundariesParams, recipe: TrainingSpec, network: Network) -> dict[str, float]:
        """Return the losses, and the errors in both cities in thousands."""
        cities = params.cities()
        found = {
            name: houses.error(cities.said(network, houses.places))
            for name, houses in (("inside", cities.first), ("outside", cities.other))
        }
        return judged(recipe, network) | found

    def figures(self, params: BoundariesParams, learner: Learner) -> Iterator[Event]:
        """Yield the plane, and the way from one city to the other."""
        cities, network = params.cities(), learner.network
        yield lazily(Field, "errors", errors, cities, network)
        yield lazily(Overlay, "errors", marked, cities, params.apart, "errors")
        yield lazily(Field, "prices", prices, cities, network)
        yield lazily(Overlay, "prices", marked, cities, params.apart, "prices")
        yield lazily(Chart, "along", along, cities, network, params.apart, params.level)
        yield lazily(Chart, "growing", growing, cities, network, params.apart)

    def program(self, params: BoundariesParams, recipe: TrainingSpec) -> Code:
        """Return the program that builds both cities, trains, and prints the errors."""
        data = "\n".join(built_lines(params.houses, params.foreign, params.apart, params.level, params.noise))
        note = message("Errors are in thousands. In a long training rounding may grow to a difference.")
        return Code("code", training_lines(recipe, data, ending=ENDING), note)

    def numbers(self, params: BoundariesParams, learner: Learner) -> Numbers:
        """Return the errors in both cities, beside what simpler rules give."""
        cities = params.cities()
        both = cities.first, cities.other
        names = "inside", "outside"
        of_network = [houses.error(cities.said(learner.network, houses.places)) for houses in both]
        root = message("root of the mean square over {count} houses it did not learn from", count=len(both[0].prices))

        def row(words: Message, why: Message, values: list[float], names: tuple[str, str]) -> tuple[Quantity, ...]:
            return tuple(Quantity(words, value, why, name) for value, name in zip(values, names, strict=True))

        shares = [error / float(houses.prices.mean()) for error, houses in zip(of_network, both, strict=True)]
        plain = message("the plane of least squares through the same houses: what linear regression says")
        always = message("says of every house what houses cost on average where it learned")
        chance = message("what area and distance do not say: nothing can be better")
        mean = message("so much of the mean price of that city")
        straight = [houses.error(cities.plain(houses.places)) for houses in both]
        flat = [houses.error(np.full(len(houses.prices), cities.middle)) for houses in both]
        return Numbers(
            (
                row(message("error of the network"), root, of_network, names),
                tuple(Quantity(message("as a share"), share, mean, share=True) for share in shares),
                row(message("a straight plane"), plain, straight, ("", "")),
                row(message("always the mean"), always, flat, ("", "")),
                row(message("chance alone"), chance, [params.noise] * 2, ("", "")),
                row(message("mean price"), message("of the houses that judge"), [_mean(h) for h in both], ("", "")),
            ),
            columns=(message("in thousands"), FIRST, OTHER),
            note=message("{epoch} of {epochs} epochs are done.", epoch=learner.epoch, epochs=params.epochs),
        )


def _mean(houses: Houses) -> float:
    return float(houses.prices.mean())


EXPERIMENT = Boundaries
