"""The text of a table as rows of cells: which separator it has, and every line with as many cells as the others."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lab.data.tables.cells import NUMBERS, form
from lab.data.tables.errors import Place, TableError, cut

MAXIMUM_ROWS = 200_000
MAXIMUM_COLUMNS = 200
MAXIMUM_CELLS = 2_000_000
# The first of them that fits equally well: a decimal comma may stand between semicolons.
SEPARATORS = {"\t": "tab", ";": ";", "|": "|", ",": ","}
_SAMPLE = 200
_EXCEL_LINE = re.compile(r"[\"']?sep=([\t;|,])[\"']?[\t;|, ]*\r?\n", re.IGNORECASE)
_COMMENT = re.compile(r"^[^\S\r\n]*#", re.MULTILINE)
_MARKS = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
"""Marks of direction, which editors of Persian leave at the edges of cells."""
_UNREADABLE = re.compile("[\x00\ud800\udc80-\udcff]")


@dataclass(frozen=True)
class Split:
    """Rows of stripped cells, all of one length, and the line at which each begins, counted from 1."""

    rows: list[list[str]]
    lines: list[int]
    separator: str
    quoted: bool


def split(text: str, file: str, separator: str = "") -> Split:
    """Cut a text into cells; `separator` is found where it is not given. Empty lines are left out.

    Raises TableError: lines of different lengths, quotes that do not close, characters that cannot be, too many
    rows or columns, one column only.
    """
    first_line = 1
    announced = _EXCEL_LINE.match(text)
    if announced:
        separator, text, first_line = separator or announced[1], text[announced.end() :], 2
    text = _without_comments(text, file, separator)
    if not text.strip():
        raise TableError("{where} is empty.", Place(file))
    separator = separator or _separator(text, file)
    rows: list[list[str]] = []
    lines: list[int] = []
    for line, cells in _cells(text, separator, file, first_line):
        if len(rows) > MAXIMUM_ROWS:
            raise TableError(
                "{where}: the table goes on after {limit} rows; so many are allowed. Keep a part of its lines.",
                Place(file, line),
                limit=MAXIMUM_ROWS,
            )
        rows.append(cells)
        lines.append(line)
    # A spreadsheet may write what was once filled and is empty now.
    while rows and not any(rows[-1]):
        rows.pop()
        lines.pop()
    if not rows:
        raise TableError("{where} is empty.", Place(file))
    _check_lengths(rows, lines, file)
    if _UNREADABLE.search(text):
        _refuse_unreadable(rows, lines, file)
    return Split(rows, lines, separator, '"' in text)


def _cells(text: str, separator: str, file: str, first_line: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    line = first_line
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _bad_quote(text, separator, Place(file, line), line - first_line, str(error)) from error
        cells = [_stripped(cell) for cell in cells]
        if len(cells) > 1 or any(cells):
            yield line, cells
        line = first_line + reader.line_num


def _without_comments(text: str, file: str, separator: str) -> str:
    """Return a text in which lines that begin with # are empty, so that the others keep their numbers.

    Such a line is a row where it has as many cells as most lines, and # and the text are one word, as in #ff0000 and
    #N/A. The last one before the first row is the header where it has as many cells and that row is none.
    """
    if not _COMMENT.search(text):
        return text
    lines = list(io.StringIO(text, newline=""))
    marked = _marked(lines)
    bare = "".join("" if mark else line for line, mark in zip(lines, marked, strict=True))
    if not bare.strip():
        return ""
    separator = separator or _separator(bare, file)
    sample = [line for line in io.StringIO(bare, newline="") if line.strip()][:_SAMPLE]
    widths = Counter(map(len, _leniently(csv.reader(sample, delimiter=separator, skipinitialspace=True))))
    [(width, _)] = widths.most_common(1) or [(0, 0)]
    first = next(
        place for place, (line, mark) in enumerate(zip(lines, marked, strict=True)) if line.strip() and not mark
    )
    above = next((place for place in range(first - 1, -1, -1) if lines[place].strip()), -1)
    for place, mark in enumerate(marked):
        if not mark:
            continue
        rest = lines[place].lstrip().lstrip("#")
        fits = rest.count(separator) + 1 == width > 1
        if place == above and fits and _has_number(lines[first], separator):
            lines[place] = rest.lstrip()
        elif not fits or place < first or not rest[:1].strip():
            lines[place] = lines[place][len(lines[place].rstrip("\r\n")) :]
    return "".join(lines)


def _marked(lines: list[str]) -> list[bool]:
    """Tell of each line whether it begins with # outside of quotation marks."""
    marked, inside = [], False
    for line in lines:
        marked.append(not inside and line.lstrip().startswith("#"))
        if not marked[-1] and line.count('"') % 2:
            inside = not inside
    return marked


def _has_number(line: str, separator: str) -> bool:
    return any(form(_stripped(cell.strip().strip('"'))) in NUMBERS for cell in line.split(separator))


def _stripped(cell: str) -> str:
    return cell.strip() if cell.isascii() else cell.strip().strip(_MARKS).strip()


