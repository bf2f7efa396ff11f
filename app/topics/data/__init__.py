"""Data: what a network is given, and what that does to it."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.data.amounts import AMOUNTS
from app.topics.data.tables import TABLES

TENSORS, *OTHERS = TABLES
PAGES: tuple[Layout, ...] = (TENSORS, *AMOUNTS, *OTHERS)
"""In the order of the course."""
