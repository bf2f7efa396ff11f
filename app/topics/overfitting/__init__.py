"""Overfitting: what a network learns by heart, and how one finds out."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.overfitting.learning import LEARNING
from app.topics.overfitting.splits import SPLITS

PAGES: tuple[Layout, ...] = (*SPLITS, *LEARNING)
"""In the order of the course."""
