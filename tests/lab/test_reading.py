"""One reader for what anybody may have written: limits, and a sentence instead of a fault."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from lab.core.reading import DEEPEST_JSON, ReadingError, cut, parse_json, read_bytes, read_json, whole_number

DAMAGE = {
    "deep": "[" * 100_000,
    "closed deep": "[" * 40 + "]" * 40,
    "deep in an object": '{"a":' * 40 + "1" + "}" * 40,
    "infinity": '{"a": Infinity}',
    "minus infinity": "[-Infinity]",
    "not a number": "[NaN]",
    "a number beyond all": "[1e400]",
    "digits without end": f"[{'9' * 100_000}]",
    "half a letter": '["\\ud800"]',
    "half a letter as a name": '{"\\udc00": 1}',
    "empty": "",
    "cut short": '{"a": 1',
    "two": "{} {}",
}
"""Texts that are no JSON Descent would have written."""


@pytest.mark.parametrize("text", DAMAGE.values(), ids=DAMAGE.keys())
def test_what_is_no_plain_json_is_refused_in_one_way(text: str, tmp_path: Path) -> None:
    with pytest.raises(ReadingError):
        parse_json(text)
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(ReadingError):
        read_json(path)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ReadingError, match="UTF-8"):
        parse_json(b'["\xff"]')


@pytest.mark.parametrize("value", [{"a": [1, -2.5, None, True, "é", "😀"]}, 2**128 - 1, -(2**63), [[]], {}])
def test_what_python_writes_is_read_as_it_was(value: Any) -> None:
    assert parse_json(json.dumps(value)) == value
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


def test_the_deepest_that_is_allowed_is_read() -> None:
    text = "[" * DEEPEST_JSON + "]" * DEEPEST_JSON
    assert parse_json(text) == json.loads(text)
    with pytest.raises(ReadingError, match="deep"):
        parse_json(f"[{text}]")


def test_what_a_run_measured_may_be_infinite_where_that_is_said() -> None:
    assert parse_json("[Infinity, -Infinity, 1e400]", finite=False) == [float("inf"), float("-inf"), float("inf")]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(101))
    assert len(read_bytes(path, 101)) == 101
    with pytest.raises(ReadingError, match="more than 100 bytes"):
        read_bytes(path, 100)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(ReadingError, match="pipe"):
        read_bytes(path, 100)


def test_a_device_is_not_read() -> None:
    with pytest.raises(ReadingError, match="device"):
        read_bytes(Path(os.devnull), 100)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no sockets in folders")
def test_a_socket_and_a_folder_are_errors_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Names of sockets are short.
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("s")
        with pytest.raises(OSError, match="s"):
            read_bytes(Path("s"), 100)
    with pytest.raises(OSError, match="directory"):
        read_bytes(tmp_path, 100)


@pytest.mark.parametrize("value", [True, 1.0, "1", None, 0, 11, float("nan")])
def test_a_whole_number_is_one_and_within(value: Any) -> None:
    with pytest.raises(ReadingError):
        whole_number(value, 1, 10)


def test_what_a_sentence_shows_is_short_and_can_be_written() -> None:
    assert cut("a" * 20_000) == "a" * 59 + "…"
    assert cut("\ud800").encode()
