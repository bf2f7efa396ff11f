"""Every test has a home folder of its own; nothing touches the user's. Examples are the same each time."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings

# What fails must fail again; new examples are looked for with --hypothesis-profile=explore.
settings.register_profile("same", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("explore", deadline=None)
settings.load_profile("same")


# What runs behind a script ignores Ctrl-C, and so would every process that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def descent_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("DESCENT_HOME", str(folder))
    return folder
