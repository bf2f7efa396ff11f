"""What sweeps of Iris over the size of its network have in common."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.catalogue import experiment
from lab.core.metaparameters import RunParams
from lab.core.params import ParamError, Params


@dataclass(frozen=True, kw_only=True)
class IrisSweepParams(RunParams):
    """Base of parameters with `fewest` and `most` units, `epochs` and a `learning_rate`."""

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

    def base(self) -> Params:
        """Return the parameters of `ann.iris` from which all runs differ in their hidden layers and seeds alone."""
        values = self.to_json()
        shared = {name: values[name] for name in ("seed", "epochs", "learning_rate")}
        return experiment("ann.iris").params().replace(**shared)
