"""How wide the encoder and how wide the code: 96 autoencoders, as in the course."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from lab.core.events import Array, Event, lazily
from lab.core.experiment import Context
from lab.core.figures import Axis, Cell, CellMark, Chart, Field, Line, Table
from lab.core.headline import Headline
from lab.core.params import ParamError, Params, integer, real, redeclared
from lab.core.text import message
from lab.data.base import ImageDataset
from lab.data.params import AnyImageDataParams
from lab.data.store import DataStore
from lab.nets.dense.network import Network
from lab.nets.dense.spec import Layer, MLPSpec
from lab.running.device import choose
from lab.sweeps import figures, grid
from lab.sweeps.ensembles import Way, run_together
from lab.sweeps.experiment import SweepExperiment
from lab.sweeps.outcomes import Outcome, Results, Trained
from lab.sweeps.params import SweepParams, each_epochs_field, repeats_field
from lab.topics.autoencoders.digits import references
from lab.topics.autoencoders.network import PIXELS
from lab.training.dense.spec import TrainingSpec
from lab.training.dense.starts import drawn_by_torch
from lab.training.metaparameters import TrainingParams

RUN = "autoencoders.digits"
BATCH = 96
"""Images of which the course takes the error as the result of a network: the last three batches."""

LINES = 6
"""The most codes that have a line: so many colours can be told apart."""


@dataclass(frozen=True, kw_only=True)
class SizeParams(AnyImageDataParams, SweepParams):
    """The course's grid, batches, rate and epochs; on the bundled digits, 8,500 in place of 20,000."""

    essentials: ClassVar[tuple[str, ...]] = ("encoders", "codes", "repeats", "epochs")

    narrowest: int = integer(10, 1, 1024, label="Narrowest encoder", help="Units of the narrowest.", group="Sweep")
    widest: int = integer(500, 1, 1024, label="Widest encoder", help="Units of the widest.", group="Sweep")
    encoders: int = integer(12, 1, 40, label="Encoders", help="How many there are, evenly apart.", group="Sweep")
    smallest: int = integer(5, 1, 784, label="Smallest code", help="Units of the smallest.", group="Sweep")
    largest: int = integer(100, 1, 784, label="Largest code", help="Units of the largest.", group="Sweep")
    codes: int = integer(8, 1, 40, label="Codes", help="How many there are, evenly apart.", group="Sweep")
    repeats: int = repeats_field(1, 20, "Networks of each size, each with other weights.")
    epochs: int = each_epochs_field(3, 100)
    learning_rate: float = real(
        0.001, 1e-5, 0.1, scale="log", label="Learning rate", help="How far one step of Adam goes.", group="Training"
    )
    batch_size: int = redeclared(TrainingParams, "batch_size", 32)

    def check(self) -> None:
        """Refuse ranges that do not follow each other."""
        super().check()
        for low, high in (("narrowest", "widest"), ("smallest", "largest")):
            if getattr(self, low) > getattr(self, high):
                raise ParamError(
                    high, "{field}: {value} is not allowed; allowed is a number from {low} on",
                    value=getattr(self, high), low=getattr(self, low),
                )  # fmt: skip

    def encoder_units(self) -> list[int]:
        """Return the widths of the encoders."""
        return _between(self.narrowest, self.widest, self.encoders)

    def code_units(self) -> list[int]:
        """Return the sizes of the codes."""
        return _between(self.smallest, self.largest, self.codes)


def _between(low: int, high: int, count: int) -> list[int]:
    """Return whole numbers evenly apart, rounded down as in the course, each once."""
    return sorted({int(each) for each in np.linspace(low, high, count if high > low else 1)})


class Size(SweepExperiment[SizeParams]):
    """Sweep `autoencoders.digits` over both; every core trains one network at a time, the largest first."""

    id: ClassVar[str] = "autoencoders.size"
    title: ClassVar[str] = "Encoder and code"
    params: ClassVar[type[Params]] = SizeParams
    headline: ClassVar[Headline | None] = Headline("best_mse", message("lowest test MSE"), "number", "lower")

    def validate(self, params: SizeParams, data: DataStore) -> None:
        """Raise LabError where the images are missing or damaged."""
        params.images(data)

    def sweep(self, params: SizeParams) -> grid.Sweep:
        """Return encoders × codes × repeats."""
        base = params.over(RUN, "seed", ()).base
        encoders = tuple((units,) for units in params.encoder_units())
        axes = grid.Axis("encoder", encoders), grid.Axis("code", tuple(params.code_units()))
        return grid.Sweep(RUN, base, axes, params.repeats)

    def run(self, params: SizeParams, context: Context) -> Generator[Event, None, None]:
        """Remember the images, of which the references are."""
        self._dataset = params.images(context.data)
        return super().run(params, context)

    def outcomes(self, cells: Sequence[grid.Cell], params: SizeParams, context: Context) -> Iterator[Outcome | Trained]:
        """Train them with the first weights and batches that their own pages give them."""
        way = Way(drawn_by_torch, single=True, parts=_largest_first)
        return run_together(_Judge(), cells, context.data, choose(params.device), way)

    def figures(self, params: SizeParams, results: Results) -> Iterator[Event]:
        """Yield the errors as a map and as lines, and a table."""
        errors = results.grid("test_mse")
        yield lazily(Field, "map", _map, params, results, errors)
        yield lazily(Chart, "encoders", _over_encoders, params, results, errors)
        yield lazily(Table, "codes", _table, params, results, errors, self._dataset)

    def totals(self, params: SizeParams, results: Results) -> dict[str, float]:
        """Return the lowest mean error with its size, and the highest."""
        means = figures.spread(results.grid("test_mse"))[0]
        if not np.isfinite(means).any():
            return dict.fromkeys(("best_mse", "best_encoder", "best_code", "worst_mse"), math.nan)
        encoder, code = np.unravel_index(int(np.nanargmin(means)), means.shape)
        return {
            "best_mse": float(np.nanmin(means)),
            "best_encoder": float(params.encoder_units()[encoder]),
            "best_code": float(params.code_units()[code]),
            "worst_mse": float(np.nanmax(means)),
        }


