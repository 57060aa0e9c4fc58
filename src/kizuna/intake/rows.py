"""Rows of a publisher's text file: every field as text, with the number of its row, turned into numbers by name.

Nothing is guessed: fields are counted in every row, no word is taken for missing but those that an adapter names, and a
text that is no number is an error with its row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl

from kizuna.floor.errors import TableError
from kizuna.intake.incoming import Incoming, Part, Read, Tell, opened
from kizuna.sources.checks import broken, checked
from kizuna.sources.forms import form_of

BLOCK = 1 << 24  # bytes read at a time
LONGEST = 4 * BLOCK  # bytes without the end of a row that are read
SHOWN = 10  # faults of one file in a message
SHOWN_CHARACTERS = 40  # of a field in a message
DO = "Nothing was taken in. Mend the rows named, or fetch the publisher's file again."
ROW = "row of the file"  # column of the number of a row, where it goes along
UTF8 = "UTF-8"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
SCIENTIFIC = r"^[+-]?\d+(\.\d+)?[eE][+-]?\d+$"


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of one file.

    Parameters
    ----------
    name
        Of the file or member, for messages.
    numbers_of
        Number of each row in the file, as an editor counts, shape (rows,).
    frame
        The fields as text.
    encoding
        Of the file as far as it was read: ``UTF-8``, or the one that an adapter allows beside it.
    """

    name: str
    numbers_of: pl.Series
    frame: pl.DataFrame
    encoding: str = UTF8

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.frame.height

    def texts(self, field: str, missing: Sequence[str] = ()) -> pl.Series:
        """Return a column of text; what is in ``missing`` as null."""
        column = self.frame.get_column(field)
        return column.set(column.is_in(list(missing)), None) if missing else column

    def numbers(
        self, field: str, dtype: pl.DataType | type[pl.DataType], missing: Collection[str] = ()
    ) -> pl.Series:  # fmt: skip
        """Return a column of numbers; decimals are read from the digits.

        Raises
        ------
        TableError
            Naming the rows whose field is neither a number that fits nor in ``missing``.
        """
        texts = self.frame.get_column(field).str.strip_chars()
        texts = texts.set(texts.is_in(list(missing)), None) if missing else texts
        found = texts.cast(dtype, strict=False)
        lost = found.is_null() & texts.is_not_null()
        if lost.any() and not dtype.is_integer():
            scientific = texts.set(~texts.str.contains(SCIENTIFIC).fill_null(value=False), None)
            found = found.fill_null(scientific.cast(pl.Float64, strict=False).cast(dtype, strict=False))
            lost = found.is_null() & texts.is_not_null()
        self.refuse(
            lost, field, "a whole number" if dtype.is_integer() else "a number with a point and no thousands marks"
        )
        return found

    def refuse(self, wrong: pl.Series, field: str, expected: str) -> None:
        """Raise TableError naming the rows where ``wrong`` holds, if any."""
        places = wrong.fill_null(value=False).arg_true()
        if not len(places):
            return
        column = self.frame.get_column(field)
        faults = [f"row {self.numbers_of[at]}: {field} is {short(column[at])}" for at in places[:SHOWN].to_list()]
        more = f" ({len(places):,} rows)" if len(places) > SHOWN else ""
        raise TableError(
            f"Fields are not what the publisher's form says{more}", faults, where=self.name, expected=expected, do=DO
        )

    def only(self, kept: pl.Series) -> Rows:
        """Return the rows where ``kept`` holds."""
        return Rows(self.name, self.numbers_of.filter(kept), self.frame.filter(kept), self.encoding)


@dataclass(frozen=True, slots=True)
class Written:
    """How a publisher writes its text files.

    Parameters
    ----------
    lead
        Lines before the header.
    separator
        One character between fields.
    fallback
        Encoding of a file that is no UTF-8, as older files of some publishers are; empty where UTF-8 alone will do.
    foot
        How lines begin that stand below the table; one with too few fields is filled with empty ones.
    surplus
        Whether a separator ends every row but the header, which makes one more field, ``unnamed N``.
    """

    lead: int = 0
    separator: str = ","
    fallback: str = ""
    foot: tuple[str, ...] = ()
    surplus: bool = False


PLAIN = Written()


def read_rows(
    incoming: Incoming, part: Part, tell: Tell, fields: Sequence[str], written: Written = PLAIN
) -> Rows:  # fmt: skip
    """Return all rows of a part with the fields named; others are left out.

    Raises
    ------
    TableError
        If a field is not in the header, a row has more or fewer fields than it, or the text cannot be read.
    """
    blocks = [block for _, block in read_blocks(incoming, part, tell, fields, written)]
    numbers, frame = (pl.concat([getattr(one, what) for one in blocks]) for what in ("numbers_of", "frame"))
    return Rows(blocks[0].name, numbers, frame, blocks[-1].encoding)


