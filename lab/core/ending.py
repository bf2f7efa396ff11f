"""How a program is asked to end."""

from __future__ import annotations

import signal

ENDS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals by which a person or a system ends a program: Ctrl-C, a shutdown, a terminal that was closed."""
