"""Any experiment over a grid of any of its parameters, repeated with other seeds."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lab.core.catalogue import current, experiment
from lab.core.events import Event, lazily
from lab.core.experiment import Context
from lab.core.figures import Axis, Chart, Field, Table
from lab.core.headline import Headline, is_share
from lab.core.metaparameters import RunParams
from lab.core.options import read_options, write_options
from lab.core.params import ParamError, Params, choice, integer, text
from lab.core.text import LabError, message
from lab.sweeps import figures
from lab.sweeps.execution import BACKENDS, Backend
from lab.sweeps.experiment import SweepExperiment
from lab.sweeps.grid import MOST_AXES, Sweep, read_axis, updated_axis
from lab.sweeps.outcomes import Results


@dataclass(frozen=True, kw_only=True)
class GridParams(RunParams):
    """What is swept."""

    experiment: str = text(
        "ann.multilayer",
        label="Experiment",
        help="Its name, as the command line calls it, such as ann.binary.",
        group="Sweep",
        longest=100,
    )
    over: str = text(
        "learning_rate=0.001:0.1:20",
        label="Over",
        help="NAME=LOW:HIGH:COUNT, with :log for equal factors, or NAME=VALUE,VALUE; several are joined by &. A number "
        "in a network of blocks is called as network.conv1.channels.",
        group="Sweep",
        longest=1000,
    )
    repeats: int = integer(
        5, 1, 1000, label="Repeats", help="Runs of each point, each with a seed of its own.", group="Sweep", scale="log"
    )
    settings: str = text(
        "",
        label="Other settings",
        help="What else differs from the defaults, as options of the command line, such as --epochs 500 --blur 2.",
        group="Sweep",
        longest=2000,
    )
    metric: str = text(
        "",
        label="Metric",
        help="Which result is drawn, by its name; where it is empty, the one by which the experiment judges its runs.",
        group="Sweep",
        longest=100,
    )
    backend: str = choice("auto", BACKENDS, label="Where", help="Where the runs are computed.", group="Run")
    scheduler: str = text(
        "",
        label="Dask scheduler",
        help="The address of the scheduler, such as tcp://192.168.0.7:8786.",
        group="Run",
        when=("backend", ("dask",)),
    )

    @classmethod
    def versions(cls, values: Mapping[str, Any]) -> dict[str, int]:
        """Return the versions of these parameters, and of those that they speak of."""
        return super().versions(values) | _swept(values).versions({})

    @classmethod
    def updated(cls, values: Mapping[str, Any], versions: Mapping[str, int] | None, typed: bool) -> dict[str, Any]:
        """Return these parameters as they are today, with the options and axes of what is swept."""
        found = super().updated(values, versions, typed)
        if isinstance(found.get("experiment"), str):
            found["experiment"] = current(found["experiment"])
        swept = _swept(found)
        today = swept.versions({})
        before = {name: (versions or {}).get(name, 0) for name in today}
        # What somebody types now is understood when it is read.
        if versions is not None and before != today:
            found |= {
                n: _updated(swept, n, found[n], before) for n in ("settings", "over") if isinstance(found.get(n), str)
            }
        return found

    def check(self) -> None:
        """Refuse what cannot be swept."""
        self.sweep()
        if self.backend == "dask" and not self.scheduler:
            raise ParamError("scheduler", "{field} is empty; Dask needs an address such as tcp://192.168.0.7:8786")

    def files(self) -> tuple[str, ...]:
        """Return the files that what is swept would read."""
        swept = self.sweep()
        values = [(name, getattr(swept.base, name)) for name in swept.base.specs()]
        values += [(axis.name, value) for axis in swept.axes for value in axis.values]
        # Whether a file matters may depend on what is swept.
        kinds = {name: spec.dialog in ("file", "image") for name, spec in swept.base.specs().items()}
        return tuple(dict.fromkeys(value for name, value in values if kinds.get(name) and value.strip()))

    def sweep(self) -> Sweep:
        """Return the sweep. Raises ParamError."""
        try:
            chosen = experiment(self.experiment)
        except LabError as error:
            raise ParamError("experiment", "{field}: {reason}", reason=error.message) from error
        if chosen.id.startswith("sweeps."):
            raise ParamError("experiment", "{field}: a sweep of sweeps is not possible; choose another experiment")
        try:
            typed = read_options(chosen.params, shlex.split(self.settings))
            base = chosen.params.from_texts({**chosen.params().to_texts(), **typed})
        except ParamError as error:
            raise ParamError("settings", "{field}: {reason}", reason=error.message) from error
        except ValueError as error:
            raise ParamError("settings", "{field}: a quotation mark is missing") from error
        if "seed" in base.specs() and "seed" not in typed:
            base = base.replace(seed=self.seed)
        parts = self.over.split("&")
        if len(parts) > MOST_AXES:
            raise ParamError("over", "{field}: at most {count} parameters can be swept at once", count=MOST_AXES)
        return Sweep(chosen.id, base, tuple(read_axis(chosen.id, part) for part in parts), self.repeats)


def _swept(values: Mapping[str, Any]) -> type[Params]:
    """Return the kind of parameters of what is swept; of what is not there, none."""
    try:
        return experiment(str(values.get("experiment", GridParams.default("experiment")))).params
    except LabError:
        return Params


def _updated(swept: type[Params], name: str, text: str, versions: Mapping[str, int]) -> str:
    """Return a text of an earlier version; one that was left half typed stays as it is."""
    try:
        if name == "over":
            return " & ".join(updated_axis(swept, part, versions) for part in text.split("&"))
        return write_options(read_options(swept, shlex.split(text), versions))
    except (ParamError, ValueError):
        return text


class Grid(SweepExperiment[GridParams]):
    """Run a grid, and open any of its cells."""

    id: ClassVar[str] = "sweeps.grid"
    title: ClassVar[str] = "Any experiment, many times"
    params: ClassVar[type[Params]] = GridParams

    def sweep(self, params: GridParams) -> Sweep:
        """Return what the parameters describe."""
        return params.sweep()

    def place(self, params: GridParams, context: Context) -> Backend:
        """Return where it runs."""
        return Backend(params.backend, params.scheduler, context.device)

    def figures(self, params: GridParams, results: Results) -> Iterator[Event]:
        """Yield the metric over the grid, the losses, and the extremes."""
        names = results.names()
        if not names:
            return
        told = {each.metric: each for each in _headlines(params.experiment) if each.metric in names}
        metric = params.metric if params.metric in names else next(iter(told), names[0])
        words = told[metric].label if metric in told else message(metric.replace("_", " "))
        better = told[metric].better if metric in told else None
        yield lazily(
            Chart, "over", figures.over_axis, results, metric, "over", Axis(words, share=is_share(metric)), words
        )
        if len(results.sweep.axes) > 1:
            yield lazily(Field, "heat", figures.heat, results, metric, "heat", words)
        if results.curves:
            yield lazily(Chart, "curves", figures.curves, results, "curves", Axis(message("Loss"), log=True))
        yield lazily(Table, "extremes", figures.extremes, results, metric, "extremes", words, better)


def _headlines(identifier: str) -> Iterator[Headline]:
    """Yield the metrics by which an experiment judges its runs."""
    headline = experiment(identifier).headline
    return iter(()) if headline is None else headline.chain()


EXPERIMENT = Grid
