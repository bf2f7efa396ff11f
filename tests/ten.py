"""Both suites ten times, each in another order, beside another load on every core: a test that can fail does so here.

`python -m tests.ten` runs all of both; `python -m tests.ten tests/app/test_form.py …` only some files. What a run
printed lies in build/ten. The exit status is 1 if anything failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
LAB_PYTHON = ROOT / "build" / "venv-lab" / "bin" / "python"
LOGS = ROOT / "build" / "ten"
SUITES = {"lab": ("tests/lab",), "window": ("tests/app", "tests/e2e")}
# It ends with the one that began it, however that ends.
BUSY = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(1_000_000))"


@contextmanager
def load(processes: int) -> Iterator[None]:
    """Keep so many cores busy meanwhile."""
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def of_suite(suite: str, files: Sequence[str]) -> list[str]:
    """Return what of the given files belongs to a suite; all of it, where none are given."""
    if not files:
        return list(SUITES[suite])
    return [file for file in files if any(Path(file).is_relative_to(folder) for folder in SUITES[suite])]


def run(suite: str, files: Sequence[str], seed: int) -> str | None:
    """Run the files of a suite in the order of a seed. Return what pytest said last, None where all is well."""
    # The lab has to work where there is no Qt; without that environment, in this one.
    python = str(LAB_PYTHON) if suite == "lab" and LAB_PYTHON.exists() else sys.executable
    command = [
        python,
        "-m",
        "pytest",
        *files,
        "-m",
        "not long",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--randomly-seed={seed}",
    ]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "QT_QPA_PLATFORM": "offscreen"}
    log = LOGS / f"{suite}-{seed}.txt"
    with log.open("w", encoding="utf-8") as stream:
        status = subprocess.run(command, cwd=ROOT, env=environment, stdout=stream, stderr=subprocess.STDOUT).returncode
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return None if status == 0 else "\n".join(failed or lines[-1:] or [f"pytest ended with {status}"])


@click.command()
@click.argument("files", nargs=-1)
@click.option(
    "--times", default=10, show_default=True, type=click.IntRange(1), help="How often, each time a seed more."
)
@click.option("--seed", default=1, show_default=True, help="The first seed.")
@click.option("--load", "busy", default=os.cpu_count() or 1, show_default="one a core", help="Busy processes beside.")
def main(files: tuple[str, ...], times: int, seed: int, busy: int) -> None:
    """Run both suites again and again, each time in another order."""
    LOGS.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with load(busy):
        for each in range(seed, seed + times):
            for suite in SUITES:
                chosen = of_suite(suite, files)
                if not chosen:
                    continue
                begun = time.monotonic()
                said = run(suite, chosen, each)
                wrong += said is not None
                click.echo(f"seed {each}, {suite}: {said or 'passed'} ({time.monotonic() - begun:.0f} s)")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
