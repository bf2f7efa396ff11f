"""What stands under a data file's name though it is none: a saved web page, or a note where the file should be."""

from __future__ import annotations

from pathlib import Path

from lab.core.reading import ReadingError, open_regular
from lab.core.text import DataError

_PAGES = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<!--")
_POINTER = b"version https://git-lfs"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def refuse_what_stands_instead(start: bytes, name: str) -> None:
    """Raise DataError where a file that begins so is a web page or a pointer of Git LFS; `name` is in the sentence."""
    for mark in _MARKS:
        start = start.removeprefix(mark)
    # A page in UTF-16 has a NUL beside each letter.
    plain = start.replace(b"\x00", b"").lstrip().lower()
    if plain.startswith(_PAGES):
        raise DataError(
            "{file} is a saved web page, not a data file: it holds the page on which the file is offered. Open that "
            "page, and download the file itself (on GitHub with “Download raw file”).",
            file=name,
        )
    if plain.startswith(_POINTER):
        raise DataError(
            "{file} is a note of Git LFS that says where the file lies, not the file. Fetch it with “git lfs pull”, or "
            "download it in the browser.",
            file=name,
        )


def check_file(path: Path) -> bytes:
    """Return the first bytes of an ordinary file. Raises DataError as above, and where it is empty or a pipe."""
    try:
        with open_regular(path) as stream:
            start = stream.read(512)
    except ReadingError as error:
        raise DataError("{file} cannot be read: {reason}.", file=str(path), reason=error.message) from error
    if not start:
        raise DataError("{file} is empty: it has no bytes at all. Copy or download it once more.", file=str(path))
    refuse_what_stands_instead(start, str(path))
    return start
