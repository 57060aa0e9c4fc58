"""USGS Mineral Commodity Summaries in each of their layouts, for tests: headers, rows, the zip of an edition."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import polars as pl

from kizuna.intake import usgs
from kizuna.intake.incoming import Read, look
from kizuna.sources.usgs_names import UNITS

WORDS = {unit: words for words, unit in reversed(UNITS.items())}
WIDE = [
    *("SOURCE", "COMMODITY", "COUNTRY", "TYPE", "UNIT_MEAS", "PROD_{}", "PROD_EST_ {}", "PROD_NOTES"),
    *("CAP_{}", "CAP_EST_ {}", "CAP_NOTES", "RESERVES_{}", "RESERVE_NOTES"),
]
# What the edition of 2025 calls commodities, with its trailing blanks and spellings.
CALLED_2025 = {
    "copper": "Copper ", "germanium": "Gemanium", "iron ore": "Iron Ore  ", "graphite (natural)": "Graphite",
    "bauxite and alumina": "Bauxite", "titanium sponge metal": "Titanium & titanium dioxide",
    "platinum-group metals": "Platinum-Group metals", "potash": "Potash  ", "mica (natural)": "Mica",
}  # fmt: skip
# What the edition of 2026 calls chapters, where that is not the name of 2024 in capitals.
CALLED_2026 = {
    "feldspar": "FELDSPAR AND NEPHELINE SYENITE", "helium": "HELIUM AND RARE GASES", "niobium": "NIOBIUM (COLUMBIUM)",
    "nitrogen (fixed), ammonia": "NITROGEN (FIXED)—AMMONIA", "titanium sponge metal": "TITANIUM AND TITANIUM DIOXIDE",
}  # fmt: skip
LONG = [
    *("MCS chapter", "Section", "Commodity", "Country", "Statistics", "Statistics_detail", "Unit", "Year", "Value"),
    *("Notes", "Is critical mineral 2025", "Other notes"),
]
SECTION = "World Mine Production and Reserves"
HEADER = "\ufeffSource,Country,Type,Prod_t_2022,Prod_t_est_2023,Prod_notes,Reserves_t,,"
# Rows of the release of 2025, as the publisher wrote them.
COPPER_2025 = """\
SOURCE,COMMODITY,COUNTRY,TYPE,UNIT_MEAS,PROD_2023,PROD_EST_ 2024,PROD_NOTES,CAP_2023,CAP_EST_ 2024,CAP_NOTES,RESERVES_2024,RESERVE_NOTES
MCS2025,Copper ,Canada ,"Mine production, recoverable copper content",thousand metric tons,500,450,,,,,8300,
MCS2025,Copper ,Kazakhstan,"Mine production, recoverable copper content",thousand metric tons,740,740,estimated 2023,,,,20000,
MCS2025,Copper ,"Korea, Republic of","Mine production, recoverable copper content",thousand metric tons,,,,,,,,
MCS2025,Copper ,Other Countries,"Mine production, recoverable copper content",thousand metric tons,3020,2700,,,,,180000,
MCS2025,Copper ,World total (rounded),"Mine production, recoverable copper content",thousand metric tons,22600,23000,,,,,980000,
MCS2025,Copper ,Canada ,"Refinery production, copper",thousand metric tons,315,320,,,,,,
MCS2025,Bauxite,United States,"Mine production, bauxite, dry tons",thousand metric dry tons,,,W for 23-24,,,,20000,
"""  # noqa: E501
# Rows of the release of 2026, as the publisher wrote them but for the last column.
LITHIUM_2026 = """\
LITHIUM,World Mine Production and Reserves,Lithium,United States,Production,Mine production,metric tons,2025,W,,Yes,
LITHIUM,World Mine Production and Reserves,Lithium,Argentina,Production,Mine production,metric tons,2025,"23,000",Estimated.,Yes,
LITHIUM,World Mine Production and Reserves,Lithium,Other countries,Production,Mine production,metric tons,2025,—,"Other countries with reported reserves include Austria.",Yes,
LITHIUM,World Mine Production and Reserves,Lithium,World total,Production,Mine production: rounded,metric tons,2025,"290,000",Estimated. -- Excludes U.S. production.,Yes,
LITHIUM,World Mine Production and Reserves,Lithium,Chile,Reserves,Reserves,metric tons,2025,"9,200,000",See Appendix C.,Yes,
RARE EARTHS,World Mine Production and Reserves,Rare Earths,United States,Production,Mine production,metric tons,2024,"45,500",Reported.,Yes,
LITHIUM,Salient Statistics—United States,Lithium,United States,Production,Production,metric tons,2021,W,,Yes,
"""  # noqa: E501


def read_here(path: Path) -> tuple[Read, pl.DataFrame]:
    """Read a file in this process, as the child does."""
    incoming = usgs.recognise(look(path))
    assert incoming is not None
    target = path.parent / "read.parquet"
    read = usgs.read(incoming, incoming.parts[0], target, lambda _: None)
    return read, pl.read_parquet(target)


def text_of(header: list[str], rows: list[list[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([header, *rows])
    return out.getvalue()


def wide_text(frame: pl.DataFrame) -> str:
    """Return figures of two years in the layout of 2025, and the rows of the world that it has."""
    first, last = sorted(frame["year"].unique())
    rows: list[list[object]] = []
    for (commodity, country, kind, unit), years in frame.group_by("commodity", "country", "type", "unit"):
        of = {row["year"]: row for row in years.iter_rows(named=True)}
        notes = [f"estimated {first}"] if of[first]["status"] == "estimated" else []
        notes += [f"Reported in {last}."] if of[last]["status"] == "reported" else []
        amounts = ["" if of[year]["amount"] is None else str(of[year]["amount"]) for year in (first, last)]
        name = CALLED_2025.get(str(commodity), str(commodity).capitalize())
        place = {"Other countries": "Other Countries", "Canada": "Canada ", "Russia": "Russia "}.get(
            str(country), country
        )
        rows.append(["MCS2024", name, place, kind, WORDS[str(unit)], *amounts, " ".join(notes), "", "", "", "", ""])
    rows.append(["MCS2024", "Copper ", "World total (rounded)", "Mine production", "metric tons", 1, 1, *[""] * 6])
    years = [first, last, first, last, last]
    header = [name.format(years.pop(0)) if "{}" in name else name for name in WIDE]
    return text_of(header, rows)


def long_text(frame: pl.DataFrame) -> str:
    """Return figures in the layout of 2026, and rows of other tables that it has."""
    rows: list[list[object]] = []
    for row in frame.iter_rows(named=True):
        chapter = CALLED_2026.get(row["commodity"], row["commodity"].upper())
        amount = "W" if row["amount"] is None else f"{row['amount']:,.3f}"
        remark = "Estimated. -- Of ore." if row["status"] == "estimated" else "Reported."
        rows.append(
            [chapter, f"World {row['stage']} Production", chapter.title(), row["country"], "Production", row["type"],
             WORDS[row["unit"]], row["year"], amount, remark, "No", ""]
        )  # fmt: skip
    rows.append(
        ["TIN", "Salient Statistics—United States", "Tin", "United States", "Imports", "", "", "2019", "E", *[""] * 3]
    )
    rows.append(
        ["TIN", SECTION, "Tin", "World total", "Production", "Mine production: rounded", "x", "2023", 9, *[""] * 3]
    )
    return text_of(LONG, rows)


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def chapter(path: Path, *lines: str, header: str = HEADER) -> Path:
    path.write_text("\r\n".join([header, *lines]) + "\r\n", encoding="utf-8")
    return path
