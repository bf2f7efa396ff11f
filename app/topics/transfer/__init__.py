"""Transfer learning, in the order of their lessons."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.transfer.copies import PAGES as COPIES
from app.topics.transfer.gain import PAGES as GAIN
from app.topics.transfer.photographs import PAGES as PHOTOGRAPHS
from app.topics.transfer.pretrained import PAGES as PRETRAINED

PAGES: tuple[Layout, ...] = (*COPIES, *GAIN, *PRETRAINED, *PHOTOGRAPHS)
"""Transfer learning: networks that others trained, inspected, changed, and taught something of one's own."""
