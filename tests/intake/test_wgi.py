"""World Bank WGI: political stability in each form of the publisher, and what is refused."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from kizuna.floor.errors import KizunaError, SourceError
from kizuna.intake import wgi
from kizuna.intake.adapters import recognise
from kizuna.intake.importing import add_file
from kizuna.intake.incoming import Read
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables

DIMENSIONS = ("va", "pv", "ge", "rq", "rl", "cc")
NAMES = ("Political Stability and Absence of Violence/Terrorism: Estimate", "... Standard Error")
SHEET = (
    "ID variable (economy code/ gov. dimension/ year)", "Economy (name)", "Economy (code)", "Region",
    "Income classification", "Year", "Governance dimension", "Number of sources",
    "Governance estimate (approx. -2.5 to +2.5)", "Standard error (estimate)",
    "Lower threshold (90% conf. int. estimate)", "Upper threshold (90% conf. int. estimate)",
    "Governance score (0-100)", "Standard error (gov. score)", "Lower threshold (90% conf. int. score)",
    "Upper threshold (90% conf. int. score)", "FRH mean",
)  # fmt: skip
LONG = ("codeindyr", "code", "countryname", "year", "indicator", "estimate", "stddev", "nsource", "pctrank",
        "pctranklower", "pctrankupper")  # fmt: skip
WIDE = "Political StabilityNoViolence"
KEY = ["iso3", "year"]
# Economy, its old code, and two years of estimate and standard error; the first has none in 1996.
ECONOMIES = (
    ("Andorra", "ADO", None, None, 1.18287515640259, 0.575733542442322),
    ("Congo, Dem. Rep.", "ZAR", -2.1, 0.32, -2.2, 0.31),
    ("Kosovo", "KSV", None, None, -0.7, 0.41),
    ("Romania", "ROM", 0.1, 0.3, 0.2, 0.29),
    ("Taiwan, China", "TWN", 0.5, 0.19, 0.6, 0.18),
    ("Timor-Leste", "TMP", -1.5, 0.6, -1.25, 0.55),
    ("West Bank and Gaza", "WBG", -1.75, 0.5, -1.8, 0.45),
)
NOW = {"ADO": "AND", "ZAR": "COD", "KSV": "XKX", "ROM": "ROU", "TMP": "TLS", "WBG": "PSE"}
REPLACED = "Old codes are replaced: ADO by AND, KSV by XKX, ROM by ROU, TMP by TLS, WBG by PSE, ZAR by COD."
YEARS = (1996, 1998)


def shipped() -> pl.DataFrame:
    """Return the shipped table with the World Bank's code of Kosovo, XKX, in place of R20, which is BACI's."""
    found = pl.read_parquet(embedded_snapshot().table("governance"))
    return found.with_columns(pl.col("iso3").replace("R20", "XKX")).sort(KEY)


def expected() -> list[tuple[str, int, float | None, float | None]]:
    rows = []
    for _, code, *values in ECONOMIES:
        rows += [(NOW.get(code, code), year, *values[2 * at : 2 * at + 2]) for at, year in enumerate(YEARS)]
    return sorted(rows)


def plain(frame: pl.DataFrame) -> list[tuple[str, int, float | None, float | None]]:
    return frame.with_columns(pl.col("estimate", "standard_error").cast(pl.Float64)).rows()


def text(folder: Path, content: str, name: str = "WGIData.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path


def book(folder: Path, sheets: dict[str, list[Sequence[object]]], name: str) -> Path:
    made = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    made.save(folder / name)
    return folder / name


def packed(folder: Path, name: str, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in files.items():
            archive.writestr(member, content)
    return folder / name


def read_here(path: Path) -> tuple[pl.DataFrame, Read]:
    """Read the table in this process, which is quicker than in one of its own."""
    incoming = recognise(path)
    target = path.parent / "read.parquet"
    read = wgi.read(incoming, incoming.parts[0], target, lambda _: None)
    return pl.read_parquet(target), read


def stored(library: Library) -> pl.DataFrame:
    return pl.read_parquet([*layered(embedded_snapshot(), library).paths("governance")])


def same_answers(library: Library) -> bool:
    query = "SELECT economy, year, round(estimate, 12), round(standard_error, 12) FROM governance ORDER BY ALL"
    stores = (layered(embedded_snapshot(), library), embedded_snapshot())
    own, embedded = (build_tables(one).rows(query) for one in stores)
    return own == embedded != []


def quoted(cells: Sequence[object]) -> str:
    return ",".join(f'"{"" if cell is None else cell}"' for cell in cells) + ",\n"


def wgi_data(frame: pl.DataFrame, codes: tuple[str, str] = ("PV.EST", "PV.STD.ERR")) -> str:
    """Return the CSV of the World Bank, with a row of another dimension before each economy's."""
    years = frame["year"].unique().sort().to_list()
    header = quoted(["Country Name", "Country Code", "Indicator Name", "Indicator Code", *years])
    lines = []
    for (iso3,), rows in frame.partition_by("iso3", as_dict=True).items():
        lines.append(quoted([iso3, iso3, "Control of Corruption: Estimate", "CC.EST", *["high"] * len(years)]))
        values = {year: pair for _, year, *pair in rows.rows()}
        for at, (name, code) in enumerate(zip(NAMES, codes, strict=True)):
            lines.append(quoted([iso3, iso3, name, code, *(values[year][at] for year in years)]))
    return header + "".join(lines)


