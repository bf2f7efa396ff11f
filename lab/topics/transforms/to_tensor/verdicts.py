"""Whether a tensor is what a network needs: float32, C×H×W, from 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lab.core.figures import Words
from lab.core.text import message
from lab.topics.transforms.to_tensor.kinds import Outcome, Source

Mark = Literal["good", "bad"]


@dataclass(frozen=True)
class Verdict:
    """In a word, in a sentence, and whether it is well."""

    word: Words
    sentence: Words
    mark: Mark = "bad"


def verdict(source: Source, found: Outcome) -> Verdict:
    """Judge an outcome by its numbers alone."""
    values = found.values
    if values is None:
        return Verdict(message("refused"), found.refusal)
    if found.axes != ("C", "H", "W"):
        if values.ndim == 2:
            return Verdict(
                message("no channel axis"), message("Two axes: a network wants C×H×W, with C = 1 for a grey picture.")
            )
        return Verdict(
            message("axes wrong"),
            message(
                "The axes are {axes}: what a network takes for the channels is {first}. Nothing warns of it here.",
                axes="×".join(found.axes),
                first={"H": message("the rows"), "W": message("the columns")}[found.axes[0]],
            ),
        )
    wrong_scale = _scale(source, values)
    if wrong_scale is not None:
        return wrong_scale
    if values.dtype != np.float32:
        return Verdict(
            str(values.dtype),
            message(
                "The numbers are right, but of type {type}: a network of float32 refuses them, and they take twice "
                "the memory.",
                type=str(values.dtype),
            ),
        )
    if source.channels == 4:
        return Verdict(
            message("4 channels"),
            message("The alpha channel has come along as a fourth one; convert the picture to RGB before."),
        )
    return Verdict(message("right"), message("As it should be: float32, C×H×W, from 0 to 1."), "good")


def _scale(source: Source, values: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> Verdict | None:
    """Return what is wrong with the range of a tensor (C, H, W)."""
    expected = source.pixels.transpose(2, 0, 1) / source.white
    if np.allclose(values, expected, rtol=1e-4, atol=1e-6):
        return None
    if np.allclose(values, 255 * expected, rtol=1e-4, atol=1e-4):
        if values.dtype == np.uint8:
            return Verdict(
                message("uint8, not scaled"), message("The axes are right, but these are still bytes from 0 to 255.")
            )
        return Verdict(
            message("not scaled"),
            message(
                "Still 0 to 255: only whole numbers are scaled, floats are taken to be from 0 to 1 already. "
                "The network takes it without a word, and learns badly."
            ),
        )
    return Verdict(
        message("scaled twice"),
        message("Divided by 255 twice: nothing is brighter than {most}.", most=f"{float(np.max(values)):.2g}"),
    )
