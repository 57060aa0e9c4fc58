"""USGS Mineral Commodity Summaries: every form comes back figure for figure, in the names of 2024."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from usgs_files import (
    COPPER_2025,
    HEADER,
    LITHIUM_2026,
    LONG,
    SECTION,
    chapter,
    long_text,
    read_here,
    text_of,
    wide_text,
    zip_of,
)

from kizuna.intake import usgs
from kizuna.intake.importing import add_file
from kizuna.intake.incoming import look
from kizuna.intake.usgs_figures import country_named
from kizuna.sources.usgs import RENAMED_COPY
from kizuna.sources.usgs_names import COMMODITIES, STAGE_OF
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables

KEY = ["commodity", "country", "stage", "type", "year"]


def shipped() -> pl.DataFrame:
    return pl.read_parquet(embedded_snapshot().table("usgs_production"))


def added(library: Library, path: Path) -> pl.DataFrame:
    add_file(library, path)
    paths = layered(embedded_snapshot(), library).paths("usgs_production")
    return pl.concat([pl.read_parquet(one) for one in paths]).sort(KEY)


def test_the_real_files_of_2024_come_back_row_for_row(shared: Path, library: Library, tmp_path: Path) -> None:
    folder = shared / "data" / "usgs_mcs_2024"
    members = {one.name: one.read_bytes() for one in folder.glob("*_world.csv") if not RENAMED_COPY.match(one.name)}
    members |= {"mcs2024-cobal_salient.csv": b"a,b\n1,2\n", "mcs2024-cobal.xml": b"<x/>"}
    assert len(members) == len(COMMODITIES) + 2
    assert added(library, zip_of(tmp_path / "world.zip", members)).equals(shipped())
    figures = layered(embedded_snapshot(), library)
    source, embedded = figures.source("usgs_production"), embedded_snapshot().source("usgs_production")
    assert (source.rows_in, source.rows_kept, source.dropped) == (
        embedded.rows_in,
        embedded.rows_kept,
        embedded.dropped,
    )
    assert source.vintage == "MCS2024"
    assert "2 other members were not read: mcs2024-cobal_salient.csv, mcs2024-cobal.xml." in source.repairs
    assert {*embedded.repairs[1:3]} <= {*source.repairs}


def test_the_shipped_table_in_the_layout_of_2025_comes_back_and_answers_alike(library: Library, tmp_path: Path) -> None:
    (tmp_path / "MCS2024_World_Data.csv").write_text(wide_text(shipped()), encoding="utf-8", newline="")
    assert added(library, tmp_path / "MCS2024_World_Data.csv").equals(shipped())
    own, embedded = build_tables(layered(embedded_snapshot(), library)), build_tables(embedded_snapshot())
    for table in ("usgs_production", "usgs_unnamed"):
        query = f"SELECT * FROM {table} ORDER BY ALL"
        assert own.rows(query) == embedded.rows(query)


def test_the_shipped_table_in_the_layout_of_2026_comes_back(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "MCS2024_Commodities_Data.csv"
    path.write_bytes(long_text(shipped()).encode("cp1252"))
    assert added(library, path).equals(shipped())
    (source,) = (one.source for one in library.additions())
    assert dict(source.dropped) == {"tables of the United States alone": 1, "world totals": 1}
    assert source.vintage == "MCS2024"


def test_rows_of_2025_are_read_as_published(tmp_path: Path) -> None:
    (tmp_path / "MCS2025_World_Data.csv").write_text(COPPER_2025, encoding="utf-8")
    read, frame = read_here(tmp_path / "MCS2025_World_Data.csv")
    mine = "Mine production, recoverable copper content"
    said = {2023: "reported", 2024: "estimated"}
    expected = [
        ("bauxite and alumina", "United States", "mine", "Mine production, bauxite, dry tons", None, None),
        ("copper", "Canada", "mine", mine, 500, 450),
        ("copper", "Canada", "refinery", "Refinery production, copper", 315, 320),
        ("copper", "Kazakhstan", "mine", mine, 740, 740),
        ("copper", "Korea, Republic of", "mine", mine, None, None),
        ("copper", "Other countries", "mine", mine, 3020, 2700),
    ]
    assert [(*row[:5], *row[6:]) for row in frame.rows()] == [
        (*names, year, "kt", amount)
        for *names, first, last in expected
        for year, amount in zip(said, (first, last), strict=True)
    ]
    kazakh = pl.col("country") == "Kazakhstan"  # whose note says estimated 2023
    assert {*frame.filter(~kazakh).select("year", "status").rows()} == {*said.items()}
    assert {*frame.filter(kazakh)["status"]} == {"estimated"}
    assert (read.rows_in, read.rows_kept, read.dropped) == (14, 12, (("world totals", 2),))


def test_a_row_without_a_unit_and_reserves_are_left_out_and_named(tmp_path: Path) -> None:
    more = (
        "MCS2025,Titanium Mineral Concentrates,Sierra Leone,Mine production: rutile,,120,120,,,,,2900,\n"
        'MCS2025,Potash,Canada ,"Reserves, recoverable ore",thousand metric tons,,,,,,,4500000,\n'
    )
    (tmp_path / "World_Data.csv").write_text(COPPER_2025 + more, encoding="utf-8")
    read, frame = read_here(tmp_path / "World_Data.csv")
    assert dict(read.dropped) == {"world totals": 2, "rows without a unit": 2, "reserves, not production": 2}
    assert any("row 9: Titanium Mineral Concentrates, Sierra Leone" in note for note in read.notes)
    assert not {"titanium mineral concentrates", "potash"} & {*frame["commodity"]}


def test_rows_of_2026_are_read_as_published(tmp_path: Path) -> None:
    (tmp_path / "MCS2026_Commodities_Data.csv").write_bytes((",".join(LONG) + "\n" + LITHIUM_2026).encode("cp1252"))
    read, frame = read_here(tmp_path / "MCS2026_Commodities_Data.csv")
    assert frame.rows() == [
        ("lithium", "Argentina", "mine", "Mine production", 2025, "estimated", "t", Decimal(23000)),
        ("lithium", "Other countries", "mine", "Mine production", 2025, "reported", "t", Decimal(0)),
        ("lithium", "United States", "mine", "Mine production", 2025, "reported", "t", None),
        ("rare earths", "United States", "mine", "Mine production", 2024, "reported", "t", Decimal(45500)),
    ]
    assert dict(read.dropped) == {
        "reserves and capacity, not production": 1,
        "tables of the United States alone": 1,
        "world totals": 1,
    }
    assert any(note.startswith("1 figures are written as —") for note in read.notes)
    incoming = usgs.recognise(look(tmp_path / "MCS2026_Commodities_Data.csv"))
    assert incoming is not None
    assert (incoming.version, incoming.vintage) == ("MCS2026", "MCS2026")


@pytest.mark.parametrize(
    ("year", "value", "notes", "expected"),
    [
        ("2025", "1,200", "", ("reported", 1200)),
        ("2025_estimated", "1,200", "", ("estimated", 1200)),
        ("2025", "e1,200", "", ("estimated", 1200)),
        ("2025", "1,200", "Excludes ore. -- Estimated.", ("estimated", 1200)),
        ("2025", "1,200", "Reported. -- Estimated from exports.", ("reported", 1200)),
        *(
            ("2025", mark, "", ("reported", None))
            for mark in (
                "",
                "W",
                "NA",
                "XX",
                "s",
                "Less than ½ unit.",
                "less than 1/2 unit",
                "included with ilmenite",
                "Large",
            )
        ),
        ("2025", "—", "", ("reported", 0)),
        ("2025", "0", "", ("reported", 0)),
    ],
)
def test_a_mark_is_no_number_and_a_dash_is_zero(
    tmp_path: Path, year: str, value: str, notes: str, expected: tuple[str, int | None]
) -> None:
    row = ["TIN", SECTION, "Tin", "Peru", "Production", "Mine production", "metric tons", year, value, notes, "", ""]
    (tmp_path / "long.csv").write_text(text_of(LONG, [list(row)]), encoding="utf-8")
    _, frame = read_here(tmp_path / "long.csv")
    assert frame.select("status", "amount").rows() == [expected]


def test_a_file_whose_name_says_no_edition_has_that_after_its_last_year(tmp_path: Path) -> None:
    (tmp_path / "wide.csv").write_bytes(COPPER_2025.replace("Kazakhstan", "Côte d’Ivoire").encode("cp1252"))
    (tmp_path / "long.csv").write_bytes((",".join(LONG) + "\n" + LITHIUM_2026).encode("cp1252"))
    found = [usgs.recognise(look(tmp_path / name)) for name in ("wide.csv", "long.csv")]
    assert [one and one.version for one in found] == ["MCS2025", "MCS2026"]
    _, frame = read_here(tmp_path / "wide.csv")
    assert "Côte d’Ivoire" in {*frame["country"]}


@pytest.mark.parametrize(
    ("chapter_name", "commodity", "detail", "expected"),
    [
        ("BAUXITE AND ALUMINA", "Alumina", "Alumina, refinery production",
         ("bauxite and alumina", "refinery", "Alumina, refinery production")),
        ("IRON ORE", "Iron Ore", "Mine production: Iron content",
         ("iron ore", "mine", "Mine production: iron content")),
        ("SILICON", "Silicon", "Silicon metal", ("silicon", "plant", "silicon metal")),
        ("LIME", "Lime", "Production", ("lime", "plant", "Production")),
        ("HELIUM AND RARE GASES", "Helium", "Production", ("helium", "mine", "Production")),
        ("SODA ASH", "Soda Ash", "Production: synthetic", ("soda ash", "other", "Production: synthetic")),
        ("CLAYS", "Bentonite", "Mine production", ("clays", "mine", "Mine production (Bentonite)")),
        ("YTTRIUM", "Yttrium", "Mine production", ("yttrium", "mine", "Mine production")),
    ],
)  # fmt: skip
def test_names_of_2026_find_the_series_of_2024(
    tmp_path: Path, chapter_name: str, commodity: str, detail: str, expected: tuple[str, ...]
) -> None:
    row = [chapter_name, "World Production", commodity, "Chile", "Production", detail, "metric tons", "2025_estimated"]
    (tmp_path / "long.csv").write_text(text_of(LONG, [[*row, "e1,200", "", "", ""]]), encoding="utf-8")
    _, frame = read_here(tmp_path / "long.csv")
    (found,) = frame.rows()
    assert (found[0], found[2], found[3]) == expected
    assert found[4:] == (2025, "estimated", "t", Decimal(1200))


def test_the_stage_of_a_commodity_is_that_of_its_figures_of_2024() -> None:
    stages = shipped().group_by("commodity").agg(pl.col("stage").unique())
    assert {name: found[0] for name, found in stages.rows() if len(found) == 1} == STAGE_OF


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("Japan", "Japan"), ("Türkiye", "Turkey"), ("Côte d'Ivoire", "Côte d’Ivoire"), ("Suriname", "Suriname"),
        ("Other Countries", "Other countries"), ("Myanmar", "Burma"), ("Atlantis", None), ("World total", None),
        ("US", None),
    ],
)  # fmt: skip
def test_a_country_has_the_name_of_2024(written: str, named: str | None) -> None:
    assert country_named(written) == named


def test_single_chapters_stand_beside_each_other_and_an_edition_takes_their_place(
    library: Library, tmp_path: Path
) -> None:
    tin = chapter(tmp_path / "mcs2024-tin_world.csv", "MCS2024,Perue,Mine production,1,2,,,,")
    lead = chapter(tmp_path / "mcs2024-lead_world.csv", "MCS2024,Chile1,Mine production,3,4,,,,")
    add_file(library, tin)
    both = added(library, zip_of(tmp_path / "lead.zip", {"lead/mcs2024-lead_world.csv": lead.read_bytes()}))
    assert both["commodity"].to_list() == ["lead", "lead", "tin", "tin"]
    whole = zip_of(tmp_path / "w.zip", {one.name: one.read_bytes() for one in (tin, lead)})
    assert added(library, whole).equals(both)
    assert len(layered(embedded_snapshot(), library).paths("usgs_production")) == 1


def test_an_edition_has_its_years_of_the_header(tmp_path: Path) -> None:
    header = HEADER.replace("2022", "2020").replace("2023", "2021")
    path = chapter(tmp_path / "MCS2022-TIN_world (1).csv", "MCS2022,Peru,Mine production,1,2,,,,", header=header)
    _, frame = read_here(path)
    assert frame["year"].to_list() == [2020, 2021]
    incoming = usgs.recognise(look(path))
    assert incoming is not None
    assert (incoming.version, incoming.vintage) == ("MCS2022, single chapters", "MCS2022, tin")
