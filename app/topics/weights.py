"""Weights: how they begin, move and stay."""

from __future__ import annotations

from app.pages.layout import Layout

PAGES: tuple[Layout, ...] = ()
"""In the order of the course."""
