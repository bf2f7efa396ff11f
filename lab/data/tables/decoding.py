"""The bytes of a table as text: encodings that spreadsheets of several countries write."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from lab.core.text import DataError
from lab.data.tables.errors import Place, TableError

MAXIMUM_BYTES = 50_000_000
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"BZh",
    b"\x93NUMPY",
    b"SQLite",
    b"\x7fELF",
    b"PAR1",
)
# C0 without tab, line feed, carriage return and escape characters that old terminals left in text files.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC = re.compile(r"[\u0600-\u06ff\u200c]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_RARE = re.compile(r"[\u0180-\u036f\u0450\u0460-\u058f\u0700-\u07ff]+")
_UNUSED_IN_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True)
class Decoded:
    """A text, and the encoding in which it was written.

    Bytes that the encoding does not allow stand in it as the surrogates U+DC80 to U+DCFF, and what is broken in UTF-16
    as U+D800, so that whoever knows the columns can say where they are.
    """

    text: str
    encoding: str


def read_text(path: Path) -> Decoded:
    """Read a file of text.

    Raises DataError: there is no such file, it is a folder, cannot be opened, is empty, too large or no text.
    """
    try:
        if path.is_dir():
            raise DataError("{path} is a folder; choose a file in it.", path=str(path))
        if path.exists() and not path.is_file():
            # A pipe or a device, which may never end.
            raise DataError("{path} is no ordinary file; choose a CSV file.", path=str(path))
        with path.open("rb") as stream:
            data = stream.read(MAXIMUM_BYTES + 1)
        if len(data) > MAXIMUM_BYTES:
            raise TableError(
                "{where} is too large: it has {found} MB, and {limit} are allowed. Keep a part of its lines.",
                Place(path.name),
                found=f"{path.stat().st_size / 1e6:.0f}",
                limit=MAXIMUM_BYTES // 1_000_000,
            )
    except FileNotFoundError as error:
        raise DataError("There is no file {path}.", path=str(path)) from error
    except (OSError, ValueError) as error:
        # A name that is too long, or has a NUL in it; a folder that may not be entered.
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError("{file} cannot be read: {reason}.", file=str(path), reason=reason) from error
    _refuse_what_is_no_text(data, Place(path.name))
    decoded = decode(data)
    start = decoded.text[:200].lstrip().lower()
    if not start:
        raise TableError("{where} is empty.", Place(path.name))
    if start.startswith(("<!doctype", "<html", "<?xml")):
        raise TableError(
            "{where}, line 1: this is a web page or XML, not a table. Download the CSV file itself.", Place(path.name)
        )
    return decoded


def _refuse_what_is_no_text(data: bytes, place: Place) -> None:
    if not data:
        raise TableError("{where} is empty.", place)
    if data.startswith(_WORKBOOKS):
        raise TableError(
            "{where} is an Excel or ZIP file, not a text. Open it in a spreadsheet and save it as CSV.", place
        )
    plain = not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and _utf16_without_mark(data) == ""
    strange = len(_CONTROL.findall(data[:100_000])) / min(len(data), 100_000) if plain else 0
    if data.startswith(_BINARY) or strange > 0.05:
        raise TableError("{where} is a binary file, not a table of text. Choose a CSV file.", place)


def decode(data: bytes) -> Decoded:
    """Return bytes as text; what has no mark of its encoding is UTF-8 if it can be, else Arabic or Western Windows."""
    if data.startswith(codecs.BOM_UTF8):
        return Decoded(data[3:].decode("utf-8", "surrogateescape"), "UTF-8 BOM")
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return Decoded(_utf16(data[2:], name), "UTF-16")
    name = _utf16_without_mark(data)
    if name:
        return Decoded(_utf16(data, name), "UTF-16")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        # So do the bytes of some words: سگ is Ӑ, and no other letter of its alphabet is there.
        by_chance = not data.isascii() and _RARE.fullmatch("".join(_NOT_ASCII.findall(text))) and _is_arabic(data)
        return Decoded(data.decode("cp1256"), "cp1256") if by_chance else Decoded(text, "UTF-8")
    # Before anything else: of Persian words in Windows' letters some bytes happen to be UTF-8.
    if _is_arabic(data):
        return Decoded(data.decode("cp1256"), "cp1256")
    damaged = data.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= letter <= "\udcff" for letter in damaged)
    good = sum(not letter.isascii() for letter in damaged) - bad
    if good > bad:
        # Hardly ever is a text of another encoding valid UTF-8 by chance: this one is damaged.
        return Decoded(damaged, "UTF-8")
    text = data.decode("cp1252", "surrogateescape") if _UNUSED_IN_WINDOWS.search(data) else data.decode("cp1252")
    return Decoded(text, "latin-1")


def _utf16(data: bytes, name: str) -> str:
    # Half a character at the end, or half a pair, cannot be kept as it is.
    return data.decode(name, "replace").replace("\ufffd", "\ud800")


def _utf16_without_mark(data: bytes) -> str:
    """Return the codec of a text that has a NUL in nearly every second byte, or ""."""
    start = data[:2000]
    if len(start) < 4 or b"\x00" not in start:
        return ""
    even, odd = (part.count(0) / len(part) for part in (start[0::2], start[1::2]))
    if odd > 0.7 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.1 else ""


def _is_arabic(data: bytes) -> bool:
    """Tell whether bytes are Windows' Arabic and Persian: accents stand alone in Latin words, letters fill theirs."""
    words = [word for word in _WORD.findall(data.decode("cp1256").replace("\u200c", "")) if not word.isascii()]
    # Bytes that Western Windows does not have are letters such as پ, چ and گ.
    alone = max(map(len, words), default=0) < 2 and not _UNUSED_IN_WINDOWS.search(data)
    if words and not alone and all(map(_ARABIC.fullmatch, words)):
        return True
    return sum(_ARABIC.fullmatch(word) is not None and len(word) > 1 for word in words) * 2 > len(words)
