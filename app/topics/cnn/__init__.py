"""Convolutional networks, in the order of their lessons."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.cnn.mnist import PAGES as MNIST
from app.topics.cnn.orientation import PAGES as ORIENTATION

PAGES: tuple[Layout, ...] = MNIST + ORIENTATION
