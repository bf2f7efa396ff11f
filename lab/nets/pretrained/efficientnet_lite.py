"""EfficientNet-Lite0: the one network whose weights, trained on ImageNet, are always at hand.

After TensorFlow's model (https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite) and the paper
"EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (Tan and Le, 2019): inverted residual blocks
with ReLU6, without squeeze and excitation.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

FEATURES = 1280
CLASSES = 1000


class Stage(NamedTuple):
    """Blocks of one width: how often each widens its channels, and the stride of the first of them."""

    blocks: int
    kernel: int
    stride: int
    widened: int
    channels: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)


class SameConv2d(nn.Conv2d):
    """A convolution padded as TensorFlow's "SAME": to ceil(size / stride), with the odd zero behind."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the convolution of x (N, C, H, W)."""
        rows, columns = (
            max((-(-size // stride) - 1) * stride + kernel - size, 0)
            for size, stride, kernel in zip(x.shape[-2:], self.stride, self.kernel_size, strict=True)
        )
        padded = functional.pad(x, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))
        return super().forward(padded)


class Unit(nn.Sequential):
    """A convolution without biases, batch norm and, unless `linear`, ReLU6."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1, linear: bool = False
    ) -> None:
        super().__init__()
        self.convolution = SameConv2d(inputs, outputs, kernel, stride, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01)
        if not linear:
            self.activation = nn.ReLU6(inplace=True)


class Block(nn.Module):
    """An inverted residual: widened by 1 × 1, each channel filtered by itself, and projected to few channels again."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, widened: int) -> None:
        super().__init__()
        inside = inputs * widened
        if widened > 1:
            self.expand = Unit(inputs, inside)
        self.depthwise = Unit(inside, inside, kernel, stride, groups=inside)
        self.project = Unit(inside, outputs, linear=True)
        self.skip = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """Return what the block makes of x (N, C, H, W); x is added where the shapes agree."""
        inside = self.expand(x) if hasattr(self, "expand") else x
        found: Tensor = self.project(self.depthwise(inside))
        return found + x if self.skip else found


class EfficientNetLite0(nn.Module):
    """4,652,008 parameters; images (N, 3, H, W), (pixel − 127) / 128, to logits (N, classes)."""

    def __init__(self, classes: int = CLASSES) -> None:
        super().__init__()
        self.stem = Unit(3, 32, 3, 2)
        blocks, width = [], 32
        for stage in STAGES:
            for number in range(stage.blocks):
                stride = stage.stride if number == 0 else 1
                blocks.append(Block(width, stage.channels, stage.kernel, stride, stage.widened))
                width = stage.channels
        self.blocks = nn.Sequential(*blocks)
        self.head = Unit(width, FEATURES)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Linear(FEATURES, classes)

    def features(self, x: Tensor) -> Tensor:
        """Return what the last layer judges by, (N, 1280), of images (N, 3, H, W)."""
        return torch.flatten(self.pool(self.head(self.blocks(self.stem(x)))), 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, classes) of images (N, 3, H, W)."""
        logits: Tensor = self.classifier(self.dropout(self.features(x)))
        return logits
