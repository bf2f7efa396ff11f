"""Transfer learning, in the order of their lessons."""

from __future__ import annotations

from app.pages.layout import Layout

PAGES: tuple[Layout, ...] = ()