class _Judge:
    """Recipes and measures of the runs of `autoencoders.digits`."""

    def recipe(self, params: Any, data: DataStore) -> TrainingSpec:
        """Return what `autoencoders.digits` trains."""
        inputs, tests = _images(params.images(data))
        *hidden, _last = params.sizes[1:]
        layers = (*(Layer(units, params.activation) for units in hidden), Layer(PIXELS, "sigmoid"))
        return TrainingSpec(
            MLPSpec(PIXELS, layers), params.loss, inputs, inputs, params.learning_rate, params.epochs, params.seed,
            tests, tests, params.optimiser, params.momentum, params.batch_size,
        )  # fmt: skip

    def measures(self, params: Any, recipe: TrainingSpec, network: Network, epochs: int) -> dict[str, float]:
        """Return the error on the test images, and how far a mean over few of them is off by chance."""
        assert recipe.test_inputs is not None
        with np.errstate(over="ignore", invalid="ignore"):
            each = ((network.outputs(recipe.test_inputs.astype(float)) - recipe.test_inputs) ** 2).mean(1)
        found = {"test_mse": float(each.mean()), "chance": float(each.std(ddof=1)) / math.sqrt(BATCH)}
        return {"epochs": epochs, **(found if network.finite else dict.fromkeys(found, math.nan))}


@lru_cache(maxsize=1)
def _images(dataset: ImageDataset) -> tuple[Array, Array]:
    """Return images (N, 784) in [0, 1] to learn from, and for testing; all networks share them."""
    flat = (part.images.reshape(-1, PIXELS) for part in (dataset.train, dataset.test))
    train, test = (images.astype(np.float32) / np.float32(255) for images in flat)
    return train, test


def _largest_first(recipes: Sequence[TrainingSpec]) -> list[list[int]]:
    """Return each place by itself: networks of this size fill a core's cache alone, and padding would be work."""
    order = sorted(range(len(recipes)), key=lambda place: recipes[place].plan.parameters, reverse=True)
    return [[place] for place in order]


def _map(params: SizeParams, results: Results, errors: Array) -> Field:
    encoders, codes = params.encoder_units(), params.code_units()
    return Field(
        "map", figures.spread(errors)[0].T, Axis(message("units of the encoder")), Axis(message("units of the code")),
        _ends(encoders), _ends(codes), message("test MSE"), smooth=False,
        links=tuple(results.opens[:, :, 0].T.ravel()), missing=message("not there yet"),
    )  # fmt: skip


def _ends(values: Sequence[int]) -> tuple[float, float]:
    """Return the ends of an axis on which each value stands in the middle of its cell."""
    half = (values[-1] - values[0]) / (len(values) - 1) / 2 if len(values) > 1 else 0.5
    return values[0] - half, values[-1] + half


def _over_encoders(params: SizeParams, results: Results, errors: Array) -> Chart:
    units, middle = np.array(params.encoder_units(), dtype=float), figures.spread(errors)[0]
    codes = params.code_units()
    lines = []
    for colour, place in enumerate(np.unique(np.linspace(0, len(codes) - 1, LINES).round().astype(int)).tolist()):
        known = np.isfinite(middle[:, place])
        opens = tuple(results.opens[:, place, 0][known])
        label = message("code of {units}", units=codes[place])
        lines.append(Line(label, units[known], middle[known, place], "line + points", colour, opens))
    return Chart("encoders", tuple(lines), Axis(message("units of the encoder")), Axis(message("test MSE")))


def _table(params: SizeParams, results: Results, errors: Array, dataset: ImageDataset) -> Table:
    middle, chance = figures.spread(errors)[0], figures.spread(results.grid("chance"))[0]
    rows = []
    for place, code in enumerate(params.code_units()):
        column = middle[:, place]
        known = np.isfinite(column).any()
        best = int(np.nanargmin(column)) if known else 0
        mark: CellMark = "good" if known and column[best] == np.nanmin(middle) else ""
        rows.append(
            (
                Cell(code),
                Cell(float(f"{column[best]:.4g}") if known else None, mark=mark),
                Cell(params.encoder_units()[best] if known else None),
                Cell(
                    float(f"{chance[best, place]:.2g}") if known else None,
                    message("standard error of the mean error of {count} images, as the course takes it", count=BATCH),
                ),
                Cell(float(f"{references(dataset, code)['pca_mse']:.4g}")),
            )
        )
    columns = (
        message("code"), message("lowest MSE"), message("encoder"), message("± of {count}", count=BATCH), "PCA"
    )  # fmt: skip
    note = message("Test MSE of the best encoder of each code; ± is chance where only 96 images are counted.")
    return Table("codes", columns, tuple(rows), note)


EXPERIMENT = Size
