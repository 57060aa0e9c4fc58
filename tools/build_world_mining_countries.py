"""Build ``src/kizuna/intake/data/world_mining_countries.csv``: the countries of World Mining Data and their codes.

    python tools/build_world_mining_countries.py

The publisher's workbook has names alone. Codes are those of the embedded ``mine_production``: French Guiana is GUF 254,
Kosovo and Taiwan stand under R20 and S19. The same snapshot gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from kizuna.store.store import embedded_snapshot

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "kizuna" / "intake" / "data" / "world_mining_countries.csv"


def countries() -> pl.DataFrame:
    """Return name, ISO3 code and numeric code of each country of mine production, sorted by name."""
    mined = pl.read_parquet(embedded_snapshot().table("mine_production"))
    return mined.select("country", "iso3", "country_code").unique().sort("country")


if __name__ == "__main__":
    countries().write_csv(TARGET)
    print(f"{TARGET.relative_to(ROOT)}: {countries().height} countries")
