"""The whole window is tested under the same rules as its parts."""

from __future__ import annotations

from tests.app.conftest import clean, open_window

__all__ = ["clean", "open_window"]
