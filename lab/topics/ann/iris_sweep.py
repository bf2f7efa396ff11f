"""What sweeps of Iris over the size of its network have in common."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.metaparameters import DescentParams
from lab.core.params import ParamError
from lab.sweeps.params import SweepParams


@dataclass(frozen=True, kw_only=True)
class IrisSweepParams(DescentParams, SweepParams):
    """Base of parameters with `fewest` and `most` units."""

    def check(self) -> None:
        """Refuse sizes that do not follow each other."""
        values = self.to_json()
        if not values["fewest"] < values["most"]:
            raise ParamError(
                "most",
                "{field}: {value} is not allowed; allowed is a number above {low}, the fewest units",
                value=values["most"],
                low=values["fewest"],
            )
