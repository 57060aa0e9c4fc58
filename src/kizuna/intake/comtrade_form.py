"""The forms in which rows of UN Comtrade come, text of today or of before 2023 or JSON: the same columns from each."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import polars as pl

from kizuna.floor.errors import SourceError, TableError
from kizuna.intake.incoming import HEAD, Incoming, Part, Tell, opened
from kizuna.intake.rows import DO, PLAIN, SHOWN, Rows, Written, header_of, read_blocks, short

FALLBACK = "latin-1"  # of names, which are not read
ANSWER = ("data", "count", "error")  # of the API's JSON
MARKS = ("revision", "product", "reporter", "partner", "flow", "value")  # columns by which a form is known
AS_CODED = ("DX", "FM", "MIP", "MOP", "MIF", "XIP", "XOP", "XIF")  # flows that keep the publisher's code


@dataclass(frozen=True, slots=True)
class Form:
    """One form.

    Parameters
    ----------
    names
        The publisher's name of each column by what it holds.
    flows
        Meaning of each code of a flow.
    totals
        What each column of a breakdown holds in a row that is the total over it.
    lackable
        Columns that a file may lack.
    """

    names: Mapping[str, str]
    flows: Mapping[str, str]
    totals: Mapping[str, tuple[str, ...]]
    lackable: frozenset[str] = frozenset()


TODAY = Form(
    {
        "period": "period", "revision": "classificationCode", "product": "cmdCode", "reporter": "reporterCode",
        "partner": "partnerCode", "flow": "flowCode", "partner2": "partner2Code", "customs": "customsCode",
        "transport": "motCode", "value": "primaryValue", "cif": "cifvalue", "fob": "fobvalue", "net": "netWgt",
        "quantity": "qty", "unit": "qtyUnitCode",
    },
    {"M": "import", "X": "export", "RM": "re-import", "RX": "re-export"} | {code: code for code in AS_CODED},
    {"partner2": ("0",), "customs": ("C00",), "transport": ("0",)},
)  # fmt: skip
BEFORE_2023 = Form(
    {
        "period": "Period", "revision": "Classification", "product": "Commodity Code", "reporter": "Reporter Code",
        "partner": "Partner Code", "flow": "Trade Flow Code", "partner2": "2nd Partner Code",
        "customs": "Customs Proc. Code", "transport": "Mode of Transport Code", "value": "Trade Value (US$)",
        "cif": "CIF Trade Value (US$)", "fob": "FOB Trade Value (US$)", "net": "Netweight (kg)", "quantity": "Qty",
        "unit": "Qty Unit Code",
    },
    {"1": "import", "2": "export", "3": "re-export", "4": "re-import"},
    {"partner2": ("", "0"), "customs": ("",), "transport": ("",)},
    frozenset({"partner2", "customs", "transport", "cif", "fob"}),
)  # fmt: skip
WANTED = {name.casefold() for name in TODAY.names.values()} | {*ANSWER}


@dataclass(frozen=True, slots=True)
class Shape:
    """What the beginning of a file says: its form, how it is written, its header (none for JSON), its first period."""

    form: Form
    first: str
    written: Written = PLAIN
    header: tuple[str, ...] = ()

    @property
    def theirs(self) -> dict[str, str]:
        """The columns of the header by their names without regard to case."""
        return {name.casefold(): name for name in self.header}


def shape_of(head: str) -> Shape | None:
    """Return the shape of a file by its first bytes; None where they are not UN Comtrade's."""
    if head.lstrip()[:1] in ("{", "["):
        if '"reporterCode"' not in head or '"cmdCode"' not in head:
            return None
        first = re.search(r'"period"\s*:\s*"?(\d{4,6})', head)
        return Shape(TODAY, first[1] if first else "")
    separator = "\t" if "\t" in head.partition("\n")[0] else ","
    header = header_of(head, Written(separator=separator))
    folded = [name.casefold() for name in header]
    for form in (TODAY, BEFORE_2023):
        if {form.names[mark].casefold() for mark in MARKS} <= {*folded}:
            row = _first_row(head, separator)
            place = folded.index("period") if "period" in folded else len(row)
            surplus = len(row) == len(header) + 1 and not row[-1]
            written = Written(separator=separator, fallback=FALLBACK, surplus=surplus)
            return Shape(form, row[place] if place < len(row) else "", written, tuple(header))
    return None


def is_empty_answer(head: str) -> bool:
    """Return whether a file begins as an answer of the API that holds no row."""
    return head.lstrip()[:1] == "{" and all(f'"{name}"' in head for name in ("elapsedTime", "count", "data"))


@dataclass(slots=True)
class Told:
    """What a file says of itself beside its rows; filled while it is read."""

    notes: list[str] = field(default_factory=list)


