"""Materials: every series and code is real, and a factor is exact or a gap."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError

from kizuna.floor.errors import TableError, UnknownNameError
from kizuna.floor.gaps import Gap
from kizuna.tables.materials import Material, Materials, load_materials
from kizuna.tables.stages import Stage, molar_mass


def published_map(data: Path) -> list[dict[str, str]]:
    """Return the published map of materials to HS92 codes."""
    with (data / "world_mining_data" / "material_hs92_map.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def series_in_use() -> set[str]:
    """Return every production series that a stage names."""
    return {series for material in load_materials() for stage in material.stages.values() for series in stage.series}


def codes_in_use() -> set[str]:
    """Return every trade code that a stage names."""
    return {code for material in load_materials() for stage in material.stages.values() for code in stage.codes}


def snapshot_codes(data: Path) -> set[str]:
    """Return the codes with bilateral data, with their revision."""
    hs92 = pl.scan_parquet(data / "baci_hs92_raw_materials" / "baci_hs92_1995_2024.parquet").select("k").unique()
    hs17 = pl.scan_parquet(data / "critical_materials_hs17" / "baci_hs17_2024.parquet").select("hs6").unique()
    return {f"HS92:{k}" for k in hs92.collect()["k"]} | {f"HS17:{k}" for k in hs17.collect()["hs6"]}


def test_every_mineral_of_world_mining_data_is_counted_in_one_place(shared: Path) -> None:
    minerals = [f"wmd:{row['Sheet_name']}" for row in published_map(shared / "data")]
    assert len(minerals) == 65
    named = [s for m in load_materials() for stage in m.stages.values() for s in stage.series if s.startswith("wmd:")]
    assert set(named) == set(minerals)
    assert [s for s in set(named) if named.count(s) > 1] == ["wmd:Coking Coal"]  # coal, and coking coal as such


def test_every_code_has_trade_and_every_code_with_trade_belongs_to_a_material(shared: Path) -> None:
    codes, traded = codes_in_use(), snapshot_codes(shared / "data")
    assert codes <= traded
    # platinum catalysts, waste of precious metals, other clays, cadmium sulphide: no material's own form
    assert traded - codes == {f"HS92:{k}" for k in ("250830", "250840", "283030", "711290", "711510")}


def test_a_mineral_without_a_usable_code_has_a_gap_and_no_code(shared: Path) -> None:
    absent = {f"wmd:{row['Sheet_name']}" for row in published_map(shared / "data") if row["HS Code"] == "Not Available"}
    assert len(absent) == 12
    for material in load_materials():
        for stage in material.stages.values():
            if absent & set(stage.series):
                assert stage.codes == ()
                assert stage.gap


def test_usgs_series_match_rows_of_the_reader(shared: Path) -> None:
    usgs = pytest.importorskip("kizuna.sources.usgs", reason="the USGS reader is not built")
    (table,) = usgs.read(shared / "data")
    published = set(table.frame.select("commodity", "stage", "type").iter_rows())
    for series in sorted(series_in_use()):
        publisher, _, rest = series.partition(":")
        if publisher == "usgs":
            name, stage, word, *_ = (*rest.split(":", 2), "")
            assert [row for row in published if row[:2] == (name, stage) and word in row[2]], series


def test_gallium_and_germanium_are_never_split_from_their_common_code() -> None:
    holders = [m.id for m in load_materials() for stage in m.stages.values() if "HS17:811292" in stage.codes]
    assert holders == ["gallium-germanium"]
    for name in ("gallium", "hafnium", "indium", "rhenium"):
        gap = load_materials().get(name).gap
        assert gap is not None
        assert "811292" in gap.reason


def test_a_stoichiometric_factor_is_that_of_the_molar_masses() -> None:
    lithium = load_materials().get("lithium")
    carbonate = 2 * 6.94 + 12.011 + 3 * 15.999
    assert lithium.content_factor("HS92:283691", "wmd:Lithium (Li2O)") == pytest.approx(29.879 / carbonate, rel=1e-12)
    assert lithium.content_factor("HS17:283691", "usgs:lithium:mine") == pytest.approx(13.88 / carbonate, rel=1e-12)
    strontium = load_materials().get("strontium").content_factor("HS17:283692", "usgs:strontium:mine")
    assert strontium == pytest.approx(87.62 / 147.628, rel=1e-12)


@pytest.mark.parametrize(
    ("material", "code", "series"),
    [
        ("natural-graphite", "HS92:250410", "wmd:Graphite"),
        ("fluorspar", "HS92:252922", "wmd:Fluorspar"),
        ("bauxite", "HS92:260600", "wmd:Bauxite"),
        ("coal", "HS92:270119", "wmd:Steam Coal"),
        ("crude-petroleum", "HS92:270900", "wmd:Petroleum"),
        ("copper", "HS17:740311", "usgs:copper:refinery"),
    ],
)
def test_gross_weight_counted_as_gross_weight_has_the_factor_one(material: str, code: str, series: str) -> None:
    assert load_materials().get(material).content_factor(code, series) == 1.0


@pytest.mark.parametrize(
    ("material", "code", "series"),
    [
        ("lithium", "HS92:282520", "wmd:Lithium (Li2O)"),
        ("copper", "HS92:260300", "wmd:Copper"),
        ("natural-gas", "HS92:271111", "wmd:Natural Gas"),
        ("coking-coal", "HS92:270112", "wmd:Coking Coal"),
        ("iron-ore", "HS92:260111", "wmd:Iron (Fe)"),
        ("lignite", "HS92:270220", "wmd:Lignite"),
        ("cobalt", "HS92:282200", "wmd:Cobalt"),
    ],
)
def test_where_chemistry_does_not_decide_the_factor_is_a_gap_with_a_reason(
    material: str, code: str, series: str
) -> None:
    found = load_materials().get(material).content_factor(code, series)
    assert isinstance(found, Gap)
    assert "no production series" not in found.reason


def test_every_pair_of_code_and_series_of_a_stage_has_a_factor_or_a_stated_reason() -> None:
    silent = [
        (material.id, code, series)
        for material in load_materials()
        for stage in material.stages.values()
        for code in stage.codes
        for series in stage.series
        if isinstance(material.content_factor(code, series), Gap) and not stage.no_content
    ]
    assert silent == []


def test_coal_is_compared_as_the_whole_heading() -> None:
    group = load_materials().group("2701")
    assert group.codes == load_materials().get("coal").stages["mine"].codes
    assert load_materials().get("coal").stages["mine"].codes_of("HS92") == ("270111", "270112", "270119")


def test_revisions_stand_apart() -> None:
    refined = load_materials().get("cobalt").stages["refined"]
    assert refined.revisions == ("HS92", "HS17")
    assert refined.codes_of("HS17") == ("282200",)


def test_materials_are_found_by_alias_and_unknown_ones_refused_with_near_names() -> None:
    materials = load_materials()
    aliases = {"REE": "rare-earths", "Rare Earths (REO)": "rare-earths", "graphite": "natural-graphite"}
    assert {name: materials.get(name).id for name in aliases} == aliases
    with pytest.raises(UnknownNameError) as caught:
        materials.get("lithum")
    assert "lithium" in caught.value.near
    with pytest.raises(UnknownNameError):
        materials.group("2702")
    with pytest.raises(UnknownNameError):
        materials.get("lithium").content_factor("HS92:270900", "wmd:Lithium (Li2O)")


def test_two_materials_with_one_name_are_an_error_that_lists_every_one() -> None:
    stage = Stage(gap="no code")
    first = Material(id="tin", name="Tin", aliases=("Sn",), mine=stage)
    second = Material(id="tin-ore", name="tin", aliases=("SN",), mine=stage)
    with pytest.raises(TableError) as caught:
        Materials([first, second], [])
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"codes": ["HS92:260300"], "gap": "both"},
        {"codes": ["260300"]},
        {"codes": ["HS92:260300"], "series": ["ore"]},
        {"codes": ["HS92:260300"], "content": [{"series": ["wmd:Copper"], "status": "stoichiometric"}]},
        {"codes": ["HS92:260300"], "content": [{"series": ["wmd:Copper"], "status": "same", "codes": ["HS92:260400"]}]},
    ],
)
def test_a_stage_that_breaks_a_rule_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Stage.model_validate(fields)


def test_a_formula_that_cannot_be_weighed_is_refused() -> None:
    for formula in ("", "Li2O)", "Xx2", "li2o"):
        with pytest.raises(ValueError, match=r"formula|atomic weight"):
            molar_mass(formula, {"Li": 6.94, "O": 15.999})
