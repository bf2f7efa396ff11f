"""The losses that are compared, each as an expression of outputs ŷ and targets y, and their lines of torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from lab.core.params import ParamError
from lab.core.text import Message, message
from lab.maths.expressions.averages import Average, read_average
from lab.maths.expressions.programs import in_torch

VARIABLES = ("yhat", "y")
CORRELATION = "-mean((yhat - mean(yhat)) (y - mean(y)))/sqrt(mean((yhat - mean(yhat))^2) mean((y - mean(y))^2))"
VARIANCE = "mean((yhat - mean(yhat))^2)"
COURSE: Mapping[str, Average] = MappingProxyType(
    {
        "l1": read_average("loss", "|yhat - y|", VARIABLES),
        "l2_mean": read_average("loss", "(yhat - y)^2 + |mean(yhat)|", VARIABLES),
        "r_batch": read_average("loss", CORRELATION, VARIABLES),
        "r_image": read_average("loss", CORRELATION, VARIABLES, by_example=True),
    }
)
"""The course's three, and its correlation once more, of each image by itself."""
NAMES: Mapping[str, Message | str] = MappingProxyType(
    {
        "l1": "L1",
        "l2_mean": "L2+|mean|",
        "r_batch": message("−r, batch"),
        "r_image": message("−r, image"),
        "typed": message("your loss"),
    }
)
MEANS = (
    "def mean(values):",
    "    return values.mean()",
    "",
    "",
    "def mean_of_each(values):",
    "    return values.mean(tuple(range(1, values.ndim)), keepdim=True)",
    "",
    "",
)


@lru_cache(maxsize=16)
def losses(typed: str, by_image: bool) -> Mapping[str, Average]:
    """Return all losses by name, the typed one last. Raises ParamError, where it cannot be read or has no output."""
    own = read_average("loss", typed, VARIABLES, by_image)
    if "yhat" not in own.expression.root.names:
        raise ParamError("loss", "{field}: yhat, the output, has to stand in it: else there is nothing to learn")
    return {**COURSE, "typed": own}


def definitions(all_losses: Mapping[str, Average]) -> Iterator[str]:
    """Yield lines of Python that define each loss as a function of tensors, by its name."""
    yield from MEANS
    for name, loss in all_losses.items():
        yield f"def {name}(yhat, y{', mean=mean_of_each' if loss.by_example else ''}):"
        yield f"    return ({in_torch(loss.expression)}).mean()"
        yield from ("", "")
