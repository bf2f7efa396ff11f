"""Colours of the window, light and dark: neutral surfaces and one accent; classes in Okabe-Ito."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app.core.language import RESOURCES


@dataclass(frozen=True)
class Colours:
    """One set of colours, as #rrggbb."""

    dark: bool
    window: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    good: str
    bad: str
    series: tuple[str, ...]


# Okabe and Ito (2008), "Color universal design"; yellow is left out on white and black on dark, for contrast.
LIGHT = Colours(
    dark=False,
    window="#f4f5f7",
    surface="#ffffff",
    raised="#eceef1",
    border="#d3d7dd",
    text="#1d2127",
    muted="#5c6470",
    accent="#0b63b0",
    on_accent="#ffffff",
    good="#007a5a",
    bad="#b8460e",
    series=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"),
)
DARK = Colours(
    dark=True,
    window="#15181c",
    surface="#1d2126",
    raised="#292e35",
    border="#3a414a",
    text="#e8eaed",
    muted="#a0a8b4",
    accent="#6cb6ff",
    on_accent="#0b1a29",
    good="#4cc9a0",
    bad="#f2915a",
    series=("#56b4e9", "#e69f00", "#35c498", "#e39ac4", "#f0e442", "#4f9bd9"),
)

_colours = LIGHT


def colours() -> Colours:
    """Return the colours in force."""
    return _colours


def apply(application: QApplication, theme: str) -> None:
    """Put a theme in force: "light", "dark", or "system", which follows the desktop."""
    global _colours
    hints = application.styleHints()
    if theme == "system":
        hints.unsetColorScheme()
        dark = hints.colorScheme() is Qt.ColorScheme.Dark
    else:
        dark = theme == "dark"
        hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
    _colours = DARK if dark else LIGHT
    # Each of these styles every widget anew, at its own cost; so only what changes is set.
    style = _style(_colours)
    if not application.styleSheet():
        application.setStyle("Fusion")
    if application.styleSheet() != style:
        application.setPalette(_palette(_colours))
        application.setStyleSheet(style)


def load_fonts(application: QApplication) -> None:
    """Use the bundled Vazirmatn, which has Latin and Persian letters, at 10 pt."""
    for path in sorted((RESOURCES / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))
    application.setFont(QFont("Vazirmatn", 10))


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.raised,
        role.Text: colours.text,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.muted,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Accent: colours.accent,
        role.Mid: colours.border,
        role.Light: colours.surface,
        role.Dark: colours.border,
    }.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.muted))
    return palette


def _style(colours: Colours) -> str:
    names = ("window", "surface", "raised", "border", "text", "muted", "accent", "on_accent", "good", "bad")
    check = RESOURCES / "icons" / ("check_dark.svg" if colours.dark else "check_light.svg")
    values = {name: getattr(colours, name) for name in names} | {"check": check.as_posix()}
    return _sheet() % values


@cache
def _sheet() -> str:
    return (RESOURCES / "style.qss").read_text(encoding="utf-8")


# Control points of Matplotlib's viridis (CC0), perceptually even; interpolated to 256 steps.
_MAGNITUDE = (
    "#440154",
    "#482878",
    "#3e4989",
    "#31688e",
    "#26828e",
    "#1f9e89",
    "#35b779",
    "#6ece58",
    "#b5de2b",
    "#fde725",
)
# From the hue of the first class over a neutral middle to that of the second: a plane has its points' two colours.
_SIGNED_LIGHT = ("#004a75", "#0072b2", "#4d9cc9", "#a6cfe5", "#f7f7f7", "#f5c4a0", "#e68a4a", "#d55e00", "#8f3f00")
_SIGNED_DARK = ("#a9dbf6", "#56b4e9", "#3b86b3", "#27577a", "#22262b", "#6b4a0a", "#ad7803", "#e69f00", "#ffd685")


@cache
def _table(points: tuple[str, ...]) -> NDArray[np.uint8]:
    channels = np.array([[int(p[i : i + 2], 16) for i in (1, 3, 5)] for p in points], dtype=float)
    places = np.linspace(0, len(points) - 1, 256)
    columns = [np.interp(places, np.arange(len(points)), channels[:, c]) for c in range(3)]
    return np.stack(columns, axis=1).round().astype(np.uint8)


def magnitude_table() -> NDArray[np.uint8]:
    """Return (256, 3) colours for values from zero up."""
    return _table(_MAGNITUDE)


def signed_table() -> NDArray[np.uint8]:
    """Return (256, 3) colours for signed values; entries 127 and 128 are about zero."""
    return _table(_SIGNED_DARK if _colours.dark else _SIGNED_LIGHT)
