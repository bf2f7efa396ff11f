"""The blocks of a pipeline, and what they are in torchvision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lab.core.blocks import Block, Number, ReadBlock
from lab.core.text import Message, message

if TYPE_CHECKING:
    from torch import nn


def _share(name: str, default: float, label: str) -> Number:
    return Number(name, default, 0, 1, label, whole=False)


_P = _share("p", 0.5, "Probability")
_SIZE = Number("size", 64, 1, 1024, "Size")

KINDS: Mapping[str, Block] = {
    "resize": Block("Resize", "Scales the shorter side to a size.", (_SIZE,), "v2.Resize({size}, antialias=True)"),
    "center_crop": Block("Crop the middle", "Cuts a square out of the middle.", (_SIZE,), "v2.CenterCrop({size})"),
    "random_crop": Block(
        "Crop anywhere",
        "Cuts a square out somewhere; too small images are padded.",
        (_SIZE,),
        "v2.RandomCrop({size}, pad_if_needed=True)",
    ),
    "resized_crop": Block(
        "Crop and resize",
        "Cuts out a part of random size and shape, and scales it.",
        (_SIZE, _share("least", 0.3, "Least share")),
        "v2.RandomResizedCrop({size}, scale=({least}, 1.0), antialias=True)",
    ),
    "grey": Block(
        "Greyscale",
        "Brightness instead of colours.",
        (Number("channels", 1, 1, 3, "Channels"),),
        "v2.Grayscale({channels})",
    ),
    "flip_horizontal": Block(
        "Flip left and right", "Mirrors, with a probability.", (_P,), "v2.RandomHorizontalFlip({p})"
    ),
    "flip_vertical": Block(
        "Flip up and down", "Turns upside down, with a probability.", (_P,), "v2.RandomVerticalFlip({p})"
    ),
    "rotate": Block(
        "Rotate",
        "Turns by a random angle up to so many degrees.",
        (Number("degrees", 20, 0, 180, "Degrees", whole=False),),
        "v2.RandomRotation({degrees}, v2.InterpolationMode.BILINEAR)",
    ),
    "shift": Block(
        "Shift",
        "Moves by a random share of the side.",
        (_share("share", 0.1, "Share"),),
        "v2.RandomAffine(0, translate=({share}, {share}))",
    ),
    "perspective": Block(
        "Perspective",
        "As if seen from aside, with a probability.",
        (_share("distortion", 0.4, "Distortion"), _P),
        "v2.RandomPerspective({distortion}, {p})",
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
        "v2.ColorJitter({brightness}, {contrast}, {saturation}, {hue})",
    ),
    "blur": Block(
        "Blur",
        "A Gaussian kernel of odd size.",
        (Number("kernel", 5, 1, 31, "Kernel"), Number("sigma", 1.5, 0.1, 10, "Width", whole=False)),
        "v2.GaussianBlur({kernel}, {sigma})",
    ),
    "float": Block(
        "To float", "From whole numbers 0 to 255 to numbers 0 to 1.", (), "v2.ToDtype(torch.float32, scale=True)"
    ),
    "noise": Block(
        "Noise",
        "Adds Gaussian noise; its width is that of numbers 0 to 1.",
        (Number("sigma", 0.1, 0, 2, "Width", whole=False),),
        "v2.GaussianNoise(0.0, {sigma}, clip=False)",
    ),
    "erase": Block("Erase", "Blanks out a random rectangle, with a probability.", (_P,), "v2.RandomErasing({p})"),
    "normalise": Block(
        "Normalise",
        "Subtracts a mean and divides by a deviation; needs numbers 0 to 1.",
        (
            Number("mean", 0.5, -10, 10, "Mean", whole=False),
            Number("deviation", 0.5, 0.001, 10, "Deviation", whole=False),
        ),
        "v2.Normalize([{mean}], [{deviation}])",
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
    return KINDS[block.kind].code.format(**block.values)


def make(block: ReadBlock) -> nn.Module:
    """Return the transform itself."""
    import torch
    from torchvision.transforms import v2

    made: nn.Module = eval(call(block), {"torch": torch, "v2": v2})
    return made
