"""What may be ordered, which years a brief compares, and what its findings never say."""

from __future__ import annotations

from pathlib import Path

import pytest

from kizuna.brief.book import FigureBook
from kizuna.brief.candidates import rank_candidates
from kizuna.brief.facts import gather, read_order
from kizuna.brief.findings import write_findings
from kizuna.brief.pages.words import plain_text
from kizuna.floor.errors import OutOfRangeError, RequestError, TableError
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables

ENERGY = ["energy"]


def test_the_provisional_year_is_shown_and_never_averaged(tables: Tables) -> None:
    facts = gather(tables, read_order(tables, ["IND", "JPN"], year=2024, baskets=ENERGY))
    assert (facts.order.year, facts.now, facts.then) == (2024, (2021, 2022, 2023), (2018, 2019, 2020))
    book = FigureBook(tables, facts.ask.minerals, facts.exposure.notes)
    said = [plain_text(finding.words) for finding in write_findings(facts, book)]
    assert said
    assert not [text for text in said if "2024" in text]


@pytest.mark.parametrize(
    ("since", "then"), [(2018, (2018, 2019, 2020)), (2019, (2017, 2018, 2019)), (2022, (2020, 2021, 2022))]
)
def test_both_sides_of_a_comparison_have_three_years(tables: Tables, since: int, then: tuple[int, ...]) -> None:
    facts = gather(tables, read_order(tables, ["IND", "JPN"], since=since, baskets=ENERGY))
    assert (facts.now, facts.then) == ((2021, 2022, 2023), then)


@pytest.mark.parametrize(
    ("year", "since", "said"),
    [
        (2024, 2023, "Take --since 2022"),
        (2023, 2023, "Take --since 2022"),
        (1999, None, "Take --year 2000"),
        (2000, 1996, "Take --since 1997"),
        (2025, None, "Take --year 2024"),
    ],
)
def test_years_that_do_not_fit_are_refused_with_those_that_do(
    tables: Tables, year: int, since: int | None, said: str
) -> None:
    with pytest.raises(OutOfRangeError, match=said):
        read_order(tables, ["IND", "JPN"], year=year, since=since)


@pytest.mark.parametrize("bloc", ["EU27", "IND+KOR"])
def test_a_bloc_is_no_partner(tables: Tables, bloc: str) -> None:
    with pytest.raises(RequestError, match="kizuna exposure"):
        read_order(tables, ["JPN", bloc])


def test_an_economy_of_the_past_is_no_partner_and_no_peer(tables: Tables) -> None:
    with pytest.raises(RequestError, match="Soviet Union"):
        read_order(tables, ["IND", "SUN"])
    with pytest.raises(RequestError, match="Soviet Union"):
        read_order(tables, ["IND", "JPN"], peers=["SUN"])


def test_a_basket_that_holds_a_product_twice_is_refused(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "twice.toml"
    members = [("group", "2701"), ("product", "HS92:270112")]
    text = 'name = "Twice"\nabout = "Coal twice."\n'
    text += "".join(f'[[members]]\n{kind} = "{name}"\nwhy = "test"\nsource = "unverified"\n' for kind, name in members)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match="270112 is in HS92:2701 and in HS92:270112"):
        gather(tables, read_order(tables, ["IND", "JPN"], baskets=[str(path)]))


def test_what_germany_does_not_publish_makes_no_candidate(tables: Tables) -> None:
    ranked = rank_candidates(gather(tables, read_order(tables, ["KOR", "DEU"], baskets=ENERGY)))
    assert ranked
    assert not [
        c for c in ranked if c.commodity.id == "natural-gas" and c.kind != "can-supply" and "DEU" in c.economies
    ]


def test_one_that_sells_less_than_it_buys_or_under_ten_million_is_no_seller(tables: Tables) -> None:
    facts = gather(tables, read_order(tables, ["NLD", "BEL", "IND", "JPN"], baskets=["energy", "critical-minerals"]))
    sellers = [c for c in rank_candidates(facts) if c.kind == "can-supply"]
    assert min(c.stake_usd for c in sellers) >= parameter("headline_usd")
    assert ("NLD", "BEL", "crude-petroleum") not in {(*c.economies, c.commodity.id) for c in sellers}
    assert ("JPN", "IND", "copper:refined") in {(*c.economies, c.commodity.id) for c in sellers}
