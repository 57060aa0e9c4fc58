"""The rules by which partners' imports are set beside each other, on spans made by hand."""

from __future__ import annotations

import pytest

from kizuna.exposure import pairs
from kizuna.exposure.spans import Span

MILLION = 1_000_000


def span(economy: str, *years: dict[str, int]) -> Span:
    """Return a span of the years from 2021, amounts in million USD."""
    amounts = {2021 + at: {code: usd * MILLION for code, usd in year.items()} for at, year in enumerate(years)}
    return Span(economy, tuple(amounts), amounts, sum(len(year) for year in years))


@pytest.mark.parametrize(("from_china", "hangs"), [(40, False), (41, True)])
def test_an_economy_hangs_on_a_supplier_of_more_than_40_percent(from_china: int, hangs: bool) -> None:
    others = dict.fromkeys(("USA", "AUS"), (100 - from_china) // 3)
    year = {"CHN": from_china, **others, "BRA": 100 - from_china - sum(others.values())}
    assert pairs.hangs(span("IND", year)) == hangs


def test_imports_under_a_million_dollars_a_year_do_not_count() -> None:
    small = Span("IND", (2023,), {2023: {"CHN": MILLION - 1}}, 1)
    assert not pairs.counts(small)
    assert not pairs.hangs(small)
    assert pairs.counts(span("IND", {"CHN": 1}))


def test_a_supplier_is_shared_only_where_it_is_the_first_of_both() -> None:
    india, japan = span("IND", {"CHN": 6, "USA": 4}), span("JPN", {"CHN": 9, "USA": 1})
    korea = span("KOR", {"USA": 9, "CHN": 1})
    shared = pairs.shared_suppliers([india, japan, korea])
    assert {supplier: [found.economy for found in spans] for supplier, spans in shared.items()} == {
        "CHN": ["IND", "JPN"]
    }


def test_a_seller_can_supply_by_what_it_sells_the_buyer_or_the_world() -> None:
    buyer = span("JPN", {"CHN": 96, "IND": 4})
    assert not pairs.can_supply(buyer, "IND", {"IND": 0.049})
    assert pairs.can_supply(buyer, "IND", {"IND": 0.05})
    assert pairs.can_supply(span("JPN", {"CHN": 95, "IND": 5}), "IND", {})


def test_the_largest_move_may_be_of_a_supplier_that_is_not_the_first() -> None:
    then, now = span("IND", {"IRQ": 50, "SAU": 50}), span("IND", {"IRQ": 45, "SAU": 25, "RUS": 30})
    supplier, change = pairs.largest_move(now, then) or ("", 0.0)
    assert (supplier, round(change, 12)) == ("RUS", 0.3)


def test_a_year_that_dwarfs_the_others_says_nothing_of_change() -> None:
    steady, spike = span("IND", {"CHN": 10}, {"CHN": 10}, {"CHN": 10}), span("IND", {"ARE": 9}, {"ARE": 1}, {"ARE": 1})
    assert spike.spiked
    assert pairs.largest_move(spike, steady) is None
    assert pairs.largest_move(steady, spike) is None