def rows_of(incoming: Incoming, part: Part, tell: Tell, told: Told) -> Iterator[tuple[Form, Rows]]:
    """Yield the form of a file with one block of its rows after the other, columns by the publisher's names.

    The number of a row is that of its line; in JSON, of its record, from 1.

    Raises
    ------
    TableError
        If a column or a field is missing, or a row is not of the form.
    SourceError
        If JSON is none, or no list of records.
    """
    with opened(incoming, part) as file:
        shape = shape_of(file.read(HEAD).decode("utf-8-sig", "replace"))
    assert shape is not None
    if not shape.header:
        yield shape.form, _json_rows(incoming, part, told)
        tell(part.size)
        return
    for rows in _text_rows(incoming, part, tell, shape):
        yield shape.form, rows


def _first_row(head: str, separator: str) -> list[str]:
    try:
        found = [*islice(csv.reader(io.StringIO(head, newline=""), delimiter=separator), 1, 2)]
    except csv.Error:
        return []
    return found[0] if found else []


def _text_rows(incoming: Incoming, part: Part, tell: Tell, shape: Shape) -> Iterator[Rows]:
    form, theirs = shape.form, shape.theirs
    name = part.member or incoming.path.name
    folded = [one.casefold() for one in shape.header]
    if twice := sorted({one for one in folded if one and folded.count(one) > 1}):
        raise TableError("Columns have the same name", twice, where=name, expected="each name once", do=DO)
    lacking = [ours for what, ours in form.names.items() if what in form.lackable and ours.casefold() not in theirs]
    fields = {ours: theirs.get(ours.casefold(), ours) for ours in form.names.values() if ours not in lacking}
    last = [f"unnamed {len(shape.header)}"] if shape.written.surplus else []
    for _, rows in read_blocks(incoming, part, tell, [*fields.values(), *last], shape.written):
        for surplus in last:
            rows.refuse(rows.texts(surplus) != "", surplus, "nothing behind the comma that ends a row")
        columns = [pl.col(their).str.strip_chars().alias(ours) for ours, their in fields.items()]
        empty = [pl.lit("").alias(ours) for ours in lacking]
        yield Rows(rows.name, rows.numbers_of, rows.frame.select(*columns, *empty), rows.encoding)


def _json_rows(incoming: Incoming, part: Part, told: Told) -> Rows:
    name = part.member or incoming.path.name
    records = _records(_parsed(incoming, part, name), name, told)
    fields = {ours.casefold(): ours for ours in TODAY.names.values()}
    faults = []
    for at, one in enumerate(records, start=1):
        lost = [ours for key, ours in fields.items() if not isinstance(one, dict) or key not in one]
        faults += [f"record {at}: {', '.join(lost)}"] if lost else []
    if faults:
        more = f" ({len(faults):,} records)" if len(faults) > SHOWN else ""
        raise TableError(f"Records lack fields{more}", faults[:SHOWN], where=name, expected="all fields", do=DO)
    columns = {ours: pl.Series([_text(one[key]) for one in records], dtype=pl.String) for key, ours in fields.items()}
    return Rows(name, pl.int_range(1, len(records) + 1, dtype=pl.Int64, eager=True), pl.DataFrame(columns))


def _parsed(incoming: Incoming, part: Part, name: str) -> Any:
    """Return the JSON, with numbers as the text that they are written in, and of records the fields that are read."""
    with opened(incoming, part) as file:
        text = file.read(part.size + 1)
    if len(text) > part.size:
        raise TableError("The file has grown since it was looked at", [f"{part.size:,} bytes"], where=name, do=DO)
    try:
        return json.loads(
            text.decode("utf-8-sig"), parse_int=str, parse_float=str, parse_constant=str, object_hook=_wanted
        )
    except (ValueError, RecursionError) as error:
        raise SourceError(f"The JSON cannot be read: {short(str(error))}", where=name, expected=EXPECTED) from error


EXPECTED = "an answer of the API whole, or a list of its records, as to_json(orient='records') writes it"


def _wanted(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for name, value in found.items() if (key := name.casefold()) in WANTED}


def _records(answer: Any, name: str, told: Told) -> list[Any]:
    records = answer.get("data") if isinstance(answer, dict) else answer
    if not isinstance(records, list):
        raise SourceError("The JSON holds no list of records", where=name, expected=EXPECTED)
    if not isinstance(answer, dict):
        return records
    if answer.get("error"):
        raise SourceError(f"The answer is an error: {short(answer['error'])}", where=name, expected=EXPECTED)
    if "count" in answer and _text(answer["count"]) != str(len(records)):
        told.notes.append(f"The answer says {answer['count']} records and holds {len(records):,}: it may be cut off.")
    return records


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
