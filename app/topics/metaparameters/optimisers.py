"""Optimisers, their rates and how they change."""

from __future__ import annotations

from app.pages.layout import Layout

OPTIMISERS: tuple[Layout, ...] = ()
