"""Workbooks that mean harm, are broken or odd: refused with one clear message in little memory, or read right."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from kizuna.floor.errors import KizunaError
from kizuna.intake.adapters import recognise
from kizuna.intake.importing import add_file, ask_child, asked_of
from kizuna.intake.incoming import Incoming
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot

MAP = (
    'table = "gdp"\ntitle = "t"\npublisher = "p"\nversion = "1"\nlicence = "l"\n'
    '[columns]\niso3 = "Economy"\nyear = "Year"\nusd = "USD"\n'
)
ROWS: list[list[object]] = [["Economy", "Year", "USD"], ["India", 2023, 12.5], ["JPN", 2023, 1000]]
MEMORY = 512 * 2**20
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha">' + "".join(
    f'<!ENTITY {chr(99 + n)} "{f"&{chr(98 + n)};" * 10}">' for n in range(9)
)  # fmt: skip


def book(rows: list[list[object]] = ROWS) -> bytes:
    made, content = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(content)
    return content.getvalue()


def changed(change: Callable[[dict[str, bytes]], None], rows: list[list[object]] = ROWS) -> bytes:
    """Return a workbook whose members were changed."""
    with zipfile.ZipFile(io.BytesIO(book(rows))) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    change(members)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return content.getvalue()


def in_front(member: str, text: str) -> bytes:
    def change(members: dict[str, bytes]) -> None:
        body = members[member]
        members[member] = text.encode() + (body.partition(b"?>")[2] if body.startswith(b"<?xml") else body)

    return changed(change)


def replaced(member: str, old: str, new: str) -> bytes:
    def change(members: dict[str, bytes]) -> None:
        assert old.encode() in members[member], members[member]
        members[member] = members[member].replace(old.encode(), new.encode())

    return changed(change)


def recoded(members: dict[str, bytes]) -> None:
    text = members[SHEET].decode().removeprefix("<?xml version='1.0' encoding='UTF-8'?>")
    members[SHEET] = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]>{text}'.encode("utf-16")


def blanks() -> str:
    return "".join(random.Random(1).choices(" \n\t", k=1_100_000))


def shared(members: dict[str, bytes], text: str = "India", place: str = "0") -> None:
    """Let India be a shared text, as Excel writes it."""
    body = members[SHEET].decode()
    start = body.index('<c r="A2"')
    end = body.index("</c>", start)
    members[SHEET] = f'{body[:start]}<c r="A2" t="s"><v>{place}</v>{body[end:]}'.encode()
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    members["xl/sharedStrings.xml"] = f'<sst xmlns="{space}" count="1"><si><t>{text}</t></si></sst>'.encode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    if b"sharedStrings.xml" not in members["[Content_Types].xml"]:
        members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(b"</Types>", override.encode())


def shared_entity(members: dict[str, bytes]) -> None:
    shared(members, "&b;")
    body = members["xl/sharedStrings.xml"].decode()
    members["xl/sharedStrings.xml"] = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "India">]>{body}'.encode()


def shared_lost(members: dict[str, bytes]) -> None:
    shared(members)
    del members["xl/sharedStrings.xml"]


def outside(members: dict[str, bytes]) -> None:
    name = "xl/_rels/workbook.xml.rels"
    members[name] = members[name].replace(b"/xl/worksheets/sheet1.xml", b"file:///etc/passwd")


def far_away() -> bytes:
    """A sheet with one more cell at the last place that Excel has."""
    return replaced(SHEET, "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


def many_rows() -> bytes:
    row = '<row r="{n}"><c r="A{n}"/></row>'
    return replaced(SHEET, "</sheetData>", "".join(row.format(n=n) for n in range(5, 200_000)) + "</sheetData>")


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "an entity of a file": (
        lambda: in_front(SHEET, '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'),
        "declares a document type",
    ),
    "an entity of the network": (
        lambda: in_front("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">'),
        "declares a document type",
    ),
    "a billion laughs": (lambda: in_front(SHEET, f'<?xml version="1.0"?>{LAUGHS}]>'), "declares a document type"),
    "a declaration after a megabyte of blanks": (
        lambda: in_front(SHEET, f'<?xml version="1.0"?>{blanks()}<!DoCtYpE a>'),
        "declares a document type",
    ),
    "a declaration in UTF-16": (lambda: changed(recoded), "no XML in UTF-8"),
    "a declaration in the shared texts": (
        lambda: changed(shared_entity),
        "declares a document type",
    ),
    "a bomb": (
        lambda: replaced(SHEET, "</sheetData>", "<row>" + "<c/>" * 6_000_000 + "</row></sheetData>"),
        "unpacks over 200 times its size",
    ),
    "a cell at the end of the world": (far_away, "rows or"),
    "200,000 rows of nothing": (many_rows, ""),
    "4,000 members": (lambda: changed(lambda m: m.update({f"xl/{n}.xml": b"<a/>" for n in range(4_000)})), "members"),
    "a slip": (lambda: changed(lambda m: m.update({"../../evil.xml": b"<a/>"})), "leads elsewhere"),
    "a sheet that is a file of the machine": (lambda: changed(outside), "cannot be read|no sheet"),
    "no sheet": (lambda: changed(lambda m: m.pop(SHEET) and None), "cannot be read|no sheet"),
    "no shared texts": (lambda: changed(shared_lost), "cannot be read"),
    "XML that does not end": (lambda: replaced(SHEET, "</sheetData>", ""), "cannot be read"),
    "a text that points nowhere": (lambda: changed(lambda m: shared(m, place="99")), "cannot be read"),
    "a text that is shared": (lambda: changed(shared), ""),
    "a cut workbook": (lambda: book()[:2_000], "not sound"),
    "an empty file": (lambda: b"", "not sound"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5_000, "not sound"),
    "a text": (lambda: b"Economy,Year,USD\n", "not sound"),
    "an empty sheet": (lambda: book([]), "is empty"),
    "a header alone": (lambda: book(ROWS[:1]), ""),
    "a text in a number": (lambda: book([*ROWS[:2], ["JPN", 2023, "n/a"]]), r"row 3: USD is 'n/a'"),
    "an error in a cell": (lambda: book([*ROWS[:2], ["JPN", 2023, "#REF!"]]), r"row 3: USD is '#REF!'"),
    "a formula that was never worked out": (lambda: book([*ROWS[:2], ["JPN", 2023, "=1+1"]]), "usd"),
    "a date for a year": (lambda: book([*ROWS[:2], ["JPN", date(2023, 1, 1), 5]]), "row 3: Year is '2023-01-01'"),
    "a time for a year": (lambda: book([*ROWS[:2], ["JPN", datetime(2023, 1, 1, 5), 5]]), "row 3: Year"),
    "a truth for a number": (lambda: book([*ROWS[:2], ["JPN", 2023, True]]), "row 3: USD is 'TRUE'"),
    "a year with a half": (lambda: book([*ROWS[:2], ["JPN", 2023.5, 5]]), "row 3: Year is '2023.5'"),
    "a key twice": (lambda: book([*ROWS, ["Japan", 2023, 5]]), "more than once"),
    "a number below 0": (lambda: book([*ROWS[:2], ["JPN", 2023, -5]]), "usd"),
    "a column twice": (lambda: book([["Economy", "Year", "USD", "USD"], ["JPN", 2023, 5, 6]]), "the same name"),
    "a column lost": (lambda: book([["Economy", "Year"], ["JPN", 2023]]), "lacks columns\n  USD"),
    "an unknown economy": (lambda: book([*ROWS[:2], ["Atlantis", 2023, 5]]), "row 3: Economy is 'Atlantis'"),
}  # fmt: skip
READ_RIGHT = ("a text that is shared", "200,000 rows of nothing", "a header alone")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_broken_workbook_is_refused_in_little_memory(name: str, tmp_path: Path) -> None:
    make, says = HOSTILE[name]
    path, mapping = tmp_path / "own.xlsx", tmp_path / "map.toml"
    path.write_bytes(make())
    mapping.write_text(MAP)
    found = known(path, mapping)
    if isinstance(found, str):
        assert matches(says, found), found
        return
    incoming = found
    answer = ask_child(asked_of(incoming, incoming.parts[0], tmp_path / "target.parquet"), lambda _: None)
    assert 0 < answer.peak < MEMORY
    if name in READ_RIGHT:
        assert (answer.code, answer.refused) == (0, "")
        return
    assert (answer.code, answer.read) == (1, {})
    assert matches(says, answer.refused), answer.refused
    assert {one.name for one in tmp_path.iterdir()} == {"own.xlsx", "map.toml"}


def known(path: Path, mapping: Path) -> Incoming | str:
    """Return what a file is, or why it is refused at first sight."""
    try:
        return recognise(path, mapping)
    except KizunaError as error:
        return str(error)


def matches(says: str, found: str) -> bool:
    return bool(says) and re.search(says, found) is not None


def test_a_plain_workbook_is_read_right(library: Library, tmp_path: Path) -> None:
    (tmp_path / "own.xlsx").write_bytes(book([*ROWS, [None, None, None], ["  CHN ", "2022", "1e3"]]))
    (tmp_path / "map.toml").write_text(MAP)
    add_file(library, tmp_path / "own.xlsx", mapping=tmp_path / "map.toml")
    (only,) = layered(embedded_snapshot(), library).paths("gdp_own")
    assert [(code, year, float(usd)) for code, year, usd in pl.read_parquet(only).rows()] == [
        ("CHN", 2022, 1000.0), ("IND", 2023, 12.5), ("JPN", 2023, 1000.0),
    ]  # fmt: skip
