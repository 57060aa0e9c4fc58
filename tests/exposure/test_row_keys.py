"""Rows by key: each stands alone, and what partners share is found with both of them."""

from __future__ import annotations

import pytest

from kizuna.exposure.exposure import Exposure
from kizuna.exposure.measure import measure_exposure
from kizuna.floor.errors import TableError
from kizuna.tables.build import Tables


@pytest.fixture(scope="module")
def found(tables: Tables) -> Exposure:
    """Return everything about magnets and crude oil for three partners and a bloc."""
    named = ["IND", "JPN", "KOR", "EU27"]
    return measure_exposure(tables, named, products=["270900", "HS17:850511"], years=[2023])


def test_every_row_is_found_by_key_or_by_partner(found: Exposure) -> None:
    rows = list(found.rows())
    assert {row.method for row in found.by_partner.values()} == {"partners"}
    assert "partners" not in {row.method for row in found.by_key.values()}
    assert len(found.by_key) + len(found.by_partner) == len(rows)


def test_each_partner_has_its_own_row(found: Exposure, tables: Tables) -> None:
    total = "SELECT sum(value_usd)::DOUBLE FROM flows WHERE revision = 'HS92' AND product = '270900' AND year = 2023 "
    for other in ("JPN", "KOR"):
        row = found.by_partner["IND", other, "HS92:270900", 2023, "partner_world_share", "value"]
        ((world,),) = tables.rows(total + "AND buyer <> supplier")
        ((sold,),) = tables.rows(total + "AND buyer <> supplier AND supplier = $other", other=other)
        assert row.value == pytest.approx((sold or 0.0) / world, abs=1e-15)


def test_a_common_supplier_does_not_change_the_partner_in_the_key(found: Exposure) -> None:
    row = found.by_partner["IND", "KOR", "HS17:850511", 2023, "common_dependency", "value"]
    assert row.detail == "KOR:CHN"


def test_two_rows_of_one_key_are_named_and_none_is_dropped(found: Exposure, tables: Tables) -> None:
    twice = Exposure((*found.blocks, found.blocks[0]), tables)
    with pytest.raises(TableError) as error:
        _ = twice.by_key
    assert "IND HS92:270900 2023 imports value" in error.value.faults
    assert len(error.value.faults) == len(found.blocks[0])
