"""Baskets: every member resolves, every membership says who says so, every fault of a user's file is named."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from kizuna.floor.errors import RequestError, TableError, UnknownNameError
from kizuna.tables.baskets import UNVERIFIED, Basket, load_basket, load_baskets
from kizuna.tables.materials import load_materials

IDS = {
    *("critical-minerals", "critical-minerals-india", "critical-minerals-japan", "critical-minerals-eu"),
    *("critical-minerals-us", "energy", "staple-food", "batteries", "magnets", "semiconductors", "telecom"),
    "defence-materials",
}


def listed(basket_id: str) -> set[str]:
    """Return the names under which the list itself names its members."""
    return {name for member in load_baskets().get(basket_id).members for name in member.listed_as}


def test_the_baskets_are_there() -> None:
    assert {basket.id for basket in load_baskets()} == IDS


@pytest.mark.parametrize("basket", list(load_baskets()), ids=lambda basket: basket.id)
def test_every_member_is_known_and_every_membership_has_a_source_or_is_unverified(basket: Basket) -> None:
    materials = load_materials()
    for member in basket.members:
        if member.kind == "material":
            assert materials.get(member.id).id == member.id
        elif member.kind == "group":
            assert materials.group(member.id)
        elif member.kind == "crop":
            assert member.id in {"wheat", "maize", "rice"}
        assert member.why
        assert member.source == (UNVERIFIED,) or member.verified
        assert all(len(str(basket.sources[key])) > 20 for key in member.source if key != UNVERIFIED)


@pytest.mark.parametrize(
    ("basket_id", "names"),
    [
        ("critical-minerals-india", 30),
        ("critical-minerals-eu", 34),
        ("critical-minerals-us", 60),
        ("critical-minerals-japan", 36),  # 34 rare metals, and uranium and phosphorus of the specified minerals
    ],
)
def test_a_national_list_is_complete(basket_id: str, names: int) -> None:
    assert len(listed(basket_id)) == names


def test_critical_minerals_is_what_india_or_japan_lists() -> None:
    members = {
        basket_id: {member.id for member in load_baskets().get(basket_id).members}
        for basket_id in ("critical-minerals", "critical-minerals-india", "critical-minerals-japan")
    }
    assert members["critical-minerals"] == members["critical-minerals-india"] | members["critical-minerals-japan"]
    assert listed("critical-minerals") == listed("critical-minerals-india") | listed("critical-minerals-japan")


def test_a_member_without_trade_data_stays_with_its_reason(shared: Path) -> None:
    data = shared / "data"
    hs92 = pl.scan_parquet(data / "baci_hs92_raw_materials" / "baci_hs92_1995_2024.parquet").select("k").unique()
    hs17 = pl.scan_parquet(data / "critical_materials_hs17" / "baci_hs17_2024.parquet").select("hs6").unique()
    traded = {f"HS92:{k}" for k in hs92.collect()["k"]} | {f"HS17:{k}" for k in hs17.collect()["hs6"]}
    for basket in load_baskets():
        for member in basket.members:
            if member.kind == "material":
                stages = load_materials().get(member.id).stages.values()
                covered = any(stage.codes for stage in stages)
            else:
                covered = member.kind != "product" or member.id in traded
            assert (member.gap is None) == covered, (basket.id, member.id)


def test_telecom_keeps_its_equipment_and_says_what_to_add() -> None:
    telecom = {member.id: member for member in load_baskets().get("telecom").members}
    for code in ("HS17:851761", "HS17:851762", "HS17:851770", "HS17:8542"):
        gap = telecom[code].gap
        assert gap is not None
        assert gap.reason == f"no bilateral data for {code[5:]} in this snapshot: add BACI or Comtrade"


def test_a_basket_that_does_not_exist_is_refused_with_near_names() -> None:
    with pytest.raises(UnknownNameError) as caught:
        load_baskets().get("critical-mineral")
    assert "critical-minerals" in caught.value.near


GOOD = """
name = "My basket"
about = "What we watch."
[sources.us]
publisher = "Our ministry"
document = "List"
date = "2025"
[[members]]
material = "REE"
why = "magnets"
source = "us"
[[members]]
product = "HS17:8542"
why = "chips"
source = "unverified"
gap = "no data"
"""


def test_a_users_file_is_a_basket_and_aliases_become_ids(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    basket = load_baskets().get(str(path))
    assert basket == load_basket(path)
    assert (basket.id, [member.id for member in basket.members]) == ("mine", ["rare-earths", "HS17:8542"])
    assert [member.verified for member in basket.members] == [True, False]


def test_a_bad_file_names_every_fault_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(
        """
name = ""
colour = "red"
[[members]]
material = "lithum"
why = "cells"
source = "unverified"
[[members]]
material = "cobalt"
product = "HS17:8542"
why = "two things"
source = "unverified"
[[members]]
product = "8542"
why = "no revision"
source = "unverified"
[[members]]
group = "9999"
why = "no such group"
[[members]]
crop = "wheat"
source = "unverified"
""",
        encoding="utf-8",
    )
    with pytest.raises(TableError) as caught:
        load_basket(path)
    text = "\n".join(caught.value.faults)
    for fault in (
        *("name", "about", "colour", "lithium", "member 2: a member is exactly one", "member 3, product"),
        *("member 4: '9999'", "member 4, source", "member 5, why"),
    ):
        assert fault in text, fault
    assert "bad.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('source = "us"', 'source = "them"', "names the source them"),
        ('source = "us"', 'source = ["us", "unverified"]', "unverified and has a source"),
        ('material = "REE"', 'product = "HS17:8542"', "member twice"),
        ('date = "2025"', 'date = "last year"', "date"),
        ('name = "My basket"', 'name = "My', "not TOML"),
    ],
)
def test_a_membership_needs_a_source_of_the_file(tmp_path: Path, old: str, new: str, fault: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(TableError, match=fault):
        load_basket(path)


def test_a_file_that_cannot_be_read_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"nowhere\.toml"):
        load_basket(tmp_path / "nowhere.toml")
