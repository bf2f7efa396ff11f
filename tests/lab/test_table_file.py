"""Own data: tables as people have them are read, and a bad one is told by line and column."""

from __future__ import annotations

import csv
import io
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.core.text import DataError
from lab.data.tables import decoding, splitting
from lab.data.tables.cells import form, number, plain_numbers
from lab.data.tables.table import TableFile, read_table

GROWING = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
PLAIN = "x,y,kind\n1,2,a\n3,4.5,b\n5,6,a\n"


def table(folder: Path, text: str | bytes, encoding: str = "utf-8") -> TableFile:
    path = folder / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return read_table(path)


def kinds(found: TableFile) -> list[str]:
    return [column.kind for column in found.columns]


def test_a_plain_table(tmp_path: Path) -> None:
    found = table(tmp_path, PLAIN)
    assert found.names == ("x", "y", "kind")
    assert kinds(found) == ["numeric", "numeric", "category"]
    assert found.columns[1].values.tolist() == [2, 4.5, 6]
    assert found.columns[2].categories == ("a", "b")
    assert found.columns[2].values.tolist() == [0, 1, 0]
    assert found.columns[0].samples == ("1", "3", "5")
    assert found.lines.tolist() == [2, 3, 4] and found.rows == 3
    assert (found.encoding, found.separator, found.decimal, found.header, found.quoted) == (
        "UTF-8",
        ",",
        ".",
        True,
        False,
    )
    assert str(found.detected()) == "3 rows, 3 columns; UTF-8, separator “,”, decimal mark “.”, with a header"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_each_separator_is_found_also_with_texts_that_hold_others(tmp_path: Path, separator: str) -> None:
    found = table(tmp_path, PLAIN.replace(",", separator).replace("a", '"one, two; three | four\tfive"'))
    assert found.separator == separator
    assert found.columns[2].categories[1] == "one, two; three | four\tfive"
    assert found.quoted


@pytest.mark.parametrize(
    ("encoding", "name", "city"),
    [
        ("utf-8", "UTF-8", "شیراز"),
        ("utf-8-sig", "UTF-8 BOM", "شیراز"),
        ("utf-16", "UTF-16", "شیراز"),
        ("utf-16-le", "UTF-16", "Shiraz"),
        ("utf-16-be", "UTF-16", "Shiraz"),
        ("cp1256", "cp1256", "شيراز"),
        ("cp1256", "cp1256", "تهران بزرگ"),
        ("latin-1", "latin-1", "Málaga"),
        ("cp1252", "latin-1", "Łódź".encode("cp1252", "ignore").decode("cp1252") + "é"),
        ("latin-1", "latin-1", "Zürich"),
    ],
)
def test_each_encoding_is_found(tmp_path: Path, encoding: str, name: str, city: str) -> None:
    found = table(tmp_path, f"size,city\n1,{city}\n2,Rome\n3,{city}\n", encoding)
    assert found.encoding == name
    assert city in found.columns[1].categories
    assert found.names == ("size", "city")


def test_a_decimal_comma_is_found_beside_semicolons_and_in_quotes(tmp_path: Path) -> None:
    for text in ("a;b\n1,5;x\n-2,25;y\n1,234;x\n", 'a,b\n"1,5",x\n"-2,25",y\n"1,234",x\n'):
        found = table(tmp_path, text)
        assert found.decimal == ","
        assert found.columns[0].values.tolist() == [1.5, -2.25, 1.234]


def test_numbers_in_persian_and_arabic_digits(tmp_path: Path) -> None:
    found = table(tmp_path, "قد,وزن,گروه\n۱۷۰٫۵,۶۰,الف\n−۱,٧٠,ب\n۱۶۰,?,الف\n")
    assert found.names == ("قد", "وزن", "گروه")
    np.testing.assert_array_equal(found.columns[0].values, [170.5, -1, 160])
    np.testing.assert_array_equal(found.columns[1].values, [60, 70, math.nan])


