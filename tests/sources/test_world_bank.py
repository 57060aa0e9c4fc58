"""World Bank tables: Guyana told from French Guiana, groups of economies left out, gaps kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from kizuna.floor.errors import SourceError
from kizuna.sources import world_bank

ORDER = ("GTM", "GUY", "GUM", "GUY", "HKG")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with the five economies around Guyana and two rows of the World Bank."""
    (tmp_path / "wgi_political_stability").mkdir()
    (tmp_path / "world_bank").mkdir()
    write_scores(tmp_path, ORDER)
    rows = "Country Name,Country Code,Year,Value\nJapan,JPN,2023,4212945159781.4\nWorld,WLD,2023,105435039507024.1\n"
    (tmp_path / world_bank.GDP).write_text(rows, encoding="utf-8")
    (tmp_path / world_bank.POPULATION).write_text(rows.replace(".4", "").replace(".1", ""), encoding="utf-8")
    return tmp_path


def write_scores(folder: Path, order: tuple[str, ...]) -> None:
    """Write both governance files; the score tells the row, and the first year has none."""
    header = ",".join(["Country/Territory", "Code", *world_bank.WGI_YEARS, "country_code"])
    lines = [
        ",".join(["x", code, "nan", *[f"0.{row}"] * (len(world_bank.WGI_YEARS) - 1), "0"])
        for row, code in enumerate(order, 1)
    ]
    for name in (world_bank.ESTIMATE, world_bank.STANDARD_ERROR):
        (folder / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def test_the_row_between_guatemala_and_guam_is_french_guiana(data: Path) -> None:
    governance = world_bank.read(data)[0].frame
    scores = {iso3: float(estimate) for iso3, year, estimate, _ in governance.rows() if year == 2022}
    assert scores == {"GTM": 0.1, "GUF": 0.2, "GUM": 0.3, "GUY": 0.4, "HKG": 0.5}


def test_no_economy_and_year_stands_twice(data: Path) -> None:
    governance = world_bank.read(data)[0].frame
    assert governance.select("iso3", "year").is_unique().all()


def test_a_score_the_publisher_does_not_have_is_null(data: Path) -> None:
    governance = world_bank.read(data)[0].frame
    assert {estimate for _, year, estimate, _ in governance.rows() if year == 1996} == {None}


@pytest.mark.parametrize("order", [("GUY", "GTM", "GUM", "GUY", "HKG"), ("GTM", "GUM", "GUY", "HKG", "JPN")])
def test_another_place_of_guyana_s_rows_is_refused(data: Path, order: tuple[str, ...]) -> None:
    write_scores(data, order)
    with pytest.raises(SourceError, match=r"Guyana stands in data rows .*estimate\.csv, column Code"):
        world_bank.read(data)


def test_groups_of_economies_are_left_out_and_counted(data: Path) -> None:
    gdp = world_bank.read(data)[1]
    assert [(iso3, year, str(usd)) for iso3, year, usd in gdp.frame.rows()] == [("JPN", 2023, "4212945159781.40")]
    assert gdp.source.dropped[0][1] == 1
