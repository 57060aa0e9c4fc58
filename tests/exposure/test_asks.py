"""What an ask resolves to, and what is refused in words."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from kizuna.exposure.assumptions import Assumptions
from kizuna.exposure.exposure import Exposure
from kizuna.exposure.measure import measure_exposure
from kizuna.floor.errors import OutOfRangeError, RequestError, UnknownNameError
from kizuna.tables.build import Tables

Ask = Callable[[Tables], Exposure]


@pytest.mark.parametrize(
    ("ask", "near"),
    [
        (lambda t: measure_exposure(t, ["JPM"], products=["270900"], years=[2023]), "JPN"),
        (lambda t: measure_exposure(t, ["Japn"], products=["270900"], years=[2023]), "Japan"),
        (lambda t: measure_exposure(t, ["IND+JPM"], products=["270900"], years=[2023]), "JPN"),
        (lambda t: measure_exposure(t, ["JPN"], products=["270901"], years=[2023]), "270900"),
        (lambda t: measure_exposure(t, ["JPN"], materials=["colbalt"], years=[2023]), "cobalt"),
        (lambda t: measure_exposure(t, ["JPN"], baskets=["telecomm"], years=[2023]), "telecom"),
        (
            lambda t: measure_exposure(t, ["JPN"], products=["270900"], years=[2023], methods=["geopolrsk"]),
            "geopolrisk",
        ),
        (lambda _: Assumptions(content_factor={"260300": 0.3}), "260300"),
        (lambda _: Assumptions(substitution_index={"coper": 0.7}), "copper"),
        (lambda _: Assumptions(recycling_input_rate={"coper": 0.7}), "copper"),
    ],
)
def test_an_unknown_name_is_refused_with_near_names(tables: Tables, ask: Ask, near: str) -> None:
    with pytest.raises(UnknownNameError) as refused:
        ask(tables)
    assert any(near in name for name in refused.value.near)
    assert "Did you mean" in str(refused.value)


@pytest.mark.parametrize("years", [[1994], [2025], [2023, 2030], []])
def test_a_year_outside_the_figures_is_refused_with_their_range(tables: Tables, years: list[int]) -> None:
    with pytest.raises(OutOfRangeError, match="a year from 1995 to 2024"):
        measure_exposure(tables, ["JPN"], products=["270900"], years=years)


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        (lambda t: measure_exposure(t, ["JPN"], years=[2023]), "nothing to measure"),
        (lambda t: measure_exposure(t, [], products=["270900"], years=[2023]), "no economy was named"),
        (lambda t: measure_exposure(t, ["JPN"], products=["270900"], years=[2023], methods=[]), "no method was named"),
        (lambda t: measure_exposure(t, ["IND+IND"], products=["270900"], years=[2023]), "names 1 economies, 2 with"),
        (lambda t: measure_exposure(t, ["IND+"], products=["270900"], years=[2023]), "names 1 economies, 1 with"),
    ],
)
def test_an_ask_without_an_answer_is_refused(tables: Tables, ask: Ask, found: str) -> None:
    with pytest.raises(RequestError, match=found):
        ask(tables)


@pytest.mark.parametrize(
    "names",
    [["JPN", "JPN=IND+AUS"], ["jpn=IND+AUS"], ["WLD=IND+AUS"], ["EU27", "EU27=IND+AUS"], ["A=IND+AUS", "A=USA+CHN"]],
)
def test_a_bloc_may_not_take_the_name_of_something_else(tables: Tables, names: list[str]) -> None:
    with pytest.raises(RequestError, match="stands for something else already"):
        measure_exposure(tables, names, products=["270900"], years=[2023])


def test_a_known_bloc_written_out_is_that_bloc(tables: Tables) -> None:
    written = measure_exposure(tables, ["QUAD=IND+JPN+AUS+USA"], products=["270900"], years=[2023])
    named = measure_exposure(tables, ["quad"], products=["270900"], years=[2023])
    assert written.frame().equals(named.frame())


def test_the_same_thing_named_twice_is_measured_once(tables: Tables) -> None:
    twice = measure_exposure(
        tables,
        ["JPN", "Japan", "jp"],
        products=["270900", "HS92:270900"],
        years=[2023, 2023],
        methods=["concentration"],
    )
    once = measure_exposure(tables, ["JPN"], products=["270900"], years=[2023], methods=["concentration"])
    assert twice.frame().equals(once.frame())
    assert once.frame().height == 12


def test_years_come_back_as_asked_and_only_those(tables: Tables) -> None:
    found = measure_exposure(tables, ["JPN"], products=["270900"], years=[2023, 2019]).frame()
    assert set(found["year"]) == {2019, 2023}


def test_every_economy_is_measured_where_none_is_named(tables: Tables) -> None:
    found = measure_exposure(tables, products=["270900"], years=[2023], methods=["concentration"]).frame()
    alone = measure_exposure(tables, ["JPN"], products=["270900"], years=[2023], methods=["concentration"]).frame()
    assert found["economy"].n_unique() > 100
    assert found.filter(pl.col("economy") == "JPN").sort("indicator", "basis").equals(alone.sort("indicator", "basis"))


def test_a_heading_adds_up_the_codes_that_trade(tables: Tables) -> None:
    names = ["270111", "270112", "270119"]
    found = measure_exposure(tables, ["IND"], products=["2701", *names], years=[2023], methods=["concentration"]).by_key
    parts = [found["IND", f"HS92:{name}", 2023, "imports", "value"].value or 0.0 for name in names]
    whole = found["IND", "HS92:2701", 2023, "imports", "value"].value
    others = [code for code in tables.commodity("2701").codes if code not in names]
    rest = tables.rows(
        "SELECT coalesce(sum(value_usd), 0)::DOUBLE FROM flows "
        "WHERE revision = 'HS92' AND year = 2023 AND buyer = 'IND' AND supplier <> 'IND' "
        "AND list_contains($others, product)", others=others,
    )[0][0]  # fmt: skip
    assert whole == sum(parts) + rest
    assert whole > max(parts)


def test_imports_by_mass_are_tonnes_and_by_value_dollars(tables: Tables) -> None:
    found = measure_exposure(tables, ["JPN"], products=["270900"], years=[2023], methods=["concentration"]).by_key
    usd, kg = tables.rows(
        "SELECT sum(value_usd)::BIGINT, sum(mass_kg)::BIGINT FROM flows "
        "WHERE revision = 'HS92' AND product = '270900' AND year = 2023 AND buyer = 'JPN' AND supplier <> 'JPN'"
    )[0]
    by_value, by_mass = (found["JPN", "HS92:270900", 2023, "imports", basis] for basis in ("value", "mass"))
    assert (by_value.value, by_value.unit) == (usd, "usd")
    assert (by_mass.value, by_mass.unit) == (kg / 1000, "t")
