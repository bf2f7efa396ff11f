"""Data: what a network is given, and what that does to it."""

from __future__ import annotations

from app.pages.layout import Layout

PAGES: tuple[Layout, ...] = ()
"""In the order of the course."""
