"""Food: rows of the wheat file are named by its column order, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from kizuna.floor.errors import SourceError
from kizuna.sources import food

COUNTRIES = {"Aruba": "ARB", "Russia": "RUS", "Seychelles": "SYC"}
IN_ORDER, OUT_OF_ORDER = ("Aruba", "Russia", "Seychelles"), ("Russia", "Seychelles", "Aruba")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder where the second economy sells 7.6 kcal to the third, with the wheat labels out of order."""
    for folder in ("food_2015_2017", "faostat_production_2020"):
        (tmp_path / folder).mkdir()
    lines = [f"{place},{iso3},{name}" for place, (name, iso3) in enumerate(COUNTRIES.items())]
    (tmp_path / food.COUNTRIES).write_text("\n".join(["FAOST_CODE,iso3,Country", *lines]), encoding="utf-8")
    for crop in food.CROPS:
        write_matrix(tmp_path, crop, OUT_OF_ORDER if crop == "wheat" else IN_ORDER)
        stocks = "iso3,R0\nARB,0\nRUS,6.036716e+13\nSYC,1417273333333.33\n"
        (tmp_path / food.STOCKS.format(crop=crop.title())).write_text(stocks, encoding="utf-8")
    production = (
        "Area Code (ISO3),Area,Item Code (FAO),Item,Year,Unit,Value,Flag\n"
        "CHN,China,15,Wheat,2020,tonnes,134254710,A\n"
        "F41,China,15,Wheat,2020,tonnes,134250000,\n"
        "RUS,Russia,15,Wheat,2020,tonnes,,M\n"
    )
    (tmp_path / food.PRODUCTION).write_text(production, encoding="utf-8")
    return tmp_path


def write_matrix(folder: Path, crop: str, labels: tuple[str, ...]) -> None:
    """Write one crop's matrix with the given row labels; the figures are always in column order."""
    rows = ["0,0,0", "0,0,7.6", "0,0,0"]
    lines = [f"{label},{row}" for label, row in zip(labels, rows, strict=True)]
    name = food.TRADE.format(crop=crop.title())
    (folder / name).write_text("\n".join([",ARB,RUS,SYC", *lines]) + "\n", encoding="utf-8")


def test_the_column_order_names_the_rows_of_every_crop(data: Path) -> None:
    trade = food.read(data)[0]
    assert [tuple(map(str, row)) for row in trade.frame.rows()] == [
        (crop, "SYC", "RUS", "8") for crop in sorted(food.CROPS)
    ]
    assert trade.source.dropped[0][1] == 3 * 9 - 3


def test_the_mend_is_recorded(data: Path) -> None:
    assert any("Seychelles" in repair for repair in food.read(data)[0].source.repairs)


@pytest.mark.parametrize(("crop", "labels"), [("wheat", IN_ORDER), ("maize", OUT_OF_ORDER)])
def test_labels_in_another_order_than_known_are_refused(data: Path, crop: str, labels: tuple[str, ...]) -> None:
    write_matrix(data, crop, labels)
    with pytest.raises(SourceError, match=f"column order.*{crop.title()}"):
        food.read(data)


def test_stocks_are_whole_kilocalories_and_aruba_has_its_iso_code(data: Path) -> None:
    stocks = food.read(data)[1].frame
    assert [(iso3, int(kcal)) for crop, iso3, kcal in stocks.rows() if crop == "rice"] == [
        ("ABW", 0),
        ("RUS", 60367160000000),
        ("SYC", 1417273333333),
    ]


def test_production_keeps_china_twice_with_a_note_and_gaps_as_null(data: Path) -> None:
    production = food.read(data)[2]
    assert [(row[0], row[5] is None, row[6]) for row in production.frame.rows()] == [
        ("CHN", False, "A"),
        ("F41", False, ""),
        ("RUS", True, "M"),
    ]
    assert any("F41" in repair for repair in production.source.repairs)
