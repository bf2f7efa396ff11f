"""Well-known networks as they are adapted to small images. Programs show these functions. Needs torch."""

from __future__ import annotations

from collections import OrderedDict

import torchvision
from torch import nn

from lab.nets.network import Dropout

# torchvision's functions say nothing of their types; programs show these as they stand, without a helper for that.


def lenet(channels: int, side: int, classes: int) -> nn.Module:
    """Return LeNet-5; its images had 32 × 32 pixels."""
    layers = OrderedDict[str, nn.Module]()
    layers["conv1"] = nn.Conv2d(channels, 6, 5, padding=(32 - side) // 2)
    layers["tanh1"], layers["pool1"] = nn.Tanh(), nn.AvgPool2d(2)
    layers["conv2"] = nn.Conv2d(6, 16, 5)
    layers["tanh2"], layers["pool2"] = nn.Tanh(), nn.AvgPool2d(2)
    layers["flatten"] = nn.Flatten()
    layers["linear1"], layers["tanh3"] = nn.Linear(400, 120), nn.Tanh()
    layers["linear2"], layers["tanh4"] = nn.Linear(120, 84), nn.Tanh()
    layers["output"] = nn.Linear(84, classes)
    return nn.Sequential(layers)


def vgg(channels: int, side: int, classes: int) -> nn.Module:
    """Return VGG-A with batch norm and a quarter of its channels, without its last two poolings and dense layers."""
    features = torchvision.models.vgg.make_layers([16, "M", 32, "M", 64, 64, "M", 128, 128, 128, 128], batch_norm=True)
    features[0] = nn.Conv2d(channels, 16, 3, padding=1)
    layers = OrderedDict[str, nn.Module](features=features, avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten())
    layers["classifier"] = nn.Linear(128, classes)
    return nn.Sequential(layers)


def resnet(channels: int, side: int, classes: int, depth: int) -> nn.Module:
    """Return the ResNet for CIFAR-10 of a depth of 6n + 2, with 1 × 1 convolutions where the size changes."""
    block, before = torchvision.models.resnet.BasicBlock, 16
    layers = OrderedDict[str, nn.Module](
        conv1=nn.Conv2d(channels, 16, 3, padding=1, bias=False), bn1=nn.BatchNorm2d(16), relu=nn.ReLU()
    )
    for place, count in enumerate((16, 32, 64), 1):
        stage = list[nn.Module]()
        for number in range((depth - 2) // 6):
            stride = 2 if place > 1 and number == 0 else 1
            other = nn.Sequential(nn.Conv2d(before, count, 1, stride, bias=False), nn.BatchNorm2d(count))
            stage.append(block(before, count, stride, None if before == count else other))
            before = count
        layers[f"layer{place}"] = nn.Sequential(*stage)
    layers["avgpool"], layers["flatten"] = nn.AdaptiveAvgPool2d(1), nn.Flatten()
    layers["fc"] = nn.Linear(64, classes)
    return nn.Sequential(layers)


def squeezenet(channels: int, side: int, classes: int) -> nn.Module:
    """Return SqueezeNet 1.1 without its first halving; all of its poolings stay."""
    network = torchvision.models.squeezenet1_1(num_classes=classes)
    network.features[0] = nn.Conv2d(channels, 64, 3, padding=1)
    network.classifier[0] = Dropout(0.5)
    return network  # type: ignore[no-any-return]


def shufflenet(channels: int, side: int, classes: int) -> nn.Module:
    """Return ShuffleNet v2 × 0.5 without its first halvings."""
    network = torchvision.models.shufflenet_v2_x0_5(num_classes=classes)
    network.conv1[0] = nn.Conv2d(channels, 24, 3, padding=1, bias=False)
    network.maxpool = nn.Identity()
    return network  # type: ignore[no-any-return]


def mobilenet(channels: int, side: int, classes: int) -> nn.Module:
    """Return MobileNetV2 of half the width without its first halving."""
    network = torchvision.models.mobilenet_v2(num_classes=classes, width_mult=0.5)
    network.features[0][0] = nn.Conv2d(channels, 16, 3, padding=1, bias=False)
    network.classifier[0] = Dropout(0.2)
    return network  # type: ignore[no-any-return]


def mobilenet_v3(channels: int, side: int, classes: int) -> nn.Module:
    """Return MobileNetV3 small without its first halving."""
    network = torchvision.models.mobilenet_v3_small(num_classes=classes)
    network.features[0][0] = nn.Conv2d(channels, 16, 3, padding=1, bias=False)
    network.classifier[2] = Dropout(0.2)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.1
    return network  # type: ignore[no-any-return]


def mnasnet(channels: int, side: int, classes: int) -> nn.Module:
    """Return MNASNet 0.5 without its first halving."""
    network = torchvision.models.mnasnet0_5(num_classes=classes)
    network.layers[0] = nn.Conv2d(channels, 16, 3, padding=1, bias=False)
    network.classifier[0] = Dropout(0.2)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.1
    return network  # type: ignore[no-any-return]


def densenet(channels: int, side: int, classes: int) -> nn.Module:
    """Return a DenseNet of three blocks of four layers, without its first halvings."""
    network = torchvision.models.DenseNet(12, (4, 4, 4), 24, num_classes=classes)
    network.features.conv0 = nn.Conv2d(channels, 24, 3, padding=1, bias=False)
    network.features.pool0 = nn.Identity()
    return network  # type: ignore[no-any-return]
