"""Images as lines of text: a label and 784 grey levels each, as in the course's mnist_train_small.csv."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, cast

import numpy as np

from lab.core.reading import ReadingError, open_regular
from lab.core.text import DataError, Verbatim, message
from lab.data.formats.instead import check_file, refuse_what_stands_instead
from lab.data.formats.labelled import MOST_IMAGES, SIDE, Found, Labelled
from lab.data.formats.pixels import to_images

PIXELS = SIDE * SIDE
SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")
NAMES_OF_LABELS = {"label", "labels", "class", "target", "y", "digit", "برچسب"}
_LARGEST_LINE = 1 << 16
_CHUNK = 1000
_MOSTLY = 0.9
"""A column that has one value more often than this is no label but a pixel, of those at the edge of the image."""

Report = Callable[[int, int], None]


def is_lines(path: Path) -> bool:
    """Tell by its name whether a file may hold lines of text."""
    return path.name.lower().endswith(SUFFIXES)


def is_image_lines(path: Path) -> bool:
    """Tell by its first line whether a file holds images; False where it cannot be read."""
    try:
        with _opened(path) as (lines, _):
            first = next(lines, "")
    except (DataError, OSError):
        return False
    return len(first.split(_separator(first))) in (PIXELS, PIXELS + 1)


def read_lines(path: Path, report: Report) -> Found:
    """Read images as lines, packed with gzip or not, with a header or without. Raises DataError, OSError."""
    labelled, last = _read(path, report)
    notes = [message("The label was taken from the last column.")] if last else []
    if "emnist" in path.name.lower():
        # As in the IDX files of EMNIST.
        labelled = Labelled(np.ascontiguousarray(labelled.images.transpose(0, 2, 1)), labelled.labels)
        notes.append(message("EMNIST keeps its images on their side; they were turned upright."))
    return Found(labelled, None, tuple(notes))


def _read(path: Path, report: Report) -> tuple[Labelled, bool]:
    total = path.stat().st_size
    firsts: list[str] = []
    lasts: list[str] = []
    pixels: list[np.ndarray] = []
    place = None
    with _opened(path) as (lines, position):
        number, first = 1, next(lines, "")
        separator = _separator(first)
        cells = [cell.strip().strip('"') for cell in first.split(separator)]
        _check_width(len(cells), path, 1)
        if _is_header(cells):
            place = _named(cells)
            number = 2
        else:
            lines = _before(first, lines)
        count = 0
        while chunk := list(islice(lines, _CHUNK)):
            rows = [(number + place, line) for place, line in enumerate(chunk) if line.strip()]
            number += len(chunk)
            count += len(rows)
            if count > MOST_IMAGES:
                raise DataError("{file} has more than {most} images.", file=str(path), most=MOST_IMAGES)
            if rows:
                values = _numbers(rows, separator, path)
                firsts += _texts(rows, separator, values[:, 0], 0)
                lasts += _texts(rows, separator, values[:, -1], -1)
                pixels.append(values[:, 1:] if place == 0 else values[:, :-1] if place == -1 else values)
            report(min(position(), total), total)
    if not pixels:
        raise DataError("{file} has a header, but no line of pixels after it.", file=str(path))
    if place is None:
        place = _guessed(firsts, lasts, path)
        pixels = [values[:, 1:] if place == 0 else values[:, :-1] for values in pixels]
    joined = np.concatenate(pixels)
    if np.isnan(joined).any():
        row = int(np.flatnonzero(np.isnan(joined).any(1))[0])
        raise DataError(
            "{file}: image {row} has a pixel that is not a number; each line holds a label and {count} numbers.",
            file=str(path),
            row=row + 1,
            count=PIXELS,
        )
    return Labelled(to_images(joined, str(path)), firsts if place == 0 else lasts), place == -1


def _numbers(rows: Sequence[tuple[int, str]], separator: str, path: Path) -> np.ndarray:
    """Return numbers (N, 785), NaN where the first or last cell is a text. Raises DataError with the line to blame."""
    try:
        values = np.loadtxt([line for _, line in rows], delimiter=separator, dtype=np.float32, ndmin=2, comments=None)
        if values.shape[1] == PIXELS + 1:
            return values
    except ValueError:
        pass
    found = np.empty((len(rows), PIXELS + 1), np.float32)
    for place, (number, line) in enumerate(rows):
        cells = [cell.strip().strip('"') for cell in line.split(separator)]
        _check_width(len(cells), path, number)
        for column, cell in enumerate(cells):
            try:
                found[place, column] = float(cell)
            except ValueError:
                if column not in (0, PIXELS):
                    raise DataError(
                        "{file}, line {line}, column {column}: “{value}” is not a number; pixels are numbers from 0 to "
                        "255.",
                        file=str(path),
                        line=number,
                        column=column + 1,
                        value=Verbatim(cell[:40]),
                    ) from None
                found[place, column] = np.nan
    return found


def _texts(rows: Sequence[tuple[int, str]], separator: str, values: np.ndarray, place: int) -> list[str]:
    """Return the first or last cell of each row; whole numbers without a decimal point."""
    if np.isfinite(values).all() and (values % 1 == 0).all():
        return [str(int(value)) for value in values]
    return [line.split(separator)[place].strip().strip('"') for _, line in rows]


def _check_width(found: int, path: Path, line: int) -> None:
    if found == PIXELS + 1:
        return
    if found == PIXELS:
        raise DataError(
            "{file}, line {line}: there are {count} values, so there are pixels, but no label; nothing can be learnt "
            "from these. Choose the file with labels.",
            file=str(path),
            line=line,
            count=found,
        )
    raise DataError(
        "{file}, line {line}: there are {found} values; {expected} are needed: a label, and the {pixels} pixels of an "
        "image of 28 × 28. A table of other things is opened on the pages with own data, for instance Playground.",
        file=str(path),
        line=line,
        found=found,
        expected=PIXELS + 1,
        pixels=PIXELS,
    )


def _is_header(cells: Sequence[str]) -> bool:
    """Tell whether there are names: no pixel of the first line is a number."""
    return not any(_is_number(cell) for cell in cells[1:-1])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _named(cells: Sequence[str]) -> int | None:
    """Return 0 or −1, where a header says that the label is, or None."""
    first, last = (cells[place].lower() in NAMES_OF_LABELS for place in (0, -1))
    return None if first == last else 0 if first else -1


def _guessed(firsts: Sequence[str], lasts: Sequence[str], path: Path) -> int:
    """Return 0 where the first column is the label, −1 where the last one is. Raises DataError where either may be."""
    first, last = _like_labels(firsts), _like_labels(lasts)
    if first != last:
        return 0 if first else -1
    raise DataError(
        "{file}: the label may be the first column (here {first}) or the last one (here {last}). Write a header line "
        "in which the one is called label.",
        file=str(path),
        first=Verbatim(", ".join(firsts[:5])[:60]),
        last=Verbatim(", ".join(lasts[:5])[:60]),
    )


def _like_labels(texts: Sequence[str]) -> bool:
    """Tell whether a column may hold labels: several different ones, none of which is nearly all."""
    different, counts = np.unique(np.asarray(texts), return_counts=True)
    return len(different) > 1 and counts.max() <= _MOSTLY * len(texts)


def _separator(line: str) -> str:
    return max(",;\t ", key=line.count)


def _before(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Iterator[str], Callable[[], int]]]:
    """Open a text, packed or not: its lines, and how many bytes of the file have been read. Raises DataError."""
    packed = check_file(path).startswith(b"\x1f\x8b")
    try:
        with open_regular(path) as stream:
            raw = gzip.GzipFile(fileobj=stream) if packed else stream
            with io.BufferedReader(cast(io.RawIOBase, raw)) as buffer:
                if packed:
                    refuse_what_stands_instead(buffer.peek(512)[:512], str(path))
                yield _lines(buffer, path), stream.tell
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError("{file} cannot be unpacked: its gzip data are damaged or cut short.", file=str(path)) from error
    except ReadingError as error:
        raise DataError("{file} cannot be read: {reason}.", file=str(path), reason=error.message) from error


def _lines(buffer: io.BufferedReader[Any], path: Path) -> Iterator[str]:
    number = 0
    while line := buffer.readline(_LARGEST_LINE + 1):
        number += 1
        if len(line) > _LARGEST_LINE:
            raise DataError(
                "{file}, line {line} is too long for an image of 28 × 28 pixels, or the file is no text.",
                file=str(path),
                line=number,
            )
        # What is no UTF-8 is no number either, and is said where it stands.
        text = line.decode("utf-8", "replace").lstrip("\ufeff")
        if number > 1 or text.strip():
            yield text.rstrip("\r\n")
