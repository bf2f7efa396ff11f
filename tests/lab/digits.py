"""A few of the bundled digits, so that a network learns from them in a moment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lab.data.base import ImageDataset, ImageSet
from lab.data.store import DataStore


class Few(DataStore):
    """The bundled digits, only the first of them."""

    def __init__(self, train: int = 1500, test: int = 400) -> None:
        super().__init__(Path("unused"))
        self._counts = train, test

    def load(self, name: str) -> ImageDataset:
        whole = super().load(name)
        parts = zip((whole.train, whole.test), self._counts, strict=True)
        train, test = (ImageSet(part.images[:count], part.labels[:count]) for part, count in parts)
        return replace(whole, train=train, test=test)