@pytest.mark.parametrize(
    ("written", "values"),
    [
        (["$1.50", "$2", "$ 3.25"], [1.5, 2, 3.25]),
        (["-$1.50", "$-2", "+$3"], [-1.5, -2, 3]),
        (["1.50 €", "2€", "€3"], [1.5, 2, 3]),
        (["1.50 €", "2", "3"], [1.5, 2, 3]),
        (["£1", "£.5", "£2e3"], [1, 0.5, 2000]),
        (["5%", "7.5 %", "−1%"], [5, 7.5, -1]),
        (["5%", "0", "1%"], [5, 0, 1]),
        (["۵٪", "۷٫۵٪", "٪۲"], [5, 7.5, 2]),
        (["۱۵۰۰ تومان", "۲۰۰۰ تومان", "۳ تومان"], [1500, 2000, 3]),
        (["1500 Toman", "2000 toman", "3 تومان"], [1500, 2000, 3]),
        (["۱۵۰۰﷼", "۲۰۰۰ ریال", "3 Rials"], [1500, 2000, 3]),
        (["USD 1.5", "2 usd", "3 USD"], [1.5, 2, 3]),
        (["$1.50", "NA", "$2"], [1.5, math.nan, 2]),
    ],
)
def test_currency_and_per_cent_are_left_out_of_numbers(tmp_path: Path, written: list[str], values: list[float]) -> None:
    found = table(tmp_path, "price;kind\n" + "".join(f"{text};a\n" for text in written))
    assert kinds(found)[0] == "numeric"
    np.testing.assert_array_equal(found.columns[0].values, values)
    assert found.columns[0].samples[0] == written[0]


def test_a_decimal_comma_and_a_currency(tmp_path: Path) -> None:
    found = table(tmp_path, "price;kind\n1,50 €;a\n12,5 €;b\n")
    assert found.decimal == "," and found.columns[0].values.tolist() == [1.5, 12.5]


def test_what_only_looks_like_a_number_with_a_unit(tmp_path: Path) -> None:
    found = table(tmp_path, "a,b,c,d,e\n5kg,$,%,$a,5%%\n6kg,$$,%5%,$b,€5$\n")
    assert kinds(found) == ["category"] * 5


WORDS = (
    "سیب,گل", "خاک,سنگ", "شک,پک", "گربه,سگ", "چای,قهوه", "ب,پ", "شیراز,تهران", "الف,ب", "قرمز,آبی", "کم,زیاد",
    "می‌خواهم,نه",
)  # fmt: skip


@pytest.mark.parametrize("words", WORDS)
def test_labels_in_windows_1256(tmp_path: Path, words: str) -> None:
    # Windows has no ی of its own there, but the Arabic one.
    first, second = words.replace("ی", "ي").split(",")
    found = table(tmp_path, f"x,y,kind\n1,2,{first}\n2,3,{second}\n3,4,{first}\n".encode("cp1256"))
    assert found.encoding == "cp1256"
    assert set(found.columns[2].categories) == {first, second}


def test_words_in_windows_1256_whose_bytes_are_utf_8_by_chance(tmp_path: Path) -> None:
    text = "x,y,kind\n" + "1,2,سگ\n" * 5 + "2,3,طوطي\n"
    found = table(tmp_path, text.encode("cp1256"))
    assert found.columns[2].categories == ("سگ", "طوطي")
    found = table(tmp_path, "x,y,kind\n1,2,سگ\n2,3,رگ\n".encode("cp1256"))
    assert found.columns[2].categories == ("رگ", "سگ")
    for words in ("кӑмӑл,ҫын", "größe,naïve", "σοφία,νους", "سگ,طوطی"):
        first, second = words.split(",")
        found = table(tmp_path, f"x,y,kind\n1,2,{first}\n2,3,{second}\n")
        assert found.encoding == "UTF-8"
        assert set(found.columns[2].categories) == {first, second}


def test_comments_are_left_out_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    text = '# measured in May, by A, B and C\n#\n  # with 5" rulers\nx,y\n1,2\n# 3,4\n#broken sensor\n5,6\n'
    found = table(tmp_path, text)
    assert found.names == ("x", "y")
    assert found.lines.tolist() == [5, 8]
    with pytest.raises(DataError, match="line 20, column 1"):
        table(tmp_path, text + "7,8\n" * 11 + "low,3\n")
    assert table(tmp_path, text.replace("\n", "\r\n")).lines.tolist() == [5, 8]
    assert table(tmp_path, text.replace("\n", "\r")).lines.tolist() == [5, 8]


