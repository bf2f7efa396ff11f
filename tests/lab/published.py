"""What published versions of Descent wrote, kept as it was: `tests/data/published`, a folder a version."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from lab.core.params import Params
from lab.nets.convolutional import ConvolutionalParams
from lab.training.metaparameters import TrainingParams

PUBLISHED = sorted((Path(__file__).resolve().parents[1] / "data" / "published").glob("*/"))


def read(folder: Path, name: str) -> Any:
    """Return what one of its JSON files holds."""
    return json.loads((folder / name).read_text(encoding="utf-8"))


def taken(folder: Path, name: str, to: Path) -> Path:
    """Return a copy of one of its runs, to be gone on with."""
    return Path(shutil.copytree(folder / name, to / name))


def meant(params: type[Params], written: dict[str, Any]) -> dict[str, Any]:
    """Return what parameters that were written then are today, said a second time: as every migration has it."""
    found = {name: value for name, value in written.items() if name not in ("schema_version", "versions")}
    before = written.get("versions", {})
    if issubclass(params, TrainingParams) and before.get("TrainingParams", 0) < 1:
        names = {"sgd": "momentum", "rmsprop": "rmsprop_momentum"}
        found |= {"optimiser": names.get(found["optimiser"], found["optimiser"]), "decay_on": "everything"}
    if issubclass(params, ConvolutionalParams):
        # There was no other before there was a choice.
        found.setdefault("initialisation", "default")
        if before.get("ConvolutionalParams", 0) < 1 and "channels" in found:
            found["network"] = blocks(found)
    return found


def blocks(found: dict[str, Any]) -> list[str]:
    """Take out the numbers that a network was told by, and return its blocks."""
    names = ("channels", "kernel_size", "padding", "stride", "pooling", "units", "activation", "batch_norm")
    channels, kernel, padding, stride, pooling, units, activation, norm = (found.pop(name) for name in names)
    in_blocks, dropout = found.pop("conv_dropout"), found.pop("dropout")
    made = []
    for place, count in enumerate(channels):
        k, p, s, w = (each[0] if len(each) == 1 else each[place] for each in (kernel, padding, stride, pooling))
        made += [f"conv channels={count} kernel={k} stride={s} padding={p}", *(["batch_norm"] * norm)]
        made += [*([f"pool kernel={w} how=max"] if w > 1 else []), activation]
        made += [f"dropout share={in_blocks:g} by=element"] if in_blocks else []
    made.append("flatten")
    for count in units:
        made += [f"linear units={count}", activation]
        made += [f"dropout share={dropout:g} by=element"] if dropout else []
    return made
