"""The whole window is tested under the same rules as its parts."""

from __future__ import annotations

from tests.app.conftest import clean

__all__ = ["clean"]
