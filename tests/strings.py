"""Every sentence that a person can be shown, collected from the source: the keys of the translations.

`python -m tests.strings` lists them, `--missing [fa]` those without a translation, `--unused [fa]`
translations of nothing, each as a line of JSON.
"""

from __future__ import annotations

import ast
import dataclasses
import json
import re
import string
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lab.core.catalogue import experiments
from lab.core.params import Spec
from lab.core.text import Verbatim

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "resources" / "translations"
# Functions whose first argument is a sentence. N_ marks a literal that is said elsewhere.
SPEAKERS = {"tr": 0, "N_": 0, "message": 0, "Message": 0}
# In layouts, what says titles and the words of what is still empty: see app/pages/panels.py.
PANELS = dict.fromkeys(
    (
        "chart",
        "table",
        "matrices",
        "picture",
        "pictures",
        "field",
        "bars",
        "graph",
        "cells",
        "histograms",
        "image_rows",
        "layer_tree",
    ),
    (0, 2),
) | {
    "code": (0,),
    "units": (0,),
    "numbers": (0,),
    "scatter": (0,),
    "shares": (0,),
    "confusion": (1,),
    "Trace": (2,),
    "Curve": (1,),
    "Plot": (0, 1, 2),
    "curves": (0,),
    "of_layers": (0, 2),
}
PANEL_WORDS = {"empty", "loss", "unit", "accuracy", "steps", "words"}
BASE = "LabError"


@dataclasses.dataclass(frozen=True)
class Found:
    """A sentence and the place where it stands; `problem` says why it cannot be translated, "" when it can."""

    text: str
    place: str
    problem: str = ""


def sources(root: Path = ROOT) -> dict[str, str]:
    """Return the source of every module of lab and app, by its path."""
    files = sorted(path for folder in ("app", "lab") for path in (root / folder).rglob("*.py"))
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in files}


def written(modules: Mapping[str, str]) -> list[Found]:
    """Return the literal sentences in source texts: what `tr`, `N_`, `message` and errors are called with."""
    trees = {place: ast.parse(source, place) for place, source in modules.items()}
    speakers = SPEAKERS | _errors(trees.values())
    found: list[Found] = []
    for place, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in speakers:
                for argument in node.args[speakers[_name(node.func)] :][:1]:
                    found += _literals(argument, f"{place}:{node.lineno}")
            if isinstance(node, ast.Call) and place.startswith(("app/topics/", "app/pages/panels")):
                found += _titles(node, place)
        if place.startswith("app/topics/") and re.search(r"\bLayout\(", modules[place]):
            found += _words(tree, place)
    return found


def declared() -> list[Found]:
    """Return names of topics, titles of experiments, and labels, helps, groups, units and choices of parameters."""
    found = [Found(title, "app/pages/catalogue.py") for title in titles()]
    for identifier, experiment in experiments().items():
        found.append(Found(experiment.title, identifier))
        for name, spec in experiment.params.specs().items():
            found += [Found(text, f"{identifier}.{name}") for text in _sentences(spec) if text]
    return found


