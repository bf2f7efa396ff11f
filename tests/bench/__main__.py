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
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
        sys.stdout.write(done.stdout)
        sys.stdout.flush()
        held = held and done.returncode == 0
        held = held and all(json.loads(line)["holds"] is not False for line in done.stdout.splitlines())
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
