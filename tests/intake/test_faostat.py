"""FAOSTAT's files: the shipped production in the bulk layout comes back row for row, and consumers read one year of it.

Production is the embedded table's; other figures are invented.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from fao_files import AFGHAN_WHEAT, CROPS_FILE, NEW, OLD, packed, read_here, stored, text_of, written

from kizuna.exposure.derivation import derive_row
from kizuna.exposure.exposure import Row
from kizuna.exposure.measure import measure_exposure
from kizuna.intake import faostat
from kizuna.intake.importing import add_file
from kizuna.intake.incoming import look
from kizuna.intake.rows import Rows
from kizuna.network.food import CROPS, build_food
from kizuna.network.food_energy import food_network
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import Tables, build_tables
from kizuna.tables.commodities import Commodity
from kizuna.tables.economies import load_economies

AS_IN_2022 = {"Maize": "Maize (corn)", "Rice, paddy": "Rice"}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data") as opened:
        yield opened


def shipped() -> pl.DataFrame:
    return pl.read_parquet(embedded_snapshot().table("food_production"))


def numbers_of_areas() -> dict[str, tuple[int, str]]:
    """Return FAO's number and M49 code of each area of the shipped table, made from the lists of codes alone."""
    listed = files("kizuna.tables").joinpath("data", "faostat_areas.csv").read_text(encoding="utf-8")
    number = {row["m49"]: int(row["area_code"]) for row in csv.DictReader(listed.splitlines())}
    m49 = {one.iso3: one.m49 for one in load_economies()} | {"TWN": "158"}
    special = {"CHN": (351, "159"), "F41": (41, "156"), "F5707": (5707, "097")}
    return {code: special.get(code) or (number[m49[code]], m49[code]) for code in shipped()["area_code"].unique()}


def in_bulk_layout(production: pl.DataFrame) -> pl.DataFrame:
    """Return production as FAO's long form writes it since 2022."""
    area = numbers_of_areas()
    code = pl.col("area_code")
    return production.select(
        code.replace_strict({key: str(number) for key, (number, _) in area.items()}).alias("Area Code"),
        code.replace_strict({key: f"'{m49}" for key, (_, m49) in area.items()}).alias("Area Code (M49)"),
        pl.col("area").alias("Area"),
        pl.col("item_code").cast(pl.String).alias("Item Code"),
        pl.format("'0{}", "item_code").alias("Item Code (CPC)"),
        pl.col("item").alias("Item"),
        pl.lit("5510").alias("Element Code"),
        pl.lit("Production").alias("Element"),
        pl.col("year").cast(pl.String).alias("Year Code"),
        pl.col("year").cast(pl.String).alias("Year"),
        pl.lit("t").alias("Unit"),
        pl.col("tonnes").cast(pl.Decimal(24, 6)).cast(pl.String).fill_null("").alias("Value"),
        pl.col("flag").alias("Flag"),
        pl.lit("").alias("Note"),
    )


def tables_with(library: Library) -> Tables:
    return build_tables(layered(embedded_snapshot(), library))


def staple_food(tables: Tables) -> list[Row]:
    found = measure_exposure(tables, ["JPN", "IND", "AGO", "EU27", "SGP"], baskets=["staple-food"], years=[2023])
    return [row for row in found.rows() if row.revision == "FAO"]


def without_sources(rows: list[Row]) -> list[tuple[object, ...]]:
    return [(row.economy, row.product, row.indicator, row.year, row.value, row.gap, row.detail) for row in rows]


def test_the_shipped_production_in_the_bulk_layout_comes_back_row_for_row(
    library: Library, tmp_path: Path, tables: Tables
) -> None:
    rows = in_bulk_layout(shipped())
    world = rows.head(40).with_columns(pl.lit("5000").alias("Area Code"), pl.lit("'001").alias("Area Code (M49)"))
    yields = rows.head(30).with_columns(pl.lit("5412").alias("Element Code"), pl.lit("Yield").alias("Element"))
    eggs = rows.head(20).with_columns(pl.lit("1000 No").alias("Unit"))
    text = text_of(NEW, pl.concat([world, yields, eggs, rows.sample(fraction=1, shuffle=True, seed=1)]).rows())
    added = add_file(library, packed(tmp_path, CROPS_FILE, text)).addition
    assert stored(library, "food_production").equals(shipped())
    assert stored(library, "food_production").schema == shipped().schema
    assert [count for _, count in added.source.dropped] == [20, 40, 30]
    assert [reason.split(",")[0] for reason, _ in added.source.dropped] == [
        "Production in 1000 No", "areas that are groups of areas", "element 5412 Yield",
    ]  # fmt: skip
    assert (added.version, added.source.vintage) == ("QCL 2026-06-05", "file of 2026-06-05")
    assert any("none is official" in note and "A an aggregate" in note for note in added.source.repairs)
    assert any("CHN is an aggregate" in note for note in added.source.repairs)
    own = tables_with(library)
    query = "SELECT economy, item_code, year, tonnes, flag FROM food_production ORDER BY ALL"
    assert own.rows(query) == tables.rows(query)
    assert without_sources(staple_food(own)) == without_sources(staple_food(tables))


