"""Economies: every publisher's code means one economy, or says why it means none."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kizuna.floor.errors import RequestError, TableError, UnknownNameError
from kizuna.floor.gaps import Gap
from kizuna.tables.blocs import load_blocs
from kizuna.tables.economies import Economies, Economy, load_economies

ROOT = Path(__file__).resolve().parents[2]


def rows(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding=encoding) as file:
        return list(csv.DictReader(file))


def codes_in_use(data: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (publisher, code, name) of every country that a publisher's file names."""
    for row in rows(data / "world_mining_data" / "production_2018_2024.csv"):
        yield "wmd", row["Country_ISO"], row["Country"]
    for name in ("estimate.csv", "stderr.csv"):
        for row in rows(data / "wgi_political_stability" / name):
            yield "wgi", row["Code"], row["Country/Territory"]
    for row in rows(data / "food_2015_2017" / "country_list195_2012to2016.csv"):
        yield "food", row["iso3"], row["Country"]
    for row in rows(data / "faostat_production_2020" / "faostat_qcl_2020.csv"):
        yield "faostat", row["Area Code (ISO3)"], row["Area"]
    for row in rows(data / "cepii_geodist" / "dist_cepii.csv.gz"):
        yield "geodist", row["iso_o"], ""
        yield "geodist", row["iso_d"], ""
    for name in ("gdp.csv", "population.csv"):
        for row in rows(data / "world_bank" / name):
            yield "world_bank", row["Country Code"], row["Country Name"]


@pytest.fixture(scope="module")
def used_codes(shared: Path) -> list[tuple[str, str, str]]:
    """Return the codes in use, each once."""
    return sorted(set(codes_in_use(shared / "data")))


def test_every_code_of_every_publisher_means_one_economy_or_says_why_it_means_none(
    used_codes: list[tuple[str, str, str]],
) -> None:
    economies = load_economies()
    unknown = []
    for publisher, code, name in used_codes:
        try:
            found = economies.by_publisher(publisher, code, name)
        except (UnknownNameError, RequestError) as error:
            unknown.append(f"{publisher} {code} {name}: {error}")
            continue
        if isinstance(found, Gap):
            assert code in found.reason
    assert unknown == []


def test_within_a_publisher_no_two_countries_become_one_economy(used_codes: list[tuple[str, str, str]]) -> None:
    meanings: dict[tuple[str, str], set[str]] = {}
    for publisher, code, name in used_codes:
        found = load_economies().by_publisher(publisher, code, name)
        if isinstance(found, Economy):
            own = code if publisher != "wmd" else f"{code} {name}"
            meanings.setdefault((publisher, found.iso3), set()).add(own)
    assert {key: codes for key, codes in meanings.items() if len(codes) > 1} == {}


def test_every_baci_code_is_one_economy_and_mends_nothing_silently(shared: Path) -> None:
    economies = load_economies()
    table = rows(shared / "data" / "baci_hs92_raw_materials" / "country_codes_V202401b.csv")
    assert len({economies.by_baci(int(row["country_code"])).iso3 for row in table}) == len(table) == 238
    own = {"58": "BLX", "280": "FRG", "736": "SUD"}
    for row in table:
        assert economies.by_baci(int(row["country_code"])).iso3 == own.get(row["country_code"], row["country_iso3"])


def test_every_country_of_the_hs17_files_and_of_wiod_is_known(shared: Path) -> None:
    economies = load_economies()
    for path in sorted((shared / "data" / "critical_materials_hs17").glob("flows_20*.json")):
        for flows in json.loads(path.read_text(encoding="utf-8"))["materials"].values():
            for code in {flow[side] for flow in flows for side in ("from", "to")}:
                assert economies.get(code).iso3
    with (shared / "data" / "wiod2013" / "wiot_2011_output.csv").open(encoding="utf-8") as file:
        producers = {line.split(",")[0].strip('"')[:3] for line in file} - {"pro"}
    assert {code for code in producers if isinstance(economies.by_publisher("wiod", code), Gap)} == {"RoW"}


