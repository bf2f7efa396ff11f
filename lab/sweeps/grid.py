"""What a sweep is made of: axes, and the cells of their grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from lab.core.blocks import located, with_number
from lab.core.catalogue import experiment
from lab.core.figures import Link
from lab.core.migrations import declared
from lab.core.params import ParamError, Params, Spec, parse, show
from lab.core.specs import Kind, checked
from lab.core.text import Message, message

MOST_CELLS = 100_000
MOST_AXES = 4


@dataclass(frozen=True)
class Axis:
    """A parameter and the values that it takes, in order."""

    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Cell:
    """One run of a sweep: the values of its axes, which repeat it is, and its parameters, seed included."""

    index: int
    values: Mapping[str, Any]
    repeat: int
    params: Params

    @property
    def seed(self) -> int | None:
        """The seed of the run; None where nothing is left to chance."""
        seed: int | None = getattr(self.params, "seed", None)
        return seed


@dataclass(frozen=True)
class Sweep:
    """An experiment over a grid. The repeats of a point of the grid follow each other.

    Every cell has a seed of its own, which depends on that of `base` and on the cell's place alone.
    """

    experiment: str
    base: Params
    axes: tuple[Axis, ...]
    repeats: int = 1

    def __post_init__(self) -> None:
        if len({axis.name for axis in self.axes}) < len(self.axes):
            twice = next(a.name for a in self.axes if [b.name for b in self.axes].count(a.name) > 1)
            raise ParamError("over", "{field}: {name} is swept twice; each parameter may be named once", name=twice)
        if self.repeats > 1 and "seed" not in self.base.specs():
            raise ParamError(
                "repeats",
                "{field}: {value} is not allowed, as nothing in {experiment} is left to chance; allowed is 1",
                value=self.repeats,
                experiment=self.experiment,
            )
        if len(self) > MOST_CELLS:
            raise ParamError(
                "repeats",
                "{field}: the grid would have {value} runs; allowed are at most {allowed}",
                value=len(self),
                allowed=MOST_CELLS,
            )

    def __len__(self) -> int:
        return int(np.prod([len(axis.values) for axis in self.axes], dtype=np.int64)) * self.repeats

    def cells(self) -> Iterator[Cell]:
        """Yield all cells. Raises ParamError where values do not fit together."""
        places = list(product(*(axis.values for axis in self.axes)))
        seeds = self._seeds()
        for index, (values, repeat) in enumerate(
            (values, repeat) for values in places for repeat in range(self.repeats)
        ):
            chosen = dict(zip((axis.name for axis in self.axes), values, strict=True))
            changes = chosen if seeds is None or "seed" in chosen else {**chosen, "seed": int(seeds[index])}
            yield Cell(index, chosen, repeat, replaced(self.base, changes))

    def spec(self, name: str) -> Spec:
        """Return what is declared of an axis."""
        found = axis_spec(type(self.base), name)
        assert found is not None, name
        return found

    def called(self, name: str) -> Message:
        """Return how an axis is called."""
        label, (_field, _dot, part) = message(self.spec(name).label), name.partition(".")
        return message("{label} of {block}", label=label, block=part.partition(".")[0]) if part else label

    def link(self, cell: Cell) -> Link:
        """Return what opens a cell alone."""
        defaults = type(self.base)().to_texts()
        texts = {name: text for name, text in cell.params.to_texts().items() if text != defaults[name]}
        return Link(self.experiment, texts)

    def _seeds(self) -> Sequence[int] | None:
        if "seed" not in self.base.specs():
            return None
        drawn = np.random.SeedSequence(self.base.to_json()["seed"]).generate_state(len(self), np.uint32)
        return [int(seed) for seed in drawn >> 1]


def axis_spec(params: type[Params], name: str) -> Spec | None:
    """Return what is declared of a parameter, or of a number of a block; None where there is none of that name."""
    field, _, part = name.partition(".")
    spec = params.specs().get(field)
    if spec is None or not part:
        return spec
    found = located(spec.kinds, part)
    if found is None:
        return None
    number = found[2]
    kind: Kind = "choice" if number.choices else "integer" if number.whole else "real"
    return Spec(kind, number.label, spec.help, spec.group, number.low, number.high, choices=number.choices)


def replaced(params: Params, changes: Mapping[str, Any]) -> Params:
    """Return parameters with other values, of numbers of blocks too. Raises ParamError."""
    whole = {name: value for name, value in changes.items() if "." not in name}
    for name in changes.keys() - whole.keys():
        field, _, part = name.partition(".")
        texts = whole.get(field, getattr(params, field))
        try:
            whole[field] = with_number(params.specs()[field].kinds, texts, part, changes[name])
        except LookupError:
            raise ParamError(
                "over", "{field}: there is no {name} among the blocks {blocks}", name=part, blocks="; ".join(texts)
            ) from None
    return params.replace(**whole)


def read_axis(name: str, text: str) -> Axis:
    """Read what is typed of an axis of experiment `name`: "learning_rate=0.001:0.1:40" or "units=1, 2, 4".

    LOW:HIGH:COUNT are equal differences, LOW:HIGH:COUNT:log equal factors. Values of a list of numbers are separated
    by semicolons, and lists of blocks by commas, as semicolons separate their blocks. A number of a block is named as
    "network.conv1.channels". Raises ParamError for "over".
    """
    specs = experiment(name).params.specs()
    parameter, equals, values = _parts(updated_axis(experiment(name).params, text, None))
    if not equals or not values:
        raise ParamError(
            "over", "{field}: {text} lacks its values; write NAME=LOW:HIGH:COUNT or NAME=VALUE,VALUE", text=text
        )
    spec = axis_spec(experiment(name).params, parameter)
    if spec is None:
        raise ParamError(
            "over",
            "{field}: {name} is not a parameter of {experiment}; choose from {allowed}",
            name=parameter,
            experiment=name,
            allowed=", ".join(specs),
        )
    try:
        if ":" in values and spec.low is not None and (spec.kind in ("real", "integer") or spec.length[0] <= 1):
            found = _spaced(spec, values)
        else:
            separator = ";" if spec.kind in ("integers", "reals") else ","
            found = tuple(checked(parameter, spec, parse(parameter, spec, value)) for value in values.split(separator))
    except ParamError as error:
        raise ParamError("over", "{field}: {reason}", reason=error.message) from error
    return Axis(parameter, found)


def updated_axis(params: type[Params], text: str, versions: Mapping[str, int] | None) -> str:
    """Return what was typed of an axis in an earlier version as it is typed today, as `Params.updated` does it.

    What a change made of it that is no longer one parameter stays as it is.
    """
    if not declared(params):
        return text
    name, equals, values = _parts(text)
    if "." in name:
        return text
    spec = params.specs().get(name)
    marks = "," if spec is not None and spec.kind == "blocks" else ":;,"
    mark = next((mark for mark in marks if mark in values), None)
    parts = [part.strip() for part in values.split(mark or ",")]
    # Of LOW:HIGH:COUNT only the ends are values.
    ends = parts[:2] if mark == ":" else parts
    added = params.updated({}, versions or {}, typed=True)
    found = [params.updated({name: end}, versions, typed=True).items() - added.items() for end in ends]
    names = {now for changed in found for now, _value in changed}
    if not equals or len(names) != 1 or any(len(changed) != 1 for changed in found):
        return text
    today = [value for changed in found for _now, value in changed]
    now = names.pop()
    if now in params.specs() and params.specs()[now].kind == "blocks":
        mark = ","
    return f"{now}={(mark or '').join(today + parts[len(ends) :])}"


def _parts(text: str) -> tuple[str, str, str]:
    """Return the name of an axis, the mark of equality, and its values."""
    name, equals, values = (part.strip() for part in text.partition("="))
    return name.removeprefix("--").replace("-", "_"), equals, values


def _spaced(spec: Spec, text: str) -> tuple[Any, ...]:
    parts = [part.strip() for part in text.split(":")]
    log = len(parts) == 4 and parts[3] == "log"
    try:
        low, high = float(parts[0]), float(parts[1])
        count = int(parts[2])
    except (ValueError, IndexError):
        raise _unreadable(text) from None
    if not (len(parts) == 3 or log) or not 1 <= count <= MOST_CELLS or (log and (low <= 0 or high <= 0)):
        raise _unreadable(text)
    if not all(spec.low is not None and spec.high is not None and spec.low <= end <= spec.high for end in (low, high)):
        raise ParamError("over", "{text} reaches beyond what is allowed: {allowed}", text=text, allowed=spec.allowed())
    spaced = np.geomspace(low, high, count) if log else np.linspace(low, high, count)
    # The ends as they were typed, without what rounding does to them.
    numbers = [float(np.clip(value, min(low, high), max(low, high))) for value in spaced]
    whole = list(dict.fromkeys(round(number) for number in numbers))
    match spec.kind:
        case "integer":
            return tuple(whole)
        case "integers":
            return tuple((number,) for number in whole)
        case "reals":
            return tuple((number,) for number in numbers)
        case _:
            return tuple(numbers)


def _unreadable(text: str) -> ParamError:
    return ParamError(
        "over", "{text} cannot be read; write LOW:HIGH:COUNT, with :log behind it for equal factors", text=text
    )


def show_value(sweep: Sweep, name: str, value: Any) -> str:
    """Write a value of an axis as a person reads it."""
    spec = sweep.spec(name)
    return f"{value:.6g}" if spec.kind == "real" else show(spec, value)
