"""Descent: opens the window, or runs a command. Needs Qt for the window alone."""

from __future__ import annotations

import os
import sys

# The matrices here are small: on one thread NumPy multiplies them two to ten times as fast as on several that wait for
# each other. torch has threads of its own. It has to be said before NumPy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> None:
    """Open the window without arguments; `gallery` needs the window too; all else is the command line."""
    arguments = sys.argv[1:]
    if not arguments:
        from app.shell.start import open_window

        open_window()
    elif arguments[0] == "gallery":
        from app.shell.gallery import gallery

        gallery(arguments[1:])
    else:
        from lab.terminal.cli import main as command_line

        command_line(arguments)


if __name__ == "__main__":
    main()