def test_usgs_names_are_known() -> None:
    usgs_names = pytest.importorskip("kizuna.sources.usgs_names", reason="the USGS reader is not built")
    found = {name: load_economies().by_publisher("usgs", name) for name in usgs_names.COUNTRIES}
    assert {name for name, what in found.items() if isinstance(what, Gap)} == {
        "Other countries",
        "United States and Canada",
    }


@pytest.mark.parametrize(
    ("written", "iso3"),
    [
        *(("IND", "IND"), ("in", "IND"), ("356", "IND"), ("भारत", "IND"), ("インド", "IND"), (" india ", "IND")),
        *(("NA", "NAM"), ("TWN", "S19"), ("TW", "S19"), ("Chinese Taipei", "S19"), ("台湾", "S19"), ("158", "S19")),
        *(("Korea, Republic of", "KOR"), ("Korea, North", "PRK"), ("Turkey", "TUR"), ("turkiye", "TUR")),
        *(("Burma", "MMR"), ("Congo (Kinshasa)", "COD"), ("Congo, D.R.", "COD"), ("Congo, Rep.", "COG")),
        *(("Cote d'Ivoire", "CIV"), ("Côte d’Ivoire", "CIV"), ("ROM", "ROU"), ("ZAR", "COD"), ("YUG", "SCG")),
        *(("Kosovo", "XKX"), ("RS", "SRB"), ("4", "AFG"), ("004", "AFG"), ("Viet Nam", "VNM"), ("Vietnam", "VNM")),
    ],
)
def test_an_economy_is_found_by_code_name_and_alias_in_three_languages(written: str, iso3: str) -> None:
    assert load_economies().get(written).iso3 == iso3


def test_namibia_has_the_iso2_code_na() -> None:
    assert load_economies().get("NAM").iso2 == "NA"


def test_kosovo_is_not_serbia_whatever_code_a_publisher_gives_it() -> None:
    economies = load_economies()
    kosovo, serbia = economies.get("XKX"), economies.get("SRB")
    assert kosovo != serbia
    assert economies.by_publisher("wmd", "R20", "Kosovo") == kosovo
    assert economies.by_publisher("wgi", "R20", "Europe EFTA, nes") == kosovo
    assert economies.by_baci(697).iso3 == "R20"


def test_a_code_that_two_countries_share_needs_the_name() -> None:
    economies = load_economies()
    assert [economies.by_publisher("wmd", "GUY", name) for name in ("Guyana", "French Guiana")] == [
        economies.get("GUY"),
        economies.get("GUF"),
    ]
    with pytest.raises(RequestError, match="more than one economy"):
        economies.by_publisher("wmd", "GUY")


def test_aggregates_are_gaps_and_the_same_code_may_be_a_country_elsewhere() -> None:
    economies = load_economies()
    assert isinstance(economies.by_publisher("world_bank", "ARB"), Gap)
    assert economies.by_publisher("food", "ARB") == economies.get("Aruba")
    for publisher, code in (("wmd", "DELETE"), ("faostat", "F5707"), ("faostat", "CHN"), ("world_bank", "EUU")):
        assert isinstance(economies.by_publisher(publisher, code), Gap)
    assert economies.by_publisher("faostat", "F41") == economies.get("CHN")


def test_codes_of_baci_are_not_m49_codes() -> None:
    economies = load_economies()
    for baci, m49, iso3 in ((251, "250", "FRA"), (699, "356", "IND"), (757, "756", "CHE"), (842, "840", "USA")):
        economy = economies.by_baci(baci)
        assert (economy.iso3, economy.m49, economy.comtrade_code) == (iso3, m49, baci)
        with pytest.raises(UnknownNameError):
            economies.get(str(baci))


