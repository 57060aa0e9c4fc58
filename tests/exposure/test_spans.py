"""A span of years that one odd year must not carry."""

from __future__ import annotations

import pytest

from kizuna.exposure.spans import Span


def span(*years: dict[str, int]) -> Span:
    """Return a span of Japan from the amounts of its years."""
    names = tuple(range(2021, 2021 + len(years)))
    return Span("JPN", names, dict(zip(names, years, strict=True)), rows=1)


def test_a_share_of_a_span_is_the_mean_of_yearly_shares() -> None:
    found = span({"CHN": 60, "USA": 40}, {"CHN": 200}, {"CHN": 80, "USA": 20})
    assert found.yearly == {2021: 100, 2022: 200, 2023: 100}
    assert found.mean_usd == pytest.approx(400 / 3)
    assert found.shares == pytest.approx({"CHN": 0.8, "USA": 0.2})
    assert (found.top, found.top_share) == ("CHN", pytest.approx(0.8))


@pytest.mark.parametrize(
    ("totals", "spiked"),
    [((10, 30, 10), False), ((10, 31, 10), True), ((10, 100, 40), False), ((0, 10, 10), True), ((10, 10, 10), False)],
)
def test_a_year_above_three_times_the_middle_one_or_an_empty_year_is_a_spike(
    totals: tuple[int, ...], spiked: bool
) -> None:
    assert span(*({"CHN": total} if total else {} for total in totals)).spiked == spiked


def test_a_span_is_steady_where_one_supplier_leads_each_year_and_no_year_dwarfs_the_others() -> None:
    leads, follows = {"CHN": 60, "USA": 40}, {"CHN": 40, "USA": 60}
    assert span(leads, leads, leads).steady
    assert not span(leads, follows, leads).steady
    assert not span(leads, {"CHN": 400}, leads).steady
