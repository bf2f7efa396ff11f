"""Numbers that become stamped kernels."""

from __future__ import annotations

from app.layout import Layout

TRANSPOSED: tuple[Layout, ...] = ()
