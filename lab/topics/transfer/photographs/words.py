"""How the three ways to see a picture are called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lab.core.text import Message, message

WAYS: Mapping[str, Message] = MappingProxyType(
    {
        "": message("pretrained"),
        "random": message("random weights"),
        "pixels": message("raw pixels"),
    }
)
WHYS: Mapping[str, Message] = MappingProxyType(
    {
        "": message("EfficientNet-Lite0 as it was trained on ImageNet: 1.3 million photographs of 1,000 classes"),
        "random": message("the same network before any training: weights drawn by chance"),
        "pixels": message("red, green and blue of 32 × 32 pixels"),
    }
)
