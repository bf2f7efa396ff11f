"""Parameters on the command line, from their one declaration."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Mapping, Sequence

from lab.core.params import ParamError, Params, Spec, show
from lab.core.text import message


def option(name: str) -> str:
    """Return the option of a field: learning_rate is --learning-rate."""
    return "--" + name.replace("_", "-")


def read_options(
    params: type[Params], words: Sequence[str], versions: Mapping[str, int] | None = None
) -> dict[str, str]:
    """Return the typed values by field. Raises ParamError for what is no option, or lacks its value.

    Several numbers may follow an option, separated by spaces or commas; a flag may stand alone, and --no-FLAG
    denies it. What an earlier version called something else is understood as `Params.updated` does it.
    """
    specs = params.specs()
    texts: dict[str, str] = {}
    written: dict[str, str] = {}
    words = [part for word in words for part in (word.split("=", 1) if word.startswith("--") else [word])]
    place = 0
    while place < len(words):
        word = words[place]
        end = place + 1
        while end < len(words) and not words[end].startswith("--"):
            end += 1
        values = words[place + 1 : end]
        name = word.removeprefix("--").replace("-", "_")
        denied = name.removeprefix("no_")
        if not word.startswith("--"):
            raise ParamError(word, "{field} stands alone; a value follows the option that it belongs to")
        if name not in specs and denied in specs and specs[denied].kind == "flag" and not values:
            texts[denied] = "false"
        elif name not in specs:
            texts[name] = " ".join(values) or "true"
            written[name] = word
        elif not values and specs[name].kind == "flag":
            texts[name] = "true"
        elif not values and specs[name].kind not in ("integers", "blocks"):
            raise ParamError(name, "{field}: a value is missing; allowed is {allowed}", allowed=specs[name].allowed())
        else:
            texts[name] = " ".join(values)
        place = end
    texts = params.updated(texts, versions, typed=True)
    for name, word in written.items():
        if name in texts:
            raise _unknown(word, params)
    return texts


def write_options(texts: Mapping[str, str]) -> str:
    """Return the options that `read_options` reads as `texts`, as one line of a command."""
    return shlex.join(f"{option(name)}={value}" if value else option(name) for name, value in texts.items())


def _unknown(word: str, params: type[Params]) -> ParamError:
    options = [option(name) for name in params.specs()]
    close = difflib.get_close_matches(word, options, 1)
    if close:
        return ParamError(word, "{field} is not an option; did you mean {meant}?", meant=close[0])
    return ParamError(word, "{field} is not an option; choose from {allowed}", allowed=", ".join(options))


def describe(params: type[Params]) -> list[tuple[str, str, str]]:
    """Return a row a field: option, default and what is allowed, help."""
    return [
        (option(name), f"{show(spec, params.default(name))}  ({_allowed(spec)})", spec.help + _condition(spec, params))
        for name, spec in params.specs().items()
    ]


def _condition(spec: Spec, params: type[Params]) -> str:
    """Say with which values of another field one matters."""
    if spec.when is None:
        return ""
    name, values = spec.when
    texts = " or ".join(show(params.specs()[name], value) for value in values)
    return str(message(" Only with {option} {values}.", option=option(name), values=texts))


def _allowed(spec: Spec) -> str:
    unit = message(" {unit}", unit=spec.unit) if spec.unit else ""
    return f"{spec.allowed()}{unit}"
