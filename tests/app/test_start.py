"""Whether a window can be opened here, and what happens where it cannot."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.shell import start
from app.shell.start import display_problem

ROOT = Path(__file__).resolve().parents[2]
NONE = "There is no display here"
SILENT = "The display {} does not answer"


@pytest.fixture
def listen() -> Iterator[Callable[[str], None]]:
    """Open sockets as a display does."""
    with ExitStack() as stack:

        def opened(address: str) -> None:
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(address)
            server.listen()

        yield opened


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_always_have_a_display(platform: str) -> None:
    assert display_problem({}, platform) is None


def test_a_platform_that_was_chosen_is_not_questioned() -> None:
    assert display_problem({"QT_QPA_PLATFORM": "offscreen"}, "linux") is None


@pytest.mark.parametrize("environment", [{}, {"DISPLAY": ""}, {"DISPLAY": "", "WAYLAND_DISPLAY": ""}])
def test_no_display(environment: dict[str, str]) -> None:
    assert (display_problem(environment, "linux") or "").startswith(NONE)


@pytest.mark.parametrize(
    "display", [":987", "unix:987.0", "nonsense", ":", "localhost:1", "[::1]:1", "localhost:99999"]
)
def test_a_display_that_does_not_answer(display: str) -> None:
    assert (display_problem({"DISPLAY": display}, "linux") or "").startswith(SILENT.format(display))


def test_a_display_that_answers(listen: Callable[[str], None]) -> None:
    listen("\0/tmp/.X11-unix/X4321")
    assert display_problem({"DISPLAY": ":4321"}, "linux") is None
    assert display_problem({"DISPLAY": "unix:4321.0"}, "linux") is None


def test_a_display_over_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1] - 6000
        assert number > 0
        assert display_problem({"DISPLAY": f"127.0.0.1:{number}.0"}, "linux") is None


def test_wayland(tmp_path: Path, listen: Callable[[str], None]) -> None:
    environment = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert (display_problem(environment, "linux") or "").startswith(SILENT.format("wayland-7"))
    listen(str(tmp_path / "wayland-7"))
    assert display_problem(environment, "linux") is None
    assert display_problem({"WAYLAND_DISPLAY": str(tmp_path / "wayland-7")}, "linux") is None


def test_a_wayland_of_another_session_leaves_the_display(tmp_path: Path, listen: Callable[[str], None]) -> None:
    listen("\0/tmp/.X11-unix/X4322")
    environment = {"WAYLAND_DISPLAY": "gone", "XDG_RUNTIME_DIR": str(tmp_path), "DISPLAY": ":4322"}
    assert display_problem(environment, "linux") is None


def test_without_a_display_the_experiment_is_trained_in_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from lab.terminal import cli

    commands: list[list[str]] = []

    def command_line(arguments: list[str]) -> None:
        commands.append(arguments)
        raise SystemExit(0)

    monkeypatch.setattr(cli, "main", command_line)
    monkeypatch.setattr(start, "display_problem", lambda *_: "There is no display here.")
    with pytest.raises(SystemExit):
        start.open_window()
    assert commands == [["run", "cnn.mnist"]]
    assert capsys.readouterr().err == "There is no display here.\n"


def test_no_qt_is_touched_where_there_is_no_display() -> None:
    program = (
        "import sys; from lab.terminal import cli; from app.shell import start;"
        "cli.main = lambda arguments: sys.exit(0 if 'PySide6' not in sys.modules else 1);"
        "start.open_window()"
    )
    gone = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in gone}
    result = subprocess.run([sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stderr.startswith(NONE)
