"""Networks as they were told before there were blocks: a list of numbers for each kind of layer."""

from __future__ import annotations

from typing import Any

from lab.core.migrations import Migration

_PER_BLOCK = ("kernel_size", "padding", "stride", "pooling")


def _as_blocks(values: dict[str, Any]) -> dict[str, Any]:
    """Return parameters of when a network was a list of numbers for each kind of layer, as blocks."""
    before: dict[str, Any] = {
        "channels": (10, 20), "kernel_size": (5,), "padding": (1,), "stride": (1,), "pooling": (2,), "units": (50,),
        "activation": "relu", "batch_norm": False, "conv_dropout": 0.0, "dropout": 0.0,
    }  # fmt: skip
    rest = {name: value for name, value in values.items() if name not in before}
    if len(rest) == len(values):
        return rest
    was = before | values
    count, found, sizes = len(was["channels"]), list[str](), list[list[int]]()
    for name in _PER_BLOCK:
        if len(was[name]) not in (1, count):
            raise ValueError(f"{name}: {len(was[name])} numbers for {count} blocks")
        sizes.append([*was[name]] * (count // len(was[name])))
    for channels, kernel, padding, stride, pooling in zip(was["channels"], *sizes, strict=True):
        found.append(f"conv channels={channels} kernel={kernel} stride={stride} padding={padding}")
        found += ["batch_norm"] if was["batch_norm"] else []
        found += [f"pool kernel={pooling}"] if pooling > 1 else []
        found.append(was["activation"])
        found += [f"dropout share={was['conv_dropout']}"] if was["conv_dropout"] else []
    found.append("flatten")
    for units in was["units"]:
        found += [f"linear units={units}", was["activation"]]
        found += [f"dropout share={was['dropout']}"] if was["dropout"] else []
    return rest | {"network": found}


AS_BLOCKS = Migration(
    _as_blocks,
    {
        **dict.fromkeys(("channels", *_PER_BLOCK, "units"), "integers"),
        **{"batch_norm": "flag", "conv_dropout": "real", "dropout": "real"},
    },
)
