"""BACI: whole dollars and kilograms, Namibia kept, one set of rows for the shared code."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kizuna.floor.errors import SourceError
from kizuna.sources import cepii
from kizuna.sources.raw import RawTable

GALLIUM_LIKE = [{"from": "NA", "to": "JP", "value": 500}]
FLOWS: dict[str, Any] = {
    "magnets": [{"from": "TW", "to": "JP", "value": 900}, {"from": "JP", "to": "NA", "value": 60}],
    "gallium": GALLIUM_LIKE,
    "germanium": GALLIUM_LIKE,
    "hafnium": GALLIUM_LIKE,
}
Write = Callable[..., Path]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with three economies and a handful of flows in the publishers' layout."""
    for folder in ("baci_hs92_raw_materials", "critical_materials_hs17", "cepii_geodist"):
        (tmp_path / folder).mkdir()
    (tmp_path / cepii.COUNTRIES).write_text(
        "country_code,country_name,country_iso2,country_iso3\n"
        '392,Japan,JP,JPN\n490,"Other Asia, nes",,S19\n516,Namibia,,NAM\n',
        encoding="utf-8",
    )
    trade = {
        "t": [2023, 2023],
        "i": [516, 490],
        "j": [392, 392],
        "k": ["261210", "261210"],
        "v": [88.981, 1.5],
        "q": [194.46, None],
    }
    pl.DataFrame(trade).write_parquet(tmp_path / cepii.HS92_TRADE)
    complete = {
        "year": [2024] * 3,
        "exporter": ["S19", "JPN", "NAM"],
        "importer": ["JPN", "NAM", "JPN"],
        "hs6": ["850511", "850511", "811292"],
        "value_kusd": [0.9, 0.1, 0.5],
        "qty_t": [0.002, None, 0.001],
    }
    pl.DataFrame(complete).write_parquet(tmp_path / "critical_materials_hs17/baci_hs17_2024.parquet")
    codes = {"magnets": "850511", "gallium": "811292", "germanium": "811292", "hafnium": "811231"}
    crosswalk = {material: {"title_code": code} for material, code in codes.items()}
    (tmp_path / "critical_materials_hs17/crosswalk.json").write_text(json.dumps(crosswalk), encoding="utf-8")
    for year in range(2018, 2025):
        write_flows(tmp_path, year, FLOWS)
    distances = "iso_o,iso_d,contig,dist\nJPN,NAM,0.0,13000.123456\nROM,JPN,0.0,8892.294\n"
    (tmp_path / cepii.GEODIST).write_bytes(gzip.compress(distances.encode()))
    return tmp_path


def write_flows(folder: Path, year: int, materials: dict[str, Any]) -> None:
    """Write one year's list of larger flows; 2024 holds only the largest magnet flow."""
    held = materials if year < 2024 else {**materials, "magnets": materials["magnets"][:1]}
    content = {"year": year, "materials": held}
    (folder / f"critical_materials_hs17/flows_{year}.json").write_text(json.dumps(content), encoding="utf-8")


def tables(folder: Path) -> dict[str, RawTable]:
    """Return the tables by name."""
    return {raw.name: raw for raw in cepii.read(folder)}


def test_namibia_gets_its_iso2_back_and_other_asia_has_none(data: Path) -> None:
    codes = tables(data)["economy_codes"].frame
    assert codes.select("code", "iso2", "iso3").rows() == [(392, "JP", "JPN"), (490, None, "S19"), (516, "NA", "NAM")]


def test_value_and_mass_are_whole_dollars_and_kilograms_and_missing_mass_is_null(data: Path) -> None:
    trade = tables(data)["trade_hs92"].frame
    assert trade.rows() == [(2023, "261210", 392, 490, 1500, None), (2023, "261210", 392, 516, 88981, 194460)]


def test_namibia_and_other_asia_keep_their_flows_in_every_year(data: Path) -> None:
    trade = tables(data)["trade_hs17"].frame
    for year in range(2018, 2025):
        flows = trade.filter(pl.col("year") == year).select("product", "buyer", "supplier", "value_usd").rows()
        assert flows == [
            ("811292", "JPN", "NAM", 500),
            ("850511", "JPN", "S19", 900),
            ("850511", "NAM", "JPN", 100 if year == 2024 else 60),
        ]


def test_the_rows_that_three_materials_share_are_kept_once_and_counted(data: Path) -> None:
    raw = tables(data)["trade_hs17"]
    assert raw.frame.filter(pl.col("product") == "811292").height == 7
    assert raw.source.dropped[0][1] == 2 * 6
    assert "811231" not in raw.frame["product"].to_list()


def test_lists_of_larger_flows_have_no_mass_and_are_marked(data: Path) -> None:
    trade = tables(data)["trade_hs17"].frame
    marked = trade.group_by("coverage").agg(pl.col("year").unique().sort(), pl.col("mass_kg").count()).sort("coverage")
    assert marked.rows() == [("complete", [2024], 2), ("top flows", list(range(2018, 2024)), 0)]


def test_coverage_is_the_share_of_the_complete_value_that_the_list_holds(data: Path) -> None:
    shares = dict(tables(data)["trade_hs17_coverage"].frame.rows())
    assert {product: float(share) for product, share in shares.items()} == {"811292": 1.0, "850511": 0.9}


def test_materials_that_no_longer_share_their_rows_are_refused(data: Path) -> None:
    write_flows(data, 2020, {**FLOWS, "hafnium": []})
    with pytest.raises(SourceError, match=r"no longer share the rows of 811292.*flows_2020"):
        cepii.read(data)


def test_a_country_without_a_row_in_the_country_table_is_refused(data: Path) -> None:
    write_flows(data, 2021, {**FLOWS, "magnets": [{"from": "XX", "to": "JP", "value": 1}]})
    with pytest.raises(SourceError, match=r"XX.*flows_2021"):
        cepii.read(data)


def test_renamed_codes_of_the_distance_table_are_today_s(data: Path) -> None:
    distances = tables(data)["distances"].frame.select("iso3_a", "iso3_b", "distance_km").rows()
    assert [(a, b, str(km)) for a, b, km in distances] == [("JPN", "NAM", "13000.1235"), ("ROU", "JPN", "8892.2940")]
