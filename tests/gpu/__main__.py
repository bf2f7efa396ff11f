"""Everything that a graphics card is asked, and its figures for the page `gpu.pays`.

    python -m tests.gpu             checks, times, and writes tests/gpu/recorded/<card>.json
    python -m tests.gpu --dry       the same without writing

Exit status: 0 all is well, 1 something is not, 2 there is no card.
"""

from __future__ import annotations

import datetime
import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch

from lab.topics.gpu.pays.recorded import FOLDER
from tests.gpu import checks

SECONDS = 270.0
"""After so many, what is left is not begun."""


def main(arguments: Sequence[str] = ()) -> int:
    """Run all of it; print a line for each, and return the exit status."""
    if not torch.cuda.is_available():
        print("There is no CUDA graphics card on this computer: nothing was tried, and nothing was written.")
        return 2
    card, began = torch.cuda.get_device_name(0), time.monotonic()
    print(f"{card}, torch {torch.__version__}, CUDA {torch.version.cuda}")
    # Else convolutions round to 10 bits, and nothing could be compared.
    torch.backends.cudnn.allow_tf32 = False
    found: dict[str, list[dict[str, Any]]] = {"training": [], "going_on": [], "memory": [], "pays": []}
    work: list[tuple[str, Callable[[], dict[str, Any]]]] = [
        *(("training", lambda name=name: checks.training(name)) for name in checks.TRAINED),
        *(
            ("going_on", lambda ends=ends: checks.going_on("cnn.mnist", *ends))
            for ends in (("cpu", checks.CARD), (checks.CARD, "cpu"), (checks.CARD, checks.CARD))
        ),
        ("memory", lambda: checks.memory("cnn.mnist")),
        *(("pays", lambda one=one: next(checks.times(works=(one,)))) for one in checks.PAYS),
    ]
    failed = 0
    for kind, do in work:
        if time.monotonic() - began > SECONDS:
            print(f"{SECONDS:.0f} seconds are over: what is left was not begun")
            failed += 1
            break
        failed += _one(kind, do, found[kind])
    seconds = time.monotonic() - began
    print(f"{failed} of {len(work)} failed; {seconds:.0f} s")
    if "--dry" not in arguments:
        _write(card, seconds, found)
    return 1 if failed else 0


def _one(kind: str, do: Callable[[], dict[str, Any]], found: list[dict[str, Any]]) -> bool:
    """Do one thing, and say how it went: whether it failed."""
    began = time.monotonic()
    try:
        one = do()
    except (RuntimeError, TypeError, ValueError, AssertionError) as error:
        one = {"wrong": [f"{type(error).__name__}: {error}"]}
    found.append(one)
    wrong = one.get("wrong", [])
    said = ", ".join(f"{key} {value}" for key, value in one.items() if key not in ("wrong", "ways", "params"))
    work = one.get("params", {}).get("work", "")
    print(f"{'FAILED' if wrong else 'ok':7}{kind} {work}{said} {'; '.join(wrong)} ({time.monotonic() - began:.1f} s)")
    return bool(wrong)


def _write(card: str, seconds: float, found: dict[str, list[dict[str, Any]]]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{re.sub(r'[^a-z0-9]+', '-', card.lower()).strip('-')}.json"
    found["pays"] = [one for one in found["pays"] if "ways" in one]
    whole = {
        "card": card,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "recorded": datetime.date.today().isoformat(),
        "seconds": round(seconds, 1),
        **found,
    }
    path.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    print(f"written: {path}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
