"""The blocks of a pipeline, and what they are in torchvision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lab.core.blocks import Block, Number, ReadBlock, Value
from lab.core.text import Message, message

if TYPE_CHECKING:
    from torch import nn


def _share(name: str, default: float, label: str) -> Number:
    return Number(name, default, 0, 1, label, whole=False)


_P = _share("p", 0.5, "Probability")
_SIZE = Number("size", 64, 1, 1024, "Size")

KINDS: Mapping[str, Block] = {
    "resize": Block("Resize", "Scales the shorter side to a size.", (_SIZE,)),
    "center_crop": Block("Crop the middle", "Cuts a square out of the middle.", (_SIZE,)),
    "random_crop": Block("Crop anywhere", "Cuts a square out somewhere; too small images are padded.", (_SIZE,)),
    "resized_crop": Block(
        "Crop and resize",
        "Cuts out a part of random size and shape, and scales it.",
        (_SIZE, _share("least", 0.3, "Least share")),
    ),
    "grey": Block("Greyscale", "Brightness instead of colours.", (Number("channels", 1, 1, 3, "Channels"),)),
    "flip_horizontal": Block("Flip left and right", "Mirrors, with a probability.", (_P,)),
    "flip_vertical": Block("Flip up and down", "Turns upside down, with a probability.", (_P,)),
    "rotate": Block(
        "Rotate",
        "Turns by a random angle up to so many degrees.",
        (Number("degrees", 20, 0, 180, "Degrees", whole=False),),
    ),
    "shift": Block("Shift", "Moves by a random share of the side.", (_share("share", 0.1, "Share"),)),
    "perspective": Block(
        "Perspective", "As if seen from aside, with a probability.", (_share("distortion", 0.4, "Distortion"), _P)
    ),
    "colour": Block(
        "Colour",
        "Changes brightness, contrast, saturation and hue at random.",
        (
            _share("brightness", 0.4, "Brightness"),
            _share("contrast", 0.4, "Contrast"),
            _share("saturation", 0.4, "Saturation"),
            Number("hue", 0.1, 0, 0.5, "Hue", whole=False),
        ),
    ),
    "blur": Block(
        "Blur",
        "A Gaussian kernel of odd size.",
        (Number("kernel", 5, 1, 31, "Kernel"), Number("sigma", 1.5, 0.1, 10, "Width", whole=False)),
    ),
    "float": Block("To float", "From whole numbers 0 to 255 to numbers 0 to 1."),
    "noise": Block(
        "Noise",
        "Adds Gaussian noise; its width is that of numbers 0 to 1.",
        (Number("sigma", 0.1, 0, 2, "Width", whole=False),),
    ),
    "erase": Block("Erase", "Blanks out a random rectangle, with a probability.", (_P,)),
    "normalise": Block(
        "Normalise",
        "Subtracts a mean and divides by a deviation; needs numbers 0 to 1.",
        (
            Number("mean", 0.5, -10, 10, "Mean", whole=False),
            Number("deviation", 0.5, 0.001, 10, "Deviation", whole=False),
        ),
    ),
}

SPOILS: Mapping[str, Message] = {
    "flip_vertical": message("a 6 upside down is nearly a 9, and a 2 is no digit any more"),
    "flip_horizontal": message("a mirrored 3 or 7 is no digit any more"),
    "rotate": message("beyond some 90 degrees a 6 is a 9"),
    "random_crop": message("what makes the digit may be cut off"),
    "resized_crop": message("what makes the digit may be cut off"),
    "erase": message("what makes the digit may be erased"),
}
"""Why a block may destroy the label of a digit."""


def call(block: ReadBlock) -> str:
    """Return a block as torchvision's v2 writes it."""
    numbers = {name: _written(value) for name, value in block.values.items()}
    match block.kind:
        case "resize":
            return "v2.Resize({size}, antialias=True)".format(**numbers)
        case "center_crop":
            return "v2.CenterCrop({size})".format(**numbers)
        case "random_crop":
            return "v2.RandomCrop({size}, pad_if_needed=True)".format(**numbers)
        case "resized_crop":
            return "v2.RandomResizedCrop({size}, scale=({least}, 1.0), antialias=True)".format(**numbers)
        case "grey":
            return "v2.Grayscale({channels})".format(**numbers)
        case "flip_horizontal":
            return "v2.RandomHorizontalFlip({p})".format(**numbers)
        case "flip_vertical":
            return "v2.RandomVerticalFlip({p})".format(**numbers)
        case "rotate":
            return "v2.RandomRotation({degrees}, v2.InterpolationMode.BILINEAR)".format(**numbers)
        case "shift":
            return "v2.RandomAffine(0, translate=({share}, {share}))".format(**numbers)
        case "perspective":
            return "v2.RandomPerspective({distortion}, {p})".format(**numbers)
        case "colour":
            return "v2.ColorJitter({brightness}, {contrast}, {saturation}, {hue})".format(**numbers)
        case "blur":
            return "v2.GaussianBlur({kernel}, {sigma})".format(**numbers)
        case "float":
            return "v2.ToDtype(torch.float32, scale=True)"
        case "noise":
            return "v2.GaussianNoise(0.0, {sigma}, clip=False)".format(**numbers)
        case "erase":
            return "v2.RandomErasing({p})".format(**numbers)
        case "normalise":
            return "v2.Normalize([{mean}], [{deviation}])".format(**numbers)
    raise ValueError(block.kind)


def make(block: ReadBlock) -> nn.Module:
    """Return the transform itself."""
    import torch
    from torchvision.transforms import v2

    values = {name: value for name, value in block.values.items() if not isinstance(value, str)}
    whole = {name: int(value) for name, value in values.items()}
    made: nn.Module
    match block.kind:
        case "resize":
            made = v2.Resize(whole["size"], antialias=True)
        case "center_crop":
            made = v2.CenterCrop(whole["size"])
        case "random_crop":
            made = v2.RandomCrop(whole["size"], pad_if_needed=True)
        case "resized_crop":
            made = v2.RandomResizedCrop(whole["size"], scale=(values["least"], 1.0), antialias=True)
        case "grey":
            made = v2.Grayscale(whole["channels"])
        case "flip_horizontal":
            made = v2.RandomHorizontalFlip(values["p"])
        case "flip_vertical":
            made = v2.RandomVerticalFlip(values["p"])
        case "rotate":
            made = v2.RandomRotation(values["degrees"], v2.InterpolationMode.BILINEAR)
        case "shift":
            made = v2.RandomAffine(0, translate=(values["share"], values["share"]))
        case "perspective":
            made = v2.RandomPerspective(values["distortion"], values["p"])
        case "colour":
            made = v2.ColorJitter(values["brightness"], values["contrast"], values["saturation"], values["hue"])
        case "blur":
            made = v2.GaussianBlur(whole["kernel"], values["sigma"])
        case "float":
            made = v2.ToDtype(torch.float32, scale=True)
        case "noise":
            made = v2.GaussianNoise(0.0, values["sigma"], clip=False)
        case "erase":
            made = v2.RandomErasing(values["p"])
        case "normalise":
            made = v2.Normalize([values["mean"]], [values["deviation"]])
        case _:
            raise ValueError(block.kind)
    return made


def _written(value: Value) -> str:
    return repr(value) if not isinstance(value, str) else value
