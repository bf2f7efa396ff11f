"""Architectures of torchvision and the papers, in the order of their lessons."""

from __future__ import annotations

from app.pages.layout import Layout
from app.topics.zoo.architectures import ARCHITECTURES
from app.topics.zoo.blocks import PAGES as BLOCKS
from app.topics.zoo.run import PAGES as RUN
from app.topics.zoo.train import PAGES as TRAIN

PAGES: tuple[Layout, ...] = (*ARCHITECTURES, *RUN, *BLOCKS, *TRAIN)