def test_a_header_behind_a_mark_of_comments_is_one(tmp_path: Path) -> None:
    found = table(tmp_path, "# made by a program\n# a b,c\n1,2\n3,4\n")
    assert found.header and found.names == ("a b", "c")
    np.savetxt(tmp_path / "n.csv", [[1, 2.5], [3, 4]], delimiter=",", header="length,width")
    assert read_table(tmp_path / "n.csv").names == ("length", "width")
    # A sentence with as many commas as there are columns.
    assert table(tmp_path, "# by A, B\nx,y\n1,2\n3,4\n").names == ("x", "y")


def test_cells_that_begin_with_a_number_sign_are_no_comments(tmp_path: Path) -> None:
    found = table(tmp_path, "colour,x\n#ff0000,1\n#00ff00,2\n#N/A,3\n")
    assert found.rows == 3 and found.columns[0].categories == ("#00ff00", "#ff0000")
    found = table(tmp_path, 'name,x\n"a\n# b, c",1\nd,2\n')
    assert found.columns[0].categories == ("a\n# b, c", "d")
    with pytest.raises(DataError, match=r"t\.csv is empty"):
        table(tmp_path, "# nothing\n# at all\n")


@pytest.mark.parametrize("first", ['"sep=;"', "sep=;", "SEP=;", "'sep=;'", "sep=;;", '"sep=;";'])
def test_every_way_to_write_excel_s_first_line(tmp_path: Path, first: str) -> None:
    found = table(tmp_path, f"{first}\nx;y\n1,5;2\n3,5;4\n")
    assert (found.separator, found.names, found.lines.tolist()) == (";", ("x", "y"), [3, 4])


def test_every_mark_of_what_is_missing(tmp_path: Path) -> None:
    marks = [
        "",
        "NA",
        "N/A",
        "NaN",
        "?",
        "-",
        "null",
        "na",
        "NULL",
        "#N/A",
        "None",
        "none",
        "nil",
        "<NA>",
        "#NA",
        "n.a.",
        "–",
        "—",
    ]
    marks += ["#VALUE!", "#DIV/0!", "#REF!", "#NUM!", "not available", "−", "؟"]
    found = table(tmp_path, "x,y,g\n" + "".join(f"{mark},1,{mark}\n" for mark in marks) + "5,2,a\n6,3,b\n")
    assert found.columns[0].missing == found.columns[2].missing == len(marks)
    assert found.missing_marks == tuple(marks)
    assert found.columns[2].categories == ("a", "b")


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("5.1,3.5,setosa\n4.9,3,setosa\n", False),
        ("1;2\n3;4\n", False),
        ("size;weight\n1;2\n", True),
        ("size,\n1,2\n3,4\n", True),
        ("colour,taste\nred,sweet\ngreen,sour\nred,sour\n", True),
        ("red,sweet\ngreen,sour\nred,sour\n", False),
        ("name,2019,2020\nAnna,3,4\nBen,5,6\n", False),
    ],
)
def test_a_header_is_told_from_a_row(tmp_path: Path, text: str, header: bool) -> None:
    found = table(tmp_path, text)
    assert found.header is header
    assert header or found.names[0] == "column 1"


def test_whether_there_is_a_header_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "years.csv").write_text("name,2019\nAnna,3\nBen,5\n")
    assert read_table(tmp_path / "years.csv", header=True).names == ("name", "2019")


def test_a_column_without_a_name_is_called_by_its_number(tmp_path: Path) -> None:
    assert table(tmp_path, ",x,y\n0,1.5,a\n1,2.5,b\n").names == ("column 1", "x", "y")


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """Also after empty lines, and after a cell with a line break in it."""
    found = table(tmp_path, 'x,y\r\n\r\n1,"a\r\nb"\r\n   \r\n2,c\r\n,\r\n,\r\n')
    assert found.lines.tolist() == [3, 6]


