"""Make the table of torchvision's networks again: `python -m resources.makers.zoo` writes resources/tables/zoo.json."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import torchvision
from torchvision import models

from lab.nets.zoo.build import on_meta
from lab.nets.zoo.catalogue import TABLE
from lab.nets.zoo.layers import costs

FAMILIES = {
    "AlexNet": ("alexnet",),
    "VGG": ("vgg",),
    "GoogLeNet": ("googlenet",),
    "Inception v3": ("inception_v3",),
    "ResNet": ("resnet",),
    "SqueezeNet": ("squeezenet",),
    "Wide ResNet": ("wide_resnet",),
    "DenseNet": ("densenet",),
    "ResNeXt": ("resnext",),
    "MobileNetV2": ("mobilenet_v2",),
    "ShuffleNet v2": ("shufflenet",),
    "MNASNet": ("mnasnet",),
    "MobileNetV3": ("mobilenet_v3",),
    "EfficientNet": ("efficientnet_b",),
    "RegNet": ("regnet",),
    "ViT": ("vit",),
    "EfficientNetV2": ("efficientnet_v2",),
    "Swin": ("swin_t", "swin_s", "swin_b"),
    "ConvNeXt": ("convnext",),
    "Swin v2": ("swin_v2",),
    "MaxViT": ("maxvit",),
}
"""What the names of each family begin with, by the year in which it was published."""


def made() -> dict[str, Any]:
    """Return the whole table."""
    networks = {}
    for family, beginnings in FAMILIES.items():
        found = [_network(name, family) for name in models.list_models(module=models) if name.startswith(beginnings)]
        found.sort(key=lambda values: (values["name"].endswith("_bn"), values["parameters"]))
        networks |= {values.pop("name"): values for values in found}
    return {"torchvision": torchvision.__version__.partition("+")[0], "networks": networks}


def _network(name: str, family: str) -> dict[str, Any]:
    entries = list(models.get_model_weights(name))
    default = models.get_model_weights(name).DEFAULT
    # What was trained on ImageNet alone and as a whole, so that networks can be compared; two have nothing like it.
    plain = [each for each in entries if each.name in ("IMAGENET1K_V1", "IMAGENET1K_V2")] or [default]
    first = plain[0]
    size = first.transforms().crop_size[0]
    network = on_meta(name, **({"image_size": size} if name.startswith("vit") else {}))
    modules = costs(network, size)
    return {
        "name": name,
        "family": family,
        "size": size,
        "parameters": modules[0].parameters,
        "multiply_adds": modules[0].multiply_adds,
        "activations": sum(module.activations for module in modules),
        "weights": [_weights(each) for each in plain],
    }


def _weights(entry: Any) -> dict[str, Any]:
    accuracy = entry.meta["_metrics"]["ImageNet-1K"]
    return {
        "name": entry.name,
        "top1": accuracy["acc@1"],
        "top5": accuracy["acc@5"],
        "megabytes": entry.meta["_file_size"],
        "size": entry.transforms().crop_size[0],
        "multiply_adds": entry.meta["_ops"],
        "file": urlsplit(entry.url).path.rpartition("/")[2],
    }


def main() -> None:
    """Write the table."""
    TABLE.write_text(json.dumps(made(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
