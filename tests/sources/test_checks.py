"""A frame that breaks the contract is refused with every fault named."""

from __future__ import annotations

import polars as pl
import pytest

from kizuna.floor.errors import SourceError
from kizuna.sources.checks import Column, checked, number, text

COLUMNS = {
    "iso3": text(pattern="^[A-Z]{3}$"),
    "year": number(pl.Int16, 2000, 2024),
    "usd": number(pl.Int64, 0, None, True),
}
KEY = ["iso3", "year"]


def frame(iso3: list[str], year: list[int], usd: list[int | None]) -> pl.DataFrame:
    """Return a small frame with the types of the contract."""
    return pl.DataFrame(
        {"iso3": iso3, "year": year, "usd": usd}, schema={"iso3": pl.String, "year": pl.Int16, "usd": pl.Int64}
    )


def test_a_good_frame_comes_back_sorted_by_its_key_with_gaps_kept() -> None:
    found = checked("t", frame(["JPN", "IND", "IND"], [2001, 2002, 2001], [1, None, 3]), COLUMNS, KEY)
    assert found.rows() == [("IND", 2001, 3), ("IND", 2002, None), ("JPN", 2001, 1)]


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(SourceError, match=r"more than once for 1 keys, first iso3 GUY, year 2001"):
        checked("t", frame(["GUY", "GUY", "JPN"], [2001, 2001, 2001], [1, 2, 3]), COLUMNS, KEY)


def test_all_faults_of_a_frame_come_together() -> None:
    with pytest.raises(SourceError) as caught:
        checked("t", frame(["jpn", "IND"], [1999, 2001], [-1, 2]), COLUMNS, KEY)
    assert all(
        part in str(caught.value) for part in ("3 faults", "column iso3", "column year", "column usd", "1999", "-1")
    )


def test_another_type_and_a_column_too_many_are_refused() -> None:
    wrong = frame(["JPN"], [2001], [1]).with_columns(pl.col("year").cast(pl.Int64), pl.lit(1).alias("more"))
    with pytest.raises(SourceError, match="more"):
        checked("t", wrong, COLUMNS, KEY)


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(SourceError, match="usd"):
        checked("t", frame(["JPN"], [2001], [1]).drop("usd"), COLUMNS, KEY)


@pytest.mark.parametrize(
    ("column", "values", "says"),
    [
        (text(), ["a", None], "no value in 1 rows, first None"),
        (text(), ["a", " b", "\t"], r"not of the form \\S in 2 rows"),
        (text(nullable=True, pattern="A|B"), ["AB", "B", None, "CA"], r"not of the form A\|B in 1 rows, first CA"),
        (number(pl.Float64), [1.0, float("nan")], "no value in 1 rows, first nan"),
        (number(pl.Float64, 0, 5, True), [5.0, 0.0, 5.5, -0.5, None], "below 0 in 1 rows, first -0.5"),
        (number(pl.Float64, 0, 5, True), [5.0, 0.0, 5.5, None], "above 5 in 1 rows, first 5.5"),
        (number(pl.Int64), [1.5, 2.5], "its type is Float64, expected Int64"),
    ],
)
def test_each_rule_is_checked_and_told(column: Column, values: list[object], says: str) -> None:
    with pytest.raises(SourceError, match=f"1 faults(.|\n)*column v: {says}|2 faults(.|\n)*{says}"):
        checked("t", pl.DataFrame({"v": values, "k": range(len(values))}), {"v": column, "k": number(pl.Int64)}, ["k"])
