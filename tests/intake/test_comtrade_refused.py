"""Files of UN Comtrade that are off in some way, and files of others: refused with the row, or left alone."""

from __future__ import annotations

import gzip
import io
import json
import random
from pathlib import Path

import pytest
from comtrade_files import BULK_NAME, ROWS, WEBSITE, Taken, answer, bulk, report, website

from kizuna.floor.errors import KizunaError, SourceError
from kizuna.intake import comtrade
from kizuna.intake.adapters import recognise
from kizuna.intake.importing import add_file
from kizuna.intake.incoming import look
from kizuna.store.library import Library

WRONG: dict[str, tuple[bytes, str, str]] = {
    "a lost leading zero": (website([report(), report(cmdCode="10121")]), WEBSITE, "row 3: cmdCode is '10121'"),
    "a lost zero of a heading": (website([report(cmdCode="101")]), WEBSITE, "row 2: cmdCode is '101'"),
    "a product as a number": (website([report(cmdCode="850511.0")]), WEBSITE, "row 2: cmdCode is '850511.0'"),
    "a product as a number in JSON": (answer([report(cmdCode=10121)]), "a.json", "row 1: cmdCode is '10121'"),
    "a tariff line": (website([report(cmdCode="85051110")]), WEBSITE, "row 2: cmdCode is '85051110'"),
    "letters in a product": (website([report(cmdCode="85O511")]), WEBSITE, "row 2: cmdCode is '85O511'"),
    "Arabic digits": (website([report(cmdCode="٨٥٠٥١١")]), WEBSITE, "row 2: cmdCode is"),
    "a text in the value": (website([report(primaryValue="many")]), WEBSITE, "row 2: primaryValue is 'many'"),
    "a value below 0": (website([report(primaryValue=-1)]), WEBSITE, "row 2: primaryValue is '-1'"),
    "an endless value": (answer([report(primaryValue=float("inf"))]), "a.json", "row 1: primaryValue is 'Infinity'"),
    "a weight in words": (website([report(netWgt="NA")]), WEBSITE, "row 2: netWgt is 'NA'"),
    "a value that is true": (answer([report(primaryValue=True)]), "a.json", "row 1: primaryValue is 'True'"),
    "an unknown reporter": (website([report(reporterCode=999)]), WEBSITE, "row 2: '999'"),
    "a reporter without a code": (website([report(reporterCode=None)]), WEBSITE, "row 2: ''"),
    "a code of M49 that UN Comtrade does not use": (website([report(reporterCode=492)]), WEBSITE, "row 2: '492'"),
    "a partner in letters": (website([report(partnerCode="JPN")]), WEBSITE, "row 2: partnerCode is 'JPN'"),
    "a partner below 0": (website([report(partnerCode=-1)]), WEBSITE, "row 2: partnerCode is '-1'"),
    "an unknown flow": (website([report(flowCode="Q")]), WEBSITE, "row 2: flowCode is 'Q'"),
    "no period": (website([report(period=None)]), WEBSITE, "row 2: period is ''"),
    "a thirteenth month": (website([report(period="202213")]), WEBSITE, "row 2: period is '202213'"),
    "no second partner": (website([report(partner2Code=None)]), WEBSITE, "row 2: partner2Code is ''"),
    "something behind the last comma": (website([report()], end=",7"), WEBSITE, "row 2: 48 fields, expected 47"),
    "something behind one last comma": (
        website([report(), report(cmdCode="85")]).removesuffix(b"\n") + b"7\n", WEBSITE, "row 3: unnamed 47 is '7'",
    ),
    "a row cut short": (website([report()]) + b'"C","A"\n', WEBSITE, "row 3: 2 fields, expected 48"),
    "two files in one": (website([report()]) + website([report()]), WEBSITE, "row 3: 47 fields, expected 48"),
    "a column that is not there": (bulk(ROWS).replace(b"motCode", b"mode"), "b.txt", "lacks columns\n  motCode"),
    "a column twice": (bulk([report()]).replace(b"FOBValue", b"cifvalue"), "bulk.txt", "same name\n  cifvalue"),
    "a record without a field": (answer(ROWS).replace(b'"motCode"', b'"mode"', 1), "a.json", "record 1: motCode"),
    "a record that is none": (json.dumps([report(), 7]).encode(), "a.json", "record 2: period, classificationCode"),
    "JSON cut short": (answer(ROWS)[:-40], "a.json", "The JSON cannot be read"),
    "JSON by column": (
        json.dumps({"reporterCode": {"0": 699}, "cmdCode": {"0": "85"}}).encode(), "a.json", "orient='records'",
    ),
    "JSON that is deep": (
        b'{"reporterCode": 1, "cmdCode": ' + b"[" * 100_000, "a.json", "The JSON cannot be read",
    ),
    "an error of the API": (answer([report()], error="Quota exceeded"), "a.json", "Quota exceeded"),
    "an answer without a record": (answer([]), "a.json", "holds no row"),
    "no row": (website([]), WEBSITE, "No row is a total"),
    "tariff lines": (bulk(ROWS), "COMTRADE-TARIFFLINE-CA6992022H6[2023-01-03].txt", "FINAL in place of TARIFFLINE"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_and_its_row_named(name: str, taken: Taken) -> None:
    content, file, says = WRONG[name]
    with pytest.raises(KizunaError) as refused:
        taken(content, file)
    assert says in str(refused.value)
    assert file in str(refused.value)


def test_a_lost_zero_says_what_to_do(taken: Taken) -> None:
    with pytest.raises(KizunaError, match=r"read_csv\(dtype=str\)"):
        taken(website([report(cmdCode="10121")]))


def test_a_table_whose_columns_were_shifted_by_the_last_comma_is_refused(taken: Taken) -> None:
    """As pandas reads the website's CSV when it is not told index_col=False."""
    pandas = pytest.importorskip("pandas")
    shifted = pandas.read_csv(io.BytesIO(website(ROWS)), dtype=str)
    assert list(shifted["typeCode"]) == ["A"] * 3 + ["M"]
    with pytest.raises(KizunaError, match="row 2: period is '699'"):
        taken(shifted.to_csv(index=False).encode())


def unsound() -> dict[str, tuple[bytes, str]]:
    whole = gzip.compress(bulk(ROWS))
    lying = bytearray(whole)
    lying[-4:] = b"\x01\0\0\0"
    noise = bytearray(whole)
    noise[40:60] = random.Random(1).randbytes(20)
    return {
        "a bomb": (gzip.compress(bulk(ROWS) + b"0" * 30_000_000), "unpacks over 200 times its size"),
        "many bombs": (b"".join(gzip.compress(b"0" * 3_000_000) for _ in range(10)), "unpacks over 200 times its size"),
        "a file cut short": (whole[:-20], "ended before"),
        "an altered file": (bytes(noise), "not sound"),
        "a size that is a lie": (bytes(lying), "Incorrect length"),
        "something behind the end": (whole + b"more", "Not a gzipped file"),
        "no gzip file": (bulk(ROWS), "Not a gzipped file"),
    }


@pytest.mark.parametrize("name", unsound())
def test_a_gzip_file_that_is_not_sound_is_refused(name: str, library: Library, tmp_path: Path) -> None:
    content, says = unsound()[name]
    path = tmp_path / BULK_NAME
    path.write_bytes(content)
    with pytest.raises(SourceError, match=says):
        add_file(library, path)
    assert library.additions() == ()


def test_a_gzip_file_that_changes_after_it_was_looked_at_is_not_read_further(tmp_path: Path) -> None:
    path = tmp_path / BULK_NAME
    for content, grown in ((bulk(ROWS), bulk(ROWS * 9)), (answer(ROWS), answer(ROWS * 9))):
        path.write_bytes(gzip.compress(content))
        incoming = recognise(path)
        path.write_bytes(gzip.compress(grown))
        with pytest.raises(KizunaError, match=r"larger than its entry says|has grown"):
            comtrade.read(incoming, incoming.parts[0], tmp_path / "read.parquet", lambda _: None)


OTHERS = {
    "nothing": b"",
    "noise": random.Random(2).randbytes(5000),
    "BACI": b"t,i,j,k,v,q\n2023,156,699,280530,12.345,0.5\n",
    "some of its columns": b"reporterCode,partnerCode,cmdCode\n699,392,85\n",
    "lines of an old Macintosh": b"reporterCode,partnerCode\r699,392\r",
    "a quote that does not end": b'"reporterCode,partnerCode\n699,392\n',
    "UTF-16": website(ROWS).decode().encode("utf-16"),
    "other JSON": b'{"data": [{"reporter": 1}]}',
    "a list": b"[1, 2]",
    "a parenthesis": b"{",
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_of_un_comtrade_is_left_to_other_adapters(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(OTHERS[name])
    assert comtrade.recognise(look(path)) is None
