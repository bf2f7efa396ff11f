"""Splits: which rows are learned from, and which are kept back."""

from __future__ import annotations

from app.pages.layout import Layout

SPLITS: tuple[Layout, ...] = ()