def test_old_and_new_line_ends_and_excel_s_first_line(tmp_path: Path) -> None:
    assert table(tmp_path, "x,y\r1,2\r3,4\r").rows == 2
    found = table(tmp_path, "sep=|\nx|y\n1|2\n3|4\n")
    assert found.separator == "|" and found.lines.tolist() == [3, 4]


def test_a_misprint_in_few_cells_is_an_error_and_in_many_makes_categories(tmp_path: Path) -> None:
    many = "x,y\n" + "1,2\n" * 8 + "low,2\n"
    assert kinds(table(tmp_path, many)) == ["category", "numeric"]
    with pytest.raises(DataError, match=r"line 11, column 1 \(“x”\): “low” is not a number"):
        table(tmp_path, "x,y\n" + "1,2\n" * 9 + "low,2\n")


ROWS = "1,2\n" * 10
BAD: dict[str, tuple[str | bytes, str]] = {
    "nothing in it": (b"", "t.csv is empty."),
    "only blanks": ("\n  \n\n", "t.csv is empty."),
    "a workbook": (b"PK\x03\x04\x14\x00\x06\x00", "t.csv is an Excel or ZIP file"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", "t.csv is an Excel or ZIP file"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "t.csv is a binary file"),
    "a program": (bytes(range(32)) * 10, "t.csv is a binary file"),
    "a web page": ("<!DOCTYPE html><html>a,b</html>", "t.csv, line 1: this is a web page"),
    "a damaged letter": (
        "naïve,größe\n1,ä\n2,ö\n".encode() + b"3,\xff\n",
        "t.csv, line 4, column 2 (“größe”): the byte 0xFF in this cell belongs to no letter",
    ),
    "a letter of no encoding": (b"x,name\n1,a\n2,\x81b\n", "t.csv, line 3, column 2 (“name”): the byte 0x81"),
    "UTF-16 cut short": ("x,y\n1,2\n3,4".encode("utf-16") + b"5", "t.csv, line 3, column 2 (“y”): a letter"),
    "a NUL": (b"x,y\n" + b"1,2\n" * 40 + b"3,4\x005\n", "t.csv, line 42, column 2 (“y”): this cell holds a NUL byte"),
    "only a header": ("height,width,kind\n", "t.csv, line 1: after this header comes no row of values."),
    "one column": ("x\n1\n2\n3\n", "t.csv, line 1 has one column only"),
    "too few cells": (
        "x,y,z\n1,2,3\n1,2\n4,5,6\n",
        "t.csv, line 3, column 2: this line ends after 2 cells",
    ),
    "too many cells": (
        "x,y\n1,2\n3,4\n1,5,2,5\n",
        "t.csv, line 4, column 3: this line has 4 cells, and most lines have 2; what is too much begins with “2”",
    ),
    "a title above": (
        "My table\nx,y\n1,2\n3,4\n",
        "t.csv, line 1, column 1: this line ends after its first cell, and most lines have 2.",
    ),
    "a quote that is never closed": (
        'x,y,z\n1,2,3\n4,"5,6\n7,8,9\n',
        't.csv, line 3, column 2: a quotation mark " opens a cell here and is never closed',
    ),
    "a quote never closed in the header": ('"x,y\n1,2\n', "t.csv, line 1, column 1: a quotation mark"),
    "a text after a quote": ('x,y\n1,"a" b\n2,c\n', "t.csv, line 2, column 2: text follows the quotation mark"),
    "no separator fits": ("a b\nc,d\ne;f;g\nh|i\nj,k,l,m\n", "t.csv, line 1: no separator gives most lines"),
    "two names that are equal": ("x,y,x\n1,2,3\n4,5,6\n", "t.csv, line 1, column 3 (“x”): column 1 has the same name"),
    "a text among numbers": (
        f"x,y\n{ROWS}1,two\n",
        "t.csv, line 12, column 2 (“y”): “two” is not a number, and the other values of this column are",
    ),
    "a date among numbers": (
        f"x,y\n{ROWS}2024-01-05,2\n",
        "t.csv, line 12, column 1 (“x”): “2024-01-05” is not",
    ),
    "an infinity": (f"x,y\n{ROWS}1,-inf\n", "t.csv, line 12, column 2 (“y”): “-inf” is infinite, or too large"),
    "a number too large": (
        f"x,y\n{ROWS}1e999,2\n",
        "t.csv, line 12, column 1 (“x”): “1e999” is infinite",
    ),
    "a comma after points": ("x;y\n1.5;2\n2,5;3\n", "t.csv, line 3, column 1 (“x”): “2,5” has a decimal comma"),
    "a point after commas": ("x;y\n1,5;2\n2;3.25\n", "t.csv, line 3, column 2 (“y”): “3.25” has a decimal point"),
    "a point in another line": ("x;y\n1,5;1\n2;1\n3;0.5\n", "t.csv, line 4, column 2 (“y”): “0.5” has a decimal point"),
    "what may be thousands": (
        "x;y\n1,234;2\n2,345;3\n",
        "t.csv, line 2, column 1 (“x”): “1,234” may be",
    ),
    "two currencies": (
        "x,y\n$1,2\n€2,3\n",
        "t.csv, line 3, column 1 (“x”): “€2” is not in $, as numbers before it are; write all of this column in one",
    ),
    "a share among per cents": ("x,y\n5%,2\n0.5,3\n", "t.csv, line 3, column 1 (“x”): “0.5” is not in %, as"),
    "thousands with a currency": ('x,y\n"$1,234.50",2\n$5,3\n', "t.csv, line 2, column 1 (“x”): “$1,234.50” has its"),
    "thousands": ('x,y\n"1,234,567",2\n5,3\n', "t.csv, line 2, column 1 (“x”): “1,234,567” has its digits in groups"),
    "Persian thousands": ("x,y\n۱٬۲۳۴,2\n5,3\n", "t.csv, line 2, column 1 (“x”): “۱٬۲۳۴” has its digits in groups"),
    "too many columns": (",".join("a" * 201) + "\n1" + ",1" * 200, "t.csv, line 1, column 201: there are 201 columns"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_a_sentence_with_its_place(tmp_path: Path, name: str) -> None:
    text, sentence = BAD[name]
    with pytest.raises(DataError) as caught:
        table(tmp_path, text)
    assert str(caught.value).startswith(sentence)


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no file .*gone\.csv\."):
        read_table(tmp_path / "gone.csv")
    with pytest.raises(DataError, match="is a folder; choose a file in it"):
        read_table(tmp_path)
    with pytest.raises(DataError, match="cannot be read: embedded null"):
        read_table("a\x00b")
    with pytest.raises(DataError, match="cannot be read: File name too long"):
        read_table("a" * 1000)
    with pytest.raises(DataError, match="There is no file ~nobody-of-that-name/a"):
        read_table("~nobody-of-that-name/a.csv")


@pytest.mark.skipif(os.name != "posix", reason="there are no such files elsewhere")
def test_what_never_ends_is_not_read() -> None:
    with pytest.raises(DataError, match="/dev/zero is no ordinary file"):
        read_table("/dev/zero")


def test_a_file_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAXIMUM_BYTES", 1_000_000)
    with pytest.raises(DataError, match=r"t\.csv is too large: it has 4 MB, and 1 are allowed"):
        table(tmp_path, "x,y\n" + "1,2\n" * 1_000_000)


def test_too_many_rows_and_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "MAXIMUM_ROWS", 3)
    assert table(tmp_path, "x,y\n1,2\n3,4\n5,6\n").rows == 3
    with pytest.raises(DataError, match=r"t\.csv, line 5: the table goes on after 3 rows"):
        table(tmp_path, "x,y\n1,2\n3,4\n5,6\n7,8\n")
    monkeypatch.setattr(splitting, "MAXIMUM_CELLS", 7)
    with pytest.raises(DataError, match=r"t\.csv is too large: 4 rows of 2 cells, and 7 cells"):
        table(tmp_path, "x,y\n1,2\n3,4\n5,6\n")


def test_the_first_bad_line_is_the_one_that_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 12, column 2"):
        table(tmp_path, f"x,y\n{ROWS}1,oops\n2,3\noh,3\n")


def test_a_long_value_is_cut_in_the_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        table(tmp_path, f"x,y\n{ROWS}1,{'long ' * 50}\n")
    assert len(str(caught.value)) < 220


# Letters of several scripts, with all that has a meaning in a table; no NUL, no half pairs.
LETTERS = st.sampled_from("abcXYZ ,;|\t\"'\n._-:éßشیراز۱۲3?9")
TEXTS = st.text(LETTERS, max_size=8)
NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**9), 10**9).map(float))


