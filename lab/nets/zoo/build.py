"""Networks of torchvision, built without memory and without drawing any weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torchvision import models

_FILLED = (torch.empty, torch.zeros, torch.ones, torch.full, torch.rand, torch.randn)
_ARGUMENTS: dict[str, dict[str, Any]] = {
    # Its published weights come without the two classifiers that only help while it is trained.
    "googlenet": {"init_weights": False, "aux_logits": False},
    "inception_v3": {"init_weights": False},
}


class _WithoutMemory(TorchFunctionMode):
    """Tensors that hold weights are made on "meta".

    Not `torch.device("meta")`: some networks calculate their sizes with small tensors, whose numbers have to be there.
    """

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = dict(kwargs or {})
        if func in _FILLED and given.get("device") is None:
            given["device"] = "meta"
        return func(*args, **given)


def on_meta(name: str, **arguments: Any) -> nn.Module:
    """Return a network of torchvision on the meta device, in evaluation mode: shapes, and no numbers.

    `arguments` are torchvision's, such as `num_classes`. Raises ValueError for a name that it does not have.
    """
    with _WithoutMemory():
        network: nn.Module = models.get_model(name, weights=None, **{**_ARGUMENTS.get(name, {}), **arguments})
    # What was calculated with numbers, such as places in a window of attention, is no weight and has none either.
    return network.to("meta").eval()
