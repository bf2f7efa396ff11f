"""Regularisation: what keeps a network from learning by heart."""

from __future__ import annotations

from app.pages.layout import Layout

PAGES: tuple[Layout, ...] = ()
"""In the order of the course."""