def expected(cell: str) -> str:
    return "" if form(cell.strip()) == "missing" else cell.strip()


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], list[list[float]]]:
    rows = draw(st.integers(2, 12))
    texts = draw(st.lists(st.lists(TEXTS, min_size=rows, max_size=rows), min_size=1, max_size=3))
    numbers = draw(st.lists(st.lists(NUMBERS, min_size=rows, max_size=rows), min_size=1, max_size=3))
    return texts, numbers


@GROWING
@given(made=tables(), separator=st.sampled_from(",;|\t"), end=st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read(
    tmp_path: Path, made: tuple[list[list[str]], list[list[float]]], separator: str, end: str
) -> None:
    """Texts that have a letter come back as they were but for blanks around them; numbers come back to the bit."""
    texts, numbers = made
    texts = [[f"{cell}w" for cell in column] for column in texts]
    header = [f"text {place}" for place in range(len(texts))] + [f"number {place}" for place in range(len(numbers))]
    rows = list(zip(*texts, *[[repr(value) for value in column] for column in numbers], strict=True))
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_NONNUMERIC).writerows([header, *rows])
    (tmp_path / "t.csv").write_text(stream.getvalue(), encoding="utf-8", newline="")
    cut = splitting.split(stream.getvalue(), "t.csv", separator)
    assert cut.rows == [[cell.strip() for cell in row] for row in [header, *rows]]
    found = read_table(tmp_path / "t.csv")
    assert found.names == tuple(header) and found.separator == separator and found.rows == len(rows)
    for column, cells in zip(found.columns, texts, strict=False):
        assert [column.categories[int(code)] for code in column.values] == [cell.strip() for cell in cells]
    for column, values in zip(found.columns[len(texts) :], numbers, strict=True):
        assert column.kind == "numeric" and column.values.tolist() == values


