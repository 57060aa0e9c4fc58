"""Files are opened without guessing, and a fault says file, column and row."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from kizuna.floor.errors import SourceError
from kizuna.sources.files import exact, fingerprints, read_json, read_text, thousandths


def test_the_text_na_stays_text_and_an_empty_field_stays_empty(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code,iso2\n516,NA\n490,\n", encoding="utf-8")
    assert read_text(tmp_path, "a.csv", ["iso2"])["iso2"].to_list() == ["NA", ""]


def test_decimals_are_read_from_the_digits_and_rounded_half_to_even() -> None:
    texts = pl.DataFrame({"t": ["63580.00000000001", "0.0005", "0.0015", "6.036716e+13", " 7 ", ""]})
    numbers = exact(texts, "x.csv", "t", pl.Decimal(24, 3)).to_list()
    assert numbers == [Decimal(63580), 0, Decimal("0.002"), Decimal(60367160000000), Decimal(7), None]


def test_a_text_that_is_no_number_is_named_with_file_column_row_and_count() -> None:
    texts = pl.DataFrame({"t": ["1", "n.a.", "3", "?"]})
    with pytest.raises(SourceError, match=r"'n\.a\.' is not a number; 2 such fields.*x\.csv, column t, data row 2"):
        exact(texts, "x.csv", "t", pl.Int64)


def test_thousands_become_whole_units_and_null_stays_null() -> None:
    assert thousandths(pl.DataFrame({"q": [194.46, None, 0.001]}), "x", "q").to_list() == [194460, None, 1]


def test_a_fourth_decimal_is_refused_and_not_rounded_away() -> None:
    with pytest.raises(SourceError, match=r"1\.0005 has more than three decimals.*column v, data row 2"):
        thousandths(pl.DataFrame({"v": [1.0, 1.0005]}), "x", "v")


def test_a_missing_file_and_missing_columns_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code\n1\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"The file is missing \(b\.csv\)"):
        fingerprints(tmp_path, ["b.csv"])
    with pytest.raises(SourceError, match="Columns are missing: name, year"):
        read_text(tmp_path, "a.csv", ["code", "name", "year"])


def test_a_file_that_is_not_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    with pytest.raises(SourceError, match=r"cannot be read.*\(a\.json\)"):
        read_json(tmp_path, "a.json")
