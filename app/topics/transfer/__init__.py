"""Transfer learning, in the order of their lessons."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.transfer.copies import PAGES as COPIES

PAGES: tuple[Layout, ...] = (*COPIES,)
"""Transfer learning: networks that others trained, inspected, changed, and taught something of one's own."""