@pytest.fixture(scope="module")
def of_many_years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tables]:
    """Yield tables whose production is of 2019 to 2021, in FAO's words of 2022."""
    folder = tmp_path_factory.mktemp("years")
    year = {
        year: shipped().with_columns(pl.lit(year, dtype=pl.Int16).alias("year"), (pl.col("tonnes") * factor))
        for year, factor in ((2019, 3), (2020, 1), (2021, 5))
    }
    rows = in_bulk_layout(pl.concat(year.values())).with_columns(pl.col("Item").replace(AS_IN_2022))
    with Library.open(folder / "data") as library:
        add_file(library, packed(folder, CROPS_FILE, text_of(NEW, rows.rows())))
        assert stored(library, "food_production").height == 3 * shipped().height
        yield tables_with(library)


def test_measures_take_the_year_that_they_say_from_a_table_of_many(of_many_years: Tables, tables: Tables) -> None:
    assert of_many_years.rows("SELECT DISTINCT year FROM food_production ORDER BY 1") == [(2019,), (2020,), (2021,)]
    assert without_sources(staple_food(of_many_years)) == without_sources(staple_food(tables))


@pytest.mark.parametrize("crop", CROPS)
def test_networks_of_crops_take_the_year_that_they_say(of_many_years: Tables, tables: Tables, crop: str) -> None:
    own, embedded = build_food(of_many_years, crop), build_food(tables, crop)
    assert own.economies == embedded.economies
    assert own.blocks[0].final.tolist() == embedded.blocks[0].final.tolist()
    assert food_network(of_many_years, crop).notes == food_network(tables, crop).notes


def test_the_rows_behind_a_figure_are_of_the_year_that_it_says(of_many_years: Tables, tables: Tables) -> None:
    for crop in CROPS:
        subject = Commodity(crop, "FAO", (crop,), crop)
        for row in staple_food(tables):
            if row.product == crop and row.indicator == "food_self_sufficiency" and row.economy in ("JPN", "IND"):
                query = derive_row(of_many_years, row, subject).query
                assert of_many_years.rows(query) == tables.rows(query)
                assert any(kind == "production, t" for kind, *_ in tables.rows(query))


def test_every_query_of_production_names_a_year_and_an_item_by_its_code() -> None:
    source = Path(str(files("kizuna")))
    queries = [
        query
        for path in sorted(source.glob("**/*.py"))
        for query in re.findall(r"FROM food_production(.{0,160})", path.read_text(encoding="utf-8"), re.S)
    ]
    assert len(queries) == 5
    assert [query for query in queries if "year = " not in query or "item_code = " not in query] == []


def test_the_websites_csv_in_the_iso3_form_is_the_shipped_table(library: Library, shared: Path) -> None:
    added = add_file(library, shared / "data/faostat_production_2020/faostat_qcl_2020.csv").addition
    assert stored(library, "food_production").equals(shipped())
    assert (added.version, added.source.dropped) == ("QCL date not known", ())


@pytest.mark.parametrize(
    ("form", "codes"),
    [
        ("ISO3", ("CHN", "F41", "F5707", "TWN", "F228", "F5000")),
        ("FAO", ("351", "41", "5707", "214", "228", "5000")),
        ("M49", ("'159", "156", "097", "'158", "810", "'001")),
    ],
)
def test_the_websites_three_forms_of_areas_are_one(tmp_path: Path, form: str, codes: tuple[str, ...]) -> None:
    header = (
        *("Domain Code", "Domain", f"Area Code ({form})", "Area", "Element Code", "Element", "Item Code (FAO)", "Item"),
        *("Year Code", "Year", "Unit", "Value", "Flag", "Flag Description"),
    )
    rows = [
        (
            "QCL",
            "Crops",
            code,
            f"area {at}",
            "5510",
            "Production",
            "15",
            "Wheat",
            "1990",
            "1990",
            "t",
            f"{at}.5",
            "A",
            "",
        )
        for at, code in enumerate(codes)
    ]
    path = written(tmp_path, "\ufeff" + text_of(header, rows), "FAOSTAT_data_en_8-3-2025")
    frame, notes, dropped = read_here(path, tmp_path)
    assert dict(frame.select("area", "area_code").rows()) == {
        "area 0": "CHN", "area 1": "F41", "area 2": "F5707", "area 3": "TWN", "area 4": "F228",
    }  # fmt: skip
    assert [*dropped.values()] == [1]
    assert any("do not tell whether A" in note for note in notes)
    incoming = faostat.recognise(look(path))
    assert incoming is not None
    assert incoming.version == "QCL 2025-08-03"


