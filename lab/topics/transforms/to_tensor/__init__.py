"""From a picture to a tensor: type, range, order of the axes, and what happens to the memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from lab.core.events import Array, Event, Remark
from lab.core.experiment import ClosedForm, RunMode
from lab.core.numbers import all_of
from lab.core.params import Params, choice, integers
from lab.core.text import message
from lab.data.images.sources import PictureParams
from lab.data.store import DataStore
from lab.topics.transforms.to_tensor.figures import confused, pictures, planes
from lab.topics.transforms.to_tensor.kinds import FUNCTIONS, KINDS, Cut, outcome, source_of
from lab.topics.transforms.to_tensor.numbers import tensor_numbers
from lab.topics.transforms.to_tensor.patches import patch
from lab.topics.transforms.to_tensor.tables import every_combination, memory
from lab.topics.transforms.to_tensor.verdicts import verdict

MOST_PIXELS = 1_000_000
"""Of a larger picture, rows and columns are left out: as float64, a photograph of today has 300 MB."""
CUT = (4, 6)


@dataclass(frozen=True, kw_only=True)
class ToTensorParams(PictureParams):
    """A picture, what it is as an array, and what turns it into a tensor."""

    kind: str = choice(
        "uint8", KINDS, group="Conversion",
        label="The array", help="What the picture is before: as Pillow and NumPy have it, or one of the traps.",
    )  # fmt: skip
    function: str = choice(
        "to_tensor", FUNCTIONS, group="Conversion",
        label="Made a tensor by", help="The function that turns the array into a tensor.",
    )  # fmt: skip
    part: str = choice(
        "whole", {"whole": "The whole picture", "cut": "4 × 6 pixels around the one followed"}, group="Conversion",
        label="Part", help="All of it, or so few pixels that every stride can be worked out in one's head.",
    )  # fmt: skip
    at: tuple[int, ...] = integers(
        (228, 212), 0, 100_000, length=(2, 2), group="Conversion",
        label="Pixel followed", help="Its row and column, from 0: click into the picture.",
    )  # fmt: skip


class ToTensor(ClosedForm[ToTensorParams]):
    """Convert a picture with torch and torchvision, and look at the memory before and after."""

    id: ClassVar[str] = "transforms.to_tensor"
    title: ClassVar[str] = "From a picture to a tensor"
    params: ClassVar[type[Params]] = ToTensorParams
    needs_torch: ClassVar[bool] = True
    mode: ClassVar[RunMode] = "background"

    def validate(self, params: ToTensorParams, data: DataStore) -> None:
        """Raise LabError where the picture cannot be read."""
        params.photo()

    def compute(self, params: ToTensorParams) -> Iterator[Event]:
        """Yield pictures, the numbers of one patch, what is in memory, tables and program. Raises DataError."""
        photo = params.photo()
        every = max(1, math.ceil(math.sqrt(photo.pixels.shape[0] * photo.pixels.shape[1] / MOST_PIXELS)))
        whole = photo.pixels[::every, ::every]
        height, width = whole.shape[:2]
        at = min(params.at[0], height - 1), min(params.at[1], width - 1)
        cut = _cut(whole, at, every) if params.part == "cut" else Cut(0, 0, height, width, every)
        source = source_of(params.kind, cut.of(whole))
        found = outcome(source, params.function)
        within = at[0] - cut.top, at[1] - cut.left
        judged = verdict(source, found)
        yield pictures(whole, photo.name, at, cut, source, found, judged)
        yield planes(source, found, within)
        yield confused(source)
        yield patch(source, found, within)
        yield memory(source, found, within)
        yield every_combination(params.kind, params.function)
        if found.values is None:
            yield Remark("verdict", message("{function}: {reason}", function=FUNCTIONS[params.function],
                                            reason=found.refusal), "warning")  # fmt: skip
        elif at != params.at:
            yield Remark(
                "at",
                message(
                    "The picture has {height} × {width} pixels, so there is no pixel ({row}, {column}); "
                    "({near_row}, {near_column}) is followed.",
                    height=height, width=width, row=params.at[0], column=params.at[1], near_row=at[0],
                    near_column=at[1],
                ),
            )  # fmt: skip
        yield from all_of([tensor_numbers(params, params.function, cut, source, found, judged)])


def _cut(whole: Array, at: tuple[int, int], every: int) -> Cut:
    """Return the pixels around one of them, as far as the picture reaches."""
    height, width = min(CUT[0], whole.shape[0]), min(CUT[1], whole.shape[1])
    top = min(max(at[0] - 1, 0), whole.shape[0] - height)
    left = min(max(at[1] - 2, 0), whole.shape[1] - width)
    return Cut(top, left, height, width, every, whole=False)


EXPERIMENT = ToTensor
