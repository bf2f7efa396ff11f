"""The sweep that a page offers of its own experiment."""

from __future__ import annotations

from lab.core.figures import Link
from lab.core.options import write_options
from lab.core.params import ParamError, Params, Spec, show
from lab.sweeps.grid import read_axis

COUNT = 10
MOST_CHOICES = 20
GRID = "sweeps.grid"


def suggest(name: str, params: Params) -> Link:
    """Return the page of sweeps for an experiment as its form stands; nothing runs yet."""
    specs = params.specs()
    axes = (_axis(field, specs[field], params) for field in _by_merit(specs))
    axis = next((found for found in axes if found and _fits(name, found, params)), "")
    swept = axis.partition("=")[0]
    texts = params.to_texts()
    others = {field: texts[field] for field in params.changed() if field not in ("seed", swept)}
    found = {
        "experiment": name,
        "over": axis,
        "settings": write_options(others),
        "repeats": "5" if "seed" in specs else "1",
    }
    if "seed" in specs:
        found["seed"] = texts["seed"]
    return Link(GRID, found, runs=False)


def _by_merit(specs: dict[str, Spec]) -> list[str]:
    """Return the fields, those first that one would sweep first."""
    usual = [name for name in ("learning_rate", "hidden", "units") if name in specs]
    sliders = [name for name, spec in specs.items() if spec.slider]
    return list(dict.fromkeys([*usual, *sliders, *specs]))


def _fits(name: str, axis: str, params: Params) -> bool:
    """Tell whether an axis has values to compare, and all of them go with the rest of the parameters."""
    try:
        found = read_axis(name, axis)
        for value in found.values:
            params.replace(**{found.name: value})
    except ParamError:
        return False
    return len(found.values) > 1


def _axis(name: str, spec: Spec, params: Params) -> str:
    """Return a sweep of one field about the value that it has; "" where there is none."""
    value = getattr(params, name)
    match spec.kind:
        case "real" | "integer" if spec.low is not None and spec.high is not None and name != "seed":
            if spec.scale == "log" and value > 0:
                low, high = max(spec.low, value / 10), min(spec.high, value * 10)
            else:
                half = max(abs(value), (spec.high - spec.low) / 20)
                low, high = max(spec.low, value - half), min(spec.high, value + half)
            if spec.kind == "integer":
                low, high = round(low), round(high)
            ends = ":".join(f"{end:.6g}" for end in (low, high))
            return f"{name}={ends}:{COUNT}" + (":log" if spec.scale == "log" and low > 0 else "")
        case "choice" if name != "device":
            # Of a long list the first few: a sweep is written on one line, and more can be typed.
            return f"{name}={','.join(choice for choice, _label in spec.choices[:MOST_CHOICES])}"
        case "flag":
            return f"{name}=true,false"
        case "integers" | "reals" if value and spec.high is not None:
            # As it is, and with every entry twice as large.
            twice = tuple(min(2 * entry, type(entry)(spec.high)) for entry in value)
            return f"{name}={show(spec, value)}; {show(spec, twice)}"
        case _:
            return ""