def test_an_unknown_name_is_refused_with_near_names_and_never_guessed() -> None:
    with pytest.raises(UnknownNameError) as caught:
        load_economies().get("JPM")
    assert "JPN" in caught.value.near
    with pytest.raises(UnknownNameError):
        load_economies().get("")
    with pytest.raises(UnknownNameError, match="BACI"):
        load_economies().by_baci(356)


def test_codes_of_the_past_have_a_last_year_and_their_successors_a_first() -> None:
    economies = load_economies()
    for code, last, successors in ((58, 1998, "BEL LUX"), (736, 2011, "SDN SSD"), (891, 2005, "SRB MNE")):
        former = economies.by_baci(code)
        assert former.valid_to == last
        assert [economies.get(iso3).valid_from for iso3 in successors.split()] == [last + 1] * len(successors.split())


def test_no_baci_flow_lies_outside_the_validity_of_its_codes(shared: Path) -> None:
    polars = pytest.importorskip("polars")
    flows = polars.scan_parquet(shared / "data" / "baci_hs92_raw_materials" / "baci_hs92_1995_2024.parquet")
    used = polars.concat([flows.select("t", code=side) for side in ("i", "j")]).unique().collect()
    economies = load_economies()
    assert [row for row in used.rows() if not has_a_code_in(economies.by_baci(row[1]), row[0])] == []


def has_a_code_in(economy: Economy, year: int) -> bool:
    """Say whether trade statistics of a year may use the economy's own code."""
    return (economy.valid_from or year) <= year <= (economy.valid_to or year)


def test_shared_codes_are_an_error_that_lists_every_one() -> None:
    india, japan = load_economies().get("IND"), load_economies().get("JPN")
    with pytest.raises(TableError) as caught:
        Economies([india, replace(japan, name_en="India", baci_code=699)])
    assert len(caught.value.faults) == 2
    assert all("IND" in fault and "JPN" in fault for fault in caught.value.faults)


def test_every_map_id_is_an_area_of_the_base_map() -> None:
    atlas = json.loads((ROOT / "src/kizuna/brief/assets/world-50m.json").read_text(encoding="utf-8"))
    areas = {area["id"] for area in atlas["objects"]["countries"]["geometries"] if "id" in area}
    shown = {economy.map_id for economy in load_economies() if economy.map_id}
    assert shown == areas
    assert load_economies().get("S19").map_id == "158"
    assert load_economies().get("XKX").map_id == ""


def test_blocs_hold_known_economies_and_have_a_source() -> None:
    economies = load_economies()
    assert {name: len(bloc.members) for name, bloc in load_blocs().items()} == {"EU27": 27, "QUAD": 4, "G7": 7}
    for bloc in load_blocs().values():
        assert [economies.get(code).iso3 for code in bloc.economies] == list(bloc.economies)
        assert bloc.source
    assert "BLX" in economies.bloc("eu27").economies
    assert "BLX" not in economies.bloc("eu27").members


def test_a_user_writes_a_bloc_with_plus_signs_and_may_name_it() -> None:
    economies = load_economies()
    assert economies.bloc("IND+Japan").members == ("IND", "JPN")
    assert economies.bloc("PAIR=in+jp").id == "PAIR"
    for wrong in ("IND", "IND+IND", "PAIR=IND", "EU28"):
        with pytest.raises((RequestError, UnknownNameError)):
            economies.bloc(wrong)
    with pytest.raises(UnknownNameError, match="JPX"):
        economies.bloc("IND+JPX")


def test_the_table_is_what_its_tool_builds(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shared
    pytest.importorskip("babel", reason="babel is a dependency of building the table only")
    spec = importlib.util.spec_from_file_location("build_economies", ROOT / "tools" / "build_economies.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    table = tool.TARGET
    monkeypatch.setattr(tool, "TARGET", tmp_path / "economies.csv")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    tool.main()
    assert (tmp_path / "economies.csv").read_bytes() == table.read_bytes()