def of_2025(rows: Sequence[Sequence[object]]) -> dict[str, list[Sequence[object]]]:
    """Return the sheets of a workbook of 2025 and later; ``rows`` are code, year, estimate and standard error."""
    listed = [
        (f"{code}pv{year}", code, code, "Region", "High income", year, "pv", 5, estimate, error, *[1] * 6, 0.25)
        for code, year, estimate, error in rows
    ]
    other = ("USAva2024", "United States", "USA", "R", "H", 2024, "va", 9, 1.1, 0.1, *[1] * 6, 0.25)
    return {name: [SHEET, *(listed if name == "pv" else [other])] for name in DIMENSIONS}


def of_2023(rows: Sequence[Sequence[object]] | None = None) -> dict[str, list[Sequence[object]]]:
    """Return the sheet of a workbook of 2023 and 2024, with rows of all dimensions."""
    listed: list[Sequence[object]] = [LONG]
    for at, year in enumerate(YEARS):
        for dimension in DIMENSIONS:
            for name, code, *values in ECONOMIES:
                pair = [".." if value is None else value for value in values[2 * at : 2 * at + 2]]
                sources = [".."] * 4 if ".." in pair else [3, 50.1, 40.2, 60.3]
                listed.append((f"{code}{dimension}{year}", code, name, year, dimension, *pair, *sources))
    return {"Sheet1": [*listed, *(rows or [])]}


def to_2022(sheet: str = WIDE, code: str = "WBCode") -> dict[str, list[Sequence[object]]]:
    """Return the sheets of a workbook to 2022: 13 lines of title, a line of years, a line of names."""
    years = [None, None, *(year for year in YEARS for _ in range(6))]
    names = ["Country/Territory", code, *["Estimate", "StdErr", "NumSrc", "P-Rank", "Lower", "Upper"] * len(YEARS)]
    title: list[Sequence[object]] = [["Political Stability and Absence of Violence"], *[[]] * 12]
    rows: list[Sequence[object]] = []
    for name, old, *values in ECONOMIES:
        shown = ["#N/A" if value is None else value for value in values]
        rows.append([name, old, *shown[:2], 3, 1, 2, 3, *shown[2:], 3, 1, 2, 3])
    return {"Introduction": [["WGI"]], "VoiceandAccountability": [["x"]], sheet: [*title, years, names, *rows]}


