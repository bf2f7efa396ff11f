"""A kernel that travels, number by number."""

from __future__ import annotations

from app.layout import Layout

WINDOWS: tuple[Layout, ...] = ()
