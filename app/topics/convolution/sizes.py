"""What sizes come out, and which settings give a size."""

from __future__ import annotations

from app.layout import Layout

SIZES: tuple[Layout, ...] = ()