def test_the_shipped_table_through_the_publisher_s_csv_comes_back_row_for_row(library: Library, tmp_path: Path) -> None:
    files = {"WGIData.csv": wgi_data(shipped()).encode(), "WGISeries.csv": b"Series Code,Topic\nPV.EST,Governance\n"}
    taken = add_file(library, packed(tmp_path, "WGI_CSV.zip", files))
    assert stored(library).equals(shipped())
    assert stored(library).schema == shipped().schema
    assert (taken.addition.version, taken.addition.source.rows_in) == ("to 2024", shipped().height)
    assert same_answers(library)


def test_the_shipped_table_through_the_publisher_s_workbook_comes_back_row_for_row(
    library: Library, tmp_path: Path
) -> None:
    """A workbook holds binary numbers of 53 bits, so the 15th decimal may differ: equal to 1e-12."""
    rows = [
        (iso3, year, *(None if value is None else float(value) for value in pair))
        for iso3, year, *pair in shipped().rows()
    ]
    taken = add_file(library, book(tmp_path, of_2025(rows), "wgidataset_with_sourcedata-2026.xlsx"))
    found = stored(library)
    assert found.select(KEY).equals(shipped().select(KEY))
    assert found.schema == shipped().schema
    for name in ("estimate", "standard_error"):
        assert found[name].is_null().equals(shipped()[name].is_null())
        assert (found[name] - shipped()[name]).abs().max() <= Decimal("1e-12")
    assert taken.addition.version == "2026 edition"
    assert same_answers(library)


def test_a_new_edition_takes_the_place_of_the_old(library: Library, tmp_path: Path) -> None:
    add_file(library, text(tmp_path, wgi_data(shipped())))
    add_file(library, book(tmp_path, of_2025([("JPN", 2024, 1.1, 0.2)]), "wgidataset_with_sourcedata-2026.xlsx"))
    assert plain(stored(library)) == [("JPN", 2024, 1.1, 0.2)]


FORMS = {
    "2023 and 2024": lambda folder: book(folder, of_2023(), "wgidataset.xlsx"),
    "2023 and 2024, in its zip": lambda folder: packed(
        folder, "wgidataset_excel.zip", {"wgidataset.xlsx": book(folder, of_2023(), "inner.xlsx").read_bytes()}
    ),
    "to 2022": lambda folder: book(folder, to_2022(), "wgidataset.xlsx"),
    "to 2022, the other header of codes": lambda folder: book(folder, to_2022(code="Code"), "wgidataset.xlsx"),
    "to 2022, no blank in the sheet's name": lambda folder: book(folder, to_2022(WIDE.replace(" ", "")), "w.xlsx"),
}


@pytest.mark.parametrize("form", FORMS)
def test_older_workbooks_are_read_with_today_s_codes(form: str, tmp_path: Path) -> None:
    frame, read = read_here(FORMS[form](tmp_path))
    assert plain(frame) == expected()
    assert REPLACED in read.notes
    assert "Values that the publisher does not have are null: 2 of estimate and 2 of standard_error." in read.notes
    others = 5 * len(ECONOMIES) * len(YEARS) if form.startswith("2023") else 0
    assert read.dropped == ((("rows of the other five dimensions", others),) if others else ())
    assert read.rows_in == read.rows_kept + others


def test_a_year_that_stands_once_over_its_six_columns_is_read(tmp_path: Path) -> None:
    sheets = to_2022()
    sheet = sheets[WIDE]
    sheet[13] = [None, None, 1996, *[None] * 5, 1998, *[None] * 5]
    frame, _ = read_here(book(tmp_path, sheets, "wgidataset.xlsx"))
    assert plain(frame) == expected()


def test_kosovo_is_one_economy_under_each_of_its_codes(library: Library, tmp_path: Path) -> None:
    add_file(library, book(tmp_path, to_2022(), "wgidataset.xlsx"))
    tables = build_tables(layered(embedded_snapshot(), library))
    found = tables.rows("SELECT economy, year, estimate FROM governance WHERE economy = 'XKX' ORDER BY year")
    assert [(economy, year, float(value) if value is not None else None) for economy, year, value in found] == [
        ("XKX", 1996, None), ("XKX", 1998, -0.7)
    ]  # fmt: skip
    assert len(tables.rows("SELECT 1 FROM governance WHERE economy = 'S19'")) == 2


