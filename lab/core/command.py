"""How this program is called, for the sentences that say what to type."""

from __future__ import annotations

import sys
from pathlib import Path


def command() -> str:
    """Return what begins a command line here: that of an installed Descent, or of a folder that holds it."""
    return "descent" if Path(sys.argv[0]).stem == "descent" else "python main.py"
