"""Where the figures end: a gap with its reason, never a number."""

from __future__ import annotations

import polars as pl
import pytest

from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.indicators import methods
from kizuna.exposure.measure import measure_exposure
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables


def frame(tables: Tables, *names: str, **asked: object) -> pl.DataFrame:
    """Return the rows of an ask."""
    return measure_exposure(tables, names, **asked).frame()  # type: ignore[arg-type]


def test_germanium_has_no_trade_in_2023_and_says_what_to_do(tables: Tables) -> None:
    found = frame(tables, "JPN", "EU27", products=["811230"], years=[2023])
    assert found["value"].null_count() == found.height > 0
    assert found["gap"].unique().to_list() == [
        "no bilateral data for 811230 in 2023 in this snapshot: add BACI or Comtrade"
    ]


@pytest.mark.parametrize("method", ["concentration", "cepii-geodep", "ec-cdi", "window", "supply-balance"])
def test_a_method_asked_alone_says_that_there_is_no_trade(tables: Tables, method: str) -> None:
    found = frame(tables, "JPN", products=["811230"], years=[2023], methods=[method])
    assert found.height > 0
    assert found["gap"].null_count() == 0


def test_germanium_is_measured_while_it_had_a_code_of_its_own(tables: Tables) -> None:
    found = frame(tables, "JPN", products=["811230"], years=[2006], methods=["concentration"])
    assert found["gap"].null_count() == found.height


@pytest.mark.parametrize("year", range(2018, 2024))
def test_magnets_have_value_and_no_mass_before_2024(tables: Tables, year: int) -> None:
    found = frame(tables, "JPN", products=["HS17:850511"], years=[year], methods=["concentration"])
    by_mass, by_value = found.filter(pl.col("basis") == "mass"), found.filter(pl.col("basis") == "value")
    assert by_mass["gap"].unique().to_list() == [f"the series of 850511 carries no mass in {year}"]
    assert by_value["value"].null_count() == 0


def test_magnets_have_a_mass_in_2024(tables: Tables) -> None:
    found = frame(tables, "JPN", products=["HS17:850511"], years=[2024], methods=["concentration"])
    assert found["value"].null_count() == 0


def test_a_revision_has_no_trade_before_it_starts(tables: Tables) -> None:
    found = frame(tables, "JPN", products=["HS17:850511"], years=[2017])
    assert found.filter(pl.col("indicator") == "import_hhi")["gap"].str.contains("no bilateral data").all()
    assert found["value"].null_count() == found.height


def test_a_window_that_the_series_does_not_fill_is_a_gap(tables: Tables) -> None:
    found = frame(tables, "JPN", products=["HS17:850511", "270900"], years=[1996, 2019], methods=["cepii-geodep"])
    verdicts = found.filter((pl.col("indicator") == "geodep_dependent") & (pl.col("basis") == "value"))
    by_key = {(row["product"], row["year"]): row["gap"] for row in verdicts.to_dicts()}
    assert "the figures read start in 1995" in by_key["270900", 1996]
    assert "the series has none for some of them" in by_key["850511", 2019]
    assert by_key["270900", 2019] is None


def test_equipment_that_no_figures_cover_is_listed_as_a_gap(tables: Tables) -> None:
    found = frame(tables, "IND", "JPN", baskets=["telecom"], years=[2023])
    for code in ("HS17:851761", "HS17:851762", "HS17:851770", "HS17:8542"):
        revision, product = code.split(":")
        rows = found.filter((pl.col("product") == product) & (pl.col("revision") == revision))
        assert sorted(rows["economy"]) == ["IND", "JPN"]
        assert rows["gap"].str.contains(f"no bilateral data for {product} in this snapshot: add BACI or Comtrade").all()


@pytest.mark.parametrize("year", [1995, 1997])
def test_years_without_governance_or_production_are_gaps_and_not_defaults(tables: Tables, year: int) -> None:
    found = frame(tables, "JPN", materials=["natural-graphite"], years=[year], methods=["geopolrisk", "production"])
    assert found["value"].null_count() == found.height > 0
    assert found["gap"].str.contains(str(year)).sum() == found.height - 1  # the mean of six dimensions is never there