SMALL_ROWS = [("JPN", 2023, 1.005, 0.21), ("JPN", 2024, 0.95, 0.2), ("XKX", 2023, None, None), ("XKX", 2024, -0.5, 0.3)]
SMALL = pl.DataFrame(SMALL_ROWS, schema=["iso3", "year", "estimate", "standard_error"], orient="row")
DATABANK = "Country Name,Country Code,Series Name,Series Code,2023 [YR2023],2024 [YR2024]\n"
LEAD = '"Data Source","Worldwide Governance Indicators",\n\n'
FOOT = "\n\n\nData from database: Worldwide Governance Indicators\nLast Updated: 11/05/2024\n"
A_ROW_A_YEAR = (
    "Country Name,Country Code,Time,Time Code,Political Stability: Estimate [PV.EST],... Error [PV.STD.ERR]\n"
    "Japan,JPN,2023,YR2023,1.005,0.21\nJapan,JPN,2024,YR2024,0.95,0.2\n"
    "Kosovo,XKX,2023,YR2023,..,..\nKosovo,XKX,2024,YR2024,-0.5,0.3\n"
)
EXTRACT = DATABANK + "".join(
    f"{code},{code},Political Stability,{series},{values}\n"
    for code, series, values in (
        ("JPN", "PV.EST", "1.005,0.95"), ("JPN", "PV.STD.ERR", "0.21,0.2"),
        ("XKX", "PV.EST", "..,-0.5"), ("XKX", "PV.STD.ERR", "..,0.3"),
    )
)  # fmt: skip
TEXTS = {
    "as downloaded": wgi_data(SMALL),
    "a byte order mark": "\ufeff" + wgi_data(SMALL),
    "lines that end as on Windows": wgi_data(SMALL).replace("\n", "\r\n"),
    "codes of 2025": wgi_data(SMALL, ("GOV_WGI_PV.EST", "GOV_WGI_PV.STD.ERR")),
    "an extract of DataBank": EXTRACT + FOOT,
    "an extract with a row a year": A_ROW_A_YEAR + FOOT,
}


@pytest.mark.parametrize("name", TEXTS)
def test_each_csv_is_read_right(name: str, tmp_path: Path) -> None:
    frame, read = read_here(text(tmp_path, TEXTS[name]))
    assert plain(frame) == SMALL_ROWS
    assert read.rows_in == read.rows_kept + sum(rows for _, rows in read.dropped)


def changed(at: int, value: object, column: str) -> list[Sequence[object]]:
    """Return one more row of 2023's form for Japan, with one field changed."""
    row = dict(zip(LONG, ("JPNpv1996", "JPN", "Japan", 1996, "pv", 1.1, 0.2, 3, 1, 2, 3), strict=True)) | {
        column: value
    }
    return [list(row.values())] * at


def with_text() -> dict[str, list[Sequence[object]]]:
    """Return a workbook to 2022 whose last economy has a word for its estimate of 1998."""
    sheets = to_2022()
    last = list(sheets[WIDE][-1])
    last[8] = "low"
    return sheets | {WIDE: [*sheets[WIDE][:-1], last]}


