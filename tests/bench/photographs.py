"""How long it takes from a folder of 30 photographs, of 12 million pixels each, to a head that knows their classes.

Measured from outside: the command in a process of its own, with a home that knows nothing yet; then with another rate,
for which nothing has to be looked at again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from lab.data.images.sources import PictureParams
from tests.bench.figures import figure

CLASSES = ("astronaut", "chelsea", "brick")
EACH = 10
SIZE = (4000, 3000)
SECONDS = 20.0


def make(folder: Path) -> None:
    """Make photographs as a telephone takes them: parts of those that are here, enlarged, with some noise."""
    random = np.random.default_rng(7)
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
        photograph = Image.fromarray(PictureParams(picture=name).photo().pixels)
        for number in range(EACH):
            left, top = (int(random.integers(0, side // 3)) for side in photograph.size)
            part = photograph.crop((left, top, left + photograph.width // 2, top + photograph.height // 2)).resize(SIZE)
            grain = random.integers(-6, 7, (SIZE[1], SIZE[0], 1), np.int16)
            noisy = np.clip(np.asarray(part, np.int16) + grain, 0, 255).astype(np.uint8)
            Image.fromarray(noisy).save(folder / name / f"{number}.jpg", quality=88)


def seconds(folder: Path, home: Path, *options: str) -> float:
    """Return the seconds of a run."""
    command = [sys.executable, "main.py", "run", "transfer.photographs", "--folder", str(folder), *options]
    began = time.monotonic()
    subprocess.run(command, env={**os.environ, "DESCENT_HOME": str(home)}, check=True, capture_output=True)
    return time.monotonic() - began


def main() -> None:
    """Print both."""
    with tempfile.TemporaryDirectory() as place:
        folder, home = Path(place) / "photographs", Path(place) / "home"
        make(folder)
        figure("own folder, 30 photographs to a head", seconds(folder, home), "s", SECONDS, "at most")
        figure("own folder, again with another rate", seconds(folder, home, "--learning-rate", "0.003"), "s")


if __name__ == "__main__":
    main()