def test_a_mineral_mined_under_no_code_of_its_own_still_has_its_world_production(tables: Tables) -> None:
    found = measure_exposure(
        tables, ["JPN"], materials=["cobalt", "gallium"], years=[2023], methods=["production", "geopolrisk"]
    ).by_key
    assert (found["WLD", "cobalt", 2023, "production_hhi", "mass"].value or 0) > 0.4
    assert (found["WLD", "gallium", 2023, "production_hhi", "mass"].value or 0) > 0.9
    assert ("JPN", "gallium", 2023, "geopolrisk_score", "mass") not in found
    assert "no HS code of its own" in (found["JPN", "gallium", 2023, "imports", "value"].gap or "")


def test_the_mean_of_six_dimensions_is_a_gap_and_stability_does_not_replace_it(tables: Tables) -> None:
    found = frame(tables, "JPN", materials=["copper"], years=[2023], methods=["production"])
    by_name = {row["indicator"]: row for row in found.to_dicts()}
    assert "six governance dimensions" in by_name["production_hhi_wgi"]["gap"]
    assert by_name["production_hhi_political_stability"]["value"] > 0


def test_world_production_with_an_unscored_producer_has_no_weighted_form(tables: Tables) -> None:
    found = measure_exposure(
        tables, ["JPN"], materials=["phosphate-rock"], years=[2023], methods=["production"]
    ).by_key  # fmt: skip
    row = found["WLD", "phosphate-rock", 2023, "production_hhi_political_stability", "mass"]
    assert (row.value, row.gap) == (None, "no governance score for CXR")
    assert found["WLD", "phosphate-rock", 2023, "production_hhi", "mass"].value is not None


@pytest.mark.parametrize("indicator", ["net_import_reliance", "supplier_n_minus_1", "hub_share", "origin_hhi"])
def test_ore_is_not_set_beside_metal_unless_a_factor_is_given(tables: Tables, indicator: str) -> None:
    def asked(assumptions: Assumptions) -> dict[str, object]:
        found = measure_exposure(tables, ["JPN"], materials=["copper"], years=[2023], assumptions=assumptions).by_key
        row = found["JPN", "HS92:copper:mine", 2023, indicator, "mass"]
        return {"value": row.value, "gap": row.gap or ""}

    assert "gross weight" in str(asked(Assumptions())["gap"])
    given = asked(Assumptions(content_factor={"HS92:260300": 0.3}))
    assert given["gap"] == ""
    assert given["value"] is not None


def test_a_content_factor_scales_trade_and_not_production(tables: Tables) -> None:
    def reliance(factor: float) -> float:
        found = measure_exposure(
            tables, ["USA"], materials=["copper"], years=[2023], methods=["supply-balance"],
            assumptions=Assumptions(content_factor={"HS92:260300": factor}),
        ).by_key  # fmt: skip
        return found["USA", "HS92:copper:mine", 2023, "net_import_reliance", "mass"].value or 0.0

    ore = "SELECT sum(mass_kg)::BIGINT FROM flows WHERE revision = 'HS92' AND product = '260300' AND year = 2023 AND "
    mined = "SELECT sum(amount * 1000)::BIGINT FROM mine_production WHERE mineral = 'Copper' AND year = 2023 AND "
    imports, exports, made = (
        float(tables.rows(sql)[0][0])
        for sql in (
            ore + "buyer = 'USA' AND supplier <> 'USA'",
            ore + "supplier = 'USA' AND buyer <> 'USA'",
            mined + "economy = 'USA'",
        )
    )
    for factor in (0.2, 0.3):
        net = (imports - exports) * factor
        assert reliance(factor) == pytest.approx(net / (made + net), rel=1e-9)


@pytest.mark.parametrize("economy", ["JPN", "DEU"])
def test_supply_risk_asks_for_substitution_then_for_six_dimensions_then_gives_a_number(
    tables: Tables, economy: str
) -> None:
    def asked(assumptions: Assumptions) -> tuple[float | None, str]:
        found = measure_exposure(
            tables,
            [economy],
            materials=["fluorspar"],
            years=[2023],
            methods=["eu-supply-risk"],
            assumptions=assumptions,
        ).by_key
        row = found[economy, "HS92:fluorspar", 2023, "eu_supply_risk", "mass"]
        return row.value, row.gap or ""

    value, gap = asked(Assumptions())
    assert value is None
    assert "substitution index" in gap
    value, gap = asked(Assumptions(governance="political-stability"))
    assert value is None
    assert "substitution index" in gap
    value, gap = asked(Assumptions(substitution_index={"fluorspar": 0.91}))
    assert value is None
    assert "six governance dimensions" in gap
    value, gap = asked(Assumptions(substitution_index={"fluorspar": 0.91}, governance="political-stability"))
    assert gap == ""
    assert value == pytest.approx(by_hand(tables, economy, "252922", "Fluorspar", 0.91), rel=1e-9)


