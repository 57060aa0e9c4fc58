"""Blocs on the embedded figures."""

from __future__ import annotations

import pytest

from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.exposure import Row
from kizuna.exposure.measure import measure_exposure
from kizuna.exposure.panel import read_panel
from kizuna.tables.blocs import Bloc
from kizuna.tables.build import Tables

Rows = dict[tuple[str, str, str | None], Row]


def measured(tables: Tables, *names: str, product: str = "270900", methods: list[str] | None = None) -> Rows:
    """Return rows of 2023 by (economy, indicator, basis); partner indicators are left out."""
    found = measure_exposure(tables, names, products=[product], years=[2023], methods=methods)
    return {(row.economy, row.indicator, row.basis): row for row in found.rows() if row.method != "partners"}


def test_a_bloc_buys_what_its_members_buy_from_outside(tables: Tables) -> None:
    found = measured(tables, "EU27")
    bloc = tables.economies.bloc("EU27")
    (imports, rows) = tables.rows(
        "SELECT sum(value_usd)::DOUBLE, count(*) FROM flows "
        "WHERE revision = 'HS92' AND product = '270900' AND year = 2023 "
        "AND list_contains($members, buyer::VARCHAR) AND NOT list_contains($members, supplier::VARCHAR)",
        members=list(bloc.economies),
    )[0]
    assert found["EU27", "imports", "value"].value == imports
    assert found["EU27", "imports", "value"].rows_used == rows


def test_flows_inside_a_bloc_count_for_importance_and_not_for_imports(tables: Tables) -> None:
    found = measured(tables, "FRA+DEU", "FRA", "DEU", product="250410")
    inside = tables.rows(
        "SELECT sum(value_usd)::DOUBLE FROM flows WHERE revision = 'HS92' AND product = '250410' AND year = 2023 "
        "AND buyer IN ('FRA', 'DEU') AND supplier IN ('FRA', 'DEU') AND buyer <> supplier"
    )[0][0]
    whole = sum(found[name, "imports", "value"].value or 0.0 for name in ("FRA", "DEU"))
    extra = found["FRA+DEU", "imports", "value"].value or 0.0
    assert inside > 0
    assert extra == whole - inside
    assert found["FRA+DEU", "cdi2", "value"].value == pytest.approx(extra / whole, rel=1e-12)


def test_a_blocs_ratio_is_with_the_world_outside_and_cdi3_with_all_exports(tables: Tables) -> None:
    found = measured(tables, "EU27", product="250410")
    members = list(tables.economies.bloc("EU27").economies)
    out, everywhere = tables.rows(
        "SELECT (sum(value_usd) FILTER (NOT list_contains($members, buyer::VARCHAR)))::DOUBLE, sum(value_usd)::DOUBLE "
        "FROM flows WHERE revision = 'HS92' AND product = '250410' AND year = 2023 "
        "AND list_contains($members, supplier::VARCHAR) AND buyer <> supplier", members=members,
    )[0]  # fmt: skip
    imports = found["EU27", "imports", "value"].value or 0.0
    assert found["EU27", "import_export_ratio", "value"].value == pytest.approx(imports / out, rel=1e-12)
    assert found["EU27", "cdi3", "value"].value == pytest.approx(imports / everywhere, rel=1e-12)


def test_an_economy_beside_a_bloc_that_holds_it_is_measured_as_without(tables: Tables) -> None:
    beside, alone = measured(tables, "JPN", "IND+JPN"), measured(tables, "JPN")
    assert {key: row for key, row in beside.items() if key[0] == "JPN"} == {
        k: r for k, r in alone.items() if k[0] == "JPN"
    }


def test_the_order_of_members_changes_no_number(tables: Tables) -> None:
    found = measured(tables, "IND+JPN", "JPN+IND")
    for (name, indicator, basis), row in found.items():
        if name == "IND+JPN":
            other = found["JPN+IND", indicator, basis]
            assert (row.value, row.gap is None) == (other.value, other.gap is None), indicator


def test_a_member_that_trades_nothing_changes_no_number(tables: Tables) -> None:
    found = measured(tables, "IND+JPN", "IND+JPN+VAT")
    for (name, indicator, basis), row in found.items():
        if name == "IND+JPN":
            assert found["IND+JPN+VAT", indicator, basis].value == row.value, indicator


def test_a_bloc_that_buys_nothing_is_a_gap_that_names_it(tables: Tables) -> None:
    found = measured(tables, "NRU+TUV", product="261210")
    rows = [row for (name, _, _), row in found.items() if name == "NRU+TUV"]
    assert {row.indicator for row in rows} >= {"imports", "import_hhi", "geodep_year", "cdi1", "over_65_percent"}
    assert all(row.value is None and row.gap and "NRU+TUV" in row.gap for row in rows)


def test_single_economies_have_no_verdict_that_only_blocs_have(tables: Tables) -> None:
    found = measured(tables, "JPN", "IND+JPN", methods=["ec-cdi"])
    assert found["JPN", "cdi2", "value"].value is None
    assert "name a bloc" in (found["JPN", "cdi_dependent", "value"].gap or "")
    assert found["IND+JPN", "cdi_dependent", "value"].value in (0.0, 1.0)


def test_belgium_and_luxembourg_of_the_past_belong_to_the_european_union(tables: Tables) -> None:
    found = measure_exposure(tables, ["EU27"], products=["270900"], years=[1997], methods=["concentration"]).by_key
    old = tables.rows(
        "SELECT sum(value_usd)::DOUBLE FROM flows WHERE revision = 'HS92' AND product = '270900' AND year = 1997 "
        "AND buyer = 'BLX' AND NOT list_contains($members, supplier::VARCHAR)",
        members=list(tables.economies.bloc("EU27").economies),
    )[0][0]
    without = Bloc(
        "EU", "", tuple(code for code in tables.economies.bloc("EU27").economies if code != "BLX"), (), "test"
    )
    panel = read_panel(tables, [tables.commodity("270900")], 1997, 1997).with_blocs([without])
    bought = panel.value[panel.buyer == len(panel.economies) - 1].sum()
    sold_by_old = panel.value[
        (panel.buyer == len(panel.economies) - 1) & (panel.supplier == panel.economies.index("BLX"))
    ].sum()
    assert old > 0
    assert found["EU27", "HS92:270900", 1997, "imports", "value"].value == bought - sold_by_old + old


def test_a_small_member_without_masses_does_not_sink_the_blocs_balance(tables: Tables) -> None:
    given = Assumptions(content_factor={"HS92:260300": 0.3})
    found = measure_exposure(
        tables, ["EU27"], materials=["copper"], years=[2023], methods=["supply-balance"], assumptions=given
    ).by_key
    silent, whole = tables.rows(
        "SELECT (sum(value_usd) FILTER (mass_kg IS NULL))::DOUBLE, sum(value_usd)::DOUBLE FROM flows "
        "WHERE revision = 'HS92' AND product = '260300' AND year = 2023 AND list_contains($members, buyer::VARCHAR)",
        members=list(tables.economies.bloc("EU27").economies),
    )[0]
    assert 0 < silent / whole < 0.05
    assert found["EU27", "HS92:copper:mine", 2023, "net_import_reliance", "mass"].gap is None