WRONG_BOOKS = {
    "a text in a number": (of_2023(changed(1, "high", "estimate")), "row 86: estimate is 'high'"),
    "an estimate out of range": (of_2023(changed(1, 50.1, "estimate")), "row 86: estimate is '50.1'"),
    "a negative error": (of_2023(changed(1, -0.2, "stddev")), "row 86: stddev is '-0.2'"),
    "an unknown code": (of_2023(changed(1, "ATL", "code")), "row 86: 'ATL', Japan"),
    "an unknown dimension": (of_2023(changed(1, "xx", "indicator")), "row 86: indicator is 'xx'"),
    "a row twice": (of_2023(changed(2, "JPN", "code")), "row 86: code is 'JPN'"),
    "an economy under two codes": (of_2023(changed(1, "XKX", "code")), "row 86: code is 'XKX'"),
    "a year that is none": (of_2023(changed(1, "1996-97", "year")), "row 86: year is '1996-97'"),
    "a lost column": ({"Sheet1": [row[:6] for row in of_2023()["Sheet1"]]}, "stddev"),
    "a sheet of another dimension": (of_2025([]) | {"pv": of_2025([])["va"]}, "row 2: Governance dimension is 'va'"),
    "a sheet without its error": (of_2025([]) | {"pv": [SHEET[:9]]}, "Standard error (estimate)"),
    "an empty sheet": (of_2025([]) | {"pv": []}, "The sheet is empty"),
    "a wide sheet without years": (to_2022() | {WIDE: to_2022()[WIDE][14:]}, "The sheet has no header"),
    "a text in a wide sheet": (with_text(), "row 22: 1998 Estimate is 'low'"),
    "a wide sheet without codes": (to_2022(code="ISO"), "The sheet has no header"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_BOOKS)
def test_a_wrong_workbook_is_refused_naming_the_row(name: str, tmp_path: Path) -> None:
    sheets, says = WRONG_BOOKS[name]
    with pytest.raises(KizunaError) as refused:
        read_here(book(tmp_path, sheets, "wgidataset.xlsx"))
    assert says in str(refused.value)


WRONG_TEXTS = {
    "a text in a number": (wgi_data(SMALL).replace('"0.95"', '"good"'), "row 3: 2024 is 'good'"),
    "an estimate out of range": (wgi_data(SMALL).replace('"0.95"', '"61.3"'), "row 3: cell is 'JPN 2024: 61.3'"),
    "a negative error": (wgi_data(SMALL).replace('"0.21"', '"-0.21"'), "row 4: cell is 'JPN 2023: -0.21'"),
    "an unknown code": (wgi_data(SMALL).replace('"XKX"', '"ATL"'), "row 6: 'ATL', ATL"),
    "an economy twice": (wgi_data(SMALL).replace('"XKX"', '"JPN"'), "row 6: cell is 'JPN 2023: '"),
    "a field too few": (wgi_data(SMALL).replace('"0.95",', ""), "row 3: 6 fields, expected 7"),
    "the estimate alone": (wgi_data(SMALL).replace("PV.STD.ERR", "PV.NO.SRC"), "holds of political stability PV.EST"),
    "the estimates of two editions": (wgi_data(SMALL, ("GOV_WGI_PV.EST", "PV.STD.ERR")), "GOV_WGI_PV.EST, PV.STD.ERR"),
    "another dimension": (LEAD + wgi_data(SMALL).replace("PV.", "VA."), "holds of political stability nothing"),
    "UTF-16": ("\ufeff" + wgi_data(SMALL), "No adapter knows"),
    "CSV of something else": ("Country Name,Code,2023\nJapan,JPN,1\n", "No adapter knows"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_TEXTS)
def test_a_wrong_csv_is_refused_naming_the_row(name: str, tmp_path: Path) -> None:
    content, says = WRONG_TEXTS[name]
    with pytest.raises(KizunaError) as refused:
        read_here(text(tmp_path, content, encoding="utf-16-le" if name == "UTF-16" else "utf-8"))
    assert says in str(refused.value)


def test_a_workbook_of_something_else_is_not_taken_for_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No adapter knows"):
        recognise(book(tmp_path, {"pv": [SHEET]}, "wgidataset.xlsx"))


def test_a_broken_workbook_in_a_zip_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="packed file is not sound"):
        recognise(packed(tmp_path, "wgidataset_excel.zip", {"wgidataset.xlsx": b"no workbook"}))
