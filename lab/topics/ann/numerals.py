"""Numbers as arithmetic writes them, with the minus sign of print."""

from __future__ import annotations


def number(value: float, figures: int = 5) -> str:
    """Return a number as it stands first, or alone; a negative zero is zero."""
    return f"{value + 0.0:.{figures}g}".replace("-", "−").replace("inf", "∞")


def inner(value: float, figures: int = 5) -> str:
    """Return a number as it stands after a sign: a negative one in parentheses."""
    written = number(value, figures)
    return f"({written})" if written.startswith("−") else written
