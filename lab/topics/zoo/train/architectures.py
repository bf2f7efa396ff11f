"""The networks that can be trained here: what was changed so that they take small images, and what they cost. No torch.

Tests compare all of it with the modules themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lab.core.figures import Words
from lab.core.text import message


@dataclass(frozen=True)
class Architecture:
    """One network: its paper, the call that makes it, which images the paper has, and what else was changed: layer,
    before, now.

    parameters, multiply_adds: for grey images of 28 × 28 and for images in colour of 32 × 32 pixels. accuracy: test
    accuracies of five seeds on clothes with the settings of the page, where they were measured.
    """

    label: str
    paper: str
    call: str
    images: str
    changes: tuple[tuple[str, Words, Words], ...]
    parameters: tuple[int, int]
    multiply_adds: tuple[int, int]
    accuracy: tuple[float, ...] = ()


RULE = "kaiming_normal"
"""How all first weights are drawn."""
IMAGENET, CIFAR = "3 × 224 × 224", "3 × 32 × 32"
HEAD = "Linear(…, 1000)", "Linear(…, 10)"
NORMS = "BatchNorm2d", "momentum 0.01", "momentum 0.1"

ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType(
    {
        "lenet": Architecture(
            "LeNet-5", "LeCun et al., 1998", "lenet(channels, side, 10)", "1 × 32 × 32",
            (
                ("conv1", message("no padding"), message("padding: (32 − side) / 2")),
                (
                    "pool1, pool2",
                    message("a weight and a bias a map, tanh behind"),
                    message("AvgPool2d(2), tanh before"),
                ),
                ("conv2", message("each map sees some of the 6"), message("each map sees all")),
                ("output", message("distances to drawn digits"), "Linear(84, 10)"),
            ),
            (61_706, 62_006), (416_520, 651_720),
            (0.768, 0.774, 0.77, 0.787, 0.779),
        ),
        "vgg": Architecture(
            "VGG-A, a quarter as wide", "Simonyan, Zisserman, 2015", "vgg(channels, side, 10)", IMAGENET,
            (
                ("features", message("64, 128, 256, 512 channels"), message("16, 32, 64, 128 channels, batch norm")),
                ("features", "5 × MaxPool2d(2)", "3 × MaxPool2d(2)"),
                ("avgpool", "AdaptiveAvgPool2d(7)", "AdaptiveAvgPool2d(1)"),
                ("classifier", message("4096, 4096, 1000, dropout"), "Linear(128, 10)"),
            ),
            (579_498, 579_786), (8_371_712, 13_419_776),
            (0.782, 0.774, 0.809, 0.788, 0.796),
        ),
        "resnet8": Architecture(
            "ResNet-8", "He et al., 2016 (CIFAR-10)", "resnet(channels, side, 10, 8)", CIFAR,
            (("layer2, layer3", message("skip: zeros"), message("skip: Conv2d 1 × 1")),),
            (77_754, 78_042), (9_345_920, 12_501_632),
            (0.793, 0.748, 0.752, 0.766, 0.779),
        ),
        "resnet20": Architecture(
            "ResNet-20", "He et al., 2016 (CIFAR-10)", "resnet(channels, side, 10, 20)", CIFAR,
            (("layer2, layer3", message("skip: zeros"), message("skip: Conv2d 1 × 1")),),
            (272_186, 272_474), (31_021_952, 40_813_184),
        ),
        "squeezenet": Architecture(
            "SqueezeNet 1.1", "Iandola et al., 2016", "squeezenet(channels, side, 10)", IMAGENET,
            (
                ("features.0", "Conv2d(3, 64, 3, stride 2)", "stride 1, padding 1"),
                ("classifier.1", "Conv2d(512, 1000, 1)", "Conv2d(512, 10, 1)"),
            ),
            (726_474, 727_626), (15_130_624, 23_511_040),
        ),
        "shufflenet": Architecture(
            "ShuffleNet v2 × 0.5", "Ma et al., 2018", "shufflenet(channels, side, 10)", IMAGENET,
            (
                ("conv1.0", "Conv2d(3, 24, 3, stride 2)", "stride 1"),
                ("maxpool", "MaxPool2d(3, stride 2)", "Identity()"),
                ("fc", *HEAD),
            ),
            (351_610, 352_042), (9_040_528, 10_902_016),
        ),
        "mobilenet": Architecture(
            "MobileNetV2 × 0.5", "Sandler et al., 2018", "mobilenet(channels, side, 10)", IMAGENET,
            (("features.0.0", "Conv2d(3, 16, 3, stride 2)", "stride 1"), ("classifier.1", *HEAD)),
            (700_202, 700_490), (6_773_088, 7_837_440),
        ),
        "mobilenet_v3": Architecture(
            "MobileNetV3 small", "Howard et al., 2019", "mobilenet_v3(channels, side, 10)", IMAGENET,
            (
                ("features.0.0", "Conv2d(3, 16, 3, stride 2)", "stride 1"), NORMS,
                ("classifier.3", *HEAD),
            ),
            (1_527_818, 1_528_106), (4_934_688, 5_502_720),
        ),
        "mnasnet": Architecture(
            "MNASNet 0.5", "Tan et al., 2019", "mnasnet(channels, side, 10)", IMAGENET,
            (
                ("layers.0", "Conv2d(3, 16, 3, stride 2)", "stride 1"),
                ("BatchNorm2d", "momentum 0.0003", "momentum 0.1"),
                ("classifier.1", *HEAD),
            ),
            (950_034, 950_322), (7_431_456, 8_435_328),
        ),
        "densenet": Architecture(
            "DenseNet, 3 × 4 layers", "Huang et al., 2017", "densenet(channels, side, 10)", IMAGENET,
            (
                ("features.conv0", "Conv2d(3, 64, 7, stride 2)", "Conv2d(…, 24, 3, stride 1)"),
                ("features.pool0", "MaxPool2d(3, stride 2)", "Identity()"),
                (
                    "denseblock1 … 4",
                    message("6, 12, 24, 16 layers of 32 channels"),
                    message("4, 4, 4 layers of 12 channels"),
                ),
                ("classifier", *HEAD),
            ),
            (102_346, 102_778), (33_149_988, 43_740_036),
        ),
    }
)  # fmt: skip
"""By name, the older ones first."""
