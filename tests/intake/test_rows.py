"""Rows of text: counted, numbered and turned into numbers as a second reader reads them, or refused with the row."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from kizuna.floor.errors import TableError
from kizuna.intake.incoming import Incoming, Part
from kizuna.intake.rows import Rows, Written, read_rows

HEADER = ("code", "name", "value")


def part_of(path: Path, content: bytes) -> tuple[Incoming, Part]:
    path.write_bytes(content)
    part = Part("gdp", "all", "", len(content))
    return Incoming(path, "x", "t", "p", "1", "1", "l", "c", "", (part,)), part


def read(path: Path, content: bytes, fields: Sequence[str] = HEADER, written: Written = Written()) -> Rows:  # noqa: B008
    return read_rows(*part_of(path, content), lambda _: None, fields, written)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


def test_quotes_line_ends_and_marks_change_nothing(path: Path) -> None:
    plain = read(path, b'code,name,value\nA,"x, y",1.5\nB,"two\nlines",2\nC,"say ""so""",3\n').frame
    assert plain["name"].to_list() == ["x, y", "two\nlines", 'say "so"']
    marked = b"\xef\xbb\xbf" + b'code,name,value\r\nA,"x, y",1.5\r\nB,"two\nlines",2\r\nC,"say ""so""",3'
    assert read(path, marked).frame.equals(plain)


def test_rows_are_numbered_as_an_editor_counts(path: Path) -> None:
    rows = read(path, b'a note\n\ncode,name,value\nA,"two\nlines",1\n\nB,x,n\n', written=Written(lead=2))
    assert rows.numbers_of.to_list() == [4, 7]
    with pytest.raises(TableError, match="row 7: value is 'n'"):
        rows.numbers("value", pl.Float64)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"code,name,value\nA,x\n", "row 2: 2 fields, expected 3"),
        (b"code,name,value\nA,x,1\nB,y,2,3\nC,1\n", "row 3: 4 fields, expected 3"),
        (b"code,name\nA,x\n", "lacks columns\n  value"),
        (b"code,name,name,value\nA,x,y,1\n", "same name\n  name"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        ("code,name,value\nA,x,1\n".encode("utf-16"), "UTF-16"),
        (b"code,name,value\nA,x\0,1\n", "row 2"),
        (b"code,name,value\nA,caf\xe9,1\n", "row 2: "),
        (b'code,name,value\nA,"x,1\n', "row 2"),
        (b"code,name,value\rA,x,1\r", "lacks columns|row"),
    ],
)
def test_what_is_not_rows_of_the_header_is_refused(path: Path, content: bytes, found: str) -> None:
    with pytest.raises(TableError, match=found):
        read(path, content)


def test_a_fallback_encoding_is_used_where_the_publisher_has_one(path: Path) -> None:
    found = read(path, b"code,name,value\nA,caf\xe9,1\n", written=Written(fallback="cp1252"))
    assert found.frame["name"].to_list() == ["café"]


def test_decimals_are_read_from_their_digits(path: Path) -> None:
    rows = read(path, b"code,name,value\nA,x,0.1\nB,y,1.5E+10\nC,z,\nD,z, 7 \n")
    found = rows.numbers("value", pl.Decimal(20, 3), missing=("",))
    assert list(map(str, found.to_list())) == ["0.100", "15000000000.000", "None", "7.000"]
    with pytest.raises(TableError, match="row 4: value is ''"):
        rows.numbers("value", pl.Float64)


def by_hand(text: str) -> list[list[str]] | None:
    """Return the rows by Python's own reader; None where it, or the count of fields, refuses them."""
    if "\0" in text:
        return None
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error:
        return None
    if not rows or rows[0] != list(HEADER) or any(len(row) != len(HEADER) for row in rows):
        return None
    return rows[1:]


def test_a_mutated_text_is_refused_or_read_as_a_second_reader_reads_it(path: Path) -> None:
    rng = random.Random(5)
    source = "code,name,value\n" + "".join(
        f"{rng.choice('ABC')},{rng.choice(('x', chr(34) + 'x, y' + chr(34), chr(34) * 2))},{rng.randrange(999)}\n"
        for _ in range(6)
    )
    same = refused = 0
    for _ in range(5_000):
        text = list(source)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(text))
            if rng.random() < 0.5:
                text[at] = rng.choice('",\n\r0A\x00 ')
            elif rng.random() < 0.5:
                del text[at]
            else:
                text.insert(at, rng.choice('",\n0A'))
        made = "".join(text)
        expected = by_hand(made)
        try:
            found = read(path, made.encode()).frame
        except TableError:
            refused += 1
            continue
        # What we take, the second reader takes alike: nothing is lost or shifted in silence.
        assert expected is not None, made
        assert [list(row) for row in found.rows()] == expected, made
        same += 1
    assert same > 1_000
    assert refused > 1_000
