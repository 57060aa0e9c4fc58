"""Files of UN Comtrade in each of its forms: totals kept as they are reported, everything else counted."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from comtrade_files import BULK_NAME, LEGACY, NAMES, ROWS, WEBSITE, Row, Taken, answer, bulk, report, website

from kizuna.floor.errors import KizunaError
from kizuna.intake import comtrade
from kizuna.intake.comtrade_form import TODAY
from kizuna.intake.importing import add_file
from kizuna.sources.forms import form_of
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables

COLUMNS = [*form_of("trade_reports").columns]
VALUE, NET = Decimal("98000.125"), Decimal("4100.500")
STORED = [
    ("2022", "HS22", "850511", 392, 699, "export", Decimal("91000.500"), None, Decimal("91000.500"), NET, NET, 8),
    ("2022", "HS22", "850511", 699, 0, "import", Decimal("350000.500"), Decimal("350000.500"), None, None, None, None),
    ("2022", "HS22", "850511", 699, 392, "import", VALUE, VALUE, None, NET, NET, 8),
    ("202205", "HS17", "010121", 699, 392, "import", VALUE, VALUE, None, Decimal(2), Decimal(2), 5),
]


def table_of_the_client(rows: list[Row]) -> Any:
    """Return what the official client gives: a table a period, one under the other, whose index begins again."""
    pandas = pytest.importorskip("pandas")
    periods = sorted({row["period"] for row in rows})
    return pandas.concat([pandas.json_normalize([row for row in rows if row["period"] == one]) for one in periods])


def as_csv(rows: list[Row]) -> bytes:
    return bytes(table_of_the_client(rows).to_csv(), "utf-8")


def as_json(rows: list[Row]) -> bytes:
    return bytes(table_of_the_client(rows).to_json(orient="records"), "utf-8")


FORMS: dict[str, tuple[Callable[[list[Row]], bytes], str]] = {
    "website": (website, WEBSITE),
    "website, Windows": (lambda rows: website(rows, newline="\r\n"), WEBSITE),
    "website, byte order mark": (lambda rows: website(rows, encoding="utf-8-sig"), WEBSITE),
    "website, no comma at the end": (lambda rows: website(rows, end=""), "renamed.csv"),
    "answer of the API": (answer, "answer.json"),
    "answer of the API, byte order mark": (lambda rows: b"\xef\xbb\xbf" + answer(rows), "answer.json"),
    "list of records": (lambda rows: json.dumps(rows).encode(), "records.json"),
    "to_csv of the client": (as_csv, "client.csv"),
    "to_json of the client": (as_json, "client.json"),
    "bulk": (bulk, BULK_NAME.replace(".gz", ".txt")),
    "bulk, packed": (lambda rows: gzip.compress(bulk(rows)), BULK_NAME),
    "bulk, packed one behind the other": (
        lambda rows: gzip.compress(bulk(rows)) + gzip.compress(bulk(rows).partition(b"\n")[2]), BULK_NAME,
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_each_form_gives_the_same_reports(form: str, taken: Taken) -> None:
    written, name = FORMS[form]
    _, frame = taken(written(ROWS), name)
    assert frame.columns == COLUMNS
    assert frame.rows() == STORED


def test_the_client_writes_an_index_that_begins_again_and_floats() -> None:
    """So that the form above is the one that users have."""
    lines = as_csv([*ROWS, report(cmdCode="850519", qtyUnitCode=None)]).decode().splitlines()
    assert lines[0].startswith(",typeCode")
    assert [line.partition(",")[0] for line in lines[1:]].count("0") > 1
    assert ",8.0," in lines[1]
    assert ",True," in lines[1]


def test_a_file_is_taken_in_by_a_process_of_its_own_and_every_verb_still_works(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / BULK_NAME
    path.write_bytes(gzip.compress(bulk(ROWS)))
    addition = add_file(library, path).addition
    assert (addition.version, addition.source.vintage) == ("reports", "from 2022, released 2023-01-03")
    assert "not to be passed on" in addition.source.licence
    figures = layered(embedded_snapshot(), library)
    assert pl.read_parquet([*figures.paths("trade_reports")]).rows() == STORED
    figures.verify()
    own, shipped = build_tables(figures), build_tables(embedded_snapshot())
    query = "SELECT count(*), sum(value_usd) FROM flows"
    assert own.rows(query) == shipped.rows(query)


def test_files_stand_side_by_side_in_the_order_of_their_adding(library: Library, tmp_path: Path) -> None:
    for value, name in ((3, "b.csv"), (1, "c.csv"), (2, "a.csv")):
        (tmp_path / name).write_bytes(website([report(primaryValue=value)]))
        add_file(library, tmp_path / name)
    figures = layered(embedded_snapshot(), library)
    values = [pl.read_parquet(path)["value_usd"].to_list() for path in figures.paths("trade_reports")]
    assert values == [[3], [1], [2]]
    names = [*figures.parts("trade_reports")]
    assert len({*names}) == 3
    assert all(name.startswith("2022 ") and len(name) == len("2022 12345678") for name in names)
    assert figures.source("trade_reports").rows_kept == 3


def test_parts_of_a_total_are_left_out_and_counted(taken: Taken) -> None:
    parts = [report(partner2Code=156), report(customsCode="C04"), report(motCode=2100), report(motCode=1000)]
    read, frame = taken(website([*parts, *ROWS]))
    assert frame.rows() == STORED
    assert dict(read.dropped) == {comtrade.BREAKDOWN: 4}


def test_parts_without_their_total_are_never_added_up(taken: Taken) -> None:
    parts = [report(cmdCode="850519", motCode=mode, primaryValue=50) for mode in (2100, 1000)]
    read, frame = taken(website([*parts, *ROWS]))
    assert frame.rows() == STORED
    assert dict(read.dropped) == {comtrade.WITHOUT_TOTAL: 2}
    with pytest.raises(KizunaError, match="No row is a total") as refused:
        taken(website(parts))
    assert f"2 {comtrade.WITHOUT_TOTAL}" in str(refused.value)


def test_what_is_no_report_of_an_economy_on_a_product_of_the_hs_is_left_out_and_told(taken: Taken) -> None:
    others = [
        report(classificationCode="S3", cmdCode="77812"),
        report(classificationCode="B5", cmdCode="22"),
        report(typeCode="S", classificationCode="EB10", cmdCode="SC1", reporterCode=1),
        report(reporterCode=97), report(reporterCode=975), report(reporterCode=890, classificationCode="H0"),
        report(cmdCode="9999AA"),
    ]  # fmt: skip
    read, frame = taken(answer([*others, *ROWS]), "answer.json")
    assert frame.rows() == STORED
    assert dict(read.dropped) == {
        comtrade.OTHER_CLASSIFICATION: 3, comtrade.NO_REPORTER: 3, comtrade.NOT_SPECIFIED: 1,
    }  # fmt: skip
    notes = " ".join(read.notes)
    assert "B5, EB10, S3." in notes
    assert "890, 97, 975." in notes


def test_the_seven_revisions_are_told_apart(taken: Taken) -> None:
    _, frame = taken(website([report(classificationCode=f"H{number}") for number in range(7)]))
    assert frame["revision"].sort().to_list() == sorted(("HS92", "HS96", "HS02", "HS07", "HS12", "HS17", "HS22"))
    assert dict(frame.select("revision", "period").rows())["HS12"] == "2022"


def test_flows_that_are_neither_import_nor_export_keep_their_code_so_that_none_are_taken_together(taken: Taken) -> None:
    codes = ["M", "X", "RM", "RX", "DX", "FM", "MIP", "MOP", "MIF", "XIP", "XOP", "XIF"]
    _, frame = taken(website([report(flowCode=code, primaryValue=at + 1) for at, code in enumerate(codes)]))
    found = {int(value): flow for flow, value in frame.select("flow", "value_usd").rows()}
    assert [found[at + 1] for at in range(4)] == ["import", "export", "re-import", "re-export"]
    assert [found[at + 1] for at in range(4, 12)] == codes[4:]


def test_partners_that_are_no_economy_are_kept_as_numbers(taken: Taken) -> None:
    _, frame = taken(website([report(partnerCode=code) for code in (0, 899, 490, 97, 492)]))
    assert frame["partner_code"].sort().to_list() == [0, 97, 490, 492, 899]


def test_reporters_have_the_codes_of_un_comtrade_which_are_not_m49(taken: Taken) -> None:
    codes = [58, 251, 490, 579, 638, 699, 757, 842]
    _, frame = taken(website([report(reporterCode=code) for code in codes]))
    assert frame["reporter_code"].to_list() == codes


def test_a_number_that_is_not_there_stays_null_and_is_never_0(taken: Taken) -> None:
    rows = [
        report(cmdCode="01", netWgt=0, qty=0, qtyUnitCode=-1, fobvalue=0),
        report(cmdCode="02", qty=0),
        report(cmdCode="03", qty=5, qtyUnitCode=1),
        report(cmdCode="04", primaryValue=None, cifvalue=None),
        report(cmdCode="05", primaryValue=0, cifvalue=0),
    ]
    read, frame = taken(bulk(rows), "bulk.txt")
    found = frame.select("value_usd", "cif_usd", "fob_usd", "net_kg", "quantity", "quantity_unit").rows()
    assert found == [
        (VALUE, VALUE, None, None, None, None),
        (VALUE, VALUE, None, NET, None, 8),
        (VALUE, VALUE, None, NET, None, None),
        (None, None, None, NET, NET, 8),
        (0, 0, None, NET, NET, 8),
    ]
    assert {*read.notes[1:]} == {
        "1 quantities without a unit, left out.", "1 net weights of 0, kept as missing.",
        "1 quantities of 0, kept as missing.", "1 CIF or FOB values of 0 beside a value, kept as missing.",
    }  # fmt: skip


def test_a_file_with_as_many_rows_as_one_answer_may_hold_is_said_to_be_cut_off(taken: Taken) -> None:
    rows = [report(cmdCode=f"{number:06d}") for number in range(500)]
    read, _ = taken(website(rows))
    assert "The file has 500 rows, as many as one answer of the API may hold: it may be cut off." in read.notes
    read, _ = taken(website([*rows, report(period="2021")]))
    assert any(note.startswith("The period 2022 has 500 rows") for note in read.notes)
    read, _ = taken(website(rows[1:]))
    assert not any("cut off" in note for note in read.notes)


def test_an_answer_that_says_another_count_is_said_to_be_cut_off(taken: Taken) -> None:
    read, _ = taken(answer(ROWS, count=700), "answer.json")
    assert "The answer says 700 records and holds 4: it may be cut off." in read.notes


def test_a_report_that_stands_twice_is_counted_and_two_that_differ_are_refused(taken: Taken) -> None:
    read, frame = taken(website([*ROWS, report(cmdDesc="of another language")]))
    assert frame.rows() == STORED
    assert dict(read.dropped) == {comtrade.TWICE: 1}
    with pytest.raises(KizunaError, match="1 reports stand twice") as refused:
        taken(website([*ROWS, report(primaryValue=7)]))
    assert "rows 2 and 6: import of 850511 (HS22) in 2022, 699 with 392" in str(refused.value)
    assert WEBSITE in str(refused.value)


def test_codes_written_as_floats_are_read_and_told(taken: Taken) -> None:
    rows = [report(reporterCode="699.0", partnerCode="392.0", partner2Code="0.0", motCode="0.0", qtyUnitCode="8.0")]
    read, frame = taken(website(rows))
    assert frame.rows() == [STORED[2]]
    assert "1 rows with codes written as 764.0, read as 764." in read.notes


def test_amounts_are_read_from_their_digits(taken: Taken) -> None:
    rows = [
        report(cmdCode="01", primaryValue="9680795326.001"), report(cmdCode="02", primaryValue="1.5E+10"),
        report(cmdCode="03", primaryValue="98765432109876543.21"),
        report(cmdCode="04", primaryValue="0.30000000000000004"),
    ]  # fmt: skip
    read, frame = taken(website(rows))
    assert frame["value_usd"].to_list() == [
        Decimal("9680795326.001"), Decimal(15_000_000_000), Decimal("98765432109876543.21"), Decimal("0.3"),
    ]  # fmt: skip
    assert "1 amounts with over three decimals, rounded to three." in read.notes


def test_numbers_of_json_are_read_from_their_digits_too(taken: Taken) -> None:
    content = answer([report(primaryValue=7777)]).replace(b"7777", b"98765432109876543.21")
    _, frame = taken(content, "answer.json")
    assert frame["value_usd"].to_list() == [Decimal("98765432109876543.21")]


def test_the_columns_that_are_needed_may_stand_alone_and_in_any_order(taken: Taken) -> None:
    whole = pl.read_csv(website(ROWS, end=""), infer_schema=False)
    needed = [*TODAY.names.values()]
    _, frame = taken(whole.select(needed).write_csv(include_bom=True).encode(), "few.csv")
    assert frame.rows() == STORED
    _, frame = taken(whole.select(needed[::-1]).write_csv().encode(), "turned.csv")
    assert frame.rows() == STORED


def test_names_in_another_encoding_do_no_harm(taken: Taken) -> None:
    read, frame = taken(website([report(reporterDesc="Türkiye", reporterCode=792)], encoding="cp1252"))
    assert frame["reporter_code"].to_list() == [792]
    assert any("no UTF-8" in note for note in read.notes)


def test_a_name_with_commas_quotes_and_lines_in_it_is_one_field(taken: Taken) -> None:
    odd = report(cmdCode="8505", cmdDesc='Magnets, ""strong"",\nand others')
    _, frame = taken(website([odd, *ROWS]))
    assert frame.height == 5
    with pytest.raises(KizunaError, match="row 4: flowCode is 'Q'"):
        taken(website([odd, report(flowCode="Q")]))


LEGACY_ROWS = (
    "H4,2016,2016,2016,6,1,1,Import,699,India,IND,392,Japan,JPN,,,,,,,,010121,Horses,5,Items,7,,,,2000,,91000,,,0\r\n"
    "H4,2016,2016,2016,2,0,2,Export,392,Japan,JPN,0,World,WLD,,,,,,,,85,Electrical,1,No Quantity,,,,,,,1398000,,,0\r\n"
    "H4,2016,2016,2016,2,0,4,Re-Import,392,Japan,JPN,0,World,WLD,,,,,,,,85,Electrical,1,No Quantity,,,,,,,17,,,0\r\n"
    "S3,2016,2016,2016,1,0,1,Import,392,Japan,JPN,0,World,WLD,,,,,,,,0,Food,1,No Quantity,,,,,,,309,,,0\r\n"
)


def test_the_form_of_before_2023_is_read_with_and_without_its_columns_of_parts(taken: Taken) -> None:
    expected = [
        ("2016", "HS12", "010121", 699, 392, "import", Decimal(91000), None, None, Decimal(2000), Decimal(7), 5),
        ("2016", "HS12", "85", 392, 0, "export", Decimal(1398000), None, None, None, None, None),
        ("2016", "HS12", "85", 392, 0, "re-import", Decimal(17), None, None, None, None, None),
    ]
    read, frame = taken(f"{LEGACY}\r\n{LEGACY_ROWS}".encode(), "comtrade.csv")
    assert frame.rows() == expected
    assert dict(read.dropped) == {comtrade.OTHER_CLASSIFICATION: 1}
    whole = pl.read_csv(io.StringIO(f"{LEGACY}\n{LEGACY_ROWS}"), infer_schema=False)
    lacking = [
        name for name in whole.columns if name.startswith(("2nd", "Customs", "Mode", "Alt", "Gross", "CIF", "FOB"))
    ]
    _, fewer = taken(whole.drop(lacking).write_csv().encode(), "type-C_r-699_ps-2016.csv")
    assert fewer.rows() == expected


def test_the_names_of_this_file_are_those_of_the_publisher() -> None:
    assert len(NAMES) == 47