def read_blocks(
    incoming: Incoming, part: Part, tell: Tell, fields: Sequence[str], written: Written = PLAIN
) -> Iterator[tuple[tuple[str, ...], Rows]]:
    """Yield the header with one block of rows after the other, at least one; raises as :func:`read_rows` does."""
    name = part.member or incoming.path.name
    with opened(incoming, part) as file:
        head, at = _head(file, name, written)
        header = _header(head, name, fields, written)
        read, encoding = len(head), ""
        none = pl.DataFrame(schema=dict.fromkeys(fields or header, pl.String))
        yield header, Rows(name, pl.Series([], dtype=pl.Int64), none)
        for block in _whole_records(file, part.size - read, name):
            text, encoding = _utf8(block, name, encoding, written.fallback, at)
            frame, lines = _parsed(text, header, at, name, written)
            at += int(block.count(b"\n")) + (not block.endswith(b"\n"))
            read += len(block)
            yield header, Rows(name, lines, frame.select(fields) if fields else frame, encoding or UTF8)
            tell(read)


def header_of(text: str, written: Written = PLAIN) -> list[str]:
    """Return the fields of the first line of a text after its lead, as far as there is one and it is of a table."""
    lines = [*islice(io.StringIO(text), written.lead, written.lead + 1)]
    try:
        return [cell.strip() for cell in next(csv.reader(lines, delimiter=written.separator), [])]
    except csv.Error:
        return []


def refuse_rows(table: str, rows: Rows, frame: pl.DataFrame) -> None:
    """Check each value against the form of a table, row by row, and the key.

    Parameters
    ----------
    rows
        The rows of the file that ``frame`` was made of, in the same order, for their numbers.

    Raises
    ------
    TableError
        Naming rows, column and value.
    """
    form = form_of(table)
    faults = []
    for name, column in form.columns.items():
        values = frame.get_column(name)
        for _, wrong in broken(values, column):
            places = wrong.arg_true()[:SHOWN].to_list()
            faults += [f"row {rows.numbers_of[at]}: {name} is {short(values[at])}" for at in places]
    numbered = frame.with_columns(rows.numbers_of.alias(ROW))
    twice = numbered.filter(frame.select(form.key).is_duplicated())
    faults += [f"{fault} stands more than once" for fault in key_faults(twice, form.key, ROW)]
    if faults:
        raise TableError(
            f"Rows do not fit the table {table}", faults[:SHOWN], where=rows.name, expected=form.meaning,
            do="Nothing was taken in. Mend the rows named, or the mapping.",
        )  # fmt: skip


def key_faults(twice: pl.DataFrame, key: Sequence[str], row: str) -> list[str]:
    """Return the faults of rows whose key stands more than once, each with its number, the column ``row``."""
    return [
        f"row {one[row]}: {', '.join(f'{column} {one[column]}' for column in key)}"
        for one in twice.head(SHOWN).iter_rows(named=True)
    ]


def write(
    table: str, frame: pl.DataFrame, target: Path, rows_in: int, notes: tuple[str, ...] = (),
    dropped: tuple[tuple[str, int], ...] = (),
) -> Read:  # fmt: skip
    """Check a table against its form and write it.

    Raises
    ------
    SourceError
        If a column breaks the form, or a key stands twice.
    """
    form = form_of(table)
    checked(table, frame, form.columns, form.key).rechunk().write_parquet(target, compression="zstd")
    return Read(rows_in, frame.height, notes, tuple((reason, rows) for reason, rows in dropped if rows))


def short(value: object) -> str:
    """Return a value as a message shows it."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}... ({len(text):,} characters)"


def _head(file: IO[bytes], name: str, written: Written) -> tuple[bytes, int]:
    """Return the bytes up to the header's end, and the number of the row behind the header."""
    lines = [file.readline(BLOCK) for _ in range(written.lead + 1)]
    head = b"".join(lines)
    if not lines[-1].strip():
        raise TableError("The file is empty", ["no header"], where=name, expected="a header and rows", do=DO)
    if head.startswith(UTF16):
        raise TableError("The text is UTF-16", ["its first two bytes"], where=name, expected="UTF-8", do=DO)
    return head, written.lead + 2


def _header(head: bytes, name: str, fields: Sequence[str], written: Written) -> tuple[str, ...]:
    text = head.decode("utf-8-sig", "replace")
    cells = [*header_of(text, written), *([""] if written.surplus else [])]
    header = tuple(cell or f"unnamed {place}" for place, cell in enumerate(cells))
    missing = [field for field in fields if field not in header]
    if missing:
        raise TableError(
            "The header lacks columns", [", ".join(missing)], where=name,
            expected=f"{', '.join(fields)}; found {short(', '.join(header))}", do=DO,
        )  # fmt: skip
    named = [cell for cell in cells if cell]
    if twice := sorted({cell for cell in named if named.count(cell) > 1}):
        raise TableError("Columns have the same name", twice, where=name, expected="each name once", do=DO)
    return header