def titles() -> list[str]:
    """Return the names of the topics, which their tabs show; read, as no window can be loaded where there is no Qt."""
    tree = ast.parse((ROOT / "app" / "pages" / "catalogue.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and _name(node.target) == "TITLES" and node.value is not None:
            return list(ast.literal_eval(node.value).values())
    raise AssertionError("app/pages/catalogue.py names no topics")


def collect() -> list[Found]:
    """Return every sentence of the project, a text as often as it stands somewhere."""
    return written(sources()) + declared()


def translations(language: str) -> dict[str, str]:
    """Return the sentences of a language by their English; none when there is no file yet."""
    path = TRANSLATIONS / f"{language}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def missing(found: Iterable[Found], translated: Mapping[str, str]) -> dict[str, str]:
    """Return the sentences without a translation, with the first place of each."""
    places: dict[str, str] = {}
    for entry in found:
        if not entry.problem and entry.text not in translated:
            places.setdefault(entry.text, entry.place)
    return places


def unused(found: Iterable[Found], translated: Mapping[str, str]) -> list[str]:
    """Return translations of sentences that stand nowhere."""
    return sorted(translated.keys() - {entry.text for entry in found})


def placeholders(template: str) -> set[str]:
    """Return the names in braces. Raises ValueError for a template that `str.format` refuses."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def different_placeholders(translated: Mapping[str, str]) -> list[str]:
    """Return the sentences whose translation has other names in braces."""
    return [english for english, other in translated.items() if placeholders(english) != placeholders(other)]


def _sentences(spec: Spec) -> Iterator[str]:
    yield from (spec.label, spec.help, spec.group, spec.unit)
    # What is a name, such as that of a network, is the same in all languages.
    yield from (label for _, label in spec.choices if not isinstance(label, Verbatim))
    yield from spec.presets
    for block in spec.kinds.values():
        yield from (block.label, block.help)
        for number in block.numbers:
            yield from (number.label, *(label for _, label in number.choices))


def _titles(node: ast.Call, place: str) -> Iterator[Found]:
    """Yield the words of a panel."""
    name = _name(node.func)
    said = [node.args[index] for index in PANELS.get(name, ()) if index < len(node.args)]
    if name in PANELS or name == "loss_and_accuracy":
        said += [keyword.value for keyword in node.keywords if keyword.arg in PANEL_WORDS]
    for argument in said:
        yield from (found for found in _literals(argument, f"{place}:{node.lineno}") if found.text or found.problem)


_KEY = re.compile(r"[a-z0-9_.,%/]*")
"""What names an experiment, an event or a series, or is a mark that all languages have."""
_NAMED = {name: 1 for name, places in PANELS.items() if places == (0, 2)} | {"Curve": 0, "Trace": 0}
"""Which argument names an event or a series, in whatever letters."""


def _words(tree: ast.Module, place: str) -> Iterator[Found]:
    """Yield all words of layouts, wherever they stand: what is said twice has a name, and is no literal of a panel."""
    keys = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _NAMED:
            keys |= {id(argument) for argument in node.args[_NAMED[_name(node.func)] :][:1]}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in keys)
    for node in texts:
        if isinstance(node.value, str) and not _KEY.fullmatch(node.value):
            yield Found(node.value, f"{place}:{node.lineno}")


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _errors(trees: Iterable[ast.Module]) -> dict[str, int]:
    """Return the classes that derive from LabError, with the place of `template` among their arguments."""
    classes = {node.name: node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    places: dict[str, int] = {}

    def place(name: str) -> int | None:
        if name in places:
            return places[name]
        if name not in classes:
            return None
        above = next((index for base in classes[name].bases if (index := place(_name(base))) is not None), None)
        if above is None and name != BASE:
            return None
        places[name] = above or 0
        for node in classes[name].body:
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                names = [argument.arg for argument in node.args.posonlyargs + node.args.args]
                if "template" in names:
                    places[name] = names.index("template") - 1
        return places[name]

    for name in classes:
        place(name)
    return places


def _literals(node: ast.expr, place: str) -> Iterator[Found]:
    """Yield the literals that an argument can be; a variable was a literal elsewhere, anything built cannot be one."""
    match node:
        case ast.Constant(value=str(text)):
            yield Found(text, place)
        case ast.IfExp(body=one, orelse=other):
            yield from _literals(one, place)
            yield from _literals(other, place)
        case ast.JoinedStr() | ast.BinOp() | ast.Call(func=ast.Attribute(attr="format" | "join")):
            yield Found(ast.unparse(node), place, "a sentence that is put together cannot be translated")


def main(arguments: list[str]) -> None:
    """List the sentences, or what a language lacks or has too much."""
    found = collect()
    match arguments:
        case []:
            texts = dict.fromkeys(entry.text for entry in found if not entry.problem)
            print("\n".join(json.dumps(text, ensure_ascii=False) for text in texts))
        case ["--missing" | "--unused" as wish, *rest] if len(rest) <= 1:
            translated = translations(rest[0] if rest else "fa")
            lacking = wish == "--missing"
            listed = missing(found, translated) if lacking else dict.fromkeys(unused(found, translated), "")
            print("\n".join(json.dumps({text: place}, ensure_ascii=False) for text, place in listed.items()))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
