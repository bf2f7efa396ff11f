"""What the page counts in, and what it calls things. Needs no torch."""

from __future__ import annotations

from lab.core.text import Message, message

STEP, MOST = 0.02, 0.4
"""How far one of many small steps goes in each pixel, and how far all of them."""
PATCH_STRIDE = 2
CHUNK = 10
"""Test images that are changed at a time."""
WAYS: dict[str, Message] = {
    "one": message("one step"),
    "many": message("many steps"),
    "noise": message("noise"),
}
"""The ways to change an image by the same size."""


def sizes() -> list[float]:
    """Return the sizes of changes that are tried, from 0 on."""
    return [round(STEP * count, 2) for count in range(round(MOST / STEP) + 1)]