@given(value=NUMBERS)
def test_the_fast_and_the_careful_reading_of_numbers_agree(value: float) -> None:
    text = repr(value)
    fast = plain_numbers([text])
    assert form(text) in ("whole", "point")
    assert fast is not None and fast[0] == number(text) == value


@given(cell=st.text(st.sampled_from("0123456789.,+-eE_ ۱٫naif"), min_size=1, max_size=8).map(str.strip))
def test_what_is_read_fast_is_a_plain_number(cell: str) -> None:
    fast = plain_numbers([cell])
    assert (fast is not None) == (form(cell) in ("whole", "point") and math.isfinite(number(cell)))
    assert fast is None or fast[0] == number(cell)


@GROWING
@given(values=st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=2, max_size=20))
def test_numbers_are_those_that_numpy_reads(tmp_path: Path, values: list[list[float]]) -> None:
    path = tmp_path / "numbers.csv"
    np.savetxt(path, np.array(values), fmt="%.17g", delimiter=",", header="a,b,c", comments="")
    found = np.stack([column.values for column in read_table(path).columns], axis=1)
    np.testing.assert_array_equal(found, np.genfromtxt(path, delimiter=",", skip_header=1))


@GROWING
@given(data=st.one_of(st.binary(max_size=300), st.text(st.sampled_from('ab1.,;|\t"\n\r -?'), max_size=60)))
def test_anything_is_a_table_or_an_error_in_words(tmp_path: Path, data: str | bytes) -> None:
    try:
        found = table(tmp_path, data)
    except DataError as error:
        said = str(error)
    else:
        said = str(found.detected())
        assert all(len(column.values) == found.rows > 0 for column in found.columns)
    assert said.startswith("t.csv") or "rows" in said
