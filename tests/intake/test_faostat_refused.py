"""FAOSTAT's files that are off in some way: refused with the row, or with what is not read and why."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from fao_files import (
    AFGHAN_WHEAT,
    BALANCES,
    BALANCES_FILE,
    CROPS_FILE,
    NEW,
    TRADE,
    TRADE_FILE,
    crops_with,
    packed,
    read_here,
    text_of,
    written,
)

from kizuna.floor.errors import KizunaError, SourceError, TableError
from kizuna.intake import faostat
from kizuna.intake.incoming import look


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("Value", "<0.1", r"row 3: Value is '<0.1'"),
        ("Value", "1,000", r"row 3: Value is '1,000'"),
        ("Value", "-1.000000", r"row 3: Value is '-1.000000'.*0 or more"),
        ("Year", "2018-2020", r"row 3: Year is '2018-2020'"),
        ("Year", "1820", r"row 3: Year is '1820'"),
        ("Year", "2018", r"row 2: .*area_code AFG.*\n.*row 3: "),
        ("Item Code", "QC", r"row 3: Item Code is 'QC'"),
        ("Element Code", "", r"row 3: Element Code is ''"),
        ("Area Code", "x", r"row 3: Area Code is 'x'"),
        ("Area Code (M49)", "'999", r"row 3: 'F2', Afghanistan"),
        ("Flag", "AAA", r"row 3: Flag is 'AAA'"),
        ("Item", "Wheat\0", r"NUL.*\n?.*row 3"),
    ],
)
def test_a_wrong_field_is_refused_with_its_row(tmp_path: Path, field: str, value: str, message: str) -> None:
    with pytest.raises(KizunaError, match=re.compile(message, re.S)):
        read_here(written(tmp_path, crops_with(field, value)), tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (crops_with("Note", "x").replace(',"x"', "").encode(), "row 3: 13 fields, expected 14"),
        (crops_with("Note", "x").replace('"x"', '"x').encode(), "row 3"),
        (text_of(NEW, []).encode(), "no row of this table"),
        (crops_with("Note", "x").encode().replace(b'"x"', b'"\x81"'), "no cp1252(.|\n)*row 3"),
        (crops_with("Note", "ô").encode() + b'"2","\xf4"' + b',""' * 12 + b"\n", "no UTF-8(.|\n)*row 5"),
    ],
    ids=["a field lost", "a quote never closed", "a header alone", "neither encoding", "two encodings"],
)
def test_broken_rows_are_refused(tmp_path: Path, text: bytes, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kizuna.intake.rows.BLOCK", 250)  # bytes: some two rows
    with pytest.raises(TableError, match=message):
        read_here(written(tmp_path, text), tmp_path)


def test_a_row_without_an_end_is_not_read_to_the_end_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kizuna.intake.rows.BLOCK", 250)
    monkeypatch.setattr("kizuna.intake.rows.LONGEST", 1000)
    row = (*AFGHAN_WHEAT, "1.000000", "A", "")
    text = text_of(NEW, [row] * 30).replace('"15"', '"15', 1)
    with pytest.raises(TableError, match=r"A row has no end(.|\n)*Afghan"):
        read_here(written(tmp_path, text), tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (CROPS_FILE, crops_with("Note", "x").replace("Area Code,", "Area No,", 1), "The header lacks Area Code"),
        (CROPS_FILE, "", "The header lacks Area Code, Area"),
        (CROPS_FILE.replace("_(Normalized)", ""), "Area Code,Area,Y1961,Y1961F\n2,Afghanistan,1,A\n", "wide form"),
        (CROPS_FILE.replace("_(Normalized)", "_NOFLAG"), "Area Code,Area,Y1961\n2,Afghanistan,1\n", "wide form"),
        ("FAOSTAT_data_8-3-2025", "Domain Code,Domain,Area Code (FAO)\nTM,Trade,2\n", "of the domain TM"),
        ("FAOSTAT_data_8-3-2025", "Domain Code,Domain,Area Code (FAO)\n", r"of the domain \(no row\)"),
        (
            "FAOSTAT_data_8-3-2025",
            "Domain Code,Domain,Area Code (FAO),Area,Element Code,Element,Item Code (CPC),Item,Year,Unit,Value,Flag\n"
            "QCL,Crops\n",
            r"The header lacks Item Code \(FAO\)",
        ),
    ],
)
def test_files_of_fao_that_are_not_read_say_why(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        faostat.recognise(look(written(tmp_path, text, name)))


def test_a_packed_file_with_something_else_beside_is_refused_and_one_of_nobody_is_not_known(tmp_path: Path) -> None:
    path = packed(tmp_path, CROPS_FILE, crops_with("Note", ""))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("Prices_E_Flags.csv", "x")
    with pytest.raises(SourceError, match=r"Prices_E_Flags.csv beside FAO's"):
        faostat.recognise(look(path))
    two = packed(tmp_path, TRADE_FILE, ",".join(TRADE))
    with zipfile.ZipFile(two, "a") as archive:
        archive.writestr(f"{BALANCES_FILE}.csv", ",".join(BALANCES))
    with pytest.raises(SourceError, match="more than one data set"):
        faostat.recognise(look(two))
    assert faostat.recognise(look(written(tmp_path, "t,i,j,k,v,q\n", "other"))) is None
    assert faostat.recognise(look(packed(tmp_path, "Prices_E_All_Data_(Normalized)", ",".join(NEW)))) is None


def test_a_zip_that_cannot_be_unpacked_here_says_what_to_do(tmp_path: Path) -> None:
    path = packed(tmp_path, CROPS_FILE, crops_with("Note", ""))
    deflate64 = b"\x09\x00"
    content = bytearray(path.read_bytes())
    content[8:10] = deflate64
    directory = content.index(b"PK\x01\x02")
    content[directory + 10 : directory + 12] = deflate64
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"compression(.|\n)*unpack it and add what it holds"):
        faostat.recognise(look(path))