def _bad_quote(text: str, separator: str, place: Place, skipped: int, reason: str) -> TableError:
    """Say in which column the quotes go wrong: the row is read once more, letter by letter."""
    rest = "".join(list(io.StringIO(text, newline=""))[skipped:])
    column, inside, begun, after = 1, False, False, False
    for letter in rest:
        if inside:
            inside, after = letter != '"', letter == '"'
        elif letter == '"' and (after or not begun):
            inside, begun, after = True, True, False
        elif after and letter not in (separator, "\r", "\n"):
            break
        elif letter == separator:
            column, begun, after = column + 1, False, False
        elif letter != " ":
            begun = True
    place = Place(place.file, place.line, column)
    if "expected after" in reason:
        return TableError(
            '{where}: text follows the quotation mark that ends the cell. Inside quotes, a mark is written twice: "".',
            place,
        )
    return TableError(
        '{where}: a quotation mark " opens a cell here and is never closed. Close it, or take it away.', place
    )


def _separator(text: str, file: str) -> str:
    """Return the separator that gives most lines the same number of cells, two at least."""
    sample = [line for _, line in zip(range(_SAMPLE), io.StringIO(text, newline=""), strict=False)]
    best, best_share, counts_of_best = "", 0.0, Counter[int]()
    for separator in SEPARATORS:
        reader = csv.reader(sample, delimiter=separator, skipinitialspace=True)
        counts = Counter(len(cells) for cells in _leniently(reader) if cells)
        width = max((width for width in counts if width > 1), key=lambda width: counts[width], default=1)
        share = counts[width] / max(1, counts.total())
        if width > 1 and share > best_share:
            best, best_share, counts_of_best = separator, share, counts
    if not best and '"' in text:
        # A quotation mark that is never closed hides all separators; reading says where it stands.
        return ","
    if not best:
        raise TableError(
            "{where} has one column only: no comma, semicolon, tab or | is between cells. A table for learning needs "
            "two columns at least.",
            Place(file, 1),
        )
    if best_share < 0.5 and len(counts_of_best) > 1:
        raise TableError(
            "{where}: no separator gives most lines the same number of cells; with the best, {separator}, they have "
            "from {least} to {most}. Separate all cells by one of , ; | or a tab.",
            Place(file, 1),
            separator=f"“{SEPARATORS[best]}”",
            least=min(counts_of_best),
            most=max(counts_of_best),
        )
    return best


def _leniently(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error:
        # A cell without end: said, with its place, when the table itself is read.
        return


def _check_lengths(rows: list[list[str]], lines: list[int], file: str) -> None:
    [(width, _)] = Counter(map(len, rows)).most_common(1)
    for cells, line in zip(rows, lines, strict=True):
        if len(cells) == 1 < width:
            raise TableError(
                "{where}: this line ends after its first cell, and most lines have {expected}.",
                Place(file, line, 1),
                expected=width,
            )
        if len(cells) < width:
            raise TableError(
                "{where}: this line ends after {found} cells, and most lines have {expected}.",
                Place(file, line, len(cells)),
                found=len(cells),
                expected=width,
            )
        if len(cells) > width:
            raise TableError(
                "{where}: this line has {found} cells, and most lines have {expected}; what is too much begins with "
                "“{value}”. A cell that holds the separator stands between quotation marks.",
                Place(file, line, width + 1),
                found=len(cells),
                expected=width,
                value=cut(cells[width]),
            )
    if width == 1:
        raise TableError(
            "{where} has one column only: no comma, semicolon, tab or | is between cells. A table for learning needs "
            "two columns at least.",
            Place(file, 1),
        )
    if width > MAXIMUM_COLUMNS:
        raise TableError(
            "{where}: there are {found} columns, and {limit} are allowed. Keep those that matter.",
            Place(file, lines[0], MAXIMUM_COLUMNS + 1),
            found=width,
            limit=MAXIMUM_COLUMNS,
        )
    if width * len(rows) > MAXIMUM_CELLS:
        raise TableError(
            "{where} is too large: {rows} rows of {columns} cells, and {limit} cells are allowed in all.",
            Place(file),
            rows=len(rows),
            columns=width,
            limit=MAXIMUM_CELLS,
        )


def _refuse_unreadable(rows: list[list[str]], lines: list[int], file: str) -> None:
    for cells, line in zip(rows, lines, strict=True):
        for place, cell in enumerate(cells):
            found = _UNREADABLE.search(cell)
            if found is None:
                continue
            at = Place(file, line, place + 1, rows[0][place] if line != lines[0] else "")
            if found[0] == "\ud800":
                raise TableError("{where}: a letter of this cell is broken; the UTF-16 of the file is cut short.", at)
            if found[0] == "\x00":
                raise TableError("{where}: this cell holds a NUL byte; the file is damaged, or not a text.", at)
            raise TableError(
                "{where}: the byte 0x{byte} in this cell belongs to no letter; the file is damaged, or in an encoding "
                "that is not known here. Save it as UTF-8.",
                at,
                byte=f"{ord(found[0]) - 0xDC00:02X}",
            )
