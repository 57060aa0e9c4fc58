"""``kizuna exposure``: the rows it gives, and that every form of them says the same."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cli.conftest import Run

KEYS = {"economy", "product", "year", "indicator", "basis", "value", "unit", "gap", "method", "sources"}
ASK = ("exposure", "IND", "EU27", "PAIR=IND+JPN", "--basket", "magnets", "--year", "2021", "--year", "2023")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return the JSON rows of one ask for an economy, a known bloc and a bloc of the user's own."""
    from kizuna.cli.exposures import run_exposure

    path = tmp_path_factory.mktemp("rows") / "rows.json"
    run_exposure(["IND", "EU27", "PAIR=IND+JPN"], ["magnets"], [], [], [2021, 2023], None, None, "json", path)
    found = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(found, list)
    return found


def test_each_row_has_the_keys_of_the_contract(rows: list[dict[str, Any]]) -> None:
    assert all(row.keys() >= KEYS for row in rows)


def test_a_value_is_absent_exactly_where_a_gap_says_why(rows: list[dict[str, Any]]) -> None:
    wrong = [
        row for row in rows if (row["value"] is None) != (isinstance(row["gap"], str) and bool(row["gap"].strip()))
    ]
    assert wrong == []
    assert any(row["value"] is None for row in rows)


def test_the_basis_is_value_mass_or_null(rows: list[dict[str, Any]]) -> None:
    assert {row["basis"] for row in rows} <= {"value", "mass", None}
    assert {"value", "mass"} <= {row["basis"] for row in rows}


def test_every_row_names_its_sources_unit_and_method(rows: list[dict[str, Any]]) -> None:
    assert all(row["sources"] and row["unit"] and row["method"] for row in rows)
    assert {"cepii-baci-hs92"} < {source for row in rows for source in row["sources"]}


def test_the_asked_years_economies_and_blocs_are_there(rows: list[dict[str, Any]]) -> None:
    assert {row["year"] for row in rows} == {2021, 2023}
    assert {row["economy"] for row in rows} == {"IND", "EU27", "PAIR", "WLD"}


def test_a_bloc_has_intra_trade_left_out_and_the_second_criterion_measured(rows: list[dict[str, Any]]) -> None:
    cdi2 = {
        (row["economy"], row["basis"]): row
        for row in rows
        if row["indicator"] == "cdi2" and row["product"] == "rare-earths"
    }
    assert 0 < cdi2["EU27", "value"]["value"] < 1
    assert 0 < cdi2["PAIR", "value"]["value"] < 1
    assert "name a bloc" in cdi2["IND", "value"]["gap"]


def test_csv_and_parquet_hold_what_json_holds(run: Run, rows: list[dict[str, Any]]) -> None:
    shown = run(*ASK, "--format", "csv")
    assert shown.code == 0, shown.err
    assert shown.err == ""
    parquet = run(*ASK, "--format", "parquet", "--out", "rows.parquet")
    assert parquet.code == 0, parquet.err
    assert parquet.out.strip().endswith("rows.parquet")
    typed = pl.read_parquet(io.BytesIO(parquet.files["rows.parquet"]))
    assert typed.to_dicts() == rows
    for line, row in zip(csv_rows(shown.out), rows, strict=True):
        assert line == {
            name: ";".join(value) if name == "sources" else "" if value is None else str(value)
            for name, value in row.items()
        }


def csv_rows(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV; each number as Python writes it."""
    return [row | {"value": row["value"] and repr(float(row["value"]))} for row in csv.DictReader(io.StringIO(text))]


def test_the_same_ask_prints_the_same_bytes(run: Run) -> None:
    ask = ("exposure", "JPN", "--material", "cobalt", "--format", "json")
    first, second = run(*ask), run(*ask)
    assert first.code == 0
    assert first.out == second.out
    assert first.files == {}


def test_only_the_asked_method_is_measured(run: Run) -> None:
    ran = run("exposure", "JPN", "--product", "270900", "--method", "concentration", "--format", "json")
    assert {row["method"] for row in json.loads(ran.out)} == {"concentration"}


def test_the_table_shows_numbers_and_gaps(run: Run) -> None:
    ran = run("exposure", "IND", "--product", "270900", "--method", "ec-cdi")
    assert ran.code == 0
    assert "cdi1" in ran.out
    assert "name a bloc" in ran.out


def test_an_assumptions_file_turns_a_gap_into_a_number(run: Run, tmp_path: Path) -> None:
    ask = ("exposure", "JPN", "--material", "natural-graphite", "--method", "eu-supply-risk", "--format", "json")
    without = json.loads(run(*ask).out)
    assert [row["gap"] for row in without] == ["needs a substitution index of the material: give one"]
    (tmp_path / "mine.toml").write_text(
        'governance = "political-stability"\n[substitution_index]\nnatural-graphite = 0.9\n', encoding="utf-8"
    )
    given = run(*ask, "--assumptions", "mine.toml")
    assert given.code == 0, given.err
    assert [row["value"] > 0 and row["gap"] is None for row in json.loads(given.out)] == [True]


def test_economies_that_trade_none_of_a_basket_get_gaps_and_no_number(run: Run) -> None:
    ran = run("exposure", "NRU", "--product", "2701", "--method", "concentration", "--format", "json")
    found = json.loads(ran.out)
    assert found
    assert all(row["value"] is None and "no imports" in row["gap"] for row in found)


def test_a_basket_member_that_no_figure_covers_is_a_gap(run: Run) -> None:
    ran = run("exposure", "IND", "--basket", "telecom", "--method", "concentration", "--format", "json")
    assert ran.code == 0, ran.err
    gaps = {row["product"]: row["gap"] for row in json.loads(ran.out) if row["value"] is None}
    assert "8517" in " ".join(gaps)
    assert any("add BACI or Comtrade" in gap for gap in gaps.values())
