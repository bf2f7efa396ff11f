"""The pictures of the page on tensors: before and after, channel by channel, and with confused axes."""

from __future__ import annotations

from math import nan

import numpy as np

from lab.core.events import Array
from lab.core.figures import Words
from lab.core.pictures import Box, PicturePanel, Pictures, seen
from lab.core.text import Verbatim, message
from lab.topics.transforms.to_tensor.kinds import Cut, Outcome, Source
from lab.topics.transforms.to_tensor.verdicts import Verdict

ELSEWHERE = (nan, nan)
"""The origin of a picture whose pixels are not those of the others."""


def pictures(
    whole: Array, name: str, at: tuple[int, int], cut: Cut, source: Source, found: Outcome, judged: Verdict
) -> Pictures:
    """Return the picture, (H, W, 3) uint8, and the tensor as a network takes it: channel, row, column."""
    boxes = [Box(*at, label=message("followed"), colour=1)]
    if not cut.whole:
        boxes.append(Box(cut.top, cut.left, cut.height, cut.width, message("the part"), 0))
    panels = [
        PicturePanel(
            name, whole, "colour", (0, 255), boxes=tuple(boxes), picks="at",
            why=message("The picture as it is: rows, columns, and red, green and blue of each pixel."),
        )
    ]  # fmt: skip
    if not cut.whole:
        panels.append(
            _shown(message("the part, as it is"), source.pixels, source.white, ELSEWHERE, note="×".join(source.axes))
        )
    if found.values is not None and found.values.ndim == 3:
        moved = found.values.transpose(1, 2, 0)
        same = cut.whole and moved.shape[:2] == source.size
        panels.append(
            _shown(
                message("the tensor, read as C×H×W"), moved, 255.0 if moved.dtype == np.uint8 else 1.0,
                (0.0, 0.0) if same else ELSEWHERE, judged.word,
                message("t[c, i, j] as channel c of the pixel in row i, column j, with 1 as white, or 255 for bytes."),
            )
        )  # fmt: skip
    return Pictures("pictures", tuple(panels), "" if found.values is not None else found.refusal)


def _shown(
    title: Words, pixels: Array, white: float, origin: tuple[float, float] = (0.0, 0.0), note: Words = "",
    why: Words = "",
) -> PicturePanel:  # fmt: skip
    return PicturePanel(title, *seen(pixels.transpose(2, 0, 1)), (0, white), origin, note=note, why=why)


def channel_name(axes: tuple[str, ...], place: int, channels: int) -> Words:
    """Return what the part `place` of the first axis of a tensor is called."""
    if axes[0] != "C" or channels not in (1, 3, 4):
        return f"t[{place}]"
    names = (message("red"), message("green"), message("blue"), message("alpha"))
    name = message("grey") if channels == 1 else names[place]
    return message("{part}: {channel}", part=Verbatim(f"t[{place}]"), channel=name)


def planes(source: Source, found: Outcome, at: tuple[int, int]) -> Pictures:
    """Return the first parts of the tensor along its first axis, each as a grey picture."""
    values = found.values
    if values is None or values.ndim != 3:
        shown = _shown(message("x, which became no channels"), source.pixels, source.white)
        return Pictures("planes", (shown,), found.refusal or message("A tensor of two axes has no channels."))
    count = min(len(values), 4 if found.axes[0] == "C" else 3)
    right = values.shape[1:] == source.size
    boxes = (Box(*at, label=message("followed"), colour=1),) if right else ()
    white = 255.0 if values.dtype == np.uint8 else 1.0
    panels = tuple(
        PicturePanel(
            channel_name(found.axes, place, source.channels), values[place], "grey", (0, white), boxes=boxes,
            why=message("{part}, {height} × {width}: black is 0, white is {white}.", part=Verbatim(f"t[{place}]"),
                        height=values.shape[1], width=values.shape[2], white=f"{white:g}"),
        )
        for place in range(count)
    )  # fmt: skip
    left_out = len(values) - count
    note = message("and {count} more along the first axis", count=left_out) if left_out > 0 else ""
    return Pictures("planes", panels, note)


def confused(source: Source) -> Pictures:
    """Return what is seen where memory is cut anew instead of axes being renamed."""
    pixels = source.pixels
    height, width, channels = pixels.shape
    white = source.white
    by_pixel, by_channel = np.ascontiguousarray(pixels), np.ascontiguousarray(pixels.transpose(2, 0, 1))
    panels = (
        _shown(
            "permute(2, 0, 1)", pixels, white, note=message("right"),
            why=message("The axes get other names; every number stays with its pixel."),
        ),
        _shown(
            f"reshape({channels}, {height}, {width})",
            by_pixel.reshape(channels, height, width).transpose(1, 2, 0), white,
            note=message("H×W×C memory, cut into C×H×W"),
            why=message("Row after row of R G B R G B, cut into three planes: each holds a third of the rows."),
        ),
        _shown(
            f"reshape({height}, {width}, {channels})",
            by_channel.reshape(height, width, channels), white,
            note=message("C×H×W memory, shown as H×W×C"),
            why=message("Three neighbours of one plane, taken for the red, green and blue of one pixel."),
        ),
    )  # fmt: skip
    if channels == 1:
        return Pictures(
            "confused", panels[:1], message("With one channel, both orders are the same numbers in the same order.")
        )
    return Pictures("confused", panels)
