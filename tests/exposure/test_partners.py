"""Common, reverse and mutual dependencies on trade written by hand."""

from __future__ import annotations

import pytest
from small_worlds import Flow, panel_of

from kizuna.exposure.partners import measure_partners

ECONOMIES = ["CHN", "IND", "JPN", "USA"]
KEYS = ("HS92:0", "HS92:1")
# Product 0: both India and Japan buy mostly from China. Product 1: India from Japan, Japan from India.
FLOWS: list[Flow] = [
    (0, 2023, "IND", "CHN", 80, 80), (0, 2023, "IND", "JPN", 20, 20),
    (0, 2023, "JPN", "CHN", 60, 60), (0, 2023, "JPN", "USA", 40, 40),
    (1, 2023, "IND", "JPN", 90, 90), (1, 2023, "IND", "USA", 10, 10),
    (1, 2023, "JPN", "IND", 55, 55), (1, 2023, "JPN", "CHN", 45, 45),
]  # fmt: skip
Found = dict[tuple[str, str, str], tuple[float, str]]


def partners(flows: list[Flow], flagged: set[tuple[str, str]]) -> Found:
    """Return value and detail by (indicator, commodity key, economy) for India and Japan."""
    panel = panel_of(flows, ECONOMIES, [2023], commodities=2)
    flags = {(key, 2023, economy): (key, economy) in flagged for key in KEYS for economy in ECONOMIES}
    return {
        (block.indicator, block.keys.commodity[row], block.keys.economy[row]):
            (float(block.value[row]), "" if block.detail is None else block.detail[row])
        for block in measure_partners(panel, ["IND", "JPN"], [2023], "value", flags)
        for row in range(len(block))
    }  # fmt: skip


def test_two_economies_hang_on_the_same_supplier() -> None:
    found = partners(FLOWS, set())
    assert found["common_dependency", "HS92:0", "IND"] == (1.0, "JPN:CHN")
    assert found["common_dependency", "HS92:0", "JPN"] == (1.0, "IND:CHN")
    assert found["common_dependency", "HS92:1", "IND"] == (0.0, "JPN")


def test_a_common_supplier_must_hold_more_than_two_fifths_of_both() -> None:
    weak = [(0, 2023, "JPN", "CHN", 40, 40), (0, 2023, "JPN", "USA", 30, 30), (0, 2023, "JPN", "IND", 30, 30)]
    kept = [flow for flow in FLOWS if flow[:3] != (0, 2023, "JPN")]
    found = partners([*kept, *weak], set())
    assert found["common_dependency", "HS92:0", "IND"] == (0.0, "JPN:CHN")


def test_flags_make_a_dependency_common_only_where_both_are_flagged() -> None:
    both = partners(FLOWS, {("HS92:0", "IND"), ("HS92:0", "JPN")})
    one = partners(FLOWS, {("HS92:0", "IND")})
    assert both["common_dependency_geodep", "HS92:0", "IND"][0] == 1.0
    assert one["common_dependency_geodep", "HS92:0", "IND"][0] == 0.0


def test_a_dependency_is_reverse_where_the_top_supplier_is_flagged_on_its_customer() -> None:
    found = partners(FLOWS, {("HS92:1", "JPN")})
    assert found["reverse_dependency", "HS92:1", "IND"] == (1.0, "JPN")
    assert found["reverse_dependency", "HS92:1", "JPN"] == (0.0, "IND")
    assert found["reverse_dependency", "HS92:0", "IND"] == (0.0, "CHN")


def test_two_economies_depend_on_each_other_for_the_same_or_different_products() -> None:
    swapped: list[Flow] = [
        (0, 2023, "IND", "JPN", 100, 100), (1, 2023, "JPN", "IND", 100, 100),
        (0, 2023, "JPN", "CHN", 100, 100), (1, 2023, "IND", "CHN", 100, 100),
    ]  # fmt: skip
    found = partners(swapped, {("HS92:0", "IND"), ("HS92:1", "JPN")})
    assert found["mutual_dependency", "HS92:0", "IND"] == (1.0, "JPN")
    assert found["mutual_dependency", "HS92:1", "JPN"] == (1.0, "IND")
    alone = partners(swapped, {("HS92:0", "IND")})
    assert alone["mutual_dependency", "HS92:0", "IND"][0] == 0.0


def test_shares_of_a_partner_are_of_own_imports_and_of_world_exports() -> None:
    found = partners(FLOWS, set())
    assert found["partner_share", "HS92:0", "IND"] == (pytest.approx(0.2), "JPN")
    assert found["partner_share", "HS92:0", "JPN"] == (0.0, "IND")
    assert found["partner_share", "HS92:1", "JPN"][0] == pytest.approx(0.55)
    # World exports of product 1 are 200: Japan sells 90 and India 55.
    assert found["partner_world_share", "HS92:1", "IND"][0] == pytest.approx(0.45)
    assert found["partner_world_share", "HS92:1", "JPN"][0] == pytest.approx(0.275)


def test_without_trade_there_is_no_row_to_mislead() -> None:
    found = partners([flow for flow in FLOWS if flow[0] == 1], set())
    assert {key for _, key, _ in found} == {"HS92:1"}
