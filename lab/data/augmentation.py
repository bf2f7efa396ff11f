"""Random changes of a batch of images: turned, slanted, stretched, moved, drawn with another pen."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

_RANDOM_NUMBERS = 7


def augment(
    images: Tensor,
    *,
    rotation: float = 0.0,
    shear: float = 0.0,
    scale: float = 0.0,
    shift: float = 0.0,
    stroke: float = 0.0,
    generator: torch.Generator,
) -> Tensor:
    """Change each image of a batch by its own random amounts, uniform within the given limits.

    Args:
        images: (N, C, H, W), values 0 to 1 on a background of 0, on any device.
        rotation: largest angle in degrees, either way.
        shear: largest slant of the upright lines in degrees, either way.
        scale: largest stretch of each axis: factors from 1 / (1 + scale) to 1 + scale.
        shift: largest move along each axis in pixels, either way.
        stroke: 0 to 1; how much thicker or thinner the strokes become, at 1 by a pixel on each side.
        generator: source of the random numbers; always seven for each image, whatever the limits.

    Returns:
        (N, C, H, W), same dtype and device; what leaves the frame is lost, what enters it is background.
        With every limit 0 the images themselves.
    """
    uniform = torch.rand(len(images), _RANDOM_NUMBERS, generator=generator, device=generator.device)
    uniform = (2 * uniform - 1).to(images.device, images.dtype)
    if stroke > 0:
        images = change_stroke(images, stroke * uniform[:, 6])
    if rotation > 0 or shear > 0 or scale > 0 or shift > 0:
        images = _transform(
            images,
            angle=math.radians(rotation) * uniform[:, 0],
            slant=torch.tan(math.radians(shear) * uniform[:, 1]),
            stretch=torch.exp(math.log1p(scale) * uniform[:, 2:4]),
            move=shift * uniform[:, 4:6],
        )
    return images


def change_stroke(images: Tensor, amounts: Tensor) -> Tensor:
    """Make the strokes of each image thicker (amount up to 1) or thinner (down to -1).

    Args:
        images: (N, C, H, W), values 0 to 1 on a background of 0.
        amounts: (N,); 1 is a dilation by 3×3, -1 an erosion by 3×3 that spares hairlines, 0 no change.

    Returns:
        (N, C, H, W), values within the range of the image's own.
    """
    dilated = _dilate(images)
    eroded = -_dilate(-images)
    # The white top-hat is what erosion would wipe out: strokes of one or two pixels stay as they are.
    hairlines = images - _dilate(eroded)
    amounts = amounts.reshape(-1, 1, 1, 1)
    target = torch.where(amounts > 0, dilated, torch.maximum(eroded, hairlines))
    return torch.lerp(images, target, amounts.abs())


def _dilate(images: Tensor) -> Tensor:
    return functional.max_pool2d(images, kernel_size=3, stride=1, padding=1)


def _transform(images: Tensor, *, angle: Tensor, slant: Tensor, stretch: Tensor, move: Tensor) -> Tensor:
    """Apply rotation · shear · stretch about the middle of each image, then the move, in one resampling.

    Args:
        images: (N, C, H, W).
        angle: (N,) in radians, counter-clockwise on the screen.
        slant: (N,) horizontal pixels for each pixel of height, to the right upwards.
        stretch: (N, 2) factors along x and y.
        move: (N, 2) pixels to the right and down.
    """
    height, width = images.shape[-2:]
    cosine, sine = torch.cos(angle), torch.sin(angle)
    # In pixels about the middle, y down: forward = R · S · D; grid_sample asks where each output pixel
    # comes from, so the inverse is taken.
    rotation = torch.stack([cosine, sine, -sine, cosine], 1).reshape(-1, 2, 2)
    shear = torch.eye(2, dtype=images.dtype, device=images.device).repeat(len(images), 1, 1)
    shear[:, 0, 1] = -slant
    inverse = torch.linalg.inv(rotation @ shear @ torch.diag_embed(stretch))
    offset = -(inverse @ move.unsqueeze(2))
    # grid_sample measures in half widths and half heights.
    half = torch.tensor([width / 2, height / 2], dtype=images.dtype, device=images.device)
    theta = torch.cat([inverse * half / half[:, None], offset / half[:, None]], dim=2)
    grid = functional.affine_grid(theta, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="zeros", align_corners=False)
