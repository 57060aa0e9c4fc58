"""A frame that breaks the contract is refused with every fault named."""

from __future__ import annotations

import polars as pl
import pytest

from kizuna.floor.errors import SourceError
from kizuna.sources.checks import checked, number, text

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
