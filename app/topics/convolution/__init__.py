"""Convolution: every number of every operation."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.convolution.pictures import PICTURES
from app.topics.convolution.pooling import POOLING
from app.topics.convolution.receptive import RECEPTIVE
from app.topics.convolution.sizes import SIZES
from app.topics.convolution.transposed import TRANSPOSED
from app.topics.convolution.windows import WINDOWS

PAGES: tuple[Layout, ...] = (*WINDOWS, *PICTURES, *SIZES, *TRANSPOSED, *POOLING, *RECEPTIVE)
"""In the order of the course."""
