"""Run every measurement in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile

MEASUREMENTS = (
    "loop",
    "networks",
    "training",
    "checkpoints",
    "start",
    "stroke",
    "dragging",
    "sliders",
    "pictures",
    "units",
    "descents",
    "playground",
    "sweeps",
    "memory",
    "photographs",
)


def main() -> int:
    """Print all figures; return 1 when one misses its budget or a measurement fails."""
    wanted = sys.argv[1:] or MEASUREMENTS
    held = True
    for name in wanted:
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "DESCENT_HOME": home}
            command = [sys.executable, "-m", f"tests.bench.{name}"]
            if not environment.get("DISPLAY") and not environment.get("QT_QPA_PLATFORM"):
                # A real window where there can be one; painting into memory costs less than it should.
                if shutil.which("xvfb-run"):
                    command = ["xvfb-run", "-a", "-s", "-screen 0 1280x1024x24", *command]
                else:
                    environment["QT_QPA_PLATFORM"] = "offscreen"
            with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
                assert running.stdout is not None
                for line in running.stdout:
                    print(line, end="", flush=True)
                    held = held and json.loads(line)["holds"] is not False
            held = held and running.returncode == 0
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
