"""From a file to a tensor."""

from __future__ import annotations

from app.layout import Layout

TENSORS: tuple[Layout, ...] = ()
