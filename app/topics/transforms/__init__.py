"""Images on their way into a network."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.transforms.loading import LOADING
from app.topics.transforms.pipelines import PIPELINES
from app.topics.transforms.tensors import TENSORS

PAGES: tuple[Layout, ...] = (*TENSORS, *PIPELINES, *LOADING)
"""In the order of the course."""
