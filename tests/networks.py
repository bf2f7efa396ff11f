"""Small convolutional networks for tests, told by a few numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def network(
    channels: tuple[int, ...] = (2,),
    *,
    kernel: int = 5,
    pooling: int = 2,
    units: tuple[int, ...] = (50,),
    activation: str = "relu",
    batch_norm: bool = False,
    conv_dropout: float = 0.0,
    dropout: float = 0.0,
) -> tuple[str, ...]:
    """Return blocks of convolution, [batch norm,] pooling, activation[, dropout], then of hidden linear layers."""
    found: list[str] = []
    for count in channels:
        found += [f"conv channels={count} kernel={kernel}", *(["batch_norm"] if batch_norm else [])]
        found += [*([f"pool kernel={pooling}"] if pooling > 1 else []), activation]
        found += [f"dropout share={conv_dropout}"] if conv_dropout else []
    found.append("flatten")
    for count in units:
        found += [f"linear units={count}", activation, *([f"dropout share={dropout}"] if dropout else [])]
    return tuple(found)


def typed(**numbers: Any) -> str:
    """Return a network as it is typed."""
    return "; ".join(network(**numbers))


def told(values: Mapping[str, Any], **usual: Any) -> dict[str, Any]:
    """Return values of parameters in which the numbers of `network` have become one."""
    names = ("channels", "kernel", "pooling", "units", "activation", "batch_norm", "conv_dropout", "dropout")
    numbers = usual | {name: value for name, value in values.items() if name in names}
    return {"network": network(**numbers)} | {name: value for name, value in values.items() if name not in names}
