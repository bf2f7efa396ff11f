"""Windows as another program sees them: through the X server, which is asked for what it shows."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

VIEWABLE = 2
SMALLEST = 400
"""Pixels of width from which on a window is one to work in, and not one that a toolkit makes for itself."""


class _Attributes(ctypes.Structure):
    """XWindowAttributes of Xlib."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("x", "y", "width", "height", "border_width", "depth")),
        ("visual", ctypes.c_void_p),
        ("root", ctypes.c_ulong),
        *((name, ctypes.c_int) for name in ("kind", "bit_gravity", "win_gravity", "backing_store")),
        ("backing_planes", ctypes.c_ulong),
        ("backing_pixel", ctypes.c_ulong),
        ("save_under", ctypes.c_int),
        ("colormap", ctypes.c_ulong),
        ("map_installed", ctypes.c_int),
        ("map_state", ctypes.c_int),
        *((name, ctypes.c_long) for name in ("all_event_masks", "your_event_mask", "do_not_propagate_mask")),
        ("override_redirect", ctypes.c_int),
        ("screen", ctypes.c_void_p),
    )


class Display:
    """The X server of $DISPLAY."""

    def __init__(self) -> None:
        self._x = x = ctypes.CDLL("libX11.so.6")
        x.XOpenDisplay.restype = ctypes.c_void_p
        x.XQueryTree.argtypes = [ctypes.c_void_p, ctypes.c_ulong, *4 * [ctypes.c_void_p]]
        x.XGetWindowAttributes.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p]
        x.XDefaultRootWindow.argtypes = x.XFree.argtypes = [ctypes.c_void_p]
        x.XDefaultRootWindow.restype = ctypes.c_ulong
        # A window may be gone between two questions: that is no error here.
        self._ignored = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda *_: 0)
        x.XSetErrorHandler(self._ignored)
        self._display = x.XOpenDisplay(None)
        if not self._display:
            raise RuntimeError("there is no X server here")

    def shows_a_window(self) -> bool:
        """Tell whether a window to work in is on the screen."""
        parent, root = ctypes.c_ulong(), ctypes.c_ulong()
        found, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        top = self._x.XDefaultRootWindow(self._display)
        self._x.XQueryTree(self._display, top, *map(ctypes.byref, (root, parent, found, count)))
        windows = [found[place] for place in range(count.value)]
        if windows:
            self._x.XFree(found)
        return any(self._is_shown(window) for window in windows)

    def seconds(self, command: Sequence[str]) -> float:
        """Return the seconds from the launch of a program, in a fresh home, to its window; the program is ended."""
        while self.shows_a_window():
            time.sleep(0.01)
        with tempfile.TemporaryDirectory() as folder:
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            began = time.monotonic()
            program = subprocess.Popen(command, env={**os.environ, "DESCENT_HOME": folder}, **quiet)
            try:
                while not self.shows_a_window():
                    if program.poll() is not None:
                        raise RuntimeError(f"{command[0]} ended without a window")
                    time.sleep(0.002)
                return time.monotonic() - began
            finally:
                program.kill()
                program.wait()

    def _is_shown(self, window: int) -> bool:
        found = _Attributes()
        known = self._x.XGetWindowAttributes(self._display, window, ctypes.byref(found))
        return bool(known) and found.map_state == VIEWABLE and found.width >= SMALLEST


EMPTY = """
import sys
from PySide6.QtWidgets import QApplication
import pyqtgraph
application = QApplication(sys.argv)
window = pyqtgraph.PlotWidget()
window.resize(1280, 800)
window.show()
application.exec()
"""


def ratios(rounds: int) -> list[float]:
    """Return how many times as long as for an empty window one waits for ours, turn about."""
    display = Display()
    empty, ours = [sys.executable, "-c", EMPTY], [sys.executable, "main.py"]
    display.seconds(empty), display.seconds(ours)
    return [display.seconds(ours) / display.seconds(empty) for _ in range(rounds)]