def by_hand(tables: Tables, economy: str, product: str, mineral: str, substitution: float) -> float:
    """Return supply risk of 2023 written out from the tables: shares squared, weighted, mixed by import reliance."""
    estimates = dict(tables.rows("SELECT economy::VARCHAR, estimate::DOUBLE FROM governance WHERE year = 2023"))
    middle, slope = parameter("governance_midpoint"), parameter("governance_slope")
    made = dict(
        tables.rows(
            "SELECT economy::VARCHAR, amount::DOUBLE * 1000 FROM mine_production "
            "WHERE mineral = $mineral AND year = 2023 AND amount IS NOT NULL",
            mineral=mineral,
        )
    )
    flows = "FROM flows WHERE revision = 'HS92' AND product = $product AND year = 2023 AND mass_kg > 0"
    bought = dict(
        tables.rows(
            f"SELECT supplier::VARCHAR, sum(mass_kg)::DOUBLE {flows} AND buyer = $economy GROUP BY 1",
            product=product, economy=economy,
        )
    )  # fmt: skip
    sold = tables.rows(
        f"SELECT coalesce(sum(mass_kg), 0)::DOUBLE {flows} AND supplier = $economy", product=product, economy=economy
    )[0][0]

    def weighted(mix: dict[str, float]) -> float:
        total = sum(mix.values())
        risk = {
            code: 10 * min(max(middle - slope * estimates[code], 0.0), 1.0) if code in estimates else 10 * middle
            for code in mix
        }
        return sum((amount / total) ** 2 * risk[code] for code, amount in mix.items())

    own = dict(bought)
    own[economy] = own.get(economy, 0.0) + made.get(economy, 0.0)
    net = sum(bought.values()) - sold
    reliance = min(max(net / (made.get(economy, 0.0) + net), 0.0), 1.0)
    (recycled,) = tables.rows(
        "SELECT end_of_life_recycling::DOUBLE FROM material_codes WHERE material = $mineral", mineral=mineral
    )[0]
    mix = weighted(made) * reliance / 2 + weighted(own) * (1 - reliance / 2)
    return mix * (1 - recycled) * substitution


def test_look_through_is_refused_where_too_much_has_no_known_origin(tables: Tables) -> None:
    given = Assumptions(content_factor={"HS92:261100": 0.5})
    rows = measure_exposure(
        tables, materials=["tungsten"], years=[2023], methods=["origin"], assumptions=given
    ).frame().filter(pl.col("product") == "tungsten:mine")  # fmt: skip
    unknown = {
        row["economy"]: row["value"] for row in rows.filter(pl.col("indicator") == "origin_unknown_share").to_dicts()
    }
    told = {row["economy"]: row["gap"] for row in rows.filter(pl.col("indicator") == "origin_hhi").to_dicts()}
    refused = {code for code, share in unknown.items() if share is not None and share > 0.15}
    known = {code for code, share in unknown.items() if share is not None and share <= 0.15}
    assert refused
    assert known
    assert all("refused" in told[code] for code in refused)
    assert all(told[code] is None for code in known)


def test_a_supplier_without_a_governance_score_beyond_the_limit_makes_a_gap(tables: Tables) -> None:
    def gaps(limit: float) -> int:
        found = measure_exposure(
            tables, materials=["coal"], years=[2023], methods=["geopolrisk"],
            assumptions=Assumptions(unscored_limit=limit),
        ).frame()  # fmt: skip
        return int(found["gap"].str.contains("without a governance score").sum())

    assert gaps(1.0) == 0
    assert gaps(0.0) > 0


def test_every_method_can_be_asked_alone(tables: Tables) -> None:
    seen = {}
    for method in methods():
        found = frame(
            tables, "IND", "JPN", baskets=["staple-food"], materials=["fluorspar"], years=[2023], methods=[method]
        )
        seen[method] = found["method"].unique().to_list()
    assert seen == {method: [method] for method in methods()}
