"""Windows without weights, and what can stand for them."""

from __future__ import annotations

from app.layout import Layout

POOLING: tuple[Layout, ...] = ()