def test_an_older_file_without_m49_in_cp1252_is_read_and_says_so(library: Library, tmp_path: Path) -> None:
    rows = [
        ("107", "Côte d'Ivoire", "56", "Maize", "5510", "Production", "1990", "1990", "tonnes", "480000.000000", "F"),
        ("228", "USSR", "56", "Maize", "5510", "Production", "1990", "1990", "tonnes", "9900000.000000", ""),
        ("248", "Yugoslav SFR", "56", "Maize", "5510", "Production", "1990", "1990", "tonnes", "6700000.000000", "*"),
        ("62", "Ethiopia PDR", "56", "Maize", "5510", "Production", "1990", "1990", "tonnes", "", "M"),
        ("351", "China", "56", "Maize", "5510", "Production", "1990", "1990", "tonnes", "5.000000", "A"),
        ("41", "China, mainland", "56", "Maize", "5510", "Production", "1990", "1990", "tonnes", "4.125500", "Im"),
    ]
    text = text_of(OLD, rows, end="\r\n").encode("cp1252")
    added = add_file(library, written(tmp_path, text, "Production_Crops_Livestock_E_All_Data_(Norm)")).addition
    found = stored(library, "food_production")
    assert found.select("area_code", "area", pl.col("tonnes").cast(pl.String), "flag").rows() == [
        ("CHN", "China", "5.00", "A"),
        ("CIV", "Côte d'Ivoire", "480000.00", "F"),
        ("F228", "USSR", "9900000.00", ""),
        ("F248", "Yugoslav SFR", "6700000.00", "*"),
        ("F41", "China, mainland", "4.13", "Im"),
        ("F62", "Ethiopia PDR", None, "M"),
    ]
    said = " ".join(added.source.repairs)
    assert "read as cp1252" in said
    assert "1 amounts have more than 2 decimals" in said
    assert "1 amounts are null" in said
    sql = "SELECT economy FROM food_production ORDER BY 1"
    assert tables_with(library).rows(sql) == [("CHN",), ("CIV",), ("SUN",)]


def test_rows_that_are_chosen_keep_the_encoding_of_their_file() -> None:
    rows = Rows("a file", pl.Series([2, 3]), pl.DataFrame({"Area": ["Côte", "x"]}), "cp1252")
    chosen = rows.only(pl.Series([False, True]))
    assert (chosen.encoding, chosen.numbers_of.to_list()) == ("cp1252", [3])


def test_a_newer_release_takes_the_place_of_an_older(library: Library, tmp_path: Path) -> None:
    text = text_of(NEW, [(*AFGHAN_WHEAT, "1.000000", "A", "")])
    add_file(library, packed(tmp_path, CROPS_FILE, text))
    (tmp_path / "new").mkdir()
    newer = packed(tmp_path / "new", CROPS_FILE, text.replace("1.000000", "2.000000"), (2027, 1, 9))
    added = add_file(library, newer).addition
    assert added.version == "QCL 2027-01-09"
    assert added.source.citation.startswith("FAO. 2027. FAOSTAT: Crops and livestock products.")
    assert added.source.licence.startswith("CC BY 4.0")
    assert stored(library, "food_production")["tonnes"].cast(pl.String).to_list() == ["2.00"]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + text_of(NEW, [(*AFGHAN_WHEAT, "5185000.000000", "A", "")]),
        text_of(NEW, [(*AFGHAN_WHEAT, "5185000.000000", "A", "")], end="\r\n"),
        ",".join(NEW) + ",\n" + ",".join((*AFGHAN_WHEAT, "5185000.000000", "A", "", "")) + "\n",
        text_of([f" {name}" for name in NEW], [(*AFGHAN_WHEAT, "5.185e6", "A", "a note, with a\nline")]),
        text_of(NEW[:-1], [(*AFGHAN_WHEAT, " 5185000 ", "A")]),
    ],
    ids=["byte order mark", "CRLF", "trailing comma", "blanks before names, a line in a note", "without notes"],
)
def test_odd_but_sound_files_are_read(tmp_path: Path, text: str) -> None:
    frame, notes, _ = read_here(written(tmp_path, text), tmp_path)
    assert frame.select("area_code", "item_code", "year", pl.col("tonnes").cast(pl.Int64)).rows() == [
        ("AFG", 15, 2020, 5_185_000)
    ]
    assert any("A is an official figure" in note or "do not tell" in note for note in notes)