def _whole_records(file: IO[bytes], most: int, name: str) -> Iterator[bytes]:
    """Yield blocks that end where a row ends: at a line's end outside of quotes."""
    rest, read = b"", 0
    while block := file.read(BLOCK):
        read += len(block)
        if read > most:
            raise TableError("The member is larger than its entry says", [f"{most:,} bytes"], where=name, do=DO)
        rest += block
        cut = _last_end(rest)
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > LONGEST:
            begins = short(rest[:SHOWN_CHARACTERS].decode("utf-8", "replace"))
            expected = "quotes that are closed"
            raise TableError("A row has no end", [f"it begins {begins}"], where=name, expected=expected, do=DO)
    if read < most:
        raise TableError("The member is smaller than its entry says", [f"{most:,} bytes"], where=name, do=DO)
    if rest:
        yield rest


def _last_end(block: bytes) -> int:
    """Return how many bytes are whole rows."""
    if b'"' not in block:
        return block.rfind(b"\n") + 1
    codes = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero(codes == ord("\n"))
    quotes = np.flatnonzero(codes == ord('"'))
    outside = ends[np.searchsorted(quotes, ends) % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0


def _parsed(
    block: bytes, header: tuple[str, ...], first: int, name: str, written: Written
) -> tuple[pl.DataFrame, pl.Series]:
    """Return the fields of a block and the number of each row; where they do not add up, row by row."""
    schema = dict.fromkeys(header, pl.String)
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    if b"\r" not in block.replace(b"\r\n", b"") and _fields(block, written.separator) == lines * (len(header) - 1):
        try:
            frame = pl.read_csv(block, has_header=False, schema=schema, separator=written.separator).fill_null("")
            if frame.height == lines:
                return frame, pl.int_range(first, first + lines, dtype=pl.Int64, eager=True)
        except pl.exceptions.PolarsError:
            pass  # the rows are gone through one by one below
    return _row_by_row(block, header, first, name, written)


def _fields(block: bytes, separator: str) -> int:
    """Return the separators outside of quotes."""
    if b'"' not in block:
        return block.count(separator.encode())
    codes = np.frombuffer(block, dtype=np.uint8)
    places = np.flatnonzero(codes == ord(separator))
    quotes = np.flatnonzero(codes == ord('"'))
    return int((np.searchsorted(quotes, places) % 2 == 0).sum())


def _row_by_row(
    block: bytes, header: tuple[str, ...], first: int, name: str, written: Written
) -> tuple[pl.DataFrame, pl.Series]:
    rows: list[list[str]] = []
    lines: list[int] = []
    faults: list[str] = []
    reader = csv.reader(io.StringIO(block.decode(), newline=""), delimiter=written.separator, strict=True)
    before = 0
    try:
        for row in reader:
            at, before = first + before, reader.line_num
            if not row:
                continue  # an empty line
            if len(row) < len(header) and row[0].startswith(written.foot):
                row += [""] * (len(header) - len(row))
            if len(row) != len(header):
                faults.append(f"row {at}: {len(row)} fields, expected {len(header)}")
            rows.append(row)
            lines.append(at)
    except csv.Error as error:
        faults.append(f"row {first + before}: {error}")
    if faults:
        more = f" ({len(faults):,} faults)" if len(faults) > SHOWN else ""
        raise TableError(
            f"Rows are not what the publisher's form says{more}", faults[:SHOWN], where=name,
            expected=f"{len(header)} fields in every row", do=DO,
        )  # fmt: skip
    return (
        pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row"),
        pl.Series(lines, dtype=pl.Int64),
    )


def _utf8(block: bytes, name: str, before: str, fallback: str, first: int) -> tuple[bytes, str]:
    """Return the block in UTF-8 without NUL, and the encoding of the file, which is one for all of its blocks.

    It is not known ("") until there is something else than ASCII.
    """
    if b"\0" in block:
        row = first + block[: block.index(b"\0")].count(b"\n")
        raise TableError("A row has a NUL", [f"row {row}"], where=name, expected="text", do=DO)
    for encoding in [before] if before else [UTF8, *([fallback] if fallback else [])]:
        try:
            text = block.decode(encoding)
        except UnicodeDecodeError as error:
            row = first + block[: error.start].count(b"\n")
            wrong = TableError(
                f"The text is no {encoding}", [f"row {row}: {error.reason}"], where=name, expected=encoding, do=DO
            )
            continue
        known = before or ("" if text.isascii() else encoding)
        return (block if encoding == UTF8 else text.encode()), known
    raise wrong
