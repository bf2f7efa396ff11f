"""Which kinds of blocks there are, and lists of them to begin from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from lab.core.blocks import Block, Number
from lab.nets.registry.activations import HIDDEN

_CHANNELS = Number("channels", 10, 1, 1024, "Channels")
_STRIDE, _PADDING = Number("stride", 1, 1, 8, "Stride"), Number("padding", 1, 0, 16, "Padding")

KINDS: Mapping[str, Block] = MappingProxyType(
    {
        "conv": Block(
            "Convolution", "Kernels of weights over all channels, each with a bias.",
            (_CHANNELS, Number("kernel", 3, 1, 31, "Kernel size"), _STRIDE, _PADDING),
        ),
        "transposed": Block(
            "Transposed convolution", "Each pixel puts down a kernel: images become larger.",
            (
                _CHANNELS, Number("kernel", 2, 1, 31, "Kernel size"), Number("stride", 2, 1, 8, "Stride"),
                Number("padding", 0, 0, 16, "Padding"), Number("output_padding", 0, 0, 7, "Output padding"),
            ),
        ),
        "resize": Block(
            "Resize", "Images become larger without weights.",
            (
                Number("factor", 2, 1, 8, "Factor"),
                Number("how", "nearest", 0, 0, "Between the pixels",
                       choices=(("nearest", "Nearest pixel"), ("bilinear", "Bilinear"))),
            ),
        ),
        "pool": Block(
            "Pooling", "The largest or the mean of each window; windows lie side by side.",
            (
                Number("kernel", 2, 1, 15, "Kernel size"),
                Number("how", "max", 0, 0, "Pooling", choices=(("max", "Maximum"), ("mean", "Mean"))),
            ),
        ),
        "batch_norm": Block("Batch norm", "Each channel has mean 0 and deviation 1 over the batch."),
        **{name: Block(label, "A non-linearity, number by number.") for name, label in HIDDEN.items()},
        "dropout": Block(
            "Dropout", "A share is set to zero while training.",
            (
                Number("share", 0.5, 0, 0.95, "Share", whole=False),
                Number("by", "element", 0, 0, "What is dropped",
                       choices=(("element", "Single numbers"), ("channel", "Whole channels"))),
            ),
        ),
        "flatten": Block("Flatten", "All numbers of an image in a row, as linear layers take them."),
        "linear": Block("Linear layer", "Weighted sums of all numbers.", (Number("units", 50, 1, 4096, "Units"),)),
    }
)  # fmt: skip

COURSE = (
    *("conv channels=10 kernel=5 padding=1", "pool kernel=2", "relu"),
    *("conv channels=20 kernel=5 padding=1", "pool kernel=2", "relu"),
    *("flatten", "linear units=50", "relu"),
)
"""The network of the course's section on CNNs, without its output layer."""
SHIPPED = (
    *("conv channels=32", "batch_norm", "relu", "dropout share=0.15"),
    *("conv channels=32", "batch_norm", "pool", "relu", "dropout share=0.15"),
    *("conv channels=64", "batch_norm", "relu", "dropout share=0.15"),
    *("conv channels=64", "batch_norm", "pool", "relu", "dropout share=0.15"),
    *("conv channels=128", "batch_norm", "pool", "relu", "dropout share=0.15"),
    "flatten",
)
"""The network of the model that answers for drawings."""
PRESETS: Mapping[str, Sequence[str]] = MappingProxyType(
    {"The course's": COURSE, "The model that Draw has": SHIPPED, "None: a linear classifier": ("flatten",)}
)
