"""Parameters of points of the plane in classes or with values: made, put there by hand, or of an own file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from lab.core.metaparameters import SeedParams
from lab.core.params import choice, integer, real, text
from lab.core.specs import When
from lab.core.streams import streams
from lab.data.params import train_share_field
from lab.data.planar import MOST_CLASSES, SETS, TWO_ONLY, Points, make, parse_points
from lab.data.planar_values import SURFACES, make_values
from lab.data.tables.own import OwnDataParams
from lab.data.tables.roles import Limits

OWN, FILE = "own", "file"
CLASSIFIED = (*SETS, OWN, FILE)
MADE = (*SETS, *SURFACES)
MANY = tuple(name for name in SETS if name not in TWO_ONLY)


@dataclass(frozen=True, kw_only=True)
class PlaneDataParams(OwnDataParams, SeedParams):
    """The points."""

    limits: ClassVar[Limits] = Limits(2, 2, MOST_CLASSES)
    own_when: ClassVar[When | None] = ("data", (FILE,))

    data: str = choice(
        "circle",
        {**SETS, **SURFACES, OWN: "Own points", FILE: "Own file (CSV)"},
        label="Points",
        help="Where the points come from. Own points are put into the plane with the mouse.",
        group="Data",
    )
    classes: int = integer(
        2, 2, MOST_CLASSES, label="Classes", help="How many kinds of points there are.", group="Data",
        when=("data", MANY),
    )  # fmt: skip
    count: int = integer(
        250, 10, 2000, scale="log", label="Number of points", help="All points, of training and of test together.",
        group="Data", when=("data", MADE),
    )  # fmt: skip
    noise: float = real(
        0.0, 0.0, 0.5, slider=True, label="Noise", help="How far points are moved after they got their class.",
        group="Data", when=("data", MADE),
    )  # fmt: skip
    points: str = text(
        "", label="Own points", group="Data", longest=20_000, when=("data", (OWN,)),
        help="x, y and class of each, as in: 1.5 -2 1; -3 0 2. A click into the plane adds one.",
    )  # fmt: skip
    brush: int = integer(
        1, 1, MOST_CLASSES, slider=True, label="Class of the next point", group="Data", when=("data", (OWN,)),
        help="What a click into the plane adds.",
    )  # fmt: skip
    train_share: float = train_share_field(0.5)

    @property
    def valued(self) -> bool:
        """Whether points have numbers in place of classes."""
        return self.data in SURFACES

    @cached_property
    def chosen(self) -> Points:
        """The points; the arrays are shared, and not to be changed. Raises ParamError."""
        if self.data == OWN:
            return parse_points("points", self.points)
        if self.data == FILE:
            examples = self.examples()
            return Points(examples.features, examples.labels, len(examples.class_names))
        generator = streams(self.seed).data
        if self.valued:
            return make_values(self.data, self.count, self.noise, generator)
        return make(self.data, self.count, self.classes if self.data in MANY else 2, self.noise, generator)

    def names(self) -> tuple[str, ...]:
        """Return the names of the classes; none where points have numbers. Raises ParamError."""
        if self.data == FILE:
            return tuple(str(name) for name in self.examples().class_names)
        return () if self.valued else tuple("ABCDEF"[: max(2, self.chosen.classes)])
